"""What needs the owner: a day to cancel, a price that rose, a charge that is not as invoiced, an offer to decide, somebody who asks.
One verb and one day each.

Those with a last day come by that day. What has none is taken to want an answer within `_ANSWERED_WITHIN`, so that it neither
stands before what ends tomorrow nor behind what ends in four weeks. Things of one kind that wait without a day of their own are
one need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from terms.lifecycle import State
from vault import access, ids, owner
from vault.agreements import state_at
from vault.butler import decisions, market
from vault.butler.market import Offered, OfferState
from vault.butler.watching import binds_for_long
from vault.butler.worth import worth
from vault.engaging import rights, settlements
from vault.meeting import introducing
from vault.money import Money
from vault.overview import Contract, Overview
from vault.policy import rights_life
from vault.policy.verdicts import Verdict
from vault.relationships.deadlines import Deadline
from vault.relationships.streams import PriceChange
from vault.session import Vault
from vault.store import agreements as agreement_store
from web.pages.frame.language import gettext, ngettext
from web.pages.frame.wording import day, mark, money, short_day

# How far ahead something needs the owner now: time to think, write and post a letter.
_SOON: Final = timedelta(days=30)
_LATELY: Final = timedelta(days=90)
# A price that rose is news for so long, and worth a look from so much a year (minor units of any currency).
_NEWS: Final = timedelta(days=45)
_WORTH_A_LOOK: Final = 1_000
_ANSWERED_WITHIN: Final = timedelta(days=14)
# More wait on their own page.
_OFFERS: Final = 50
_PERIODS_A_YEAR: Final = {"P1M": 12, "P1Y": 1, "P3M": 4, "P6M": 2, "P1W": 52, "P4W": 13}


class Need(Struct, frozen=True):
    """One card. `on` is the last day, or the day since which it waits where it `is_last` not; `order` sorts. `contract` is the address
    of one that can be kept for another term by one word."""

    title: str
    text: str
    href: str
    verb: str
    on: date
    order: date
    is_last: bool = True
    contract: str = ""


def needs(vault: Vault, overview: Overview, today: date) -> list[Need]:
    """The most urgent first."""
    kept = owner.kept(vault.connection)
    cancelled = [(one, need) for one, need in _cancelled(overview, today) if not is_kept(one, need.on, kept)]
    told = {one.row.id for one, _ in cancelled} | {id for id, on in kept.items() if on >= today}
    found = [
        *(need for _, need in cancelled),
        *_risen(overview, today, told),
        *_billed(vault, today),
        *_asked(vault),
        *_offered(vault, today),
        *_knocking(vault),
        *_countered(vault),
        *_unanswered(vault),
    ]
    return sorted(found, key=lambda one: one.order)


def _waiting(title: str, text: str, href: str, verb: str, since: str) -> Need:
    on = date.fromisoformat(since[:10])
    return Need(title, text, href, verb, on, on + _ANSWERED_WITHIN, is_last=False)


# --- contracts --------------------------------------------------------------------------------------------------------


def is_kept(contract: Contract, on: date, kept: Mapping[int, date]) -> bool:
    """Whether the owner has said so for the term that this last day to cancel is of."""
    return on <= kept.get(contract.row.id, date.min)


def keeping(vault: Vault, overview: Overview, today: date) -> list[tuple[Contract, Deadline]]:
    """The contracts that the owner keeps and whose last day to cancel is near: a word that can be taken back."""
    kept = owner.kept(vault.connection)
    near = overview.deadlines(today + _SOON) if kept else ()
    return [(one, day) for one, day in near if day.kind == "cancel_by" and is_kept(one, day.on, kept)]


def _cancelled(overview: Overview, today: date) -> Iterator[tuple[Contract, Need]]:
    for contract, deadline in overview.deadlines(today + _SOON):
        if deadline.kind == "cancel_by" and (why := _why(contract, deadline, today)) is not None:
            yield contract, _cancel(contract, deadline, why)


def _why(contract: Contract, deadline: Deadline, today: date) -> str | None:
    """What speaks against letting it run, or nothing where it only binds for long; None for what can be left next month."""
    rise = _last_rise(contract, today - _LATELY)
    if contract.row.unused_since is not None:
        return gettext("You have not used it since %(day)s.", day=day(contract.row.unused_since))
    if rise is not None:
        return gettext("Its price rose on %(day)s.", day=day(rise.on))
    return "" if binds_for_long(contract, deadline) else None


def _cancel(contract: Contract, deadline: Deadline, why: str) -> Need:
    stake = deadline.money_at_stake
    if stake:
        words = gettext("Last day to cancel, or it runs on for %(money)s.", money=money(stake))
    else:
        words = gettext("Last day to cancel, or it runs on.")
    text, on = f"{words} {why}".strip(), deadline.on
    vendor = _vendor(contract.row.vendor)
    own = f"{vendor}/contracts/{ids.text('contract', contract.row.id)}"
    return Need(contract.row.title, text, vendor, mark("Look or cancel"), on, on, contract=own)


def _last_rise(contract: Contract, since: date) -> PriceChange | None:
    rises = [one for one in contract.row.price_changes if one.to_minor > one.from_minor and one.on > since]
    return rises[-1] if rises and not contract.row.variable else None


def _risen(overview: Overview, today: date, told: set[int]) -> Iterator[Need]:
    for contract in overview.contracts:
        rise = _last_rise(contract, today - _NEWS)
        if rise and contract.row.id not in told and contract.status == "active" and _is_much(contract, rise):
            row = contract.row
            before, now = Money(rise.from_minor, row.currency), Money(rise.to_minor, row.currency)
            text = gettext("It costs %(now)s instead of %(before)s.", now=money(now), before=money(before))
            yield Need(
                row.title,
                text,
                _vendor(row.vendor),
                mark("Look at it"),
                rise.on,
                today + _ANSWERED_WITHIN,
                is_last=False,
            )


def _is_much(contract: Contract, rise: PriceChange) -> bool:
    times = _PERIODS_A_YEAR.get(contract.row.period, 1)
    return (rise.to_minor - rise.from_minor) * times >= _WORTH_A_LOOK


def _billed(vault: Vault, today: date) -> Iterator[Need]:
    """Charges that differ from their invoice, unless the owner said that they belong together."""
    for one in settlements.listed(vault):
        if one.state == "differs" and not one.by_owner and (charge := one.charges[0]).on > today - _NEWS:
            text = gettext(
                "Charged %(charged)s on %(day)s, invoiced %(invoiced)s.",
                charged=money(charge.money), day=short_day(charge.on), invoiced=money(one.total),
            )  # fmt: skip
            href = f"{_vendor(one.record.vendor or 0)}/invoices/{ids.text('record', one.record.id)}"
            until = today + _ANSWERED_WITHIN
            yield Need(one.record.vendor_name, text, href, mark("Look at it"), charge.on, until, is_last=False)


def _vendor(id: int) -> str:
    return f"/vendors/{ids.text('vendor', id)}"


# --- vendors that ask -------------------------------------------------------------------------------------------------


def _asked(vault: Vault) -> Iterator[Need]:
    for one in access.waiting(vault):
        on = date.fromisoformat(one.expires[:10])
        text = gettext("They ask to see some of your details.")
        yield Need(one.client_name or one.client_url, text, f"/consent/{one.id}", mark("Allow or decline"), on, on)


def _offered(vault: Vault, today: date) -> Iterator[Need]:
    """Those that ask, and stand; one by one where they end on a day, else together."""
    found = market.offers_of_verdict(vault, Verdict.ASK, limit=_OFFERS)
    standing = [one for one in found if one.row.state == OfferState.STANDS]
    dated = [(until, one) for one in standing if (until := _until(one)) and today <= until <= today + _SOON]
    for until, one in dated:
        yield Need(_title(one), _worth(vault, one), _offer(one), mark("Decide"), until, until)
    rest = [one for one in standing if _until(one) is None or (_until(one) or today) > today + _SOON]
    if len(rest) == 1:
        yield _waiting(_title(rest[0]), _worth(vault, rest[0]), _offer(rest[0]), mark("Decide"), _since(rest))
    elif rest:
        title = ngettext("%(num)s offer waits for your word", "%(num)s offers wait for your word", len(rest))
        yield _waiting(title, _some([_title(one) for one in rest]), "/offers?show=held", mark("Decide"), _since(rest))


def _since(found: Sequence[Offered]) -> str:
    return min(one.decision.at for one in found)


def _until(one: Offered) -> date | None:
    until = one.request.offer.valid_until if one.request.offer else None
    return date.fromisoformat(str(until)[:10]) if until else None


def _title(one: Offered) -> str:
    return (one.request.offer.title if one.request.offer else "") or one.request.vendor


def _offer(one: Offered) -> str:
    return f"/offers/{one.name}"


def _worth(vault: Vault, one: Offered) -> str:
    found = worth(decisions.facts_of(vault, one.decision))
    if found is None:
        return gettext("An offer that your rules leave to you.")
    said = gettext("%(money)s a year" if found.is_yearly else mark("%(money)s"), money=money(found.cost))
    saved = found.saved
    if saved is None or not saved.minor:
        return gettext("An offer for %(price)s.", price=said)
    less = mark("An offer for %(price)s, %(money)s less than now.")
    more = mark("An offer for %(price)s, %(money)s more than now.")
    by = Money(abs(saved.minor), saved.currency)
    return gettext(less if saved.minor > 0 else more, price=said, money=money(by))


def _knocking(vault: Vault) -> Iterator[Need]:
    found = introducing.waiting(vault)
    if found:
        title = ngettext("%(num)s vendor wants to write to you", "%(num)s vendors want to write to you", len(found))
        names = _some([one.client.name or one.client.url for one in found])
        yield _waiting(title, names, "/offers", mark("Let in or not"), min(one.said.at for one in found))


def _countered(vault: Vault) -> Iterator[Need]:
    for row in agreement_store.agreements(vault.connection):
        if state_at(row, vault.now) is State.COUNTERED:
            text = gettext("They answered your terms with other ones.")
            who, until = row.vendor_name or row.client_name, date.fromisoformat(row.answer_by[:10])
            yield Need(who, text, f"/terms/agreements/{row.id}", mark("Answer"), until, until)


def _unanswered(vault: Vault) -> Iterator[Need]:
    for one in rights.listed(vault):
        if one.state is rights_life.State.OVERDUE:
            due = date.fromisoformat(str(one.row.due))
            text = gettext("They had to answer your request about your data by %(day)s.", day=short_day(due))
            href = f"{_vendor(one.row.vendor)}#ask" if one.row.vendor else "/held"
            yield Need(one.row.addressee, text, href, mark("Look at it"), due, due)


def _some(names: Sequence[str]) -> str:
    """Three of them, and how many more."""
    more = len(names) - 3
    said = " · ".join(names[:3])
    return f"{said} {gettext('and %(n)s more', n=more)}" if more > 0 else said
