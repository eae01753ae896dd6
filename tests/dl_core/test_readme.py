import re
from pathlib import Path

import pytest

import dl_core

README = (Path(dl_core.__file__).parent / "README.md").read_text()


@pytest.mark.parametrize("script", re.findall(r"```python\n(.*?)```", README, re.DOTALL))
def test_the_script_runs_as_it_stands(script, capsys):
    exec(script, {})
    printed = capsys.readouterr().out
    assert printed.startswith("200 {'loss': ")
    assert "\n400 {'loss': " in printed
    assert len([line for line in script.splitlines() if line.strip()]) == 10


def test_every_file_named_exists():
    for name in re.findall(r"`(\w+\.py)`", README):
        assert (Path(dl_core.__file__).parent / name).is_file(), name
