"""The machine misbehaves: no room on any disk, nothing to write to, nobody reads the log, the clock jumps."""

import ast
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from serving import ROOT, eventually, serving
from soak import children, undisturbed
from wire import named, streaming, train

GUNICORN = str(Path(sys.executable).with_name("gunicorn"))
MOUNTS = subprocess.run(["unshare", "-m", "true"], capture_output=True, check=False).returncode == 0
may_mount = pytest.mark.skipif(not MOUNTS, reason="Only root may take disks away from a process.")

READ_ONLY = """
mount -o remount,bind,ro /
if touch x 2>/dev/null; then exit 1; fi
"""
FULL = """
for place in /dev/shm /mnt; do
    mount -t tmpfs -o size=64k none $place
    dd if=/dev/zero of=$place/full 2>/dev/null || true
    if echo x > $place/one-more; then exit 1; fi
done
"""
LOUD = {"ACCESS_LOG": "on", "LOG_LEVEL": "debug", "WEB_CONCURRENCY": "2", "HOME": "/proc"}


def without(*lines):
    """A command that changes what the server finds, for itself alone, and then becomes it."""
    return ["unshare", "-m", "sh", "-ec", "\n".join([*lines, f"cd '{ROOT}'", f"exec '{GUNICORN}'"])]


def serves(server):
    """A run, its metrics, and a worker that is replaced."""
    found = train(server, until={"step": 50}, views=[])
    assert named("checkpoint", found)[-1] == undisturbed({}, 50)


@may_mount
def test_the_server_needs_nothing_to_write_to():
    with serving(*without(READ_ONLY)) as server:
        serves(server)


@may_mount
def test_full_disks_stop_nobody():
    """Even those in memory: counts are in memory of their own."""
    with serving(*without(FULL, READ_ONLY), settings={**LOUD, "TMPDIR": "/mnt"}) as server:
        serves(server)
        for pid in children(server):
            os.kill(pid, signal.SIGKILL)
        eventually(server.answers)
        serves(server)


def test_a_log_that_cannot_be_written_stops_nobody():
    with serving("sh", "-c", f"exec '{GUNICORN}' >/dev/full 2>&1", settings=LOUD) as server:
        serves(server)
        train(server, until={"step": 3})
        assert server.stop() == 0


JUMPING = """
import os
import time

real, real_ns = time.time, time.time_ns
jump = lambda: int(open(os.environ["JUMP"]).read())
time.time = lambda: real() + jump()
time.time_ns = lambda: real_ns() + jump() * 10**9
"""


def test_a_clock_that_jumps_is_not_noticed(tmp_path):
    """Every Python process of the server reads the wall clock through what is imported when it starts."""
    (tmp_path / "sitecustomize.py").write_text(JUMPING)
    jump, new = tmp_path / "jump", tmp_path / "new"

    def set_forward(days):
        new.write_text(str(days * 86_400))
        new.replace(jump)  # nobody ever reads half of it

    set_forward(0)
    settings = {"PYTHONPATH": str(tmp_path), "JUMP": str(jump), "LOG_LEVEL": "info", "ACCESS_LOG": "on"}
    with serving(settings=settings) as server, streaming(server, epochs_per_second=5, views=[]) as stream:
        stream.until("checkpoint")
        for days in (2, -2, 1000):
            set_forward(days)
            steps = [stream.until("checkpoint")["step"] for _ in range(2)]
            assert 0 < steps[1] - steps[0] < 500  # what a second allows for, not what two days do
            train(server, until={"step": 1})
        assert server.log.count("Booting worker") == 1

        def years():
            return [int(json.loads(line)["time"][:4]) for line in server.log.splitlines() if line[0] == "{"]

        eventually(lambda: years()[-1] >= years()[0] + 2)  # the log believes it, and nothing else does


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "web").rglob("*.py")), ROOT / "app.py", ROOT / "gunicorn.conf.py"],
    ids=lambda path: path.stem,
)
def test_time_is_measured_with_a_clock_that_does_not_jump(path):
    named = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    assert not named & {"time.time", "datetime.now", "datetime.utcnow", "time.localtime", "date.today"}
