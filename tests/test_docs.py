"""The docs can fail: what they say runs, and what they name exists."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [
    ROOT / name
    for name in ("README.md", "CONTRIBUTING.md", "dl_core/README.md", "web/README.md", "docs/operators.md")
]

every_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def test_the_readmes_script_runs_as_it_stands(capsys):
    (script,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    exec(script, {})
    assert capsys.readouterr().out.startswith("100 {'loss': ")


@every_page
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target


def test_the_tree_names_what_is_there():
    """Each folder and file of the tree exists, and no folder of code is missing from it."""
    (tree,) = re.findall(r"```\n(app\.py.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    named, folder = set(), ROOT
    for line in tree.splitlines():
        inside, words = line.startswith("  "), re.split(r"\s{2,}", line.strip())[0].split()
        for word in words:
            path = (folder if inside else ROOT) / word
            assert path.exists(), line
            named.add(path)
        folder = folder if inside else ROOT / words[-1]
    for top in ("dl_core", "web", "static/js"):
        for path in (ROOT / top).iterdir():
            if path.is_dir() and path.name != "__pycache__":
                assert path in named, path


@every_page
def test_make_targets_exist(page):
    targets = re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(re.findall(r"(?:`|^)make (\w+)", page.read_text(), re.MULTILINE)) <= set(targets)


def test_everything_pinned():
    for path in ROOT.glob("**/requirements*.txt"):
        if ".venv" not in path.parts:
            for line in path.read_text().replace("\\\n", " ").splitlines():
                requirement = line.split("#")[0].strip()
                assert not requirement or requirement.startswith("-r ") or "==" in requirement, line


def test_what_checks_the_page_is_pinned_to_the_byte():
    wanted = json.loads((ROOT / "package.json").read_text())
    root, *packages = json.loads((ROOT / "package-lock.json").read_text())["packages"].values()
    assert "dependencies" not in wanted, "The page itself needs nothing from npm."
    assert root["devDependencies"] == wanted["devDependencies"]
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted["devDependencies"].values())
    assert packages
    for package in packages:
        assert package["integrity"].startswith("sha512-"), package


def test_what_the_server_runs_on_is_pinned_to_the_byte():
    """By hashes, and as requirements.in says."""
    lines = (ROOT / "requirements.txt").read_text().replace("\\\n", " ").splitlines()
    pinned = {line.split()[0].lower(): line for line in lines if line and not line.startswith("#")}
    for line in pinned.values():
        assert re.search(r" --hash=sha256:[0-9a-f]{64}\b", line), line
    wanted = [line.split("#") for line in (ROOT / "requirements.in").read_text().splitlines()[1:]]
    for requirement, reason in wanted:
        assert requirement.strip().lower() in pinned
        assert reason.strip()
