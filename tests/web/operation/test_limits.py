"""What a deployment may set, and what it is told if that is nonsense."""

import re
from pathlib import Path

import pytest

from app import create_app
from web.api.problems import Problem
from web.operation.limits import Limits, flag, from_environment

README = Path(__file__).parents[3] / "web" / "README.md"


def test_unset_and_empty_mean_the_default(monkeypatch):
    names = Limits.__annotations__
    for name in names:
        monkeypatch.delenv(name, raising=False)
    usual = from_environment()
    assert set(usual) == set(names)
    for name in names:
        monkeypatch.setenv(name, "")
    assert from_environment() == usual


def test_the_environment_sets_the_limits(monkeypatch):
    monkeypatch.setenv("DESCENT_STREAMS", "3")
    monkeypatch.setenv("DESCENT_LEASE_SECONDS", "2.5")
    found = from_environment()
    assert (found["DESCENT_STREAMS"], found["DESCENT_LEASE_SECONDS"]) == (3, 2.5)
    assert found["DESCENT_STREAMS_PER_ADDRESS"] == 3
    state = create_app().extensions["worker_state"]
    held = [state.acquire_slot() for _ in range(3)]
    assert len(held) == 3
    with pytest.raises(Problem, match="Every place for training is taken"):
        state.acquire_slot()
    assert state.lease_seconds == 2.5


def test_a_test_may_set_them_too():
    assert create_app({"DESCENT_LEASE_SECONDS": 7}).extensions["worker_state"].lease_seconds == 7


@pytest.mark.parametrize("name", ["DESCENT_STREAMS", "DESCENT_LEASE_SECONDS"])
@pytest.mark.parametrize("text", ["0", "-1", "many", "nan", "inf", "1e9", "0x10"])
def test_nonsense_is_refused(monkeypatch, name, text):
    monkeypatch.setenv(name, text)
    with pytest.raises(ValueError, match=rf"^{name} must be a .*number from 1 to 100000; got '{text}'\.$"):
        from_environment()


@pytest.mark.parametrize(
    "text", ["*", "learn.example.org", "https://a/b", "https://a; script-src *", "'self'"]
)
def test_what_is_no_origin_is_refused(monkeypatch, text):
    monkeypatch.setenv("DESCENT_EMBED_ORIGINS", f"https://learn.example.org:8443 {text}")
    with pytest.raises(ValueError, match=r"^DESCENT_EMBED_ORIGINS must be origins like https://"):
        from_environment()


def test_there_may_be_no_proxy(monkeypatch):
    monkeypatch.setenv("DESCENT_PROXIES", "0")
    assert from_environment()["DESCENT_PROXIES"] == 0


def test_there_is_no_part_of_a_stream(monkeypatch):
    monkeypatch.setenv("DESCENT_STREAMS", "2.5")
    with pytest.raises(
        ValueError, match=r"^DESCENT_STREAMS must be a whole number from 1 to 100000; got '2\.5'\.$"
    ):
        from_environment()


def test_on_and_off_are_all_that_may_be_said(monkeypatch):
    monkeypatch.delenv("ACCESS_LOG", raising=False)
    assert flag("ACCESS_LOG") is False
    for text, meant in (("", False), ("off", False), ("on", True)):
        monkeypatch.setenv("ACCESS_LOG", text)
        assert flag("ACCESS_LOG") is meant
    monkeypatch.setenv("ACCESS_LOG", "yes")
    with pytest.raises(ValueError, match=r"^ACCESS_LOG must be on or off; got 'yes'\.$"):
        flag("ACCESS_LOG")


def test_the_readme_lists_what_is_read():
    root = README.parents[1]
    sources = [*(root / "web").rglob("*.py"), root / "app.py", root / "gunicorn.conf.py"]
    code = "\n".join(path.read_text() for path in sources)
    read = set(re.findall(r"""(?:environ\.get|number|flag|origins)\(["']([A-Z_]+)["']""", code))
    listed = set(re.findall(r"^\| `([A-Z_]+)` \|", README.read_text(), re.MULTILINE))
    assert read == listed


def test_the_readme_lists_every_file():
    listed = set(re.findall(r"`(\w+\.py)`", README.read_text()))
    assert {path.name for path in README.parent.glob("*.py") if path.name != "__init__.py"} <= listed
