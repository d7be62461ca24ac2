"""What can go wrong, as types. Each has a `code` for programs, a `sentence`, and a `hint` where something can be done.

    Problem         the vault said no: `status`, `code` (docs/errors.md), `hint`, and `retry_after` where it named a time
    OAuthError      the same at the authorization server: `code` is OAuth's error
    Denied          the owner, or the owner's rules, said no to a request for data
    Waiting         the person has not answered yet; ask again with what it holds
    NotVerified     what the vault sent does not hold: a signature, a receipt, an address
    Unreachable     no answer in time

Nothing of a request, no token and no key is in a message.
"""

from __future__ import annotations

from terms.errors import FirstpartyError


class KitError(FirstpartyError):
    code = "kit"


class Unreachable(KitError):
    code = "unreachable"


class NotVerified(KitError):
    code = "not-verified"


class CredentialsError(KitError):
    code = "credentials"


class Problem(KitError):
    """An answer of 400 or more."""

    def __init__(
        self, status: int, code: str, sentence: str, *, hint: str = "", retry_after: float | None = None
    ) -> None:
        super().__init__(sentence, hint=hint, code=code)
        self.status = status
        self.retry_after = retry_after


class OAuthError(Problem):
    """`error` of RFC 6749, section 5.2, and of the standards that add to it."""


class Denied(KitError):
    code = "denied"


class Waiting(KitError):
    """The person has to answer first. `reference` is what to ask again with, where there is something."""

    code = "waiting"

    def __init__(self, sentence: str, *, reference: str = "", hint: str = "") -> None:
        super().__init__(sentence, hint=hint)
        self.reference = reference
