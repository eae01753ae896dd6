"""The page's files: compressed once, kept for ever, under an address that changes with any of them."""

import gzip
import re
from pathlib import Path

import plotly
import pytest
from serving import ROOT
from wire import strict_json

from web.page.assets import BUNDLES, Assets

STATIC = ROOT / "static"
FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"


@pytest.fixture
def prefix(app):
    return app.extensions["assets"].prefix


@pytest.mark.parametrize("name", FILES)
def test_every_file_is_served_as_it_is_or_bundled(client, prefix, name):
    answer = client.get(f"{prefix}/{name}")
    assert answer.status_code == 200
    if name in BUNDLES:
        sources = {one: (STATIC / one).read_text() for one in FILES}
        assert answer.text == BUNDLES[name](name, sources)
    else:
        assert answer.data == (STATIC / name).read_bytes()
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_modules_have_the_type_that_browsers_insist_on(client, prefix):
    assert client.get(f"{prefix}/js/main.js").content_type == "text/javascript; charset=utf-8"
    assert client.get(f"{prefix}/css/theme.css").content_type == "text/css; charset=utf-8"
    assert client.get(f"{prefix}/img/favicon.svg").mimetype == "image/svg+xml"


def test_plotly_comes_from_its_package_compressed(client, prefix):
    answer = client.get(f"{prefix}/plotly.min.js", headers={"Accept-Encoding": "gzip, deflate, br"})
    assert answer.content_encoding == "gzip"
    assert len(answer.data) < 1_600_000
    assert gzip.decompress(answer.data) == PLOTLY.read_bytes()


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "gzip"),
        ("*", "gzip"),
        ("", None),
        ("br", None),
        ("gzip;q=0", None),
    ],
)
def test_files_are_compressed_for_those_who_take_it(client, prefix, accepted, encoding):
    answer = client.get(f"{prefix}/js/main.js", headers={"Accept-Encoding": accepted})
    assert answer.content_encoding == encoding
    assert "Accept-Encoding" in answer.vary


def test_what_the_browser_has_is_not_sent_again(client, prefix):
    for accepted in ("gzip", "identity"):
        headers = {"Accept-Encoding": accepted}
        first = client.get(f"{prefix}/js/main.js", headers=headers)
        again = client.get(f"{prefix}/js/main.js", headers=headers | {"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.data == b""
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"]


ELSEWHERE = """
../app.py %2e%2e/app.py ..%2fapp.py js/../../app.py .//etc/passwd js js/ js/main.js/ JS/main.js js/none.js
js/main.js%00 package_data/plotly.min.js
"""


@pytest.mark.parametrize("path", ["", *ELSEWHERE.split()])
def test_nothing_else_is_served(client, prefix, path):
    answer = client.get(f"{prefix}/{path}")
    assert answer.status_code == 404
    assert strict_json(answer.data)["title"] == "Not Found"


@pytest.mark.parametrize("version", ["0", "latest", "000000000000", "..", "%2e%2e"])
def test_another_releases_files_are_not_served(client, version):
    assert client.get(f"/static/{version}/js/main.js").status_code == 404


def test_the_version_changes_with_any_file_and_with_nothing_else(tmp_path):
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_text("one")
    (tmp_path / "b.css").write_text("two")
    versions = [Assets(tmp_path).version, Assets(tmp_path).version]
    (tmp_path / "b.css").write_text("three")
    versions.append(Assets(tmp_path).version)
    (tmp_path / "b.css").rename(tmp_path / "c.css")
    versions.append(Assets(tmp_path).version)
    assert versions[0] == versions[1]
    assert len(set(versions)) == 3
    assert all(re.fullmatch("[0-9a-f]{12}", version) for version in versions)
