"""The container's recipe, as far as it can be followed without Docker: what it copies is there and serves."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from serving import serving

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def recipe():
    """The Dockerfile's instructions, each with its argument; lines that are continued are one."""
    text = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


@pytest.fixture(scope="module")
def copied(recipe, tmp_path_factory):
    """A folder with what the Dockerfile copies, and nothing else."""
    folder = tmp_path_factory.mktemp("image")
    for argument in (argument for name, argument in recipe if name == "COPY"):
        *sources, target = argument.split()
        for source in sources:
            found, aim = ROOT / source, folder / target
            if found.is_dir():
                shutil.copytree(found, aim, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(found, aim)
    return folder


def argument_of(recipe, instruction):
    """What the last such instruction says."""
    return [argument for name, argument in recipe if name == instruction][-1]


def test_what_is_copied_starts_and_is_healthy_and_writes_nothing(recipe, copied):
    command = json.loads(argument_of(recipe, "CMD"))
    before = sorted(copied.rglob("*"))
    health = json.loads(re.search(r"CMD (\[.*\])", argument_of(recipe, "HEALTHCHECK"))[1])
    settings = {
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": "",
    }
    with serving(str(BIN / command[0]), *command[1:], folder=copied, settings=settings) as server:
        environment = {**os.environ, "PORT": str(server.port)}
        checked = subprocess.run(
            [BIN / health[0], *health[1:]], env=environment, check=False, capture_output=True
        )
        assert checked.returncode == 0, checked.stderr
        assert server.stop() == 0
        ill = subprocess.run(
            [BIN / health[0], *health[1:]], env=environment, check=False, capture_output=True
        )
        assert ill.returncode != 0
        assert "Traceback" not in server.log
    assert sorted(copied.rglob("*")) == before


def test_requirements_are_installed_before_the_code_is_copied(recipe):
    steps = [f"{name} {argument}" for name, argument in recipe]
    installed = next(i for i, step in enumerate(steps) if "pip install" in step)
    assert steps[installed].endswith("-r requirements.txt")
    assert steps[installed - 1].startswith("COPY requirements.txt")
    assert installed < steps.index("COPY web ./web")


def test_it_runs_as_nobody_special_on_a_small_base(recipe):
    assert recipe[0] == ("FROM", "python:3.13-slim")
    user = argument_of(recipe, "USER")
    assert user.split(":")[0] not in ("root", "0")
    names = [name for name, _ in recipe]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in ("COPY", "RUN"))


def test_the_builder_gets_what_the_recipe_copies(recipe):
    kept = re.findall(r"^!(\S+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    copied = [source for name, argument in recipe if name == "COPY" for source in argument.split()[:-1]]
    assert sorted(kept) == sorted(copied)
