"""Which host names requests may be for, so that no other site can lend its name to this server."""

from flask import Flask, request
from werkzeug.exceptions import BadRequest
from werkzeug.wsgi import get_host

ALWAYS_TRUSTED = ("localhost", "127.0.0.1")
"""Names of the machine itself."""


def register(app: Flask) -> None:
    """Refuse requests without a host, and for hosts that the deployment does not list.

    The operator's routes answer under any name: Kubernetes and Prometheus ask for them by address.
    """
    names = app.config["DESCENT_TRUSTED_HOSTS"]
    trusted = [*names, *ALWAYS_TRUSTED] if names else None

    @app.before_request
    def require_trusted_host() -> None:
        environ = request.environ
        missing = "HTTP_HOST" not in environ and environ.get("SERVER_PROTOCOL") == "HTTP/1.1"
        if missing or not get_host(environ, None if request.blueprint == "operation" else trusted):
            raise BadRequest("The request must name a host, with the header Host.")
