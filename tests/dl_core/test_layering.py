"""The folder's rules, read off its source: who imports whom, what is never imported, how long a file is."""

import ast
from pathlib import Path

import pytest
from sources import imports, require_short_with_an_idea

import dl_core

FOLDER = Path(dl_core.__file__).parent
FILES = sorted(path for path in FOLDER.glob("*.py"))

# From the bottom to the top: a line imports only what stands on an earlier one.
LEVELS = [
    {"arrays", "blas", "settings", "sentences", "rng"},
    {"activations", "initializers", "checkpoint", "optimizer_settings", "schedules", "clipping"},
    {"layer", "losses", "optimizers", "datasets", "features", "early_stopping"},
    {"normalization"},
    {"layers"},
    {"splits", "tasks", "network"},
    {"metrics", "parts"},
    {"config"},
    {"data", "side_by_side"},
    {"epochs", "update"},
    {"trainer", "recording"},
    {"folding"},
    {"lines"},
    {"blocks"},
    {"program"},
    {"fast", "inference"},
    {"maps"},
    {"evaluation"},
    {"frames"},
    {"cost"},
    {"__init__"},
]
LEVEL = {name: level for level, names in enumerate(LEVELS) for name in names}

# No Flask, no threads, no clock, no files, no network, no processes.
ALLOWED = {
    "abc",
    "base64",
    "binascii",
    "collections.abc",
    "contextlib",
    "copy",
    "dataclasses",
    "json",
    "math",
    "numpy",
    "numpy.typing",
    "pydantic",
    "pydantic_core",
    "re",
    "threadpoolctl",
    "typing",
    "weakref",
}

every = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)


@every
def test_a_module_imports_only_what_is_below_it(path):
    own = [name.removeprefix("dl_core.") for name in imports(path) if name.startswith("dl_core")]
    assert path.stem in LEVEL
    assert all(LEVEL[name] < LEVEL[path.stem] for name in own)


@every
def test_the_engine_knows_no_server_thread_clock_or_file(path):
    assert {name for name in imports(path) if not name.startswith("dl_core")} <= ALLOWED
    nodes = ast.walk(ast.parse(path.read_text()))
    calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    # Only the lines become code, from its own names alone.
    recorders = {"lines": {"exec", "id"}, "folding": {"id"}}.get(path.stem, set())
    assert not calls - recorders & {"open", "print", "input", "exec", "eval", "hash", "id", "__import__"}


@every
def test_nothing_is_drawn_from_a_global_generator(path):
    drawn = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np.random"
    }
    made = {"PCG64", "SeedSequence"} if path.stem == "rng" else set()
    assert drawn <= {"Generator"} | made


@every
def test_a_file_is_short_and_begins_with_its_idea(path):
    require_short_with_an_idea(path)


@every
def test_whatever_is_public_has_a_docstring(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("__"):
            assert ast.get_docstring(node), f"{path.name}: {node.name}"
