"""Any life of a vault (imports, previews, undos, the owner's edits, openings) against a plain model of it.

The model knows nothing of the database: it holds which batch brought which charge or account, by the source's own id or
by content and occurrence, and what the owner said. After every step the vault holds the model's records, and what it
derived from them is what an empty vault derives from the same records.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.vault.conftest import NOW, PASSPHRASE, Made
from tests.vault.statements import (
    GIRO,
    SAVINGS,
    File,
    assert_sound,
    bring,
    contents,
    contracts,
    derived,
    fill,
    take_back,
)
from vault import keyring, owner, periods
from vault.findings import FoundAccount, FoundCharge
from vault.importing import ImportReport
from vault.session import Vault
from vault.store import entries
from vault.store import vendors as vendor_store

# --- what files hold ------------------------------------------------------------------------------------------------

# Names so unlike each other that each is a vendor of its own, with a word that only it has.
NAMES = {
    "Fitnesswerk Nordstadt": 2990,
    "Stadtwerke Musterstadt GmbH": 8000,
    "Zahnzusatz Rheinland": 1245,
    "Kaffeeroesterei Quast": 320,
}
WORDS = {"fitnesswerk": 0, "musterstadt": 1, "zahnzusatz": 2, "quast": 3}
MONTH = periods.parse("P1M")
BEGIN = date(2025, 4, 3)


class Run(NamedTuple):
    """Months `first` to `first + length` of one vendor, perhaps the last taken twice, perhaps under the source's ids."""

    name: str
    first: int
    length: int
    with_ids: bool
    twice: bool
    account: str

    def charges(self) -> list[FoundCharge]:
        found = [
            FoundCharge(
                periods.add(BEGIN, MONTH, number),
                -NAMES[self.name],
                "EUR",
                self.name,
                "Beitrag",
                own_id=f"ID{number}" if self.with_ids else "",
                bank_account=self.account,
            )
            for number in range(self.first, self.first + self.length)
        ]
        return found + found[-1:] if self.twice else found


class Login(NamedTuple):
    place: int
    user: int
    own: int

    def account(self) -> FoundAccount:
        url = f"https://portal{self.place}.example"
        return FoundAccount(f"Portal {self.place}", (url,), f"user{self.user}", f"E{self.own}" if self.own else "")


class Drawn(NamedTuple):
    """A file in few words."""

    connector: str
    runs: list[Run]
    logins: list[Login]

    def file(self) -> File:
        charges = [one for run in self.runs for one in run.charges()]
        return File(f"{self.connector}.txt", [*charges, *(login.account() for login in self.logins)], self.connector)


numbers = st.integers
runs = st.builds(
    Run,
    st.sampled_from(sorted(NAMES)),
    numbers(0, 9),
    numbers(1, 8),
    st.booleans(),
    st.booleans(),
    st.sampled_from([GIRO, SAVINGS]),
)
logins = st.builds(Login, numbers(0, 2), numbers(0, 1), numbers(0, 3))
files = st.builds(
    Drawn,
    st.sampled_from(["camt", "ofx", "bitwarden"]),
    st.lists(runs, max_size=3),
    st.lists(logins, max_size=3),
)
batches = st.lists(files, min_size=1, max_size=2).map(list)

# --- the model ------------------------------------------------------------------------------------------------------

Key = tuple[object, ...]


class Model:
    """Which batch brought what. Nothing here is read from the vault."""

    def __init__(self) -> None:
        self.charges: dict[Key, tuple[str, FoundCharge]] = {}
        self.accounts: dict[Key, tuple[str, FoundAccount, Key]] = {}

    def add(self, batch: str, brought: list[File]) -> Counter[str]:
        added: Counter[str] = Counter()
        for file in brought:
            seen: Counter[Key] = Counter()
            for one in file.findings:
                if isinstance(one, FoundCharge):
                    added["charge"] += self._add_charge(batch, one, seen)
                else:
                    added["account"] += self._add_account(batch, file.connector, one, seen)
        return added

    def _add_charge(self, batch: str, one: FoundCharge, seen: Counter[Key]) -> bool:
        core: Key = (one.bank_account, one.booked, one.minor)
        content: Key = (*core, one.counterparty, one.purpose)
        if not one.own_id:
            seen[content] += 1
        key = ("id", one.own_id, *core) if one.own_id else ("content", seen[content], *content)
        # Under one id, another text in the same file is another charge; vendors here differ in their amounts.
        is_new = key not in self.charges
        self.charges.setdefault(key, (batch, one))
        return is_new

    def _add_account(self, batch: str, connector: str, one: FoundAccount, seen: Counter[Key]) -> bool:
        content: Key = (one.urls, one.username)
        seen[content] += 1
        content = (seen[content], *content)
        own: Key = (connector, one.own_id) if one.own_id else ("", *content)
        if own in self.accounts or any(content == other for _, _, other in self.accounts.values()):
            return False
        self.accounts[own] = (batch, one, content)
        return True

    def remove(self, batch: str) -> Counter[str]:
        before = Counter(charge=len(self.charges), account=len(self.accounts))
        self.charges = {key: held for key, held in self.charges.items() if held[0] != batch}
        self.accounts = {key: held for key, held in self.accounts.items() if held[0] != batch}
        return before - Counter(charge=len(self.charges), account=len(self.accounts))

    def files(self) -> list[File]:
        """What is there as two files; the accounts without their ids, which are unique within a source only."""
        charges = [one for _, one in self.charges.values()]
        listed = [msgspec.structs.replace(one, own_id="") for _, one, _ in self.accounts.values()]
        return [File("charges.xml", charges), File("accounts.json", listed, "bitwarden")]


def printed_charges(model: Model) -> Counter[Key]:
    return Counter(
        (str(one.booked), one.minor, one.counterparty, one.purpose, one.own_id) for _, one in model.charges.values()
    )


# --- the machine ----------------------------------------------------------------------------------------------------


class Templates:
    """Two empty vaults, made once."""

    made: Made
    reference: Made


class ImportLife(RuleBasedStateMachine):
    imported = Bundle("imported")

    @initialize()
    def start(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="import-life-"))
        self.made = self._copy(Templates.made, "vault")
        self.vault = self.made.open()
        self.model = Model()
        self.brought: dict[str, ImportReport] = {}
        # What the owner said of contracts by id, which must stay true.
        self.said: dict[int, dict[str, str]] = {}

    def _copy(self, made: Made, name: str) -> Made:
        home = self.folder / name
        shutil.copytree(made.home, home)
        return made._replace(home=home)

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            shutil.rmtree(self.folder)

    @rule(target=imported, drawn=batches)
    def bring_files(self, drawn: list[Drawn]) -> object:
        files = [one.file() for one in drawn]
        ids_before = self._ids()
        report = bring(self.vault, *files)
        assert report.batch_id
        expected = self.model.add(report.batch_id, files)
        assert {kind: report.added.get(kind, 0) for kind in ("charge", "account")} == {
            kind: expected[kind] for kind in ("charge", "account")
        }
        self.brought[report.batch_id] = report
        assert ids_before.items() <= self._ids().items(), "an import changed the id of a vendor"
        return report.batch_id

    @rule(drawn=batches)
    def bring_the_same_twice(self, drawn: list[Drawn]) -> None:
        files = [one.file() for one in drawn]
        report = bring(self.vault, *files)
        assert report.batch_id
        self.model.add(report.batch_id, files)
        again = bring(self.vault, *files)
        assert again.added == {}

    @rule(drawn=batches)
    def preview(self, drawn: list[Drawn]) -> None:
        files = [one.file() for one in drawn]
        before = contents(self.vault.connection)
        importing = self.vault.importing()
        fill(importing, files)
        report = importing.preview()
        assert report.batch_id is None
        assert contents(self.vault.connection) == before

    @rule(drawn=batches)
    def give_up_half_way(self, drawn: list[Drawn]) -> None:
        files = [one.file() for one in drawn]
        before = contents(self.vault.connection)
        importing = self.vault.importing()
        fill(importing, files)
        importing.roll_back()
        assert contents(self.vault.connection) == before

    @rule(target=imported, batch=st.one_of(imported))
    def undo(self, batch: str) -> object:
        report = self.brought.pop(batch, None)
        if report is None:
            return multiple()
        kept_before = {one.row.id for one in contracts(self.vault, dismissed=True) if not one.charges}
        undone = take_back(self.vault, report)
        expected = self.model.remove(batch)
        assert {kind: undone.removed.get(kind, 0) for kind in ("charge", "account")} == {
            kind: expected[kind] for kind in ("charge", "account")
        }
        kept = {one.row.id for one in contracts(self.vault, dismissed=True) if not one.charges} - kept_before
        assert len(undone.kept) == len(kept)
        assert kept <= self.said.keys()
        return multiple()

    @precondition(lambda self: contracts(self.vault))
    @rule(place=st.integers(0, 9), what=st.sampled_from(["confirm", "dismiss", "notice", "title"]))
    def edit(self, place: int, what: str) -> None:
        found = contracts(self.vault)
        one = found[place % len(found)]
        said = self.said.setdefault(one.row.id, {})
        match what:
            case "confirm":
                owner.confirm(self.vault, one)
                said["verdict"] = "confirmed"
            case "dismiss":
                owner.dismiss(self.vault, one)
                said["verdict"] = "dismissed"
            case "notice":
                owner.set_fact(self.vault, one, "notice", "P1M")
                said["notice"] = "P1M"
            case _:
                owner.set_fact(self.vault, one, "title", f"Meins {one.row.id}")
                said["title"] = f"Meins {one.row.id}"

    @rule()
    def open_again(self) -> None:
        self.vault.close()
        self.vault = self.made.open()

    def _ids(self) -> dict[str, int]:
        return {row.key: row.id for row in vendor_store.vendors(self.vault.connection)}

    @invariant()
    def charges_and_accounts_are_the_model_s(self) -> None:
        rows = self.vault.connection.execute("SELECT booked, minor, counterparty, purpose, own_id FROM charge")
        assert Counter(rows.fetchall()) == printed_charges(self.model)
        names = self.vault.connection.execute("SELECT title, username FROM account").fetchall()
        assert Counter(names) == Counter((one.title, one.username) for _, one, _ in self.model.accounts.values())

    @invariant()
    def search_finds_what_is_there(self) -> None:
        for word, place in WORDS.items():
            name = list(NAMES)[place]
            hits = entries.search(self.vault.connection, word, limit=1000)
            there = sum(one.counterparty == name for _, one in self.model.charges.values())
            assert sum(hit.kind == "charge" for hit in hits) == there
        hits = entries.search(self.vault.connection, "portal", limit=1000)
        assert sum(hit.kind == "account" for hit in hits) == len(self.model.accounts)

    @invariant()
    def the_file_is_sound(self) -> None:
        assert_sound(self.vault)

    @invariant()
    def what_the_owner_said_is_kept(self) -> None:
        rows = {one.row.id: one.row for one in contracts(self.vault, dismissed=True)}
        for number, said in self.said.items():
            row = rows[number]
            held = {"verdict": row.verdict, "title": row.title}
            held |= {name: fact.text for name, fact in row.facts.items()}
            assert said.items() <= held.items()

    @invariant()
    def what_is_derived_follows_from_what_is_there(self) -> None:
        shutil.rmtree(self.folder / "reference", ignore_errors=True)
        with self._copy(Templates.reference, "reference").open() as reference:
            bring(reference, *self.model.files())
            assert derived_without_edits(self.vault) == derived_without_edits(reference)


def derived_without_edits(vault: Vault) -> object:
    """Titles are the owner's where edited; contracts and vendors that are kept without charges are not derived."""
    found = derived(vault.connection)
    vendors = {row for row in found.vendors if row[8] or row[10]}
    return vendors, {(charges, key, *rest) for charges, key, _, *rest in found.contracts if charges}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("made", "reference"):
        made = Made(tmp_path_factory.mktemp(name) / "vault", keyring.new_recovery_key())
        Vault.create(made.home, PASSPHRASE, made.recovery_key, now=NOW).close()
        setattr(Templates, name, made)


@pytest.mark.usefixtures("templates")
def test_any_life_of_imports_follows_the_model() -> None:
    run_state_machine_as_test(
        ImportLife,
        settings=settings(
            max_examples=15,
            stateful_step_count=10,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
