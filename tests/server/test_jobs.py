"""Work in the background: what time has ended is put on record and told, and a fault tells nothing of anybody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from time import sleep

import pytest

from terms.errors import FirstpartyError
from tests.server.conftest import Made, Start
from tests.server.receiving import PATIENCE_SECONDS
from tests.server.vendors import EMAIL, vendor
from tests.vault.shops import DAY
from vault import events, granting
from vault.events import EventType, emit
from vault.granting import Permission
from vault.session import Vault
from vault.store import idempotency
from vault.times import stamp
from web.server import faults


def opened(made: Made, now: datetime) -> Vault:
    return Vault.open(made.home, made.recovery_key, now=now, by="test")


def test_what_ran_out_is_put_on_record_and_its_client_told(made: Made, start: Start) -> None:
    with vendor(made) as one:
        with opened(made, datetime.now(UTC)) as vault:
            permission = Permission((EMAIL,), ("dpv:ServiceProvision",), retention="P30D")
            ends = vault.now + timedelta(seconds=1)
            grant = granting.give(vault, one.agreement, permission, expires=ends)
        sleep(1)
        one.server = start("--dev")
        token = one.identified()
        for _ in range(PATIENCE_SECONDS * 10):
            found = one.shown(token, "/v1/events").json()["events"]
            if found[-1]["type"] == "grant.expired":
                break
            sleep(0.1)
        assert (found[-1]["type"], found[-1]["data"]) == ("grant.expired", {"id": grant.id})


def test_what_is_kept_no_longer_is_forgotten_by_the_server(made: Made, start: Start) -> None:
    long_ago = datetime.now(UTC) - 400 * DAY
    with vendor(made) as one:
        with opened(made, long_ago) as vault, vault.transaction():
            client = granting_client(vault)
            for _ in range(1_200):
                emit(vault, client, EventType.INTENT_PUBLISHED, "x")
            kept = idempotency.Answered("0" * 64, 200, "{}", b"{}")
            idempotency.put(vault.connection, "vendor:x", "k", kept, at=stamp(long_ago), expires_at=stamp(long_ago))
        one.server = start("--dev")
        token = one.identified()
        for _ in range(PATIENCE_SECONDS * 10):
            found = one.shown(token, "/v1/events?limit=100").json()["events"]
            if all(each["type"] != "intent.published" for each in found):
                break
            sleep(0.1)
        assert [each["type"] for each in found] == ["agreement.changed"] * 2
        one.server.stop()
        with opened(made, datetime.now(UTC)) as vault:
            assert vault.connection.execute("SELECT count(*) FROM idempotent_answer").fetchone()[0] == 0
            assert events.forget(vault) == 0


def granting_client(vault: Vault) -> int:
    return int(vault.connection.execute("SELECT id FROM client").fetchone()[0])


def test_a_fault_is_told_by_its_kind_alone(capsys: pytest.CaptureFixture[str]) -> None:
    faults.tell("settled", ValueError("alex@example.org"))
    faults.tell("settled", FirstpartyError("of alex@example.org", code="database"))
    faults.tell("settled", FirstpartyError("the vault is locked", code="locked"))
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert lines == [
        {"job": "settled", "fault": "ValueError"},
        {"job": "settled", "fault": "FirstpartyError", "code": "database"},
    ]


def test_a_locked_server_has_nothing_to_do_and_goes_on_when_it_is_unlocked(made: Made, start: Start) -> None:
    with vendor(made) as one:
        one.server = start("--dev", secret=None)
        sleep(2.5)
        assert one.server.owner.post("/owner/unlock", json={"secret": made.recovery_key}).status_code == 200
        token = one.identified()
        assert len(one.shown(token, "/v1/events").json()["events"]) == 2
        assert '"job"' not in one.server.log
