"""Everything that a vendor can ask, as one typed request; whoever brings it (API, mail, file), it is judged alike.

    read(raw) -> Request        or DocumentError, which names the place and the nearest valid name

A request is `{"kind": …, "vendor": URL, …}` with one member for what is asked, named after the kind (`data_request` for
`data-request`). It is strict: a field that its kind does not have is refused.

`request_sha256` is over the canonical JSON (RFC 8785) of the request as it came, so that the same request has the same
hash wherever it is reckoned; numbers with a fraction are refused because not every program writes them alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from terms.lazy import lazy
from terms.practice import Practice
from terms.proof import jcs
from terms.proof.jcs import JsonValue
from vault.policy import offer_reading
from vault.policy.offers import Offer
from vault.policy.strict import (
    MAX_ENTRIES,
    MAX_TITLE,
    Body,
    Currency,
    DocumentError,
    Iso,
    Minor,
    Title,
    Url,
    convert,
    parse,
)
from vault.policy.verdicts import Kind

Channel = Literal["api", "mail", "phone", "chat", "post", "shop", "app", "other"]
MessageKind = Literal["service", "delivery", "invoice", "security", "reply", "renewal", "survey", "marketing", "other"]


class Asked(Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", kw_only=True):
    """What every request has. `vendor` is the web address that the vendor goes by; `reference` its own number."""

    vendor: Url
    reference: Title | None = None


class Introduction(Struct, frozen=True, forbid_unknown_fields=True):
    """Who it is and why it writes."""

    name: Annotated[str, Meta(max_length=MAX_TITLE)] = ""
    intro: Body = ""
    category: str | None = None


class FirstContact(Asked, frozen=True, tag="first-contact", kw_only=True):
    first_contact: Introduction


class Answer(Struct, frozen=True, forbid_unknown_fields=True):
    """The agreement that the vendor takes as proffered, or proposes instead; ids of the roster."""

    proffered: Title | None = None
    countered: Title | None = None


class TermsAnswer(Asked, frozen=True, tag="terms", kw_only=True):
    terms: Answer


class DataWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """`practice` as in `terms.practice`; `actions` what is to be done; `grant` the grant that it goes by, if any."""

    practice: dict[str, object] = {}
    actions: Annotated[tuple[Title, ...], Meta(max_length=MAX_ENTRIES)] = ("read",)
    agreement: Title | None = None
    grant: Title | None = None


class DataRequest(Asked, frozen=True, tag="data-request", kw_only=True):
    data_request: DataWanted


class OfferMade(Asked, frozen=True, tag="offer", kw_only=True):
    """`intent` is the intention that it answers; without one nobody asked for it."""

    offer: Offer
    intent: Title | None = None


class Promotion(Asked, frozen=True, tag="promotion", kw_only=True):
    """An offer that nobody signed, out of mail for example."""

    offer: Offer


class Letter(Struct, frozen=True, forbid_unknown_fields=True):
    body: Body = ""
    subject: Body = ""
    channel: Channel = "api"
    thread: Title | None = None
    kind: MessageKind = "other"


class Message(Asked, frozen=True, tag="message", kw_only=True):
    message: Letter


class Rate(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount for each `period`."""

    minor: Minor
    currency: Currency
    period: Iso


class Renewed(Struct, frozen=True, forbid_unknown_fields=True, rename={"effective": "from"}):
    """`contract` is the vault's id, or the vendor's number; from that day it runs on for `term` at `price`."""

    contract: Title
    price: Rate
    effective: date | None = None
    term: Iso | None = None


class Renewal(Asked, frozen=True, tag="renewal", kw_only=True):
    renewal: Renewed


class Repriced(Struct, frozen=True, forbid_unknown_fields=True):
    """`old` may be left out: what is paid today stands in the vault."""

    contract: Title
    new: Rate
    effective: date | None = None
    old: Rate | None = None


class PriceChange(Asked, frozen=True, tag="price-change", kw_only=True):
    price_change: Repriced


AnyAsked = FirstContact | TermsAnswer | DataRequest | OfferMade | Promotion | Message | Renewal | PriceChange


@dataclass(frozen=True)
class Request:
    """What is asked, with the JSON as it came."""

    asked: AnyAsked
    json: JsonValue

    @lazy
    def kind(self) -> Kind:
        return Kind(str(self.asked.__struct_config__.tag))

    @property
    def vendor(self) -> str:
        return self.asked.vendor

    @lazy
    def canonical(self) -> bytes:
        """RFC 8785, as it is stored."""
        return jcs.canonical_plain(self.json)

    @lazy
    def sha256(self) -> str:
        """Hex of the hash over the canonical bytes."""
        return hashlib.sha256(self.canonical).hexdigest()

    @property
    def offer(self) -> Offer | None:
        return self.asked.offer if isinstance(self.asked, OfferMade | Promotion) else None

    @property
    def practice(self) -> Practice | None:
        """What the vendor says it does with my data; None where it does not say, or wants none."""
        if isinstance(self.asked, DataRequest):
            return Practice.from_json(self.asked.data_request.practice)
        return self.offer.declared if self.offer else None


def read(raw: bytes) -> Request:
    """The request of a JSON text."""
    return of_json(parse(raw, "a request"))


def of_json(json: JsonValue) -> Request:
    """The request of a JSON value that `strict.parse` or `jcs.parse` gave."""
    if not isinstance(json, dict):
        raise DocumentError(
            "a request is an object", hint='write {"kind": "offer", "vendor": "https://…", "offer": {…}}'
        )
    asked: AnyAsked = convert(json, AnyAsked, "a request")
    _check(asked)
    return Request(asked, json)


def _check(asked: AnyAsked) -> None:
    if isinstance(asked, OfferMade | Promotion):
        offer_reading.check(asked.offer, "offer")
    elif isinstance(asked, DataRequest):
        offer_reading.check_practice(asked.data_request.practice, "data_request.practice")
    elif isinstance(asked, FirstContact):
        offer_reading.check_category(asked.first_contact.category, "first_contact.category")
    elif isinstance(asked, Renewal):
        offer_reading.check_period(asked.renewal.price.period, "renewal.price.period")
    elif isinstance(asked, PriceChange):
        _check_price_change(asked.price_change)
    elif isinstance(asked, TermsAnswer) and (asked.terms.proffered is None) == (asked.terms.countered is None):
        raise DocumentError("`terms` names one agreement", hint="give `proffered` or `countered`, not both")


def _check_price_change(change: Repriced) -> None:
    offer_reading.check_period(change.new.period, "price_change.new.period")
    if change.old is None:
        return
    offer_reading.check_period(change.old.period, "price_change.old.period")
    if change.old.currency != change.new.currency:
        raise DocumentError(
            "`price_change.old` and `price_change.new` are in two currencies",
            hint="a price has one currency",
            code="two-currencies",
        )
