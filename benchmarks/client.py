"""A browser's side of the wire, so cheap that hundreds of students fit beside the server that they load.

Pages are fetched as Chromium does, over six connections that are kept. Events are found in the bytes as they
arrive; of a frame only its step is read, and a checkpoint stays the text that it came as.
"""

import asyncio
import gzip
import json
import re
import time
from typing import Any

CONNECTIONS = 6
NAMED = re.compile(rb'(?:href|src)="\.(/static/[^"]+)"')
STEP = re.compile(rb'"step":(\d+)')
Tags = dict[str, str]
HEADERS = "Host: 127.0.0.1\r\nAccept-Encoding: gzip\r\nUser-Agent: load\r\n"


class Answer:
    """One answer: status, headers in small letters, body as it came over the wire."""

    def __init__(self, head: bytes) -> None:
        first, *rest = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {k.lower(): v for k, v in (line.split(": ", 1) for line in rest if line)}
        self.body = b""
        self.size = len(head)


def wire(method: str, path: str, body: bytes | None = None, more: str = "") -> bytes:
    """A request's bytes."""
    length = "" if body is None else f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"{method} {path} HTTP/1.1\r\n{HEADERS}{more}{length}\r\n".encode() + (body or b"")


class Connection:
    """A connection that is kept for one request after the other."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.reader: asyncio.StreamReader | None = None

    async def ask(self, request: bytes) -> Answer:
        """Send a request; its answer, in full."""
        if self.reader is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 22)
        self.writer.write(request)
        answer = Answer(await self.reader.readuntil(b"\r\n\r\n"))
        if answer.status != 304:
            answer.body = await self.reader.readexactly(int(answer.headers["content-length"]))
        answer.size += len(answer.body)
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def close(self) -> None:
        """Hang up."""
        if self.reader is not None:
            self.writer.close()
            self.reader = None


def page_files(page: bytes) -> list[str]:
    """The files that a first visit fetches: those that the page names, and the worker's script."""
    named = [path.decode() for path in NAMED.findall(page)]
    prefix = "/".join(named[0].split("/")[:3])
    return [*named, f"{prefix}/js/views/network/links-worker.js"]


async def open_page(port: int, tags: Tags | None = None) -> tuple[float, int]:
    """Open the page as a browser does; seconds until everything is there, and bytes on the wire.

    With `tags`, of the answers that a browser asks for again, it is not the first visit: it has the files.
    """
    began = time.perf_counter()
    connections = [Connection(port) for _ in range(CONNECTIONS)]
    page = await connections[0].ask(wire("GET", "/"))
    size = page.size
    assert page.status == 200, page.status
    files = [] if tags else page_files(gzip.decompress(page.body))
    described = ["/api/openapi.json", "/api/datasets"]
    queue = [wire("GET", path, more=f"If-None-Match: {tags[path]}\r\n" if tags else "") for path in described]
    queue = queue[:1] + [wire("GET", path) for path in files] + queue[1:] + [wire("POST", "/api/data", b"{}")]
    queue.reverse()

    async def fetch(connection: Connection) -> int:
        size = 0
        while queue:
            answer = await connection.ask(queue.pop())
            assert answer.status in (200, 304), answer.status
            size += answer.size
        return size

    try:
        size += sum(await asyncio.gather(*map(fetch, connections)))
        drawn = Stream({"until": {"step": 0}, "resolution": 80})
        await drawn.follow(port)
        assert drawn.frames, "no picture"
        return time.perf_counter() - began, size + drawn.size
    finally:
        for connection in connections:
            connection.close()


async def tags_of(port: int) -> Tags:
    """What a browser remembers of a first visit."""
    connection = Connection(port)
    found = {}
    for path in ("/api/openapi.json", "/api/datasets"):
        found[path] = (await connection.ask(wire("GET", path))).headers["etag"]
    connection.close()
    return found


class Stream(asyncio.Protocol):
    """One student's run. It goes on from its newest checkpoint when a lease ends or the settings change.

    Attributes
    ----------
    frames : list of (seconds, step)
        When each frame was complete.
    began, ended : float
        When it was opened and closed, in seconds.
    errors : list of str
    """

    def __init__(self, asked: dict[str, Any], checkpoint: bytes = b"null") -> None:
        self.asked, self.checkpoint = asked, checkpoint
        self.frames: list[tuple[float, int]] = []
        self.errors: list[str] = []
        self.size = 0
        self.began = self.ended = 0.0
        self.transport: asyncio.Transport | None = None
        self.gone = False

    async def follow(self, port: int) -> None:
        """Train until the server says that it is over, or `leave` is called."""
        loop = asyncio.get_running_loop()
        self.began, reason = time.perf_counter(), b"lease"
        while reason == b"lease" and not self.gone:
            self.head, self.raw, self.event, self.reason = b"", bytearray(), bytearray(), b"cut"
            self.left, self.over = 0, loop.create_future()
            try:
                self.transport, _ = await loop.create_connection(lambda: self, "127.0.0.1", port)
                if self.gone:
                    self.transport.abort()
                await self.over
            except OSError as error:
                self.errors.append(str(error))
            if self.reason == b"cut" and not self.gone:
                self.errors.append(self.head[:3].decode() or "cut")
            reason = self.reason
        self.ended = time.perf_counter()

    def leave(self) -> None:
        """Close the stream, as pause does."""
        self.gone = True
        if self.transport is not None:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        body = json.dumps({**self.asked, "checkpoint": "@"}).encode().replace(b'"@"', self.checkpoint)
        transport.write(wire("POST", "/api/train", body))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)

    def data_received(self, data: bytes) -> None:
        self.size += len(data)
        raw = self.raw
        raw += data
        if not self.head:
            end = raw.find(b"\r\n\r\n")
            if end < 0:
                return
            self.head = bytes(raw[9 : end + 2])
            del raw[: end + 4]
        if self.head.startswith(b"200"):
            self.take_chunks(raw)

    def take_chunks(self, raw: bytearray) -> None:
        """Strip the chunks' frames off what has come; the events inside them end with an empty line."""
        at = 0
        while True:
            if self.left == 0:
                end = raw.find(b"\r\n", at)
                if end < 0:
                    break
                self.left = int(raw[at:end], 16) + 2
                at = end + 2
            piece = raw[at : at + self.left]
            at += len(piece)
            self.left -= len(piece)
            self.event += piece
            if self.left:
                break
            del self.event[-2:]
            if self.event.endswith(b"\n\n"):
                for one in self.event.split(b"\n\n")[:-1]:
                    self.hear(one)
                self.event.clear()
        del raw[:at]

    def hear(self, event: bytearray) -> None:
        """One event."""
        if event.startswith(b"event: frame"):
            step = STEP.search(event, 0, 80)
            assert step is not None
            self.frames.append((time.perf_counter(), int(step[1])))
        elif event.startswith(b"event: checkpoint"):
            self.checkpoint = bytes(event[event.index(b"{") :])
        elif event.startswith(b"event: end"):
            found = re.search(rb'"reason":"(\w+)"', event)
            self.reason = found[1] if found else b"end"
