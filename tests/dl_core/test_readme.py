import re
from pathlib import Path

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


def test_every_file_named_exists():
    for name in re.findall(r"`(\w+\.py)`", README):
        assert (Path(dl_core.__file__).parent / name).is_file(), name
