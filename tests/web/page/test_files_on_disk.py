"""While developing, the page's files are served as they are on disk now."""

import re
import urllib.request

import pytest

from app import create_app


def read(server, path):
    with urllib.request.urlopen(server.url + path) as answer:
        assert answer.headers["Cache-Control"] in ("no-store", "no-cache")
        return answer.read().decode()


@pytest.mark.parametrize("name", ["js/main.js", "js/display/format.js", "css/page.css", "css/theme.css"])
def test_an_edit_shows_on_reload(developed, name):
    server, folder = developed
    file = folder / "static" / name
    named = re.search(r'src="\.(/static/[^"]+)/js/main\.js"', read(server, "/"))
    address = f"{named[1]}/{name}"
    assert read(server, address) == file.read_text()
    file.write_text(file.read_text() + "/* edited */\n")
    assert read(server, address) == file.read_text()


def test_an_edited_template_shows_on_reload(developed):
    server, folder = developed
    file = folder / "templates" / "index.html"
    before = read(server, "/")
    file.write_text(file.read_text().replace("</body>", "edited</body>"))
    assert read(server, "/") == before.replace("</body>", "edited</body>")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *(
            (path, 404)
            for path in ("../app.py", "%2e%2e/app.py", "..%2fapp.py", "js/../../app.py", "js", "js/none.js")
        ),
        *((path, 200) for path in ("js/main.js", "img/favicon.svg", "plotly.min.js")),
    ],
)
def test_nothing_else_is_served(path, status):
    client = create_app({"DESCENT_DEBUG": True}).test_client()
    with client.get(f"/static/debug/{path}") as answer:
        assert answer.status_code == status
