"""A network between browser and server that tests can break: silent, cut, impatient or hoarding."""

import asyncio
import random
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

PIECE = 65_536
RESET = struct.pack("ii", 1, 0)  # close without a goodbye


class Proxy:
    """Passes TCP connections on, each to one of the ports at random.

    Attributes
    ----------
    url : str
    port : int
    ports : list of int
        Where to; may be changed at any time.
    lifetime : float or None
        Seconds after which every connection is cut.
    hoards : bool
        Whether streams are kept back until they are complete (other answers soon are).
    chosen : list of int
        The port of each connection so far.
    """

    def __init__(self, *ports: int) -> None:
        self.ports, self.chosen = list(ports), []
        self.lifetime: float | None = None
        self.hoards = False
        self._open: set[asyncio.StreamWriter] = set()
        self._refusing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(asyncio.start_server(self._connect, sock=self._listener))
        self._loop.run_forever()
        self._loop.set_exception_handler(lambda *_: None)  # of connections in the midst of being made
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    async def _connect(self, client_in: asyncio.StreamReader, client_out: asyncio.StreamWriter) -> None:
        server_out = None
        self._open.add(client_out)
        try:
            if self._refusing:
                return
            await self._flows.wait()
            port = random.choice(self.ports)
            self.chosen.append(port)
            server_in, server_out = await asyncio.open_connection("127.0.0.1", port)
            self._open.add(server_out)
            there = asyncio.ensure_future(self._pass(client_in, server_out, hoard=False))
            back = asyncio.ensure_future(self._pass(server_in, client_out, hoard=self.hoards))
            await asyncio.wait([there, back], timeout=self.lifetime, return_when=asyncio.FIRST_COMPLETED)
            for task in (there, back):
                task.cancel()
        except OSError:
            pass
        finally:
            for line in filter(None, (client_out, server_out)):
                self._open.discard(line)
                line.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, hoard: bool) -> None:
        kept = []
        with suppress(OSError):
            while data := await source.read(PIECE):
                await self._flows.wait()
                if kept or (hoard and b"text/event-stream" in data):
                    kept.append(data)
                else:
                    target.write(data)
                    await target.drain()
            target.writelines(kept)
            await target.drain()

    def _do(self, action) -> None:
        done = threading.Event()

        def run() -> None:
            action()
            done.set()

        self._loop.call_soon_threadsafe(run)
        assert done.wait(10)

    def fall_silent(self) -> None:
        """Nothing gets through any more, and nobody is told."""
        self._do(self._flows.clear)

    def cut(self, refusing: bool = True) -> None:
        """Reset all connections, and new ones as well if `refusing`."""

        def reset() -> None:
            self._refusing = refusing
            for line in self._open:
                with suppress(OSError):
                    line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
                line.transport.abort()

        self._do(reset)

    def heal(self) -> None:
        """All is well again."""

        def heal() -> None:
            self._refusing = False
            self._flows.set()

        self._do(heal)

    def close(self) -> None:
        """End it."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._listener.close()


@contextmanager
def proxying(*ports: int) -> Iterator[Proxy]:
    """A proxy, closed in the end."""
    proxy = Proxy(*ports)
    try:
        yield proxy
    finally:
        proxy.close()
