from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
import msgspec
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.ics import MAX_SUMMARY, CalendarEntry, calendar, uid
from vault.money import Money
from vault.relationships.deadlines import Deadline

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CANCEL = Deadline(
    date(2026, 12, 14),
    "cancel_by",
    "law",
    "assumed by law, § 1: one, two; three",
    Money(34800, "EUR"),
    date(2027, 1, 14),
)
GYM = CalendarEntry("contract 7", "Example Gym", CANCEL)


def events(*entries: CalendarEntry) -> list[icalendar.Event]:
    return list(icalendar.Calendar.from_ical(calendar(entries, NOW)).walk("VEVENT"))


def test_a_deadline_is_an_event_of_the_whole_day_that_blocks_no_time():
    (event,) = events(GYM)
    assert (event["dtstart"].dt, event["dtend"].dt) == (date(2026, 12, 14), date(2026, 12, 15))
    assert event["dtstamp"].dt == NOW
    assert event["transp"] == "TRANSPARENT"
    assert str(event["summary"]) == "Last day to cancel: Example Gym"


def test_the_event_says_what_its_date_rests_on_and_what_is_at_stake():
    (event,) = events(GYM)
    assert str(event["description"]).split("\n") == [
        "Basis: law (an assumption)",
        "assumed by law, § 1: one, two; three",
        "At stake: 348.00 EUR",
        "The contract then ends on 2027-01-14",
    ]


def test_a_last_day_to_cancel_is_announced_two_weeks_and_three_days_ahead_in_the_morning():
    (event,) = events(GYM)
    triggers = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
    assert triggers == [timedelta(days=-14, hours=9), timedelta(days=-3, hours=9)]


def test_a_moved_date_keeps_its_identity_and_another_kind_has_its_own():
    moved = msgspec.structs.replace(GYM, deadline=msgspec.structs.replace(CANCEL, on=date(2026, 12, 1)))
    renews = msgspec.structs.replace(GYM, deadline=msgspec.structs.replace(CANCEL, kind="renews"))
    assert uid(moved) == uid(GYM) != uid(renews)
    assert "contract" not in uid(GYM)


def test_the_identity_never_changes_between_versions():
    assert uid(GYM) == "b3c9d377-bec8-5362-8e4e-f7f96852aaf9"


def test_the_same_deadlines_give_the_same_bytes_in_any_order():
    other = CalendarEntry("contract 8", "Other", msgspec.structs.replace(CANCEL, on=date(2026, 12, 1)))
    assert calendar([GYM, other], NOW) == calendar([other, GYM], NOW)


def test_no_name_can_start_another_event():
    hostile = "A, B; C\\\r\nEND:VEVENT\r\nBEGIN:VEVENT\nSUMMARY:gone\x00\x1b"
    (event,) = events(msgspec.structs.replace(GYM, title=hostile))
    assert str(event["summary"]).startswith("Last day to cancel: A, B; C\\\nEND:VEVENT")
    assert b"\x00" not in calendar([msgspec.structs.replace(GYM, title=hostile)], NOW)
    assert calendar([msgspec.structs.replace(GYM, title=hostile)], NOW).count(b"\r\nBEGIN:VEVENT\r\n") == 1


def test_a_very_long_name_is_cut_and_lines_are_folded():
    text = calendar([msgspec.structs.replace(GYM, title="ü" * 5_000)], NOW)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    (event,) = events(msgspec.structs.replace(GYM, title="ü" * 5_000))
    assert len(str(event["summary"])) == MAX_SUMMARY


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_read_back(title, source):
    entry = CalendarEntry("x", title, msgspec.structs.replace(CANCEL, why=source))
    raw = calendar([entry], NOW)
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert len(events(entry)) == 1


def test_a_calendar_without_deadlines_is_still_a_calendar():
    assert calendar([], NOW).startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
