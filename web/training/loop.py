"""All streams of a worker, played by one thread: each goes on when it is due and its client takes more.

A thread for each would be woken for every frame, and all of them would ask for the interpreter while one
computes; a hundred of them leave half of the work undone. Here nothing is handed over, and nobody who waits
costs anything. Who has been due longest is next, so none starves.
"""

import heapq
import logging
import os
import select
import selectors
import socket
import ssl
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from queue import Empty, SimpleQueue

from web.training.delivery import PATIENCE_SECONDS, keep_little
from web.training.scheduler import Turns
from web.training.statistics import Account
from web.training.stream import LONGEST_WAIT_SECONDS, Stream

NOT_NOW = (BlockingIOError, ssl.SSLWantWriteError, ssl.SSLWantReadError)


class Line:
    """The way to one client, on which nothing waits.

    Attributes
    ----------
    unsent : memoryview
        What the client has not taken yet.
    """

    def __init__(self, connection: socket.socket, chunked: bool) -> None:
        """`chunked`: in HTTP's chunks, else as it is until the end of the connection."""
        connection.setblocking(False)
        keep_little(connection)
        self.connection, self.chunked = connection, chunked
        self.unsent = memoryview(b"")
        self._writable = select.poll()
        self._writable.register(connection, select.POLLOUT)

    def send(self, data: bytes) -> None:
        """Hand on an event, or b"" for the end, when the last has been taken. `OSError` if nobody listens."""
        self.unsent = memoryview(b"%X\r\n%b\r\n" % (len(data), data) if self.chunked else data)
        self.push()

    def push(self) -> None:
        """Hand on as much as the client takes now."""
        with suppress(*NOT_NOW):
            while self.unsent:
                self.unsent = self.unsent[self.connection.send(self.unsent) :]

    @property
    def takes_more(self) -> bool:
        """Whether the next event would be taken soon."""
        return not self.unsent and bool(self._writable.poll(0))


class Player:
    """A stream on its way to its client.

    Attributes
    ----------
    ended : bool
        Whether all of its events have been handed on.
    """

    def __init__(self, stream: Stream, account: Account, line: Line, leave: Callable[[], None]) -> None:
        """`leave` is called at the end, however it comes."""
        self.stream, self.account, self.line, self.leave = stream, account, line, leave
        self.events = stream.events()
        self.ended = False

    def go_on(self) -> None:
        """Hand on the next event, in this thread's turn. `OSError` if nobody listens."""
        news = next(self.events, None)
        self.ended = news is None
        if news or self.ended:
            self.account.count(news or b"")
            self.line.send(news or b"")


class Loop(threading.Thread):
    """Plays streams until the process ends."""

    def __init__(self, turns: Turns, stopping: Callable[[], bool], log: logging.Logger) -> None:
        super().__init__(name="streams", daemon=True)
        self._turns, self._stopping, self._log = turns, stopping, log
        self._new: SimpleQueue[Player] = SimpleQueue()
        self._due: list[tuple[float, int, Player]] = []  # a heap: who is due first comes first
        self._numbers = count()
        self._full: dict[Player, float] = {}  # since when their clients take nothing
        self._looked = 0.0
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = os.pipe()
        os.set_blocking(self._bell, False)
        os.set_blocking(self._ringer, False)
        self._selector.register(self._bell, selectors.EVENT_READ)

    def play(self, player: Player) -> None:
        """Play a stream from now on; called by other threads."""
        self._new.put(player)
        with suppress(BlockingIOError):  # it rings already
            os.write(self._ringer, b"!")

    def run(self) -> None:
        """Play. Should that fail, the process ends, and its clients go on elsewhere instead of waiting."""
        try:
            while True:
                self.go_round()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(os.EX_SOFTWARE)

    def go_round(self) -> None:
        """Wait until there is something to do, and do it."""
        for key, _ in self._selector.select(self.wait()):
            if key.data is None:
                self.welcome()
            else:
                self.resume(key.data)
        now = time.monotonic()
        if now - self._looked >= LONGEST_WAIT_SECONDS:
            self._looked = now
            self.give_up(now)
        if self._due and (self._due[0][0] <= now or self._stopping()):
            self.advance(heapq.heappop(self._due)[-1])

    def wait(self) -> float:
        """Seconds until the next one is due; none in which nobody looks whether the server is stopping."""
        left = self._due[0][0] - time.monotonic() if self._due else LONGEST_WAIT_SECONDS
        return 0.0 if self._due and self._stopping() else min(max(left, 0.0), LONGEST_WAIT_SECONDS)

    def welcome(self) -> None:
        """Take in newcomers."""
        with suppress(BlockingIOError):
            os.read(self._bell, 4096)
        with suppress(Empty):
            while True:
                self.attend(self._new.get_nowait())

    def resume(self, player: Player) -> None:
        """Its client takes more."""
        self.release(player)
        self.attend(player, player.line.push)

    def advance(self, player: Player) -> None:
        """Let it go on for a turn."""
        others_due = bool(self._due) and self._due[0][0] <= time.monotonic()
        player.stream.crowded = others_due or self._turns.waiting > 0
        with self._turns.turn():
            self.attend(player, player.go_on)

    def attend(self, player: Player, action: Callable[[], None] = lambda: None) -> None:
        """Do that for a stream; then it goes on when it is due, or else when its client takes more."""
        try:
            action()
            if player.ended and not player.line.unsent:
                self.dismiss(player)
            elif player.line.takes_more:
                heapq.heappush(self._due, (player.stream.due, next(self._numbers), player))
            else:
                self._selector.register(player.line.connection, selectors.EVENT_WRITE, player)
                self._full[player] = time.monotonic()
        except OSError:  # the client has left
            self.dismiss(player)
        except Exception:
            self._log.exception("A stream failed.")
            self.dismiss(player)

    def give_up(self, now: float) -> None:
        """Dismiss those whose clients take nothing for too long, or at all while the server is stopping."""
        patience = 0.0 if self._stopping() else PATIENCE_SECONDS
        for player in [one for one, since in self._full.items() if now - since >= patience]:
            self.release(player)
            with suppress(OSError):
                player.line.connection.shutdown(socket.SHUT_RDWR)
            self.dismiss(player)

    def release(self, player: Player) -> None:
        """Wait for its client no longer."""
        del self._full[player]
        self._selector.unregister(player.line.connection)

    def dismiss(self, player: Player) -> None:
        """Its end."""
        try:
            player.leave()
        except Exception:
            self._log.exception("The end of a stream failed.")
