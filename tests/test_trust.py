"""What clients send is numbers and text: nothing in the program runs it, unpickles it, or writes files."""

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from dl_core import Config, Trainer
from dl_core.compiler.codegen import CodeWriter
from dl_core.nn.activations import ACTIVATIONS

ROOT = Path(__file__).parents[1]
FILES = [*sorted((ROOT / "dl_core").rglob("*.py")), *sorted((ROOT / "web").rglob("*.py")), ROOT / "app.py"]

FORBIDDEN_MODULES = {
    *(
        "pickle",
        "marshal",
        "shelve",
        "dill",
        "joblib",
        "cloudpickle",
        "dbm",
        "yaml",
        "xml",
        "ctypes",
        "subprocess",
    ),
    *("code", "codeop", "runpy", "importlib", "tempfile", "shutil", "zipfile", "tarfile", "sqlite3"),
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "open", "breakpoint", "input"}
FORBIDDEN_METHODS = {
    *(
        "write_text",
        "write_bytes",
        "open",
        "unlink",
        "rename",
        "replace_file",
        "mkdir",
        "rmdir",
        "touch",
        "chmod",
    ),
    *("symlink_to", "hardlink_to", "system", "popen", "removedirs", "makedirs"),
    *("load", "save", "savez", "savetxt", "loadtxt", "genfromtxt", "fromfile", "tofile", "memmap", "dump"),
}
ALLOWED = {("codegen", "exec"), ("arithmetic", "ctypes"), ("memory", "ctypes")}
"""The source that a step is written out as, see below; calls of the C library with own numbers."""

every_file = pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")


@every_file
def test_nothing_is_imported_that_runs_or_keeps_what_clients_send(path):
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module.split(".")[0])
    assert {(path.stem, name) for name in found & FORBIDDEN_MODULES} <= ALLOWED


@every_file
def test_nothing_is_called_that_runs_or_keeps_what_clients_send(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name) and node.id in FORBIDDEN_CALLS:
            assert (path.stem, node.id) in ALLOWED, f"line {node.lineno}: {node.id}"
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                assert node.func.attr not in FORBIDDEN_METHODS, f"line {node.lineno}: {node.func.attr}"
            assert "allow_pickle" not in {word.arg for word in node.keywords}


SOURCE = re.compile(r"[A-Za-z0-9_=,.*:\[\]() \n-]*")
"""No quotes, no operators, no attribute of anything but a method that was recorded."""


def source_of(document, checkpoint=None):
    """The code of a step, and the values that it names."""
    trainer = Trainer(Config.parse(document), checkpoint)
    trainer.train(steps=1)
    (program,) = trainer.programs.values()
    return program.source


def names_in(source):
    """Every name that the source reads or sets."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


WORDS = {
    *("run", "x", "t", "steps", "hoisted", "V", "W", "T", "z", "a", "d", "dV", "ones", "dot", "c", "scratch"),
    *("slope", "params", "grads", "constants", "drawn", "reduce", "zip", "m", "v"),
    *(word for name in ACTIVATIONS for word in name.split("_")),
}
"""What names in the source are made of, beside NumPy's functions and counts."""


def test_the_source_of_a_step_is_names_of_its_own_making():
    """Words of the program, or a function's name in it, and counts."""
    document = {
        "data": {"name": "blobs", "n_classes": 5, "n_samples": 60},
        "model": {
            "layers": [{"type": "dense", "activation": "selu"}, {"type": "dropout"}, {"type": "dense"}]
        },
        "training": {"optimizer": {"name": "adamw"}, "l1": 0.1, "l2": 0.1},
    }
    source = source_of(document)
    assert SOURCE.fullmatch(source)
    for node in ast.walk(ast.parse(source)):
        assert not isinstance(node, ast.Import | ast.ImportFrom | ast.Lambda | ast.BinOp)
        if isinstance(node, ast.Attribute):
            assert ast.unparse(node) == "x.dot"
        if isinstance(node, ast.Constant):
            assert isinstance(node.value, int | bool | type(None) | type(...))
    for name in names_in(source):
        words = [name] if hasattr(np, name) else re.findall(r"[A-Za-z]+", name)
        assert set(words) <= WORDS | set(dir(np)), name


def test_what_a_client_writes_is_not_in_the_source():
    """Numbers and names may be anything that a config may hold: the source stays the same to the letter."""
    one = {
        "data": {"seed": 1, "noise": 0.1},
        "training": {"optimizer": {"name": "adam", "learning_rate": 0.2}},
    }
    other = {
        "data": {"name": "moons", "seed": 987654321, "noise": 0.4321, "features": ["sin(x1)", "x1*x2"]},
        "model": {"seed": 123454321, "initializer": "orthogonal"},
        "training": {
            "optimizer": {"name": "adam", "learning_rate": 0.0123456789, "beta1": 0.55},
            "seed": 4242424242,
        },
    }
    assert source_of(one) == source_of(other)


@pytest.mark.parametrize(
    "hostile", ["__import__('os').system('x')", "a; import os", "\n    raise SystemExit", "a"]
)
def test_a_name_of_an_array_is_never_text_that_was_given(hostile):
    """Names are made from words in the program and a count, whatever a value says of itself."""

    class Text(np.ndarray):
        def __str__(self):
            return hostile

        __repr__ = __str__

    writer = CodeWriter()
    array = np.zeros((3, 1), np.float32).view(Text)
    writer.record(lambda a: np.multiply(a, 2.0, out=a), array, transposed=False)
    _, source = writer.loop(["a"])
    if hostile != "a":
        assert hostile.strip() not in source
    assert SOURCE.fullmatch(source)


def test_no_setting_is_free_text():
    """Every text of a config is one of a closed set of names."""
    schemas = Config.model_json_schema()

    def texts(node):
        if isinstance(node, dict):
            if node.get("type") == "string":
                yield node
            for child in node.values():
                yield from texts(child)
        elif isinstance(node, list):
            for child in node:
                yield from texts(child)

    found = list(texts(schemas))
    assert found
    for node in found:
        assert "enum" in node or "const" in node, node
