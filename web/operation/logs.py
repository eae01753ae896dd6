"""Logs are lines of JSON, one a request, without anything about who asked: no address, query or browser."""

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

PROBES = ("/healthz", "/readyz", "/metrics")
REQUESTS = logging.getLogger("descent.requests")
ADDRESS = re.compile(r" from ip=\S+(?=: )")
QUERY = re.compile(r"(?<=Error handling request )(\w+ )?([^\s?]*)\?\S*")


class Line(logging.Formatter):
    """A record as a line of JSON. What gunicorn would say of a client's address or query is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """One object: time (UTC), level, then what a request's line says, or the message."""
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
    """Writes such lines to standard output."""
    found = logging.StreamHandler(sys.stdout)
    found.setFormatter(Line())
    return found


def write(response: Response, line: dict[str, Any], began: float, statistics: Any) -> None:
    """The request is over: write its line."""
    line["milliseconds"] = round(1000 * (time.monotonic() - began), 1)
    line["bytes"] = statistics.sent if statistics else response.calculate_content_length() or 0
    if statistics:
        line["stream"] = statistics.summary()
    REQUESTS.info(line)


def register(app: Flask) -> None:
    """Count refusals; if it is wanted, write a line for each request, for probes only if refused."""
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
        if refused and route not in PROBES:
            metrics().add("refusals", label=str(response.status_code))
        if app.config["ACCESS_LOG"] and (refused or route not in PROBES):
            line = {"method": request.method, "route": route, "status": response.status_code}
            response.call_on_close(partial(write, response, line, g.began, g.get("stream_statistics")))
        return response
