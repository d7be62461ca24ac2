from __future__ import annotations

from fractions import Fraction

import msgspec

from vault.money import Money
from vault.relationships.review import DoubtedContract, DoubtedVendor, UnknownPayee, questions


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


STREAMLY = DoubtedContract("con_7", "Streamly", "month", eur(48000), 12, 0.95)


def test_an_unknown_notice_period_is_asked_for_with_what_it_is_worth_and_how_to_answer():
    (question,) = questions([STREAMLY])
    assert question.kind == "notice_period"
    assert "480.00 EUR a year" in question.sentence
    assert question.choices[1].command == "firstparty set contract con_7 notice P1M"
    assert question.money_at_stake == eur(48000)


def test_a_notice_period_that_the_law_assumes_is_asked_for_and_a_stated_one_is_not():
    by_law = msgspec.structs.replace(STREAMLY, basis="law")
    assert "only the law's is assumed" in questions([by_law])[0].sentence
    assert questions([msgspec.structs.replace(STREAMLY, basis="owner")]) == ()


def test_a_small_sum_is_not_worth_a_question():
    assert questions([msgspec.structs.replace(STREAMLY, yearly=eur(1999))]) == ()


def test_a_doubtful_contract_is_first_asked_whether_it_is_one():
    doubtful = msgspec.structs.replace(STREAMLY, confidence=0.6)
    (question,) = questions([doubtful])
    assert question.kind == "is_contract"
    assert [choice.command for choice in question.choices] == ["firstparty confirm con_7", "firstparty dismiss con_7"]
    assert questions([msgspec.structs.replace(doubtful, confirmed=True)])[0].kind == "notice_period"


def test_at_most_ten_are_asked_the_dearest_first_in_the_same_order_every_time():
    contracts = [
        msgspec.structs.replace(STREAMLY, id=f"con_{number}", yearly=eur(number * 1000)) for number in range(2, 30)
    ]
    asked = questions(contracts)
    assert [question.subject for question in asked] == [f"con_{number}" for number in range(29, 19, -1)]
    assert questions(reversed(contracts)) == asked


def test_a_dismissed_question_stays_dismissed_when_amounts_change():
    (question,) = questions([STREAMLY])
    dearer = msgspec.structs.replace(STREAMLY, yearly=eur(60000))
    assert questions([dearer], dismissed={question.id}) == ()


def test_two_vendors_that_look_alike_are_asked_about_once_from_either_side():
    one = DoubtedVendor("ven_3", "Streamly", eur(100), "media", ("ven_5", "STREAMLY LTD"))
    other = DoubtedVendor("ven_5", "STREAMLY LTD", eur(100), "media", ("ven_3", "Streamly"))
    (question,) = questions([], [one, other])
    assert question.choices[0].command == "firstparty merge ven_3 ven_5"
    assert question.choices[1].command == f"firstparty dismiss {question.id}"


def test_unknown_categories_and_payees_are_asked_about():
    asked = questions(
        [], [DoubtedVendor("ven_3", "Streamly", eur(100))], [UnknownPayee("pay_9", "XQ 33 ZAHLUNG", eur(90))]
    )
    assert [question.kind for question in asked] == ["category", "payee"]
    assert asked[0].choices[0].command == "firstparty set vendor ven_3 category CATEGORY"
    assert asked[1].choices[0].command == "firstparty rename pay_9 NAME"


def test_a_currency_of_small_units_does_not_push_the_others_out():
    yen, euro = UnknownPayee("pay_1", "A", Money(9000, "JPY")), UnknownPayee("pay_2", "B", eur(8000))
    assert [item.subject for item in questions([], payees=[yen, euro])] == ["pay_1", "pay_2"]
    rated = questions([], payees=[yen, euro], worth={"JPY": Fraction(1, 160)})
    assert [item.subject for item in rated] == ["pay_2", "pay_1"]
