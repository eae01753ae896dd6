"""Rules that are read off source files: what they import, how long they are, how they begin."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

LONGEST = 250
ROOT = Path(__file__).parents[1]


def imports(path):
    """Modules that a file imports; what a `from` takes out of a folder counts by its own name."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            folder = ROOT / node.module.replace(".", "/")
            for alias in node.names:
                inside = (folder / f"{alias.name}.py").exists() or (folder / alias.name).is_dir()
                yield f"{node.module}.{alias.name}" if inside else node.module


def require_short_with_an_idea(path):
    """Fail unless the file is short and its first sentence states its idea."""
    source = path.read_text()
    assert len(source.splitlines()) <= LONGEST
    idea = ast.get_docstring(ast.parse(source))
    assert idea is not None
    assert idea.split("\n\n")[0].replace("\n", " ").endswith(".")


def require_folders_in_order(package, folders):
    """Fail unless each file imports only from its own folder of the package and from earlier ones.

    A file of the package itself counts as a folder of that name. No imports run in a circle.
    """
    graph = {}
    for path in sorted(package.rglob("*.py")):
        place = path.relative_to(package).with_suffix("")
        own = folders.index(place.parts[0])
        module = ".".join((package.name, *place.parts)).removesuffix(".__init__")
        graph[module] = {name for name in imports(path) if name.startswith(f"{package.name}.")} - {module}
        for name in graph[module]:
            assert folders.index(name.split(".")[1]) <= own, f"{module} imports {name}"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(f"imports run in a circle: {error.args[1]}") from None
