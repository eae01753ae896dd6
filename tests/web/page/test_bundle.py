"""The bundle: each module once, after what it imports; what is not understood is refused."""

import re

import pytest
from serving import ROOT

from web.page.assets import BUNDLES
from web.page.bundle import script, sheet

STATIC = ROOT / "static"
SOURCES = {
    path.relative_to(STATIC).as_posix(): path.read_text()
    for path in STATIC.rglob("*")
    if path.suffix in (".js", ".css")
}


def bundled(main, **others):
    """`main.js` with other modules of its folder."""
    modules = {f"js/{name}.js": text for name, text in others.items()}
    return script("js/main.js", {"js/main.js": main, **modules})


def order(text):
    """The modules in a bundle, as they run."""
    return re.findall(r"^\$modules\['([^']+)'\] = \(\(\) => \{$", text, re.MULTILINE)


def test_every_script_and_sheet_of_the_page_is_in_a_bundle():
    bundles = {name: bundle(name, SOURCES) for name, bundle in BUNDLES.items()}
    modules = [name for text in bundles.values() for name in order(text)]
    assert sorted({*modules, "js/boot.js"}) == sorted(name for name in SOURCES if name.endswith(".js"))
    assert order(bundles["js/main.js"])[-1] == "js/main.js"
    assert len(order(bundles["js/main.js"])) == len(set(order(bundles["js/main.js"])))
    assert not re.findall(r"^(?:import|export)\b.*", "\n".join(bundles.values()), re.MULTILINE)
    for name, text in SOURCES.items():
        if name.endswith(".css") and name != "css/page.css":
            assert text in bundles["css/page.css"], name
            assert "@import" not in text
            assert not re.search(r"url\((?!data:)", text), "An address would be relative to another file."
    assert "@import" not in bundles["css/page.css"]


def test_a_module_runs_once_and_after_what_it_imports():
    text = bundled(
        "import { a } from './a.js'\nimport { b, c } from './b.js'\na(b, c)\n",
        a="import { b as other } from './b.js'\nexport function a() { return other }\n",
        b="export const b = 1\nexport async function c() {}\nconst own = 2\n",
    )
    assert order(text) == ["js/b.js", "js/a.js", "js/main.js"]
    assert "const { b: other } = $modules['js/b.js']" in text
    assert "const { b, c } = $modules['js/b.js']" in text
    assert "\nreturn { b, c }\n" in text


def test_a_list_of_imports_may_go_over_lines():
    lines = "import {\n  a,\n  b as c,\n} from './x.js'\n"
    text = bundled(lines, x="export const a = 1\nexport const b = 2\n")
    assert "const {\n  a,\n  b: c,\n} = $modules['js/x.js']" in text


def test_a_module_still_knows_its_own_address():
    sources = {
        "js/main.js": "import { at } from './views/deep/x.js'\nat()\n",
        "js/views/deep/x.js": "export const at = () => import.meta.url\n",
    }
    here = "new URL('views/deep/x.js', import.meta.url).href"
    assert f"const at = () => {here}\n" in script("js/main.js", sources)


def test_types_and_words_in_comments_stay_as_they_are():
    comment = (
        "/** Imports nothing. @type {import('./x.js').Thing} */\n// to import or export\n"
        "/** @import { Thing } from './x.js' */\n"
        "/**\n * export it\n * import it @param {import('./y.js').Other} z\n */\nconst url = 'api/export'\n"
    )
    assert comment in bundled(comment)


@pytest.mark.parametrize(
    "line",
    [
        *("import x from './x.js'", "import x, { y } from './x.js'"),
        *("import * as x from './x.js'", "import './x.js'", "import {} from './x.js'"),
        *('import { x } from "./x.js"', "import { x } from 'x'", "  import { x } from './x.js'"),
        *("export let x = 1", "export var x = 1", "export default 1", "export class X {}", "export { x }"),
        *("export * from './x.js'", "export function* x() {}"),
        *("export const { x } = y", "export const [x] = y"),
        *("const x = await import('./x.js')", "import('./x.js').then(f)", "import.meta.resolve('./x.js')"),
    ],
)
def test_other_forms_are_refused(line):
    with pytest.raises(ValueError, match=r"^js/main\.js cannot be bundled because of: "):
        bundled(f"const first = 1\n{line}\n", x="export const x = 1\n")


def test_sheets_come_in_the_order_of_their_imports():
    sources = {
        "css/page.css": '@import "b.css";\n@import "a.css";\n',
        "css/a.css": "a {}",
        "css/b.css": "b {}",
    }
    assert sheet("css/page.css", sources) == "b {}\na {}\n"
