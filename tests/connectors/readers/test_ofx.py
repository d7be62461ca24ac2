"""OFX: the corpus with independently counted rows and sums, and the format's corners on files written here."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from connectors.readers.ofx import READER, pieces
from tests.connectors.golden import results
from vault.findings import FoundCharge, Problem

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", "../shared/data")) / "bank" / "ofx"

# Charges, sums in minor units and problem codes of every corpus file. Counted by hand and with other tools:
# rows by `grep -aio '<STMTTRN>' FILE | wc -l`, amounts by `grep -aio '<TRNAMT>[^<]*' FILE` added with bc, trades by
# `grep -o '<INVTRAN>' FILE | wc -l`; faulty rows and bank errors by reading the files.
EXPECTED: dict[str, tuple[int, dict[str, int], list[str]]] = {
    "account_listing_aggregation.ofx": (0, {}, []),
    "anzcc.ofx": (1, {"AUD": -550}, []),
    "bank_medium.ofx": (3, {"CAD": -660 - 31667 - 2200}, []),
    "bank_small.ofx": (0, {}, []),
    "checking.ofx": (3, {"USD": 1 - 3451 - 2500}, []),
    "date_missing.ofx": (0, {}, ["date", "date", "date"]),
    "decimal_error.ofx": (0, {}, ["date"]),
    "error_message.ofx": (0, {}, ["bank-error"]),
    "fidelity.ofx": (3, {"USD": 24 - 97 + 16}, ["trades-not-read"]),
    "multiple_accounts.ofx": (0, {}, []),
    "ofx-v102-empty-tags.ofx": (1, {"AUD": 1234}, []),
    "signon_fail.ofx": (0, {}, ["bank-error"]),
    "suncorp.ofx": (1, {"AUD": -1685}, []),
    "vanguard.ofx": (0, {}, ["trades-not-read"]),
}

HEADER = "OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nENCODING:{encoding}\r\nCHARSET:{charset}\r\n\r\n"
ROW = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20240105<TRNAMT>-9.99<FITID>F-0001<NAME>Example</STMTTRN>"


def statement(*rows: str, currency: str = "EUR", account: str = "<BANKID>37040044<ACCTID>532013000") -> str:
    return (
        f"<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>{currency}<BANKACCTFROM>{account}</BANKACCTFROM>"
        f"<BANKTRANLIST>{''.join(rows)}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )


def read(text: str | bytes) -> tuple[list[FoundCharge], list[Problem]]:
    content = text.encode() if isinstance(text, str) else text
    items = list(results(READER, content))
    charges = [item for item in items if isinstance(item, FoundCharge)]
    return charges, [item for item in items if isinstance(item, Problem)]


def one(row: str, currency: str = "EUR") -> FoundCharge:
    charges, problems = read(statement(row, currency=currency))
    assert problems == []
    return charges[0]


def row(**fields: str) -> str:
    values = {"DTPOSTED": "20240105", "TRNAMT": "-9.99", "FITID": "F-0001", "NAME": "Example"} | fields
    return "<STMTTRN>" + "".join(f"<{tag}>{value}" for tag, value in values.items()) + "</STMTTRN>"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus of bank files is not here")
@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_the_corpus_gives_the_counts_and_sums_found_by_other_means(name: str) -> None:
    charges, problems = read((CORPUS / name).read_bytes())
    sums: Counter[str] = Counter()
    for charge in charges:
        sums[charge.currency] += charge.minor
    assert (len(charges), dict(sums), [problem.code for problem in problems]) == EXPECTED[name]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus of bank files is not here")
def test_every_corpus_file_has_an_expectation_and_is_recognised() -> None:
    files = {path.name: path for path in CORPUS.glob("*.ofx")}
    assert files.keys() == EXPECTED.keys()
    assert {READER.sniff(path.read_bytes()) for path in files.values()} == {100}


@pytest.mark.parametrize(
    ("printed", "minor"),
    [
        ("-12.5", -1250),
        ("+00000000000000.2400", 24),
        ("            -200,00", -20000),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1 234,56", 123456),
        ("1'234.50", 123450),
        ("-1,234", -123400),
        ("0,123", 12),
        ("-8.95000", -895),
        ("1,234,567", 123456700),
        (".5", 50),
        (",5", 50),
        ("12.50-", -1250),
        ("5", 500),
        ("-0.00", 0),
    ],
)
def test_amounts_are_read_as_banks_print_them(printed: str, minor: int) -> None:
    assert one(row(TRNAMT=printed)).minor == minor


@pytest.mark.parametrize("printed", ["", "$120", "1e5", "NaN", "Infinity", "--1", "1-2", "٣٫٥", "9" * 30, "0x10"])
def test_what_is_no_amount_is_a_problem_and_the_next_row_is_read(printed: str) -> None:
    charges, problems = read(statement(row(TRNAMT=printed), ROW))
    assert [problem.code for problem in problems] == ["amount"]
    assert problems[0].where == "transaction 1"
    assert len(charges) == 1


@pytest.mark.parametrize(
    "printed",
    ["20240105", "20240105000000", "20240105235959.999[-5:EST]", "20240105[0:GMT]", " 20240105\n", "2024-01-05"],
)
def test_the_day_is_the_printed_one_whatever_the_zone(printed: str) -> None:
    assert one(row(DTPOSTED=printed)).booked == date(2024, 1, 5)


@pytest.mark.parametrize("printed", ["", "00000000", "20240230", "2024", "05/01/2024", "tomorrow"])
def test_what_is_no_day_is_a_problem(printed: str) -> None:
    charges, problems = read(statement(row(DTPOSTED=printed)))
    assert (charges, [problem.code for problem in problems]) == ([], ["date"])


@pytest.mark.parametrize(
    ("encoding", "charset", "codec"),
    [
        ("USASCII", "1252", "cp1252"),
        ("USASCII", "1252", "utf-8"),
        ("UTF-8", "NONE", "utf-8"),
        ("UNICODE", "NONE", "utf-16"),
        ("UNICODE", "NONE", "utf-16-le"),
        ("USASCII", "ISO-8859-1", "latin-1"),
        ("USASCII", "1250", "cp1250"),
        ("UTF-8", "NONE", "utf-8-sig"),
        ("UTF-8", "NONE", "cp1252"),
    ],
)
def test_text_is_read_in_the_encoding_that_the_bytes_have(encoding: str, charset: str, codec: str) -> None:
    text = HEADER.format(encoding=encoding, charset=charset) + statement(row(NAME="Bäcker Größe"))
    charges, problems = read(text.encode(codec))
    assert (charges[0].counterparty, problems) == ("Bäcker Größe", [])
    assert READER.sniff(text.encode(codec)) == 100


def test_entities_are_resolved_once_and_only_whole() -> None:
    assert one(row(NAME="AT&amp;T &#252;&#xFC; &euro; A&B &para &amp;amp; &#55357; &nosuch;")).counterparty == (
        "AT&T üü € A&B &para &amp; &#55357; &nosuch;"
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_line_ends_do_not_matter(end: str) -> None:
    text = statement(ROW, row(FITID="F-0002")).replace("<", end + "<")
    charges, problems = read(text)
    assert ([charge.own_id for charge in charges], problems) == (["F-0001", "F-0002"], [])


def test_tags_in_any_case_with_attributes_blanks_and_name_space_are_read() -> None:
    text = (
        statement(ROW)
        .replace("STMTTRN>", "ofx:StmtTrn >")
        .replace("<NAME>", '<name lang="en">')
        .replace("OFX>", "ofx>")
    )
    charges, problems = read(text)
    assert ([charge.counterparty for charge in charges], problems) == (["Example"], [])


def test_rows_and_elements_without_end_tags_are_read() -> None:
    charges, problems = read(statement(ROW, row(FITID="F-0002")).replace("</STMTTRN>", ""))
    assert ([charge.own_id for charge in charges], problems) == (["F-0001", "F-0002"], [])


def test_the_currency_of_a_row_is_its_own_and_an_original_currency_is_only_told() -> None:
    assert one(row(CURRENCY="", CURRATE="1.1", CURSYM="USD")).currency == "USD"
    assert one(row(ORIGCURRENCY="", CURRATE="1.1", CURSYM="USD")).currency == "EUR"
    both = row(CURRENCY="", CURSYM="USD", ORIGCURRENCY="").replace("<ORIGCURRENCY>", "<ORIGCURRENCY><CURSYM>GBP")
    assert one(both).currency == "EUR"


def test_a_row_without_any_currency_is_a_problem() -> None:
    assert [problem.code for problem in read(statement(ROW, currency=""))[1]] == ["no-currency"]


def test_minor_units_follow_the_currency() -> None:
    assert one(row(TRNAMT="-1500"), currency="JPY").minor == -1500
    assert one(row(TRNAMT="-1.5"), currency="KWD").minor == -1500


def test_each_statement_keeps_its_account_and_currency() -> None:
    second = statement(row(FITID="F-0002"), currency="CHF", account="<ACCTID>CH9300762011623852957")
    charges, _ = read(statement(ROW).replace("</OFX>", "") + second.replace("<OFX>", ""))
    assert [(charge.bank_account, charge.currency) for charge in charges] == [
        ("37040044/532013000", "EUR"),
        ("CH9300762011623852957", "CHF"),
    ]


def test_an_id_repeated_on_another_row_is_made_unique_and_on_the_same_row_kept() -> None:
    charges, _ = read(statement(ROW, ROW, row(TRNAMT="-1.00"), row(FITID="1"), row(FITID="1")))
    assert [charge.own_id for charge in charges] == [
        "F-0001",
        "F-0001",
        "F-0001/20240105/-100",
        "1/20240105/-999",
        "1/20240105/-999/2",
    ]


def test_the_longer_name_wins_and_a_payee_is_a_name() -> None:
    assert one(row(EXTDNAME="Example the longer")).counterparty == "Example the longer"
    assert one(row(NAME="", PAYEE="<NAME>Payee</PAYEE>")).counterparty == "Payee"


def test_a_row_that_states_a_balance_is_no_charge() -> None:
    _, problems = read(statement(row(FITID="", NAME="", MEMO="Saldo do dia"), row(FITID="", MEMO="S A L D O")))
    assert [problem.code for problem in problems] == ["balance-row", "balance-row"]
    assert one(row(FITID="F-0001", MEMO="Saldo do dia")).purpose == "Saldo do dia"
    assert one(row(FITID="", MEMO="Saldos Mode")).purpose == "Saldos Mode"


def test_pending_rows_are_marked() -> None:
    pending = "<DTASOF>20240106<STMTTRNP><DTTRAN>20240106<TRNAMT>-5.00<NAME>Soon</STMTTRNP>"
    charges, problems = read(statement(ROW, f"</BANKTRANLIST><BANKTRANLISTP>{pending}</BANKTRANLISTP><BANKTRANLIST>"))
    assert ([charge.pending for charge in charges], problems) == ([False, True], [])
    assert charges[1].booked == date(2024, 1, 6)


def test_a_warning_status_is_no_problem_and_an_error_status_keeps_the_banks_words() -> None:
    warning = "<STATUS><CODE>1<SEVERITY>WARN<MESSAGE>late</STATUS>"
    error = "<STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>Try &amp; again</STATUS>"
    _, problems = read(statement(ROW).replace("<OFX>", f"<OFX>{warning}{error}"))
    assert [problem.code for problem in problems] == ["bank-error"]
    assert "`Try & again`" in problems[0].message


def test_a_file_that_ends_early_says_so_and_keeps_the_whole_rows() -> None:
    text = statement(ROW, row(FITID="F-0002"))
    charges, problems = read(text[: text.rindex("<NAME>") + 8])
    assert ([charge.own_id for charge in charges], [problem.code for problem in problems]) == (
        ["F-0001"],
        ["cut-off", "cut-off"],
    )


@pytest.mark.parametrize("limit", [1, 7, 100, 1000])
def test_the_size_of_a_piece_changes_nothing(limit: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(FITID=f"F-{place:04}", NAME=f"Bäcker {place}") for place in range(40)]
    text = statement(*rows, "<STMTTRNP><DTTRAN>20240106<TRNAMT>-5.00</STMTTRNP>")
    whole = read(text)
    monkeypatch.setattr(pieces, "PIECE_BYTES", limit + 300)
    monkeypatch.setattr(pieces, "HEAD_BYTES", limit)
    assert read(text) == whole
    assert len(whole[0]) == 41
    unclosed = text.replace("</STMTTRN>", "")
    assert read(unclosed) == whole


def test_a_file_without_an_ofx_tag_is_refused() -> None:
    assert [problem.code for problem in read("date;amount\n2024-01-05;9,99\n")[1]] == ["unreadable"]
    assert READER.sniff(b"date;amount\n2024-01-05;9,99\n") == 0
