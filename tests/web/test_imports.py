"""The server's rules, read off its source: which folder imports which, no arithmetic, file lengths."""

from pathlib import Path

import pytest
from sources import imports, require_folders_in_order, require_short_with_an_idea

ROOT = Path(__file__).parents[2]
WEB = sorted((ROOT / "web").rglob("*.py"))
ENGINE = sorted((ROOT / "dl_core").rglob("*.py"))

# From the bottom to the top: a file imports only from its own folder and from earlier ones.
FOLDERS = ["description", "operation", "api", "training", "page", "worker", "__init__"]

# What the server may know of the engine; the rest is the engine's own affair.
ENGINE_PARTS = {
    *("dl_core", "dl_core.arrays", "dl_core.cost", "dl_core.frames"),
    *("dl_core.settings.declaration", "dl_core.settings.sentences"),
}

every_file = pytest.mark.parametrize(
    "path", [*WEB, ROOT / "app.py", ROOT / "gunicorn.conf.py"], ids=lambda path: str(path.relative_to(ROOT))
)


def test_a_folder_imports_only_from_earlier_ones():
    require_folders_in_order(ROOT / "web", FOLDERS)


@pytest.mark.parametrize("path", WEB, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_server_knows_the_engine_by_its_front_and_does_no_arithmetic(path):
    assert {name for name in imports(path) if name.startswith("dl_core")} <= ENGINE_PARTS
    assert not [name for name in imports(path) if name.split(".")[0] == "numpy"]


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_knows_no_server(path):
    assert not {name.split(".")[0] for name in imports(path)} & {
        "web",
        "app",
        "flask",
        "werkzeug",
        "gunicorn",
    }


@every_file
def test_a_file_is_short_and_begins_with_its_idea(path):
    require_short_with_an_idea(path)
