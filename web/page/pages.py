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
    """Write the page; it changes only with the release."""
    with state.app.app_context():  # type: ignore[attr-defined]
        prefix = assets().prefix
        page = render_template(
            "index.html", static=prefix, plotly=f"{prefix}/{PLOTLY.name}", map_styles=MAP_STYLES
        )
    state.app.extensions["page"] = Asset(page.encode(), "text/html; charset=utf-8")


@bp.get("/")
@described("The playground's page.", media_type="text/html")
def index() -> Response:
    """The playground. Asked for again each time, for it names the release's files."""
    page: Asset = current_app.extensions["page"]
    return page.response(ASK_AGAIN)


@bp.get("/favicon.ico")
@described("The page's icon.", 304, media_type="image/svg+xml")
def favicon() -> Response:
    """For browsers that ask without having been told."""
    return assets()["img/favicon.svg"].response(ASK_AGAIN)
