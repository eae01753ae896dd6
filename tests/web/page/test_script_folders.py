"""The page's scripts: which folder imports which."""

import re
from posixpath import dirname, join, normpath

import pytest
from serving import ROOT

SCRIPTS = ROOT / "static" / "js"
FILES = {path.relative_to(SCRIPTS).as_posix(): path.read_text() for path in SCRIPTS.rglob("*.js")}

IMPORTED_BY = {
    "display": set(),
    "model": {"display"},
    "controls": {"display", "model"},
    "server": {"model"},
    "page": {"display", "model"},
    "views": {"display", "model", "controls"},
    "boot.js": set(),
    "main.js": {"display", "model", "controls", "server", "page", "views"},
}
"""From the bottom to the top: what each folder may import beside its own files."""


def imports(name: str) -> list[str]:
    """The modules that a module imports."""
    return [
        normpath(join(dirname(name), target))
        for target in re.findall(r"^import .* from '(.+)'$", FILES[name], re.M)
    ]


@pytest.mark.parametrize("name", FILES)
def test_a_script_imports_from_its_own_folder_and_from_those_below(name: str) -> None:
    folder = name.split("/")[0]
    assert {target.split("/")[0] for target in imports(name)} <= IMPORTED_BY[folder] | {folder}


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("views/")])
def test_a_view_imports_no_other_view(name: str) -> None:
    own = "/".join(name.removesuffix(".js").split("/")[:2])
    others = [
        target for target in imports(name) if target.startswith("views/") and not target.startswith(f"{own}/")
    ]
    assert others == []


@pytest.mark.parametrize("name", FILES)
def test_a_script_is_short(name: str) -> None:
    assert len(FILES[name].splitlines()) <= 250
