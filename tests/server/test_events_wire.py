"""The feed over the wire, and what the work in the background leaves alone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import sleep

import pytest
from requests_oauth2client import DPoPToken

from tests.server.conftest import PATIENCE_SECONDS, Made, Start, started
from tests.server.hooked import another
from tests.server.vendors import Vendor, vendor

FEED = "/v1/events"


@pytest.fixture(scope="module")
def served(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vendor, DPoPToken]]:
    home = tmp_path_factory.mktemp("events") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    with vendor(made) as one:
        one.server = started(made, "--dev", secret=made.recovery_key)
        yield one, one.identified()
        one.server.stop()


def test_a_client_pages_through_its_feed_and_acknowledges(served: tuple[Vendor, DPoPToken]) -> None:
    one, token = served
    one.granted(one.client())
    whole = one.shown(token, FEED).json()
    assert [each["type"] for each in whole["events"]] == ["agreement.changed", "agreement.changed", "grant.given"]
    first = one.shown(token, f"{FEED}?limit=1").json()
    rest = one.shown(token, f"{FEED}?after={first['next']}&limit=2").json()
    assert [*first["events"], *rest["events"]] == whole["events"]
    assert rest["next"] == whole["next"]
    # Nothing new: the cursor is the one to go on from.
    assert one.shown(token, f"{FEED}?after={whole['next']}").json() == {"events": [], "next": whole["next"]}
    ids = [each["id"] for each in whole["events"]]
    answer = one.shown(token, f"{FEED}/acknowledge", "POST", json={"events": [*ids, "msg_of_somebody_else"]})
    assert answer.json() == {"acknowledged": 3}


def test_cursors_are_a_clients_own_and_tell_nothing_of_how_much_happens(served: tuple[Vendor, DPoPToken]) -> None:
    one, token = served
    cursor = one.shown(token, FEED).json()["next"]
    with ExitStack() as stack:
        assert one.server
        other = another(stack, one.server, 40)
        empty = other.vendor.shown(other.token, FEED).json()
        assert empty["events"] == []
        assert other.vendor.shown(other.token, f"{FEED}?after={empty['next']}").json() == empty
        foreign = other.vendor.shown(other.token, f"{FEED}?after={cursor}")
        assert (foreign.status_code, foreign.json()["code"]) == (400, "query")
    assert len(cursor) == len(empty["next"]) == 30


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=-1", "limit=1.0", "after=cur_1", "after=", "x=1"]
)
def test_a_query_that_does_not_read_is_refused(served: tuple[Vendor, DPoPToken], query: str) -> None:
    one, token = served
    assert one.shown(token, f"{FEED}?{query}").status_code == 400


def test_an_idle_server_writes_nothing(made: Made, start: Start) -> None:
    start()
    before = None
    for _ in range(PATIENCE_SECONDS):  # the first round of each job, however long it takes
        if before == (before := _written(made.home)):
            break
        sleep(1)
    sleep(3)
    assert _written(made.home) == before


def _written(home: Path) -> list[tuple[int, int]]:
    found = [(home / name).stat() for name in ("vault.db", "vault.db-wal")]
    return [(one.st_mtime_ns, one.st_size) for one in found]
