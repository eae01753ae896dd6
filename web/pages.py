"""The page."""

from flask import Blueprint, Response, make_response, render_template

from web.assets import ASK_AGAIN, PLOTLY, assets

bp = Blueprint("pages", __name__)

# Plotly sets styles from its script and draws into data URLs and blobs; scripts come from this server alone.
POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'"
)


@bp.get("/")
def index() -> Response:
    """The playground. Asked for again each time, for it names the release's files."""
    prefix = assets().prefix
    response = make_response(render_template("index.html", static=prefix, plotly=f"{prefix}/{PLOTLY.name}"))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask without having been told."""
    return assets()["img/favicon.svg"].response(ASK_AGAIN)
