"""The profile: values that lie one after the other in time, kept until they are erased, and never in the log."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terms import dpv
from terms.errors import FirstpartyError
from tests.vault.conftest import NOW
from tests.vault.shops import Shop, active
from tests.vault.statements import contents, records
from vault import archive, granting, keyring, profile
from vault.granting import Permission
from vault.granting.covering import category_of, covers, sensitivity
from vault.profile import Attribute
from vault.session import Vault
from vault.store import audit

EMAIL, ADDRESS, BIRTH = "pd:EmailAddress", "pd:PhysicalAddress", "pd:BirthDate"
TODAY = NOW.date()
DAY = timedelta(days=1)


def one(vault: Vault, category: str = EMAIL, label: str = "") -> Attribute:
    found = profile.attributes(vault.connection, vault.now.date())
    return next(each for each in found if (each.category, each.label) == (category, label))


def value(vault: Vault, category: str = EMAIL, label: str = "") -> profile.Value | None:
    present = one(vault, category, label).present
    return present.value if present else None


def code_of(step: Callable[[], object]) -> str:
    with pytest.raises(FirstpartyError) as caught:
        step()
    return caught.value.code


def bodies(vault: Vault) -> str:
    return "".join(leaf.body or "" for leaf in audit.leaves(vault.connection, 10_000))


def assert_whole(vault: Vault) -> None:
    verified = audit.verify(vault.connection, public=vault.keys.signer.public)
    assert verified.ok, verified.faults


# --- values ---------------------------------------------------------------------------------------------------------


def test_a_value_is_a_text_the_lines_of_an_address_or_a_day(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["  me@example.org "])
    profile.put(vault, ADDRESS, ["Example  Street 1", "12345 Exampletown\nExampleland"])
    profile.put(vault, BIRTH, ["1990-04-23"])
    assert value(vault) == "me@example.org"
    assert value(vault, ADDRESS) == ("Example Street 1", "12345 Exampletown", "Exampleland")
    assert value(vault, BIRTH) == "1990-04-23"
    assert [each.kind for each in profile.attributes(vault.connection, TODAY)] == ["date", "text", "address"]


WRONG: dict[str, tuple[str, list[str]]] = {
    "no at sign": (EMAIL, ["me.example.org"]),
    "nothing before the at sign": (EMAIL, ["@example.org"]),
    "a space in it": (EMAIL, ["me @example.org"]),
    "two lines": (EMAIL, ["me@example.org", "you@example.org"]),
    "nothing": (EMAIL, ["  "]),
    "no value at all": (EMAIL, []),
    "too long": ("pd:Name", ["x" * 501]),
    "control characters": ("pd:Name", ["a\x1b[31m"]),
    "no day": (BIRTH, ["23.4.1990"]),
    "an address of many lines": (ADDRESS, ["x"] * 11),
    "an e-mail at work without an at sign": ("pd:EmailAddressWork", ["x"]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_value_of_its_category_is_refused_and_changes_nothing(vault: Vault, name: str) -> None:
    before = records(vault.connection)
    assert code_of(lambda: profile.put(vault, *WRONG[name])) == "usage"
    assert records(vault.connection) == before


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("pd:EmailAdress", "pd:EmailAddress"),
        ("EmailAddress", "pd:EmailAddress"),
        ("pd:emailaddress", "pd:EmailAddress"),
        ("dpv:PersonalData", "such as"),
        ("dpv:AnonymisedData", "such as"),
    ],
)
def test_a_category_that_is_none_is_refused_with_the_nearest_one(written: str, near: str) -> None:
    with pytest.raises(FirstpartyError, match=near) as caught:
        category_of(written)
    assert caught.value.code == "unknown-category"


def test_a_category_may_be_written_as_its_whole_iri(vault: Vault) -> None:
    profile.put(vault, dpv.iri(EMAIL), ["me@example.org"])
    assert value(vault) == "me@example.org"


def test_sensitivity_is_that_of_the_vocabulary() -> None:
    found = {
        category: sensitivity(category) for category in (EMAIL, "pd:Religion", "pd:HealthRecord", "pd:Vulnerability")
    }
    assert list(found.values()) == ["personal", "special", "special", "sensitive"]


def test_a_special_category_is_covered_only_by_one_that_is_special() -> None:
    assert covers("pd:Contact", EMAIL)
    assert dpv.personal_data().is_a("pd:HealthRecord", "pd:External")
    assert not covers("pd:External", "pd:HealthRecord")
    assert covers("pd:MedicalHealth", "pd:HealthRecord")
    assert not covers(EMAIL, "pd:Contact")


# --- several, and the preferred one ---------------------------------------------------------------------------------


def test_a_category_has_several_attributes_by_label_and_the_first_is_preferred(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["home@example.org"], label="Home")
    profile.put(vault, EMAIL, ["work@example.org"], label=" work ")
    assert [(each.label, each.preferred) for each in profile.attributes(vault.connection, TODAY)] == [
        ("home", True),
        ("work", False),
    ]
    profile.put(vault, EMAIL, ["work@example.org"], label="work", preferred=True)
    assert [(each.label, each.preferred) for each in profile.attributes(vault.connection, TODAY)] == [
        ("work", True),
        ("home", False),
    ]
    profile.remove(vault, profile.find(vault.connection, EMAIL, "work"))
    assert one(vault, EMAIL, "home").preferred
    assert_whole(vault)


def test_an_attribute_is_found_by_id_and_by_category_where_there_is_one(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["home@example.org"], label="home")
    found = profile.find(vault.connection, EMAIL)
    assert profile.find(vault.connection, one(vault, EMAIL, "home").id) == found
    profile.put(vault, EMAIL, ["work@example.org"], label="work")
    with pytest.raises(FirstpartyError, match="`home`, `work`"):
        profile.find(vault.connection, EMAIL)
    assert profile.find(vault.connection, EMAIL, "HOME") == found
    assert code_of(lambda: profile.find(vault.connection, "pd:Name")) == "not-found"
    assert code_of(lambda: profile.find(vault.connection, "atr_0000000000000")) == "not-found"


# --- time -----------------------------------------------------------------------------------------------------------


def test_a_new_value_ends_the_one_before_and_the_history_keeps_both(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["old@example.org"])
    vault.now += 10 * DAY
    profile.put(vault, EMAIL, ["new@example.org"])
    found = one(vault)
    assert found.present == profile.Held("new@example.org", "2026-04-10", None)
    assert found.others == (profile.Held("old@example.org", None, "2026-04-09"),)


def test_the_same_again_changes_nothing(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["me@example.org"])
    before = records(vault.connection)
    assert profile.put(vault, EMAIL, ["me@example.org"]).notices == 0
    assert records(vault.connection) == before


def test_a_value_that_lies_ahead_holds_from_its_day_on(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["old@example.org"])
    profile.put(vault, EMAIL, ["new@example.org"], since=TODAY + 5 * DAY)
    assert value(vault) == "old@example.org"
    vault.now += 5 * DAY
    assert value(vault) == "new@example.org"


def test_after_a_value_with_an_end_the_one_before_it_holds_again(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["home@example.org"])
    profile.put(vault, EMAIL, ["away@example.org"], since=TODAY + DAY, until=TODAY + 3 * DAY)
    seen = []
    for _ in range(6):
        seen.append(value(vault))
        vault.now += DAY
    assert seen == ["home@example.org", *["away@example.org"] * 3, *["home@example.org"] * 2]


def test_a_correction_on_the_same_day_leaves_a_value_that_never_held(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["old@example.org"])
    profile.put(vault, EMAIL, ["tpyo@example.org"], since=TODAY)
    profile.put(vault, EMAIL, ["typo@example.org"], since=TODAY)
    found = one(vault)
    assert found.present == profile.Held("typo@example.org", TODAY.isoformat(), None)
    wrong = next(other for other in found.others if other.value == "tpyo@example.org")
    assert (wrong.since or "") > (wrong.until or "")


def test_a_value_over_the_beginning_of_another_is_refused(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["a@example.org"], since=TODAY)
    profile.put(vault, EMAIL, ["b@example.org"], since=TODAY + 5 * DAY)
    before = records(vault.connection)
    assert code_of(lambda: profile.put(vault, EMAIL, ["c@example.org"], since=TODAY, until=TODAY + 5 * DAY)) == "usage"
    assert code_of(lambda: profile.put(vault, EMAIL, ["c@example.org"], since=TODAY, until=TODAY - DAY)) == "usage"
    assert records(vault.connection) == before
    profile.put(vault, EMAIL, ["c@example.org"], since=TODAY + DAY)
    vault.now += 5 * DAY
    assert value(vault) == "b@example.org"


Puts = list[tuple[int, int | None]]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 12), st.none() | st.integers(0, 6)), max_size=7))
def test_what_holds_on_a_day_is_what_was_last_said_of_it(lasting: Vault, puts: Puts) -> None:
    """Against an array of days: a value fills its days, up to the next known beginning where it has no end."""
    label = f"n{len(profile.attributes(lasting.connection, TODAY))}"
    days: list[str | None] = [None] * 30
    starts: set[int] = set()
    for place, (begin, length) in enumerate(puts):
        text = f"v{place}@example.org"
        end = begin + length if length is not None else min((s for s in starts if s > begin), default=30) - 1
        last = None if length is None else TODAY + end * DAY
        try:
            profile.put(lasting, EMAIL, [text], label=label, since=TODAY + begin * DAY, until=last)
        except FirstpartyError:
            assert any(begin < start <= end for start in starts)
            continue
        assert not any(begin < start <= end for start in starts)
        if length is not None and end + 1 < 30 and days[begin] is not None and days[end + 1] == days[begin]:
            starts.add(end + 1)
        starts.add(begin)
        days[begin : end + 1] = [text] * (end + 1 - begin)
    if puts:
        assert [_on(lasting, label, TODAY + place * DAY) for place in range(30)] == days


def _on(vault: Vault, label: str, day: date) -> object:
    found = next(each for each in profile.attributes(vault.connection, day) if each.label == label)
    return found.present.value if found.present else None


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """One vault for many examples: opening costs more than what is tried."""
    home = tmp_path_factory.mktemp("lasting") / "vault"
    vault = Vault.create(home, "correct horse battery staple", keyring.new_recovery_key(), now=NOW)
    yield vault
    assert_whole(vault)
    vault.close()


# --- the log, removing and erasing ----------------------------------------------------------------------------------


def test_every_change_has_a_leaf_without_the_value(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["secret@example.org"], label="hidden")
    profile.put(vault, EMAIL, ["secret2@example.org"], label="hidden")
    profile.remove(vault, profile.find(vault.connection, EMAIL))
    said = [
        json.loads(leaf.body or "") for leaf in audit.leaves(vault.connection, 99) if leaf.event == "profile.changed"
    ]
    assert [(body["category"], body["change"]) for body in said] == [
        (EMAIL, "ended"),
        (EMAIL, "replaced"),
        (EMAIL, "added"),
    ]
    assert "secret" not in bodies(vault)
    assert "hidden" not in bodies(vault)


def test_what_is_removed_holds_no_more_and_stays_in_the_history(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["me@example.org"])
    profile.put(vault, EMAIL, ["later@example.org"], since=TODAY + 9 * DAY)
    row = profile.find(vault.connection, EMAIL)
    profile.remove(vault, row)
    assert value(vault) is None
    vault.now += 20 * DAY
    assert value(vault) is None
    assert len(one(vault).others) == 2
    assert code_of(lambda: profile.remove(vault, row)) == "not-found"
    profile.put(vault, EMAIL, ["again@example.org"])
    assert value(vault) == "again@example.org"


def granted(vault: Vault) -> granting.Grant:
    permission = Permission((EMAIL,), ("dpv:ServiceProvision",), retention="P30D")
    return granting.give(vault, active(vault, Shop()), permission)


def test_what_is_erased_is_nowhere_in_the_vault_and_the_log_stays_whole(vault: Vault) -> None:
    profile.put(vault, EMAIL, ["canary@example.org"])
    grant = granted(vault)
    granting.release(vault, grant.row.id)
    profile.put(vault, EMAIL, ["kept@example.org"])
    granting.release(vault, grant.row.id)
    everything = str(contents(vault.connection))
    assert "canary" in everything
    done = profile.erase(vault, profile.find(vault.connection, EMAIL), only_past=True)
    assert done.emptied == 1
    everything = str(contents(vault.connection))
    assert "canary" not in everything
    assert everything.count("kept@example.org") == 2
    assert_whole(vault)
    assert profile.erase(vault, profile.find(vault.connection, EMAIL)).emptied == 1
    assert "kept@example.org" not in str(contents(vault.connection))
    assert profile.attributes(vault.connection, TODAY) == []
    assert granting.held(vault.connection, grant.row.id, vault.now).row.reads == 2
    assert_whole(vault)


def test_an_archive_carries_the_profile_with_its_history(vault: Vault, other: Vault, tmp_path: Path) -> None:
    profile.put(vault, EMAIL, ["old@example.org"], label="home")
    vault.now += DAY
    profile.put(vault, EMAIL, ["new@example.org"], label="home")
    archive.export(vault, tmp_path / "everything.zip")
    archive.bring(other, tmp_path / "everything.zip")
    today = vault.now.date()
    assert profile.attributes(other.connection, today) == profile.attributes(vault.connection, today)
    assert_whole(other)
