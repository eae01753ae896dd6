"""Scripts and style sheets that belong together are served as one, so that a first visit is a dozen requests.

What a browser would fetch import by import, a round trip for each level of them, is joined at start in the
order in which it would run. The files stay as they are; a form that is not known here is refused at start.
"""

import re
from collections.abc import Mapping
from posixpath import dirname, join, normpath, relpath

IMPORT = re.compile(r"^import \{([\w$\s,]+)\} from '(\.\.?/[^'\n]+)'$", re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async function|function|const) ([\w$]+)\b)", re.MULTILINE)
TYPE = re.compile(r"\bimport\('[^'\n]+'\)\.[A-Z]")
"""In a comment, of a type that another module describes."""
UNKNOWN = re.compile(
    r"(?:^|[;}]|\*/)[ \t]*(?:import|export)\b.*|\bimport\s*(?:\(|/\*|\.\s*meta).*", re.MULTILINE
)
OWN_ADDRESS = "import.meta.url"
MODULES = "$modules"
SHEET = re.compile(r'^@import "([\w-]+\.css)";$', re.MULTILINE)
FIRST_OF_A_FILE = re.compile(r"@(?:import|charset|namespace)\b.*")


def script(entry: str, sources: Mapping[str, str]) -> str:
    """A module and all that it imports, each once and after what it imports itself.

    A module becomes a function's body that returns what it exports, so its other names stay its own. What is
    exported is never assigned to again, else importers would have to see it change.

    Parameters
    ----------
    entry : str
        Path of the module, ``js/main.js``.
    sources : mapping
        The modules' texts by their paths. `ValueError` says what in them cannot be joined.
    """
    exported: dict[str, list[str]] = {}
    pieces = [f"const {MODULES} = {{}};"]

    def add(name: str, importers: tuple[str, ...]) -> None:
        """Write a module down after those that it imports."""
        if name in exported:
            return
        if name in importers:
            raise ValueError(f"{' imports '.join((*importers, name))}. Such a circle cannot be joined.")
        if name not in sources:
            raise ValueError(f"{importers[-1]} imports {name}, which is not there.")
        text = sources[name]
        taken = []
        for names, target in IMPORT.findall(text):
            path = normpath(join(dirname(name), target))
            add(path, (*importers, name))
            wanted = [one.split(" as ") for one in map(str.strip, names.split(",")) if one]
            for missing in (one for one, *_ in wanted if one not in exported[path]):
                raise ValueError(f"{name} imports {missing}, which {path} does not export.")
            taken.append(f"const {{ {', '.join(map(': '.join, wanted))} }} = {MODULES}['{path}'];")
        exported[name] = EXPORT.findall(text)
        body = EXPORT.sub("", IMPORT.sub("", text))
        here = f"new URL('{relpath(name, dirname(entry))}', {OWN_ADDRESS}).href"
        refuse(name, UNKNOWN.search(TYPE.sub("", body.replace(OWN_ADDRESS, ""))))
        if MODULES in text:
            raise ValueError(f"{name} uses the name {MODULES}, which joined scripts use themselves.")
        pieces.append(
            f"// {name}\n{MODULES}['{name}'] = (() => {{\n{''.join(taken)}"
            f"{body.replace(OWN_ADDRESS, here)}\nreturn {{ {', '.join(exported[name])} }};\n}})();"
        )

    add(entry, ())
    return "\n\n".join(pieces) + "\n"


def sheet(entry: str, sources: Mapping[str, str]) -> str:
    """A style sheet with those that it imports in their place. They are of its folder and import none."""

    def included(found: re.Match[str]) -> str:
        name = join(dirname(entry), found[1])
        if name not in sources:
            raise ValueError(f"{entry} imports {name}, which is not there.")
        refuse(name, FIRST_OF_A_FILE.search(sources[name]))
        return f"/* {name} */\n{sources[name]}"

    refuse(entry, FIRST_OF_A_FILE.search(SHEET.sub("", sources[entry])))
    return SHEET.sub(included, sources[entry])


def refuse(name: str, found: re.Match[str] | None) -> None:
    """A `ValueError` if something was found that cannot be joined."""
    if found:
        raise ValueError(f"{name} cannot be joined with other files because of: {found[0].strip()}")
