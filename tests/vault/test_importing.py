"""What an import brings, what it passes over, and that it is written whole or not at all."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.vault.conftest import Made
from tests.vault.statements import (
    GIRO,
    SAVINGS,
    File,
    account,
    assert_sound,
    bring,
    charge,
    contents,
    contracts,
    fill,
    monthly,
    only,
    vendor_names,
)
from vault import importing as importing_module
from vault import owner
from vault.findings import FoundAccount, FoundCharge, Problem
from vault.overview import Overview
from vault.session import Vault
from vault.store import audit, entries, intake
from web.demo import SAMPLE_DAY, secrets, write_sample

COFFEE = charge("2026-01-05", -3.2, "Kaffeerösterei Nordwind", "Kartenzahlung")


def counts(vault: Vault) -> dict[str, int]:
    tables = ("charge", "account", "vendor", "contract", "payee", "batch", "entry")
    return {name: vault.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


# --- duplicates -----------------------------------------------------------------------------------------------------


def test_two_equal_coffees_on_one_day_are_two(vault: Vault) -> None:
    report = bring(vault, [COFFEE, COFFEE])
    assert report.added["charge"] == 2
    assert counts(vault)["charge"] == 2


def test_the_same_statement_twice_adds_nothing(vault: Vault) -> None:
    statement = [COFFEE, COFFEE, *monthly("Fitnesswerk Nordstadt", 29.9, "2025-08-01", 8)]
    bring(vault, statement)
    before = counts(vault)
    again = bring(vault, statement, [COFFEE])
    assert again.added == {}
    assert [file.already_there for file in again.files] == [{"charge": 10}, {"charge": 1}]
    assert counts(vault) == {**before, "batch": before["batch"] + 1}
    assert_sound(vault)


def test_overlapping_statements_merge(vault: Vault) -> None:
    months = monthly("Fitnesswerk Nordstadt", 29.9, "2025-06-01", 9)
    assert bring(vault, months[:6]).added["charge"] == 6
    assert bring(vault, months[3:]).added["charge"] == 3
    assert len(only(vault).charges) == 9


def test_a_third_equal_coffee_in_a_fuller_statement_is_the_only_new_one(vault: Vault) -> None:
    bring(vault, [COFFEE, COFFEE])
    assert bring(vault, [COFFEE, COFFEE, COFFEE]).added == {"charge": 1}


def test_the_source_s_own_id_tells_equal_charges_apart_and_finds_a_reworded_one(vault: Vault) -> None:
    first, second = (charge("2026-01-05", -3.2, "Kaffee", own_id=number) for number in ("A1", "A2"))
    reworded = charge("2026-01-05", -3.2, "KAFFEE BERLIN", "nachgetragen", own_id="A1")
    assert bring(vault, [first, second]).added["charge"] == 2
    assert bring(vault, [reworded]).added == {}


def test_an_id_that_the_bank_uses_again_on_another_day_or_text_loses_no_charge(vault: Vault) -> None:
    found = [
        charge("2026-01-05", -3.2, "Kaffee", own_id="NONREF"),
        charge("2026-01-06", -3.2, "Kaffee", own_id="NONREF"),
        charge("2026-01-06", -4.2, "Kaffee", own_id="NONREF"),
        charge("2026-01-06", -4.2, "Tee", own_id="NONREF"),
    ]
    assert bring(vault, found).added["charge"] == 4
    assert bring(vault, found).added == {}


def test_equal_charges_of_two_bank_accounts_are_two_and_spaces_in_a_number_mean_nothing(vault: Vault) -> None:
    here, there = COFFEE, charge("2026-01-05", -3.2, COFFEE.counterparty, COFFEE.purpose, bank_account=SAVINGS)
    spaced = charge("2026-01-05", -3.2, COFFEE.counterparty, COFFEE.purpose, bank_account="de89 3704 0044 0532 0130 00")
    assert bring(vault, [here], [there]).added["charge"] == 2
    assert bring(vault, [spaced]).added == {}


def test_files_that_name_no_account_share_one_for_each_kind_of_file(vault: Vault) -> None:
    unnamed = [charge("2026-01-05", -3.2, "Kaffee", bank_account="")]
    assert bring(vault, File("a.csv", unnamed, "bank_csv")).added["charge"] == 1
    assert bring(vault, File("b.csv", unnamed, "bank_csv")).added == {}
    assert bring(vault, File("c.ofx", unnamed, "ofx")).added == {"charge": 1}


def test_an_account_that_two_password_managers_list_is_one(vault: Vault) -> None:
    bring(vault, File("b.json", [account("Larkfield", "https://www.larkfield.example", own_id="1")], "bitwarden"))
    same = account("larkfield.example", "https://larkfield.example", own_id="{9}")
    other = account("larkfield.example", "https://larkfield.example", "somebody@example.org", own_id="{8}")
    assert bring(vault, File("f.csv", [same, other], "firefox")).added == {"account": 1}
    assert counts(vault)["account"] == 2


def test_an_account_renamed_in_its_source_is_known_by_its_id(vault: Vault) -> None:
    bring(vault, File("b.json", [account("Larkfield", "https://larkfield.example", own_id="1")], "bitwarden"))
    moved = account("Larkfield new", "https://new.larkfield.example", "other@example.org", own_id="1")
    assert bring(vault, File("b.json", [moved], "bitwarden")).added == {}


# --- preview, problems, dropping ------------------------------------------------------------------------------------


def sample() -> list[File]:
    return [
        File("jan.xml", [*monthly("Fitnesswerk Nordstadt", 29.9, "2025-08-01", 8), COFFEE, COFFEE]),
        File("b.json", [account("Fitnesswerk", "https://fitnesswerk-nordstadt.example", own_id="7")], "bitwarden"),
    ]


def test_a_preview_says_what_the_import_would_and_leaves_no_trace(vault: Vault) -> None:
    bring(vault, monthly("Fitnesswerk Nordstadt", 29.9, "2025-05-01", 3))
    before = contents(vault.connection)
    importing = vault.importing()
    fill(importing, sample())
    foreseen = importing.preview()
    assert contents(vault.connection) == before
    assert foreseen.batch_id is None
    done = bring(vault, *sample())
    assert (foreseen.added, foreseen.problems) == (done.added, done.problems)
    assert foreseen.files == done.files


def test_what_a_file_gave_before_it_broke_off_stands_with_its_problem_beside_it(vault: Vault) -> None:
    importing = vault.importing()
    importing.begin_file("broken.csv", "bank_csv")
    importing.add([COFFEE])
    importing.add_problem(Problem("line 3", "bad-row", "this row has no date"))
    importing.end_file(connector="bank_csv", sha256="00" * 32, size=9)
    report = importing.commit()
    assert report.problems == 1
    assert report.files[0].problems[0].where == "line 3"
    assert counts(vault)["charge"] == 1
    assert intake.batches(vault.connection)[0].problems == 1


def test_a_file_that_is_dropped_is_not_part_of_the_batch(vault: Vault) -> None:
    importing = vault.importing()
    importing.begin_file("sealed.json", "bitwarden")
    importing.drop_file()
    fill(importing, sample()[1:])
    importing.commit()
    assert intake.batches(vault.connection)[0].files == ("b.json",)


def test_every_charge_and_account_is_found_by_its_words(vault: Vault) -> None:
    bring(vault, *sample())
    found = entries.search(vault.connection, "nordwind kartenzahlung", limit=10)
    assert [(hit.kind, hit.vendor) for hit in found] == [("charge", "Kaffeerösterei Nordwind")] * 2
    assert {hit.kind for hit in entries.search(vault.connection, "fitnesswerk", limit=99)} == {
        "charge", "account", "contract", "vendor",
    }  # fmt: skip


# --- all or nothing -------------------------------------------------------------------------------------------------


def test_an_error_while_deriving_takes_everything_back(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(vault, monthly("Fitnesswerk Nordstadt", 29.9, "2025-05-01", 3))
    before = contents(vault.connection)

    def broken(*_: object) -> None:
        raise ArithmeticError

    monkeypatch.setattr(importing_module, "derive", broken)
    with pytest.raises(ArithmeticError):
        bring(vault, *sample())
    assert contents(vault.connection) == before
    monkeypatch.undo()
    assert bring(vault, *sample()).added["charge"] == 10


def test_an_import_that_is_neither_committed_nor_rolled_back_is_nothing(made: Made) -> None:
    with made.open() as vault:
        before = counts(vault)
        fill(vault.importing(), sample())
    with made.open() as vault:
        assert counts(vault) == before
        assert_sound(vault)


_KILLED = """
import sys, time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from vault.findings import FoundCharge
from vault.session import Vault

vault = Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 4, 1, tzinfo=UTC), by="killed")
vault.connection.execute("PRAGMA cache_size = 20")  # so that pages reach the disk before the commit
importing = vault.importing()
importing.begin_file("big.csv", "bank_csv")
day = date(2020, 1, 1)
importing.add([FoundCharge(day + timedelta(days=n % 2000), -n, "EUR", f"Laden {n % 50}", "x" * 200) for n in range(4000)])
print("half way", flush=True)
time.sleep(60)
"""


def test_a_process_killed_in_the_middle_of_an_import_leaves_nothing_of_it(made: Made) -> None:
    with made.open() as vault:
        bring(vault, *sample())
        before = {name: rows for name, rows in contents(vault.connection).items() if not name.startswith("audit_")}
    command = [sys.executable, "-c", _KILLED, str(made.home), made.recovery_key]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as process:
        assert process.stdout
        assert process.stdout.readline() == b"half way\n"
        written = (made.home / "vault.db-wal").stat().st_size
        process.send_signal(signal.SIGKILL)
    assert written > 500_000, "nothing had reached the disk"
    with made.open() as vault:
        after = {name: rows for name, rows in contents(vault.connection).items() if not name.startswith("audit_")}
        assert after == before
        assert_sound(vault)
        assert audit.last(vault.connection, "unlock") == "2026-04-01T00:00:00Z"


# --- payment services and own accounts ------------------------------------------------------------------------------

PAYPAL = "PayPal Europe S.a.r.l. et Cie S.C.A"


def paypal_pair() -> tuple[list[FoundCharge], list[FoundCharge]]:
    """The same six purchases as the bank and as PayPal tell them; the bank is two days late."""
    purpose = "PP.1234.PP . Zehnerkarte, Ihr Einkauf bei Zehnerkarte"
    months = [f"20{year}-{month:02}" for year, month in ((25, 10), (25, 11), (25, 12), (26, 1), (26, 2), (26, 3))]
    bank = [charge(f"{month}-03", -9.99, PAYPAL, purpose) for month in months]
    own = [charge(f"{month}-01", -9.99, "Zehnerkarte", bank_account="paypal") for month in months]
    return bank, own


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_what_a_payment_service_took_from_the_bank_is_counted_once(vault: Vault, order: tuple[int, int]) -> None:
    pair = paypal_pair()
    for place in order:
        bring(vault, pair[place])
    (row,) = Overview(vault.connection, date(2026, 3, 31)).vendors
    assert (row.name, row.charges, row.paid) == ("Zehnerkarte", 6, {"EUR": 5994})
    assert len(only(vault).charges) == 6
    assert only(vault).cost.per_month.minor == 999
    assert_sound(vault)


def test_a_contract_seen_at_the_bank_is_the_same_one_when_the_service_s_own_statement_comes(vault: Vault) -> None:
    bank, own = paypal_pair()
    bring(vault, bank)
    contract = only(vault)
    owner.set_fact(vault, contract, "notice", "P1M")
    bring(vault, own)
    after = only(vault)
    assert after.row.id == contract.row.id
    assert (after.row.facts, len(after.charges)) == (only(vault).row.facts, 6)
    assert after.row.facts["notice"].text == "P1M"


def transfers(**more: object) -> list[FoundCharge]:
    return monthly("Sparschwein Direkt", 100, "2025-06-05", 8, counterparty_account=SAVINGS, **more)


SAVED = [charge("2025-06-06", 100, "Kontoinhaber", bank_account=SAVINGS, counterparty_account=GIRO)]


@pytest.mark.parametrize("order", ["savings later", "savings first", "savings in the same batch"])
def test_transfers_to_an_account_of_one_s_own_are_no_vendor_s_whichever_came_first(vault: Vault, order: str) -> None:
    match order:
        case "savings later":
            bring(vault, transfers())
            assert vendor_names(vault) == ["Sparschwein Direkt"]
            owner.confirm(vault, only(vault))
            bring(vault, SAVED)
        case "savings first":
            bring(vault, [COFFEE], SAVED)
            bring(vault, transfers()[:4])
            bring(vault, transfers())
        case _:
            bring(vault, transfers(), SAVED)
    roles = vault.connection.execute(
        "SELECT DISTINCT p.role FROM charge c JOIN payee p ON p.id = c.payee WHERE c.counterparty_account <> ''"
    ).fetchall()
    assert roles == [("own",)]
    assert [one for one in contracts(vault) if one.charges] == []
    assert_sound(vault)


def test_names_that_the_owner_tells_later_make_earlier_transfers_own(vault: Vault) -> None:
    bring(vault, monthly("Alexandra Musterfeld-Beispiel Holding", 50, "2025-06-05", 8))
    assert len(vendor_names(vault)) == 1
    owner.set_owner(vault, ("Alexandra Musterfeld-Beispiel Holding",), None)
    assert vendor_names(vault) == []
    assert contracts(vault) == []
    owner.set_owner(vault, (), None)
    assert len(vendor_names(vault)) == 1
    assert len(only(vault).charges) == 8
    assert_sound(vault)


# --- what lies on disk ----------------------------------------------------------------------------------------------


def readable(home: Path, texts: list[str]) -> list[str]:
    """Which of the texts, as UTF-8 or UTF-16, can be read in a file of the vault."""
    found = []
    for path in sorted(home.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        for text in texts:
            if any(form in content for form in (text.encode(), text.lower().encode(), text.encode("utf-16-le"))):
                found.append(f"{text} in {path.name}")
    return found


def test_nothing_that_was_imported_can_be_read_on_disk_and_no_secret_was_kept_at_all(
    made: Made, tmp_path: Path
) -> None:
    from connectors.isolation.room import ReadingRoom
    from connectors.sources import expand
    from web import importer

    files = write_sample(tmp_path / "sample", until=SAMPLE_DAY)
    with ReadingRoom() as room, made.open() as vault:
        importing = vault.importing()
        importer.read_all(room, expand([str(path) for path in files]), importing)
        assert importing.commit().added["charge"] > 500
        rows = vault.connection.execute("SELECT DISTINCT counterparty, purpose, own_id FROM charge").fetchall()
        texts = {text for row in rows for text in row if len(text) > 6}
        texts |= {f"{abs(minor) / 100:.2f}" for (minor,) in vault.connection.execute("SELECT minor FROM charge")}
        texts |= {name for (name,) in vault.connection.execute("SELECT username FROM account") if len(name) > 4}
        texts |= {name for (name,) in vault.connection.execute("SELECT name FROM vendor") if len(name) > 6}
        # Short texts occur in random bytes by chance.
        wanted = [*{text for text in texts if len(text) >= 5}, *(one for one in secrets(SAMPLE_DAY) if len(one) > 4)]
        assert len(wanted) > 500
        assert (made.home / "vault.db-wal").stat().st_size > 100_000
        assert readable(made.home, wanted) == []
        kept = "\n".join(repr(row) for rows in contents(vault.connection).values() for row in rows)
        assert [one for one in secrets(SAMPLE_DAY) if len(one) > 4 and one in kept] == []
    assert readable(made.home, wanted) == []
    assert readable(tmp_path / "sample", wanted[:50]), "the search would find what is there"


def test_times_of_accounts_are_kept_in_utc(vault: Vault) -> None:
    used = datetime(2026, 2, 1, 8, 30, tzinfo=UTC)
    bring(vault, [FoundAccount("Larkfield", ("https://larkfield.example",), "me", last_used=used)])
    assert vault.connection.execute("SELECT last_used FROM account").fetchone() == ("2026-02-01T08:30:00Z",)
