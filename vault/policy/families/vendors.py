"""`vendor.*`, `request.*` and `grant.*`: who asks, how well it is known, and what it was granted."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_VAULT = "the vault"
_NOBODY, _VENDOR = Influence.NOBODY, Influence.VENDOR

ROWS = (
    Fact(
        "vendor.domain", FactType.TEXT, "", "the vendor's registrable domain", "the request's vendor address", _NOBODY
    ),
    Fact("vendor.verified", FactType.TRUTH, "", "whether it has proved that the domain is its own", _VAULT, _NOBODY),
    Fact("vendor.known_since", FactType.DATE, "", "the first day that the vault has anything of it", _VAULT, _NOBODY),
    Fact("vendor.category", FactType.CATEGORY, "", "what it mainly sells", _VAULT, _NOBODY),
    Fact("vendor.paid", FactType.TRUTH, "", "whether I have ever paid it", _VAULT, _NOBODY),
    Fact(
        "vendor.offers_this_week",
        FactType.INTEGER,
        "offers",
        "its offers of the last seven days, this one not counted",
        _VAULT,
        _NOBODY,
        least=0,
    ),
    Fact(
        "vendor.contacts.this_month",
        FactType.INTEGER,
        "contacts",
        "how often it wrote this month, this time not counted",
        _VAULT,
        _NOBODY,
        least=0,
    ),
    Fact(
        "vendor.contacts.over_limit",
        FactType.TRUTH,
        "",
        "whether this contact is one more than I allow it a month",
        _VAULT,
        _NOBODY,
    ),
    Fact("vendor.breaches", FactType.INTEGER, "breaches", "how often it broke an agreement", _VAULT, _NOBODY, least=0),
    Fact(
        "vendor.attested",
        FactType.TEXTS,
        "",
        "standards that somebody else vouches for, with a proof that holds",
        "the offer, proof checked by the vault",
        _NOBODY,
    ),
    Fact(
        "request.signature",
        FactType.CHOICE,
        "",
        "whether the request is signed with the vendor's key",
        "checked by the vault",
        _NOBODY,
        choices=("valid", "invalid", "missing"),
    ),
    Fact(
        "grant.exceeded",
        FactType.TRUTH,
        "",
        "whether it asks for more than the grant that it names allows",
        _VAULT,
        _NOBODY,
    ),
    Fact("grant.named", FactType.TRUTH, "", "whether it names a grant", "the request", _VENDOR),
    Fact("grant.expires", FactType.DATE, "", "the last day of the grant that it names", _VAULT, _NOBODY),
)
