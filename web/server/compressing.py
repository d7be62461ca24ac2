"""Answers compressed for browsers (gzip, RFC 9110, 8.4.1.3), where their length tells nothing to whoever listens.

Compressed together, a secret and a text that somebody else chose give away by their length how much they have in common (BREACH):
a page of another site opens addresses of the vault with guesses in them, and somebody on the network reads the lengths. So

* what is public (style, script, icon) is compressed for everybody;
* a page is compressed only where the browser says that a page of the vault, or the person, asked for it (`Sec-Fetch-Site`:
  `same-origin`, `none`; Fetch Metadata). A page of another site cannot say so, and an old browser, or one that comes over plain
  http from another machine, says nothing and gets the page as it is;
* answers to forms, errors, streams and the API stay as they are: their routes do not come here.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from web.server.answers import Answer

# Below this the header of gzip and one more field cost what is saved; it is one packet anyhow.
_WORTHWHILE: Final = 1_000
# For each answer anew: a page of 40 KB takes 1 ms; the highest takes three times that for a hundredth less.
_LEVEL, _BEST = 5, 9
_ASKED_BY: Final = ("same-origin", "none")


def compressed(answer: Answer, asked: Mapping[str, str]) -> Answer:
    """The answer as the browser gets it; `asked` are the request's header fields, by lower-case name."""
    if len(answer.body) < _WORTHWHILE or not answer.media_type.startswith(("text/", "image/svg")):
        return answer
    is_public = answer.headers.get("Cache-Control", "").startswith("public")
    depends = [answer.headers["Vary"]] if "Vary" in answer.headers else []
    depends += ["Accept-Encoding"] if is_public else ["Accept-Encoding", "Sec-Fetch-Site"]
    headers = {**answer.headers, "Vary": ", ".join(depends)}
    body = answer.body
    if _takes_gzip(asked.get("accept-encoding", "")) and (is_public or asked.get("sec-fetch-site") in _ASKED_BY):
        headers["Content-Encoding"] = "gzip"
        body = _once(body) if is_public else _gzipped(body, _LEVEL)
    return Answer(answer.status, body, answer.media_type, headers)


def _gzipped(body: bytes, level: int) -> bytes:
    # Without the time: the same answer is the same bytes, so that one `ETag` names them.
    return gzip.compress(body, level, mtime=0)


@lru_cache(maxsize=16)
def _once(body: bytes) -> bytes:
    """Of what is asked for again and again as it is."""
    return _gzipped(body, _BEST)


def _takes_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` names it, or `*`, with another weight than 0 (RFC 9110, 12.5.3)."""
    weights = {}
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";")
        weights[name.strip()] = weight.strip().removeprefix("q=")
    weight = weights.get("gzip", weights.get("*", "0"))
    return not weight or bool(weight.strip("0."))
