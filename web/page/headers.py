"""Every answer has headers that say what the page may do and which sites may embed it."""

from collections.abc import Sequence

from flask import Flask, Response

EMPTY = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
"""The hash of no text at all. Plotly makes an empty style sheet and adds its rules to it by script."""

POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self'; "
    f"style-src 'self' {EMPTY}; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'{embedders}"
)

UNUSED = (
    *(
        "accelerometer",
        "autoplay",
        "camera",
        "display-capture",
        "encrypted-media",
        "geolocation",
        "gyroscope",
    ),
    *("hid", "idle-detection", "magnetometer", "microphone", "midi", "payment", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
"""What browsers offer and the page never asks for."""

Headers = dict[str, str]


def headers(embedders: Sequence[str]) -> Headers:
    """List the headers; `embedders` are the origins whose pages may show this one in a frame."""
    return {
        "Content-Security-Policy": POLICY.format(embedders="".join(f" {origin}" for origin in embedders)),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in UNUSED),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }


def register(app: Flask) -> None:
    """Set the headers on every answer."""
    app.extensions["headers"] = fixed = headers(app.config["DESCENT_EMBED_ORIGINS"])

    @app.after_request
    def set_headers(response: Response) -> Response:
        response.headers.update(fixed)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
