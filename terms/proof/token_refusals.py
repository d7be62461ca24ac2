"""Why a token (a client assertion, a DPoP proof) was refused: a code of `CODES`, with one sentence each.

They are no codes of agreements (`terms.refusals`), which are put on record and shared: a token that was refused is answered
and forgotten. What OAuth error a code becomes is the business of whoever answers.
"""

from __future__ import annotations

from typing import Final

from terms.errors import FirstpartyError

CODES: Final[dict[str, str]] = {
    # form
    "too-large": "the token is longer than a token of its kind needs to be",
    "malformed": "not three parts of base64url in its one right form, with an object of JSON in the first two",
    "wrong-header": "a member of the protected header is missing or has a wrong form",
    "forbidden-header": "the header asks for an extension, or brings or points to a key of its own",
    "wrong-type": "the token is of another type than is used here",
    "wrong-algorithm": "the algorithm is not EdDSA or ES256, or not the one of the key",
    "missing-claim": "a claim that is required is not there",
    "bad-claim": "a claim has a wrong form or is over-long",
    # key and signature
    "not-a-key": "not a public key for EdDSA (Ed25519) or ES256 (P-256)",
    "weak-key": "a public key under which signatures prove nothing",
    "private-key": "a private or shared key was shown where a public key belongs",
    "unknown-key": "the key is none of the client's",
    "bad-signature": "the signature does not fit the token and the key",
    # what it is for
    "wrong-party": "issuer and subject are not both the client",
    "wrong-audience": "the audience is not this issuer and nobody else",
    "wrong-request": "the proof is for another method or address",
    "wrong-token": "the proof is for another access token",
    "wrong-nonce": "the proof does not hold a nonce that was given out",
    # time
    "too-early": "the token is not valid yet",
    "too-late": "the token is no longer valid",
    "too-long": "the token is valid for longer than is taken",
}


class TokenRefused(FirstpartyError):
    """A token was refused, with a code of `CODES`."""

    code = "refused"

    def __init__(self, code: str, sentence: str = "", *, hint: str = "") -> None:
        assert code in CODES, code
        super().__init__(sentence or CODES[code], hint=hint, code=code)
