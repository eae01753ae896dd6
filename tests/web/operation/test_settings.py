"""Settings of the server: what a deployment may set, and what it is told about values that are wrong."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app import create_app
from web.api.problems import Problem
from web.operation.settings import ServerSettings

ROOT = Path(__file__).parents[3]
README = (ROOT / "web" / "README.md").read_text()
NAMES = list(ServerSettings.model_fields)


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def refused(monkeypatch):
    """Load the settings from such an environment; the sentences that end the start."""

    def load(**environment):
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as refusal:
            ServerSettings.from_environment()
        return refusal.value.code.splitlines()

    return load


def test_unset_and_empty_mean_the_default(monkeypatch):
    defaults = ServerSettings.from_environment()
    for name in NAMES:
        monkeypatch.setenv(name, "")
    assert ServerSettings.from_environment() == defaults


def test_the_environment_sets_the_limits_of_a_worker(monkeypatch):
    monkeypatch.setenv("DESCENT_STREAMS", "3")
    monkeypatch.setenv("DESCENT_LEASE_SECONDS", "2.5")
    state = create_app().extensions["worker_state"]
    held = [state.acquire_slot() for _ in range(3)]
    assert len(held) == 3
    with pytest.raises(Problem, match="Every place for training is taken"):
        state.acquire_slot()
    assert state.lease_seconds == 2.5


def test_a_test_may_set_them_too():
    assert create_app({"DESCENT_LEASE_SECONDS": 7}).extensions["worker_state"].lease_seconds == 7


def test_lists_are_separated_by_spaces(monkeypatch):
    monkeypatch.setenv("DESCENT_EMBED_ORIGINS", "https://learn.example.org:8443  http://*.school.example")
    monkeypatch.setenv("DESCENT_TRUSTED_HOSTS", "descent.example.org .school.example 10.0.0.1")
    settings = ServerSettings.from_environment()
    assert settings.DESCENT_EMBED_ORIGINS == ("https://learn.example.org:8443", "http://*.school.example")
    assert settings.DESCENT_TRUSTED_HOSTS == ("descent.example.org", ".school.example", "10.0.0.1")


@pytest.mark.parametrize("name", ["DESCENT_STREAMS", "DESCENT_LEASE_SECONDS", "WEB_CONCURRENCY"])
@pytest.mark.parametrize("text", ["0", "-1", "many", "nan", "inf", "1e9", "0x10"])
def test_nonsense_is_refused(refused, name, text):
    (sentence,) = refused(**{name: text})
    assert re.fullmatch(rf"{name} must be a (whole )?number from 1 to 100000; got '{text}'\.", sentence)


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("DESCENT_STREAMS", "2.5", "must be a whole number from 1 to 100000; got '2.5'."),
        ("DESCENT_STREAMS_PER_ADDRESS", "0", "must be a whole number from 1 to 100000; got '0'."),
        ("DESCENT_PROXIES", "-1", "must be a whole number from 0 to 100000; got '-1'."),
        ("PORT", "65536", "must be a whole number from 1 to 65535; got '65536'."),
        ("LOG_LEVEL", "loud", "must be one of debug, info, warning, error, critical; got 'loud'."),
        ("ACCESS_LOG", "loud", "must be on or off; got 'loud'."),
        ("DESCENT_STREAMS", "9" * 5000, f"must be a whole number from 1 to 100000; got '{'9' * 60}'."),
        *(
            ("DESCENT_EMBED_ORIGINS", text, f"must be origins like https://learn.example.org; got '{text}'.")
            for text in ("*", "learn.example.org", "https://a/b", "https://a;script-src")
        ),
        *(
            ("DESCENT_TRUSTED_HOSTS", text, f"must be host names like learn.example.org; got '{text}'.")
            for text in ("*", "https://learn.example.org", "a/b", "*.example.org", "a:80")
        ),
    ],
)
def test_a_wrong_value_is_refused_with_a_sentence(refused, name, text, sentence):
    assert refused(**{name: text}) == [f"{name} {sentence}"]


def test_each_wrong_variable_has_one_sentence(refused):
    sentences = refused(PORT="http", DESCENT_TRUSTED_HOSTS="* /", ACCESS_LOG="perhaps")
    assert [sentence.split()[0] for sentence in sentences] == ["PORT", "DESCENT_TRUSTED_HOSTS", "ACCESS_LOG"]


@pytest.mark.parametrize("command", [["-m", "gunicorn"], ["app.py"]])
def test_a_wrong_value_ends_the_start_with_its_sentence_alone(command):
    environment = {"PORT": "http", "DESCENT_STREAMS": "none"}
    started = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )
    assert started.returncode == 1
    assert started.stdout == ""
    assert started.stderr.splitlines() == [
        "PORT must be a whole number from 1 to 65535; got 'http'.",
        "DESCENT_STREAMS must be a whole number from 1 to 100000; got 'none'.",
    ]


@pytest.mark.parametrize(
    ("text", "meant"), [("on", True), ("off", False), ("1", True), ("0", False), ("", False)]
)
def test_a_switch_is_on_or_off(monkeypatch, text, meant):
    monkeypatch.setenv("ACCESS_LOG", text)
    assert ServerSettings.from_environment().ACCESS_LOG is meant


def row(name):
    """A setting's row in the README's table."""
    field = ServerSettings.model_fields[name]
    default = "off" if field.default is False else field.default
    if default is None or default == ():
        default = ""
    return f"| `{name}` | {default:g} |" if isinstance(default, float) else f"| `{name}` | {default} |"


def test_the_readmes_table_says_what_the_class_declares():
    rows = re.findall(r"^\| `[A-Z_]+` \|.*$", README, re.MULTILINE)
    assert rows == [f"{row(name)} {ServerSettings.model_fields[name].description} |" for name in NAMES]


def test_every_other_variable_that_is_read_is_no_setting_of_ours():
    sources = [*(ROOT / "web").rglob("*.py"), ROOT / "app.py", ROOT / "gunicorn.conf.py"]
    code = "\n".join(path.read_text() for path in sources)
    read = set(re.findall(r"""os\.environ(?:\.get\(|\.setdefault\(|\[)["']([A-Z_]+)["']""", code))
    assert read <= {"OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"}


def test_the_readme_lists_every_file():
    listed = set(re.findall(r"`(\w+\.py)`", README))
    assert {path.name for path in (ROOT / "web").glob("*.py") if path.name != "__init__.py"} <= listed
