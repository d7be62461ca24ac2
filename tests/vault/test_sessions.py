"""Sessions of the owner in browsers: begun, looked up, listed, ended by hand or by time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from vault import sessions
from vault.session import Vault
from vault.sessions import IDLE_DAYS, LONGEST_DAYS
from vault.store import sessions as store
from vault.times import stamp

DAY = timedelta(days=1)


def test_a_session_is_found_by_its_secret_alone_and_only_its_hash_is_kept(vault: Vault) -> None:
    secret = sessions.begin(vault, "passphrase", "Browser 1\r\nX: y")
    found = sessions.present(vault, secret)
    assert found is not None
    assert (found.way, found.agent) == ("passphrase", "Browser 1X: y")
    assert sessions.present(vault, secret[:-1]) is None
    assert sessions.present(vault, "") is None
    (row,) = store.all_of_them(vault.connection)
    assert secret.encode() not in row.hash


def test_the_token_of_forms_is_another_for_each_session_and_the_same_for_one(vault: Vault) -> None:
    one, other = (sessions.begin(vault, "link") for _ in range(2))
    tokens = [found.form_token for secret in (one, one, other) if (found := sessions.present(vault, secret))]
    assert tokens[0] == tokens[1] != tokens[2]


@pytest.mark.parametrize(("days", "lasts"), [(IDLE_DAYS - 1, True), (IDLE_DAYS + 1, False)])
def test_a_session_ends_when_it_was_not_seen_for_long(vault: Vault, days: int, lasts: bool) -> None:
    secret = sessions.begin(vault, "link")
    vault.now += days * DAY
    assert (sessions.present(vault, secret) is not None) is lasts
    assert (len(sessions.listed(vault)) == 1) is lasts


def test_however_often_it_is_seen_a_session_ends_at_last(vault: Vault) -> None:
    secret, days = sessions.begin(vault, "link"), 0
    while sessions.present(vault, secret) is not None:
        days += 1
        vault.now += DAY
        assert days <= LONGEST_DAYS + 1
    assert days >= LONGEST_DAYS


def test_what_time_has_ended_is_forgotten_when_somebody_logs_in(vault: Vault) -> None:
    sessions.begin(vault, "link", "a browser of last month")
    vault.now += (IDLE_DAYS + 1) * DAY
    sessions.begin(vault, "link", "a browser of today")
    assert [row.agent for row in store.all_of_them(vault.connection)] == ["a browser of today"]


def test_the_owner_ends_one_or_all_others_and_both_are_on_record(vault: Vault) -> None:
    secrets = [sessions.begin(vault, "link", f"browser {place}") for place in range(3)]
    mine = sessions.present(vault, secrets[0])
    assert mine is not None
    assert sessions.end_others(vault, mine.id) == 2
    assert [sessions.present(vault, one) is not None for one in secrets] == [True, False, False]
    assert sessions.end(vault, mine.id)
    assert not sessions.end(vault, mine.id)
    events = [row[0] for row in vault.connection.execute("SELECT event FROM audit_leaf ORDER BY n")]
    assert events.count("session.begun") == events.count("session.ended") == 3


def test_a_visit_ends_with_a_pause_and_the_last_one_is_known_at_the_next_in_any_browser(vault: Vault) -> None:
    secret, began = sessions.begin(vault, "link"), vault.now
    vault.now += timedelta(minutes=20)
    sessions.present(vault, secret)
    assert sessions.last_visit(vault) == ""
    seen, vault.now = vault.now, vault.now + DAY
    other = sessions.begin(vault, "passphrase")
    assert sessions.last_visit(vault) == stamp(seen)
    vault.now += timedelta(minutes=10)
    for one in (secret, other):
        sessions.present(vault, one)
    assert sessions.last_visit(vault) == stamp(seen) > stamp(began)


def test_logging_out_everywhere_ends_the_visit(vault: Vault) -> None:
    found = sessions.present(vault, sessions.begin(vault, "link"))
    assert found is not None
    sessions.end(vault, found.id)
    left, vault.now = vault.now, vault.now + DAY
    sessions.begin(vault, "link")
    assert sessions.last_visit(vault) == stamp(left)
