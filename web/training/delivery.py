"""Events leave no faster than the client takes them, so that none is old when it arrives.

Left alone, the system keeps minutes of frames for a slow client, and waits a quarter of an hour for one that
has gone without a word: a lid was closed, a cable pulled. Here little is kept, the next event is made when
the last has been taken, and a client that takes nothing for a while is given up.
"""

import socket
from collections.abc import Iterable, Iterator
from contextlib import suppress

MOST_UNSENT_BYTES = 32_768
PIECE_BYTES = MOST_UNSENT_BYTES // 2
PATIENCE_SECONDS = 10.0


def keep_little(connection: socket.socket, most: int = MOST_UNSENT_BYTES) -> None:
    """Tell the system how much it may keep for a client that has not taken it yet."""
    with suppress(AttributeError, OSError):  # not on Windows; not for every kind of socket
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, most)


def in_pieces(events: Iterable[bytes], connection: socket.socket | None) -> Iterator[bytes]:
    """The events for a server that sends each as a whole and waits until it is taken, in this thread.

    A server that shows its connection gives up a client that does not take a piece for too long.
    """
    if connection is not None:
        keep_little(connection)
        connection.settimeout(PATIENCE_SECONDS)
    for event in events:
        for start in range(0, len(event), PIECE_BYTES):
            yield event[start : start + PIECE_BYTES]
