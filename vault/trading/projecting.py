"""An intention as one client sees it: what the owner reveals, under ids of that client's own.

    projected(vault, viewer, want)       exactly what goes over the wire, and what `intent preview` shows
    tells(want)                          what of the profile it tells whoever sees it, without a grant

It is made of what may be told, field by field, and not by leaving out: budget, note, what is replaced, audience, and whatever is
added to intentions later are not in it. The pseudonym is the person's identity towards this client (`per-vendor`), the intention's
id (`per-intention`), or the name of the profile, where the owner wrote `own-name`: that this is told is on record with its
publication, and said to the owner.
"""

from __future__ import annotations

from datetime import date

import msgspec

from vault import pairwise, profile
from vault.butler.market import Want
from vault.butler.market_rows import counted_as
from vault.policy import revealing
from vault.policy.intention_life import State
from vault.policy.revealing import Revealed, Use
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import market as market_store
from vault.trading.seeing import Viewer

_NAME = "pd:Name"


class Projection(msgspec.Struct, frozen=True):
    """An intention, as far as this vendor may know it. `terms` is the agreement that an offer has to come under, `data` what may
    be asked for, `offers_left` how many offers are still taken from this vendor."""

    id: str
    title: str
    category: str
    closes: date | None
    terms: str | None
    data: tuple[str, ...]
    requirements: tuple[Revealed, ...]
    use: dict[str, Use]
    state: str
    offers_left: int
    pseudonym: str


def projected(vault: Vault, who: Viewer, want: Want) -> Projection:
    wanted = want.intention
    id = pairwise.name(vault, who.client.id, "intention", want.row.id)
    return Projection(
        id=id,
        title=wanted.title,
        category=wanted.category,
        closes=wanted.closes,
        terms=wanted.terms,
        data=wanted.data,
        requirements=revealing.requirements(wanted.requirements),
        use=revealing.use(wanted.use, wanted.reveal_use),
        state=want.state,
        offers_left=offers_left(vault, who, want),
        pseudonym=_pseudonym(vault, who, want, id),
    )


def tells(want: Want) -> tuple[str, ...]:
    """The categories of the profile that are told to every client that sees it."""
    return (_NAME,) if want.intention.pseudonym == "own-name" else ()


def offers_left(vault: Vault, who: Viewer, want: Want) -> int:
    """Withdrawn offers count, and so do those of the vendor's other addresses."""
    if want.state is not State.OPEN:
        return 0
    made = market_store.offers_of(vault.connection, want.row.id, counted_as(who.client.url))
    return max(0, want.intention.max_offers_per_vendor - made)


def _pseudonym(vault: Vault, who: Viewer, want: Want, id: str) -> str:
    if want.intention.pseudonym == "per-intention":
        return id
    if want.intention.pseudonym == "own-name" and (name := _own_name(vault)):
        return name
    return agreement_store.identity(vault.connection, who.client.id)[1]


def _own_name(vault: Vault) -> str:
    named = [one for one in profile.attributes(vault.connection, vault.now.date()) if one.category == _NAME]
    values = [one.present.value for one in named if one.present is not None]
    return next((value for value in values if isinstance(value, str)), "")
