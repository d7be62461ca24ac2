"""`vendor.*`, `request.*` and `grant.*`: who asks, how well it is known, and what it was granted."""

from __future__ import annotations

from vault.policy import grants
from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType, Value
from vault.policy.world import World

_VAULT = "the vault"
_NOBODY, _VENDOR = Influence.NOBODY, Influence.VENDOR


def _over_limit(world: World) -> Value:
    vendor = world.vendor
    return (
        vendor is not None and vendor.contact_limit is not None and vendor.contacts_this_month >= vendor.contact_limit
    )


def _grant_expires(world: World) -> Value | None:
    found = grants.granted(world)
    return found.expires if found else None


ROWS = (
    Fact(
        "vendor.domain",
        FactType.TEXT,
        "",
        "the vendor's registrable domain",
        "the request's vendor address",
        _NOBODY,
        find=lambda world: world.vendor_domain or None,
    ),
    Fact(
        "vendor.verified",
        FactType.TRUTH,
        "",
        "whether it has proved that the domain is its own",
        _VAULT,
        _NOBODY,
        find=lambda world: world.vendor.verified if world.vendor else None,
    ),
    Fact(
        "vendor.known_since",
        FactType.DATE,
        "",
        "the first day that the vault has anything of it",
        _VAULT,
        _NOBODY,
        find=lambda world: world.vendor.known_since if world.vendor else None,
    ),
    Fact(
        "vendor.category",
        FactType.CATEGORY,
        "",
        "what it mainly sells",
        _VAULT,
        _NOBODY,
        find=lambda world: world.vendor.category if world.vendor else None,
    ),
    Fact(
        "vendor.paid",
        FactType.TRUTH,
        "",
        "whether you have ever paid it",
        _VAULT,
        _NOBODY,
        find=lambda world: world.vendor.paid if world.vendor else None,
    ),
    Fact(
        "vendor.offers_this_week",
        FactType.INTEGER,
        "offers",
        "its offers of the last seven days, this one not counted",
        _VAULT,
        _NOBODY,
        least=0,
        find=lambda world: world.vendor.offers_this_week if world.vendor else None,
    ),
    Fact(
        "vendor.contacts.this_month",
        FactType.INTEGER,
        "contacts",
        "how often it wrote this month, this time not counted",
        _VAULT,
        _NOBODY,
        least=0,
        find=lambda world: world.vendor.contacts_this_month if world.vendor else None,
    ),
    Fact(
        "vendor.contacts.over_limit",
        FactType.TRUTH,
        "",
        "whether this contact is one more than you allow it a month",
        _VAULT,
        _NOBODY,
        find=_over_limit,
    ),
    Fact(
        "vendor.breaches",
        FactType.INTEGER,
        "breaches",
        "how often it broke an agreement",
        _VAULT,
        _NOBODY,
        least=0,
        find=lambda world: world.vendor.breaches if world.vendor else None,
    ),
    Fact(
        "vendor.attested",
        FactType.TEXTS,
        "",
        "standards that somebody else vouches for, with a proof that holds",
        "the offer, proof checked by the vault",
        _NOBODY,
        find=lambda world: frozenset(world.attested) if world.offer else None,
    ),
    Fact(
        "request.signature",
        FactType.CHOICE,
        "",
        "whether the request is signed with the vendor's key",
        "checked by the vault",
        _NOBODY,
        choices=("valid", "invalid", "missing"),
        find=lambda world: world.known.signature(),
    ),
    Fact(
        "grant.exceeded",
        FactType.TRUTH,
        "",
        "whether it asks for more than the grant that it names allows",
        _VAULT,
        _NOBODY,
        find=grants.exceeded,
    ),
    Fact(
        "grant.named",
        FactType.TRUTH,
        "",
        "whether it names a grant",
        "the request",
        _VENDOR,
        find=lambda world: grants.named(world) is not None,
    ),
    Fact(
        "grant.expires",
        FactType.DATE,
        "",
        "the last day of the grant that it names",
        _VAULT,
        _NOBODY,
        find=_grant_expires,
    ),
)
