"""The log is lines of JSON, one for each request, without the client's address, query or browser."""

import json
import logging
import re
import sys
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Flask, Response, g, request

from web.operation.metrics import metrics

REQUESTS = logging.getLogger("descent.requests")
ADDRESS = re.compile(r" from ip=\S+(?=: )")
QUERY = re.compile(r"(?<=Error handling request )(\w+ )?([^\s?]*)\?\S*")


class JsonFormatter(logging.Formatter):
    """Formats records as lines of JSON, without the client's addresses and queries in gunicorn's messages."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time (UTC) and level, then the request's fields or the message."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at.replace("+00:00", "Z"), "level": record.levelname.lower()}
        if isinstance(record.msg, dict):
            line |= record.msg
        else:
            line["message"] = QUERY.sub(r"\1\2", ADDRESS.sub("", record.getMessage()))
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def handler() -> logging.Handler:
    """Make a handler that writes such lines to standard output."""
    stdout = logging.StreamHandler(sys.stdout)
    stdout.setFormatter(JsonFormatter())
    return stdout


def write(response: Response, line: dict[str, Any], began: float, statistics: Any) -> None:
    """Write the line of a request that is over."""
    line["milliseconds"] = round(1000 * (time.monotonic() - began), 1)
    line["bytes"] = statistics.sent if statistics else response.calculate_content_length() or 0
    if statistics:
        line["stream"] = statistics.summary()
    REQUESTS.info(line)


def register(app: Flask) -> None:
    """Count refusals, and log requests if ACCESS_LOG is on; on the operator's routes, log refusals only."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # Flask's own server would write addresses
    if app.config["ACCESS_LOG"] and not REQUESTS.handlers:
        REQUESTS.addHandler(handler())
        REQUESTS.setLevel(logging.INFO)
        REQUESTS.propagate = False

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else None
        refused = response.status_code >= 400
        if refused and request.blueprint != "operation":
            metrics().add("refusals", label=str(response.status_code))
        if app.config["ACCESS_LOG"] and (refused or request.blueprint != "operation"):
            line = {"method": request.method, "route": route, "status": response.status_code}
            response.call_on_close(partial(write, response, line, g.began, g.get("stream_statistics")))
        return response
