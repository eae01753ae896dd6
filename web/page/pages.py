"""The page."""

from flask import Blueprint, Response, current_app, render_template
from flask.blueprints import BlueprintSetupState

from web.api.asset import ASK_AGAIN, Asset
from web.description import described
from web.page.assets import PLOTLY, assets

bp = Blueprint("pages", __name__)

MAP_STYLES = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53"
"""Where Plotly looks for the style sheet of its street maps. It finds an element there, and inserts none."""


@bp.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Write the page; it changes only with the release, or with an edit while developing."""
    state.app.jinja_env.auto_reload = state.app.config["DESCENT_DEBUG"]
    with state.app.app_context():  # type: ignore[attr-defined]
        state.app.extensions["page"] = page()


def page() -> Asset:
    """Write the page from its template."""
    prefix = assets().prefix
    plotly = f"{prefix}/{PLOTLY.name}"
    text = render_template("index.html", static=prefix, plotly=plotly, map_styles=MAP_STYLES)
    return Asset(text.encode(), "text/html; charset=utf-8")


@bp.get("/")
@described("The playground's page.", media_type="text/html")
def index() -> Response:
    """The playground. Asked for again each time, for it names the release's files."""
    now: Asset = page() if current_app.config["DESCENT_DEBUG"] else current_app.extensions["page"]
    return now.response(ASK_AGAIN)


@bp.get("/favicon.ico")
@described("The page's icon.", 304, media_type="image/svg+xml")
def favicon() -> Response:
    """For browsers that ask without having been told."""
    return assets().response("img/favicon.svg", ASK_AGAIN)
