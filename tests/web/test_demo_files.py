"""The sample person's files: the same on every run, true to their formats, and the story that `story` labels."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.money import Money, minor_of
from vault.relationships.streams import PriceChange
from web.demo import SAMPLE_DAY, Truth, secrets, story, write_sample
from web.demo.bookings import Booking, banking_day, bookings
from web.demo.person import ACCOUNTS

UNTIL = SAMPLE_DAY


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("sample")
    return {path.name: path.read_bytes() for path in write_sample(folder, until=UNTIL)}


@pytest.fixture(scope="module")
def booked() -> list[Booking]:
    return bookings(UNTIL)


@pytest.fixture(scope="module")
def truths() -> dict[tuple[str, str], Truth]:
    return {(truth.vendor, truth.title): truth for truth in story(UNTIL)}


def test_the_same_day_gives_the_same_bytes_and_files_only_the_owner_reads(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    again = write_sample(tmp_path / "new" / "folder", until=UNTIL)
    assert {path.name: path.read_bytes() for path in again} == files
    assert {stat.S_IMODE(path.stat().st_mode) for path in again} == {0o600}
    assert write_sample(tmp_path / "new" / "folder", until=UNTIL) == again


def test_the_story_is_two_years_of_a_person(booked: list[Booking]) -> None:
    per_account = Counter(line.account for line in booked)
    assert set(per_account) == set(ACCOUNTS)
    assert 1_500 <= len(booked) <= 2_500
    assert booked[0].on == date(2024, 10, 1)
    assert booked[-1].on <= UNTIL


@settings(max_examples=15, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_any_day_gives_a_whole_story_that_does_not_look_ahead(until: date) -> None:
    lines, told = bookings(until), story(until)
    assert all(line.on <= until for line in lines)
    assert all(len(truth.charges) >= 2 for truth in told)
    assert all(truth.trial_until for truth in told if truth.title == "SZ Plus")
    labelled = sum(bool(line.contract) for line in lines)
    parts = ("charges", "doubles", "refunds", "settlements", "funding")
    assert labelled == sum(len(getattr(truth, part)) for truth in told for part in parts)


def test_german_banks_book_on_banking_days_only(booked: list[Booking]) -> None:
    days = {line.on for line in booked if line.account in ("giro", "daily")}
    assert all(banking_day(day) == day and day.weekday() < 5 for day in days)


def test_every_iban_and_creditor_id_has_valid_check_digits(booked: list[Booking]) -> None:
    ibans = {line.iban for line in booked if line.iban and "@" not in line.iban}
    creditors = {line.creditor[:4] + line.creditor[7:] for line in booked if line.creditor.startswith("DE")}
    assert len(ibans) > 20
    assert len(creditors) > 20
    assert all(_mod97(number) == 1 for number in ibans | creditors)
    assert ACCOUNTS["giro"].number == "DE89370400440532013000"


def _mod97(number: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97


# Formats, each read back with something that is not ours.


def _camt(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(re.sub(rb' xmlns="[^"]+"', b"", content))


def _signed(node: ElementTree.Element) -> Decimal:
    return Decimal(node.findtext("Amt", "")) * (-1 if node.findtext("CdtDbtInd") == "DBIT" else 1)


def _entries(files: dict[str, bytes], name: str) -> list[tuple[str, str, Decimal, str]]:
    entries = _camt(next(content for file, content in files.items() if name in file)).iter("Ntry")
    return [
        (e.findtext("AcctSvcrRef", ""), e.findtext("BookgDt/Dt", ""), _signed(e), e.findtext(".//Nm", ""))
        for e in entries
    ]


def test_camt_balances_follow_from_each_other(files: dict[str, bytes], booked: list[Booking]) -> None:
    before, count = Decimal(ACCOUNTS["giro"].opening), 0
    for name in sorted(name for name in files if re.search(r"\d{4}-\d\d_camt", name)):
        statement = _camt(files[name])
        opening, closing = map(_signed, statement.iter("Bal"))
        entries = [_signed(entry) for entry in statement.iter("Ntry")]
        assert opening == before
        assert closing == opening + sum(entries)
        before, count = closing, count + len(entries)
    assert count == sum(line.account == "giro" for line in booked)


def test_camt_changes_from_version_two_to_eight_where_the_two_differ(files: dict[str, bytes]) -> None:
    old, new = files["Beispielbank_2025-07_camt053v2.xml"], files["Beispielbank_2025-10_camt053v8.xml"]
    assert b"camt.053.001.02" in old
    assert b"camt.053.001.08" in new
    assert _camt(old).findtext(".//Ntry/Sts") == _camt(new).findtext(".//Ntry/Sts/Cd") == "BOOK"
    for content, party in ((old, "Cdtr"), (new, "Cdtr/Pty")):
        parties = [entry.find(f".//{party}") for entry in _camt(content).iter("Ntry")]
        names = {party.findtext("Nm"): party.findtext(".//Othr/Id") for party in parties if party is not None}
        assert names["PayPal Europe S.a.r.l. et Cie S.C.A"] == "LU96ZZZ0000000000000000058"
    assert b"SVWZ+" in old
    assert b"SVWZ+" not in new


def test_the_recent_statement_repeats_entries_with_their_ids(files: dict[str, bytes]) -> None:
    recent = _entries(files, "letzte60Tage")
    earlier = {*_entries(files, "2026-07_camt"), *_entries(files, "2026-10_camt")}
    assert len(recent) > 40
    assert set(recent) <= earlier
    assert recent[0][1] >= str(UNTIL - timedelta(days=60))


def _sparkasse(files: dict[str, bytes], year: int) -> list[tuple[str, ...]]:
    name = next(name for name in files if name.endswith("umsatz.CSV") and name.startswith(str(year)))
    return [tuple(row) for row in csv.reader(io.StringIO(files[name].decode("cp1252")), delimiter=";")]


def test_sparkasse_files_are_windows_1252_and_share_one_month(files: dict[str, bytes], booked: list[Booking]) -> None:
    first, second = _sparkasse(files, 2025), _sparkasse(files, 2026)
    assert len(first[0]) == 17
    assert any("BÄCKEREI KRÜMEL" in row[11] for row in first)
    shared = [row for row in first[1:] if row[1].endswith("10.25")]
    assert shared == [row for row in second[1:] if row[1].endswith("10.25")]
    assert len(shared) > 20
    total = sum(Decimal(row[14].replace(",", ".")) for row in first[1:] + second[1:])
    total -= sum(Decimal(row[14].replace(",", ".")) for row in shared)
    assert minor_of(total, "EUR") == sum(line.minor for line in booked if line.account == "daily")


def test_the_card_file_is_sgml_with_unclosed_values_and_own_ids(files: dict[str, bytes], booked: list[Booking]) -> None:
    found: dict[bytes, bytes] = {}
    for content in (content for name, content in files.items() if name.endswith(".QFX")):
        assert content.startswith(b"OFXHEADER:100\r\n")
        assert b"</TRNAMT>" not in content
        ids, amounts = (re.findall(rb"<%s>([^\r<]+)" % tag, content) for tag in (b"FITID", b"TRNAMT"))
        assert len(ids) == len(set(ids)) == len(amounts)
        assert all(found.get(own, amount) == amount for own, amount in zip(ids, amounts, strict=True))
        found |= dict(zip(ids, amounts, strict=True))
    card = {line.own_id: line.minor for line in booked if line.account == "usa"}
    assert {own.decode(): minor_of(amount.decode(), "USD") for own, amount in found.items()} == card


@pytest.mark.filterwarnings("ignore:Encountered private extension tag")  # INTU.BID is Quicken's
def test_another_parser_reads_the_card_file(files: dict[str, bytes]) -> None:
    parser = pytest.importorskip("ofxtools.Parser", reason="ofxtools comes with the `bench` extra")
    tree = parser.OFXTree()
    tree.parse(io.BytesIO(files["Card1111_Activity20261031.QFX"]))
    statement = tree.convert().statements[0]
    assert statement.curdef == "USD"
    assert any(line.name == "NYTIMES" and line.trnamt == Decimal("-20.00") for line in statement.transactions)


def _paypal(files: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["PayPal_Download.CSV"].decode("utf-8-sig"))))


def test_every_paypal_payment_is_balanced_there_and_paid_by_the_current_account(
    files: dict[str, bytes], booked: list[Booking]
) -> None:
    rows = _paypal(files)
    amounts = [Decimal(row["Netto"].replace(".", "").replace(",", ".")) for row in rows]
    assert sum(amounts) == 0
    own = {row["Transaktionscode"] for row in rows if row["Name"]}
    assert {row["Zugehöriger Transaktionscode"] for row in rows if not row["Name"]} == own
    paid = Counter(line.minor for line in booked if line.account == "paypal" and line.on < UNTIL - timedelta(days=5))
    funded = Counter(line.minor for line in booked if line.account == "giro" and " PP.4823.PP " in line.purpose)
    assert paid <= funded


def test_barclays_and_dkb_rows_add_up(files: dict[str, bytes], booked: list[Booking]) -> None:
    barclays = list(csv.DictReader(io.StringIO(files["barclays_data.csv"].decode("cp1252"))))
    pounds = sum(Decimal(row["Amount"]) for row in barclays)
    assert minor_of(pounds, "GBP") == sum(line.minor for line in booked if line.account == "london")
    name = next(name for name in files if name.startswith("Umsatzliste"))
    lines = files[name].decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Tagesgeldkonto";"DE02')
    assert len(list(csv.DictReader(lines[4:], delimiter=";"))) == sum(line.account == "savings" for line in booked)


def test_the_password_export_lists_logins_in_the_bin_and_things_that_are_no_account(files: dict[str, bytes]) -> None:
    export = json.loads(files["bitwarden_export_20261031193000.json"])
    kinds = Counter(item["type"] for item in export["items"])
    assert kinds[1] >= 45
    assert (kinds[2], kinds[3], kinds[4]) == (1, 1, 1)
    assert sum(item["deletedDate"] is not None for item in export["items"]) == 2
    assert {item["login"]["username"] for item in export["items"] if item["type"] == 1} == {"alex@example.com"}
    assert len({item["id"] for item in export["items"]}) == len(export["items"])


def test_the_secrets_are_all_listed_and_in_no_bank_file(files: dict[str, bytes]) -> None:
    listed = secrets(UNTIL)
    export = json.loads(files["bitwarden_export_20261031193000.json"])
    logins = [item["login"] for item in export["items"] if item["type"] == 1]
    browser = csv.DictReader(io.StringIO(files["firefox_logins.csv"].decode()))
    assert {login["password"] for login in logins} <= set(listed)
    assert {login["totp"] for login in logins if login["totp"]} <= set(listed)
    assert {row["password"] for row in browser} <= set(listed)
    assert all(len(secret) >= 8 for secret in listed)
    bank = b"".join(content for name, content in files.items() if not re.search("bitwarden|firefox", name))
    assert not [secret for secret in listed if secret.encode() in bank]


# The truth.


def test_the_truth_knows_prices_and_the_day_of_each_change(truths: dict[tuple[str, str], Truth]) -> None:
    rent = truths["Hausverwaltung Muster", "rent"]
    assert rent.price == Money(112_000, "EUR")
    assert rent.changes == (PriceChange(date(2025, 12, 1), 108_000, 112_000),)
    assert truths["E.ON", "gas"].changes[0].to_minor < truths["E.ON", "gas"].changes[0].from_minor
    assert truths["Microsoft", "Microsoft 365"].changes == (PriceChange(date(2026, 1, 19), 6_900, 9_900),)
    assert truths["Notion", "Plus"].variable
    assert not truths["Notion", "Plus"].changes


def test_the_truth_tells_ended_and_trial_contracts(truths: dict[tuple[str, str], Truth]) -> None:
    ended = {title for (_, title), truth in truths.items() if truth.status == "ended"}
    assert ended == {"gym", "meal boxes", "sport", "phone by instalments"}
    paper = truths["Süddeutsche Zeitung", "SZ Plus"]
    assert paper.trial_until == date(2025, 8, 11)
    assert paper.changes == ()


def test_one_double_charge_came_back_and_one_did_not(truths: dict[tuple[str, str], Truth]) -> None:
    internet, streaming = truths["Deutsche Telekom", "internet"], truths["Disney+", "Standard"]
    assert [line.minor for line in internet.doubles + internet.refunds] == [-4495, 4495]
    assert [line.minor for line in streaming.doubles] == [-1099]
    assert streaming.refunds == ()


def test_a_month_is_skipped_and_a_charge_comes_late(truths: dict[tuple[str, str], Truth]) -> None:
    days = [line.on for line in truths["GitHub", "Pro"].charges]
    assert date(2025, 10, 31) < max(later for day, later in pairwise(days) if (later - day).days > 45) < UNTIL
    assert date(2025, 4, 21) in {line.on for line in truths["E.ON", "gas"].charges}


def test_two_numbers_share_one_descriptor_and_differ_by_mandate(truths: dict[tuple[str, str], Truth]) -> None:
    lines = [line for truth in truths.values() if truth.vendor == "O2" for line in truth.charges]
    assert len({(line.printed, line.creditor) for line in lines}) == 1
    assert len({line.mandate for line in lines}) == 2


def test_every_rhythm_is_in_the_story(truths: dict[tuple[str, str], Truth]) -> None:
    assert {str(truth.period) for truth in truths.values()} == {"P1W", "P4W", "P1M", "P3M", "P6M", "P1Y"}
    assert {truth.price.currency for truth in truths.values()} == {"EUR", "GBP", "USD"}
