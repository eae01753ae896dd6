"""Every error is answered as RFC 9457 problem details, with a sentence for each wrong setting."""

from flask import Flask, Response, json
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.http import HTTP_STATUS_CODES

from web.api.models import Problem as Document
from web.api.models import WrongSetting

Errors = list[WrongSetting]

MOST_ERRORS = 100
"""Wrong settings that are listed, so that the answer does not grow with the request."""
MOST_SENTENCES = 3
"""Wrong settings that `detail` repeats."""

SENTENCES = {
    404: "There is nothing at this address.",
    405: "This address does not answer to that method.",
    411: "The request must say its length, with the header Content-Length.",
    412: "The answer is not, or no longer, the one that the request names.",
    413: "The request must be at most 1 MB, or 3 MB with a checkpoint.",
    500: "The server has made a mistake, and written it down. Please try again.",
}
UNTRUSTED = "The server does not answer to the host name that the request is for."


class Problem(Exception):
    """Raised to answer a request with an error."""

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
        """Write the problem as JSON."""
        document: Document = {
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
    """Make the problem that lists the wrong settings of a request."""
    sentences = [error["message"] for error in errors[:MOST_SENTENCES]]
    if (more := len(errors) - MOST_ERRORS) > 0:
        sentences.append(f"{more} more are wrong than the {MOST_ERRORS} that are listed.")
    return Problem(422, " ".join(sentences), errors=errors[:MOST_ERRORS])


def register(app: Flask) -> None:
    """Answer every error of the application as problem details."""
    app.url_map.merge_slashes = False  # a redirect would lead to the host that the client named

    @app.errorhandler(Problem)
    def problem(error: Problem) -> Response:
        return error.response()

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
        untrusted = isinstance(error, SecurityError)  # its description repeats the client's text
        detail = UNTRUSTED if untrusted else SENTENCES.get(status, error.description)
        return Problem(status, detail, headers=headers).response()

    @app.errorhandler(Exception)
    def mistake(error: Exception) -> Response:
        app.logger.exception("A request failed.", exc_info=error)
        return Problem(500).response()
