"""Every error has one shape: RFC 9457 problem details, with a sentence for each wrong setting."""

from typing import Any

from flask import Flask, Response, json
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

Errors = list[dict[str, str]]

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer to that method.",
    411: "The request must say its length, with the header Content-Length.",
    413: "The request must be at most 1 MB, or 3 MB with a checkpoint.",
    500: "The server has made a mistake, and written it down. Please try again.",
}


class Problem(Exception):
    """An answer that is an error."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        *,
        errors: Errors | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.status, self.detail = status, detail or SENTENCES[status]
        self.errors, self.headers = errors or [], headers or {}
        super().__init__(self.detail)

    def response(self) -> Response:
        """The problem as JSON."""
        document: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTP_STATUS_CODES[self.status],
            "status": self.status,
            "detail": self.detail,
            "errors": self.errors,
        }
        return Response(
            json.dumps(document), self.status, self.headers, content_type="application/problem+json"
        )


def wrong_settings(errors: Errors) -> Problem:
    """All wrong settings of a request, each with its path and sentence."""
    return Problem(422, " ".join(error["message"] for error in errors[:3]), errors=errors)


def register(app: Flask) -> None:
    """Give every error the one shape."""

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return error.response()

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        return Problem(status, SENTENCES.get(status, error.description), headers=headers).response()

    @app.errorhandler(Exception)
    def mistake(error: Exception) -> Response:
        app.logger.exception("A request failed.", exc_info=error)
        return Problem(500).response()
