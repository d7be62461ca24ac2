"""CAMT: the corpus with independently counted entries and sums, and the format's corners on files written here."""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from connectors.readers.camt import READER
from tests.connectors.golden import results
from vault.findings import FoundCharge, Problem

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", "../shared/data")) / "bank" / "camt"

# Charges, sums in minor units and problem codes of every corpus file. Established with xml.etree, which the reader
# does not use: elements named Ntry counted, their direct Amt added by @Ccy with the sign of their CdtDbtInd.
# camt054.v4 has one entry of three details in another currency than the entry: one charge.
EXPECTED: dict[str, tuple[int, dict[str, int], list[str]]] = {
    "camt052.v2.xml": (1, {"SEK": -20000000}, []),
    "camt052.v6.Amt-zero.xml": (1, {"SEK": -20000000}, []),
    "camt052.v6.xml": (1, {"SEK": -20000000}, []),
    "camt053.v2.five.decimals.xml": (1, {"EUR": 885}, []),
    "camt053.v2.minimal.xml": (1, {"EUR": 885}, []),
    "camt053.v2.multi.statement.xml": (2, {"EUR": 885 - 700}, []),
    "camt053.v2.with-party-ids.xml": (1, {"EUR": 885}, []),
    "camt053.v2.wrong.xml": (0, {}, ["no-statement"]),
    "camt053.v3.xml": (1, {"EUR": 885}, []),
    "camt053.v8.xml": (1, {"EUR": 885}, []),
    "camt054.v4.xml": (1, {"SEK": -20000000}, []),
    "camt53.only-Dt-with-DtTm.xml": (0, {}, []),
}
OWN, OTHER = "DE89370400440532013000", "DE02120300000000202051"


def message(*entries: str, account: str = f"<Id><IBAN>{OWN}</IBAN></Id>", version: str = "053.001.08") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{version}">'
        f"<BkToCstmrStmt><GrpHdr/><Stmt><Id>1</Id><Acct>{account}</Acct>{''.join(entries)}</Stmt></BkToCstmrStmt></Document>"
    )


def entry(details: str = "", **parts: str) -> str:
    values = {
        "amount": '<Amt Ccy="EUR">9.99</Amt>',
        "direction": "<CdtDbtInd>DBIT</CdtDbtInd>",
        "state": "<Sts><Cd>BOOK</Cd></Sts>",
        "booked": "<BookgDt><Dt>2024-01-05</Dt></BookgDt>",
        "more": "",
    } | parts
    return f"<Ntry>{''.join(values.values())}<NtryDtls>{details}</NtryDtls></Ntry>"


def detail(inside: str) -> str:
    return f"<TxDtls>{inside}</TxDtls>"


def read(text: str | bytes) -> tuple[list[FoundCharge], list[Problem]]:
    content = text.encode() if isinstance(text, str) else text
    items = list(results(READER, content))
    charges = [item for item in items if isinstance(item, FoundCharge)]
    return charges, [item for item in items if isinstance(item, Problem)]


def one(text: str) -> FoundCharge:
    charges, problems = read(message(text))
    assert (len(charges), problems) == (1, [])
    return charges[0]


def codes(text: str) -> list[str]:
    charges, problems = read(message(text))
    assert charges == []
    return [problem.code for problem in problems]


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
    files = {path.name: path for path in CORPUS.glob("*.xml")}
    assert files.keys() == EXPECTED.keys()
    assert {READER.sniff(path.read_bytes()) for path in files.values()} == {100}


@pytest.mark.parametrize(
    ("direction", "reversal", "minor", "counterparty"),
    [
        ("DBIT", "", -999, "Vendor"),
        ("CRDT", "", 999, "Owner"),
        ("CRDT", "<RvslInd>true</RvslInd>", 999, "Vendor"),
        ("DBIT", "<RvslInd>1</RvslInd>", -999, "Owner"),
        ("DBIT", "<RvslInd>false</RvslInd>", -999, "Vendor"),
    ],
)
def test_the_direction_gives_the_sign_and_a_reversal_only_the_other_side(
    direction: str, reversal: str, minor: int, counterparty: str
) -> None:
    parties = "<RltdPties><Dbtr><Nm>Owner</Nm></Dbtr><Cdtr><Nm>Vendor</Nm></Cdtr></RltdPties>"
    charge = one(entry(detail(parties), direction=f"<CdtDbtInd>{direction}</CdtDbtInd>", more=reversal))
    assert (charge.minor, charge.counterparty) == (minor, counterparty)


def test_the_own_account_tells_the_other_side_even_against_the_direction() -> None:
    parties = (
        f"<RltdPties><Dbtr><Nm>Owner</Nm></Dbtr><DbtrAcct><Id><IBAN>{OWN}</IBAN></Id></DbtrAcct>"
        f"<Cdtr><Nm>Vendor</Nm></Cdtr><CdtrAcct><Id><IBAN>{OTHER}</IBAN></Id></CdtrAcct></RltdPties>"
    )
    charge = one(entry(detail(parties), direction="<CdtDbtInd>CRDT</CdtDbtInd>"))
    assert (charge.counterparty, charge.counterparty_account) == ("Vendor", OTHER)


def test_the_party_behind_a_payment_service_is_the_counterparty() -> None:
    parties = "<RltdPties><Cdtr><Nm>Payments</Nm></Cdtr><UltmtCdtr><Nm>Shop</Nm></UltmtCdtr></RltdPties>"
    assert one(entry(detail(parties))).counterparty == "Shop"


@pytest.mark.parametrize("wrap", ["{}", "<Pty>{}</Pty>"])
def test_creditor_id_and_mandate_are_kept_in_old_and_new_versions(wrap: str) -> None:
    party = wrap.format("<Nm>V</Nm><Id><OrgId><Othr><Id>DE98 ZZZ0 9999 999999</Id></Othr></OrgId></Id>")
    charge = one(entry(detail(f"<Refs><MndtId>M-1</MndtId></Refs><RltdPties><Cdtr>{party}</Cdtr></RltdPties>")))
    assert (charge.creditor_id, charge.mandate) == ("DE98ZZZ09999999999", "M-1")


def test_a_company_number_is_no_creditor_id_and_a_placeholder_no_mandate() -> None:
    party = "<Id><OrgId><Othr><Id>455454654</Id></Othr></OrgId></Id>"
    refs = "<Refs><MndtId>NOTPROVIDED</MndtId></Refs>"
    charge = one(entry(detail(f"{refs}<RltdPties><Cdtr>{party}</Cdtr></RltdPties>")))
    assert (charge.creditor_id, charge.mandate) == ("", "")


@pytest.mark.parametrize(
    ("state", "pending"),
    [
        ("<Sts>BOOK</Sts>", False),
        ("<Sts>PDNG</Sts>", True),
        ("<Sts><Cd>PDNG</Cd></Sts>", True),
        ("<Sts><Cd>FUTR</Cd></Sts>", True),
        ("", False),
    ],
)
def test_the_state_is_read_in_old_and_new_versions(state: str, pending: bool) -> None:
    assert one(entry(state=state)).pending is pending


def test_an_entry_for_information_only_is_a_problem() -> None:
    assert codes(entry(state="<Sts>INFO</Sts>")) == ["not-booked"]


@pytest.mark.parametrize(
    ("printed", "booked"),
    [
        ("<BookgDt><Dt>2024-01-05</Dt></BookgDt>", date(2024, 1, 5)),
        ("<BookgDt><Dt>2024-01-05+01:00</Dt></BookgDt>", date(2024, 1, 5)),
        ("<BookgDt><DtTm>2024-01-05T23:59:59-11:00</DtTm></BookgDt>", date(2024, 1, 5)),
        ("<ValDt><Dt>2024-01-06</Dt></ValDt>", date(2024, 1, 6)),
    ],
)
def test_the_day_is_the_printed_booking_day_or_else_the_value_day(printed: str, booked: date) -> None:
    assert one(entry(booked=printed)).booked == booked


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"booked": ""}, "date"),
        ({"booked": "<BookgDt><Dt>2024-02-30</Dt></BookgDt>"}, "date"),
        ({"amount": '<Amt Ccy="EUR"></Amt>'}, "amount"),
        ({"amount": '<Amt Ccy="EUR">-5</Amt>'}, "amount"),
        ({"amount": '<Amt Ccy="EUR">NaN</Amt>'}, "amount"),
        ({"amount": "<Amt>5</Amt>"}, "no-currency"),
        ({"direction": ""}, "direction"),
    ],
)
def test_a_faulty_entry_is_a_problem(parts: dict[str, str], code: str) -> None:
    assert codes(entry(**parts)) == [code]


def test_the_accounts_currency_stands_in_for_a_missing_one() -> None:
    account = f"<Id><IBAN>{OWN}</IBAN></Id><Ccy>EUR</Ccy>"
    charges, _ = read(message(entry(amount="<Amt>5</Amt>"), account=account))
    assert (charges[0].currency, charges[0].minor) == ("EUR", -500)


def test_a_batch_is_split_when_its_details_add_up() -> None:
    details = detail('<Amt Ccy="EUR">4.00</Amt>') + detail('<Amt Ccy="EUR">5.99</Amt>')
    charges, _ = read(message(entry(details, more="<AcctSvcrRef>REF-0001</AcctSvcrRef>")))
    assert [(charge.minor, charge.own_id) for charge in charges] == [(-400, "REF-0001/1"), (-599, "REF-0001/2")]


def test_a_batch_with_payments_in_both_directions_is_split() -> None:
    back = '<Amt Ccy="EUR">2.01</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
    charges, _ = read(message(entry(detail('<Amt Ccy="EUR">12.00</Amt>') + detail(back))))
    assert [charge.minor for charge in charges] == [-1200, 201]


@pytest.mark.parametrize(
    "second", ['<Amt Ccy="EUR">6.00</Amt>', '<Amt Ccy="USD">5.99</Amt>', "", '<Amt Ccy="EUR">x</Amt>']
)
def test_a_batch_whose_details_do_not_add_up_stays_one_charge(second: str) -> None:
    charge = one(entry(detail('<Amt Ccy="EUR">4.00</Amt>') + detail(second)))
    assert charge.minor == -999


@pytest.mark.parametrize(
    ("entry_part", "detail_part", "own_id"),
    [
        ("<AcctSvcrRef>REF-0001</AcctSvcrRef>", "<TxId>TX-00001</TxId>", "REF-0001"),
        ("<AcctSvcrRef>NOTPROVIDED</AcctSvcrRef>", "<TxId>TX-00001</TxId>", "TX-00001"),
        ("<NtryRef>7</NtryRef>", "<EndToEndId>SAME-EVERY-MONTH</EndToEndId>", ""),
        ("<NtryRef>202401050000001</NtryRef>", "", "202401050000001"),
        ("<AcctSvcrRef>0000000000</AcctSvcrRef>", "", ""),
        ("<AcctSvcrRef>12</AcctSvcrRef>", "", "12/20240105/-999"),
    ],
)
def test_the_own_id_is_what_is_unique_within_the_account(entry_part: str, detail_part: str, own_id: str) -> None:
    assert one(entry(detail(f"<Refs>{detail_part}</Refs>"), more=entry_part)).own_id == own_id


def test_what_the_payer_wrote_comes_before_what_the_bank_wrote() -> None:
    bank = "<AddtlNtryInf>BOOKING TEXT</AddtlNtryInf>"
    written = (
        "<RmtInf><Ustrd>one</Ustrd><Ustrd>two</Ustrd><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
    )
    assert one(entry(detail(written), more=bank)).purpose == "one two RF18"
    assert one(entry(detail("<AddtlTxInf>detail</AddtlTxInf>"), more=bank)).purpose == "detail"
    assert one(entry(more=bank)).purpose == "BOOKING TEXT"


@pytest.mark.parametrize("version", ["052.001.02", "053.001.04", "054.001.12", "053.001.13"])
def test_versions_are_read_alike(version: str) -> None:
    charges, problems = read(message(entry(), version=version))
    assert (len(charges), problems) == (1, [])


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "utf-8-sig"])
def test_the_declared_or_marked_encoding_is_used(codec: str) -> None:
    text = message(entry(detail("<RmtInf><Ustrd>Größe &amp; 鉄道</Ustrd></RmtInf>")))
    content = text.replace('encoding="UTF-8"', 'encoding="UTF-16"' if codec == "utf-16" else 'encoding="UTF-8"').encode(
        codec
    )
    assert READER.sniff(content) == 100
    assert read(content)[0][0].purpose == "Größe & 鉄道"


def test_a_file_cut_off_keeps_its_whole_entries_and_says_where_it_ends() -> None:
    text = message(entry(), entry())
    charges, problems = read(text[: text.rindex("<BookgDt>")])
    assert (len(charges), [(problem.where, problem.code) for problem in problems]) == (1, [("entry 2", "cut-off")])


def test_entities_and_document_types_are_refused() -> None:
    bomb = '<!DOCTYPE Document [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    text = message(entry(detail("<RmtInf><Ustrd>&a;&b;</Ustrd></RmtInf>")))
    charges, problems = read(text.replace("<Document", bomb + "<Document"))
    assert (charges, [problem.code for problem in problems]) == ([], ["unreadable"])


def test_deep_nesting_and_other_xml_are_no_crash() -> None:
    assert codes(entry("<A>" * 400 + "</A>" * 400)) in (["cut-off"], [])
    assert [problem.code for problem in read("<html><body/></html>")[1]] == ["unreadable"]
    assert READER.sniff(b"<html><body/></html>") == 0


def test_each_statement_keeps_its_account() -> None:
    second = f"<Stmt><Acct><Id><Othr><Id>0532013000</Id></Othr></Id></Acct>{entry()}</Stmt><Stmt>{entry()}</Stmt>"
    charges, _ = read(message(entry()).replace("</BkToCstmrStmt>", second + "</BkToCstmrStmt>"))
    assert [charge.bank_account for charge in charges] == [OWN, "0532013000", ""]
