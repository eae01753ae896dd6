"""An asset is an answer that is the same for everybody: compressed once, and known again by its tag."""

import gzip
import hashlib

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
COMPRESSED = ("text/", "image/svg", "application/json")
SMALLEST_COMPRESSED = 500
PIECE_BYTES = 131_072


class Asset:
    """Content with its media type, its compressed form if that is smaller, and its tag."""

    def __init__(self, content: bytes, media_type: str) -> None:
        self.content, self.media_type = content, media_type
        compressible = media_type.startswith(COMPRESSED) and len(content) >= SMALLEST_COMPRESSED
        self.zipped = gzip.compress(content, 6, mtime=0) if compressible else None
        self.tag = hashlib.sha256(content).hexdigest()[:16]

    def response(self, cache: str) -> Response:
        """Answer the current request: with gzip if the client accepts it, 304 if it has the asset."""
        response = Response(self.content, content_type=self.media_type, headers={"Cache-Control": cache})
        tag = self.tag
        if self.zipped is not None:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings["gzip"] > 0:
                response.set_data(self.zipped)
                response.content_encoding = "gzip"
                tag += "-gzip"
        response.set_etag(tag)
        response.make_conditional(request)
        if response.status_code == 412:
            raise PreconditionFailed
        if response.status_code == 200:  # in pieces: a slow client is told from one that takes nothing
            data = response.get_data()
            response.response = [data[i : i + PIECE_BYTES] for i in range(0, len(data), PIECE_BYTES)]
        return response
