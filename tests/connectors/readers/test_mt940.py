"""MT940: the corpus with independently counted entries and sums, and the dialects on fields written here."""

from __future__ import annotations

import os
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from connectors.readers.swift_mt940 import READER
from tests.connectors.golden import results
from vault.findings import FoundCharge, Problem

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", "../shared/data")) / "bank" / "mt940"

# Charges, sums in minor units and problem codes of every corpus file. Entries counted by `grep -c '^:61:' FILE`,
# amounts added with awk over mark and amount of those lines (C and RD plus, D and RC minus); where no entry is a
# reversal the library mt-940 gives the same sums. For the reversals in sepa_mt9401 the balances decide: see below.
EXPECTED: dict[str, tuple[int, dict[str, int], list[str]]] = {
    "abnamro.sta": (10, {"EUR": -34593}, []),
    "amount_formats.sta": (0, {}, []),
    "empty_86.sta": (0, {}, ["misplaced-field"]),
    "february_30.sta": (1, {"EUR": -600}, []),
    "ing.sta": (7, {"EUR": -4559}, []),
    "invalid_statement.sta": (0, {}, ["unreadable"]),
    "malformed_details.sta": (1, {"EUR": -23315}, []),
    "mt940.sta": (3, {"PLN": 3}, []),
    "rabobank-iban.sta": (4, {"EUR": -7000}, []),
    "sepa_mt9401.sta": (97, {"EUR": -926913590}, []),
    "sepa_snippet_broken.sta": (1, {"EUR": 5099005}, ["misplaced-field"]),
    "sparkassen.sta": (0, {}, ["no-currency", "cut-off"]),
    "triodos.sta": (2, {"EUR": -71570}, []),
    "with_binary_character.sta": (4, {"EUR": -17906675}, []),
}
HEAD = ":20:X\r\n:25:37040044/0532013000\r\n:28C:1/1\r\n:60F:C240101EUR100,00\r\n"
TAIL = ":62F:C240131EUR100,00\r\n-\r\n"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus of bank files is not here")


def read(text: str | bytes) -> tuple[list[FoundCharge], list[Problem]]:
    content = text.encode() if isinstance(text, str) else text
    items = list(results(READER, content))
    charges = [item for item in items if isinstance(item, FoundCharge)]
    return charges, [item for item in items if isinstance(item, Problem)]


def one(line: str, details: str = "") -> FoundCharge:
    field = f":86:{details}\r\n" if details else ""
    charges, problems = read(f"{HEAD}:61:{line}\r\n{field}{TAIL}")
    assert (len(charges), problems) == (1, [])
    return charges[0]


def said(details: str, line: str = "2401050105D9,99NMSCNONREF") -> FoundCharge:
    return one(line, details)


@needs_corpus
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_corpus_gives_the_counts_and_sums_found_by_other_means(name: str) -> None:
    charges, problems = read((CORPUS / name).read_bytes())
    sums: Counter[str] = Counter()
    for charge in charges:
        sums[charge.currency] += charge.minor
    assert (len(charges), dict(sums), [problem.code for problem in problems]) == EXPECTED[name]


@needs_corpus
def test_every_corpus_file_has_an_expectation_and_the_readable_ones_are_recognised() -> None:
    files = {path.name: path for path in CORPUS.glob("*.sta")}
    assert files.keys() == EXPECTED.keys()
    unknown = [name for name, path in files.items() if READER.sniff(path.read_bytes()) == 0]
    assert unknown == ["invalid_statement.sta"]


@needs_corpus
def test_the_entries_of_each_statement_make_the_difference_of_its_balances() -> None:
    text = (CORPUS / "sepa_mt9401.sta").read_text(encoding="utf-8")
    statements = [":20:" + part for part in re.split(r"^:20:", text, flags=re.MULTILINE)[1:]]
    compared = 0
    for statement in statements:
        balances = re.findall(r"^:6[02]F:([CD])\d{6}EUR(\d+),(\d*)", statement, flags=re.MULTILINE)
        if len(balances) == 2:
            opening, closing = (
                (-1 if mark == "D" else 1) * int(whole + cents.ljust(2, "0")) for mark, whole, cents in balances
            )
            assert opening + sum(charge.minor for charge in read(statement)[0]) == closing
            compared += 1
    assert compared > 10


@pytest.mark.parametrize(
    ("mark", "minor", "pending"),
    [
        ("C", 999, False),
        ("D", -999, False),
        ("RC", -999, False),
        ("RD", 999, False),
        ("CR", 999, False),
        ("DR", -999, False),
        ("RDR", 999, False),
        ("ED", -999, True),
    ],
)
def test_the_mark_gives_the_sign_and_the_funds_code_does_not(mark: str, minor: int, pending: bool) -> None:
    charge = one(f"2401050105{mark}9,99NMSCNONREF")
    assert (charge.minor, charge.pending) == (minor, pending)


@pytest.mark.parametrize(
    ("printed", "minor"), [("12,3", 1230), (",5", 50), ("12,", 1200), ("000000000025,00", 2500), ("1.234,56", 123456)]
)
def test_amounts_are_read_as_banks_print_them(printed: str, minor: int) -> None:
    assert one(f"240105C{printed}NMSCNONREF").minor == minor


@pytest.mark.parametrize(
    ("days", "booked", "value_on"),
    [
        ("2401050106", date(2024, 1, 6), date(2024, 1, 5)),
        ("240105", date(2024, 1, 5), date(2024, 1, 5)),
        ("240105    ", date(2024, 1, 5), date(2024, 1, 5)),
        ("2401011230", date(2023, 12, 30), date(2024, 1, 1)),
        ("2312310102", date(2024, 1, 2), date(2023, 12, 31)),
        ("1901310201", date(2019, 2, 1), date(2019, 1, 31)),
        ("2302300301", date(2023, 3, 1), date(2023, 2, 28)),
        ("240230", date(2024, 2, 29), date(2024, 2, 29)),
        ("991231", date(1999, 12, 31), date(1999, 12, 31)),
        ("2404310430", date(2024, 4, 30), None),
        ("2401059999", date(2024, 1, 5), date(2024, 1, 5)),
        ("2403010229", date(2024, 2, 29), date(2024, 3, 1)),
    ],
)
def test_the_day_is_the_entry_date_in_the_nearest_year(days: str, booked: date, value_on: date | None) -> None:
    charge = one(f"{days}D9,99NMSCNONREF")
    assert (charge.booked, charge.value_on) == (booked, value_on)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("240431D9,99NMSCNONREF", "date"),
        ("2404319999D9,99NMSCNONREF", "date"),
        ("240105X9,99NMSCNONREF", "entry"),
        ("240105D", "entry"),
        ("", "entry"),
        ("240105D9,9", "cut-off"),
        ("240105D99999999999999999999,00NMSC", "amount"),
    ],
)
def test_a_faulty_line_is_a_problem_and_the_next_entry_is_read(line: str, code: str) -> None:
    text = f"{HEAD}:61:{line}\r\n:86:lost\r\n:61:240106D1,00NMSCNONREF\r\n:86:kept\r\n{TAIL}"
    charges, problems = read(text)
    assert [(problem.where, problem.code) for problem in problems] == [("line 5", code)]
    assert [charge.purpose for charge in charges] == ["kept"]


def test_the_banks_reference_is_the_own_id_with_day_amount_and_occurrence() -> None:
    line = ":61:2401050105D9,99NMSCKREF+//2024010500001\r\n"
    charges, _ = read(f"{HEAD}{line}{line}:61:240105D1,00NMSCNONREF//NONREF\r\n{TAIL}")
    own = "2024010500001/20240105/-999"
    assert [charge.own_id for charge in charges] == [own, own + "/2", ""]


def test_numbered_fields_are_joined_as_they_were_cut() -> None:
    charge = said(
        "105?00FOLGELASTSCHRIFT?20EREF+2024-01-0815?21MREF+M-4711?22CRED+DE98ZZZ09999999999"
        "?23SVWZ+Abschlag Januar Vertra?24g 4711?25zweite Zeile?31DE02120300000000202051"
        "?32Gesellschaft fuer Beispiele?33 und Muster mbH"
    )
    assert charge.purpose == "Abschlag Januar Vertrag 4711 zweite Zeile"
    assert charge.counterparty == "Gesellschaft fuer Beispiele und Muster mbH"
    assert charge.counterparty_account == "DE02120300000000202051"
    assert (charge.creditor_id, charge.mandate) == ("DE98ZZZ09999999999", "M-4711")


def test_another_separator_and_fields_over_several_lines_are_read() -> None:
    charge = said("166>00GUTSCHRIFT>20Miete Ja\r\nnuar>32Erika Must\r\nermann", "240105C9,99NMSCNONREF")
    assert (charge.purpose, charge.counterparty) == ("Miete Januar", "Erika Mustermann")


def test_a_question_mark_in_the_text_is_no_field() -> None:
    assert said("166?00X?20Wer? 99 Leute?32A").purpose == "Wer? 99 Leute"


@pytest.mark.parametrize(
    ("line", "details", "counterparty"),
    [
        ("240105D9,99NMSC", "116?20SVWZ+x?21ABWE+Laden?32Dienst", "Laden"),
        ("240105D9,99NMSC", "105?20MREF+M1?21SVWZ+x?22ABWA+Laden?23ABWE+Ich?32Dienst", "Laden"),
        ("240105C9,99NMSC", "166?20SVWZ+x?21ABWA+Kunde?32Dienst", "Kunde"),
        ("240105D9,99NMSC", "116?20SVWZ+x?32Dienst", "Dienst"),
    ],
)
def test_the_party_behind_a_payment_service_is_the_counterparty(line: str, details: str, counterparty: str) -> None:
    assert one(line, details).counterparty == counterparty


def test_the_booking_text_stands_in_for_a_missing_purpose() -> None:
    assert said("805?00ABSCHLUSS?20EREF+1").purpose == "ABSCHLUSS"


@pytest.mark.parametrize(
    "details",
    [
        "/TRTP/SEPA INCASSO/CSID/NL98ZZZ999999990000/NAME/Example BV/MARF/M-1/REMI/Termijn 1/IBAN/NL02ABNA0123456789",
        "/MARF/M-1//CSID/NL98ZZZ999999990000//CNTP/NL02ABNA0123456789/ABNANL2A/Example BV///REMI/USTD//Termijn 1/",
        "SEPA Incasso Incassant: NL98ZZZ999999990000\r\nNaam: Example BV  Machtiging: M-1\r\n"
        "Omschrijving: Termijn 1   IBAN: NL02ABNA0123456789",
    ],
)
def test_code_words_and_labels_are_read_alike(details: str) -> None:
    charge = said(details)
    assert (charge.counterparty, charge.purpose) == ("Example BV", "Termijn 1")
    assert (charge.creditor_id, charge.mandate) == ("NL98ZZZ999999990000", "M-1")
    assert charge.counterparty_account == "NL02ABNA0123456789"


def test_supplementary_details_give_the_account_or_else_the_purpose() -> None:
    assert one("240105D9,99NMSCNONREF\r\nNL02ABNA0123456789").counterparty_account == "NL02ABNA0123456789"
    assert one("240105D9,99NMSCNONREF\r\nCARD PAYMENT").purpose == "CARD PAYMENT"


def test_an_account_in_the_customers_reference_is_the_other_account() -> None:
    assert one("240105    D65,00NOVBNL02ABNA0123456789").counterparty_account == "NL02ABNA0123456789"


def test_details_on_the_line_of_the_entry_are_details() -> None:
    charge = one("2401050105D9,99N105NONREF//B6D29PGWUM0RDZ4H :86:/TRTP/SEPA/NAME/Example BV/REMI/x")
    assert (charge.counterparty, charge.own_id) == ("Example BV", "B6D29PGWUM0RDZ4H/20240105/-999")


def test_keywords_with_a_colon_stand_in_for_those_with_a_plus() -> None:
    charge = said("105?00X?20Beitrag MREF: 27 CRED: DE98?21ZZZ09999999999 IBAN: DE0212?32Verein")
    assert (charge.purpose, charge.mandate, charge.counterparty) == ("Beitrag", "27", "Verein")


def test_a_message_may_end_between_balance_and_entries() -> None:
    charges, problems = read(f"{HEAD}-\r\n:61:240105D9,99NMSCNONREF\r\n{TAIL}")
    assert ([charge.currency for charge in charges], problems) == (["EUR"], [])


def test_details_behind_the_closing_balance_belong_to_the_statement() -> None:
    charges, problems = read(f"{HEAD}:61:240105D9,99NMSCNONREF\r\n:86:mine\r\n:62F:C240131EUR1,00\r\n:86:totals\r\n-")
    assert ([charge.purpose for charge in charges], problems) == (["mine"], [])


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "@@"])
def test_every_line_end_is_read(end: str) -> None:
    text = f"{HEAD}:61:240105D9,99NMSCNONREF\r\n:86:Grüße\r\n{TAIL}".replace("\r\n", end)
    charges, problems = read(text)
    assert ([charge.purpose for charge in charges], problems) == (["Grüße"], [])
    assert READER.sniff(text.encode()) == 95


def test_a_long_file_without_line_ends_is_read() -> None:
    entries = ":61:240105D9,99NMSCNONREF:86:" + "text " * 10
    charges, problems = read((HEAD + entries * 10 + TAIL).replace("\r\n", ""))
    assert (len(charges), problems) == (10, [])


def test_swift_blocks_are_unwrapped() -> None:
    text = (HEAD + ":61:240105D9,99NMSCNONREF\r\n" + TAIL).removesuffix("-\r\n")
    charges, problems = read("{1:F01X}{2:O940}{3:{108:A}}{4:\r\n" + text + "-}{5:{CHK:0}}\r\n{1:F01X}{4:" + text + "-}")
    assert (len(charges), problems) == (2, [])


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-8-sig"])
def test_text_is_read_in_the_encoding_that_the_bytes_have(codec: str) -> None:
    charges, _ = read(f"{HEAD}:61:240105D9,99NMSCNONREF\r\n:86:Bäcker\r\n{TAIL}".encode(codec))
    assert charges[0].purpose == "Bäcker"


def test_each_statement_keeps_its_account_and_currency() -> None:
    entry = ":61:240105D9,99NMSCNONREF\r\n"
    second = HEAD.replace("37040044/0532013000", "NL91ABNA0417164300 USD").replace("EUR", "USD")
    charges, _ = read(HEAD + entry + TAIL + second + entry + TAIL)
    assert [(charge.bank_account, charge.currency) for charge in charges] == [
        ("37040044/0532013000", "EUR"),
        ("NL91ABNA0417164300", "USD"),
    ]


def test_a_file_cut_off_says_so() -> None:
    charges, problems = read(f"{HEAD}:61:240105D9,99NMSCNONREF\r\n:86:half")
    assert ([charge.purpose for charge in charges], [problem.code for problem in problems]) == (["half"], ["cut-off"])


def test_a_reader_of_text_without_fields_refuses() -> None:
    assert [problem.code for problem in read("1\n2\n3\n")[1]] == ["unreadable"]
    assert READER.sniff(b"Datum;Betrag\n01.02.2024;1,00\n") == 0
