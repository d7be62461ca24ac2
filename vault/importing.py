"""One import: a batch that is written whole or not at all, and can be undone.

    begin → (file: findings and problems, in order)* → commit | roll back

Everything happens in one transaction, relationships derived anew and audit leaf included. A preview does exactly the
same and rolls back, so that it cannot differ from the import. What a file gave before it broke off stands, with its problem
beside it: a half-readable file is better half read and said so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids
from vault.deriving import derive
from vault.findings import Finding, FoundAccount, FoundCharge, Problem
from vault.fingerprints import Fingerprinter, masked
from vault.keyring import Keys
from vault.pending import PendingCharges
from vault.store import audit, contracts, entries, intake, payees, settings
from vault.store.connection import Connection, transaction
from vault.times import stamp

# A bulk of more charges than a household has in ten years is stored first and analysed when the vault is next opened:
# what was brought is then safe early. Every import that a person makes is analysed at once.
MAX_DERIVED_AT_ONCE = 25_000
# Ids are reserved for a file's charges as it begins; the block grows with what is found.
_KINDS = ("charge", "account")


class FileReport(msgspec.Struct, frozen=True):
    """What became of one file; counts by kind."""

    path: str
    connector: str | None
    found: dict[str, int]
    added: dict[str, int]
    already_there: dict[str, int]
    problems: tuple[Problem, ...]


class ImportReport(msgspec.Struct, frozen=True):
    """`batch_id` is none for a preview."""

    batch_id: str | None
    files: tuple[FileReport, ...]
    added: dict[str, int]
    problems: int


class Importing:
    """An import in progress; the transaction is open from construction until `commit` or `roll_back`."""

    def __init__(self, connection: Connection, keys: Keys, now: datetime) -> None:
        self._connection, self._keys, self._now = connection, keys, now
        # A part of the analysis, which those need not have who only ask what was imported.
        from vault.payee_register import PayeeRegister

        connection.execute("BEGIN IMMEDIATE")
        self._batch = ids.first_of_block(now, after=intake.largest_id(connection, "batch"))
        intake.add_batch(connection, self._batch, stamp(now))
        self._fingerprint_key = settings.fingerprint_key(connection)
        self._files: list[FileReport] = []
        self._added: Counter[str] = Counter()
        self._bank_accounts = intake.bank_accounts(connection)
        self._known_banks = len(self._bank_accounts)
        self._account_keys = intake.account_keys(connection)
        self._payees = PayeeRegister(
            connection, now, self._bank_accounts.keys(), Fingerprinter(self._fingerprint_key, "")
        )
        self._put_off = intake.begin_bulk(connection)
        self._pending, self._saw_pending = PendingCharges(connection), False
        self._file: _OpenFile | None = None
        self._first_charge = self._next_charge = ids.first_of_block(now, after=intake.largest_id(connection, "charge"))

    def begin_file(self, path: str, connector: str) -> None:
        assert self._file is None
        if self._saw_pending:
            self._pending, self._saw_pending = PendingCharges(self._connection), False
        number = ids.first_of_block(self._now, after=intake.largest_id(self._connection, "file"))
        intake.add_file(self._connection, number, self._batch, path)
        fingerprints = Fingerprinter(self._fingerprint_key, connector)
        self._file = _OpenFile(number, path, fingerprints, self._next_charge)

    def add(self, findings: Sequence[Finding]) -> None:
        """Store what is not there yet."""
        file = self._open()
        charges = [finding for finding in findings if type(finding) is FoundCharge]
        if charges:
            self._add_charges(file, charges)
        accounts = [finding for finding in findings if type(finding) is FoundAccount]
        if accounts:
            self._add_accounts(file, accounts)

    def add_problem(self, problem: Problem) -> None:
        file = self._open()
        file.problems.append(problem)
        intake.add_problem(self._connection, file.number, problem.where, problem.code, problem.message)

    def end_file(self, *, connector: str | None, sha256: str, size: int) -> FileReport:
        file = self._open()
        already = file.found - file.added
        counts = [{kind: count[kind] for kind in _KINDS if count[kind]} for count in (file.found, file.added, already)]
        intake.finish_file(
            self._connection,
            file.number,
            connector=connector,
            sha256=bytes.fromhex(sha256),
            size=size,
            counts=counts,
            charges=(file.first_charge, self._next_charge - 1),
        )
        intake.extend_coverage(self._connection, file.last_days)
        found, added, there = counts
        report = FileReport(file.path, connector, found, added, there, tuple(file.problems))
        self._files.append(report)
        self._added.update(file.added)
        self._file = None
        return report

    def drop_file(self) -> None:
        """Forget the file that began and gave nothing: it will be read again."""
        intake.drop_file(self._connection, self._open().number)
        self._file = None

    def commit(self) -> ImportReport:
        """Derive, write the audit leaf, and make all of it durable."""
        added = self._finish()
        leaf = audit.append(
            self._connection,
            "import.committed",
            {"batch": ids.text("batch", self._batch), "files": len(self._files), "added": added},
            at=stamp(self._now),
        )
        problems = sum(len(file.problems) for file in self._files)
        intake.finish_batch(self._connection, self._batch, leaf=leaf, added=added, problems=problems)
        signer = self._keys.signer
        audit.checkpoint(self._connection, public=signer.public, sign=signer.sign)
        self._connection.execute("COMMIT")
        return ImportReport(ids.text("batch", self._batch), tuple(self._files), added, problems)

    def preview(self) -> ImportReport:
        """What `commit` would report, without a trace."""
        added = self._finish()
        self.roll_back()
        return ImportReport(None, tuple(self._files), added, sum(len(file.problems) for file in self._files))

    def roll_back(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def remembered_mappings(self) -> dict[str, dict[str, str]]:
        """The owner's CSV mappings by the key of the header that they are for."""
        return intake.remembered_mappings(self._connection)

    def remember_mapping(self, fingerprint: str, mapping: dict[str, str]) -> None:
        intake.remember_mapping(self._connection, fingerprint, mapping, stamp(self._now))

    # --- inside -----------------------------------------------------------------------------------------------------

    def _open(self) -> _OpenFile:
        assert self._file is not None, "no file has begun"
        return self._file

    def _end_bulk(self) -> None:
        intake.end_bulk(self._connection, self._put_off)
        self._put_off = []

    def _finish(self) -> dict[str, int]:
        self._end_bulk()
        if self._next_charge > self._first_charge:
            block = self._first_charge, self._next_charge - 1
            intake.index_charges(self._connection, *block)
            payees.mark_stale(self._connection, *block)
        if len(self._bank_accounts) > self._known_banks:
            self._payees.recognise_own_transfers()
        at_once = self._added["charge"] <= MAX_DERIVED_AT_ONCE
        derived = derive(self._connection, self._now) if at_once else Counter[str]()
        return {kind: count for kind, count in (self._added + derived).items() if count}

    def _add_charges(self, file: _OpenFile, charges: list[FoundCharge]) -> None:
        fingerprint, payee_of, days = file.fingerprints.charge, self._payees.payee_of, file.days
        number, rows = self._next_charge, []
        written, key, bank_account = None, b"", 0
        for charge in charges:
            if charge.bank_account != written:
                written = charge.bank_account
                key, bank_account = self._bank_account(file, written)
            mark = fingerprint(charge, key)
            day = days.get(charge.booked) or days.setdefault(charge.booked, charge.booked.isoformat())
            if day > file.last_days.get(bank_account, ""):
                file.last_days[bank_account] = day
            if charge.pending:
                self._saw_pending = True
            if self._pending and self._pending.takes(charge, bank_account, mark):
                continue
            rows.append(
                (
                    number,
                    bytearray(mark),
                    file.number,
                    day,
                    (days.get(charge.value_on) or charge.value_on.isoformat()) if charge.value_on else "",
                    charge.minor,
                    charge.currency,
                    charge.counterparty,
                    charge.purpose,
                    charge.own_id,
                    bank_account,
                    charge.counterparty_account,
                    charge.creditor_id,
                    charge.mandate,
                    int(charge.pending),
                    payee_of(charge),
                )
            )
            number += 1
        self._next_charge = number
        file.found["charge"] += len(charges)
        file.added["charge"] += intake.add_charges(self._connection, rows)
        if self._put_off and number - self._first_charge > intake.BULK_CHARGES:
            self._end_bulk()

    def _bank_account(self, file: _OpenFile, written: str) -> tuple[bytes, int]:
        cached = file.bank_accounts.get(written)
        if cached is None:
            key = file.fingerprints.bank_account(written)
            if key not in self._bank_accounts:
                largest = intake.largest_id(self._connection, "bank_account")
                number = ids.first_of_block(self._now, after=largest)
                intake.add_bank_account(self._connection, number, key, masked(written))
                self._bank_accounts[key] = number
            cached = file.bank_accounts[written] = (key, self._bank_accounts[key])
        return cached

    def _add_accounts(self, file: _OpenFile, accounts: list[FoundAccount]) -> None:
        own_keys, content_keys = self._account_keys
        number = ids.first_of_block(self._now, after=intake.largest_id(self._connection, "account"))
        rows: list[tuple[object, ...]] = []
        for account in accounts:
            own, content = file.fingerprints.account(account)
            if own in own_keys or content in content_keys:
                continue
            content_keys.add(content)
            if own:
                own_keys.add(own)
            times = [stamp(when) if when else None for when in (account.opened, account.changed, account.last_used)]
            urls = msgspec.json.encode(account.urls).decode()
            title, username = account.title, account.username
            rows.append(
                (number + len(rows), own, content, file.number, title, username, urls, account.own_id, *times,
                 stamp(self._now))
            )  # fmt: skip
            entries.put(
                self._connection,
                entries.Entry(number + len(rows) - 1, "account", None, (times[0] or "")[:10], title,
                              " ".join((username, *account.urls))),
            )  # fmt: skip
        intake.add_accounts(self._connection, rows)
        file.found["account"] += len(accounts)
        file.added["account"] += len(rows)


class UndoReport(msgspec.Struct, frozen=True):
    """What an undo took away, by kind, and what it left because the owner has edited it since."""

    removed: dict[str, int]
    kept: tuple[Kept, ...]


class Kept(msgspec.Struct, frozen=True):
    id: str
    why: str


class BatchError(FirstpartyError):
    code = "no-such-batch"


def undo(connection: Connection, keys: Keys, batch: int, now: datetime) -> UndoReport:
    """Take a batch back in one transaction: all that it added and nobody edited since, and what followed from that."""
    with transaction(connection):
        known = next((one for one in intake.batches(connection) if one.id == batch), None)
        if known is None:
            raise BatchError(phrase("there is no such import"), hint=phrase("see `firstparty imports`"))
        if known.undone_at:
            raise BatchError(
                phrase("that import was undone already, at %(undone_at)s", undone_at=known.undone_at),
                code="already-undone",
            )
        bare = set(contracts.kept_without_charges(connection))
        removed, edited = intake.remove_batch(connection, batch, stamp(now))
        if intake.remove_unused_bank_accounts(connection):
            # Transfers to such an account are payments again, as far as anybody knows now.
            identify_payees_anew(connection, now)
        derived = derive(connection, now)
        removed |= {kind: -count for kind, count in derived.items() if count < 0}
        kept = [Kept(ids.text(kind, number), "edited since") for kind, number in edited]
        kept += [
            Kept(ids.text("contract", number), "you have confirmed or changed it")
            for number in contracts.kept_without_charges(connection)
            if number not in bare
        ]
        report = UndoReport(removed, tuple(kept))
        body = {"batch": ids.text("batch", batch), "removed": removed, "kept": len(kept)}
        audit.append(connection, "import.undone", body, at=stamp(now))
        audit.checkpoint(connection, public=keys.signer.public, sign=keys.signer.sign)
    return report


def identify_payees_anew(connection: Connection, now: datetime) -> None:
    """Identify every payee again, where what is the owner's own has changed; to be followed by `derive`."""
    from vault.payee_register import PayeeRegister

    fingerprints = Fingerprinter(settings.fingerprint_key(connection), "")
    PayeeRegister(connection, now, intake.bank_accounts(connection).keys(), fingerprints).identify_anew()


class _OpenFile:
    """Counts of the file that is being read."""

    def __init__(self, number: int, path: str, fingerprints: Fingerprinter, first_charge: int) -> None:
        self.number, self.path, self.fingerprints, self.first_charge = number, path, fingerprints, first_charge
        self.found: Counter[str] = Counter()
        self.added: Counter[str] = Counter()
        self.problems: list[Problem] = []
        self.last_days: dict[int, str] = {}
        self.bank_accounts: dict[str, tuple[bytes, int]] = {}
        self.days: dict[date, str] = {}
