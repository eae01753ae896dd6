"""Joined scripts and sheets: each module once, after what it imports; what is not understood is refused."""

import re

import pytest
from serving import ROOT

from web.page.assets import JOINED
from web.page.bundle import script, sheet

STATIC = ROOT / "static"
SOURCES = {
    path.relative_to(STATIC).as_posix(): path.read_text()
    for path in STATIC.rglob("*")
    if path.suffix in (".js", ".css")
}


def joined(main, **others):
    """`main.js` with other modules of its folder."""
    modules = {f"js/{name}.js": text for name, text in others.items()}
    return script("js/main.js", {"js/main.js": main, **modules})


def order(text):
    """The modules in a joined script, as they run."""
    return re.findall(r"^\$modules\['([^']+)'\] = \(\(\) => \{$", text, re.MULTILINE)


def test_every_script_and_sheet_of_the_page_is_in_what_it_begins_with():
    whole = {name: join(name, SOURCES) for name, join in JOINED.items()}
    modules = [name for one in whole.values() for name in order(one)]
    worker = "js/views/network/links-worker.js"
    assert sorted({*modules, "js/boot.js"}) == sorted(name for name in SOURCES if name.endswith(".js"))
    assert modules.count("js/main.js") == modules.count(worker) == 1
    assert order(whole["js/main.js"])[-1] == "js/main.js"
    assert not re.findall(r"^(?:import|export)\b.*", "\n".join(whole.values()), re.MULTILINE)
    names = re.findall(r"^/\* (css/[\w-]+\.css) \*/$", whole["css/page.css"], re.MULTILINE)
    assert sorted({*names, "css/page.css"}) == sorted(name for name in SOURCES if name.endswith(".css"))
    for name in names:
        assert SOURCES[name] in whole["css/page.css"]
        assert not re.search(r"url\(", SOURCES[name]) or "url(data:" in SOURCES[name]


def test_a_module_runs_once_and_after_what_it_imports():
    text = joined(
        "import { a } from './a.js'\nimport { b, c } from './b.js'\na(b, c)\n",
        a="import { b as other } from './b.js'\nexport function a() { return other }\n",
        b="export const b = 1\nexport async function c() {}\nconst own = 2\n",
    )
    assert order(text) == ["js/b.js", "js/a.js", "js/main.js"]
    assert "const { b: other } = $modules['js/b.js'];" in text
    assert "const { b, c } = $modules['js/b.js'];" in text
    assert "\nreturn { b, c };\n" in text


def test_a_list_of_imports_may_go_over_lines():
    lines = "import {\n  a,\n  b as c,\n} from './x.js'\n"
    text = joined(lines, x="export const a = 1\nexport const b = 2\n")
    assert "const { a, b: c } = $modules['js/x.js'];" in text


def test_a_module_still_knows_its_own_address():
    sources = {
        "js/main.js": "import { at } from './views/deep/x.js'\nat()\n",
        "js/views/deep/x.js": "export const at = () => import.meta.url\n",
    }
    here = "new URL('views/deep/x.js', import.meta.url).href"
    assert f"const at = () => {here}\n" in script("js/main.js", sources)


def test_types_and_words_in_comments_are_none_of_the_joiners_business():
    comment = (
        "/** Imports nothing. @type {import('./x.js').Thing} */\n// to import or export\n"
        "/**\n * export it\n * import it @param {import('./y.js').Other} z\n */\nconst url = 'api/export'\n"
    )
    assert comment in joined(comment)


@pytest.mark.parametrize(
    "line",
    [
        *("import x from './x.js'", "import x, { y } from './x.js'"),
        *("import * as x from './x.js'", "import './x.js'", "import {} from './x.js'"),
        *('import { x } from "./x.js"', "import { x } from 'x'", "import { default as x } from './x.js'"),
        *("  import { x } from './x.js'", "const y = 1; import { x } from './x.js'"),
        *("export let x = 1", "export var x = 1", "export default 1", "export class X {}", "export { x }"),
        *("export * from './x.js'", "export function* x() {}"),
        *("export const { x } = y", "export const [x] = y"),
        *("const x = await import('./x.js')", "import('./x.js').then(f)", "import /**/ ('./x.js')"),
        *("const x = import.meta", "import.meta.resolve('./x.js')", "/** a comment */ export let x = 1"),
    ],
)
def test_other_forms_are_refused(line):
    with pytest.raises(ValueError, match=r"^js/main\.js (cannot be joined|imports default)"):
        joined(f"const first = 1\n{line}\n", x="export const x = 1\n")


def test_a_name_that_is_not_exported_is_refused():
    with pytest.raises(ValueError, match=r"^js/main\.js imports b, which js/x\.js does not export\.$"):
        joined("import { b } from './x.js'\n", x="export const a = 1, b = 2\n")


def test_a_module_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match=r"^js/main\.js imports js/x\.js, which is not there\.$"):
        joined("import { x } from './x.js'\n")


def test_modules_that_import_each_other_are_refused():
    with pytest.raises(ValueError, match=r"js/a\.js imports js/b\.js imports js/a\.js"):
        joined(
            "import { a } from './a.js'\n",
            a="import { b } from './b.js'\nexport const a = 1\n",
            b="import { a } from './a.js'\nexport const b = 1\n",
        )


def test_the_joiners_own_name_is_refused():
    with pytest.raises(ValueError, match=r"uses the name \$modules"):
        joined("const $modules = 1\n")


@pytest.mark.parametrize(
    ("page", "other"),
    [
        *(('@import "none.css";\n', ""), ('@import url("x.css");\n', ""), ('@import "x.css" print;\n', "")),
        *(('@import "deep/x.css";\n', ""), ('@charset "utf-8";\n', "")),
        *(('@import "x.css";\n', '@import "y.css";\n'), ('@import "x.css";\n', "@namespace svg url(x);\n")),
    ],
)
def test_other_forms_of_a_sheet_are_refused(page, other):
    with pytest.raises(ValueError, match=r"^css/\w+\.css (cannot be joined|imports css/none\.css)"):
        sheet("css/page.css", {"css/page.css": page, "css/x.css": other})
