"""The vendor's side of an agreement, as a program of its own: it shares nothing with a vault but files and the standard.

    python examples/vendor_party.py keys shop --client-id https://shop.example/client.json --name "Example Shop"
    python examples/vendor_party.py answer shop proffer.json --accept --out answer.json
    python examples/vendor_party.py receive shop confirmation.json
    python examples/vendor_party.py event shop agr_… terminated --because "we close" --out end.json
    python examples/vendor_party.py history shop agr_…

`keys` makes the vendor's key (`shop/private.key`) and its client document (`shop/CLIENT.json`), which belongs at the client
id. `answer` takes a proffer, or a history, and answers it; `receive` takes what the person has signed since. Everything
signed is appended to the agreement's history in `shop/agreements`; both parties hold the same bytes.

A file that is refused ends with exit code 1 and its code on standard error. If it names an agreement that is known here, the
failed attempt is recorded in the history, signed: give the history to the person, so that the records stay the same.

`FIRSTPARTY_NOW` (a day, or a time such as 2026-03-31T12:00:00Z) sets the clock, for trying things out.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terms import agreement as life
from terms import signing
from terms.agreement import HISTORY_FORMAT, History, Known
from terms.lifecycle import Party
from terms.proof import jcs, jws, keys
from terms.record import Kind, Terms, terms_hash
from terms.refusals import Refused
from terms.roster import roster
from terms.signing import Signer

PRIVATE_KEY, CLIENT, AGREEMENTS = "private.key", "CLIENT.json", "agreements"
KEY_NAME = "k1"
# As records have it; also safe as the name of a file.
_ID = re.compile(r"[A-Za-z0-9_-]{22,128}")
# Far above any history of one agreement; a larger file is somebody's mistake.
MAX_FILE_BYTES = 4 * 1024 * 1024


def now() -> datetime:
    written = os.environ.get("FIRSTPARTY_NOW")
    if not written:
        return datetime.now(UTC)  # noqa: TID251
    # A day means its noon, as on the person's side.
    return datetime.fromisoformat(written if "T" in written else f"{written}T12:00:00+00:00")


class Shop:
    """A folder with the vendor's key, its client document and the histories of its agreements."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex((folder / PRIVATE_KEY).read_text()))
        self.url = str(json.loads((folder / CLIENT).read_text())["client_id"])
        key = keys.registered(f"{self.url}#{KEY_NAME}", self._private.public_key().public_bytes_raw())
        self.signer = Signer(key.id, self._private.sign)
        self._keys = keys.KeyHistory(self.url).added(key, keys.ALWAYS.since)

    def known(self) -> Known:
        """Today's roster, and the terms under which there are agreements already."""
        listed = {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster()}
        stale = frozenset(id for one in roster("") for id in one.old_ids)
        return Known(listed, self._keys, stale)

    def path(self, id: str) -> Path:
        return self.folder / AGREEMENTS / f"{id}.json"

    def history(self, id: str) -> History:
        if not _ID.fullmatch(id) or not self.path(id).exists():
            raise Refused("wrong-agreement", "there is no such agreement here")
        return life.replayed(entries_of(self.path(id).read_bytes()), self.known())

    def keep(self, history: History) -> None:
        path = self.path(history.agreement.id)
        path.parent.mkdir(exist_ok=True)
        staged = path.with_suffix(".new")
        staged.write_bytes(history.encoded())
        staged.replace(path)

    def take(self, raw: bytes) -> History:
        """One signed thing into its history; `Refused` if it does not belong there, after recording that it came."""
        id = named(raw)
        if not self.path(id).exists():
            history = life.began(raw, self.known(), now=now())
        else:
            admission = signing.admitted(self.history(id), raw, self.known(), self.signer, now=now())
            history = admission.history
            if admission.refusal is not None:
                self.keep(history)
                raise admission.refusal
        self.keep(history)
        return history

    def make(self, history: History, raw: bytes) -> bytes:
        self.keep(life.received(history, raw, self.known(), now=now()))
        return raw


def named(raw: bytes) -> str:
    """The id of the agreement that a signed thing names; its form is safe as a file name."""
    body = jws.parse(raw).value
    id = body.get("agreement") if isinstance(body, dict) else None
    if not isinstance(id, str) or not _ID.fullmatch(id):
        raise Refused("bad-field", "it names no agreement")
    return id


def entries_of(raw: bytes) -> list[bytes]:
    """The signed things in a file: those of a history, or the one that it is."""
    value = jcs.parse(raw)
    if not isinstance(value, dict) or value.get("format") != HISTORY_FORMAT:
        return [raw]
    entries = value.get("entries")
    return [jcs.canonical(entry) for entry in entries] if isinstance(entries, list) else []


def received(shop: Shop, file: Path) -> History | None:
    """Everything in the file that is not held yet; gives the history of the last of it."""
    with file.open("rb") as stream:
        content = stream.read(MAX_FILE_BYTES)
    entries = entries_of(content)
    if is_fork(shop, entries):
        return adopted(shop, entries)
    history = None
    for raw in entries:
        path = shop.path(named(raw))
        held = shop.history(path.stem) if path.exists() else None
        is_new = held is None or all(entry.raw != raw for entry in held.entries)
        history = shop.take(raw) if is_new or held is None else held
    return history


def common(ours: History, theirs: list[bytes]) -> int:
    """How many entries two histories have in common, from the first."""
    pairs = zip((entry.raw for entry in ours.entries), theirs, strict=False)
    return next(
        (place for place, (one, other) in enumerate(pairs) if one != other), min(len(ours.entries), len(theirs))
    )


def is_fork(shop: Shop, theirs: list[bytes]) -> bool:
    """Whether both sides have gone on from the same entry, each without having received the other's next."""
    if len(theirs) < 2 or not shop.path(named(theirs[0])).exists():
        return False
    ours = shop.history(named(theirs[0]))
    return common(ours, theirs) < min(len(ours.entries), len(theirs))


def adopted(shop: Shop, theirs: list[bytes]) -> History:
    """The person's history in the place of ours: the order in which the vault takes things counts. Only our own steps may be
    dropped by it, which the person has refused and recorded; what we held is kept beside it."""
    ours = shop.history(named(theirs[0]))
    dropped = ours.entries[common(ours, theirs) :]
    if any(entry.by is Party.FIRST for entry in dropped):
        raise Refused("wrong-place", "the person's history lacks something that the person has signed")
    history = life.replayed(theirs, shop.known())
    path = shop.path(ours.agreement.id)
    path.with_suffix(f".{ours.head[-8:]}.dropped").write_bytes(ours.encoded())
    shop.keep(history)
    print(
        f"{len(dropped)} steps that the person has not taken are dropped; sign again what still fits", file=sys.stderr
    )
    return history


def answered(shop: Shop, arguments: argparse.Namespace) -> bytes:
    history = received(shop, arguments.file)
    if history is None:
        raise Refused("missing-field", "there is nothing to answer")
    if arguments.accept:
        return shop.make(history, signing.accepted(history, shop.signer, at=now()))
    if arguments.counter:
        return shop.make(history, countered(shop, history, arguments.counter))
    details: dict[str, jcs.JsonValue] = {"reason": arguments.because}
    return shop.make(history, signing.event(history, Kind.REFUSED, shop.signer, at=now(), details=details))


def countered(shop: Shop, history: History, id: str) -> bytes:
    offer, listed = history.agreement, shop.known().roster.get(id)
    if listed is None:
        raise Refused("off-roster")
    return signing.countered(
        history, listed, shop.signer, at=now(), answer_by=offer.answer_by, valid_until=offer.valid_until
    )


def said(shop: Shop, arguments: argparse.Namespace) -> bytes:
    kind, details = Kind(arguments.kind), dict[str, jcs.JsonValue]()
    if kind in (Kind.WITHDRAWN, Kind.TERMINATED):
        details = {"reason": arguments.because}
    if kind is Kind.VIOLATED:
        details = {"claim": arguments.because, "clause": arguments.clause, "evidence": []}
    history = shop.history(arguments.id)
    return shop.make(history, signing.event(history, kind, shop.signer, at=now(), details=details))


def make_keys(folder: Path, client_id: str, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    private = Ed25519PrivateKey.generate()
    descriptor = os.open(folder / PRIVATE_KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(private.private_bytes_raw().hex())
    key = keys.registered(f"{client_id}#{KEY_NAME}", private.public_key().public_bytes_raw())
    document = {"client_id": client_id, "client_name": name, "jwks": {"keys": [keys.jwk_of(key)]}}
    (folder / CLIENT).write_text(json.dumps(document, indent=2) + "\n")


def written(raw: bytes, out: Path | None) -> None:
    if out:
        out.write_bytes(raw)
    else:
        # No byte added: what is signed has one form.
        sys.stdout.write(raw.decode())


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("keys", help="make a key and the client document")
    make.add_argument("folder", type=Path)
    make.add_argument("--client-id", default="https://shop.example/client.json")
    make.add_argument("--name", default="Example Shop")
    answer = commands.add_parser("answer", help="answer a proffer")
    answer.add_argument("folder", type=Path)
    answer.add_argument("file", type=Path)
    ways = answer.add_mutually_exclusive_group(required=True)
    ways.add_argument("--accept", action="store_true")
    ways.add_argument("--counter", metavar="ID", help="offer this agreement of the roster instead")
    ways.add_argument("--refuse", action="store_true")
    receive = commands.add_parser("receive", help="take what the person has signed")
    receive.add_argument("folder", type=Path)
    receive.add_argument("file", type=Path)
    event = commands.add_parser("event", help="sign an event")
    event.add_argument("folder", type=Path)
    event.add_argument("id")
    event.add_argument("kind", choices=["confirmed", "withdrawn", "terminated", "violated", "expired"])
    event.add_argument("--clause", default="", help="the clause that was violated")
    history = commands.add_parser("history", help="print the whole history of an agreement")
    history.add_argument("folder", type=Path)
    history.add_argument("id")
    for command in (answer, event):
        command.add_argument("--because", default="", metavar="TEXT")
    for command in (answer, event, history):
        command.add_argument("--out", type=Path, metavar="FILE")
    return parser.parse_args()


def main() -> int:
    arguments = parsed()
    if arguments.command == "keys":
        make_keys(arguments.folder, arguments.client_id, arguments.name)
        return 0
    shop = Shop(arguments.folder)
    try:
        if arguments.command == "receive":
            received(shop, arguments.file)
        elif arguments.command == "history":
            written(shop.history(arguments.id).encoded(), arguments.out)
        else:
            written((answered if arguments.command == "answer" else said)(shop, arguments), arguments.out)
    except Refused as refusal:
        print(f"refused ({refusal.code}): {refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
