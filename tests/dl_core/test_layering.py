"""Rules of the engine, read off its source: which folder imports which, what is never imported, lengths."""

import ast
from pathlib import Path

import pytest
from sources import imports, require_folders_in_order, require_short_with_an_idea

import dl_core

FOLDER = Path(dl_core.__file__).parent
FILES = sorted(FOLDER.rglob("*.py"))

# From the bottom to the top: a file imports only from its own folder and from earlier ones.
FOLDERS = [
    *("arithmetic", "arrays", "rng", "settings", "checkpoint", "nn", "optim", "data", "config"),
    *("training", "compiler", "frames", "cost", "__init__"),
]

# No Flask, no threads, no clock, no files, no network, no processes.
ALLOWED = {
    *("abc", "base64", "binascii", "collections.abc", "contextlib", "copy", "ctypes", "dataclasses", "json"),
    *("math", "numpy", "numpy.typing", "platform", "pydantic", "pydantic_core", "re", "sys", "threadpoolctl"),
    *("typing", "weakref"),
}

every = pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(FOLDER)))


def test_a_folder_imports_only_from_earlier_ones():
    require_folders_in_order(FOLDER, FOLDERS)


@every
def test_the_engine_knows_no_server_thread_clock_or_file(path):
    assert {name for name in imports(path) if not name.startswith("dl_core")} <= ALLOWED
    nodes = ast.walk(ast.parse(path.read_text()))
    calls = {node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    # Only the generated code is executed, from its own names alone.
    compiler = {"codegen": {"exec", "id"}, "constant_folding": {"id"}}.get(path.stem, set())
    assert not calls - compiler & {"open", "print", "input", "exec", "eval", "hash", "id", "__import__"}


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
