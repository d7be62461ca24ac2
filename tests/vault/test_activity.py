"""The log for people: what is told of whom, and what is found by kind, vendor, time and place."""

from __future__ import annotations

import pytest

from tests.vault.conftest import NOW
from tests.vault.traders import trader, with_rules
from vault import activity, granting, owner, profile
from vault.granting import Permission
from vault.meeting import Standing, linking
from vault.session import Vault
from vault.store import profile as profile_store
from web.pages.activity.words import SENTENCES, line


@pytest.fixture
def lived(vault: Vault) -> tuple[Vault, int]:
    """A vault with a vendor that has read something, and another one."""
    with_rules(vault)
    one, other = trader(vault, "power", word=Standing.YES), trader(vault, "other", seed=8, word=Standing.YES)
    number = owner.add_vendor(vault, "Power", domains=("power.example",))
    linking.link(vault, one.number, number)
    profile.put(vault, "pd:EmailAddress", ["me@example.org"])
    needed = Permission(data=("pd:EmailAddress",), purposes=("dpv:ServiceProvision",), retention="P30D")
    granting.release(vault, granting.give(vault, one.agreement, needed).row.id)
    one.offers()
    other.offers()
    return vault, number


def test_a_reading_says_who_read_what(lived: tuple[Vault, int]) -> None:
    vault, number = lived
    (read,) = activity.page(vault, group="reads").entries
    assert (read.event, read.who, read.vendor) == ("release.made", "Power", number)
    said = line(read)
    assert said.sentence % said.values == "Power read your email address"


def test_a_vendor_finds_all_that_names_it_or_its_things_and_nothing_of_another(lived: tuple[Vault, int]) -> None:
    vault, number = lived
    found = activity.page(vault, vendor=number).entries
    assert {one.who for one in found} == {"Power"}
    assert {
        "vendor.added",
        "client.linked",
        "agreement.accepted",
        "grant.given",
        "offer.received",
        "decision.made",
    } <= {one.event for one in found}
    others = [one for one in activity.page(vault, limit=1000).entries if one.who != "Power"]
    assert {"agreement.accepted", "decision.made"} <= {one.event for one in others}


def test_pages_go_on_where_the_last_ended_and_meet_every_leaf_once(lived: tuple[Vault, int]) -> None:
    vault, _ = lived
    seen: list[int] = []
    before = None
    while True:
        page = activity.page(vault, before=before, limit=7)
        seen += [one.n for one in page.entries]
        if page.next is None:
            break
        before = page.next
    assert seen == sorted(range(len(seen)), reverse=True)
    assert seen[-1] == 0


def test_a_day_bounds_from_below(lived: tuple[Vault, int]) -> None:
    vault, _ = lived
    today = NOW.date().isoformat()
    assert activity.page(vault, since=today, limit=1000).entries == tuple(
        one for one in activity.page(vault, limit=1000).entries if one.at >= today
    )
    assert activity.page(vault, since="2999-01-01").entries == ()


def test_what_was_erased_still_says_who_it_was(lived: tuple[Vault, int]) -> None:
    vault, number = lived
    (row,) = profile_store.attributes(vault.connection)
    profile.erase(vault, row)
    (read,) = activity.page(vault, group="reads").entries
    assert (read.is_erased, read.who, read.vendor) == (True, "Power", number)
    said = line(read)
    assert said.sentence % said.values == "Power read your details"


def test_every_sentence_takes_what_it_is_given_and_an_unknown_event_is_shown_by_its_name() -> None:
    bare = activity.Entry(0, "2026-01-01T00:00:00Z", "x.y", "", None, "", {}, False)
    for event in SENTENCES:
        said = line(activity.Entry(0, bare.at, event, "", None, "", {}, False))
        assert said.sentence % said.values
    assert line(bare).values == {"event": "x.y"}
