"""What follows from an attempt, and from a client having heard of a change of the profile."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from connectors.webhooks import Verdict
from connectors.webhooks.delivery import Attempt
from tests.server.conftest import NOW, Made
from tests.vault.shops import Shop, active, introduced
from vault import events, granting, outbox, profile
from vault.events import EventType, emit
from vault.granting import Permission
from vault.outbox import Prepared
from vault.session import Vault
from vault.store.outbox import DeliveryRow
from web.server import heard
from web.server.delivering import failure

HOUR = timedelta(hours=1)
EMAIL = "pd:EmailAddress"


def prepared(vault: Vault, client: int) -> Prepared:
    outbox.register(vault, client, "https://shop.example/hook", [])
    asked = outbox.ask(vault, client, "c" * 43)
    assert asked
    outbox.prove(vault, asked)
    with vault.transaction():
        emit(vault, client, EventType.GRANT_GIVEN, "grt_1")
    found = outbox.prepared(vault, client)
    assert found
    return found


def test_the_schedule_is_the_deliverys_and_the_pause_the_endpoints(made: Made) -> None:
    with made.open() as vault:
        client = introduced(vault, Shop()).id
        first = prepared(vault, client)
        for attempts, failures, next_seconds, pause_seconds in [(0, 0, 5, 5), (1, 0, 300, 5), (1, 3, 300, 7_200)]:
            one = Prepared(_tried(first, attempts), first.url, failures, first.signers)
            said = failure(one, Attempt(Verdict.AGAIN, 500), NOW)
            assert said.next_at
            assert said.paused_until
            assert next_seconds <= (said.next_at - NOW).total_seconds() <= 1.2 * next_seconds
            assert pause_seconds <= (said.paused_until - NOW).total_seconds() <= 1.2 * pause_seconds
        last = Prepared(_tried(first, 9), first.url, 40, first.signers)
        said = failure(last, Attempt(Verdict.AGAIN, 500), NOW)
        assert said.next_at is None
        assert said.paused_until
        assert said.paused_until - NOW <= 6 * HOUR
        slow = failure(first, Attempt(Verdict.THROTTLED, 503, wait=HOUR), NOW)
        assert (slow.next_at, slow.paused_until) == (NOW + HOUR, NOW + HOUR)
        assert failure(first, Attempt(Verdict.GONE, 410), NOW).is_gone


def _tried(one: Prepared, attempts: int) -> DeliveryRow:

    return msgspec.structs.replace(one.row, attempts=attempts)


def test_a_notice_of_a_change_is_delivered_and_ended_by_its_own_event(made: Made) -> None:
    with made.open() as vault:
        shop = Shop()
        profile.put(vault, EMAIL, ["old@example.org"])
        agreement = active(vault, shop)
        client = introduced(vault, shop).id
        granting.give(vault, agreement, Permission((EMAIL,), ("dpv:ServiceProvision",), retention="P30D"))
        profile.put(vault, EMAIL, ["new@example.org"])
        page = events.read(vault, client, 0, 50)
        (told,) = [one for one in page.news if one.type == EventType.PROFILE_CHANGED]
        (before,) = granting.pending_changes(vault)
        assert before.notice.delivered_at is None
        with vault.transaction():
            heard.seen(vault, page.news)
        (after,) = granting.pending_changes(vault)
        assert after.notice.delivered_at is not None
        with vault.transaction():
            _, news = events.acknowledge(vault, client, [told.id])
            heard.acknowledged(vault, news)
        assert granting.pending_changes(vault) == []
