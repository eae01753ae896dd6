"""What has arrived of a request, as bytes: whether that is all of it, without a look at what it says."""

import re
import socket
import time

from gunicorn.http.errors import LimitRequestHeaders  # type: ignore[import-untyped]

PATIENCE_SECONDS = 30.0
"""For a whole request: the largest, at 1 Mbit/s, takes 24 s."""
PIECE_BYTES = 65_536
PIECES_AT_ONCE = 16
FIELD = re.compile(rb"^(content-length|transfer-encoding|expect)[ \t]*:(.*)$", re.I | re.M)


class Arrival:
    """What has arrived of a connection's next request, and until when the rest has to."""

    def __init__(self, data: bytearray | None = None) -> None:
        self.data = bytearray() if data is None else data
        self.deadline = time.monotonic() + PATIENCE_SECONDS
        self.needs: int | None = None  # bytes in all; unknown before the end of the headers
        self.wants_go_ahead = False

    def take_in(self, connection: socket.socket) -> bool:
        """Take what is there, without waiting. Whether the client has finished or gone."""
        connection.setblocking(False)
        try:
            for _ in range(PIECES_AT_ONCE):
                piece = connection.recv(PIECE_BYTES)
                if not piece:
                    return True
                self.data += piece
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            return True
        return False

    def complete(self, longest_head: int, longest_body: int) -> bool:
        """Whether there is something to answer; `LimitRequestHeaders` if the headers never end."""
        if self.needs is None:
            end = self.data.find(b"\r\n\r\n", 0, longest_head + 4)
            if end < 0:
                if len(self.data) > longest_head:
                    raise LimitRequestHeaders("too long")
                return False
            fields = {name.lower(): value.strip() for name, value in FIELD.findall(self.data, 0, end)}
            length = fields.get(b"content-length", b"0")
            body = int(length) if length.isdigit() and len(length) < 10 else 0
            if b"transfer-encoding" in fields or body > longest_body:
                body = 0  # is refused without a look at it
            self.needs = end + 4 + body
            self.wants_go_ahead = b"expect" in fields and body > 0
        return len(self.data) >= self.needs
