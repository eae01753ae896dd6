"""The server's rules, read off its source: who imports whom, no arithmetic, how long a file may be."""

import ast
from pathlib import Path

import pytest
from sources import imports, require_short_with_an_idea

ROOT = Path(__file__).parents[2]
WEB = sorted((ROOT / "web").glob("*.py"))
ENGINE = sorted((ROOT / "dl_core").glob("*.py"))

# From the bottom to the top: a line imports only what stands on an earlier one.
LEVELS = [
    {"__init__", "limits", "turns", "schemas", "problems", "delivery", "events", "headers", "joined"},
    {"arrival", "assets", "desk", "requests", "metrics"},
    {"stream", "openapi", "account", "logs", "prepared"},
    {"train", "api", "pages", "loop", "handout"},
    {"worker"},
]
LEVEL = {name: level for level, names in enumerate(LEVELS) for name in names}

# What the server may know of the engine; the rest is the engine's own affair.
ENGINE_PARTS = {
    *(
        "dl_core.Checkpoint",
        "dl_core.CheckpointError",
        "dl_core.Config",
        "dl_core.ConfigError",
        "dl_core.Trainer",
    ),
    *("dl_core.cost", "dl_core.frames", "dl_core.arrays", "dl_core.sentences", "dl_core.settings"),
}

every_file = pytest.mark.parametrize(
    "path", [*WEB, ROOT / "app.py", ROOT / "gunicorn.conf.py"], ids=lambda path: path.stem
)


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_a_module_imports_only_what_is_below_it(path):
    own = [name.removeprefix("web.") for name in imports(path) if name.startswith("web")]
    assert path.stem in LEVEL
    assert all(LEVEL[name] < LEVEL[path.stem] for name in own)
    assert not [name for name in imports(path) if name.split(".")[0] == "app"]


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_the_server_knows_the_engine_by_its_front_and_does_no_arithmetic(path):
    assert {name for name in imports(path) if name.startswith("dl_core")} <= ENGINE_PARTS
    assert not [name for name in imports(path) if name.split(".")[0] == "numpy"]


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: path.stem)
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


@every_file
def test_whatever_is_public_has_a_docstring(path):
    tree = ast.parse(path.read_text())
    for outer in [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]:
        for node in outer.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                assert ast.get_docstring(node), f"{path.name}: {node.name}"
