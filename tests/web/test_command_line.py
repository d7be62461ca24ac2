"""The JSON shapes and exit codes of the command line are a contract with programs."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.web.conftest import PASSPHRASE, Shell
from web.demo import SAMPLE_DAY, secrets


def test_init_prints_the_recovery_key_and_it_opens_the_vault(empty: Shell) -> None:
    made = empty.json("init")
    assert set(made) == {"vault_id", "home", "recovery_key"}
    (empty.cwd / "recovery").write_text(made["recovery_key"].lower().replace("-", " "))
    tested = empty.run("recovery", "test", FIRSTPARTY_RECOVERY_FILE=str(empty.cwd / "recovery"))
    assert tested.returncode == 0, tested.stderr
    assert empty.run("vendors", FIRSTPARTY_PASSPHRASE_FILE=str(empty.cwd / "recovery")).returncode == 0


def test_init_refuses_a_folder_that_holds_a_vault(reading: Shell) -> None:
    again = reading.run("init")
    assert again.returncode == 1
    assert "already a vault" in again.stderr


def test_init_refuses_a_passphrase_that_a_first_guess_finds(empty: Shell) -> None:
    (empty.cwd / "passphrase").write_text("1234567\n")
    refused = empty.run("init")
    assert refused.returncode == 1
    assert "too easy" in refused.stderr
    assert not (empty.home / "keyring.json").exists()


def test_import_reports_files_counts_and_problems(empty: Shell) -> None:
    empty.init()
    (empty.cwd / "noise.ofx").write_bytes(b"\x00\x01nothing that any reader knows")
    statement = empty.cwd / "statement.csv"
    statement.write_text("Date,Description,Amount,Currency\n2026-01-02,NETFLIX.COM,-9.99,EUR\n2026-01-03,x,no,EUR\n")
    done = empty.run("import", "--json", str(statement), str(empty.cwd / "noise.ofx"))
    assert done.returncode == 3
    report = json.loads(done.stdout)
    assert set(report) == {"batch_id", "files", "added", "problems"}
    assert [set(file) for file in report["files"]] == [
        {"path", "connector", "found", "added", "already_there", "problems"}
    ] * 2
    assert report["files"][0]["found"] == {"charge": 1}
    assert report["files"][1]["connector"] is None
    assert all(set(problem) == {"where", "code", "message"} for file in report["files"] for problem in file["problems"])
    assert report["problems"] == 2


def test_a_preview_changes_nothing_and_has_no_batch(empty: Shell) -> None:
    empty.init()
    statement = empty.cwd / "statement.csv"
    statement.write_text("Date,Description,Amount,Currency\n2026-01-02,NETFLIX.COM,-9.99,EUR\n")
    report = empty.json("import", "--preview", str(statement))
    assert report["batch_id"] is None
    assert report["added"]["charge"] == 1
    assert empty.json("charges") == {"charges": []}
    assert empty.json("vendors") == {"vendors": []}
    assert empty.json("imports") == {"imports": []}


def test_importing_twice_adds_nothing_and_undo_takes_everything_back(writing: Shell) -> None:
    again = writing.json("import", str(writing.cwd / "files"))
    assert again["added"] == {}
    assert sum(file["already_there"].get("charge", 0) for file in again["files"]) > 1_900
    batches = writing.json("imports")["imports"]
    assert len(batches) == 2
    for batch in batches:
        undone = writing.json("undo", batch["batch_id"])
        assert set(undone) == {"removed", "kept"}
    assert writing.json("charges") == {"charges": []}
    assert writing.json("vendors") == {"vendors": []}
    assert writing.json("contracts") == {"contracts": []}
    assert writing.json("search", "netflix") == {"hits": []}
    assert writing.json("audit", "verify")["ok"] is True
    twice = writing.run("undo", batches[0]["batch_id"])
    assert twice.returncode == 1
    assert "already" in twice.stderr


def test_a_mapping_is_remembered_for_files_with_the_same_header(empty: Shell) -> None:
    empty.init()
    unknown, mapping = empty.cwd / "unknown.csv", empty.cwd / "mapping.json"
    unknown.write_text("Wann;Wieviel;Wer;Wofür\n08.01.2026;-5,00;Bäckerei Muster;Brot\n")
    mapping.write_text('{"booked": "Wann", "amount": "Wieviel", "counterparty": "Wer", "currency": "=EUR"}')
    assert empty.json("import", str(unknown), code=3)["added"] == {}
    assert empty.json("import", str(unknown), "--map", str(mapping))["added"]["charge"] == 1
    unknown.write_text("Wann;Wieviel;Wer;Wofür\n09.02.2026;-7,50;Bäckerei Muster;Kuchen\n")
    assert empty.json("import", str(unknown))["added"] == {"charge": 1}


def test_vendors_have_the_promised_fields(reading: Shell) -> None:
    vendors = reading.json("vendors")["vendors"]
    promised = {"id", "name", "domains", "category", "stage", "accounts", "contracts", "cost_per_month", "first_seen"}
    assert promised | {"last_seen"} <= set(vendors[0])
    netflix = next(vendor for vendor in vendors if vendor["name"] == "Netflix")
    assert netflix["cost_per_month"] == {"EUR": 1399}
    assert netflix["accounts"] == 1
    assert netflix["domains"] == ["netflix.com"]


def test_one_vendor_shows_all_of_it_by_name_and_by_id(reading: Shell) -> None:
    by_name = reading.json("vendor", "netflix")
    by_id = reading.json("vendor", by_name["id"])
    assert by_name == by_id
    assert {"contacts", "accounts", "contracts", "charges", "timeline", "evidence"} <= set(by_name)
    charge_ids = {charge["id"] for charge in by_name["charges"]}
    assert set(by_name["contracts"][0]["charges"]) <= charge_ids
    assert any(event["what"] == "price change" for event in by_name["timeline"])


def test_contracts_have_the_promised_fields(reading: Shell) -> None:
    contracts = reading.json("contracts")["contracts"]
    promised = set(
        "id vendor vendor_id title price every variable status confidence first_charged last_charged next_charge renews "
        "last_cancel_day basis price_changes charges".split()
    )
    assert all(promised <= set(contract) for contract in contracts)
    assert {contract["status"] for contract in contracts} <= {"active", "trial", "cancelled", "ended"}
    assert {contract["basis"] for contract in contracts} <= {"stated", "owner", "law", "unknown"}
    netflix = next(contract for contract in contracts if contract["vendor"] == "Netflix")
    assert netflix["every"] == "P1M"
    assert netflix["price"] == {"minor": 1399, "currency": "EUR"}
    assert netflix["price_changes"] == [{"on": "2025-06-23", "from": 1299, "to": 1399}]


def test_no_date_to_cancel_comes_without_a_basis(reading: Shell) -> None:
    for contract in reading.json("contracts")["contracts"]:
        if contract["last_cancel_day"]:
            assert contract["basis"] != "unknown"


def test_charges_filter_by_vendor_and_day_and_page_without_gaps(reading: Shell) -> None:
    every = reading.json("charges")["charges"]
    assert {"id", "booked", "money", "counterparty", "vendor", "source"} <= set(every[0])
    assert [charge["booked"] for charge in every] == sorted((charge["booked"] for charge in every), reverse=True)
    some = reading.json("charges", "--vendor", "Netflix", "--from", "2026-01-01", "--to", "2026-06-30")["charges"]
    assert len(some) == 6
    assert all(charge["money"]["minor"] < 0 and charge["vendor"] == "Netflix" for charge in some)
    first = reading.json("charges", "--limit", "40")["charges"]
    second = reading.json("charges", "--limit", "40", "--before", first[-1]["id"])["charges"]
    assert [charge["id"] for charge in first + second] == [charge["id"] for charge in every[:80]]


def test_renewals_look_ahead_and_write_a_calendar(reading: Shell, tmp_path: Path) -> None:
    calendar = tmp_path / "deadlines.ics"
    deadlines = reading.json("renewals", "--within", "P30D", "--ics", str(calendar))["deadlines"]
    assert {"on", "kind", "vendor", "contract_id", "basis", "money_at_stake"} <= set(deadlines[0])
    days = [date.fromisoformat(deadline["on"]) for deadline in deadlines]
    assert days == sorted(days)
    assert all(0 <= (day - SAMPLE_DAY).days <= 30 for day in days)
    assert calendar.read_bytes().startswith(b"BEGIN:VCALENDAR\r\n")
    assert calendar.read_bytes().count(b"BEGIN:VEVENT") == len(deadlines)


def test_now_moves_the_answers(reading: Shell) -> None:
    later = reading.json("contracts", "--now", "2027-10-31")["contracts"]
    netflix = next(contract for contract in later if contract["vendor"] == "Netflix")
    assert netflix["status"] == "active", "the statements end, which does not end the contract"
    early = reading.json("renewals", "--now", "2026-03-01")["deadlines"]
    assert all(deadline["on"] >= "2026-03-01" for deadline in early)


def test_search_finds_beginnings_of_words_in_every_kind(reading: Shell) -> None:
    hits = reading.json("search", "netf")["hits"]
    assert {"kind", "id", "vendor", "snippet", "when"} == set(hits[0])
    assert {hit["kind"] for hit in hits} == {"vendor", "account", "contract", "charge"}
    assert reading.json("search", "netflix", "amsterdam")["hits"]
    assert reading.json("search", "nosuchwordanywhere") == {"hits": []}
    assert reading.json("search", '"; DROP TABLE charge; --') == {"hits": []}


def test_review_asks_at_most_ten_questions_with_commands(reading: Shell) -> None:
    questions = reading.json("review")["questions"]
    assert 0 < len(questions) <= 10
    assert all(choice["command"].startswith("firstparty ") for one in questions for choice in one["choices"])


def test_a_dismissed_question_is_not_asked_again(writing: Shell) -> None:
    first = writing.json("review")["questions"][0]
    writing.json("dismiss", first["id"])
    assert first["id"] not in {one["id"] for one in writing.json("review")["questions"]}


def test_a_stated_notice_period_gives_an_owner_deadline(writing: Shell) -> None:
    writing.json("set", "contract", "Netflix", "notice", "P14D")
    netflix = next(one for one in writing.json("contracts")["contracts"] if one["vendor"] == "Netflix")
    assert netflix["basis"] == "owner"
    assert netflix["last_cancel_day"]


def test_no_secret_of_a_password_export_reaches_the_vault(reading: Shell) -> None:
    answers = "".join(
        reading.run(*words, "--json").stdout
        for words in (["vendors"], ["contracts"], ["charges"], ["search", "a"], ["audit", "log"])
    )
    exported = reading.cwd / "canary.zip"
    assert reading.run("export", str(exported), "--force").returncode == 0
    import zipfile

    with zipfile.ZipFile(exported) as archive:
        answers += "".join(archive.read(name).decode() for name in archive.namelist())
    for secret in secrets(SAMPLE_DAY):
        assert secret not in answers


def test_no_imported_text_is_readable_on_disk(reading: Shell) -> None:
    content = b"".join(path.read_bytes() for path in reading.home.rglob("*") if path.is_file())
    for word in ("netflix", "Netflix", "NETFLIX", "spotify", "Spotify", "alex@example.com", "13.99", "REWE"):
        assert word.encode() not in content
        assert word.encode("utf-16-le") not in content


def test_export_fills_an_empty_vault_with_the_same_answers(reading: Shell, tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    reading.json("export", str(archive))
    assert archive.stat().st_mode & 0o077 == 0
    other = str(tmp_path / "other")
    new = replace(reading, env={**reading.env, "FIRSTPARTY_PASSPHRASE_FILE": str(reading.cwd / "passphrase")})
    new.json("init", "--home", other)
    new.json("import", str(archive), "--home", other)
    for command in ("vendors", "contracts", "charges", "renewals", "review", "imports"):
        assert new.json(command, "--home", other) == reading.json(command)
    assert new.json("audit", "verify", "--home", other)["logs"] == 2
    refused = reading.run("import", str(archive))
    assert refused.returncode == 1
    assert "empty vault" in refused.stderr


def test_export_does_not_replace_a_file_unasked(reading: Shell, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("precious")
    refused = reading.run("export", str(tmp_path / "mine"))
    assert refused.returncode == 2
    assert (tmp_path / "mine").read_text() == "precious"


def test_the_database_opens_with_another_sqlcipher_program_and_the_shown_key(reading: Shell) -> None:
    shown = reading.json("doctor", "--show-database-key")
    assert shown["ok"] is True
    program = (
        "import sys, sqlcipher3; c = sqlcipher3.connect(sys.argv[1]); c.execute('PRAGMA key = \"%s\"' % sys.argv[2]);"
        "print(c.execute('SELECT count(*) FROM charge').fetchone()[0])"
    )
    other = subprocess.run(
        [sys.executable, "-c", program, shown["database"], shown["database_key"]], capture_output=True, text=True
    )
    assert int(other.stdout) == len(reading.json("charges")["charges"]), other.stderr


def test_the_passphrase_changes_and_the_old_one_is_refused(writing: Shell) -> None:
    new = writing.cwd / "new"
    new.write_text("nine waking owls\n")
    assert writing.run("passphrase", "change", FIRSTPARTY_NEW_PASSPHRASE_FILE=str(new)).returncode == 0
    old = writing.run("vendors", FIRSTPARTY_PASSPHRASE_FILE=str(writing.cwd / "passphrase"))
    assert old.returncode == 1
    assert "does not open this vault" in old.stderr
    assert writing.run("vendors", FIRSTPARTY_PASSPHRASE_FILE=str(new)).returncode == 0


def test_a_second_process_is_told_who_has_the_vault(reading: Shell) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from datetime import datetime, UTC\n"
            "from vault.session import Vault\n"
            "with Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime.now(UTC), by='a test'):\n"
            "    print('open', flush=True); time.sleep(60)",
            str(reading.home),
            PASSPHRASE,
        ],
        env=reading.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        refused = reading.run("vendors")
        assert refused.returncode == 1
        assert f"process {holder.pid} (a test)" in refused.stderr
    finally:
        holder.kill()
        holder.wait()
        assert holder.stdout is not None
        holder.stdout.close()
    time.sleep(0.05)
    assert reading.run("vendors").returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["nosuchcommand"], 2, "there is no command `nosuchcommand`"),
        (["vendor"], 2, "NAME-OR-ID"),
        (["vendor", "Nobody At All"], 1, "there is no vendor"),
        (["charges", "--from", "yesterday"], 2, "write it as YYYY-MM-DD"),
        (["renewals", "--within", "soon"], 1, "is not a period"),
        (["undo", "bat_0000000000000"], 1, "there is no such import"),
        (["undo", "nonsense"], 1, "is not the id of a batch"),
        (["set", "contract", "Netflix", "colour", "red"], 2, "has no fact"),
        (["set", "contract", "Netflix", "notice", "whenever"], 2, "write it like"),
        (["set", "vendor", "Netflix", "category", "nonsense"], 2, "is not a category"),
        (["contract", "add", "Netflix", "--price", "x", "--currency", "EUR", "--every", "P1M"], 1, "is not an amount"),
        (["contract", "add", "Netflix", "--price", "1", "--currency", "Euro", "--every", "P1M"], 2, "not a currency"),
        (["merge", "Netflix", "Netflix"], 1, "one vendor already"),
        (["import", "nowhere.ofx"], 3, ""),
        (["import", "--map", "nowhere.toml", "x.csv"], 2, "cannot read the mapping"),
        (["vendors", "--now", "31.12.2026"], 2, "write it as YYYY-MM-DD"),
        (["audit", "verify", "--against", "nowhere"], 2, "cannot read"),
    ],
)
def test_wrong_input_gets_a_sentence_and_an_exit_code(writing: Shell, words: list[str], code: int, says: str) -> None:
    done = writing.run(*words)
    assert done.returncode == code, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_every_command_explains_itself(reading: Shell) -> None:
    listed = reading.run("--help").stdout
    for command in (
        "demo init import imports undo vendors vendor contracts contract charges renewals review search confirm dismiss "
        "merge split rename set usage export audit passphrase recovery doctor"
    ).split():
        assert f"  {command} " in listed
        helped = reading.run(command, "--help")
        assert helped.returncode == 0
        assert len(helped.stdout) > 100


def test_without_a_vault_the_way_to_one_is_named(empty: Shell) -> None:
    done = empty.run("vendors")
    assert done.returncode == 1
    assert "firstparty init" in done.stderr


def test_an_emptied_folder_and_a_missing_database_are_told_apart(writing: Shell) -> None:
    (writing.home / "vault.db").unlink()
    lost = writing.run("vendors")
    assert lost.returncode == 1
    assert "is missing" in lost.stderr
    (writing.home / "keyring.json").unlink()
    gone = writing.run("vendors")
    assert "there is no vault" in gone.stderr


def test_a_broken_pipe_is_no_error(reading: Shell) -> None:
    piped = subprocess.run(
        ["bash", "-c", f"{sys.executable} -c 'from web.cli import main; main()' charges --json | head -c 10"],
        env=reading.env,
        cwd=reading.cwd,
        capture_output=True,
        text=True,
    )
    assert piped.stdout == '{"charges"'
    assert piped.stderr == ""


def test_the_demonstration_runs_and_ends_with_one_sentence(empty: Shell) -> None:
    done = empty.run("demo", COLUMNS="100")
    assert done.returncode == 0, done.stderr
    assert "Tonight found" in done.stdout
    assert "a year" in done.stdout
    answer = empty.json("demo")
    assert answer["import"]["problems"] == 0
    assert answer["sentence"].startswith("tonight found")
