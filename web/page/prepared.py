"""Whole answers, made at start by asking the application, for requests that everybody makes alike.

A request gets one only if a strict reading of its head leaves no doubt what the application would answer.
Everything else is left to gunicorn and Flask, which know what to do with it.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask, request

from web.page.assets import Assets

ADDRESSES = ("/", "/favicon.ico", "/api/openapi.json", "/api/datasets")
"""Beside the page's files."""
LONGEST_HEAD = 4000
HEAD = re.compile(rb"GET (/[!-~]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+:[\t -~]*\r\n){1,40})\r\n")
FIELD = re.compile(rb"([A-Za-z0-9-]+):([\t -~]*)\r\n")
DECIDING = re.compile(
    rb"^(?:if-(?!none-match:)[a-z-]*|range|expect|upgrade|content-length|transfer-encoding|te|trailer):",
    re.IGNORECASE | re.MULTILINE,
)
"""Fields that may lead to another answer, and are rare."""
HOST = re.compile(rb"[\w.:\[\]-]+")
GZIP = re.compile(rb"(?:[a-z]+, ?){0,9}gzip(?:, ?[a-z]+){0,9}")
TAG = re.compile(rb'"[!#-+\--~]*"')


class Answer(NamedTuple):
    """One answer, as it goes over the wire."""

    status: int
    first: bytes
    """The status line."""
    fields: bytes
    body: bytes
    route: str

    def head(self, date: str, close: bool) -> bytes:
        """All before the body, as gunicorn would write it."""
        connection = "close" if close else "keep-alive"
        return b"%bServer: gunicorn\r\nDate: %b\r\nConnection: %b\r\n%b\r\n" % (
            *(self.first, date.encode(), connection.encode(), self.fields),
        )


class Found(NamedTuple):
    """What a request is answered with."""

    answer: Answer
    size: int
    """Bytes of the request; what follows them belongs to the next one."""
    close: bool
    """Whether the client asks for the connection to be closed then."""


class Prepared:
    """The answers of an application: each address, plain and compressed, in full and as "not modified"."""

    def __init__(self, app: Flask) -> None:
        assets: Assets = app.extensions["assets"]
        self._answers: dict[tuple[bytes, bool, bytes | None], Answer] = {}
        for path in (*ADDRESSES, *assets.addresses()):
            for zipped in (False, True):
                for tag, answer in variants(app, path, {"Accept-Encoding": "gzip"} if zipped else {}):
                    self._answers[path.encode(), zipped, tag] = answer
        self._paths = {path for path, _, _ in self._answers}

    def find(self, data: bytes | bytearray) -> Found | None:
        """The answer to the request that `data` begins with; None leaves it to the application."""
        head = HEAD.match(data, 0, LONGEST_HEAD)
        if head is None or (path := head[1]) not in self._paths:
            return None
        pairs = FIELD.findall(head[2])
        fields = {name.lower(): value.strip(b" \t") for name, value in pairs}
        connection = fields.get(b"connection", b"keep-alive").lower()
        codings = fields.get(b"accept-encoding")
        tag = fields.get(b"if-none-match")
        if (
            len(fields) < len(pairs)  # one of them twice
            or DECIDING.search(head[2])
            or not HOST.fullmatch(fields.get(b"host", b""))
            or connection not in (b"keep-alive", b"close")
            or (codings is not None and not GZIP.fullmatch(codings))
            or (tag is not None and not TAG.fullmatch(tag))
        ):
            return None
        zipped = codings is not None
        answer = self._answers.get((path, zipped, tag)) or self._answers[path, zipped, None]
        return Found(answer, head.end(), connection == b"close")


def variants(app: Flask, path: str, fields: dict[str, str]) -> Iterator[tuple[bytes | None, Answer]]:
    """The application's answer in full, and by its tag the one to who has it already."""
    answer, tag = ask(app, path, fields)
    yield None, answer
    if tag is not None:
        yield tag.encode(), ask(app, path, fields | {"If-None-Match": tag})[0]


def ask(app: Flask, path: str, fields: dict[str, str]) -> tuple[Answer, str | None]:
    """The application's answer and its tag. It is not closed, which would write a line in the log."""
    with app.test_request_context(path, headers=fields) as context:
        response = app.full_dispatch_request()
        pieces, status, headers = response.get_wsgi_response(context.request.environ)
        assert request.url_rule is not None
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers if name != "Date")
        answer = Answer(
            response.status_code,
            f"HTTP/1.1 {status}\r\n".encode(),
            lines.encode("latin-1"),
            b"".join(pieces),
            request.url_rule.rule,
        )
        return answer, response.headers.get("ETag")
