"""Bank CSV files as people get them: what is told from the file, what is asked, and what a bad row does."""

from __future__ import annotations

import csv
import io
import tracemalloc
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.frame import SNIFF_BYTES, MappingNeeded, ReadError, Source
from connectors.readers import bank_csv
from connectors.readers.bank_csv import READER
from vault.findings import FoundCharge, Problem

SAMPLES = Path(bank_csv.__file__).parent / "samples"


def read(
    text: str | bytes, mapping: dict[str, str] | None = None, encoding: str = "utf-8"
) -> list[FoundCharge | Problem]:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return list(READER.read(Source(stream=io.BytesIO(content), size=len(content), mapping=mapping)))  # type: ignore[arg-type]


def charges(
    text: str | bytes, mapping: dict[str, str] | None = None, encoding: str = "utf-8"
) -> list[tuple[date, int, str]]:
    """Day, minor units and currency of each row; the file has no problems."""
    found = read(text, mapping, encoding)
    assert [item for item in found if isinstance(item, Problem)] == []
    return [(item.booked, item.minor, item.currency) for item in found if isinstance(item, FoundCharge)]


def problems(text: str, mapping: dict[str, str] | None = None) -> list[tuple[str, str]]:
    return [(item.where, item.code) for item in read(text, mapping) if isinstance(item, Problem)]


def refused(text: str, mapping: dict[str, str] | None = None) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(text, mapping)
    return caught.value


def sums(name: str) -> tuple[int, dict[str, int]]:
    """How many charges a sample has, and their sum per currency."""
    items = read((SAMPLES / name).read_bytes())
    found = [item for item in items if isinstance(item, FoundCharge)]
    assert len(found) == len(items)
    total: Counter[str] = Counter()
    for item in found:
        total[item.currency] += item.minor
    return len(found), dict(total)


# Counted and added up by hand from the files.
@pytest.mark.parametrize(
    ("name", "count", "total"),
    [
        ("sparkasse-camt-v2.csv", 3, {"EUR": 245_017 - 8_400 - 735}),
        ("sparkasse-camt-v8.csv", 2, {"EUR": -11_988 - 495}),
        ("sparkasse-mt940.csv", 2, {"EUR": -2_990 - 1_800}),
        ("dkb-old.csv", 3, {"EUR": 301_200 - 1_999 - 104_520}),
        ("dkb-2023.csv", 3, {"EUR": 250_000 - 1_299 - 108_450}),
        ("ing.csv", 3, {"EUR": 200_000 - 2_490 - 380}),
        ("comdirect.csv", 4, {"EUR": -3_995 - 95_000 - 1_099 - 1_499}),
        ("n26-old.csv", 3, {"EUR": -1_299 - 8_400 - 921}),
        ("n26-new.csv", 3, {"EUR": 245_017 - 1_999 - 921}),
        ("paypal-en.csv", 5, {"USD": 0, "EUR": 121_475}),
        ("paypal-de.csv", 2, {"EUR": 0}),
        ("revolut.csv", 5, {"EUR": -999 - 450 - 10_050 + 5_000, "USD": 10_910}),
        ("chase-checking.csv", 3, {"USD": 210_000 - 1_549 - 105_000}),
        ("chase-card.csv", 2, {"USD": 41_210 - 3_500}),
        ("barclays.csv", 3, {"GBP": 180_000 - 799 - 4_210}),
        ("amex-us.csv", 2, {"USD": 9_900 - 41_260}),
        ("capital-one.csv", 2, {"USD": 12_000 - 1_799}),
        ("bank-of-america.csv", 3, {"USD": 200_000 - 120_000 - 1_234}),
        ("postbank-2023.csv", 2, {"EUR": 190_000 - 5_508}),
        ("ing-nl.csv", 2, {"EUR": 210_000 - 12_150}),
        ("rabobank.csv", 2, {"EUR": 125_000 - 4_500}),
        ("mbank.csv", 2, {"PLN": 200_000 - 2_999}),
        ("ubs.csv", 3, {"CHF": 320_000 - 5_785 - 30_000}),
        ("nordea-se.csv", 2, {"SEK": 2_500_000 - 12_900}),
        ("wise.csv", 3, {"EUR": 50_000 - 1_120 - 41}),
        ("monzo.csv", 3, {"GBP": 150_000 - 320 - 8_800}),
    ],
)
def test_a_bank_s_export_gives_its_bookings_and_their_sum(name: str, count: int, total: dict[str, int]) -> None:
    assert sums(name) == (count, total)


def test_sepa_keys_are_kept_from_columns_and_from_tags_in_the_purpose() -> None:
    by_columns = next(iter(read((SAMPLES / "sparkasse-camt-v2.csv").read_bytes())))
    by_tags = next(iter(read((SAMPLES / "sparkasse-mt940.csv").read_bytes())))
    by_words = next(iter(read((SAMPLES / "ing-nl.csv").read_bytes())))
    assert isinstance(by_columns, FoundCharge)
    assert isinstance(by_tags, FoundCharge)
    assert isinstance(by_words, FoundCharge)
    assert (by_columns.creditor_id, by_columns.mandate) == ("DE98ZZZ09999999999", "MREF-0815")
    assert (by_tags.creditor_id, by_tags.mandate) == ("DE98ZZZ09999999999", "M-1")
    assert by_tags.purpose == "Monatsbeitrag Fitness"
    assert (by_words.creditor_id, by_words.mandate) == ("NL00ZZZ123456780000", "M123")


def test_each_section_of_a_file_belongs_to_its_own_account() -> None:
    accounts = [
        item.bank_account for item in read((SAMPLES / "comdirect.csv").read_bytes()) if isinstance(item, FoundCharge)
    ]
    assert accounts == ["Girokonto", "Girokonto", "Visa-Karte (Kreditkarte)", "Visa-Karte (Kreditkarte)"]


def test_pending_rows_are_marked_and_declined_or_only_held_ones_left_out() -> None:
    paypal = [item for item in read((SAMPLES / "paypal-en.csv").read_bytes()) if isinstance(item, FoundCharge)]
    assert [item.pending for item in paypal] == [False, False, False, True, False]
    assert "Taxi Example" not in {item.counterparty for item in paypal}
    assert "Shop Example" not in {item.counterparty for item in paypal}


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp850", "mac_roman"]
)
def test_the_encoding_is_told_from_the_bytes(encoding: str) -> None:
    found = read("Buchungstag;Empfänger;Betrag;Währung\n02.01.2024;Bäcker Größe;-1,50;EUR\n", encoding=encoding)
    assert [item.counterparty for item in found if isinstance(item, FoundCharge)] == ["Bäcker Größe"]


def test_a_letter_outside_ascii_far_behind_the_first_bytes_still_decides_the_encoding() -> None:
    rows = "02.01.2024;Laden;-1,50;EUR\n" * 6_000
    found = read(f"Datum;Name;Betrag;Waehrung\n{rows}03.01.2024;Müller;-2,00;EUR\n", encoding="cp1252")
    assert isinstance(found[-1], FoundCharge)
    assert found[-1].counterparty == "Müller"
    assert len(found) == 6_001


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_the_delimiter_is_told_from_the_header(delimiter: str) -> None:
    text = (
        f"Datum{delimiter}Name{delimiter}Betrag{delimiter}Währung\n2024-01-02{delimiter}A{delimiter}-5{delimiter}EUR\n"
    )
    assert charges(text) == [(date(2024, 1, 2), -500, "EUR")]


@pytest.mark.parametrize(
    ("printed", "minor"),
    [
        ("1.234,56", 123_456),
        ("-1.234,56", -123_456),
        ("1 234,56", 123_456),
        ("1\u00a0234,56", 123_456),
        ("1\u202f234,56", 123_456),
        ("1'234,56", 123_456),
        ("1\u2019234,56", 123_456),
        ("12,50-", -1_250),
        ("(12,50)", -1_250),
        ("\u221212,50", -1_250),
        ("+12,50", 1_250),
        ("12,50 €", 1_250),
        ("€ 12,50", 1_250),
        ("-12,50 EUR", -1_250),
        ("EUR -12,50", -1_250),
        ("12,50 H", 1_250),
        ("12,50 S", -1_250),
        ("12,5", 1_250),
        (",50", 50),
        ("12", 1_200),
        ("1.000", 100_000),
        ("0,00", 0),
    ],
)
def test_an_amount_with_decimal_commas_is_read_exactly(printed: str, minor: int) -> None:
    text = f"Datum;Name;Betrag;Währung\n02.01.2024;A;{printed};EUR\n02.01.2024;B;7,25;EUR\n"
    assert [found[1] for found in charges(text)] == [minor, 725]


@pytest.mark.parametrize(
    ("printed", "minor"),
    [
        ("1,234.56", 123_456),
        ("1234.56", 123_456),
        ("-$12.50", -1_250),
        ("$-12.50", -1_250),
        ("$1,000", 100_000),
        (".5", 50),
        ("12.50CR", 1_250),
        ("12.50 DR", -1_250),
        ("1'000.25", 100_025),
        ("($3.00)", -300),
        ("1,00,000.00", 10_000_000),
    ],
)
def test_an_amount_with_decimal_points_is_read_exactly(printed: str, minor: int) -> None:
    text = f'Date,Payee,Amount,Currency\n2024-01-02,A,"{printed}",USD\n2024-01-02,B,7.25,USD\n'
    assert [found[1] for found in charges(text)] == [minor, 725]


@pytest.mark.parametrize("printed", ["abc", "1.23,45", "1_0,00", "12,50,7", "--5", "1e5", "", "9" * 30])
def test_what_is_no_amount_is_a_problem_of_its_row_and_the_rest_goes_on(printed: str) -> None:
    text = f"Datum;Name;Betrag;Währung\n02.01.2024;A;{printed};EUR\n03.01.2024;B;7,25;EUR\n"
    assert problems(text) == [("line 2", "bad-amount")]
    assert isinstance(read(text)[-1], FoundCharge)


def test_digits_of_the_currency_decide_about_three_digits_behind_a_mark() -> None:
    assert charges('Date,Name,Amount (JPY)\n2024-01-02,A,"1,234"\n') == [(date(2024, 1, 2), 1_234, "JPY")]
    assert charges("Date,Name,Amount (KWD)\n2024-01-02,A,1.234\n") == [(date(2024, 1, 2), 1_234, "KWD")]
    assert charges("Date;Name;Amount (EUR)\n2024-01-02;A;1.234\n") == [(date(2024, 1, 2), 123_400, "EUR")]


@pytest.mark.parametrize(
    "printed",
    """02.01.2024 | 2.1.2024 | 02.01.24 | 2024-01-02 | 2024/01/02 | 20240102 | 2024-01-02 10:11:12 | 2 Jan 2024
    2024-01-02T10:11:12Z | 02-Jan-24 | Jan 2, 2024 | 2. Januar 2024 | 02.01.2024 10:11 | 2024-01-02 10:11:12.5
    """.replace("\n", "|").split("|")[:-1],
)
def test_a_date_is_read_in_every_printed_form(printed: str) -> None:
    assert charges(f'Date,Payee,Amount,Currency\n"{printed}",A,1.00,EUR\n') == [(date(2024, 1, 2), 100, "EUR")]


def test_the_order_of_day_and_month_is_decided_over_the_column() -> None:
    row = "0{}/0{}/2024,A,1.00,CAD\n"
    assert charges("Date,Payee,Amount,Currency\n03/04/2024,A,1.00,CAD\n14/04/2024,A,1.00,CAD\n")[0][0] == date(
        2024, 4, 3
    )
    assert charges("Date,Payee,Amount,Currency\n03/04/2024,A,1.00,CAD\n04/14/2024,A,1.00,CAD\n")[0][0] == date(
        2024, 3, 4
    )
    late = "Date,Payee,Amount,Currency\n" + row.format(3, 4) * 5_000 + "14/04/2024,A,1.00,CAD\n"
    assert {found[0] for found in charges(late)} == {date(2024, 4, 3), date(2024, 4, 14)}


def test_a_sorted_column_tells_the_order_of_day_and_month() -> None:
    days = ["01/02/2024", "01/03/2024", "02/01/2024", "03/01/2024", "04/01/2024"]
    text = "Date,Payee,Amount,Currency\n" + "".join(f"{day},A,1.00,CAD\n" for day in days)
    assert charges(text)[2][0] == date(2024, 2, 1)


def test_a_row_that_contradicts_its_column_is_a_problem() -> None:
    text = "Date,Payee,Amount,Currency\n" + "25/01/2024,A,1.00,CAD\n" * 3 + "01/26/2024,A,1.00,CAD\n"
    assert problems(text) == [("line 5", "bad-date")]


def test_dates_that_nothing_decides_are_asked_for_and_the_mapping_decides() -> None:
    text = "Date,Payee,Amount,Currency\n03/04/2024,A,1.00,CAD\n"
    error = refused(text)
    assert error.code == "ambiguous-dates"
    assert "date_style" in error.hint
    assert charges(text, {"date_style": "MDY"})[0][0] == date(2024, 3, 4)
    assert charges(text, {"date_style": "DMY"})[0][0] == date(2024, 4, 3)


def test_a_currency_that_nothing_tells_is_asked_for_once() -> None:
    text = "Date,Payee,Amount\n" + "2024-01-02,A,1.00\n" * 50
    error = refused(text)
    assert error.code == "unknown-currency"
    assert "=EUR" in error.hint
    assert len(charges(text, {"currency": "=EUR"})) == 50


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("Date,Payee,Amount (CHF)\n2024-01-02,A,1.00\n", "CHF"),
        ("Datum;Name;Betrag (€)\n02.01.2024;A;1,00\n", "EUR"),
        ("Datum;Name;Umsatz in CHF\n02.01.2024;A;1,00\n", "CHF"),
        ("Date,Payee,Amount\n2024-01-02,A,£1.00\n", "GBP"),
        ("Konto;PL61109010140000071219812874\n\nDatum;Name;Betrag\n02.01.2024;A;1,00\n", "PLN"),
        ("Currency;NOK\n\nDate;Name;Amount\n2024-01-02;A;1,00\n", "NOK"),
        ("Bokföringsdag;Text;Belopp\n2024-01-02;A;1,00\n", "SEK"),
        ("Dato;Tekst;Beløb\n02.01.2024;A;1,00\n", "DKK"),
    ],
)
def test_the_currency_comes_from_heading_amount_lines_above_language_or_account(text: str, currency: str) -> None:
    assert charges(text)[0][2] == currency


def test_of_two_currency_columns_the_one_beside_the_amount_counts() -> None:
    text = "Date,Name,Balance,Currency,Amount,Currency\n2024-01-02,A,9.00,CHF,1.00,EUR\n"
    assert charges(text)[0][2] == "EUR"


def test_a_direction_column_gives_the_sign_unless_amounts_are_signed() -> None:
    assert [c[1] for c in charges("Datum;Name;Af Bij;Bedrag (EUR)\n20240102;A;Af;5,00\n20240102;B;Bij;6,00\n")] == [
        -500,
        600,
    ]
    assert [
        c[1] for c in charges("Date,Name,Amount,D/C,Currency\n2024-01-02,A,-5.00,D,EUR\n2024-01-02,B,6.00,C,EUR\n")
    ] == [-500, 600]
    assert [
        c[1] for c in charges("Buchungstag;Valuta;Name;Umsatz;Währung; \n02.01.2024;02.01.2024;A;5,00;EUR;S\n")
    ] == [-500]


def test_debit_and_credit_columns_give_the_sign() -> None:
    text = "Date,Narrative,Debit,Credit,Currency\n2024-01-02,A,5.00,,EUR\n2024-01-03,B,,6.00,EUR\n2024-01-04,C,-7.00,0.00,EUR\n"
    assert [found[1] for found in charges(text)] == [-500, 600, -700]


def test_balances_totals_and_blank_lines_are_no_problems_but_a_firm_named_total_is_a_booking() -> None:
    text = (
        "Datum;Name;Verwendungszweck;Betrag;Währung\n02.01.2024;;Total Energies;-5,00;EUR\n\n;;;;\n"
        "Summe;;;-5,00;EUR\n;;;12,00;EUR\n31.01.2024;;Endsaldo;100,00;EUR\nKontostand vom 31.01.2024:;100,00 EUR\n"
    )
    assert charges(text) == [(date(2024, 1, 2), -500, "EUR")]


def test_a_row_cut_short_is_a_problem_with_its_line() -> None:
    text = "Name;Ort;Land;Datum;Betrag;Währung\nA;B;C;02.01.2024;-1,00;EUR\nA;B;C;D;E\nA;B;C;02.01.2024;-1,00;EUR\n"
    assert problems(text) == [("line 3", "unreadable-row")]


def test_one_unclosed_quotation_mark_costs_one_row() -> None:
    rows = [f"{day:02d}.01.2024;Laden {day};-{day},00;EUR\n" for day in range(1, 29)]
    rows[4] = '05.01.2024;"Laden 5;-5,00;EUR\n'
    found = read("Datum;Name;Betrag;Währung\n" + "".join(rows))
    assert [(item.where, item.code) for item in found if isinstance(item, Problem)] == [("line 6", "unbalanced-quote")]
    assert sum(isinstance(item, FoundCharge) for item in found) == 27


def test_one_unclosed_quotation_mark_among_quoted_rows_or_before_a_long_rest_costs_one_row() -> None:
    quoted = [f'"{day:02d}.01.2024";"Laden {day}";"-{day},00";"EUR"\n' for day in range(1, 29)]
    quoted[4] = '"05.01.2024";"Laden 5";"-5,00";"EUR\n'
    found = read('"Datum";"Name";"Betrag";"Währung"\n' + "".join(quoted))
    assert sum(isinstance(item, FoundCharge) for item in found) >= 26
    assert any(isinstance(item, Problem) for item in found)
    long = read('Datum;Name;Betrag;Währung\n01.01.2024;"Laden;-1,00;EUR\n' + "02.01.2024;Laden;-2,00;EUR\n" * 20_000)
    assert sum(isinstance(item, FoundCharge) for item in long) == 20_000
    assert [item.code for item in long if isinstance(item, Problem)] == ["unbalanced-quote"]


def test_a_cell_of_several_lines_is_one_booking_and_later_problems_keep_their_line() -> None:
    text = 'Datum;Name;Betrag;Währung\n02.01.2024;"eine\nund noch\neine Zeile";-1,00;EUR\n03.01.2024;B;x;EUR\n'
    found = read(text)
    assert isinstance(found[0], FoundCharge)
    assert found[0].counterparty == "eine und noch eine Zeile"
    assert isinstance(found[1], Problem)
    assert found[1].where == "line 5"


def test_zero_bytes_in_the_text_are_dropped() -> None:
    assert isinstance(found := read("Datum;Name;Betrag;Währung\n02.01.2024;La\0den;-1,00;EUR\n")[0], FoundCharge)
    assert found.counterparty == "Laden"


def test_a_line_longer_than_any_table_s_is_refused_before_it_is_held() -> None:
    text = "Datum;Name;Betrag;Währung\n02.01.2024;" + "x" * (3 << 20) + ";-1,00;EUR\n"
    assert refused(text).code == "line-too-long"


def test_a_file_misread_as_a_whole_has_a_bounded_number_of_problems() -> None:
    good = "2.1.2024;A;1,00;EUR\n" * 2_000
    found = read("Datum;Name;Betrag;Währung\n" + good + "2.1.2024;A;x;EUR\n" * 3_000)
    assert len(found) == 2_000 + 1_001
    assert isinstance(found[-1], Problem)
    assert found[-1].code == "too-many-problems"


def test_unknown_columns_are_named_with_how_to_map_them() -> None:
    error = refused("Wann;Wer;Wieviel\n02.01.2024;A;1,00\n")
    assert error.code == "unmapped-columns"
    assert "`Wann`, `Wer`, `Wieviel`" in error.sentence
    assert "--map" in error.hint


def test_a_table_without_headings_is_refused_without_repeating_its_cells_unless_it_is_mapped() -> None:
    text = "02.01.2024;Jemand;-1,00\n03.01.2024;Niemand;-2,00\n"
    error = refused(text)
    assert error.code == "unmapped-columns"
    assert "Jemand" not in str(error)
    mapping = {"header_line": "0", "booked": "#1", "counterparty": "#2", "amount": "#3", "currency": "=CHF"}
    assert charges(text, mapping) == [(date(2024, 1, 2), -100, "CHF"), (date(2024, 1, 3), -200, "CHF")]


def test_a_mapping_wins_over_detection() -> None:
    text = "Datum;Wertstellung;Text;Betrag;Wieviel;Währung\n02.01.2024;03.01.2024;A;1,00;2.50;EUR\n"
    mapping = {"booked": "Wertstellung", "amount": "Wieviel", "decimal": ".", "currency": "=CHF", "sign": "inverted"}
    assert charges(text, mapping) == [(date(2024, 1, 3), -250, "CHF")]


def test_a_mapping_may_join_columns_and_name_the_header_line_and_delimiter() -> None:
    text = "x|y\nz\nWann|Wer|Was|Noch|Wieviel\n02.01.2024|A|b|c|1,00\n"
    mapping = {
        "booked": "Wann", "counterparty": "Wer", "purpose": "Was + Noch", "amount": "#5", "currency": "=EUR",
        "header_line": "3", "delimiter": "|", "encoding": "latin-1", "bank_account": "=Kasse",
    }  # fmt: skip
    found = read(text, mapping)[0]
    assert isinstance(found, FoundCharge)
    assert (found.counterparty, found.purpose, found.bank_account) == ("A", "b c", "Kasse")


@pytest.mark.parametrize(
    "mapping",
    [
        {"amont": "Betrag"},
        {"amount": "Nirgends"},
        {"amount": "#99"},
        {"date_style": "DDMM"},
        {"decimal": ";"},
        {"encoding": "rot13"},
        {"header_line": "x"},
        {"amount": "=5"},
        {"currency": "=Euro"},
    ],
)
def test_a_mapping_that_does_not_fit_is_refused_with_what_would(mapping: dict[str, str]) -> None:
    error = refused("Datum;Text;Betrag;Währung\n02.01.2024;A;1,00;EUR\n", mapping)
    assert error.code == "bad-mapping"
    assert "mapping like" in error.hint


def test_the_fingerprint_of_a_header_does_not_depend_on_the_rows_or_what_stands_above() -> None:
    ing = (SAMPLES / "ing.csv").read_bytes()
    shorter = b"\n".join(ing.splitlines()[13:-1])
    assert READER.header_key(ing[:SNIFF_BYTES]) == READER.header_key(shorter)
    unknown = "Wann;Wer;Wieviel\n"
    first, second = (READER.header_key((unknown + row).encode()) for row in ("1.1.2024;A;1\n", "2.1.2024;B;2\n"))
    assert first == second != READER.header_key(ing)
    assert READER.header_key(b"no table at all") == ""


@pytest.mark.parametrize(
    "text", ["", "{}", "<xml/>", "Hello,\nworld, this is a letter.\n", "name,url,username,password\nA,b,c,d\n"]
)
def test_what_is_no_bank_s_table_is_not_recognised(text: str) -> None:
    assert READER.sniff(text.encode()) == 0


def test_memory_does_not_grow_with_the_file() -> None:
    """A stream that makes up its rows as it is read: what the reader keeps is what a few rows need."""
    row = b"02.01.2024;Laden %06d;-1,00;EUR\n"
    content = b"Datum;Name;Betrag;W\xc3\xa4hrung\n" + b"".join(row % number for number in range(15_000))
    stream = io.BytesIO(content)
    tracemalloc.start()
    count = sum(1 for _ in READER.read(Source(stream=stream, size=len(content))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 15_000
    assert peak < 12 << 20


def test_a_second_section_may_lack_the_direction_column_of_the_first() -> None:
    text = (
        "Datum;Name;Af Bij;Bedrag (EUR)\n20240102;A;Af;5,00\n\nDatum;Name;Bedrag (EUR)\n20240103;B;-6,00\n"
        "\nDatum;Name;Bedrag (EUR)\n20240104;C;7,00\n"
    )
    assert [found[1] for found in charges(text)] == [-500, -600, 700]


def grouped(whole: int, group: str) -> str:
    return f"{whole:,}".replace(",", group)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.dates(date(1990, 1, 1), date(2060, 12, 31)),
            st.integers(-(10**9), 10**9),
            st.text("Aä ;,|\"'\n", max_size=8),
        ),
        min_size=1,
        max_size=12,
    ),
    delimiter=st.sampled_from(";,|\t"),
    mark_and_group=st.sampled_from([(",", "."), (",", " "), (",", ""), (".", ","), (".", "'"), (".", "")]),
    form=st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y %H:%M"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_is_written_in_any_style_is_read_back(
    rows: list[tuple[date, int, str]], delimiter: str, mark_and_group: tuple[str, str], form: str, encoding: str
) -> None:
    mark, group = mark_and_group
    styles = {"%d/%m/%Y": "DMY", "%m/%d/%Y": "MDY", "%d-%m-%Y %H:%M": "DMY"}
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(["Date", "Payee", "Amount", "Currency"])
    for day, minor, name in rows:
        amount = f"{'-' if minor < 0 else ''}{grouped(abs(minor) // 100, group)}{mark}{abs(minor) % 100:02d}"
        writer.writerow([day.strftime(form), f"Shop {name}", amount, "EUR"])
    mapping = {"date_style": styles[form]} if form in styles else None
    expected = [(day, minor, "EUR") for day, minor, _ in rows]
    assert charges(file.getvalue(), mapping, encoding) == expected


@pytest.mark.parametrize(
    ("text", "header", "rows"),
    [
        ("Wann;Wer;Wieviel\n02.01.2024;A;1,00\n", ("Wann", "Wer", "Wieviel"), [["02.01.2024", "A", "1,00"]]),
        ("02.01.2024;A;-1,00\n03.01.2024;B;-2,00\n", (), [["02.01.2024", "A", "-1,00"], ["03.01.2024", "B", "-2,00"]]),
        ("Date,Payee,Amount\n2024-01-02,A,1.00\n", ("Date", "Payee", "Amount"), [["2024-01-02", "A", "1.00"]]),
    ],
)
def test_whoever_has_to_explain_a_table_is_shown_it(text: str, header: tuple[str, ...], rows: list[list[str]]) -> None:
    error = refused(text)
    assert isinstance(error, MappingNeeded)
    assert (tuple(error.header), error.rows) == (header, rows)
