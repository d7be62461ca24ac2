from __future__ import annotations

from datetime import date

import msgspec

from vault.money import Money
from vault.periods import parse
from vault.relationships.purchases import ChangeNotice, Purchase, notice_deadline, purchase_deadlines

TODAY = date(2026, 11, 22)
KETTLE = Purchase(date(2026, 11, 16), Money(4900, "EUR"), "DE", at_a_distance=True)


def dates(purchase: Purchase) -> list[tuple[str, date, str]]:
    return [(item.kind, item.on, item.basis) for item in purchase_deadlines(purchase, TODAY)]


def test_the_law_gives_fourteen_days_and_two_years_from_delivery():
    assert dates(KETTLE) == [
        ("return_by", date(2026, 11, 30), "law"),
        ("warranty_ends", date(2028, 11, 16), "law"),
    ]


def test_without_knowing_how_it_was_bought_there_is_no_day_to_return_it():
    unsure = msgspec.structs.replace(KETTLE, at_a_distance=None)
    assert [kind for kind, _, _ in dates(unsure)] == ["warranty_ends"]


def test_a_longer_promise_of_the_vendor_is_used_and_a_shorter_one_is_not():
    generous = msgspec.structs.replace(KETTLE, return_days=30, warranty=parse("P1Y"), basis="stated")
    assert dates(generous) == [
        ("return_by", date(2026, 12, 16), "stated"),
        ("warranty_ends", date(2028, 11, 16), "law"),
    ]


def test_what_went_back_has_no_dates():
    assert dates(msgspec.structs.replace(KETTLE, returned=True)) == []


def test_a_past_day_is_not_given():
    old = msgspec.structs.replace(KETTLE, received=date(2026, 1, 2))
    assert [kind for kind, _, _ in dates(old)] == ["warranty_ends"]


def notice(category: str, received: date | None = date(2026, 11, 20), country: str = "DE") -> ChangeNotice:
    return ChangeNotice(received, date(2027, 1, 1), country, category, Money(12000, "EUR"))


def test_at_a_price_change_of_electricity_one_may_leave_until_the_day_before():
    found = notice_deadline(notice("energy.electricity"), TODAY)
    assert found is not None
    assert (found.on, found.basis, found.money_at_stake) == (date(2026, 12, 31), "law", Money(12000, "EUR"))
    assert "§ 41 Abs. 5 EnWG" in found.source


def test_telephone_and_insurance_count_from_the_announcement():
    phone, cover = notice_deadline(notice("telecom.mobile"), TODAY), notice_deadline(notice("insurance"), TODAY)
    assert phone is not None
    assert cover is not None
    assert (phone.on, cover.on) == (date(2027, 2, 20), date(2026, 12, 20))


def test_an_announcement_of_unknown_date_gives_no_day():
    assert notice_deadline(notice("telecom.mobile", received=None), TODAY) is None
    assert notice_deadline(notice("telecom.mobile", country="US"), TODAY) is None


def test_what_the_notice_itself_states_comes_first():
    stated = msgspec.structs.replace(notice("telecom.mobile"), leave_until=date(2026, 12, 5))
    found = notice_deadline(stated, TODAY)
    assert found is not None
    assert (found.on, found.basis) == (date(2026, 12, 5), "stated")
