"""The owner's choice of terms in the vault: versions that are only ever added, and what holds for a vendor.

Each change is a new version with its whole JSON and a leaf in the audit log, in one transaction. A choice equal to the
present one makes no version. Taking a change back makes a new version, equal to the one before.

Overrides name a vendor by the key that recognition gives it, which survives renaming, later imports, and undoing an
import and doing it again. A merge or split loses none. Behind its own statements a vendor has those of the vendors that
it came from: of one that is no more and something of which it holds, since that became part of it; and of one that is
still there and nothing but parts of which it holds, since it was split off. What counts as held by a vendor is what it
held when it was last chosen for, and what came to it as new since then; what a merge brought in later takes no
override along when it is split off again, for it may have been merged by mistake.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from terms.choice import NOTHING_CHOSEN, Choice
from terms.effective import Effective, SecondParty, effective
from terms.errors import FirstpartyError, UsageError
from terms.nearest import hint
from terms.phrases import phrase
from vault import ids
from vault.relationships.categories import TREE, is_category
from vault.session import Vault
from vault.store import choices as store
from vault.store import vendors as vendor_store
from vault.store.audit import OWN_LOG
from vault.store.connection import Connection, DatabaseDamagedError
from vault.store.vendors import VendorRow
from vault.times import stamp

# A sentence on why; not a place for documents.
MAX_NOTE = 200


class Version(msgspec.Struct, frozen=True):
    """One version of the choice. Number 0 is before anything was chosen; `at` is RFC 3339."""

    number: int
    at: str
    note: str
    choice: Choice


NOTHING_YET = Version(0, "", "", NOTHING_CHOSEN)


class NoVersionError(FirstpartyError):
    code = "no-version"


def present(connection: Connection) -> Version:
    """The version that holds now; number 0 while nothing was chosen."""
    row = store.latest(connection)
    return _version(row) if row else NOTHING_YET


def versions(connection: Connection) -> list[Version]:
    """Every version, oldest first."""
    return [_version(row) for row in store.versions(connection)]


def version(connection: Connection, number: int) -> Version:
    """One version; 0 is before anything was chosen."""
    row = store.version(connection, number) if 0 <= number <= ids.MAX else None
    if row is not None:
        return _version(row)
    last = present(connection).number
    if number == 0:
        return NOTHING_YET
    known = f"versions go from 1 to {last}" if last else "nothing was chosen yet"
    raise NoVersionError(phrase("there is no version %(number)s of your choice", number=str(number)[:20]), hint=known)


def choose(vault: Vault, choice: Choice, *, note: str = "") -> Version | None:
    """Make `choice` the present one; gives its version, or None where it is the present one already."""
    before = present(vault.connection)
    if choice == before.choice:
        return None
    noted = _note(note)
    _refuse_unknown(vault.connection, choice)
    number, encoded = before.number + 1, msgspec.json.encode(choice.to_json(), order="deterministic").decode()
    with vault.transaction():
        leaf = vault.log(store.EVENT, {"version": number, "choice_sha256": store.digest_of(encoded)})
        row = store.VersionRow(number, stamp(vault.now), noted, encoded, OWN_LOG, leaf)
        store.add(vault.connection, row)
        stated_before = dict(before.choice.vendors)
        for key, stated in choice.vendors:
            if stated != stated_before.get(key):
                store.name_vendor(vault.connection, key)
    return _version(row)


def undo(vault: Vault, *, note: str = "") -> Version:
    """A new version equal to the one before the present one. Undoing twice takes the undoing back."""
    last = present(vault.connection)
    if not last.number:
        raise NoVersionError(phrase("there is nothing to take back"), hint=phrase("nothing was chosen yet"))
    before = version(vault.connection, last.number - 1)
    made = choose(vault, before.choice, note=note or f"takes version {last.number} back")
    assert made is not None  # neighbours differ: an equal choice makes no version
    return made


def names(connection: Connection) -> dict[str, str]:
    """The names of all vendors that a choice may name, by key: those of today, and those named before."""
    return {**{row.key: row.name for row in store.chosen_vendors(connection)}, **_present_names(connection)}


def effective_for(connection: Connection, vendor: VendorRow | None) -> Effective:
    """What the present choice comes to for a vendor, or for one that the vault does not know."""
    row = store.latest(connection)
    party = None if vendor is None else second_party(connection, vendor)
    return _effective(row, party, vendor.category if vendor else "")


# What a version comes to is the same each time; which version holds is read each time.
@lru_cache(maxsize=512)
def _effective(row: store.VersionRow | None, party: SecondParty | None, category: str) -> Effective:
    return effective(_version(row).choice if row else NOTHING_CHOSEN, party, category)


def second_party(connection: Connection, vendor: VendorRow) -> SecondParty:
    """The vendor as the choice sees it, with the vendors that it came from."""
    chosen = [row for row in store.chosen_vendors(connection) if row.key != vendor.key]
    if not chosen:
        return SecondParty(vendor.key, vendor.name)
    holds, there = store.held_by(connection, vendor.id), _present_names(connection)
    # A brand's first domain is lent to every vendor of the brand: it says where one comes from only if nothing else does.
    own = frozenset(one for one in holds if not one.startswith("domain:")) or holds
    formerly = [
        (row.key, row.name) for row in chosen if (own and own <= row.held if row.key in there else holds & row.held)
    ]
    return SecondParty(vendor.key, vendor.name, tuple(formerly))


def check_category(category: str) -> None:
    """Refuses what is no category of vendors, naming the nearest."""
    if not is_category(category):
        tops = ", ".join(name for name in TREE if "." not in name)
        raise UsageError(
            phrase("`%(category)s` is not a category", category=category[:40]),
            hint=hint(category, TREE, phrase("they begin with: %(tops)s", tops=tops)),
        )


def _version(row: store.VersionRow) -> Version:
    try:
        choice = Choice.from_json(msgspec.json.decode(row.choice))
    except (msgspec.MsgspecError, FirstpartyError):
        # It was checked when it was written, so it was written by something else.
        raise DatabaseDamagedError(
            phrase("version %(number)s of your choice is damaged", number=row.number),
            hint=phrase("put the vault back from a backup"),
        ) from None
    return Version(row.number, row.at, row.note, choice)


def _present_names(connection: Connection) -> dict[str, str]:
    return {row.key: row.name for row in vendor_store.vendors(connection)}


def _note(written: str) -> str:
    note = " ".join(written.split())
    if len(note) > MAX_NOTE or not note.isprintable():
        raise UsageError(
            phrase("`%(note)s` is no note", note=note[:40]),
            hint=phrase("write at most %(max_note)s printable characters", max_note=MAX_NOTE),
        )
    return note


def _refuse_unknown(connection: Connection, choice: Choice) -> None:
    """A category or vendor that does not exist would never count, and nobody would notice."""
    for category, _ in choice.categories:
        check_category(category)
    known = names(connection)
    for key, _ in choice.vendors:
        if key not in known:
            where = hint(key, known, phrase("see `firstparty vendors`"))
            raise FirstpartyError(phrase("there is no vendor `%(key)s`", key=key[:60]), hint=where, code="not-found")
