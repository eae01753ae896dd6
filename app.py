"""The application: ``create_app()`` for gunicorn, ``python app.py`` to serve it with Flask's own server."""

import os
from collections.abc import Mapping

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when NumPy is first imported
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from web.api import api, problems, requests
from web.operation import logs, metrics
from web.operation.limits import flag, from_environment, number
from web.page import assets, headers, pages
from web.training import train, worker_state


def create_app(test_config: Mapping[str, object] | None = None) -> Flask:
    """The playground, set up by the environment; `test_config` goes before it."""
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(
        from_environment(), ACCESS_LOG=flag("ACCESS_LOG"), MAX_CONTENT_LENGTH=requests.LARGEST
    )
    app.config.from_mapping(test_config)
    for part in (problems, headers, assets, worker_state, metrics, logs):
        part.register(app)
    for blueprint in (api.bp, train.bp, pages.bp):
        app.register_blueprint(blueprint)
    if proxies := app.config["DESCENT_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    return app


if __name__ == "__main__":
    port = number("PORT", 8000)
    print(f"Descent is at http://localhost:{port}", flush=True)
    create_app().run(host=os.environ.get("HOST") or "127.0.0.1", port=port, threaded=True)
