"""From a contract's terms to its dates: the last day to cancel, renewals, the end of a trial.

Promises
* No date without a basis. `stated` (a document or the vendor), `owner`, `law` (an assumption from the table in
  `law`, with its source) or `unknown`; a date made of several facts has the weakest of their bases.
* A cancel-by date never has the basis `unknown`: a wrong one costs a year, none at all asks a question (`review`).
* `on` is inclusive, for a notice that has *arrived* (see `notice`). It is never before `today`: a missed one rolls on
  to the next term. The same facts and day give the same dates, and a later day never an earlier date.

Rules
* Facts of basis `unknown` count as not known here. What is not known, the law's table fills.
* Terms follow one another from the day the contract started: the minimum term, then renewal terms. Where that is
  not known, the paid period is taken for the term (a yearly charge renews for a year) and the sentence says so.
* Notice to the end of the term, to the end of a month, or at any time; for the last, the date is the one that still
  spares the next payment, so that it can be told what missing it costs.
* A rhythm of a quarter or longer whose terms nobody stated gives `renews` on its next charge, basis `unknown`.
* Nothing for a contract that is cancelled, ends by itself or has ended, except the end of its trial.

Not done: nothing is inferred from prices, and no notice is sent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from itertools import chain
from typing import Literal, TypeVar

import msgspec

from terms.phrases import Phrase, phrase
from vault.money import Money
from vault.periods import Period, add
from vault.relationships import law
from vault.relationships.costs import per_year, rounded
from vault.relationships.notice import (
    MAX_TERMS,
    charge_days,
    following_terms,
    latest_receipt,
    month_ends,
    term_end,
)

Basis = Literal["stated", "owner", "law", "unknown"]
Kind = Literal["cancel_by", "renews", "trial_ends", "return_by", "warranty_ends", "leave_until"]

_BY_STRENGTH: tuple[Basis, ...] = ("stated", "owner", "law", "unknown")
# A shorter rhythm "renews" so often that a date for it is noise.
SHORTEST_RENEWAL_DAYS = 80
T = TypeVar("T")

_DAY = timedelta(days=1)
_UNITS = {
    "D": ("%(num)s day", "%(num)s days"),
    "W": ("%(num)s week", "%(num)s weeks"),
    "M": ("%(num)s month", "%(num)s months"),
    "Y": ("%(num)s year", "%(num)s years"),
}
_RHYTHMS = {
    "D": ("every day", "every %(num)s days"),
    "W": ("every week", "every %(num)s weeks"),
    "M": ("every month", "every %(num)s months"),
    "Y": ("every year", "every %(num)s years"),
}


class ContractTerms(msgspec.Struct, frozen=True):
    """What is known of a contract. `bases` gives the basis of each known fact by its field name (a fact that is
    not listed counts as `unknown`). `ends_on` is the last day of a contract that ends by itself; `trial_ends_on`
    the last free or reduced day. `every`, `price_minor` (positive), `first_charge` and `next_charge` come from the
    charges, `anchor_day` as in `Stream`. `country` is where the owner lives (ISO 3166
    alpha-2), `category` one of `categories.TREE`."""

    currency: str = ""
    price_minor: int = 0
    every: Period | None = None
    first_charge: date | None = None
    next_charge: date | None = None
    anchor_day: int = 0
    started: date | None = None
    minimum_term: Period | None = None
    renewal_term: Period | None = None
    notice_period: Period | None = None
    notice_to: law.Style | None = None
    auto_renews: bool | None = None
    cancelled_on: date | None = None
    ends_on: date | None = None
    trial_ends_on: date | None = None
    bases: Mapping[str, Basis] = {}
    country: str = ""
    category: str = ""


class Deadline(msgspec.Struct, frozen=True):
    """`on` is the last day, inclusive; `ends_on` the last day of the contract that acting in time reaches.
    `why` is one sentence on where the date comes from, `source` the same in English; `money_at_stake` positive, what missing it costs."""

    on: date
    kind: Kind
    basis: Basis
    why: str | Phrase
    money_at_stake: Money | None = None
    ends_on: date | None = None

    @property
    def source(self) -> str:
        return str(self.why)


class _Notice(msgspec.Struct, frozen=True):
    period: Period
    style: law.Style
    basis: Basis
    why: Phrase
    renewal: Period | None = None


def weakest(*bases: Basis) -> Basis:
    """The basis of a date that rests on all of these."""
    return max(bases, key=_BY_STRENGTH.index, default="unknown")


def in_words(period: Period) -> str:
    """`3 months`, `1 year`."""
    return str(length(period))


def length(period: Period) -> Phrase:
    one, many = _UNITS[period.unit]
    return phrase(one if period.count == 1 else many, num=period.count)


def rhythm(period: Period) -> Phrase:
    """`every 3 months`, `every year`."""
    one, many = _RHYTHMS[period.unit]
    return phrase(one) if period.count == 1 else phrase(many, num=period.count)


def contract_deadlines(terms: ContractTerms, today: date) -> tuple[Deadline, ...]:
    """Every date that follows from `terms`, none before `today`, in date order."""
    found = [_trial_end(terms, today)]
    if terms.cancelled_on is None and terms.ends_on is None:
        found += [_cancel_by(terms, today), _renewal(terms, today)]
    return tuple(sorted((item for item in found if item), key=lambda item: (item.on, item.kind)))


def end_when_cancelled(terms: ContractTerms) -> tuple[date, Basis] | None:
    """The last day of a contract that was cancelled on `cancelled_on` (or ends by itself on `ends_on`), with its
    basis; none when it was not cancelled or nothing says when that takes effect."""
    if terms.ends_on is not None:
        return terms.ends_on, terms.bases.get("ends_on", "unknown")
    day = terms.cancelled_on
    if day is None:
        return None
    found = _cancel_by(msgspec.structs.replace(terms, next_charge=_charge_after(terms, day)), day)
    return (found.ends_on, found.basis) if found and found.ends_on else None


def _charge_after(terms: ContractTerms, day: date) -> date | None:
    """The first expected charge after `day`, from a later one that is known."""
    charge = terms.next_charge
    if charge is None or terms.every is None:
        return None
    earlier = (add(charge, terms.every, -times, anchor_day=terms.anchor_day) for times in range(1, MAX_TERMS))
    for previous in earlier:
        if previous <= day:
            break
        charge = previous
    return charge


def _trial_end(terms: ContractTerms, today: date) -> Deadline | None:
    if terms.trial_ends_on is None or terms.trial_ends_on < today:
        return None
    basis = terms.bases.get("trial_ends_on", "unknown")
    stake = Money(terms.price_minor, terms.currency) if terms.price_minor else None
    return Deadline(
        terms.trial_ends_on, "trial_ends", basis, phrase("the last day before the full price is charged"), stake
    )


def _cancel_by(terms: ContractTerms, today: date) -> Deadline | None:
    notice = _notice(terms, today)
    if notice is None:
        return None
    for end, term_basis in _ends(terms, notice, today):
        last_day = latest_receipt(end, notice.period)
        if last_day >= today:
            basis = weakest(notice.basis, term_basis or notice.basis)
            taken = phrase("%(why)s; the term is taken from the payments", why=notice.why)
            why = notice.why if term_basis else taken
            return Deadline(last_day, "cancel_by", basis, why, _stake(terms, notice), end)
    return None


def _renewal(terms: ContractTerms, today: date) -> Deadline | None:
    end, renewal = _first_end(terms), _known(terms, "renewal_term", terms.renewal_term)
    if end and renewal and terms.auto_renews is not False:
        return _next_term(terms, end, renewal, today)
    every, charge = terms.every, terms.next_charge
    if every is None or charge is None or every.mean_days < SHORTEST_RENEWAL_DAYS or terms.auto_renews is False:
        return None
    on = next(charge_days(charge, every, today, terms.anchor_day))
    why = phrase("the next expected charge; paid %(every)s, its terms are not known", every=rhythm(every))
    return Deadline(on, "renews", "unknown", why, _price_of(every, terms))


def _next_term(terms: ContractTerms, end: date, renewal: Period, today: date) -> Deadline | None:
    """The next day on which a term begins anew, unless that happens too often to be worth a date."""
    ends = chain([end], following_terms(end, renewal, today))
    last = next(day for day in ends if day + _DAY >= today)
    ending = terms.minimum_term if last == end and terms.minimum_term else renewal
    if max(ending.mean_days, renewal.mean_days) < SHORTEST_RENEWAL_DAYS:
        return None
    basis = weakest(*_term_bases(terms), terms.bases.get("renewal_term", "unknown"))
    return Deadline(
        last + _DAY,
        "renews",
        basis,
        phrase("the next term of %(term)s begins", term=length(renewal)),
        _price_of(renewal, terms),
    )


def _notice(terms: ContractTerms, today: date) -> _Notice | None:
    """The notice period that applies, stated first, else by law; none when neither says."""
    if terms.auto_renews is False:
        return None
    made = terms.started or terms.first_charge
    row = law.find("notice", terms.country, terms.category, today, made)
    period = _known(terms, "notice_period", terms.notice_period)
    style: law.Style | None = _known(terms, "notice_to", terms.notice_to)
    if period is not None:
        basis = terms.bases["notice_period"]
        to: law.Style = style or _usual_style(terms)
        why = _STYLE_WORDS[to].of(period=length(period))
        return _Notice(period, to, basis, why, row.renewal if row else None)
    if row is None or row.period is None:
        return None
    return _Notice(row.period, style or row.style, "law", lawful(row), row.renewal)


_STYLE_WORDS = {
    "term-end": phrase("notice of %(period)s to the end of the term"),
    "month-end": phrase("notice of %(period)s to the end of a month"),
    "any-time": phrase("notice of %(period)s at any time"),
}


def lawful(row: law.LawRow) -> Phrase:
    """What a date says that rests on the law."""
    return phrase("assumed by law, %(clause)s: %(says)s", clause=row.source, says=Phrase(row.says))


def _usual_style(terms: ContractTerms) -> law.Style:
    """Where only the length of the notice is known: a contract with terms, or paid by the year, ends with a term."""
    by_the_year = terms.every is not None and per_year(terms.every) <= 1
    return "term-end" if terms.minimum_term or terms.renewal_term or by_the_year else "any-time"


def _ends(terms: ContractTerms, notice: _Notice, today: date) -> Iterator[tuple[date, Basis | None]]:
    """Days on which the contract can end, in order, each with the basis of its term (none: from the payments)."""
    first, basis = _first_end(terms), weakest(*_term_bases(terms))
    if first:
        yield first, basis
    if notice.style == "month-end":
        since = max(first + _DAY, today) if first else today
        yield from ((day, basis if first else notice.basis) for day in month_ends(since))
        return
    renewal = _known(terms, "renewal_term", terms.renewal_term)
    step = renewal or notice.renewal
    if first and step and notice.style == "term-end":
        basis = weakest(basis, terms.bases["renewal_term"] if renewal else "law")
        yield from ((day, basis) for day in following_terms(first, step, today))
        return
    yield from ((day, None) for day in _paid_ends(terms, notice, today))


def _paid_ends(terms: ContractTerms, notice: _Notice, today: date) -> Iterator[date]:
    """Last days of the paid periods: the day before each expected charge. (One that lies within the first term is
    never reached: its last day to cancel lies before that of the first term.)

    A law that speaks of terms of a year says nothing of when a monthly payer's term ends, so it gives none here."""
    every, charge = terms.every, terms.next_charge
    if every is None or charge is None:
        return
    if notice.style == "term-end" and notice.basis == "law" and per_year(every) > 1:
        return
    for day in charge_days(charge, every, today, terms.anchor_day):
        yield day - _DAY


def _first_end(terms: ContractTerms) -> date | None:
    started = _known(terms, "started", terms.started)
    minimum = _known(terms, "minimum_term", terms.minimum_term)
    return term_end(started, minimum) if started and minimum else None


def _term_bases(terms: ContractTerms) -> tuple[Basis, ...]:
    return tuple(terms.bases.get(name, "unknown") for name in ("started", "minimum_term") if _first_end(terms))


def _known(terms: ContractTerms, name: str, value: T | None) -> T | None:
    return value if terms.bases.get(name, "unknown") != "unknown" else None


def _stake(terms: ContractTerms, notice: _Notice) -> Money | None:
    """What one more term costs: the renewal term to its end, otherwise the next payment."""
    renewal = _known(terms, "renewal_term", terms.renewal_term) or notice.renewal
    term = renewal if renewal and notice.style == "term-end" else terms.every
    return _price_of(term, terms) if term else None


def _price_of(term: Period, terms: ContractTerms) -> Money | None:
    if not terms.price_minor or terms.every is None:
        return None
    periods: Fraction = per_year(terms.every) / per_year(term)
    return rounded(terms.price_minor * periods, terms.currency)
