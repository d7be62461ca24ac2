"""The archive: everything in a vault as one file that other programs can read, and that makes an equal vault again.

A ZIP file. `firstparty.json` comes first: format, version, schema, when and from which vault, and for each table its
columns, its number of rows and the SHA-256 of its file. `tables/<name>.jsonl` holds one JSON array per row in the order
of the columns; a byte string is `{"hex": "…"}`. Ids, provenance, corrections and the audit log are all in it.

An archive is not encrypted: that is what makes it readable elsewhere. It is written for its owner only (mode 0600), and
the log says that it was. It can be brought into an empty vault, where its log is kept, closed, beside the new one.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import msgspec

from terms.errors import FirstpartyError
from vault import files
from vault.session import Vault
from vault.store import dump, migrations
from vault.store.connection import IntegrityError, transaction
from vault.times import stamp
from vault.zips import UNREADABLE

FORMAT, VERSION = "firstparty-archive", 1
MANIFEST = "firstparty.json"
# One row is a record of a few kilobytes; the manifest lists some twenty tables.
MAX_LINE_BYTES = 4 * 1024 * 1024
MAX_MANIFEST_BYTES = 1024 * 1024
_FETCH = "fetch the archive again"


class Table(msgspec.Struct, frozen=True):
    columns: tuple[str, ...]
    rows: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """`firstparty.json`; `schema` counts the schema versions, `made_at` is RFC 3339."""

    format: str
    version: int
    schema: int
    made_at: str
    vault_id: str
    tables: dict[str, Table]


class ArchiveError(FirstpartyError):
    code = "archive-damaged"


class VaultNotEmptyError(FirstpartyError):
    code = "vault-not-empty"


class _Bytes(msgspec.Struct, frozen=True):
    hex: str


_row = msgspec.json.Decoder(list[str | int | float | _Bytes | None]).decode


def export(vault: Vault, target: Path) -> Manifest:
    """Write the archive of `vault` to `target` in one step; the log has it before the file appears under its name."""
    staged = target.with_name(f".{target.name}.new")
    try:
        descriptor = os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, files.PRIVATE_FILE)
        with os.fdopen(descriptor, "wb") as stream:
            manifest = _write(vault, stream)
            stream.flush()
            os.fsync(stream.fileno())
        with vault.transaction():
            vault.log("archive.exported", {"tables": {name: table.sha256 for name, table in manifest.tables.items()}})
        files.publish(staged, target)
    except OSError as error:
        raise files.written_badly(error, target) from None
    finally:
        staged.unlink(missing_ok=True)
    return manifest


def _write(vault: Vault, stream: IO[bytes]) -> Manifest:
    connection = vault.connection
    connection.execute("BEGIN")  # one snapshot for all tables
    try:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
            tables = {name: _write_table(vault, archive, name) for name in dump.tables(connection)}
            schema = migrations.version_of(connection)
            manifest = Manifest(FORMAT, VERSION, schema, stamp(vault.now), vault.keyring.vault_id, tables)
            archive.writestr(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=2))
    finally:
        connection.execute("COMMIT")
    return manifest


def _write_table(vault: Vault, archive: zipfile.ZipFile, name: str) -> Table:
    digest, count = hashlib.sha256(), 0
    with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as out:
        for row in dump.rows(vault.connection, name):
            plain = [_Bytes(value.hex()) if isinstance(value, bytes) else value for value in row]
            line = msgspec.json.encode(plain) + b"\n"
            digest.update(line)
            out.write(line)
            count += 1
    return Table(tuple(dump.columns(vault.connection, name)), count, digest.hexdigest())


def is_archive(path: str) -> bool:
    """Whether this file is one of ours, by content."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist() and _manifest(archive).format == FORMAT
    except (*UNREADABLE, FirstpartyError):
        return False


def bring(vault: Vault, path: Path) -> Manifest:
    """Fill the empty `vault` from an archive, in one transaction; raises and changes nothing when anything is off."""
    if not dump.is_empty(vault.connection):
        raise VaultNotEmptyError(
            "an archive can only be brought into an empty vault", hint="make one with `firstparty init --home FOLDER`"
        )
    try:
        with zipfile.ZipFile(path) as archive, transaction(vault.connection):
            manifest = _manifest(archive)
            _check(vault, manifest)
            dump.begin_load(vault.connection)
            for name, table in manifest.tables.items():
                dump.load(vault.connection, name, _read_table(archive, name, table))
            dump.finish_load(vault.connection)
            vault.log("archive.brought", {"from": manifest.vault_id, "made_at": manifest.made_at})
            vault.sign()
    except (IntegrityError, OverflowError, UnicodeEncodeError):
        raise ArchiveError(f"rows of `{path}` contradict each other, or this vault", hint=_FETCH) from None
    except UNREADABLE as error:
        raise ArchiveError(f"`{path}` cannot be read as an archive: {str(error).lower()}") from None
    return manifest


def _check(vault: Vault, manifest: Manifest) -> None:
    schema = migrations.version_of(vault.connection)
    if manifest.version > VERSION or manifest.schema > schema:
        raise FirstpartyError(
            "this archive was written by a newer firstparty", hint="upgrade firstparty first", code="newer-vault"
        )
    if manifest.schema != schema:
        raise ArchiveError(f"this archive has schema {manifest.schema}, this vault {schema}")
    for name in dump.tables(vault.connection):
        table = manifest.tables.get(name)
        if table is None or list(table.columns) != dump.columns(vault.connection, name):
            raise ArchiveError(f"the table `{name}` of the archive is missing or has other columns")
    if set(manifest.tables) - set(dump.tables(vault.connection)):
        raise ArchiveError("the archive has tables that no vault has")


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    try:
        with archive.open(MANIFEST) as stream:
            return msgspec.json.decode(stream.read(MAX_MANIFEST_BYTES), type=Manifest)
    except (KeyError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise ArchiveError(f"the archive has no readable `{MANIFEST}`") from None


def _read_table(archive: zipfile.ZipFile, name: str, table: Table) -> Iterator[list[dump.Value]]:
    """The rows of a table; raises at its end when they are not what the manifest says."""
    digest, count = hashlib.sha256(), 0
    try:
        stream = archive.open(f"tables/{name}.jsonl")
    except KeyError:
        raise ArchiveError(f"the archive has no table `{name}`") from None
    with stream:
        while line := stream.readline(MAX_LINE_BYTES):
            digest.update(line)
            count += 1
            try:
                yield [bytes.fromhex(value.hex) if isinstance(value, _Bytes) else value for value in _row(line)]
            except (msgspec.MsgspecError, ValueError, RecursionError):
                raise ArchiveError(f"row {count} of `{name}` is damaged") from None
    if count != table.rows or digest.hexdigest() != table.sha256:
        raise ArchiveError(f"the table `{name}` is not what the archive's own list says", hint=_FETCH)
