"""What the server's processes and this one have used so far, as Linux counts it."""

import os
import time
from pathlib import Path
from typing import NamedTuple

from serving import Server

TICKS = os.sysconf("SC_CLK_TCK")


class Use(NamedTuple):
    """What the server has used so far, as the system counts it."""

    at: float
    """When, in seconds."""
    cpu: list[float]
    """Seconds of each worker."""
    own: float
    """Seconds of this process, which is all of the students."""
    memory: float
    """MB of all the server's processes, what they share counted once."""
    lines: list[int]
    """Connections of each worker."""


def workers(server: Server) -> list[int]:
    """The worker processes."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    return [int(pid) for pid in children.read_text().split()]


def is_socket(file: Path) -> bool:
    """Whether an open file is a connection; it may have been closed since it was listed."""
    try:
        return os.readlink(file).startswith("socket:")
    except FileNotFoundError:
        return False


def use(server: Server) -> Use:
    """Read it off the system."""
    cpu, lines, memory = [], [], 0.0
    for pid in [server.process.pid, *workers(server)]:
        place = Path(f"/proc/{pid}")
        fields = (place / "stat").read_text().rsplit(")", 1)[1].split()
        cpu.append((int(fields[11]) + int(fields[12])) / TICKS)
        memory += int((place / "smaps_rollup").read_text().split("Pss:")[1].split()[0]) / 1000
        lines.append(sum(map(is_socket, (place / "fd").iterdir())) - 1)  # one is the port itself
    return Use(time.perf_counter(), cpu[1:], sum(os.times()[:2]), memory, lines[1:])
