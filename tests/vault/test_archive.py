"""Everything out and in again: an equal vault, or a refusal that changes nothing."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import resource
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terms.errors import FirstpartyError
from tests.vault.conftest import Made
from tests.vault.statements import (
    SAVINGS,
    File,
    account,
    assert_sound,
    bring,
    charge,
    contents,
    contracts,
    derived,
    monthly,
    records,
    take_back,
)
from vault import archive, files, owner
from vault.session import Vault
from vault.store import audit, entries

LOGS = {"audit_log", "audit_leaf", "audit_node", "audit_checkpoint"}
STATEMENT = [
    *monthly("Stadtwerke Musterstadt GmbH", 80, "2025-06-03", 10, mandate="M-1", creditor_id="DE98ZZZ09999999999"),
    *monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 10),
    charge("2026-01-05", -3.2, "Kaffeerösterei \U0001f375 „Nordwind“", 'Zeile\twith "quotes" \\ and \u2028'),
    charge("2026-01-06", 100, "Kontoinhaber", bank_account=SAVINGS),
]
LOGINS = File("b.json", [account("Larkfield", "https://larkfield.example", own_id="7")], "bitwarden")


@pytest.fixture
def full(vault: Vault) -> Vault:
    """A vault with something in every table."""
    bring(vault, STATEMENT, LOGINS)
    take_back(vault, bring(vault, monthly("Blumen Sommer", 19, "2025-06-20", 6)))
    one, other = contracts(vault)
    owner.set_fact(vault, one, "notice", "P1M")
    owner.dismiss(vault, other)
    owner.add_vendor(vault, "Landlord", domains=("landlord.example",))
    owner.dismiss_question(vault, "abc")
    owner.set_owner(vault, ("Alex Example",), "DE")
    return vault


@pytest.fixture
def exported(full: Vault, tmp_path: Path) -> Path:
    path = tmp_path / "archive.zip"
    archive.export(full, path)
    return path


# --- equal ----------------------------------------------------------------------------------------------------------


def test_an_archive_makes_an_equal_vault_row_for_row(full: Vault, exported: Path, other: Vault) -> None:
    before = records(other.connection)
    archive.bring(other, exported)
    brought, original = records(other.connection), records(full.connection)
    assert brought.keys() == original.keys()
    for name in brought.keys() - LOGS - {"meta"}:
        assert brought[name] == original[name], name
    assert dict(brought["meta"]) == dict(original["meta"])
    for name in LOGS:
        # The archive's own export is logged after its tables were written.
        theirs = {row[1:] for row in brought[name] if row[0] == audit.OWN_LOG + 1}
        assert theirs
        assert theirs <= {row[1:] for row in original[name]}
        ours = [row for row in brought[name] if row[0] == audit.OWN_LOG]
        assert set(before[name]) <= set(ours)
    assert_sound(full)
    assert_sound(other)


def test_the_vault_that_was_brought_is_searched_and_derives_alike(full: Vault, exported: Path, other: Vault) -> None:
    archive.bring(other, exported)
    assert derived(other.connection) == derived(full.connection)
    for words in ("nordwind", "larkfield", "landlord", "stadtwerke", "blumen"):
        hits = [entries.search(one.connection, words, limit=50) for one in (full, other)]
        assert hits[0] == hits[1]
        assert bool(hits[0]) == (words != "blumen")


def test_the_same_statements_add_nothing_to_the_vault_that_was_brought(exported: Path, other: Vault) -> None:
    archive.bring(other, exported)
    assert bring(other, STATEMENT, LOGINS).added == {}
    assert_sound(other)


def test_what_was_brought_can_be_undone(exported: Path, other: Vault, full: Vault) -> None:
    archive.bring(other, exported)
    batch = other.connection.execute("SELECT id FROM batch WHERE undone_at IS NULL").fetchone()[0]
    from vault.importing import undo

    assert undo(other.connection, other.keys, batch, other.now).removed["charge"] == 22
    assert_sound(other)


def test_a_second_export_equals_the_first_in_every_table_but_the_logs(
    exported: Path, other: Vault, tmp_path: Path
) -> None:
    archive.bring(other, exported)
    archive.export(other, tmp_path / "second.zip")
    with zipfile.ZipFile(exported) as first, zipfile.ZipFile(tmp_path / "second.zip") as second:
        assert first.namelist() == second.namelist()
        for name in first.namelist():
            if name != archive.MANIFEST and Path(name).stem not in LOGS:
                assert first.read(name) == second.read(name), name


def test_an_archive_goes_through_a_third_vault_too(
    exported: Path, other: Vault, template: Made, copy_of: Callable[[Made], Made], tmp_path: Path
) -> None:
    archive.bring(other, exported)
    archive.export(other, tmp_path / "second.zip")
    from tests.vault.conftest import NOW, PASSPHRASE
    from vault import keyring

    with Vault.create(tmp_path / "third", PASSPHRASE, keyring.new_recovery_key(), now=NOW) as third:
        archive.bring(third, tmp_path / "second.zip")
        assert derived(third.connection) == derived(other.connection)
        assert audit.verify(third.connection, public=third.keys.signer.public).logs == 3
        assert_sound(third)


def test_an_empty_vault_has_an_archive_too(vault: Vault, other: Vault, tmp_path: Path) -> None:
    archive.export(vault, tmp_path / "empty.zip")
    archive.bring(other, tmp_path / "empty.zip")
    assert contracts(other) == []
    assert_sound(other)


def test_the_export_is_for_its_owner_only_and_in_the_log(full: Vault, exported: Path) -> None:
    assert exported.stat().st_mode & 0o777 == 0o600
    leaf = audit.leaves(full.connection, 1)[0]
    assert leaf.event == "archive.exported"
    sums = json.loads(leaf.body or "")["tables"]
    with zipfile.ZipFile(exported) as opened:
        assert sums["charge"] == hashlib.sha256(opened.read("tables/charge.jsonl")).hexdigest()


# --- refused --------------------------------------------------------------------------------------------------------


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(parts: dict[str, bytes], *, seal: bool = True) -> bytes:
    """A ZIP of these parts; sealed: with a list that is true of them."""
    manifest = json.loads(parts[archive.MANIFEST]) if seal else {"tables": {}}
    for name, table in manifest["tables"].items():
        content = parts.get(f"tables/{name}.jsonl", b"")
        table["sha256"], table["rows"] = hashlib.sha256(content).hexdigest(), content.count(b"\n")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, json.dumps(manifest) if name == archive.MANIFEST and seal else content)
    return out.getvalue()


def with_manifest(parts: dict[str, bytes], change: Callable[[dict[str, object]], object]) -> dict[str, bytes]:
    manifest = json.loads(parts[archive.MANIFEST])
    change(manifest)
    return {**parts, archive.MANIFEST: json.dumps(manifest).encode()}


def first_line(content: bytes, line: bytes) -> bytes:
    return line + b"\n" + content.partition(b"\n")[2]


def charges(parts: dict[str, bytes], change: Callable[[bytes], bytes], *, seal: bool = True) -> bytes:
    name = "tables/charge.jsonl"
    return packed({**parts, name: change(parts[name])}, seal=seal)


def value_at(content: bytes, place: int, value: object) -> bytes:
    row = json.loads(content.partition(b"\n")[0])
    row[place] = value
    return first_line(content, json.dumps(row).encode())


def encrypted_flag(content: bytes) -> bytes:
    """Every entry says that it is encrypted."""
    return content.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(
        b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
    )


DAMAGES: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "nothing": lambda parts: b"",
    "no zip": lambda parts: b"PK\x03\x04 but no more than that",
    "cut in half": lambda parts: packed(parts)[: len(packed(parts)) // 2],
    "cut at the end": lambda parts: packed(parts)[:-30],
    "another zip": lambda parts: packed(
        {archive.MANIFEST: parts[archive.MANIFEST], "readme.txt": b"hello"}, seal=False
    ),
    "an encrypted zip": lambda parts: encrypted_flag(packed(parts)),
    "no list": lambda parts: packed({**parts, archive.MANIFEST: b"[]"}, seal=False),
    "a list that is no text": lambda parts: packed({**parts, archive.MANIFEST: b"\xff\xfe"}, seal=False),
    "a list without end": lambda parts: packed({**parts, archive.MANIFEST: b"[" * 500_000}, seal=False),
    "a table missing": lambda parts: packed({k: v for k, v in parts.items() if k != "tables/charge.jsonl"}),
    "a table missing in the list": lambda parts: packed(with_manifest(parts, lambda m: m["tables"].pop("charge"))),  # type: ignore[attr-defined]
    "a table too many": lambda parts: packed(
        with_manifest(parts, lambda m: m["tables"].update(x=m["tables"]["charge"]))  # type: ignore[attr-defined, index]
    ),
    "other columns": lambda parts: packed(
        with_manifest(parts, lambda m: m["tables"]["charge"]["columns"].reverse())  # type: ignore[index]
    ),
    "another hash": lambda parts: charges(parts, lambda rows: rows.replace(b"80", b"81"), seal=False),
    "a row too few": lambda parts: charges(parts, lambda rows: rows.partition(b"\n")[2], seal=False),
    "a row twice": lambda parts: charges(parts, lambda rows: rows + rows.partition(b"\n")[0] + b"\n"),
    "a short row": lambda parts: charges(parts, lambda rows: first_line(rows, b"[1, 2]")),
    "no row": lambda parts: charges(parts, lambda rows: first_line(rows, b'{"id": 1}')),
    "a deep row": lambda parts: charges(parts, lambda rows: first_line(rows, b"[" * 100_000)),
    "a huge line": lambda parts: charges(parts, lambda rows: first_line(rows, b'["' + b"x" * 5_000_000 + b'"]')),
    "a number beyond all": lambda parts: charges(parts, lambda rows: value_at(rows, 5, 2**70)),
    "a file that is not there": lambda parts: charges(parts, lambda rows: value_at(rows, 2, 4711)),
    "nothing where something must be": lambda parts: charges(parts, lambda rows: value_at(rows, 3, None)),
    "half a character": lambda parts: charges(parts, lambda rows: value_at(rows, 7, "\ud800")),
    "bytes that are none": lambda parts: charges(parts, lambda rows: value_at(rows, 1, {"hex": "xyz"})),
    "a newer version": lambda parts: packed(with_manifest(parts, lambda m: m.update(version=2))),
    "a newer schema": lambda parts: packed(with_manifest(parts, lambda m: m.update(schema=999))),
    "an older schema": lambda parts: packed(with_manifest(parts, lambda m: m.update(schema=0))),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_is_refused_with_one_error_and_changes_nothing(
    exported: Path, other: Vault, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "damaged.zip"
    path.write_bytes(DAMAGES[damage](parts_of(exported)))
    before = contents(other.connection)
    with pytest.raises(FirstpartyError) as caught:
        archive.bring(other, path)
    assert caught.value.code == ("newer-vault" if "newer" in damage else "archive-damaged")
    assert contents(other.connection) == before
    archive.is_archive(str(path))
    archive.bring(other, exported)
    assert_sound(other)


def test_an_archive_that_is_packed_anew_is_an_archive(exported: Path, other: Vault, tmp_path: Path) -> None:
    (tmp_path / "again.zip").write_bytes(packed(parts_of(exported)))
    assert archive.is_archive(str(tmp_path / "again.zip"))
    archive.bring(other, tmp_path / "again.zip")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(place=st.floats(0, 1, exclude_max=True), flip=st.integers(1, 255))
def test_whichever_byte_is_changed_the_archive_is_refused_or_the_same(
    exported: Path, other: Vault, tmp_path: Path, place: float, flip: int
) -> None:
    content = bytearray(exported.read_bytes())
    content[int(place * len(content))] ^= flip
    path = tmp_path / "flipped.zip"
    path.write_bytes(content)
    archive.is_archive(str(path))
    before = contents(other.connection)
    try:
        archive.bring(other, path)
    except FirstpartyError:
        assert contents(other.connection) == before
    else:
        found, rows = records(other.connection), parts_of(exported)
        assert len(found["charge"]) == rows["tables/charge.jsonl"].count(b"\n")
        empty(other)


def empty(vault: Vault) -> None:
    """Back to nothing, for the next trial."""
    with vault.transaction():
        vault.connection.execute("PRAGMA defer_foreign_keys = ON")
        for name in records(vault.connection).keys() - LOGS - {"meta"}:
            vault.connection.execute(f"DELETE FROM {name}")
        for name in LOGS - {"audit_log"}:
            vault.connection.execute(f"DELETE FROM {name} WHERE log > 1")
        vault.connection.execute("DELETE FROM audit_log WHERE id > 1")


def test_a_vault_that_holds_anything_takes_no_archive(exported: Path, other: Vault, full: Vault) -> None:
    with pytest.raises(archive.VaultNotEmptyError):
        archive.bring(full, exported)
    owner.dismiss_question(other, "abc")
    before = contents(other.connection)
    with pytest.raises(archive.VaultNotEmptyError):
        archive.bring(other, exported)
    assert contents(other.connection) == before


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_other_files_are_no_archives(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)
    assert not archive.is_archive(str(tmp_path / "file"))
    assert not archive.is_archive(str(tmp_path / "nothing here"))
    assert not archive.is_archive(str(tmp_path))


# --- a full disk ----------------------------------------------------------------------------------------------------


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 100, 3000])
def test_an_export_that_does_not_fit_leaves_no_half_file_and_the_old_one_whole(
    full: Vault, tmp_path: Path, size: int
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "archive.zip").write_bytes(b"the old one")
    before = contents(full.connection)
    with files_up_to(size), pytest.raises(files.FileWriteError):
        archive.export(full, folder / "archive.zip")
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [("archive.zip", b"the old one")]
    assert contents(full.connection) == before
    archive.export(full, folder / "archive.zip")
    assert archive.is_archive(str(folder / "archive.zip"))


def test_a_full_disk_is_told_as_one(full: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(files.DiskFullError):
        archive.export(full, tmp_path / "archive.zip")
    assert not list(tmp_path.glob("*archive.zip*"))


def test_an_export_into_no_folder_is_refused(full: Vault, tmp_path: Path) -> None:
    with pytest.raises(FirstpartyError):
        archive.export(full, tmp_path / "no" / "archive.zip")
    assert audit.leaves(full.connection, 1)[0].event != "archive.exported"


def test_the_list_of_an_archive_says_what_it_is(exported: Path, full: Vault) -> None:
    manifest = msgspec.json.decode(parts_of(exported)[archive.MANIFEST], type=archive.Manifest)
    assert (manifest.format, manifest.version, manifest.made_at) == ("firstparty-archive", 1, "2026-03-31T12:00:00Z")
    assert manifest.vault_id == full.keyring.vault_id
    assert manifest.tables["charge"].rows == 22
