"""What a projection tells: nothing of what is not revealed, in any byte of it; and two clients share no id."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.vault.conftest import Made
from tests.vault.traders import Trader, intended, trader
from vault import ids, profile, trading
from vault.policy import intentions, revealing
from vault.policy.facts import TABLE
from vault.policy.intention_life import Event
from vault.policy.language.conditions import read_condition
from vault.policy.language.operands import Scope
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit

# Facts, operators and operands that a text search would find, each value nowhere else.
MUSTS = (
    ("offer.contract.minimum_term", "offer.contract.minimum_term <= {n} months"),
    ("offer.price.per_month", "offer.price.per_month <= {n} EUR"),
    ("offer.returns.days", "offer.returns.days >= {n}"),
    ("offer.discount", "offer.discount >= {n}%"),
    ("offer.cost.commitment", "offer.cost.commitment <= {n} EUR"),
)
NAME, EMAIL = "Owner of this vault", "home@owner.example"
SECRETS = ("secretnote", "secretcontract", "secretvendor", NAME, EMAIL)


@pytest.fixture(scope="module")
def two(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vault, Trader, Trader]]:
    home: Path = tmp_path_factory.mktemp("projected") / "vault"
    shutil.copytree(template.home, home)
    with template._replace(home=home).open() as vault:
        profile.put(vault, "pd:Name", [NAME])
        profile.put(vault, "pd:EmailAddress", [EMAIL])
        yield vault, trader(vault), trader(vault, "other", seed=9)


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.lists(st.sampled_from(MUSTS), unique=True, max_size=5))
    # No end of a range, so that a number is there only where all is told.
    apart = st.integers(2001, 9999).filter(lambda one: one % 1000)
    numbers = draw(st.lists(apart, unique=True, min_size=7, max_size=7))
    return {
        "title": "A plan",
        "category": "telecom.mobile",
        "note": "secretnote",
        "replaces": "secretcontract",
        "audience": {"vendors": ["secretvendor.example"], "agreement": True},
        "budget": {"minor": 7_000_000 + numbers[5], "currency": "EUR"},
        "use": {"use": numbers[6]},
        "reveal_use": draw(st.sampled_from(["none", "range", "full"])),
        "pseudonym": draw(st.sampled_from(["per-vendor", "per-intention"])),
        "requirements": [
            {
                "level": draw(st.sampled_from(["must", "should"])),
                "condition": text.format(n=number),
                "reveal": draw(st.sampled_from(["none", "range", "full"])),
                "weight": draw(st.integers(1, 100)),
            }
            for (_, text), number in zip(chosen, numbers, strict=False)
        ],
    }


def raw(vault: Vault, one: Trader, want: Any) -> bytes:
    return msgspec.json.encode(trading.projected(vault, trading.viewer(vault, one.number), want))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=bodies())
def test_nothing_that_is_not_revealed_is_in_the_bytes_and_two_clients_share_no_id(
    two: tuple[Vault, Trader, Trader], body: dict[str, Any]
) -> None:
    vault, one, other = two
    want = intended(vault, **body)
    mine, theirs = raw(vault, one, want), raw(vault, other, want)
    text = mine.decode()
    without_ids = json.dumps({k: v for k, v in json.loads(mine).items() if k not in ("id", "pseudonym")})
    for secret in (*SECRETS, str(body["budget"]["minor"])):
        assert secret not in text
    for wanted in body["requirements"]:
        fact, number = wanted["condition"].split()[0], re.findall(r"\d{4}", wanted["condition"])[0]
        assert (fact in without_ids) is (wanted["reveal"] != "none")
        if wanted["reveal"] == "full":
            assert read_condition(Scope(TABLE, {}), wanted["condition"]).text in without_ids
        else:
            assert number not in without_ids
    used = str(body["use"]["use"])
    assert (used in without_ids) is (body["reveal_use"] == "full")
    assert not _ids(mine) & _ids(theirs)
    assert not {internal for internal in _internal(vault, want) if internal in text}
    # All but the ids is the same for both: what differs would join or divide them.
    assert _plain(mine) == _plain(theirs)


def _ids(encoded: bytes) -> set[str]:
    found = json.loads(encoded)
    return {found["id"], found["pseudonym"]}


def _plain(encoded: bytes) -> dict[str, Any]:
    return {name: value for name, value in json.loads(encoded).items() if name not in ("id", "pseudonym")}


def _internal(vault: Vault, want: Any) -> set[str]:
    return {ids.text("intention", want.row.id), str(want.row.id), str(vault.home)}


def test_what_the_owner_sees_in_the_preview_is_what_goes_over_the_wire(two: tuple[Vault, Trader, Trader]) -> None:
    vault, one, _ = two
    want = intended(vault)
    listed, _ = trading.listed(vault, trading.viewer(vault, one.number), limit=100)
    assert raw(vault, one, want) in [msgspec.json.encode(found) for found in listed]


@pytest.mark.parametrize("pseudonym", ["per-vendor", "per-intention", "own-name"])
def test_a_vendor_knows_the_owner_of_an_intention_by_the_name_that_was_chosen(
    two: tuple[Vault, Trader, Trader], pseudonym: str
) -> None:
    vault, one, _ = two
    want = intended(vault, pseudonym=pseudonym)
    found = trading.projected(vault, trading.viewer(vault, one.number), want)
    did = agreement_store.identity(vault.connection, one.number)[1]
    assert found.pseudonym == {"per-vendor": did, "per-intention": found.id, "own-name": NAME}[pseudonym]


@pytest.mark.parametrize("pseudonym", ["per-vendor", "per-intention", "own-name"])
def test_that_the_name_of_the_owner_is_told_is_on_record_each_time_that_it_is_published(
    two: tuple[Vault, Trader, Trader], pseudonym: str
) -> None:
    vault, _, _ = two
    want = intended(vault, pseudonym=pseudonym)
    trading.move(vault, want.row.id, Event.CLOSE)
    trading.move(vault, want.row.id, Event.REOPEN)
    leaves = audit.leaves(vault.connection, 100)
    bodies = [json.loads(leaf.body or "{}") for leaf in leaves if leaf.event == "intention.published"]
    own = [body for body in bodies if body["intention"] == ids.text("intention", want.row.id)]
    told = {"tells": ["pd:Name"]} if pseudonym == "own-name" else {}
    assert own == [{"intention": ids.text("intention", want.row.id), **told}] * 2


# --- ranges -------------------------------------------------------------------------------------------------------------


@given(number=st.one_of(st.integers(-(10**9), 10**9), st.fractions(-1000, 1000)))
def test_a_number_lies_in_its_range_and_all_numbers_of_the_range_have_the_same(number: int | Fraction) -> None:
    low, high = revealing.step(number)
    assert low < high
    assert low <= number <= high
    if number > 0:
        assert revealing.step((low + high) / Fraction(2)) == (low, high) or number < 10
    if isinstance(number, int):
        assert high - low >= 10, "a whole number is never told exactly"


@pytest.mark.parametrize(
    ("condition", "between"),
    [
        ("offer.price.per_month <= 47 EUR", ("20 EUR", "50 EUR")),
        ("offer.contract.minimum_term <= 12 months", ("10 months", "20 months")),
        ("offer.contract.minimum_term <= 1 month", ("0 days", "10 months")),
        ("offer.returns.days >= 14", ("10", "20")),
        ("offer.delivery.by <= 2027-02-14", ("2027-01-01", "2027-03-31")),
        ("offer.delivery.by <= 2027-12-31", ("2027-10-01", "2027-12-31")),
        ("offer.price.per_month <= 90% of contract.price.per_month", None),
        ("offer.category within energy", None),
        ("offer.renewable is true", None),
        ("offer.delivery.by within next 14 days", None),
    ],
)
def test_a_range_tells_steps_or_only_what_it_is_about(condition: str, between: tuple[str, str] | None) -> None:
    asked = intentions.Requirement("must", condition, "range")
    (found,) = revealing.requirements((asked,))
    assert found.between == between
    assert (found.fact, found.text, found.weight) == (condition.split()[0], None, None)


def test_the_whole_condition_is_told_in_one_form_with_what_a_wish_counts() -> None:
    asked = intentions.Requirement("should", "offer.price.per_month<=47.00 EUR", "full", 7)
    (found,) = revealing.requirements((asked,))
    assert (found.text, found.between, found.weight) == ("offer.price.per_month <= 47 EUR", None, 7)
    assert revealing.requirements((intentions.Requirement("must", "offer.returns.days >= 14"),)) == ()
