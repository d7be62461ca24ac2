"""Rules as people write them: what is read, what is refused, and what the refusal says."""

from __future__ import annotations

import json
import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import jsonschema
import pytest

from vault.policy.facts import TABLE
from vault.policy.language.conditions import read_condition
from vault.policy.language.errors import MAX_PROBLEMS, Fault, RuleFileError
from vault.policy.language.files import read_json, read_toml
from vault.policy.language.installed import InstalledRulesError, from_installed, rules_sha256, to_installed
from vault.policy.language.limits import MAX_BYTES, MAX_CONDITIONS, MAX_LIST, MAX_RULES
from vault.policy.language.operands import Scope
from vault.policy.language.printing import ListConflictError, to_json, to_rows, to_toml
from vault.policy.language.schema import rules_schema, schema_text
from vault.policy.rules import NamedList, Operand, Operator, OtherFact, RuleSet
from vault.policy.values import Amount, Duration
from vault.policy.verdicts import Kind, Verdict

ROOT = Path(__file__).parents[3]
LISTS = {"shops": ("a.example", "b.example"), "fuels": ("energy.gas",), "loose": ("Marketing",)}
SCOPE = Scope(TABLE, LISTS)

ENERGY = """
[[rule]]
id = "cheaper-energy"
for = ["offer"]
when = [
  "offer.category within energy",
  "offer.price.per_month <= 90% of contract.price.per_month",
  "offer.contract.minimum_term <= 12 months",
]
then = "accept"
because = "at least a tenth cheaper, and no long lock-in"
"""


def rules_of(text: str) -> RuleSet:
    return read_toml(text, "my.toml", TABLE, LISTS)


def refusal(text: str) -> RuleFileError:
    with pytest.raises(RuleFileError) as caught:
        rules_of(text)
    return caught.value


def rule(when: str = "[]", **members: str) -> str:
    parts = {"id": '"x"', "for": '"offer"', "when": when, "then": '"refuse"'} | members
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in parts.items() if value)


# What is read, and its one canonical form ------------------------------------------------------------------------------

READ: list[tuple[str, str, Operand]] = [
    ("offer.price.per_month <= 50 EUR", "offer.price.per_month <= 50 EUR", Amount(5_000, "EUR")),
    ("offer.price.per_month<=49.9 EUR", "offer.price.per_month <= 49.90 EUR", Amount(4_990, "EUR")),
    ("offer.price.per_month <= 600 EUR per year", "offer.price.per_month <= 50 EUR", Amount(5_000, "EUR")),
    (
        "offer.price.per_month <= 100 EUR/year",
        "offer.price.per_month <= 100 EUR per year",
        Amount(Fraction(2_500, 3), "EUR"),
    ),
    ("offer.price.per_month <= 30 EUR per quarter", "offer.price.per_month <= 10 EUR", Amount(1_000, "EUR")),
    ("offer.excess <= 300 EUR per claim", "offer.excess <= 300 EUR", Amount(30_000, "EUR")),
    ("offer.price.total <= 500 JPY", "offer.price.total <= 500 JPY", Amount(500, "JPY")),
    ("offer.price.total <= 0.3215 EUR", "offer.price.total <= 0.3215 EUR", Amount(Fraction(3215, 100), "EUR")),
    ("offer.price.total <= 1/3 EUR", "offer.price.total <= 1/3 EUR", Amount(Fraction(100, 3), "EUR")),
    ("offer.contract.minimum_term <= 12 months", "offer.contract.minimum_term <= 12 months", Duration(12)),
    ("offer.contract.minimum_term <= 1 year", "offer.contract.minimum_term <= 12 months", Duration(12)),
    ("offer.contract.minimum_term <= 10 years", "offer.contract.minimum_term <= 10 years", Duration(120)),
    ("offer.contract.notice <= 2 weeks", "offer.contract.notice <= 14 days", Duration(0, 14)),
    ("offer.contract.notice <= P30D", "offer.contract.notice <= 30 days", Duration(0, 30)),
    ("offer.contract.notice <= 1 month and 3 days", "offer.contract.notice <= 1 month 3 days", Duration(1, 3)),
    ("offer.contract.notice is 0 days", "offer.contract.notice is 0 days", Duration()),
    ("offer.discount >= 20 %", "offer.discount >= 20%", 20),
    ("offer.discount >= 12.5", "offer.discount >= 12.5%", Fraction(25, 2)),
    ("offer.unit_rate < 30.5 ct/kWh", "offer.unit_rate < 30.5", Fraction(61, 2)),
    ("offer.returns.days >= 14 days", "offer.returns.days >= 14", 14),
    ("offer.valid_until >= 2026-03-01", "offer.valid_until >= 2026-03-01", date(2026, 3, 1)),
    ("now.time >= 22:00", "now.time >= 22:00", 1_320),
    ("now.time < 7:30", "now.time < 07:30", 450),
    ("vendor.verified is yes", "vendor.verified is true", True),
    ("offer.renewable is not false", "offer.renewable is not false", False),
    ("vendor.domain is shop.example", 'vendor.domain is "shop.example"', "shop.example"),
    ("vendor.domain is 'shop.example'", 'vendor.domain is "shop.example"', "shop.example"),
    ('offer.title is "50 % \\"off\\""', 'offer.title is "50 % \\"off\\""', '50 % "off"'),
    ("offer.meter is 'two-rate'", "offer.meter is two-rate", "two-rate"),
    ("terms.result is 'unknown'", 'terms.result is "unknown"', "unknown"),
    ("offer.category within energy", "offer.category within energy", frozenset({"energy"})),
    (
        "offer.category within [telecom.mobile, energy]",
        "offer.category within [energy, telecom.mobile]",
        frozenset({"energy", "telecom.mobile"}),
    ),
    (
        "data.purposes any of Marketing, dpv:ServiceProvision",
        "data.purposes any of [dpv:Marketing, dpv:ServiceProvision]",
        frozenset({"dpv:Marketing", "dpv:ServiceProvision"}),
    ),
    (
        "data.purposes within https://w3id.org/dpv#Marketing",
        "data.purposes within dpv:Marketing",
        frozenset({"dpv:Marketing"}),
    ),
    ("data.categories contains EmailAddress", "data.categories contains pd:EmailAddress", "pd:EmailAddress"),
    ("vendor.known_since  within  last 2 years", "vendor.known_since within last 24 months", Duration(24)),
    ("contract.last_cancel_day within next 30 days", "contract.last_cancel_day within next 30 days", Duration(0, 30)),
    (
        'offer.renewable attested by ["TÜV Nord", ok-power]',
        'offer.renewable attested by ["TÜV Nord", "ok-power"]',
        frozenset({"TÜV Nord", "ok-power"}),
    ),
    ("offer.bonus is unknown", "offer.bonus is unknown", None),
    ("offer.bonus is known", "offer.bonus is known", None),
    (
        "offer.price.per_month <= 90% of contract.price.per_month",
        "offer.price.per_month <= 90% of contract.price.per_month",
        OtherFact("contract.price.per_month", Fraction(9, 10)),
    ),
    (
        "offer.cost.first_year < 12 × contract.price.per_month",
        "offer.cost.first_year < 12 times contract.price.per_month",
        OtherFact("contract.price.per_month", Fraction(12)),
    ),
    (
        "offer.price.per_month <= 1/3 times contract.price.per_month",
        "offer.price.per_month <= 1/3 times contract.price.per_month",
        OtherFact("contract.price.per_month", Fraction(1, 3)),
    ),
    ("vendor.domain is contract.vendor", "vendor.domain is contract.vendor", OtherFact("contract.vendor")),
    ("offer.category within intent.category", "offer.category within intent.category", OtherFact("intent.category")),
    ("vendor.attested contains vendor.domain", "vendor.attested contains vendor.domain", OtherFact("vendor.domain")),
    (
        "vendor.domain within lists.shops",
        "vendor.domain within lists.shops",
        NamedList("shops", frozenset({"a.example", "b.example"})),
    ),
    (
        "offer.category any of lists.fuels",
        "offer.category any of lists.fuels",
        NamedList("fuels", frozenset({"energy.gas"})),
    ),
]


@pytest.mark.parametrize(("written", "canonical", "operand"), READ, ids=[row[0] for row in READ])
def test_a_condition_is_read_exactly_and_has_one_canonical_text(written: str, canonical: str, operand: Operand) -> None:
    condition = read_condition(SCOPE, written)
    assert condition.operand == operand
    assert type(condition.operand) is type(operand)
    assert condition.text == canonical
    assert read_condition(SCOPE, canonical) == condition


ROWS: list[tuple[dict[str, object], str]] = [
    ({"operator": "<=", "value": "50 EUR"}, "offer.price.per_month <= 50 EUR"),
    ({"operator": "<=", "value": {"minor": 5000, "currency": "EUR"}}, "offer.price.per_month <= 50 EUR"),
    (
        {"operator": "<=", "value": {"minor": "2500/3", "currency": "EUR"}},
        "offer.price.per_month <= 100 EUR per year",
    ),
    (
        {"operator": "<=", "value": {"minor": "1/65536", "currency": "EUR"}},
        "offer.price.per_month <= 1/6553600 EUR",
    ),
    (
        {"operator": "<", "value": "90% of contract.price.per_month"},
        "offer.price.per_month < 90% of contract.price.per_month",
    ),
    ({"fact": "offer.discount", "operator": ">=", "value": 12.5}, "offer.discount >= 12.5%"),
    ({"fact": "offer.discount", "operator": "is unknown"}, "offer.discount is unknown"),
    ({"fact": "vendor.verified", "operator": "is", "value": True}, "vendor.verified is true"),
    ({"fact": "offer.renewable", "operator": "is", "value": True}, "offer.renewable is true"),
    (
        {"fact": "offer.category", "operator": "within", "value": ["energy", "telecom"]},
        "offer.category within [energy, telecom]",
    ),
    (
        {"fact": "vendor.domain", "operator": "any of", "value": ["a, b", "contract.vendor"]},
        'vendor.domain any of ["a, b", "contract.vendor"]',
    ),
    ({"fact": "offer.renewable", "operator": "attested by", "value": ["x"]}, 'offer.renewable attested by "x"'),
    ({"fact": "offer.valid_until", "operator": "<", "value": date(2026, 3, 1)}, "offer.valid_until < 2026-03-01"),
    ({"fact": "offer.contract.notice", "operator": "<=", "value": "P30D"}, "offer.contract.notice <= 30 days"),
]


@pytest.mark.parametrize(("row", "text"), ROWS, ids=[row[1] for row in ROWS])
def test_a_row_of_the_pages_gives_the_same_condition_as_its_text(row: dict[str, object], text: str) -> None:
    condition = read_condition(SCOPE, {"fact": "offer.price.per_month"} | row)
    assert condition == read_condition(SCOPE, text)
    assert condition.text == text


# What is refused, and how it is said -----------------------------------------------------------------------------------

REFUSED = [
    ("offer.prce.per_month <= 50 EUR", "no fact `offer.prce.per_month`", "`offer.price.per_month`"),
    ("offer.pricе.per_month <= 50 EUR", "CYRILLIC SMALL LETTER IE", "`offer.price.per_month`"),
    ("оffеr.рriсе.реr_mоnth < 50 EUR", "CYRILLIC SMALL LETTER O", "`offer.price.per_month`"),
    ("οffer.bonus is known", "GREEK SMALL LETTER OMICRON", "`offer.bonus`"),
    ("offer\u200b.bonus is known", "ZERO WIDTH SPACE", "`offer.bonus`"),
    ("offer.price.per_month <= 1,200 EUR", "`1,200` is not a number", "`1200` or `1.200`"),
    ("offer.price.per_month <= 1,200.50 EUR", "not a number", "`1200.50`"),
    ("offer.price.per_month <= 49,90 EUR", "not a number", "`49.90`"),
    ("offer.price.per_month <= 1'200 EUR", "not a number", "`1200`"),
    ("offer.price.per_month <= 1 200 EUR", "not a number", "`1200`"),
    ("offer.price.per_month <= €50", "not an amount", "`50 EUR`"),
    ("offer.price.per_month <= 50€", "not an amount", "`50 EUR`"),
    ("offer.price.per_month <= $50", "not an amount", "which currency"),
    ("offer.price.per_month <= 50", "not an amount", "`50 EUR`"),
    ("offer.price.per_month <= 50 eur", "not a currency", "`EUR`"),
    ("offer.price.per_month <= 50 EUX", "not a currency", "ISO 4217"),
    ("offer.price.per_month <= 5 EUR per week", "no exact amount per month", "per month"),
    ("offer.price.total <= 5 EUR per month", "not a price per `month`", "alone"),
    ("offer.price.total <= 1e5 EUR", "not an amount", ""),
    ("offer.price.total <= 1/0 EUR", "divides by zero", ""),
    ("offer.price.total <= 9999999999999999 EUR", "not a number", "15 digits"),
    ("offer.discount >= 1e3", "not a number", "all of its digits"),
    ("offer.discount >= .5", "not a number", "`0.5`"),
    ("offer.discount >= ٣", "not a number", ""),
    ("offer.returns.days >= 2.5", "not a whole number", ""),
    ("offer.returns.days >= 20%", "is a percentage", "`20 days`"),
    ("offer.unit_rate < 30 cent", "not the unit", "`20 ct/kWh`"),
    ("offer.contract.minimum_term <= 12", "not a duration", "`12 months`"),
    ("offer.contract.minimum_term <= 12 mnths", "not a unit of time", "`month`"),
    ("offer.contract.minimum_term <= 99999 years", "not a duration", ""),
    ("offer.contract.minimum_term <= P", "not a duration", ""),
    ("offer.contract.minimum_term <= P-3D", "not a duration", ""),
    ("offer.valid_until < 2026-02-30", "no day `2026-02-30`", ""),
    ("offer.valid_until < 1.3.2026", "not a date", "`2026-03-01`"),
    ("now.time >= 24:00", "not a time", "`23:59`"),
    ("now.time >= 10pm", "not a time", "`00:00`"),
    ("vendor.verified is maybe", "neither true nor false", "`true`"),
    ("offer.meter is smrt", "no value of `offer.meter`", "`smart`"),
    ("offer.category within Strom", "no category", "`energy.electricity`"),
    ("offer.category within telecom.mobil", "no category", "`telecom.mobile`"),
    ("data.purposes any of Marketting", "no purpose", "`dpv:Marketing`"),
    ("data.categories contains pd:Emailaddress", "no category of personal data", "`pd:EmailAddress`"),
    ("data.purposes within lists.loose", "written otherwise", "`dpv:Marketing`"),
    ("vendor.domain within lists.shop", "no list `shop`", "`shops`"),
    ("vendor.domain is lists.shops", "cannot stand behind", "`within`"),
    ("vendor.domain is contract.vendr", "no fact `contract.vendr`", "`contract.vendor`"),
    ("vendor.domain within []", "list is empty", ""),
    ("vendor.domain within [a, [b]]", "not a list", ""),
    ("vendor.domain is [a, b]", "is a list", "`any of`"),
    ('vendor.domain is "a', "quote", "double quotes"),
    ("vendor.domain is a.example or b.example", "more than one word", "double quotes"),
    ("vendor.domain within [a.example, b c]", "more than one word", "double quotes"),
    ('vendor.domain is "\\q"', "backslash", ""),
    ("vendor.domain is \u202eabc", "not a text", ""),
    ("offer.price.total <= offer.discount", "cannot stand behind", "an amount of money"),
    ("offer.category within contract.vendor", "cannot stand behind", "a category"),
    ("offer.meter is now.weekday", "cannot stand behind", ""),
    ("offer.valid_until < 90% of contract.ends", "no multiples", "factor"),
    ("offer.price.total <= 0 times contract.price.per_month", "no factor", ""),
    ("offer.cost.first_year <= contract.price.per_month * 12", "not read", "no other arithmetic"),
    ("offer.price.total <= contract.price.per_month + 5 EUR", "not read", "no other arithmetic"),
    ("offer.category < 3", "does not fit", "within"),
    ("vendor.domain contains a", "does not fit", "is not"),
    ("offer.renewable any of a", "does not fit", "attested by"),
    ("offer.discount = 20", "`=` is no operator", "`is`"),
    ("offer.discount == 20", "`==` is no operator", "`is`"),
    ("offer.discount ≥ 20", "`≥` is no operator", "`>=`"),
    ("offer.discount >> 20", "`>>` is no operator", ""),
    ("offer.discount exceeds 20", "`exceeds` is no operator", "`>`"),
    ("offer.discount IS 20", "`IS` is no operator", "`is`"),
    ("offer.category not in energy", "`not in` is no operator", "`not within`"),
    ("offer.discount isnt 20", "`isnt` is no operator", "`is not`"),
    ("offer.discount is not known", "written another way", "is unknown"),
    ("offer.discount is unknown 5", "needs nothing", ""),
    ("terms.result is unknown", "two ways", '`terms.result is "unknown"`'),
    ("offer.discount", "stands alone", ">="),
    ("offer.discount <", "nothing stands behind", ""),
    ("", "not a condition", ""),
    ("   ", "not a condition", ""),
    ("<= 5", "not a condition", ""),
    ("offer.title is " + "x" * 400, "longer than", ""),
    ("offer.title is " + "x" * 20_000, "longer than", ""),
]


@pytest.mark.parametrize(("written", "sentence", "hint"), REFUSED, ids=[row[0][:60] for row in REFUSED])
def test_a_wrong_condition_says_what_is_wrong_and_what_to_write(written: str, sentence: str, hint: str) -> None:
    with pytest.raises(Fault) as caught:
        read_condition(SCOPE, written)
    assert sentence in caught.value.sentence
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "row",
    [
        5,
        None,
        [],
        {},
        {"fact": "offer.discount"},
        {"fact": "offer.discount", "operator": "<", "value": True},
        {"fact": "offer.discount", "operator": "<", "value": 10**30},
        {"fact": "offer.discount", "operator": "<", "value": float("nan")},
        {"fact": "offer.discount", "operator": "<"},
        {"fact": "offer.discount", "operator": "less", "value": 1},
        {"fact": "offer.discount", "operator": ["<"], "value": 1},
        {"fact": "offer.discount", "operator": "<", "value": 1, "unit": "%"},
        {"fact": "offer.category", "operator": "within", "value": []},
        {"fact": "offer.category", "operator": "within", "value": ["energi"]},
        {"fact": "offer.category", "operator": "within", "value": [["energy"]]},
        {"fact": "offer.price.total", "operator": "<", "value": {"minor": 1}},
        {"fact": "offer.renewable", "operator": "is", "value": {"value": True, "attested_by": ["x"]}},
    ],
)
def test_a_wrong_row_is_refused(row: object) -> None:
    with pytest.raises(Fault):
        read_condition(SCOPE, row)


# Files -----------------------------------------------------------------------------------------------------------------


def test_the_rule_of_the_design_is_read() -> None:
    (only,) = rules_of(ENERGY).rules
    assert (only.id, only.kinds, only.then) == ("cheaper-energy", frozenset({Kind.OFFER}), Verdict.ACCEPT)
    assert [condition.fact for condition in only.when] == [
        "offer.category",
        "offer.price.per_month",
        "offer.contract.minimum_term",
    ]
    assert (only.place.file, only.place.line) == ("my.toml", 2)


def test_every_error_of_a_file_is_told_with_its_line() -> None:
    error = refusal(
        """\
[defaults]
offer = "accept"
ofer = "ask"

[lists]
shops = ["a", 5]

# [[rule]]
[[rule]]  # the first
id = "one"
for = ["offer"]
when = [
  # "offer.price.total <= 5 EUR",
  "offer.price.total <= 5 EUR",
  "offer.prce.total <= 5 EUR", "offer.discount is unknown",
]
unless = "offer.discount is known"
then = "acept"

[[rule]]
id = 'two'
for = "ofer"
when = \"\"\"offer.discount
  > 1,5\"\"\"
then = "accept"
becuse = "x"

[[rule]]
id = "three"
for = "offer"
when = { fact = "offer.discount", operator = "<", value = "many" }
then = "deny"

[[rule]]
id = "Four"
for = []
then = "ask"
"""
    )
    told = [(problem.line, problem.rule, problem.sentence) for problem in error.problems]
    assert [(line, rule) for line, rule, _ in told] == [
        (2, ""),
        (3, ""),
        (6, ""),
        (15, "one"),
        (18, "one"),
        (22, "two"),
        (23, "two"),
        (26, "two"),
        (31, "three"),
        (32, "three"),
        (34, "number 4"),
        (34, "number 4"),
        (35, "number 4"),
    ]
    assert "cannot be a default" in told[0][2]
    assert "my.toml, line 15, rule `one`: there is no fact `offer.prce.total`" in str(error)
    assert str(error).startswith("my.toml has 13 errors\n")


def test_one_error_alone_is_one_sentence() -> None:
    error = refusal(rule('["offer.discont > 5"]'))
    assert str(error) == ("my.toml, line 4, rule `x`: there is no fact `offer.discont`; did you mean `offer.discount`?")


def test_what_is_not_toml_names_the_line() -> None:
    error = refusal('[[rule]]\nid = "x"\nfor = offer\n')
    assert error.problems[0].line == 3
    assert "not TOML" in error.problems[0].sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (rule() + 'id = "y"\n', "not TOML"),
        ('[[rule]]\nid = "x\n', "not TOML"),
        ("x = 2026-02-30\n", "not TOML"),
        ("x = " + "9" * 5_000, "not TOML"),
        ("x = " + "[" * 5_000, "nested deeper"),
        ("x = " + "[" * 5_000 + "]" * 5_000, "nested deeper"),
        ("x = " + "{a = " * 3_000 + "1" + "}" * 3_000, "nested deeper"),
        (".".join("a" * 100_000) + " = 1", "points"),
        ("[" + ".".join("a" * 100_000) + "]", "points"),
        ("[[rule]]\n" * 100_000, "more than"),
        ("x = 1\n", "no `x`"),
        ("rules = []\n", "no `rules`"),
        ("".join(f"k{number} = 1\n" for number in range(50_000)), "has 50000 sections"),
        ("rule = 1\n", "not a list of rules"),
        ("rule = [1]\n", "not a rule"),
        ("defaults = 1\n", "`defaults`"),
        ("lists = 1\n", "`lists`"),
        ('[lists]\n"a b" = []\n', "cannot name a list"),
        ('[lists]\na = [""]\n', "not a text"),
        (rule(id=""), "no id"),
        (rule(id='"Ä"'), "cannot be an id"),
        (rule(id='"builtin/x"'), "the program's own"),
        (rule(id="[[]]"), "cannot be an id"),
        (rule(when=""), "does not say when"),
        (rule(then=""), "no verdict"),
        (rule(then="1"), "no verdict"),
        (rule(then='"accept"'), "accepts everything"),
        (rule(because="1"), "no sentence"),
        (rule(because='"a\\u0007b"'), "no sentence"),
        (rule(when=json.dumps(["offer.discount > 5"] * (MAX_CONDITIONS + 1))), "more than 64 conditions"),
        (rule() + rule(), "second time"),
        ("\ufeff" + rule(), "not TOML"),
        ("\x00", "not TOML"),
    ],
)
def test_a_file_that_is_no_rule_file_is_refused_in_a_sentence(text: str, sentence: str) -> None:
    assert sentence in refusal(text).problems[0].sentence


def test_a_file_of_ten_megabytes_is_refused_unread() -> None:
    assert "more than" in str(refusal("[" * 10_000_000))
    with pytest.raises(RuleFileError, match="more than"):
        read_json(b"[" * (MAX_BYTES + 1), "my.json", TABLE, {})


def test_a_hundred_thousand_rules_are_refused() -> None:
    with pytest.raises(RuleFileError, match=f"more than {MAX_RULES} rules"):
        read_json(json.dumps({"rule": [0] * 100_000}).encode(), "my.json", TABLE, {})


def test_telling_errors_stops_at_a_limit() -> None:
    error = refusal("".join(rule(id=f'"r{number}"', then='"no"') for number in range(2_000)))
    assert len(error.problems) == MAX_PROBLEMS
    assert error.more


def test_the_message_holds_no_sign_that_a_terminal_obeys() -> None:
    error = refusal(rule(id='"\\u001b[2J"', then='"\\u001b]0;x"') + '"\\u001b[31m" = 1\n')
    assert "\x1b" not in str(error)


@pytest.mark.parametrize(
    ("then", "part", "condition", "allowed"),
    [
        ("accept", "when", "is known", True),
        ("accept", "when", "is unknown", False),
        ("accept", "unless", "is known", False),
        ("accept", "unless", "is unknown", True),
        ("ask", "when", "is known", False),
        ("ask", "when", "is unknown", True),
        ("ask", "unless", "is known", True),
        ("ask", "unless", "is unknown", False),
        ("refuse", "when", "is known", False),
        ("refuse", "when", "is unknown", True),
        ("refuse", "unless", "is known", True),
        ("refuse", "unless", "is unknown", False),
    ],
)
def test_hiding_a_fact_cannot_make_a_rule_milder(then: str, part: str, condition: str, allowed: bool) -> None:
    parts = {"when": '["offer.bonus > 5 EUR"]'} | {part: f'["offer.price.total {condition}"]'}
    text = rule(**parts, then=f'"{then}"')
    if allowed:
        assert len(rules_of(text).rules) == 1
    else:
        assert "hiding a fact" in str(refusal(text))


def test_a_list_of_the_file_stands_before_one_of_the_owner() -> None:
    (only,) = rules_of('[lists]\nshops = ["c.example"]\n' + rule('"vendor.domain within lists.shops"')).rules
    assert only.when[0].operand == NamedList("shops", frozenset({"c.example"}))


# JSON, and writing back ------------------------------------------------------------------------------------------------

MANY = (
    '[defaults]\noffer = "refuse"\nmessage = "ask"\n[lists]\nour-shops = ["ä", "a \\"b\\""]\n'
    + ENERGY
    + rule('["vendor.domain within lists.our-shops"]', unless='["offer.title is \\"it\'s \\\\\\"x\\\\\\"\\""]')
)


def test_json_of_the_same_shape_gives_the_same_rules() -> None:
    rules = rules_of(MANY)
    assert read_json(to_json(rules), "my.json", TABLE, {}) == rules
    assert read_toml(to_toml(rules), "my.toml", TABLE, {}) == rules


def test_json_errors_name_the_line_too() -> None:
    document = {"rule": [{"id": "x", "for": "offer", "when": ["offer.discont > 5"], "then": "ask"}]}
    with pytest.raises(RuleFileError) as caught:
        read_json(json.dumps(document, indent=1).encode(), "my.json", TABLE, {})
    (problem,) = caught.value.problems
    assert (problem.line, problem.rule) == (7, "x")


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"[]", "not an object"),
        (b"null", "not an object"),
        (b"{}{}", "not JSON"),
        (b'{"rule": [], "rule": []}', "twice"),
        (b'{"rule": [{"id": "x", "id": "y"}]}', "twice"),
        (b"[" * 100_000, "deeper"),
        (b'{"rule": NaN}', "not JSON"),
        (b'{"rule": 1e999}', "larger"),
        (b'"\xff"', "UTF-8"),
        (b'{"\\ud800": 1}', "no Unicode"),
    ],
)
def test_json_that_readers_disagree_about_is_refused(raw: bytes, sentence: str) -> None:
    with pytest.raises(RuleFileError) as caught:
        read_json(raw, "my.json", TABLE, {})
    assert sentence in caught.value.problems[0].sentence


def test_rules_that_mean_two_lists_by_one_name_cannot_be_one_file() -> None:
    text = rule('"vendor.domain within lists.own"')
    one, other = (rules_of(f'[lists]\nown = ["{shop}"]\n{text}') for shop in ("a", "b"))
    with pytest.raises(ListConflictError):
        to_toml(one.joined(other))


def test_the_installed_form_is_pinned_byte_for_byte() -> None:
    raw = to_installed(rules_of(ENERGY))
    assert raw.decode() == (
        '{"format":"firstparty-rules-1","rules":[["cheaper-energy",["offer"],'
        '[["offer.category","within",["names","energy"],"offer.category within energy"],'
        '["offer.price.per_month","<=",["fact","contract.price.per_month","9/10"],'
        '"offer.price.per_month <= 90% of contract.price.per_month"],'
        '["offer.contract.minimum_term","<=",["duration","12","0"],"offer.contract.minimum_term <= 12 months"]],'
        '0,"at least a tenth cheaper, and no long lock-in",[]]],"defaults":{}}'
    )
    assert from_installed(raw) == rules_of(ENERGY)


def test_the_version_of_a_rule_set_does_not_hang_on_how_it_was_written() -> None:
    other = ENERGY.replace('["offer"]', '"offer"').replace("12 months", "1 year").replace("90% of", "0.9 times")
    assert rules_sha256(rules_of("# a comment\n\n" + other)) == rules_sha256(rules_of(ENERGY))
    assert rules_sha256(rules_of(ENERGY.replace("90%", "91%"))) != rules_sha256(rules_of(ENERGY))
    assert rules_sha256(rules_of('[defaults]\noffer = "refuse"\n' + ENERGY)) != rules_sha256(rules_of(ENERGY))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[]",
        b'{"format":"other","rules":[],"defaults":{}}',
        b'{"format":"firstparty-rules-1","rules":[],"defaults":{"offer":7}}',
        b'{"format":"firstparty-rules-1","rules":[],"defaults":{"ofer":1}}',
        b'{"format":"firstparty-rules-1","rules":[["x",["offer"],[["a","is",["odd"],"a"]],1,"",[]]],"defaults":{}}',
        b'{"format":"firstparty-rules-1","rules":[["x",["offer"],[["a","is",[],"a"]],1,"",[]]],"defaults":{}}',
        b'{"format":"firstparty-rules-1","rules":[["x",["offer"],[["a","is",["fact","b","1/0"],"a"]],1,"",[]]],"defaults":{}}',
        b'{"format":"firstparty-rules-1","rules":[["x",["offer"],[["a","is",["date","2026-02-30"],"a"]],1,"",[]]],"defaults":{}}',
    ],
)
def test_damaged_installed_rules_are_one_error(raw: bytes) -> None:
    with pytest.raises(InstalledRulesError):
        from_installed(raw)


# The schema ------------------------------------------------------------------------------------------------------------


def test_the_published_schema_is_the_one_that_the_reader_goes_by() -> None:
    published = (ROOT / "docs/schemas/rules.json").read_text("utf-8")
    assert published == schema_text(), "python -m vault.policy.language.schema > docs/schemas/rules.json"
    jsonschema.Draft202012Validator.check_schema(json.loads(published))


def test_what_is_read_fits_the_schema() -> None:
    jsonschema.validate(to_rows(rules_of(MANY)), rules_schema())


@pytest.mark.parametrize(
    "change",
    [
        {"then": "acept"},
        {"then": "accept", "when": []},
        {"for": ["ofer"]},
        {"for": []},
        {"id": "X y"},
        {"becuse": ""},
        {"when": [{"fact": "offer.discont", "operator": "<", "value": 1}]},
        {"when": [{"fact": "offer.discount", "operator": "=", "value": 1}]},
        {"when": 5},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(change: dict[str, object]) -> None:
    written: dict[str, object] = {"id": "x", "for": ["offer"], "when": ["offer.discount > 5"], "then": "ask"} | change
    document = {"rule": [written]}
    assert not jsonschema.Draft202012Validator(rules_schema()).is_valid(document)
    with pytest.raises(RuleFileError):
        read_json(json.dumps(document).encode(), "my.json", TABLE, {})


# The guide -------------------------------------------------------------------------------------------------------------

GUIDE = (ROOT / "docs/rules.md").read_text("utf-8")


def test_every_rule_of_the_guide_is_read() -> None:
    blocks = re.findall(r"^```toml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(rules_of("\n".join(blocks)).rules) == len(blocks) == 4


def test_every_condition_of_the_guide_is_read() -> None:
    quoted = re.findall(r"`((?:[a-z_]+\.)+[a-z_]+ [^`]+)`", GUIDE)
    scope = Scope(TABLE, {"trusted": ("shop.example",)})
    read = [read_condition(scope, text) for text in quoted]
    assert len(read) > 30
    assert {condition.operator for condition in read} == set(Operator)


def test_the_guide_shows_the_errors_that_there_are() -> None:
    shown = re.findall(r"my-rules\.toml, line (\d+), rule `(.*?)`: (.*)", GUIDE)
    for wrong in ("offer.discont > 5", "offer.price.total < €50"):
        (problem,) = refusal(rule(f'["{wrong}"]')).problems
        assert f"{problem.sentence}; {problem.hint}" in [text for _, _, text in shown]


def test_the_limits_in_the_guide_are_the_limits() -> None:
    for limit in (MAX_BYTES, MAX_RULES, MAX_CONDITIONS, MAX_LIST):
        assert f" {limit:,} " in " ".join(GUIDE.split())


def test_a_share_of_a_yearly_price_is_the_same_as_the_guide_says() -> None:
    yearly = read_condition(SCOPE, "offer.price.per_month <= 600 EUR per year")
    assert yearly == read_condition(SCOPE, "offer.price.per_month <= 50 EUR")
