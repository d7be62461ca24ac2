"""A drill opens a backup as if it had to be put back: it finds what is not whole, refuses what is none, and leaves nothing behind."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terms.errors import FirstpartyError, UsageError
from tests.vault.conftest import NOW, PASSPHRASE, Made
from tests.vault.earlier import of_before
from tests.vault.test_store_damage import damage, fill
from vault import archive, backup, drill, keyring, owner
from vault.drill import BackupError, Due, ForeignBackupError, Found, Place, Step
from vault.keyring import WrongKeyError
from vault.session import Vault
from vault.store import audit, connection, migrations

# A page of SQLCipher 4.
PAGE = 4096


@pytest.fixture
def copy(made: Made, tmp_path: Path) -> Path:
    """A backup of a vault with one vendor."""
    target = tmp_path / "copy.zip"
    with made.open() as vault:
        owner.add_vendor(vault, "Sunmill Solar")
        backup.write(vault, target)
    return target


@pytest.fixture
def within(tmp_path: Path) -> Path:
    folder = tmp_path / "within"
    folder.mkdir()
    return folder


def found(copy: Path, made: Made, within: Path, secret: str = "") -> Found:
    try:
        return drill.opened(copy, secret or made.recovery_key, of=keyring.load(made.home), within=within)
    finally:
        assert list(within.iterdir()) == []


def test_a_whole_backup_is_told_with_what_came_since_it(made: Made, copy: Path, within: Path) -> None:
    before = made.database.read_bytes()
    steps: list[Step] = []
    opened = drill.opened(
        copy, PASSPHRASE, of=keyring.load(made.home), within=within, on_step=lambda step: steps.append(step)
    )
    assert steps == list(Step)
    assert made.database.read_bytes() == before
    assert (opened.key, opened.faults, opened.behind, opened.size) == ("passphrase", (), 0, copy.stat().st_size)
    with made.open() as vault:
        owner.add_vendor(vault, "Later Lamps")
        kept = drill.noted(vault, opened)
        assert (kept.ok, kept.place) == (True, Place.BEFORE)
        assert ("vendors", 1, 2) in [(one.kind, one.then, one.now) for one in kept.amounts]
    with made.open() as vault:
        assert drill.last(vault) == kept
        assert audit.verify(vault.connection, public=vault.keys.signer.public).ok


def test_the_owner_is_told_when_a_backup_or_a_drill_is_due(made: Made, tmp_path: Path, within: Path) -> None:
    target = tmp_path / "copy.zip"
    with made.open() as vault:
        assert drill.due(vault) is Due.NO_BACKUP
        backup.write(vault, target)
        assert backup.last_size(vault) == target.stat().st_size
        assert drill.due(vault) is Due.NEVER_TRIED
        opened = found(target, made, within)
        drill.noted(vault, opened)
        assert drill.due(vault) is None
        vault.now = NOW + timedelta(days=drill.DAYS + 1)
        assert drill.due(vault) is Due.OLD_BACKUP
        backup.write(vault, target)
        assert drill.due(vault) is Due.TRIED_LONG_AGO


def test_a_damaged_page_is_found_kept_and_due(made: Made, tmp_path: Path, within: Path) -> None:
    """The ZIP's own sum is of what was packed, so a page that was bad by then is found by the cipher alone."""
    fill(made)
    whole, target = tmp_path / "whole.zip", tmp_path / "bad.zip"
    with made.open() as vault:
        backup.write(vault, whole)
    with zipfile.ZipFile(whole) as packed:
        packed.extractall(tmp_path / "again")
    damage(tmp_path / "again" / "vault.db", PAGE * 40 + 77)
    _pack(target, tmp_path / "again")
    opened = found(target, made, within)
    assert opened.faults == ("HMAC verification failed for page 41",)
    with made.open() as vault:
        assert not drill.noted(vault, opened).ok
        assert drill.due(vault) is Due.BAD


def test_a_log_that_was_changed_is_found(made: Made, copy: Path, within: Path, tmp_path: Path) -> None:
    changed = _changed(made, copy, tmp_path, "UPDATE audit_leaf SET body = '{}' WHERE event = 'vendor.added'")
    assert any("was changed" in one for one in found(changed, made, within).faults)


def test_a_backup_of_before_a_change_of_the_schema_is_brought_up_to_date(
    made: Made, copy_of: Callable[[Made], Made], copy: Path, within: Path, tmp_path: Path
) -> None:
    """And one of after a change that this program does not know is refused."""
    newer = _changed(made, copy, tmp_path, f"PRAGMA user_version = {len(migrations.names()) + 1}")
    with pytest.raises(migrations.NewerSchemaError, match="written by a newer"):
        found(newer, made, within)
    older, fresh = of_before(copy_of(made), migrations.names()[-1]), tmp_path / "old.zip"
    _pack(fresh, older.home)
    assert found(fresh, older, within).behind == 1


def test_what_stands_beside_or_after_the_vault_is_told(
    made: Made, copy_of: Callable[[Made], Made], within: Path, tmp_path: Path
) -> None:
    ahead, aside = copy_of(made), copy_of(made)
    target = tmp_path / "copy.zip"
    with ahead.open() as vault:
        owner.add_vendor(vault, "Sunmill Solar")
        backup.write(vault, target)
    opened = found(target, made, within)
    with made.open() as vault:
        assert drill.noted(vault, opened).place is Place.BEYOND
    with aside.open() as vault:
        for name in ("Alder Air", "Birch Bank", "Cedar Cars", "Dill Dairy"):
            owner.add_vendor(vault, name)
        assert drill.noted(vault, opened).place is Place.APART


def test_what_is_no_backup_of_this_vault_is_refused_with_the_reason(
    made: Made, other: Vault, copy: Path, within: Path, tmp_path: Path
) -> None:
    with pytest.raises(WrongKeyError, match="when it was made"):
        found(copy, made, within, "not the passphrase of this vault")
    foreign, exported, note = tmp_path / "foreign.zip", tmp_path / "export.zip", tmp_path / "note.txt"
    backup.write(other, foreign)
    with pytest.raises(ForeignBackupError):
        found(foreign, made, within)
    with made.open() as vault:
        archive.export(vault, exported)
    with pytest.raises(BackupError, match="an export, not a backup"):
        found(exported, made, within)
    note.write_text("bread, milk")
    with pytest.raises(BackupError, match="not a backup"):
        found(note, made, within)
    with pytest.raises(UsageError, match="cannot read"):
        found(tmp_path / "nowhere.zip", made, within)
    with made.open() as vault:
        assert drill.last(vault) is None


def test_a_bomb_is_refused_before_it_is_unpacked(made: Made, within: Path, tmp_path: Path) -> None:
    target = tmp_path / "bomb.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(connection.FILE_NAME, bytes(50_000_000))
        out.write(made.home / keyring.FILE_NAME, keyring.FILE_NAME)
    with pytest.raises(BackupError, match="damaged"):
        found(target, made, within)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoiling=st.data())
def test_wherever_a_file_is_spoiled_it_is_found_or_refused_or_makes_no_difference(
    made: Made, copy: Path, within: Path, tmp_path: Path, spoiling: st.DataObject
) -> None:
    """Bits turned, bytes lost at the end or in the middle. What makes no difference is the ZIP's own: the day of a member, say."""
    whole = copy.read_bytes()
    edges = st.integers(0, 600) | st.integers(len(whole) - 2_000, len(whole) - 1) | st.integers(0, len(whole) - 1)
    at = spoiling.draw(edges)
    spoiled = bytearray(whole)
    match spoiling.draw(st.sampled_from(("bit", "cut", "gap"))):
        case "bit":
            spoiled[at] ^= 1 << spoiling.draw(st.integers(0, 7))
        case "cut":
            del spoiled[at:]
        case _:
            del spoiled[at : at + spoiling.draw(st.integers(1, 5_000))]
    target = tmp_path / "spoiled.zip"
    target.write_bytes(spoiled)
    try:
        opened, code = found(target, made, within), ""
    except FirstpartyError as refused:
        opened, code = None, refused.code
    assert code in ("", "backup-damaged", "foreign-backup", "wrong-passphrase")
    if opened is not None and not opened.faults:
        assert opened.counts == found(copy, made, within).counts


def _changed(made: Made, copy: Path, tmp_path: Path, statement: str) -> Path:
    """The backup with something done to its database by whoever has the key."""
    folder, target = tmp_path / "changed", tmp_path / "changed.zip"
    with zipfile.ZipFile(copy) as packed:
        packed.extractall(folder)
    keys, _ = keyring.unlock(keyring.load(folder), made.recovery_key)
    opened = connection.connect(folder / connection.FILE_NAME, keys.database)
    opened.execute(statement)
    connection.close(opened)
    _pack(target, folder)
    return target


def _pack(target: Path, folder: Path) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        for name in (connection.FILE_NAME, keyring.FILE_NAME):
            out.write(folder / name, name)
