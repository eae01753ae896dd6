"""docs/generated-step.md shows what the compiler writes today, and rules as they stand in the engine."""

import re
from pathlib import Path

import pytest

import dl_core
from dl_core import Config, Trainer

FOLDER = Path(dl_core.__file__).parent
PAGE = (FOLDER.parent / "docs" / "generated-step.md").read_text()
RULES = re.findall(r"```python rule\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def program():
    """The default config's program."""
    trainer = Trainer(Config())
    trainer.train(steps=1)
    return trainer.programs[10]


def test_the_code_on_the_page_is_what_the_compiler_writes(program):
    shown = "".join(re.findall(r"```python generated\n(.*?)```", PAGE, re.DOTALL))
    assert shown == re.sub(r"\*, .*(?=\):\n)", "*, ...", program.source, count=1) + "\n"


def test_the_numbers_on_the_page_are_those_of_the_code(program):
    values = program.run.__kwdefaults__
    shown = {name: float(number) for name, number in re.findall(r"`(c\d)` = (-?[\d.]*\d)", PAGE)}
    assert shown == {
        name: pytest.approx(float(values[name])) for name in values if re.fullmatch(r"c\d", name)
    }


def test_the_shape_on_the_page_is_that_of_the_array(program):
    assert program.run.__kwdefaults__["z1"].shape == (4, 10)
    assert "`z1` is (4, 10)" in PAGE


def test_there_are_rules_on_the_page():
    assert len(RULES) == 9


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_on_the_page_stands_in_the_engine(rule):
    sources = [path.read_text() for name in ("nn", "optim") for path in (FOLDER / name).rglob("*.py")]
    assert any(rule in source for source in sources)
