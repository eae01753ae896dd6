"""Prepared answers: the application's own, for requests that leave no doubt; the rest is left to it."""

import re

import pytest

from web.page.prepared import ADDRESSES, Prepared

DATE = re.compile(rb"Date: [^\r]*\r\n")


@pytest.fixture(scope="module")
def prepared(app):
    return Prepared(app)


def head(path="/api/datasets", *fields, first="GET {} HTTP/1.1", host="Host: here"):
    """A request."""
    lines = [first.format(path), *([host] if host else []), *fields]
    return "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n"


def whole(answer):
    """What the application says, as it goes over the wire, but for its date."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in answer.headers if name != "Date")
    return f"HTTP/1.1 {answer.status}\r\n{fields}\r\n".encode() + answer.data


def test_every_address_is_answered_as_the_application_would(app, client, prepared):
    """Plain and compressed, for the first time, again, and to who has something else."""
    for path in (*ADDRESSES, *app.extensions["assets"].addresses()):
        for coding in ({}, {"Accept-Encoding": "gzip, deflate, br, zstd"}):
            tag = client.get(path, headers=coding).headers["ETag"]
            for known in ({}, {"If-None-Match": tag}, {"If-None-Match": '"another"'}):
                headers = coding | known
                found = prepared.find(head(path, *map(": ".join, headers.items()), "Accept: */*")).answer
                assert found.first + found.fields + b"\r\n" + found.body == whole(
                    client.get(path, headers=headers)
                )
                assert found.status == (304 if known.get("If-None-Match") == tag else 200)
                assert found.route in {rule.rule for rule in app.url_map.iter_rules()}


CLEAR = {
    "a browser's": (
        *("Connection: keep-alive", "Accept-Encoding: gzip, deflate, br, zstd", 'sec-ch-ua: "x";v="1"'),
        *("User-Agent: Mozilla/5.0 (X11; Linux) x/1.0", "Cookie: a=b", "Accept-Language: de;q=0.5"),
    ),
    "names in small letters": ("accept-encoding: gzip", "connection: close"),
    "no spaces, many spaces": ("Accept-Encoding:gzip,br", "Accept:   */* "),
    "a proxy's": ("X-Forwarded-For: 10.0.0.1, 10.0.0.2", "X-Forwarded-Proto: https"),
}


@pytest.mark.parametrize("fields", CLEAR.values(), ids=CLEAR)
def test_clear_requests_are_answered(prepared, fields):
    data = head("/api/datasets", *fields)
    found = prepared.find(data + b"GET / HTTP/1.1\r\n")
    assert found.size == len(data)
    assert found.answer.route == "/api/datasets"
    assert found.close is ("connection: close" in fields)
    zipped = any(field.lower().startswith("accept-encoding") for field in fields)
    assert (b"Content-Encoding: gzip" in found.answer.fields) is zipped


UNCLEAR = {
    "another path": head("/api/nothing"),
    "a query": head("/api/datasets?x"),
    "an empty query": head("/api/datasets?"),
    "escapes": head("/api/%64atasets"),
    "two slashes": head("//api/datasets"),
    "dots": head("/api/../api/datasets"),
    "a whole address": head("http://here/api/datasets"),
    "another method": head(first="HEAD {} HTTP/1.1"),
    "a method in small letters": head(first="get {} HTTP/1.1"),
    "an older protocol": head(first="GET {} HTTP/1.0"),
    "two spaces": head(first="GET  {} HTTP/1.1"),
    "no host": head("/api/datasets", host=None),
    "a host that is none": head(host="Host: he re"),
    "two hosts": head("/api/datasets", "Host: there"),
    "not yet all of it": head()[:-1],
    "lines that end otherwise": head().replace(b"\r\n", b"\n"),
    "a long head": head("/api/datasets", f"X: {'x' * 4000}"),
    "many fields": head("/api/datasets", *(f"X{i}: y" for i in range(60))),
    "many codings": head("/api/datasets", f"Accept-Encoding: {'gzip, ' * 600}gzip"),
    "a folded line": head("/api/datasets", "X: y", " z"),
    "a space before the colon": head("/api/datasets", "Range : bytes=0-1"),
    "beyond ASCII": head("/api/datasets", "X: ä"),
    "a control character": head("/api/datasets", "X: \x00"),
    "an underscore": head("/api/datasets", "Content_Length: 2"),
    **{
        field: head("/api/datasets", field)
        for field in (
            *("Content-Length: 0", "content-length: 5", "Transfer-Encoding: chunked", "Expect: 100-continue"),
            *("Range: bytes=0-1", "RANGE: bytes=0-1", "Upgrade: h2c", "Connection: Upgrade", "TE: trailers"),
            *("If-Modified-Since: Sat, 21 Nov 2026 08:00:00 GMT", 'If-Match: "x"', 'If-Range: "x"'),
            *("If-None-Match: *", 'If-None-Match: W/"x"', 'If-None-Match: "x", "y"', "If-None-Match: x"),
            *("Accept-Encoding: gzip;q=0", "Accept-Encoding: gzip;q=1.0", "Accept-Encoding: identity"),
            *("Accept-Encoding: *", "Accept-Encoding: ", "Accept-Encoding: xgzip", "Accept-Encoding: br"),
        )
    },
}


@pytest.mark.parametrize("data", UNCLEAR.values(), ids=UNCLEAR)
def test_whatever_leaves_a_doubt_is_left_to_the_application(prepared, data):
    assert prepared.find(data) is None
    assert prepared.find(bytearray(data)) is None


def test_preparing_writes_no_lines(caplog):
    from app import create_app

    with caplog.at_level("INFO", "descent.requests"):
        Prepared(create_app({"ACCESS_LOG": True}))
    assert not caplog.records
