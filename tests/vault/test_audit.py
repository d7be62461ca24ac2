"""The audit log: whatever is changed, missing, added, moved or rolled back is found."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import cast

import pytest
import sqlcipher3.dbapi2 as sqlcipher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terms.proof import merkle, note
from terms.proof.leaf import leaf_bytes
from tests.vault.conftest import NOW, Made
from vault import crypto
from vault.store import audit, migrations
from vault.store.audit import Verification
from vault.store.connection import Connection
from vault.times import stamp

SIGNER = crypto.Signer(bytes(range(32)))
ORIGIN = "firstparty/vlt_test"
AT = stamp(NOW)


class Log:
    """A log in memory, with the vault's own schema."""

    def __init__(self) -> None:
        self.connection = cast(Connection, sqlcipher.connect(":memory:", isolation_level=None))
        for name in migrations.names():
            script: str = importlib.import_module(f"{migrations.__name__}.{name}").SQL
            for statement in migrations.statements(script):
                self.connection.execute(statement)
        audit.open_log(self.connection, ORIGIN, SIGNER.public)

    def add(self, *bodies: dict[str, object], event: str = "test.event") -> str:
        for body in bodies:
            audit.append(self.connection, event, body, at=AT)
        return audit.checkpoint(self.connection, public=SIGNER.public, sign=SIGNER.sign)

    def verify(self, *, witnessed: str = "") -> Verification:
        return audit.verify(self.connection, public=SIGNER.public, witnessed=witnessed)

    def faults(self, *, witnessed: str = "") -> str:
        return "; ".join(self.verify(witnessed=witnessed).faults)

    def run(self, sql: str, *parameters: object) -> None:
        assert self.connection.execute(sql, parameters).rowcount != 0, "the tampering touched nothing"


@pytest.fixture
def log() -> Log:
    log = Log()
    for number in range(11):
        log.add({"number": number, "who": "owner"})
    return log


def test_an_untouched_log_verifies_to_the_root_of_its_leaves(log: Log) -> None:
    rows = log.connection.execute("SELECT n, at, event, digest FROM audit_leaf ORDER BY n")
    frontier = merkle.Frontier()
    for row in rows:
        frontier.append(merkle.leaf_hash(leaf_bytes(*row)))
    assert log.verify() == Verification(True, 11, frontier.root().hex(), 1, 11, 0, ())


def test_the_bytes_of_a_leaf_are_what_was_first_written() -> None:
    assert leaf_bytes(7, AT, "import.committed", b"\x01" * 32) == (
        b"firstparty-leaf-1\n7\n2026-03-31T12:00:00Z\nimport.committed\n" + b"01" * 32 + b"\n"
    )


def test_a_receipt_for_a_leaf_can_be_made_from_the_stored_nodes(log: Log) -> None:
    nodes = {
        (level, index): audit.node(log.connection, audit.OWN_LOG, level, index)
        for level, index in log.connection.execute("SELECT level, ((last + 1) >> level) - 1 FROM audit_node").fetchall()
    }
    leaf = nodes[0, 4]
    checkpoint = note.opened(audit.latest_checkpoint(log.connection), origin=ORIGIN, public=SIGNER.public)
    assert checkpoint is not None
    proof = merkle.inclusion_proof(4, checkpoint.size, lambda level, index: nodes[level, index])
    assert merkle.includes(4, checkpoint.size, leaf, proof, checkpoint.root)


def test_erased_bodies_keep_the_log_whole(log: Log) -> None:
    before = log.verify()
    log.run("UPDATE audit_leaf SET body = NULL, salt = NULL WHERE n IN (0, 3, 10)")
    after = log.verify()
    assert (after.ok, after.root, after.erased) == (True, before.root, 3)


def test_equal_bodies_do_not_show_in_their_leaves() -> None:
    log = Log()
    log.add({"same": 1}, {"same": 1})
    digests = log.connection.execute("SELECT DISTINCT digest FROM audit_leaf").fetchall()
    assert len(digests) == 2


TAMPERING = {
    "a body": "UPDATE audit_leaf SET body = replace(body, 'owner', 'agent') WHERE n = 4",
    "a body made another type": "UPDATE audit_leaf SET body = CAST(body AS BLOB) WHERE n = 4",
    "a salt": "UPDATE audit_leaf SET salt = zeroblob(16) WHERE n = 4",
    "a salt taken away": "UPDATE audit_leaf SET salt = NULL WHERE n = 4",
    "a salt made another type": "UPDATE audit_leaf SET salt = 7 WHERE n = 4",
    "a time": "UPDATE audit_leaf SET at = '2026-03-31T12:00:01Z' WHERE n = 4",
    "an event": "UPDATE audit_leaf SET event = 'test.other' WHERE n = 4",
    "a digest": "UPDATE audit_leaf SET digest = zeroblob(32) WHERE n = 4",
    "a digest made another type": "UPDATE audit_leaf SET digest = 'text' WHERE n = 4",
    "the digest of an erased body": "UPDATE audit_leaf SET body = NULL, salt = NULL, digest = zeroblob(32) WHERE n = 4",
    "two bodies exchanged": "UPDATE audit_leaf SET body = (SELECT body FROM audit_leaf b WHERE b.n = 9 - audit_leaf.n) WHERE n IN (4, 5)",
    "two leaves exchanged": "UPDATE audit_leaf SET n = CASE n WHEN 4 THEN -5 WHEN 5 THEN -4 END WHERE n IN (4, 5)",
    "a leaf in the middle missing": "DELETE FROM audit_leaf WHERE n = 4",
    "the first leaf missing": "DELETE FROM audit_leaf WHERE n = 0",
    "the last leaf missing": "DELETE FROM audit_leaf WHERE n = 10",
    "every leaf missing": "DELETE FROM audit_leaf",
    "a leaf added": "INSERT INTO audit_leaf SELECT log, 11, at, event, digest, salt, body FROM audit_leaf WHERE n = 10",
    "a leaf before the first": "INSERT INTO audit_leaf SELECT log, -1, at, event, digest, salt, body FROM audit_leaf WHERE n = 0",
    "a node": "UPDATE audit_node SET hash = zeroblob(32) WHERE level = 1 AND last = 5",
    "a node missing": "DELETE FROM audit_node WHERE level = 2 AND last = 3",
    "a node added": "INSERT INTO audit_node VALUES (1, 9, 9, zeroblob(32))",
    "a checkpoint's size": "UPDATE audit_checkpoint SET note = replace(note, char(10) || '5' || char(10), char(10) || '6' || char(10)) WHERE size = 5",
    "a checkpoint's signature": "UPDATE audit_checkpoint SET note = substr(note, 1, length(note) - 9) || 'AAAAAAA=' || char(10) WHERE size = 5",
    "a checkpoint moved": "UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE size = 6) WHERE size = 5",
    "a checkpoint that is no text": "UPDATE audit_checkpoint SET note = zeroblob(40) WHERE size = 5",
    "a checkpoint of a size never reached": "INSERT INTO audit_checkpoint SELECT log, 99, note FROM audit_checkpoint WHERE size = 5",
    "a checkpoint of no size": "UPDATE audit_checkpoint SET size = 'x' WHERE size = 5",
    "the last checkpoint missing": "DELETE FROM audit_checkpoint WHERE size = 11",
    "every checkpoint missing": "DELETE FROM audit_checkpoint",
    "another public key": "UPDATE audit_log SET public_key = zeroblob(32)",
    "a public key that is none": "UPDATE audit_log SET public_key = 'text'",
    "an event that is no text": "UPDATE audit_leaf SET event = CAST(X'fffe' AS TEXT) WHERE n = 4",
    "an origin that is no text": "UPDATE audit_log SET origin = CAST(X'fffe' AS TEXT)",
    "another origin": "UPDATE audit_log SET origin = 'firstparty/vlt_other'",
    "no log": "DELETE FROM audit_log",
    "an import without a leaf": "INSERT INTO batch (id, at, leaf) VALUES (1, 'x', 4)",
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(log: Log, what: str) -> None:
    log.run(TAMPERING[what])
    if what == "two leaves exchanged":
        log.run("UPDATE audit_leaf SET n = -n WHERE n < 0")
    found = log.verify()
    assert not found.ok
    assert found.faults


def test_a_log_rewritten_whole_by_somebody_without_the_signing_key_is_found(log: Log) -> None:
    thief = crypto.Signer(bytes(32))
    for table in ("audit_leaf", "audit_node", "audit_checkpoint"):
        log.run(f"DELETE FROM {table}")
    audit.append(log.connection, "test.forged", {}, at=AT)
    assert "1 leaves, of which 0 are signed" in log.faults()
    audit.checkpoint(log.connection, public=thief.public, sign=thief.sign)
    assert "has no good signature" in log.faults()
    log.run("UPDATE audit_log SET public_key = ?", thief.public)
    assert log.faults() == "the log is not signed by this vault's key"


def test_a_log_rolled_back_with_everything_that_belongs_to_it_is_found_by_a_witness(log: Log) -> None:
    witnessed = audit.latest_checkpoint(log.connection)
    for table, column in (("audit_leaf", "n >= 9"), ("audit_checkpoint", "size > 9")):
        log.run(f"DELETE FROM {table} WHERE {column}")
    log.run("DELETE FROM audit_node WHERE last >= 9")
    assert log.verify().ok, "nothing in the file can tell"
    assert "rolled back: 11 leaves were witnessed, 9 are here" in log.faults(witnessed=witnessed)


def test_another_history_under_the_same_key_is_found_by_a_witness(log: Log) -> None:
    other = Log()
    witnessed = other.add({"number": 0}, {"number": 1})
    assert "the log was rewritten: at 2 leaves" in log.faults(witnessed=witnessed)


def test_every_earlier_checkpoint_is_a_good_witness(log: Log) -> None:
    for (kept,) in log.connection.execute("SELECT note FROM audit_checkpoint").fetchall():
        assert log.verify(witnessed=kept).ok


@pytest.mark.parametrize("witnessed", ["nonsense", "\n\n", f"{ORIGIN}\n1\nAAAA\n\n"])
def test_a_witness_that_this_vault_never_signed_is_said_so(log: Log, witnessed: str) -> None:
    assert log.faults(witnessed=witnessed) == "the checkpoint to compare with was not signed by this vault"


def test_the_log_of_another_vault_lies_closed_beside_our_own(log: Log) -> None:
    other = crypto.Signer(bytes(range(1, 33)))
    number = audit.open_log(log.connection, "firstparty/vlt_other", other.public)
    audit.append(log.connection, "vault.created", {}, at=AT, log=number)
    audit.checkpoint(log.connection, public=other.public, sign=other.sign, log=number)
    found = log.verify()
    assert (found.ok, found.size, found.logs) == (True, 12, 2)
    log.run("UPDATE audit_leaf SET event = 'x' WHERE log = ?", number)
    assert "firstparty/vlt_other" in log.faults()


def test_a_whole_file_put_back_from_an_old_copy_is_found_by_a_witness(
    made: Made, copy_of: Callable[[Made], Made]
) -> None:
    old = copy_of(made)
    with made.open(by="one") as vault:
        witnessed = audit.latest_checkpoint(vault.connection)
    made.database.write_bytes(old.database.read_bytes())
    with made.open(by="two") as vault:
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok
        found = audit.verify(vault.connection, public=vault.keys.signer.public, witnessed=witnessed)
    assert "the log was rewritten" in "; ".join(found.faults)


def test_a_new_vaults_log_begins_with_its_creation_and_names_every_opening(made: Made) -> None:
    with made.open(by="vendors") as vault:
        newest, oldest = audit.leaves(vault.connection, 10)
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok
    assert (oldest.event, newest.event, newest.body) == ("vault.created", "unlock", '{"by":"recovery","for":"vendors"}')


bodies = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=9), max_size=3
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(bodies, max_size=5), min_size=1, max_size=8), st.data())
def test_any_growth_verifies_and_any_one_change_to_it_does_not(
    transactions: list[list[dict[str, object]]], data: st.DataObject
) -> None:
    log = Log()
    kept = [log.add({"first": True}), *(log.add(*grown) for grown in transactions)]
    size = 1 + sum(map(len, transactions))
    assert log.verify(witnessed=data.draw(st.sampled_from(kept))) == log.verify()
    assert (log.verify().ok, log.verify().size) == (True, size)
    at = data.draw(st.integers(0, size - 1))
    column = data.draw(st.sampled_from(["at", "event", "digest", "salt", "body"]))
    log.run(f"UPDATE audit_leaf SET {column} = {column} || 'x' WHERE n = ?", at)
    assert not log.verify().ok
