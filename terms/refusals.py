"""Why something signed was refused: every code that a conformance case may name, with one sentence each.

A refusal is an exception of the one error type, with a code of this table. Codes are part of the wire (a failed
attempt is recorded under its code), so a code once published keeps its meaning; new ones are added at the end of
their group. Sentences say what was wrong with what came in; what exactly it was stands in the error's own sentence.
"""

from __future__ import annotations

from terms.errors import FirstpartyError
from terms.phrases import Phrase

# In groups; in which order they are looked for is `agreement`'s.
CODES: dict[str, str] = {
    # bytes
    "too-large": "more bytes, entries or characters than the format allows",
    "not-json": "not JSON as RFC 8259 and UTF-8 have it, or something follows it",
    "duplicate-key": "an object holds the same member name twice",
    "too-deep": "objects and arrays are nested deeper than 64",
    "not-a-number": "a number is not finite, or an integer is beyond what every reader holds exactly",
    "lone-surrogate": "a string is no Unicode text",
    "not-canonical": "the bytes are not the RFC 8785 form of what they say",
    # signatures
    "not-jws": "not a JSON Web Signature in the general JSON form with exactly the members that it needs",
    "not-base64url": "base64url with padding, foreign characters or loose bits",
    "wrong-header": "a protected header lacks a member, has one more, or gives one a wrong form",
    "wrong-algorithm": "a signature's algorithm is not EdDSA",
    "wrong-type": "the signed type is not the one expected here",
    "critical-header": "a protected header asks for an extension (`crit`, `b64`)",
    "missing-signature": "a required signature is not there",
    "extra-signature": "there are more signatures than parties that sign",
    "wrong-key-order": "the signatures are not in the order first party, second party",
    "bad-signature": "a signature does not fit the bytes and the key",
    # keys
    "not-a-key": "not an Ed25519 public key in a form that we read",
    "weak-key": "a public key under which signatures prove nothing: small or mixed order, or not canonical",
    "private-key": "a private key was published where a public key belongs",
    "wrong-key": "a signature was made with another key than the party's",
    "unknown-key": "a key id that is not in the party's key history",
    "key-not-valid": "the key was not valid at the time of signing",
    "key-reused": "a key id was given to a second key",
    # bodies
    "unknown-field": "a signed body has a field that the format does not have",
    "missing-field": "a signed body lacks a field",
    "bad-field": "a field has a wrong form or is over-long",
    "wrong-format": "the body is of another format or version",
    "off-roster": "the agreement named is not on the roster",
    "stale-id": "the agreement is named by an id that the roster has given up",
    "wrong-iri": "the IRI is not the one that the roster gives this agreement",
    "wrong-hash": "the hash is not that of the exact text and rules on the roster",
    "wrong-party": "another party than the ones of this agreement",
    "wrong-agreement": "the body belongs to another agreement",
    # life cycle
    "replay": "this very thing was received before",
    "weakened-echo": "the answer repeats other terms than were proffered",
    "extended-expiry": "the answer is valid for longer than was proffered",
    "altered-echo": "the answer repeats something else otherwise than it was proffered",
    "second-counter": "only one counter-offer is allowed",
    "same-terms": "a counter-offer names the very terms that were proffered",
    "too-late": "the time to answer is over",
    "too-early": "the time for this has not come yet",
    "clock-skew": "signed at a time that lies ahead of now or before the entry that it follows",
    "illegal-event": "the agreement's state has no such event",
    "not-entitled": "this party may not make this event",
    "wrong-place": "the event does not follow the last entry of the history",
    "wrong-successor": "the agreement that replaces this one is not signed by both, or does not say so",
    # evidence
    "wrong-receipt": "a receipt does not lead from its leaf to its signed checkpoint",
    "wrong-checkpoint": "a checkpoint is not signed by the log, or the log was rewritten",
    "wrong-text": "a text in the bundle is not the one that the agreement names",
}


class Refused(FirstpartyError):
    """Something received was refused, with a code of `CODES`; nothing has changed by it."""

    code = "refused"

    def __init__(self, code: str, sentence: str | Phrase = "", *, hint: str | Phrase = "") -> None:
        assert code in CODES, code
        super().__init__(sentence or Phrase(CODES[code]), hint=hint, code=code)


def quoted(foreign: object) -> str:
    """Foreign input as a message may show it: in backticks, short, on one line."""
    text = str(foreign)[:40]
    return f"`{''.join(sign if sign.isprintable() else '�' for sign in text)}`"
