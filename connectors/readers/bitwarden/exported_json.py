"""Bitwarden's JSON export: log-ins only, in the plain and the password-protected form.

Cards, identities, notes and keys are other types of item and are passed over; custom fields, notes and password
history are never decoded. Entries in the bin are left out. An entry that cannot be read is a problem of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from connectors.account_entries import entry
from connectors.frame import ReadError, Source
from connectors.readers.bitwarden import sealed
from terms.phrases import phrase
from vault.findings import FoundAccount, Problem

# Thousands of entries with long notes are some megabytes; the export is held in memory, encrypted ones twice.
MAX_JSON_BYTES = 64 * 1024 * 1024
# An organisation's vault has tens of thousands of items.
MAX_ITEMS = 200_000
_LOGIN = 1


class _Uri(msgspec.Struct):
    uri: str | None = None


class _Login(msgspec.Struct):
    username: str | None = None
    password: str | None = None
    totp: str | None = None
    uris: list[_Uri | None] | None = None


class _Item(msgspec.Struct, rename="camel"):
    type: int = 0
    id: str | None = None
    name: str | None = None
    login: _Login | None = None
    creation_date: str | None = None
    revision_date: str | None = None
    deleted_date: str | None = None


class _Export(msgspec.Struct, rename="camel"):
    encrypted: bool = False
    password_protected: bool = False
    items: list[msgspec.Raw] | None = None


_export = msgspec.json.Decoder(_Export)
_envelope = msgspec.json.Decoder(sealed.Envelope)
_item = msgspec.json.Decoder(_Item)


def read(source: Source) -> Iterator[FoundAccount | Problem]:
    content = _content(source)
    export = _decode(content)
    if export.encrypted:
        content = _unsealed(export, content, source.passphrase)
        export = _decode(content)
    if export.items is None:
        raise _damaged("this export holds no entries")
    for number, raw in enumerate(export.items[:MAX_ITEMS], start=1):
        yield from _read_item(raw, number)
    if len(export.items) > MAX_ITEMS:
        yield Problem(
            "",
            "too-many-entries",
            str(phrase("only the first %(most_items)s entries were read", most_items=MAX_ITEMS)),
        )


def _content(source: Source) -> bytes:
    too_large = ReadError(phrase("this JSON file is too large for a password manager's export"), code="too-large")
    if source.size > MAX_JSON_BYTES:
        raise too_large
    pieces: list[bytes] = []
    while piece := source.stream.read(1 << 20):
        pieces.append(piece)
        if sum(map(len, pieces)) > MAX_JSON_BYTES:
            raise too_large
    return b"".join(pieces).removeprefix(b"\xef\xbb\xbf")


def _decode(content: bytes) -> _Export:
    """The outer form; raised outside the handler, so that no error of the decoder hangs on ours."""
    try:
        return _export.decode(content)
    except (msgspec.DecodeError, ValueError, RecursionError):
        pass
    raise _damaged("this is not a whole Bitwarden export")


def _damaged(sentence: str) -> ReadError:
    return ReadError(sentence, hint=phrase("export it again"), code="damaged")


def _unsealed(export: _Export, content: bytes, passphrase: str) -> bytes:
    if not export.password_protected:
        raise ReadError(
            phrase("this export can be opened only by the Bitwarden account that made it"),
            hint=phrase("export again as `.json`, or as `.json (Encrypted)` with the type `Password protected`"),
            code="account-restricted",
        )
    try:
        envelope = _envelope.decode(content)
    except (msgspec.DecodeError, ValueError, RecursionError):
        envelope = None
    if envelope is None:
        raise _damaged("this protected export lacks what is needed to open it")
    return sealed.unseal(envelope, passphrase)


def _read_item(raw: msgspec.Raw, number: int) -> Iterator[FoundAccount | Problem]:
    try:
        item = _item.decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError):
        item = None
    if item is None:
        yield Problem(
            str(phrase("entry %(number)s", number=number)),
            "unreadable-entry",
            str(phrase("this entry is not built like an entry of Bitwarden")),
        )
    elif item.type == _LOGIN and item.deleted_date is None:
        found = _account(item, item.login or _Login())
        yield found or Problem(
            str(phrase("entry %(number)s", number=number)),
            "nameless-entry",
            str(phrase("this entry has neither a name nor an address")),
        )


def _account(item: _Item, login: _Login) -> FoundAccount | None:
    return entry(
        title=item.name,
        urls=[uri.uri for uri in login.uris or [] if uri and uri.uri],
        username=login.username,
        secrets=[login.password, login.totp],
        own_id=item.id,
        opened=item.creation_date,
        changed=item.revision_date,
    )
