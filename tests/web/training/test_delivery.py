"""Delivery by a server that has a thread for each answer."""

import socket

import pytest

from web.training.delivery import MOST_UNSENT_BYTES, PATIENCE_SECONDS, PIECE_BYTES, in_pieces


@pytest.mark.parametrize("size", [1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES - 1])
def test_a_large_event_goes_in_pieces(size):
    event = (bytes(range(256)) * (size // 256 + 1))[:size]
    pieces = list(in_pieces([event, b"next"], None))
    assert b"".join(pieces) == event + b"next"
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_the_next_event_is_made_when_the_last_has_been_taken():
    made = []

    def events():
        for i in range(3):
            made.append(i)
            yield b"event"

    pieces = in_pieces(events(), None)
    next(pieces)
    next(pieces)
    assert made == [0, 1]


def test_the_system_keeps_little_for_a_client_and_gives_it_up_in_the_end():
    server, client = socket.socketpair()
    with server, client, socket.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()) as connection:
            assert list(in_pieces([b"event"], connection)) == [b"event"]
            if hasattr(socket, "TCP_NOTSENT_LOWAT"):
                kept = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT)
                assert kept == MOST_UNSENT_BYTES
            assert connection.gettimeout() == PATIENCE_SECONDS
        assert list(in_pieces([b"event"], server)) == [b"event"]  # no TCP, no such option
