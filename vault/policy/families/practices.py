"""`terms.*` and `data.*`: what is asked of your data, and how that stands to the agreement."""

from __future__ import annotations

from typing import Literal

from terms.comparison import Exceeds, Within
from terms.effective import answer
from terms.roster import OffRosterError
from vault.policy.fact import Fact, Influence
from vault.policy.requests import DataRequest, TermsAnswer
from vault.policy.retention import kept
from vault.policy.values import FactType, Value
from vault.policy.world import World

_DECLARED = "the declared practice"
_NOBODY, _VENDOR, _DERIVED = Influence.NOBODY, Influence.VENDOR, Influence.DERIVED


def _result(world: World) -> Value:
    if world.practice is None:
        return "none asked"
    return world.compared.result if world.compared else "unknown"


def _exceeds(world: World) -> Value | None:
    if isinstance(world.compared, Exceeds):
        return frozenset(answer.clause for answer in world.compared.clauses)
    return frozenset() if isinstance(world.compared, Within) else None


def _agreement(world: World) -> Value | None:
    return (world.agreed.in_force or world.agreed.effective.preferred) if world.agreed else None


def _standing(world: World) -> Value | None:
    named = asked_agreement(world)
    if named is None or world.agreed is None:
        return None
    try:
        return answer(world.agreed.effective, named).result
    except OffRosterError:
        return "off the roster"


def asked_agreement(world: World) -> str | None:
    asked = world.request.asked
    if isinstance(asked, TermsAnswer):
        return asked.terms.countered or asked.terms.proffered
    return asked.data_request.agreement if isinstance(asked, DataRequest) else None


def _set(world: World, name: Literal["purposes", "data", "recipients", "transfers"]) -> Value | None:
    entries = getattr(world.practice, name) if world.practice else None
    return None if entries is None else frozenset(map(str, entries))


def _actions(world: World) -> Value | None:
    asked = world.request.asked
    return frozenset(asked.data_request.actions) if isinstance(asked, DataRequest) else None


ROWS = (
    Fact(
        "terms.result",
        FactType.CHOICE,
        "",
        "how the practice stands to your agreement and additions; `none asked` where no data is asked for",
        "compared by the vault",
        _DERIVED,
        choices=("within", "exceeds", "unknown", "none asked"),
        find=_result,
    ),
    Fact(
        "terms.exceeds",
        FactType.TEXTS,
        "",
        "the clauses that the practice exceeds",
        "compared by the vault",
        _DERIVED,
        find=_exceeds,
    ),
    Fact(
        "terms.agreement",
        FactType.TEXT,
        "",
        "the agreement that holds for this vendor",
        "the vault",
        _NOBODY,
        find=_agreement,
    ),
    Fact(
        "terms.asked",
        FactType.TEXT,
        "",
        "the agreement that the vendor names",
        "the request",
        _VENDOR,
        find=asked_agreement,
    ),
    Fact(
        "terms.standing",
        FactType.CHOICE,
        "",
        "how the agreement that the vendor names stands to those that you accept",
        "compared by the vault",
        _DERIVED,
        choices=("preferred", "acceptable", "not acceptable", "off the roster"),
        find=_standing,
    ),
    Fact(
        "terms.in_force",
        FactType.TRUTH,
        "",
        "whether both sides have signed an agreement that still holds",
        "the vault",
        _NOBODY,
        find=lambda world: world.agreed.in_force is not None if world.agreed else None,
    ),
    Fact(
        "data.purposes",
        FactType.PURPOSES,
        "",
        "what it is wanted for",
        _DECLARED,
        _VENDOR,
        find=lambda world: _set(world, "purposes"),
    ),
    Fact(
        "data.categories",
        FactType.PERSONAL_DATA,
        "",
        "what is wanted",
        _DECLARED,
        _VENDOR,
        find=lambda world: _set(world, "data"),
    ),
    Fact(
        "data.retention",
        FactType.DURATION,
        "",
        "how long it is kept; for ever is longer than any duration",
        _DECLARED,
        _VENDOR,
        find=lambda world: kept(world.practice.retention) if world.practice else None,
        least=0,
    ),
    Fact(
        "data.recipients",
        FactType.TEXTS,
        "",
        "who else gets it, by name or role",
        _DECLARED,
        _VENDOR,
        find=lambda world: _set(world, "recipients"),
    ),
    Fact(
        "data.transfers",
        FactType.TEXTS,
        "",
        "the countries that it goes to",
        _DECLARED,
        _VENDOR,
        find=lambda world: _set(world, "transfers"),
    ),
    Fact(
        "data.actions",
        FactType.TEXTS,
        "",
        "what is done with it (read, write, …)",
        "the data request",
        _VENDOR,
        find=_actions,
    ),
    Fact(
        "data.ai_training",
        FactType.TRUTH,
        "",
        "whether it trains AI",
        _DECLARED,
        _VENDOR,
        find=lambda world: world.practice.ai_training if world.practice else None,
    ),
    Fact(
        "data.anonymised",
        FactType.TRUTH,
        "",
        "whether what others get is fully anonymised",
        _DECLARED,
        _VENDOR,
        find=lambda world: world.practice.anonymised if world.practice else None,
    ),
    Fact(
        "data.portability",
        FactType.TRUTH,
        "",
        "whether you can take it with you",
        _DECLARED,
        _VENDOR,
        find=lambda world: world.practice.portability if world.practice else None,
    ),
)
