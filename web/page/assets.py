"""Answers that are the same for everybody: read and compressed once at start, kept by browsers for ever.

The page's files are served under an address that holds a hash of them all, ``/static/<version>/js/main.js``.
A new release has new addresses, and modules that import each other by relative paths stay of one release.
What a page or a worker begins with brings all along that it imports, so that nobody asks for it one by one.
"""

import hashlib
import mimetypes
from pathlib import Path

import plotly  # type: ignore[import-untyped]
from flask import Flask, Response, current_app
from werkzeug.exceptions import NotFound

from web.api.asset import FOR_EVER, Asset
from web.description import described
from web.page import bundle as joined

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
JOINED = {
    "css/page.css": joined.sheet,
    "js/main.js": joined.script,
    "js/views/network/links-worker.js": joined.script,
}
"""What imports others and is imported by none."""


class Assets:
    """Everything below `static/`, and Plotly's script from its package.

    Attributes
    ----------
    prefix : str
        Where they are served, ``/static/<version>``.
    """

    def __init__(self, folder: Path) -> None:
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        files = {path.relative_to(folder).as_posix(): path for path in paths} | {PLOTLY.name: PLOTLY}
        contents = {name: path.read_bytes() for name, path in files.items()}
        sources = {name: contents[name].decode() for name in contents if name.endswith((".js", ".css"))}
        for name in JOINED.keys() & sources:
            contents[name] = JOINED[name](name, sources).encode()
        self._files = {name: Asset(contents[name], type_of(path)) for name, path in files.items()}
        tags = "".join(f"{name} {asset.tag}\n" for name, asset in self._files.items())
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]
        self.prefix = f"/static/{self.version}"

    def addresses(self) -> list[str]:
        """Where each of them is served."""
        return [f"{self.prefix}/{name}" for name in self._files]

    def __getitem__(self, name: str) -> Asset:
        """The file of that name; `NotFound` if there is none."""
        try:
            return self._files[name]
        except KeyError:
            raise NotFound from None


def type_of(path: Path) -> str:
    """Media type of a file; of scripts not as the machine's tables have it, which browsers may refuse."""
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def assets() -> Assets:
    """The application's."""
    found: Assets = current_app.extensions["assets"]
    return found


def register(app: Flask) -> None:
    """Read the files and serve them."""
    app.extensions["assets"] = Assets(Path(app.root_path) / "static")

    @app.get("/static/<version>/<path:name>")
    @described("A file of the page; it never changes.", 304, 404, media_type="*/*")
    def static(version: str, name: str) -> Response:
        """A file of this release, and of no other."""
        if version != assets().version:
            raise NotFound
        return assets()[name].response(FOR_EVER)
