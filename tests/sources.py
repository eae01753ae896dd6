"""Rules that are read off source files: what they import, how long they are, how they begin."""

import ast

LONGEST = 250


def imports(path):
    """Modules that a file imports; names taken from a package count as its parts."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            if node.module in ("web", "dl_core"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def require_short_with_an_idea(path):
    """Fail unless the file is short and its first sentence states its idea."""
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST
    idea = ast.get_docstring(ast.parse(source))
    assert idea is not None
    assert idea.split("\n\n")[0].replace("\n", " ").endswith(".")
