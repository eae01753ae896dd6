"""A student without a browser: trains a run to its end over as many connections as it takes."""

import asyncio
import json
import socket
from collections import Counter
from contextlib import suppress
from typing import Any

from wire import strict_json

SILENCE_SECONDS = 5.0
BACKOFF_SECONDS = (0.5, 1.0, 2.0)
CUT = (OSError, EOFError, TimeoutError)


class Student:
    """One run at a time.

    Attributes
    ----------
    port : int
        Where the server, or what is before it, listens.
    config : dict
    pace : float or None
        Epochs a second.
    slow : bool
        Takes in less than the server has to send.
    checkpoint : dict or None
        The newest.
    fared : Counter
        How its connections ended: "until", "lease", "server_stopping", "full", "cut".
    """

    def __init__(self, port: int, config: dict[str, Any], *, pace: float | None = None, slow: bool = False):
        self.port, self.config, self.pace, self.slow = port, config, pace, slow
        self.checkpoint: dict[str, Any] | None = None
        self.fared: Counter[str] = Counter()

    async def train(self, last_step: int) -> dict[str, Any]:
        """Train a new run to that step; its checkpoint there."""
        self.checkpoint, failures = None, 0
        while True:
            before = self.step
            how, wait = await self.connect(last_step)
            self.fared[how] += 1
            if how == "until":
                assert self.checkpoint is not None
                return self.checkpoint
            assert self.step >= before, "a run went back"
            failures = 0 if self.step > before else failures + 1
            if failures:
                wait = max(wait, BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1])
            await asyncio.sleep(wait)

    @property
    def step(self) -> int:
        """Of the newest checkpoint."""
        return self.checkpoint["step"] if self.checkpoint else 0

    async def connect(self, last_step: int) -> tuple[str, float]:
        """One connection: how it ended, and how long the server asks to wait."""
        views = ["boundary", "neurons", "weights"] if self.slow else ["weights"]
        body = {
            **{"config": self.config, "checkpoint": self.checkpoint, "until": {"step": last_step}},
            **{"epochs_per_second": self.pace, "views": views, "frames_per_second": 20 if self.slow else 5},
        }
        line = socket.socket()
        if self.slow:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        line.setblocking(False)
        stream_out = None
        try:
            await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", self.port))
            stream_in, stream_out = await asyncio.open_connection(sock=line, limit=16_384)
            content = json.dumps(body).encode()
            head = "POST /api/train HTTP/1.0\r\nHost: descent\r\nContent-Type: application/json\r\n"
            stream_out.write(f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content)
            return await self.listen(stream_in)
        except CUT:
            return "cut", 0.0
        finally:
            if stream_out is None:
                line.close()
            else:
                stream_out.close()
                with suppress(*CUT):
                    await stream_out.wait_closed()

    async def listen(self, stream: asyncio.StreamReader) -> tuple[str, float]:
        """Read an answer to its end."""
        async with asyncio.timeout(SILENCE_SECONDS):
            head = (await stream.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split()[1])
        if status in (502, 503, 504):
            return "full", float(head.partition("retry-after: ")[2].split("\r\n")[0] or 1)
        assert status == 200, head
        rest = b""
        while True:
            async with asyncio.timeout(SILENCE_SECONDS):
                data = await stream.read(4096 if self.slow else 65_536)
            if not data:
                raise EOFError
            *events, rest = (rest + data).split(b"\n\n")
            for event in events:
                name, _, text = event.partition(b"\ndata: ")
                if name == b"event: checkpoint":
                    self.checkpoint = strict_json(text)
                elif name == b"event: end":
                    return strict_json(text)["reason"], 0.0
            if self.slow:
                await asyncio.sleep(0.05)
