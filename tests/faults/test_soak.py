"""`make soak` in small: a few students, every kind of fault, a few seconds: the same code."""

from soak import Soak


def test_whatever_breaks_every_run_ends_with_the_bytes_of_an_undisturbed_one():
    soak = Soak(students=8, seconds=8, run_seconds=4, seed=1)
    soak.run()
    assert soak.wrong == 0
    assert soak.runs >= 8
    assert set(soak.faults) == {"worker killed", "server reloaded", "connections reset", "network silent"}
    assert soak.fared["cut"]
    assert soak.traces == 0
    assert "descent_streams_open 0.0" in soak.metrics
    assert [name for name, _, _ in soak.grown()] == ["worker left alone", "masters"]
