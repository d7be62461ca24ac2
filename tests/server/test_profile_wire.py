"""The profile over the wire: exactly what is granted, each reading provable, and nothing once a revocation is acknowledged."""

from __future__ import annotations

import hashlib
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import Any

import pytest
import requests
from requests_oauth2client import DPoPToken

from terms.proof import base64url, note
from tests import warm
from tests.server.conftest import PATIENCE_SECONDS, Made, Server, environment, started
from tests.server.vendors import EMAIL, PHONE, Vendor, vendor
from vault.session import Vault
from vault.store import audit


@pytest.fixture(scope="module")
def served(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Vendor, DPoPToken]]:
    """A vendor with a token of a grant, at a server that the tests of this file share."""
    home = tmp_path_factory.mktemp("profile") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    with vendor(made) as one:
        one.server = started(made, "--dev", "--requests-per-minute", "1000000", secret=made.recovery_key)
        try:
            yield one, one.granted(one.client())
        finally:
            one.server.stop()


def read(served: tuple[Vendor, DPoPToken], query: str = "") -> requests.Response:
    one, token = served
    return one.shown(token, f"/v1/profile{query}")


# --- what is read ---------------------------------------------------------------------------------------------------


def test_a_client_reads_what_is_granted_with_a_digest_that_it_can_recompute(served: tuple[Vendor, DPoPToken]) -> None:
    answer = read(served)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert said["attributes"] == [{"category": EMAIL, "label": "home", "value": "home@example.org", "preferred": True}]
    assert (said["absent"], said["withheld"]) == ([], [])
    canonical = json.dumps(said["attributes"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert said["digest"] == hashlib.sha256(bytes.fromhex(said["salt"]) + canonical.encode()).hexdigest()


def test_reads_are_counted_and_the_last_is_told_to_the_owner(served: tuple[Vendor, DPoPToken]) -> None:
    one, _ = served
    assert one.server
    (before,) = command(one.server, "grants", "--state", "active")["grants"]
    said = read(served).json()
    (after,) = command(one.server, "grants", "--state", "active")["grants"]
    assert after["id"] == said["grant"]
    assert after["reads"] == before["reads"] + 1
    assert after["last_read"] == said["at"]
    assert {"vendor", "datatypes", "purpose", "retention", "agreement", "expires", "state"} <= after.keys()


def test_a_change_is_told_once_and_who_reads_it_has_taken_note(served: tuple[Vendor, DPoPToken]) -> None:
    one, token = served
    assert one.server
    command(one.server, "profile", "set", EMAIL, "new@example.org", "--label", "home")
    (pending,) = command(one.server, "profile", "changes")["pending"]
    assert (pending["category"], pending["delivered"], pending["acknowledged"]) == (EMAIL, None, None)
    told = one.shown(token, "/v1/events").json()["events"]
    assert [event["data"]["id"] for event in told if event["type"] == "profile.changed"] == [pending["grant"]]
    assert command(one.server, "profile", "changes")["pending"][0]["delivered"]
    assert read(served).json()["attributes"][0]["value"] == "new@example.org"
    changes = command(one.server, "profile", "changes")
    assert changes["pending"] == []
    assert [notice["acknowledged"] is not None for notice in changes["acknowledged"]] == [True]
    command(one.server, "profile", "set", EMAIL, "home@example.org", "--label", "home")


def test_what_is_beyond_the_token_is_refused_and_what_is_no_category_too(served: tuple[Vendor, DPoPToken]) -> None:
    for query, status, code in (
        (f"?categories={PHONE}", 403, "not-granted"),
        ("?categories=pd:Contact", 403, "not-granted"),
        ("?categories=pd:EmailAdress", 422, "unknown-category"),
        ("?categories=", 422, "unknown-category"),
        ("?category=x", 400, "query"),
        (f"?categories={','.join([EMAIL] * 51)}", 400, "query"),
    ):
        answer = read(served, query)
        assert (answer.status_code, answer.json()["code"]) == (status, code), query
    assert read(served, f"?categories={EMAIL}").status_code == 200


def test_a_token_for_less_than_its_grant_reads_no_more_than_it_is_for(served: tuple[Vendor, DPoPToken]) -> None:
    one, _ = served
    assert one.server
    client = one.client()
    (details,) = one.details
    asked = one.asked(client, details=[{**details, "datatypes": [EMAIL, PHONE]}])
    (waiting,) = one.server.owner.get("/owner/requests").json()["requests"]
    assert one.server.owner.post(f"/owner/requests/{waiting['id']}/approve", json={}).status_code == 200
    grant = client.ciba(asked).as_dict()["grant_id"]
    part = json.dumps([{**details, "datatypes": [PHONE]}])
    less = client.client_credentials(grant_id=grant, authorization_details=part)
    assert isinstance(less, DPoPToken)
    said = one.shown(less, "/v1/profile").json()
    assert (said["grant"], said["attributes"], said["absent"]) == (grant, [], [PHONE])
    beyond = one.shown(less, f"/v1/profile?categories={EMAIL}")
    assert (beyond.status_code, beyond.json()["code"]) == (403, "not-granted")
    command(one.server, "grant", "revoke", grant)


def test_a_token_of_the_client_alone_reads_nothing_of_the_person(served: tuple[Vendor, DPoPToken]) -> None:
    one, _ = served
    answer = one.shown(one.identified(), "/v1/profile")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_proof_is_good_for_one_read(served: tuple[Vendor, DPoPToken]) -> None:
    one, token = served
    assert one.server
    url = f"{one.server.url}/v1/profile"
    hashed = base64url.encoded(hashlib.sha256(token.access_token.encode()).digest())
    proof = str(token.dpop_key.proof(htm="GET", htu=url, ath=hashed))
    headers = {"Authorization": f"DPoP {token.access_token}", "DPoP": proof}
    assert [requests.get(url, headers=headers, timeout=60).status_code for _ in range(2)] == [200, 401]


# --- receipts -------------------------------------------------------------------------------------------------------


def root_of(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    """The root that an inclusion proof leads to, by RFC 9162, 2.1.3.2; written for this test alone."""
    place, last, root = index, size - 1, leaf
    for node in proof:
        assert last > 0
        if place % 2 == 1 or place == last:
            root = hashlib.sha256(b"\x01" + node + root).digest()
            while place % 2 == 0 and place:
                place, last = place // 2, last // 2
        else:
            root = hashlib.sha256(b"\x01" + root + node).digest()
        place, last = place // 2, last // 2
    assert last == 0
    return root


def assert_proves(receipt: dict[str, Any]) -> None:
    leaf = receipt["leaf"]
    lines = f"firstparty-leaf-1\n{leaf['number']}\n{leaf['at']}\n{leaf['event']}\n{leaf['digest']}\n"
    hashed = hashlib.sha256(b"\x00" + lines.encode()).digest()
    proof = [bytes.fromhex(node) for node in receipt["proof"]]
    origin = receipt["checkpoint"].split("\n")[0]
    opened = note.opened(receipt["checkpoint"], origin=origin, public=base64url.decoded(receipt["public_key"]))
    assert opened is not None
    assert (opened.size, opened.root) == (receipt["size"], root_of(leaf["number"], receipt["size"], hashed, proof))
    if receipt["body"] is not None:
        assert leaf["digest"] == hashlib.sha256(bytes.fromhex(receipt["salt"]) + receipt["body"].encode()).hexdigest()


def test_a_receipt_proves_the_release_to_anybody_who_can_hash(served: tuple[Vendor, DPoPToken]) -> None:
    one, token = served
    said = read(served).json()
    for shown in (token, one.identified()):
        answer = one.shown(shown, f"/v1/receipts/{said['receipt']}")
        assert answer.status_code == 200, answer.text
        receipt = answer.json()
        assert_proves(receipt)
        assert receipt["leaf"]["event"] == "release.made"
        assert json.loads(receipt["body"])["digest"] == said["digest"]


def test_an_id_that_was_not_handed_to_this_client_is_no_receipt(served: tuple[Vendor, DPoPToken]) -> None:
    one, token = served
    good = read(served).json()["receipt"]
    other = good[:-1] + ("0" if good[-1] != "0" else "1")
    for id in (other, "rcp_x", "grt_0000000000000", "x"):
        assert one.shown(token, f"/v1/receipts/{id}").status_code == 404, id


# --- revocation -----------------------------------------------------------------------------------------------------


def test_nothing_is_released_once_a_revocation_was_acknowledged(template: Made, tmp_path: Path) -> None:
    shutil.copytree(template.home, tmp_path / "vault")
    made = template._replace(home=tmp_path / "vault")
    with vendor(made) as one:
        one.server = started(made, "--dev", "--requests-per-minute", "1000000", secret=made.recovery_key)
        try:
            answers = _reads_while_revoked(one, one.server)
        finally:
            one.server.stop()
    after = [status for begun, status in answers if begun]
    assert {status for _, status in answers} == {200, 401}, answers
    assert after
    assert set(after) == {401}
    with Vault.open(made.home, made.recovery_key, now=datetime.now(UTC), by="test") as vault:
        events = [leaf.event for leaf in reversed(audit.leaves(vault.connection, 10_000))]
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok
    assert "release.made" not in events[events.index("grant.revoked") :]
    assert events.count("release.made") == sum(status == 200 for _, status in answers)


def command(server: Server, *words: str) -> Any:
    """What the owner's command says, run beside the server."""
    done = warm.run(*words, "--json", env=environment(server.home), cwd=server.home.parent, timeout=PATIENCE_SECONDS)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _reads_while_revoked(one: Vendor, server: Server) -> list[tuple[bool, int]]:
    """(begun after the acknowledgement, status) of what four clients read while the owner revokes."""
    token = one.granted(one.client())
    grant = token.as_dict()["grant_id"]
    done = threading.Event()
    answers: list[tuple[bool, int]] = []

    def reader() -> None:
        after = 0
        while after < 3:
            is_after = done.is_set()
            answers.append((is_after, one.shown(token, "/v1/profile").status_code))
            after += is_after

    readers = [threading.Thread(target=reader) for _ in range(4)]
    for each in readers:
        each.start()
    while len(answers) < 12:
        sleep(0.01)
    command(server, "grant", "revoke", grant)  # from a process of its own, beside the server
    done.set()
    for each in readers:
        each.join()
    return answers
