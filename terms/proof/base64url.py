"""Base64url without padding, as RFC 7515 (section 2) has it, in its one right form only.

Common decoders skip foreign characters, take padding, and drop loose bits, so that many texts decode to the same bytes
and a changed token still verifies. `decoded` takes exactly what `encoded` would write.
"""

from __future__ import annotations

import base64
import binascii

from terms.refusals import Refused


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes, or `Refused` with `not-base64url`."""
    try:
        content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Refused("not-base64url") from None
    if encoded(content) != text:
        raise Refused("not-base64url")
    return content
