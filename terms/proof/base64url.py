"""Base64url without padding, as RFC 7515 (section 2) has it, in its one right form only.

Common decoders skip foreign characters, take padding, and drop loose bits, so that many texts decode to the same bytes
and a changed token still verifies. `decoded` takes exactly what `encoded` would write.
"""

from __future__ import annotations

import binascii

from terms.refusals import Refused

_FROM_URL = bytes.maketrans(b"-_", b"+/")
_TO_URL = bytes.maketrans(b"+/", b"-_")


def encoded(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).rstrip(b"=").translate(_TO_URL).decode()


def decoded(text: str) -> bytes:
    """The bytes, or `Refused` with `not-base64url`."""
    try:
        # Lenient on purpose: whatever it passed over is missing when written again.
        content = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"==")
    except (binascii.Error, UnicodeEncodeError):
        raise Refused("not-base64url") from None
    if encoded(content) != text:
        raise Refused("not-base64url")
    return content
