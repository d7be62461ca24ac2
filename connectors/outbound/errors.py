"""Why a request was not made, or has no answer: a code each, with one sentence.

The sentences name neither an address nor anything that the other side sent: who may see an error must not learn from it
what the vault's network looks like.
"""

from __future__ import annotations

from typing import Final

from terms.errors import FirstpartyError

CODES: Final[dict[str, str]] = {
    # of the request: asking again does not help
    "bad-url": "not a URL that the vault asks",
    "bad-request": "not a request that the vault sends",
    "forbidden-port": "a port that the vault does not connect to",
    "forbidden-address": "the name leads to an address that the vault does not connect to",
    # of the moment
    "unresolvable": "the name has no address",
    "unreachable": "no connection to the other side",
    "untrusted-certificate": "the other side's certificate is not valid for its name",
    "too-slow": "the other side took too long",
    # of the answer
    "too-large": "the answer is larger than the vault takes",
    "bad-answer": "the answer is not HTTP as the vault reads it",
}


class OutboundError(FirstpartyError):
    """No answer, with a code of `CODES`."""

    code = "outbound"

    def __init__(self, code: str, sentence: str = "", *, hint: str = "") -> None:
        assert code in CODES, code
        super().__init__(sentence or CODES[code], hint=hint, code=code)
