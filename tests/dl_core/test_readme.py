import re
from pathlib import Path

from test_layering import FOLDERS

import dl_core

README = (Path(dl_core.__file__).parent / "README.md").read_text()


SCRIPTS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_run_in_ten_lines_runs_as_it_stands(capsys):
    script = SCRIPTS[0]
    exec(script, {})
    printed = capsys.readouterr().out
    assert printed.startswith("200 {'loss': ")
    assert "\n400 {'loss': " in printed
    assert len([line for line in script.splitlines() if line.strip()]) == 10


def test_the_code_of_a_step_can_be_printed(capsys):
    exec(SCRIPTS[1], {})
    assert "tanh" in capsys.readouterr().out


FOLDER = Path(dl_core.__file__).parent


def test_every_file_named_exists():
    for name in re.findall(r"`([\w/]+(?:\.py|/))`", README):
        assert any((root / name).exists() for root in (FOLDER, FOLDER.parent)), name


def test_every_file_is_in_the_reading_order():
    table = README.split("| file | its idea |")[1].split("\n\n")[0]
    named = re.findall(r"`([\w/]+(?:\.py|/))`", table)
    for path in FOLDER.rglob("*.py"):
        name = str(path.relative_to(FOLDER))
        registry = path.stem == "optimizers" or path.name == "__init__.py"
        assert registry or any(name == entry or name.startswith(entry) for entry in named), name


def test_the_order_of_folders_is_the_one_that_is_enforced():
    order = re.search(r"from earlier ones:\n`([^`]+)`", README)[1].split(", ")
    assert [*order, "__init__"] == FOLDERS
