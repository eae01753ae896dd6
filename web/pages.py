"""The page."""

from flask import Blueprint, Response, make_response, render_template

from web.assets import ASK_AGAIN, PLOTLY, assets

bp = Blueprint("pages", __name__)

MAP_STYLES = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"
"""Where Plotly looks for the style sheet of its street maps. It finds an element there, and inserts none."""


@bp.get("/")
def index() -> Response:
    """The playground. Asked for again each time, for it names the release's files."""
    prefix = assets().prefix
    response = make_response(
        render_template("index.html", static=prefix, plotly=f"{prefix}/{PLOTLY.name}", map_styles=MAP_STYLES)
    )
    response.headers["Cache-Control"] = ASK_AGAIN
    return response


@bp.get("/favicon.ico")
def favicon() -> Response:
    """For browsers that ask without having been told."""
    return assets()["img/favicon.svg"].response(ASK_AGAIN)
