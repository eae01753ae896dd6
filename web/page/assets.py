"""The page's files: read, bundled and compressed once at start, kept by browsers for ever.

They are served under an address that holds a hash of them all, ``/static/<version>/js/main.js``. A new
release has new addresses, and modules that import each other by relative paths stay of one release.
"""

import hashlib
import mimetypes
from pathlib import Path

import plotly  # type: ignore[import-untyped]
from flask import Flask, Response, current_app, send_from_directory
from werkzeug.exceptions import NotFound

from web.api.asset import FOR_EVER, Asset
from web.description import described
from web.page import bundle

PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
BUNDLES = {
    "css/page.css": bundle.sheet,
    "js/main.js": bundle.script,
    "js/views/network/links-worker.js": bundle.script,
}
"""What imports other files and is imported by none."""


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
        for name in BUNDLES.keys() & sources:
            contents[name] = BUNDLES[name](name, sources).encode()
        self._files = {name: Asset(contents[name], type_of(path)) for name, path in files.items()}
        tags = "".join(f"{name} {asset.tag}\n" for name, asset in self._files.items())
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]
        self.prefix = f"/static/{self.version}"

    def addresses(self) -> list[str]:
        """Where each of them is served."""
        return [f"{self.prefix}/{name}" for name in self._files]

    def response(self, name: str, cache: str = FOR_EVER) -> Response:
        """Answer with the file of that name; `NotFound` if there is none."""
        if name not in self._files:
            raise NotFound
        return self._files[name].response(cache)


class FilesOnDisk:
    """The same files as they are at each request, unbundled and uncached: an edit shows on reload."""

    version = "debug"
    prefix = "/static/debug"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def response(self, name: str, cache: str = "") -> Response:
        """Answer with the file of that name, never to be kept; `NotFound` if there is none."""
        folder = PLOTLY.parent if name == PLOTLY.name else self.folder
        response = send_from_directory(folder, name, mimetype=type_of(folder / name), conditional=False)
        response.headers["Cache-Control"] = "no-store"
        return response


def type_of(path: Path) -> str:
    """Media type of a file; of scripts not as the machine's tables have it, which browsers may refuse."""
    return TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def assets() -> Assets | FilesOnDisk:
    """The application's."""
    found: Assets | FilesOnDisk = current_app.extensions["assets"]
    return found


def register(app: Flask) -> None:
    """Serve the files."""
    files = FilesOnDisk if app.config["DESCENT_DEBUG"] else Assets
    app.extensions["assets"] = files(Path(app.root_path) / "static")

    @app.get("/static/<version>/<path:name>")
    @described("A file of the page; it never changes.", 304, 404, media_type="*/*")
    def static(version: str, name: str) -> Response:
        """A file of this release, and of no other."""
        if version != assets().version:
            raise NotFound
        return assets().response(name)
