"""Who is asking. A request has one principal, found from where it came in and what it shows.

The owner is whoever reaches the local socket, which the file system lets nobody else open. Over the network everybody is
nobody, until an authentication scheme is given to `resolved`: a scheme is the first word of an `Authorization` header and a
function that makes an `Admission` of the request: what in the vault's thread gives the principal, or raises
`UnauthenticatedError`. So what a request does can share the one write that admits it (`routes.Joined`, `routes.Effect`).
Credentials of a scheme that is not there are refused on every route that is not for anybody, rather than taken for nobody's.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import Phrase, phrase

if TYPE_CHECKING:
    from vault.access import Live
    from vault.granting import Permission
    from vault.session import Vault
    from web.server.requests import Request
    from web.server.serving import Serving

# Set in a request's scope by the listener that it came in by, which no request can do.
DOOR = "firstparty.door"
OWNER_DOOR = "owner"
# In the state of a request's scope: the name that its address counts under, and the code of an OAuth "no" for the log.
COMES_FROM = "firstparty.address"
SAID = "firstparty.said"


class Kind(StrEnum):
    NOBODY = "nobody"
    OWNER = "owner"
    VENDOR = "vendor"


class Principal(Struct, frozen=True):
    """`client` is a vendor's client id and `number` its row in the vault. `grant` is the grant that its token stands for, if it
    stands for one, and `permission` what of that the token is for. `name` tells principals apart in limits and kept
    answers."""

    kind: Kind
    client: str = ""
    grant: str = ""
    number: int = 0
    permission: Permission | None = None

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.client}" if self.client else str(self.kind)


NOBODY = Principal(Kind.NOBODY)
OWNER = Principal(Kind.OWNER)


class UnauthenticatedError(FirstpartyError):
    """No credentials, or none that hold. `challenge` is the `WWW-Authenticate` field's value."""

    code = "unauthenticated"

    def __init__(
        self, sentence: str | Phrase, *, hint: str | Phrase = "", code: str = "", challenge: str = "DPoP"
    ) -> None:
        super().__init__(sentence, hint=hint, code=code)
        self.challenge = challenge


class ForbiddenError(FirstpartyError):
    code = "forbidden"


class Admitted(NamedTuple):
    """Who asks, and what was found of the token in the write that admits: good until that write ends."""

    principal: Principal
    live: Live


class Admission(Struct, frozen=True):
    """`admit` tells who asks, given the open vault, inside a write. `likely` is whom it told of the same credentials before: a
    guess that lets work be prepared, and says nothing until `admit` has told the same."""

    admit: Callable[[Vault], Admitted]
    likely: Principal | None = None


# Credentials that were good last, of as many vendors as a busy day has; 300 bytes each.
MAX_REMEMBERED: Final = 1_000


class Remembered:
    """Whom credentials stood for when they were good last, by their hash, until they are refused or the vault is locked."""

    def __init__(self) -> None:
        self._found: OrderedDict[bytes, Principal] = OrderedDict()

    def get(self, shown: bytes) -> Principal | None:
        return self._found.get(shown)

    def put(self, shown: bytes, principal: Principal) -> None:
        self._found[shown] = principal
        if len(self._found) > MAX_REMEMBERED:
            self._found.popitem(last=False)

    def drop(self, shown: bytes) -> None:
        self._found.pop(shown, None)

    def forget(self) -> None:
        self._found.clear()


# One that needs no vault for it gives the principal at once.
Scheme = Callable[["Serving", "Request"], Awaitable[Principal | Admission]]
Schemes = Mapping[str, Scheme]


def is_owners_door(scope: Mapping[str, Any]) -> bool:
    return scope.get(DOOR) == OWNER_DOOR


def anyone(scope: Mapping[str, Any]) -> Principal:
    """The principal where it makes no difference."""
    return OWNER if is_owners_door(scope) else NOBODY


async def resolved(serving: Serving, request: Request, schemes: Schemes) -> Principal:
    """The principal of a request; `schemes` are by lower-case name."""
    found = await presented(serving, request, schemes)
    if isinstance(found, Principal):
        return found
    return (await serving.vault.write(found.admit)).principal


async def presented(serving: Serving, request: Request, schemes: Schemes) -> Principal | Admission:
    """The same as far as it is known without the vault."""
    if is_owners_door(request.scope):
        return OWNER
    shown = request.headers.getall("authorization", [])
    if not shown:
        return NOBODY
    scheme = schemes.get(shown[0].partition(" ")[0].lower()) if len(shown) == 1 else None
    if scheme is None:
        raise UnauthenticatedError(
            phrase("these credentials are of no kind that is taken here"),
            hint=phrase("see /.well-known/firstparty.json"),
        )
    return await scheme(serving, request)
