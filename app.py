"""The application: ``create_app()`` for gunicorn, ``python app.py`` to serve it with Flask's own server."""

import os
from collections.abc import Mapping

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web.api import openapi, problems, requests
from web.operation import hosts, logs, memory, metrics, routes
from web.operation.settings import ServerSettings
from web.page import assets, headers, pages
from web.training import data, train, worker_state


def create_app(test_config: Mapping[str, object] | None = None) -> Flask:
    """The playground, set up by the environment; `test_config` goes before it."""
    memory.return_freed_memory()
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(
        ServerSettings.from_environment().model_dump(), MAX_CONTENT_LENGTH=requests.LARGEST
    )
    app.config.from_mapping(test_config)
    for part in (problems, headers, assets, worker_state, metrics, logs, hosts):
        part.register(app)
    routes.register(app, stopping=lambda: app.extensions["worker_state"].stopping())
    for blueprint in (data.bp, train.bp, pages.bp):
        app.register_blueprint(blueprint)
    openapi.register(app)
    if proxies := app.config["DESCENT_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


if __name__ == "__main__":
    settings = ServerSettings.from_environment()
    print(f"Descent is at http://localhost:{settings.PORT}", flush=True)
    create_app().run(host=settings.HOST or "127.0.0.1", port=settings.PORT, threaded=True)
