"""A new entry of any family is one thing in one place: nothing else needs to know of it."""

import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from serving import serving

TESTS = Path(__file__).parent


def test_a_dummy_of_each_family_works_everywhere():
    paths = os.pathsep.join(map(str, (TESTS.parent, TESTS, TESTS / "web")))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "dummies", str(TESTS / "one_place_each.py")]
    run = subprocess.run(
        command, cwd=TESTS.parent, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stdout


def test_a_real_server_has_them():
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    with (
        serving(gunicorn, "-c", str(TESTS / "gunicorn_dummies.py")) as server,
        urllib.request.urlopen(server.url + "/api/openapi.json") as answer,
    ):
        assert b"dummy_fold" in answer.read()
