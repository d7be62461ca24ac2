"""Base64url without padding, as RFC 7515 (section 2) has it, in its one right form only.

Common decoders skip foreign characters, take padding, and drop loose bits, so that many texts decode to the same bytes
and a changed token still verifies. `decoded` takes exactly what `encoded` would write.
"""

from __future__ import annotations

import binascii

from terms.refusals import Refused

# Signs of the other base64 alphabet and padding become one that no alphabet has.
_FROM_URL = bytes.maketrans(b"-_+/=", b"+/!!!")
_TO_URL = bytes.maketrans(b"+/", b"-_")


def encoded(content: bytes) -> str:
    return binascii.b2a_base64(content, newline=False).rstrip(b"=").translate(_TO_URL).decode()


def decoded(text: str) -> bytes:
    """The bytes, or `Refused` with `not-base64url`."""
    try:
        content = binascii.a2b_base64(
            text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4), strict_mode=True
        )
    except (binascii.Error, UnicodeEncodeError):
        raise Refused("not-base64url") from None
    # The last one or two bytes leave bits over, which are to be zero.
    over = len(content) % 3
    if over and encoded(content[-over:]) != text[-over - 1 :]:
        raise Refused("not-base64url")
    return content
