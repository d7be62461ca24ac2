"""Every "no" of the authorization server: an OAuth error code with its HTTP status, as one table.

A refusal says what was wrong in words that hold nothing secret and nothing of anybody else's: what belongs to another
client is answered exactly like what does not exist. Refusals are raised after what they leave behind (an id that was used,
the time of a poll, tokens revoked because a code came twice) has been written.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from terms.errors import FirstpartyError
from terms.phrases import Phrase


class Error(NamedTuple):
    """`status` is that of the authorization server's endpoints, `resource_status` that where data is read, if it can come up
    there; `sentence` what is said where nothing better is known."""

    status: int
    sentence: str
    resource_status: int | None = None


ERRORS: Final[dict[str, Error]] = {
    # RFC 6749, 4.1.2.1 and 5.2
    "invalid_request": Error(400, "the request lacks a parameter, or has a wrong one", 400),
    "invalid_client": Error(401, "the client did not show who it is"),
    "invalid_grant": Error(400, "the code, request id or refresh token is unknown, used, or over"),
    "unauthorized_client": Error(400, "the client may not do this"),
    "unsupported_grant_type": Error(400, "there is no such grant type"),
    "unsupported_response_type": Error(400, "the only response type is `code`"),
    "invalid_scope": Error(400, "there are no scopes; use `authorization_details`"),
    "access_denied": Error(403, "the request was denied"),
    "temporarily_unavailable": Error(429, "too much is waiting already", 429),
    # RFC 9101, 5 and 6.1
    "request_not_supported": Error(400, "request objects are not taken; push the parameters"),
    "invalid_request_uri": Error(400, "the request URI is unknown, used, or over"),
    # RFC 9396, 5
    "invalid_authorization_details": Error(400, "the authorization details do not read, or ask for too much"),
    # OpenID Connect Client-Initiated Backchannel Authentication, 11 and 13
    "authorization_pending": Error(400, "the owner has not answered yet"),
    "slow_down": Error(400, "that was too soon"),
    "expired_token": Error(400, "the request is over; ask again"),
    "unknown_user_id": Error(400, "there is one person here", None),
    "invalid_binding_message": Error(400, "the binding message is over-long or not printable"),
    # RFC 9449, 5, 7.1 and 8
    "invalid_dpop_proof": Error(400, "the request lacks a proof of possession, or has a wrong one", 401),
    "use_dpop_nonce": Error(400, "a nonce is required", 401),
    # RFC 6750, 3.1
    "invalid_token": Error(401, "the token is unknown, over, or bound to another key", 401),
    # Grant Management for OAuth 2.0, 6.4 and 7
    "invalid_grant_id": Error(404, "there is no such grant"),
}


class AccessRefused(FirstpartyError):
    """A refusal with an error of `ERRORS`. `description` is for the client's developer (RFC 6749: printable ASCII)."""

    def __init__(self, error: str, sentence: str | Phrase = "", *, hint: str | Phrase = "") -> None:
        super().__init__(sentence or ERRORS[error].sentence, hint=hint, code=error.replace("_", "-"))
        self.error = error

    @property
    def status(self) -> int:
        return ERRORS[self.error].status

    @property
    def resource_status(self) -> int:
        """The status where data is read (RFC 9449, 7.1)."""
        return ERRORS[self.error].resource_status or self.status

    @property
    def description(self) -> str:
        return plain(str(self))

    def to_json(self) -> dict[str, str]:
        return {"error": self.error, "error_description": self.description}


def plain(sentence: str) -> str:
    """As `error_description` may say it (RFC 6749, 5.2: %x20-21 / %x23-5B / %x5D-7E)."""
    return "".join(sign if " " <= sign <= "~" and sign not in '"\\' else "?" for sign in sentence)
