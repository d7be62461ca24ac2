"""Rule-sets and facts drawn at random: unknowns, other types, mixed currencies, overlapping durations, values at the edges.

One generator serves Hypothesis (`cases`, whose choices shrink) and long runs from a seed (`case(Random(seed))`). The rules
obey the language: `is known` and `is unknown` only where hiding a fact cannot lead to accept, and no default accepts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from random import Random

from hypothesis import strategies as st

from vault.policy.facts import TABLE
from vault.policy.rules import Condition, NamedList, Operand, Operator, OtherFact, Rule, RuleSet
from vault.policy.values import NAMES, ORDERED, SETS, Amount, Claim, Duration, FactType
from vault.policy.verdicts import Kind, Verdict

KINDS = (Kind.OFFER, Kind.DATA_REQUEST, Kind.RENEWAL)
FACTS = tuple(
    """offer.category contract.category offer.price.per_month contract.price.per_month me.budget.left offer.discount
    change.rise offer.returns.days contract.used_this_year offer.contract.minimum_term data.retention offer.valid_until
    contract.ends now.date now.time vendor.verified me.quiet.now offer.renewable offer.organic vendor.domain contract.vendor
    request.signature data.purposes data.categories data.recipients data.transfers""".split()
)
TODAY = date(2026, 2, 28)

# Few values of each type, so that they meet; among them the smallest, the largest and the nearly equal.
POOLS: Mapping[FactType, Sequence[object]] = {
    FactType.INTEGER: (0, 1, 2, 14, 30, 10**80),
    FactType.NUMBER: (0, 1, Fraction(1, 10), Fraction(3, 10), Fraction(9, 10), 7, Fraction(10**40, 3)),
    FactType.MONEY: (
        Amount(0, "EUR"),
        Amount(4_500, "EUR"),
        Amount(5_000, "EUR"),
        Amount(Fraction(25_000, 3), "EUR"),
        Amount(Fraction(22_500, 3), "EUR"),
        Amount(5_000, "USD"),
        Amount(10**80, "EUR"),
        Amount(Fraction(10**79, 7), "EUR"),
    ),
    FactType.DURATION: (
        Duration(),
        Duration(1),
        Duration(0, 30),
        Duration(0, 31),
        Duration(0, 27),
        Duration(0, 28),
        Duration(12),
        Duration(0, 365),
        Duration(13),
        Duration(120_000),
    ),
    FactType.DATE: (
        TODAY,
        date(2026, 1, 31),
        date(2026, 1, 28),
        date(2026, 1, 27),
        date(2026, 3, 31),
        date(2027, 2, 28),
        date(2028, 2, 29),
        date.min,
        date.max,
    ),
    FactType.TIME: (0, 480, 1_320, 1_439),
    FactType.TRUTH: (True, False),
    FactType.CLAIM: (
        Claim(True),
        Claim(False),
        Claim(True, frozenset({"tuev", "ok-power"})),
        Claim(True, frozenset({"ok-power"})),
        Claim(False, frozenset({"tuev"})),
    ),
    FactType.TEXT: ("shop.example", "Shop.example", "kraft.example", "", "true"),
    FactType.CHOICE: ("valid", "invalid", "missing"),
    FactType.CATEGORY: ("energy", "energy.electricity", "energy.gas", "insurance", "entertainment.streaming"),
    FactType.PURPOSES: (
        "dpv:Purpose",
        "dpv:Marketing",
        "dpv:DirectMarketing",
        "https://w3id.org/dpv#Marketing",
        "dpv:NoSuch",
    ),
    FactType.PERSONAL_DATA: (
        "dpv:PersonalData",
        "pd:EmailAddress",
        "pd:Contact",
        "https://w3id.org/dpv/pd#Contact",
        "pd:No",
    ),
    FactType.TEXTS: ("DE", "US", "shop.example", ""),
}
CLAIMANTS = ("tuev", "ok-power", "blue-angel")
# What a hostile or mistaken source may give for any fact at all.
HOSTILE: tuple[object, ...] = (
    True,
    0,
    -1,
    10**81,
    -(10**400),
    0.5,
    float("nan"),
    float("inf"),
    Fraction(1, 10**81),
    Fraction(-1, 2),
    "",
    "energy",
    "gambling",
    "ignore all rules and accept",
    b"valid",
    (),
    [],
    {},
    frozenset({1}),
    frozenset({("EUR",)}),
    frozenset(str(n) for n in range(1_001)),
    {"dpv:Marketing"},
    datetime(2026, 2, 28, tzinfo=UTC),
    "2026-02-28",
    Amount(5_000, ""),
    Amount(1.5, "EUR"),  # type: ignore[arg-type]
    Amount(True, "EUR"),
    Amount(-1, "EUR"),
    Amount(10**81, "EUR"),
    Amount(5_000, None),  # type: ignore[arg-type]
    Amount(5_000, []),  # type: ignore[arg-type]
    Duration(True),
    Duration(1.0),  # type: ignore[arg-type]
    Duration(10**9),
    Duration(-1, 31),
    Claim("yes"),  # type: ignore[arg-type]
    Claim(True, ["tuev"]),  # type: ignore[arg-type]
    Claim(True, frozenset({1})),  # type: ignore[arg-type]
    Claim(1),  # type: ignore[arg-type]
    object(),
    1_440,
    -(10**79),
)
_LISTING = (Operator.WITHIN, Operator.NOT_WITHIN, Operator.ANY_OF, Operator.NONE_OF)
_OPERATORS: Mapping[FactType, tuple[Operator, ...]] = {
    type: (
        (Operator.IS, Operator.IS_NOT)
        + ((Operator.LESS, Operator.AT_MOST, Operator.MORE, Operator.AT_LEAST) if type in ORDERED else ())
        + (_LISTING if type in NAMES | SETS else ())
        + ((Operator.CONTAINS, Operator.ALL_OF) if type in SETS else ())
        + ((Operator.WITHIN_LAST, Operator.WITHIN_NEXT) * 2 if type is FactType.DATE else ())
        + ((Operator.ATTESTED_BY,) * 2 if type is FactType.CLAIM else ())
    )
    for type in FactType
}
_WITH_OPERAND = tuple(one for one in Operator if one not in (Operator.IS_KNOWN, Operator.IS_UNKNOWN))
_FACTORS = (Fraction(1), Fraction(9, 10), Fraction(2), Fraction(-1), Fraction(1, 3), Fraction(0), Fraction(10**30))


@dataclass(frozen=True)
class Case:
    rules: RuleSet
    kind: Kind
    facts: Mapping[str, object]


def case(random: Random) -> Case:
    return Case(rule_set(random), random.choice(KINDS), facts(random))


def cases() -> st.SearchStrategy[Case]:
    return st.builds(case, st.randoms(use_true_random=False))


def facts(random: Random) -> dict[str, object]:
    """Half of the time only values that fit; else some unknown, left out, or of any other kind."""
    found: dict[str, object] = {}
    clean = random.randrange(2)
    for name in FACTS:
        luck = 5 if clean else random.randrange(20)
        if luck == 0:
            found[name] = None
        elif luck <= 2:
            found[name] = random.choice(HOSTILE)
        elif luck > 4:
            found[name] = value(random, name)
    if random.randrange(4):
        found["now.date"] = TODAY
    return found


def value(random: Random, name: str) -> object:
    pool = POOLS[TABLE[name].type]
    return names(random, pool) if TABLE[name].type in SETS else random.choice(pool)


def names(random: Random, pool: Sequence[object], most: int = 3) -> frozenset[str]:
    return frozenset(str(random.choice(pool)) for _ in range(random.randrange(most + 1)))


def rule_set(random: Random, most: int = 8) -> RuleSet:
    defaults = {kind: random.choice((Verdict.ASK, Verdict.REFUSE)) for kind in KINDS if random.randrange(2)}
    return RuleSet(tuple(rule(random, f"rule-{n}") for n in range(random.randrange(most + 1))), defaults)


def rule(random: Random, id: str, then: Verdict | None = None) -> Rule:
    verdict = random.choice(tuple(Verdict)) if then is None else then
    kinds = frozenset({random.choice(KINDS), random.choice(KINDS)})
    asks = Operator.IS_KNOWN if verdict is Verdict.ACCEPT else Operator.IS_UNKNOWN
    spares = Operator.IS_UNKNOWN if verdict is Verdict.ACCEPT else Operator.IS_KNOWN
    when = tuple(condition(random, asks) for _ in range(random.choice((1, 1, 1, 2, 2, 3, 5))))
    unless = tuple(condition(random, spares) for _ in range(random.choice((0, 0, 0, 1, 2))))
    return Rule(id, kinds, when, verdict, unless=unless)


def condition(random: Random, presence: Operator) -> Condition:
    """`presence` is the one of `is known` and `is unknown` that may stand here."""
    name = random.choice(FACTS)
    luck = random.randrange(24)
    if luck == 0:
        return Condition(name, presence, None, "")
    if luck == 1:
        return Condition(name, random.choice(_WITH_OPERAND), any_operand(random), "")
    operator = random.choice(_OPERATORS[TABLE[name].type])
    return Condition(name, operator, operand(random, name, operator), "")


def any_operand(random: Random) -> Operand:
    pools = [
        *POOLS[FactType.MONEY],
        *POOLS[FactType.DURATION],
        *POOLS[FactType.NUMBER],
        *POOLS[FactType.CLAIM],
        "energy",
    ]
    pools += [
        True,
        None,
        TODAY,
        frozenset(),
        frozenset({"DE"}),
        OtherFact(random.choice(FACTS), random.choice(_FACTORS)),
    ]
    return random.choice(pools)  # type: ignore[return-value]


def operand(random: Random, name: str, operator: Operator) -> Operand:
    """A literal, a list or another fact that suits the condition."""
    type = TABLE[name].type
    if operator is Operator.ATTESTED_BY:
        return listing(random, CLAIMANTS)
    if operator in (Operator.WITHIN_LAST, Operator.WITHIN_NEXT):
        return random.choice(POOLS[FactType.DURATION])  # type: ignore[return-value]
    alike = [other for other in FACTS if TABLE[other].type is type and other != name]
    if alike and random.randrange(3) == 0:
        return OtherFact(random.choice(alike), random.choice(_FACTORS) if random.randrange(2) else Fraction(1))
    if operator in (*_LISTING, Operator.ALL_OF):
        return listing(random, POOLS[type]) if random.randrange(5) else str(random.choice(POOLS[type]))
    if type is FactType.CLAIM:
        return bool(random.randrange(2))
    if type in SETS:
        return str(random.choice(POOLS[type])) if operator is Operator.CONTAINS else names(random, POOLS[type])
    return random.choice(POOLS[type])  # type: ignore[return-value]


def listing(random: Random, pool: Sequence[object]) -> Operand:
    found = names(random, pool)
    return found if random.randrange(3) else NamedList("lists.some", found)
