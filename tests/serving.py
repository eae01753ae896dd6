"""Real servers for tests: each a process on a port of its own, killed in the end whatever happens."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 20


def eventually(happened: Callable[[], object]) -> None:
    """Return as soon as it has happened; fail if it does not."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server process.

    Attributes
    ----------
    url : str
    process : subprocess.Popen
    """

    def __init__(self, command: list[str], folder: Path, settings: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = log
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DESCENT_")}
        own = {"PORT": str(self.port), "HOST": "127.0.0.1", "WEB_CONCURRENCY": "1"}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=folder, env=kept | own | settings, stdout=output, stderr=subprocess.STDOUT
            )

    @property
    def log(self) -> str:
        """What it has printed so far."""
        return self._log.read_text()

    def answers(self) -> bool:
        """Whether it serves."""
        assert self.process.poll() is None, self.log
        try:
            with urllib.request.urlopen(self.url + "/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> int:
        """Tell it to stop; its exit status."""
        self.process.terminate()
        try:
            return self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise


@contextmanager
def serving(*command: str, folder: Path = ROOT, settings: dict[str, str] | None = None) -> Iterator[Server]:
    """A real server, by default gunicorn as `make run` starts it."""
    with tempfile.TemporaryDirectory() as place:
        gunicorn = str(Path(sys.executable).with_name("gunicorn"))
        server = Server(list(command) or [gunicorn], folder, settings or {}, Path(place) / "log")
        try:
            eventually(server.answers)
            yield server
        finally:
            if server.process.poll() is None:
                server.stop()
