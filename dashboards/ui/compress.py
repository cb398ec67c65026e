"""Smaller answers over the wire: brotli or gzip, the fixed files compressed once.

Belongs here: one hook after each response. Does not belong here: caching rules of the pages.
"""

from __future__ import annotations

import gzip
import threading
from collections import OrderedDict

import brotli
from flask import Flask, Response, request

_TYPES = ("text/", "application/json", "application/javascript", "image/svg+xml")
_LEAST = 1024
_KEPT = 256
_FIXED = ("/_dash-component-suites/", "/assets/")


def install(server: Flask) -> None:
    """Compress every text answer of 1 KB or more for browsers that accept it."""
    kept: OrderedDict[tuple[str, str, str], bytes] = OrderedDict()
    lock = threading.Lock()

    def compress(response: Response) -> Response:
        accepted = request.headers.get("Accept-Encoding", "").lower()
        encoding = "br" if "br" in accepted else "gzip" if "gzip" in accepted else ""
        if (
            not encoding
            or response.status_code != 200
            or "Content-Encoding" in response.headers
            or not (response.mimetype or "").startswith(_TYPES)
        ):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < _LEAST:
            return response
        fixed = request.path.startswith(_FIXED)
        # The tag or the length tells an upgraded file from the one kept, also where its name stays the same.
        key = (request.path, encoding, response.headers.get("ETag", "") + f":{len(body)}:{hash(body)}")
        with lock:
            packed = kept.get(key)
        if packed is None:
            quality = 6 if fixed else 4
            packed = brotli.compress(body, quality=quality) if encoding == "br" else gzip.compress(body, quality)
            if fixed:
                with lock:
                    kept[key] = packed
                    while len(kept) > _KEPT:
                        kept.popitem(last=False)
        response.set_data(packed)
        response.headers["Content-Encoding"] = encoding
        response.headers["Content-Length"] = str(len(packed))
        response.vary.add("Accept-Encoding")
        return response

    server.after_request(compress)
