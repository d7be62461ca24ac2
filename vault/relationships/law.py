"""What the law says where a contract is silent: one small dated table.

Every row names its clause, the contracts it covers (country, category, when made) and since when it
applies. A date that rests on a row has the basis `law` and is shown as an *assumption with its source*, never as
advice. Rows are on the careful side: where a law gives a range (one to three months), the row holds the end that
makes a person act earlier.

Rules
* The first row that fits is taken, so a narrow category stands before the wide one that contains it.
* The law is that of the country in which the owner lives (Rome I, Regulation 593/2008, Art. 6), wherever the vendor is.
* No row for a contract whose category is unknown: an insurance taken for a magazine would give a date too late.
* The contract's own terms win wherever they are known; the table only fills what nobody stated.

Left out on purpose: the United States (no federal rule on notice), rules whose text could not be confirmed, and
duties to inform that give no date by themselves (France, L215-1 code de la consommation: a consumer who was not
reminded may end a renewed contract at any time).

Checked in November 2026 against the wording of each clause as published (gesetze-im-internet.de, buzer.de,
ris.bka.gv.at, doctrine.fr, legislation.gov.uk); for § 309 Nr. 9 and § 355 BGB, § 41 Abs. 5 EnWG, reg. 30 and the
Wet van Dam against commentaries. When a law changes, its row gets an `applies_until` and a successor.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from vault.periods import Period
from vault.relationships.categories import ancestors

Topic = Literal["notice", "leave", "withdrawal", "warranty"]
Style = Literal["term-end", "month-end", "any-time"]
LeaveStart = Literal["received", "effective"]


class LawRow(msgspec.Struct, frozen=True):
    """One rule. `period` is the notice period (topic notice), the time from the announcement in which one may
    leave (leave, `counted_from` received), or the time from delivery (withdrawal, warranty). With `counted_from`
    effective one may leave until the day before the change. `made_from`/`made_until` bound the day on which the
    contract was made, `applies_from`/`applies_until` the days on which the rule is used. `categories` (with all below
    them, less `but_not`) are those of `categories.TREE`; none for any purchase."""

    country: str
    topic: Topic
    source: str
    says: str
    categories: tuple[str, ...] = ()
    period: Period | None = None
    style: Style = "any-time"
    renewal: Period | None = None
    counted_from: LeaveStart = "received"
    applies_from: date = date(2002, 1, 1)
    made_from: date | None = None
    made_until: date | None = None
    but_not: tuple[str, ...] = ()
    applies_until: date | None = None


_MONTH, _QUARTER, _YEAR = Period(1, "M"), Period(3, "M"), Period(1, "Y")
_FORTNIGHT, _TWO_YEARS = Period(2, "W"), Period(2, "Y")
# Supply by the default supplier, which has rules of its own; the owner says so, no statement shows it.
BASIC_SUPPLY = "energy.basic"
# Regular delivery of goods or services, which § 309 Nr. 9 BGB and the Wet van Dam are about. Neither covers
# insurance, rent, credit, schools or the membership of an association.
_SERVICES = ("entertainment", "it", "fitness", "energy")

# District heating and the default supplier's contracts have rules of their own.
_NOT_ENERGY = ("energy.heating", BASIC_SUPPLY)

TABLE: tuple[LawRow, ...] = (
    LawRow(
        "DE",
        "notice",
        "§ 309 Nr. 9 BGB, Art. 229 § 60 EGBGB",
        "made before 1 March 2022: at most three months to the end of the term, renewed for at most a year",
        _SERVICES,
        _QUARTER,
        "term-end",
        _YEAR,
        made_until=date(2022, 2, 28),
        but_not=_NOT_ENERGY,
    ),
    LawRow(
        "DE",
        "notice",
        "§ 309 Nr. 9 BGB",
        "made since 1 March 2022: at most one month at any time after two years at most (not in an association)",
        _SERVICES,
        _MONTH,
        applies_from=date(2022, 3, 1),
        made_from=date(2022, 3, 1),
        but_not=_NOT_ENERGY,
    ),
    LawRow(
        "DE",
        "notice",
        "§ 56 Abs. 3 TKG",
        "one month at any time once a first term of at most 24 months is over, older contracts too",
        ("telecom",),
        _MONTH,
        applies_from=date(2021, 12, 1),
    ),
    LawRow(
        "DE",
        "notice",
        "§ 5a Abs. 1 PflVG",
        "motor insurance: one month to the end of the insurance year, renewed for a year",
        ("insurance.car",),
        _MONTH,
        "term-end",
        _YEAR,
        applies_from=date(2024, 4, 17),
    ),
    LawRow(
        "DE",
        "notice",
        "§ 11 VVG",
        "one to three months to the end of the insurance year (three are taken), renewed for at most a year",
        ("insurance",),
        _QUARTER,
        "term-end",
        _YEAR,
        applies_from=date(2008, 1, 1),
        but_not=("insurance.health", "insurance.life"),
    ),
    LawRow(
        "DE",
        "notice",
        "§ 20 Abs. 1 StromGVV, GasGVV",
        "basic supply: two weeks at any time",
        (BASIC_SUPPLY,),
        _FORTNIGHT,
        applies_from=date(2006, 11, 8),
    ),
    LawRow(
        "DE",
        "leave",
        "§ 41 Abs. 5 EnWG",
        "at a price change, without notice period, to the day it takes effect",
        ("energy",),
        counted_from="effective",
        applies_from=date(2021, 7, 27),
        but_not=_NOT_ENERGY,
    ),
    LawRow(
        "DE",
        "leave",
        "§ 5 Abs. 3 StromGVV, GasGVV",
        "basic supply, at a price change: without notice period, to the day it takes effect",
        (BASIC_SUPPLY,),
        counted_from="effective",
        applies_from=date(2006, 11, 8),
    ),
    LawRow(
        "DE",
        "leave",
        "§ 57 Abs. 1 TKG",
        "within three months of being told of a change",
        ("telecom",),
        _QUARTER,
        applies_from=date(2021, 12, 1),
    ),
    LawRow(
        "DE",
        "leave",
        "§ 40 Abs. 1 VVG",
        "within one month of being told of a higher premium for the same cover",
        ("insurance",),
        _MONTH,
        applies_from=date(2008, 1, 1),
        but_not=("insurance.health", "insurance.life"),
    ),
    LawRow(
        "DE",
        "withdrawal",
        "§§ 312g, 355 BGB",
        "14 days from delivery, bought at a distance",
        period=Period(14, "D"),
        applies_from=date(2014, 6, 13),
    ),
    LawRow("DE", "warranty", "§ 438 Abs. 1 Nr. 3 BGB", "two years from delivery", period=_TWO_YEARS),
    LawRow(
        "AT",
        "notice",
        "§ 135 Abs. 5 TKG 2021",
        "one month at any time once a first term of at most 24 months is over",
        ("telecom",),
        _MONTH,
        applies_from=date(2021, 11, 1),
    ),
    LawRow(
        "AT",
        "notice",
        "§ 24 ElWG",
        "two weeks at any time once a first year or shorter first term is over",
        ("energy.electricity",),
        _FORTNIGHT,
        applies_from=date(2025, 12, 29),
    ),
    LawRow(
        "FR",
        "notice",
        "L224-40 code de la consommation",
        "at most ten days at any time after the first term",
        ("telecom",),
        Period(10, "D"),
        applies_from=date(2021, 5, 28),
    ),
    LawRow(
        "FR",
        "notice",
        "L224-14 code de la consommation",
        "at any time, at the latest 30 days after notice",
        ("energy",),
        Period(30, "D"),
        applies_from=date(2021, 3, 5),
        but_not=_NOT_ENERGY,
    ),
    LawRow(
        "FR",
        "notice",
        "L113-15-2 code des assurances",
        "motor and home insurance: at any time after the first year, one month after notice",
        ("insurance.home", "insurance.car"),
        _MONTH,
        applies_from=date(2015, 1, 1),
    ),
    LawRow(
        "FR",
        "leave",
        "L224-10 code de la consommation",
        "within three months of being told of a change",
        ("energy",),
        _QUARTER,
        applies_from=date(2016, 7, 1),
        but_not=_NOT_ENERGY,
    ),
    LawRow(
        "NL",
        "notice",
        "art. 6:236 BW (Wet van Dam)",
        "at most one month at any time after the first term",
        (*_SERVICES, "telecom"),
        _MONTH,
        applies_from=date(2011, 12, 1),
        but_not=(*_NOT_ENERGY, "entertainment.news"),
    ),
    LawRow(
        "GB",
        "withdrawal",
        "Consumer Contracts Regulations 2013, reg. 30",
        "14 days after delivery, bought at a distance",
        period=Period(14, "D"),
        applies_from=date(2014, 6, 13),
        made_from=date(2014, 6, 13),
    ),
    LawRow(
        "EU",
        "withdrawal",
        "Directive 2011/83/EU, Art. 9",
        "14 days from delivery, bought at a distance",
        period=Period(14, "D"),
        applies_from=date(2014, 6, 13),
    ),
    LawRow(
        "EU",
        "warranty",
        "Directive (EU) 2019/771, Art. 10",
        "at least two years from delivery",
        period=_TWO_YEARS,
        applies_from=date(2022, 1, 1),
    ),
)

_UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())


def find(topic: Topic, country: str, category: str, today: date, made: date | None = None) -> LawRow | None:
    """The row for a contract of `category` made on `made` (unknown: taken as recent), or none.

    Country is ISO 3166 alpha-2; a country's own row comes before the Union's."""
    places = (country, "EU") if country in _UNION else (country,)
    for place in places:
        for row in TABLE:
            if row.country == place and row.topic == topic and _covers(row, category, made or today, today):
                return row
    return None


def _covers(row: LawRow, category: str, made: date, today: date) -> bool:
    place = set(ancestors(category))
    in_category = not row.categories or (place.intersection(row.categories) and not place.intersection(row.but_not))
    in_time = (row.made_from or made) <= made <= (row.made_until or made)
    in_force = row.applies_from <= today <= (row.applies_until or today)
    return bool(in_category) and in_time and in_force
