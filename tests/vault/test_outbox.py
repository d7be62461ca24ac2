"""Events and what becomes of them: written with their cause, each client's own, delivered in order, given up and replayed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from terms.errors import FirstpartyError
from tests.vault.shops import DAY, HOUR, Shop, active, introduced
from vault import crypto, events, granting, outbox, profile
from vault.events import EventType, emit
from vault.granting import Permission
from vault.outbox import Failure, Prepared
from vault.policy.life import LifeError
from vault.policy.webhook_life import TABLE, Event, State, next_state
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import audit
from vault.store import outbox as store

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
URL = "https://shop.example/hook"


@pytest.fixture
def client(vault: Vault) -> int:
    return introduced(vault, Shop()).id


@pytest.fixture
def other_client(vault: Vault) -> int:
    return introduced(vault, Shop("https://other.example/client.json", seed=9)).id


def happened(vault: Vault, client: int, type: EventType = EventType.INTENT_PUBLISHED, about: str = "x") -> str:
    with vault.transaction():
        return emit(vault, client, type, about)


def proven(vault: Vault, client: int, *types: EventType, url: str = URL) -> None:
    outbox.register(vault, client, url, types)
    asked = outbox.ask(vault, client, "c" * 43)
    assert asked is not None
    outbox.prove(vault, asked)


def due(vault: Vault, client: int) -> Prepared:
    found = outbox.prepared(vault, client)
    assert found is not None
    return found


def failed(vault: Vault, client: int, *, again: timedelta | None = MINUTE, pause: timedelta = 5 * SECOND) -> None:
    next_at = vault.now + again if again else None
    outbox.fail(vault, due(vault, client), Failure(500, "", next_at, vault.now + pause))


def state(vault: Vault, client: int) -> str:
    row = outbox.webhook(vault, client)
    assert row is not None
    return row.state


def leaves(vault: Vault, event: str) -> int:
    return sum(leaf.event == event for leaf in audit.leaves(vault.connection, 1_000))


# --- the feed -------------------------------------------------------------------------------------------------------


def test_a_client_reads_its_own_events_in_order_and_nobody_elses(vault: Vault, client: int, other_client: int) -> None:
    mine = [happened(vault, client, about=str(number)) for number in range(3)]
    happened(vault, other_client)
    mine.append(happened(vault, client, about="3"))
    page = events.read(vault, client, 0, 2)
    assert [one.id for one in page.events] == mine[:2]
    assert [one.id for one in events.read(vault, client, page.last, 10).events] == mine[2:]
    assert len(events.read(vault, other_client, 0, 10).events) == 1


def test_reading_marks_what_was_seen_once(vault: Vault, client: int) -> None:
    happened(vault, client)
    first = events.read(vault, client, 0, 10)
    assert first.news == first.events
    before = vault.connection.total_changes
    again = events.read(vault, client, 0, 10)
    assert (again.news, vault.connection.total_changes) == ((), before)
    assert again.events[0].seen_at is not None


def test_a_client_acknowledges_its_own_events_once(vault: Vault, client: int, other_client: int) -> None:
    mine, theirs = happened(vault, client), happened(vault, other_client)
    own, news = events.acknowledge(vault, client, [mine, theirs, "msg_unknown", mine])
    assert [one.id for one in own] == [one.id for one in news] == [mine]
    own, news = events.acknowledge(vault, client, [mine])
    assert (len(own), news) == (1, ())
    assert events.read(vault, other_client, 0, 10).events[0].acknowledged_at is None


def test_seen_events_are_forgotten_after_ninety_days_and_others_after_a_year(vault: Vault, client: int) -> None:
    start = vault.now
    seen, unseen = happened(vault, client), happened(vault, client)
    events.read(vault, client, 0, 1)
    vault.now = start + 89 * DAY
    assert events.forget(vault) == 0
    vault.now = start + 91 * DAY
    assert events.forget(vault) == 1
    page = events.read(vault, client, 0, 10)
    assert (seen not in [one.id for one in page.events], [one.id for one in page.events]) == (True, [unseen])
    other = happened(vault, client)
    vault.now = start + 366 * DAY
    assert events.forget(vault) == 1
    assert [one.id for one in events.read(vault, client, 0, 10).events] == [other]


def test_what_waits_to_be_delivered_is_not_forgotten_because_it_was_read(vault: Vault, client: int) -> None:
    proven(vault, client)
    happened(vault, client)
    events.read(vault, client, 0, 10)
    vault.now += 91 * DAY
    assert events.forget(vault) == 0
    outbox.deliver(vault, due(vault, client))
    assert events.forget(vault) == 1
    assert store.delivery(vault.connection, 1) is None


def test_grants_and_agreements_tell_their_client(vault: Vault) -> None:
    shop = Shop()
    profile.put(vault, "pd:EmailAddress", ["home@example.org"])
    agreement = active(vault, shop)
    client = introduced(vault, shop).id
    # The proffer and the confirmation; the acceptance was the vendor's own.
    told = events.read(vault, client, 0, 50)
    assert [(one.type, one.subject) for one in told.events] == [("agreement.changed", agreement)] * 2
    permission = Permission(("pd:Contact",), ("dpv:ServiceProvision",), retention="P30D")
    one = granting.give(vault, agreement, permission)
    granting.narrow(vault, one.row.id, ["pd:EmailAddress"])
    granting.revoke(vault, one.row.id)
    timed = granting.give(vault, agreement, permission, expires=vault.now + HOUR)
    vault.now += 2 * HOUR
    granting.settle(vault)
    found = [(row.type, row.subject) for row in events.read(vault, client, told.last, 50).events]
    assert found == [
        ("grant.given", one.id),
        ("grant.narrowed", one.id),
        ("grant.revoked", one.id),
        ("grant.given", timed.id),
        ("grant.expired", timed.id),
    ]


def test_what_is_taken_back_leaves_no_event_and_no_delivery(vault: Vault, client: int) -> None:
    proven(vault, client)

    def broken() -> None:
        with vault.transaction():
            emit(vault, client, EventType.INTENT_PUBLISHED, "x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        broken()
    assert events.read(vault, client, 0, 10).events == ()
    assert outbox.undelivered(vault) == []


# --- webhooks -------------------------------------------------------------------------------------------------------


def test_events_wait_until_the_address_is_proven(vault: Vault, client: int) -> None:
    happened(vault, client)  # before there was a webhook: in the feed alone
    outbox.register(vault, client, URL, [])
    id = happened(vault, client)
    assert outbox.to_send(vault) == []
    asked = outbox.ask(vault, client, "c" * 43)
    assert asked is not None
    assert (asked.url, asked.asks) == (URL, 1)
    outbox.prove(vault, asked)
    assert (due(vault, client).row.id, len(outbox.undelivered(vault))) == (id, 1)
    assert (leaves(vault, "webhook.registered"), leaves(vault, "webhook.proved")) == (1, 1)


def test_an_answer_proves_the_address_that_was_asked_and_no_other(vault: Vault, client: int) -> None:
    outbox.register(vault, client, URL, [])
    asked = outbox.ask(vault, client, "c" * 43)
    assert asked is not None
    outbox.register(vault, client, "https://shop.example/moved", [])
    outbox.prove(vault, asked)
    assert state(vault, client) == State.UNPROVEN


def test_another_address_is_asked_and_the_same_is_not(vault: Vault, client: int) -> None:
    proven(vault, client)
    vault.now += MINUTE
    outbox.register(vault, client, URL, [EventType.GRANT_GIVEN])
    assert (state(vault, client), outbox.to_ask(vault)) == (State.ACTIVE, [])
    outbox.register(vault, client, "https://shop.example/moved", [])
    assert (state(vault, client), outbox.to_ask(vault)) == (State.UNPROVEN, [client])


def test_however_often_a_client_registers_nobody_is_asked_oftener_than_every_five_seconds(
    vault: Vault, client: int
) -> None:
    outbox.register(vault, client, URL, [])
    assert outbox.ask(vault, client, "c" * 43)
    for number in range(5):
        outbox.register(vault, client, f"https://stranger.example/{number}", [])
        assert outbox.to_ask(vault) == []
    vault.now += 5 * SECOND
    assert outbox.to_ask(vault) == [client]


def test_a_question_without_answer_is_asked_again_and_then_no_more(vault: Vault, client: int) -> None:
    outbox.register(vault, client, URL, [])
    happened(vault, client)
    asked = outbox.ask(vault, client, "c" * 43)
    assert asked is not None
    assert outbox.ask(vault, client, "d" * 43) is None
    outbox.unanswered(vault, asked, "wrong-answer", vault.now + MINUTE)
    vault.now += MINUTE
    again = outbox.ask(vault, client, "d" * 43)
    assert again is not None
    outbox.unanswered(vault, again, "wrong-answer", None)
    assert (state(vault, client), outbox.undelivered(vault)) == (State.OFF, [])
    assert leaves(vault, "webhook.off") == 1


def test_a_vault_that_was_stopped_while_asking_asks_again(vault: Vault, client: int) -> None:
    outbox.register(vault, client, URL, [])
    assert outbox.ask(vault, client, "c" * 43)
    vault.now += MINUTE
    assert outbox.ask(vault, client, "d" * 43)


def test_only_types_that_are_wanted_are_sent_and_a_test_always(vault: Vault, client: int) -> None:
    proven(vault, client, EventType.GRANT_REVOKED)
    happened(vault, client, EventType.GRANT_GIVEN)
    revoked, tested = (
        happened(vault, client, EventType.GRANT_REVOKED),
        happened(vault, client, EventType.WEBHOOK_TESTED),
    )
    assert [row.id for row in outbox.undelivered(vault)] == [revoked, tested]


def test_each_client_has_keys_of_its_own_and_a_changed_one_signs_beside_the_last_for_a_week(
    vault: Vault, client: int, other_client: int
) -> None:
    proven(vault, client)
    proven(vault, other_client)

    def row(which: int = client) -> store.WebhookRow:
        found = outbox.webhook(vault, which)
        assert found is not None
        return found

    first = outbox.public_key(vault, row())
    assert first != outbox.public_key(vault, row(other_client))
    seed, _ = agreement_store.identity(vault.connection, client)
    assert first != crypto.Signer(seed).public  # which signs agreements
    outbox.rotate(vault, client)
    assert outbox.public_key(vault, row()) != first
    assert outbox.previous_key(vault, row()) == first
    assert len(outbox.signers(vault, row())) == 2
    vault.now += 7 * DAY
    assert (outbox.previous_key(vault, row()), len(outbox.signers(vault, row()))) == (None, 1)
    rotated = outbox.public_key(vault, row())
    outbox.remove(vault, client)
    outbox.register(vault, client, URL, [])
    assert outbox.public_key(vault, row()) == rotated  # no old key comes back


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", State)
def test_a_webhook_lives_by_its_table(state: State, event: Event) -> None:
    if (state, event) in TABLE:
        assert next_state(state, event) is TABLE[state, event]
    else:
        with pytest.raises(LifeError):
            next_state(state, event)


# --- deliveries -----------------------------------------------------------------------------------------------------


def test_the_oldest_goes_first_and_success_is_seen(vault: Vault, client: int) -> None:
    proven(vault, client)
    sent = [happened(vault, client) for _ in range(3)]
    for id in sent:
        made = due(vault, client)
        assert made.row.id == id
        assert [one.id for one in outbox.deliver(vault, made)] == [id]
    assert outbox.to_send(vault) == []
    assert events.read(vault, client, 0, 10).news == ()


def test_one_that_fails_lets_the_others_by(vault: Vault, client: int) -> None:
    proven(vault, client)
    first, second = happened(vault, client), happened(vault, client)
    failed(vault, client)
    assert (state(vault, client), outbox.to_send(vault)) == (State.FAILING, [])
    vault.now += 5 * SECOND
    assert due(vault, client).row.id == second
    outbox.deliver(vault, due(vault, client))
    assert (state(vault, client), outbox.to_send(vault)) == (State.ACTIVE, [])
    vault.now += MINUTE
    assert due(vault, client).row.id == first


def test_once_a_dead_endpoint_answers_nothing_waits_any_longer(vault: Vault, client: int) -> None:
    proven(vault, client)
    for _ in range(4):
        happened(vault, client)
    for _ in range(3):
        failed(vault, client, again=10 * HOUR, pause=HOUR)
        vault.now += HOUR
    outbox.deliver(vault, due(vault, client))
    for _ in range(3):
        outbox.deliver(vault, due(vault, client))
    assert outbox.undelivered(vault) == []


def test_a_dead_endpoint_holds_up_nobody_else(vault: Vault, client: int, other_client: int) -> None:
    proven(vault, client)
    proven(vault, other_client, url="https://other.example/hook")
    happened(vault, client)
    happened(vault, other_client)
    failed(vault, client)
    assert outbox.to_send(vault) == [other_client]


def test_what_is_given_up_is_a_dead_letter_and_can_be_sent_again_under_its_id(vault: Vault, client: int) -> None:
    proven(vault, client)
    id = happened(vault, client)
    failed(vault, client, again=None)
    assert (outbox.dead(vault), outbox.to_send(vault)) == (1, [])
    assert outbox.replay(vault, id).id == id
    assert due(vault, client).row.id == id
    outbox.deliver(vault, due(vault, client))
    assert outbox.dead(vault) == 0
    with pytest.raises(FirstpartyError, match="no dead letter"):
        outbox.replay(vault, id)


def test_with_an_endpoint_that_took_nothing_for_days_all_that_is_as_old_is_given_up(vault: Vault, client: int) -> None:
    proven(vault, client)
    happened(vault, client)
    happened(vault, client)
    failed(vault, client)
    vault.now += 3 * DAY
    young = happened(vault, client)
    failed(vault, client, again=None)
    assert outbox.dead(vault) == 2
    assert [row.id for row in outbox.undelivered(vault) if row.state == "waiting"] == [young]


@pytest.mark.parametrize("end", ["gone", "owner", "removed"])
def test_a_webhook_that_is_ended_leaves_no_letters_and_the_feed_whole(vault: Vault, client: int, end: str) -> None:
    proven(vault, client)
    happened(vault, client)
    made = due(vault, client)
    if end == "gone":
        outbox.fail(vault, made, Failure(410, "", None, None, is_gone=True))
    elif end == "owner":
        outbox.switch_off(vault, client, "owner")
    else:
        outbox.remove(vault, client)
    assert (outbox.undelivered(vault), outbox.to_send(vault)) == ([], [])
    assert leaves(vault, "webhook.removed" if end == "removed" else "webhook.off") == 1
    happened(vault, client)
    assert outbox.undelivered(vault) == []
    assert len(events.read(vault, client, 0, 10).events) == 2
    # What was under way when it ended is no reason to begin again.
    outbox.deliver(vault, made)
    outbox.fail(vault, made, Failure(500, "", vault.now, vault.now))
    assert outbox.to_send(vault) == []


def test_dead_letters_of_a_webhook_that_is_off_stay(vault: Vault, client: int) -> None:
    proven(vault, client)
    id = happened(vault, client)
    failed(vault, client, again=None)
    outbox.switch_off(vault, client, "owner")
    with pytest.raises(FirstpartyError, match="no webhook"):
        outbox.replay(vault, id)
    assert outbox.replay_all(vault) == (0, 1)
    vault.now += MINUTE
    proven(vault, client)
    assert outbox.replay_all(vault) == (1, 0)


def test_a_clock_that_was_ahead_keeps_nothing_from_being_sent(vault: Vault, client: int) -> None:
    proven(vault, client)
    happened(vault, client)
    start = vault.now
    vault.now = start + 400 * DAY
    failed(vault, client, again=DAY, pause=DAY)
    vault.now = start
    assert outbox.to_send(vault) == [client]
    assert outbox.prepared(vault, client)
