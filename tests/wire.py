"""The client's side for tests: events read from a stream, requests to a real server."""

import http.client
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Event = tuple[str, dict[str, Any]]


def no_constant(name: str) -> None:
    """NaN and Infinity are no JSON."""
    raise AssertionError(f"{name} in JSON")


def strict_json(text: str | bytes) -> Any:
    """JSON as a browser reads it."""
    return json.loads(text, parse_constant=no_constant)


def events(chunks: Iterable[bytes]) -> Iterator[Event]:
    """Name and data of each server-sent event, as soon as it is complete."""
    buffer = b""
    for chunk in chunks:
        buffer += chunk
        while b"\n\n" in buffer:
            block, buffer = buffer.split(b"\n\n", 1)
            name, data = block.split(b"\n")
            assert name.startswith(b"event: ")
            assert data.startswith(b"data: ")
            yield name[7:].decode(), strict_json(data[6:])
    assert buffer == b""


def named(name: str, found: Iterable[Event]) -> list[dict[str, Any]]:
    """Data of the events of that name."""
    return [data for one, data in found if one == name]


class Stream:
    """An open stream of a real server. Iterate over its events; `close` hangs up."""

    def __init__(self, server: Any, request: dict[str, Any]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        self.connection.request("POST", "/api/train", json.dumps(request), headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self._events = events(iter(lambda: self.answer.read1(65536), b""))

    def __iter__(self) -> Iterator[Event]:
        return self._events

    def until(self, name: str) -> dict[str, Any]:
        """Data of the next event of that name."""
        return next(data for one, data in self._events if one == name)

    def close(self) -> None:
        """Hang up."""
        self.answer.close()
        self.connection.close()


@contextmanager
def streaming(server: Any, **request: Any) -> Iterator[Stream]:
    """A stream, closed in the end."""
    stream = Stream(server, request)
    try:
        yield stream
    finally:
        stream.close()


def train(server: Any, **request: Any) -> list[Event]:
    """All events of a stream that ends by itself."""
    with streaming(server, **request) as stream:
        assert stream.status == 200, stream.answer.read()
        return list(stream)
