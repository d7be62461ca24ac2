"""When reminders are told: by the owner's clock, outside quiet hours, each once, and what was missed once and late."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from terms.errors import FirstpartyError, UsageError
from tests.vault.conftest import Made
from vault import owner, preferences
from vault.overview import Contract, Overview
from vault.reminding import Item, Wishes, calendar, keeping, words
from vault.reminding.planning import ahead, due, is_late, is_quiet, moment_of, reminders, runs
from vault.session import Vault
from vault.sessions import second_step
from vault.store import reminders as store

DAY = timedelta(days=1)
BERLIN = "Europe/Berlin"
# With changes of clocks at night, at midnight, by half an hour, and without any.
ZONES = [BERLIN, "America/New_York", "America/Havana", "Australia/Lord_Howe", "Asia/Tokyo", "America/St_Johns"]
days = st.dates(date(2025, 1, 1), date(2027, 12, 31))
minutes = st.integers(0, 24 * 60 - 1)
quiets = st.none() | st.tuples(minutes, minutes).filter(lambda both: both[0] != both[1])
all_wishes = st.builds(
    Wishes,
    zone=st.sampled_from(ZONES),
    rhythm=st.sampled_from(["each", "daily", "weekly"]),
    hour=st.integers(0, 23),
    weekday=st.integers(0, 6),
    quiet=quiets,
    leads=st.just({"cancel_by": (30, 14, 3, 0)}),
)


@given(all_wishes, days, st.integers(0, 366))
@example(Wishes(zone=BERLIN, hour=4, quiet=(150, 60)), date(2026, 3, 29), 0)  # half past two was left out that night
@settings(max_examples=300)
def test_no_moment_lies_in_quiet_hours_or_after_the_day_that_it_is_about(wishes: Wishes, on: date, lead: int) -> None:
    zone = ZoneInfo(wishes.zone)
    at = moment_of(on, lead, wishes, zone)
    assert not is_quiet(at, wishes, zone)
    assert at.astimezone(zone).date() <= on


@given(all_wishes, days, st.integers(0, 60))
def test_without_quiet_hours_nothing_is_told_later_than_its_lead_and_a_digest_at_most_a_week_sooner(
    wishes: Wishes, on: date, lead: int
) -> None:
    zone = ZoneInfo(wishes.zone)
    at = moment_of(on, lead, Wishes(**{**_fields(wishes), "quiet": None}), zone).astimezone(zone)
    sooner = (on - lead * DAY - at.date()).days
    assert 0 <= sooner <= (6 if wishes.rhythm == "weekly" else 0)


def _fields(wishes: Wishes) -> dict[str, object]:
    return {name: getattr(wishes, name) for name in Wishes.__struct_fields__}


@given(all_wishes, days, st.lists(st.integers(1, 60 * 24 * 5), max_size=40))
def test_however_the_server_is_off_and_on_each_reminder_is_told_at_most_once_and_the_last_is_not_missed(
    wishes: Wishes, on: date, pauses: list[int]
) -> None:
    """A server that runs on the last day tells of the date; one that runs all the time tells of every lead on its day."""
    item, zone = Item("con_1", "cancel_by", "Power", on), ZoneInfo(wishes.zone)
    told: set[str] = set()
    said = []
    now = moment_of(on, 40, wishes, zone)
    for pause in [*pauses, 0]:
        now += timedelta(minutes=pause)
        found, settled = due([item], wishes, told, now)
        said += [one.key for one in found]
        told |= {one.key for one in settled}
    assert len(said) == len(set(said))
    last = reminders([item], wishes)[-1]
    if last.moment <= now and now.astimezone(zone).date() <= on and not is_quiet(now, wishes, zone):
        assert last.key in told


@pytest.mark.parametrize(
    ("on", "utc"),
    [
        (date(2026, 3, 28), "2026-03-28T08:00:00+00:00"),
        (date(2026, 3, 29), "2026-03-29T07:00:00+00:00"),  # the clocks went ahead in the night before
        (date(2026, 10, 25), "2026-10-25T08:00:00+00:00"),  # and back
    ],
)
def test_nine_o_clock_stays_nine_o_clock_when_the_clocks_change(on: date, utc: str) -> None:
    assert moment_of(on, 0, Wishes(zone=BERLIN), ZoneInfo(BERLIN)).isoformat() == utc


def test_an_hour_that_is_left_out_is_the_one_after_it_and_one_that_is_there_twice_the_first() -> None:
    wishes, zone = Wishes(zone=BERLIN, hour=2, quiet=None), ZoneInfo(BERLIN)
    assert moment_of(date(2026, 3, 29), 0, wishes, zone) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert moment_of(date(2026, 10, 25), 0, wishes, zone) == datetime(2026, 10, 25, 0, tzinfo=UTC)


def test_quiet_hours_put_off_and_on_the_last_day_bring_forward() -> None:
    zone = ZoneInfo(BERLIN)
    wishes = Wishes(zone=BERLIN, hour=23, quiet=(22 * 60, 7 * 60))
    assert str(moment_of(date(2026, 6, 10), 3, wishes, zone).astimezone(zone)) == "2026-06-08 07:00:00+02:00"
    assert str(moment_of(date(2026, 6, 10), 0, wishes, zone).astimezone(zone)) == "2026-06-10 21:59:00+02:00"


def test_what_was_missed_is_told_once_by_its_nearest_lead_and_says_that_it_is_late() -> None:
    item, wishes = Item("con_1", "cancel_by", "Power", date(2026, 6, 30)), Wishes(leads={"cancel_by": (30, 14, 3)})
    now = datetime(2026, 6, 20, 12, tzinfo=UTC)  # off since May
    found, settled = due([item], wishes, (), now)
    assert [one.lead for one in found] == [14]
    assert sorted(one.lead for one in settled) == [14, 30]
    assert is_late(found[0], wishes, now)
    told = {one.key for one in settled}
    assert due([item], wishes, told, now) == ([], [])
    assert [one.lead for one in ahead([item], wishes, told, now)] == [3]
    assert due([item], wishes, told, datetime(2026, 7, 1, tzinfo=UTC)) == ([], [])
    assert "[late]" in words.message(found, found, now.date(), "")[1]


def test_a_digest_has_all_of_its_moment_and_each_date_once() -> None:
    items = [Item(f"con_{n}", "cancel_by", f"Power {n}", date(2026, 6, 10 + n)) for n in range(3)]
    wishes = Wishes(rhythm="weekly", leads={"cancel_by": (5, 4)})
    found = runs(ahead(items, wishes, (), datetime(2026, 5, 1, tzinfo=UTC)), wishes)
    # Five and four days ahead of Wednesday 10, Thursday 11 and Friday 12 June: in the digests of Monday 1 and Monday 8 June.
    assert [(moment.day, [(one.item.key, one.lead) for one in part]) for moment, part in found] == [
        (1, [("con_0", 4), ("con_1", 4), ("con_2", 5)]),
        (8, [("con_2", 4)]),
    ]


def test_titles_of_others_stay_on_their_line() -> None:
    item = Item("con_1", "cancel_by", "Evil\r\nBcc: all@example.org", date(2026, 6, 10))
    (one,) = reminders([item], Wishes(leads={"cancel_by": (1,)}))
    title, body = words.message([one], (), date(2026, 6, 9), "")
    assert "\n" not in title
    assert "\r" not in title + body
    assert len(body.splitlines()) == 1


# --- in the vault ---------------------------------------------------------------------------------------------------


def power(vault: Vault, started: str = "2025-06-01") -> int:
    """A contract for a year that renews for another, with a month's notice."""
    vendor = owner.add_vendor(vault, "City Power", category="energy.electricity")
    row = next(one for one in Overview(vault.connection, vault.now.date()).vendors if one.id == vendor)
    number = owner.add_contract(vault, row, owner.price_of("80", "EUR"), "P1M", title="Power")
    for name, text in (("started", started), ("minimum", "P1Y"), ("renewal", "P1Y"), ("notice", "P1M")):
        found = next(one for one in Overview(vault.connection, vault.now.date()).contracts if one.row.id == number)
        owner.set_fact(vault, found, name, text)
    return number


@pytest.fixture
def opened(made: Made) -> Iterator[Vault]:
    with made.open() as vault:
        preferences.put(vault, preferences.Preferences(zone=BERLIN))
        yield vault


def test_what_is_kept_for_a_term_is_told_again_before_the_next(opened: Vault) -> None:
    number = power(opened)

    def told() -> list[date]:
        return [one.on for one in keeping.items(opened, keeping.wishes(opened)) if one.kind == "cancel_by"]

    def contract() -> Contract:
        today = opened.now.date()
        return next(one for one in Overview(opened.connection, today).contracts if one.row.id == number)

    (on,) = told()
    with pytest.raises(FirstpartyError, match="not its last day"):
        owner.keep(opened, contract(), on - DAY)
    owner.keep(opened, contract(), on)
    assert told() == []
    owner.keep_no_more(opened, contract())
    assert (told(), owner.kept(opened.connection)) == ([on], {})
    owner.keep(opened, contract(), on)
    opened.now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC) + DAY
    (after,) = told()
    assert after > on


def test_a_message_for_each_channel_is_made_once(opened: Vault) -> None:
    power(opened)
    keeping.add_channel(opened, "ntfy://one", "ntfy")
    keeping.add_channel(opened, "ntfy://two", "ntfy", "Phone")
    assert keeping.plan(opened) == 0  # the last day to cancel is 30 April, and fourteen days before is not yet
    opened.now = datetime(2026, 4, 16, 12, tzinfo=UTC)
    assert keeping.plan(opened, "https://vault.example") == 2
    assert keeping.plan(opened) == 0
    first, second = keeping.to_send(opened)
    assert [first[1], second[1]] == ["ntfy://one", "ntfy://two"]
    assert first[0].title == "Power: last day to cancel in 14 days"
    assert "https://vault.example/renewals" in first[0].body


def test_without_a_channel_nothing_counts_as_told(opened: Vault) -> None:
    power(opened)
    opened.now = datetime(2026, 4, 16, 12, tzinfo=UTC)
    assert keeping.plan(opened) == 0
    keeping.add_channel(opened, "ntfy://one", "ntfy")
    assert keeping.plan(opened) == 1
    assert not keeping.to_send(opened)[0][0].is_late  # nobody had wished for it before


def test_a_contract_has_lead_times_of_its_own_or_none(opened: Vault) -> None:
    number = power(opened)
    keeping.add_channel(opened, "ntfy://one", "ntfy")
    usual = [one.lead for _, part in keeping.coming(opened, 9) for one in part]
    keeping.put_leads(opened, number, (20, 7))
    own = [one.lead for _, part in keeping.coming(opened, 9) for one in part]
    keeping.put_leads(opened, number, ())
    assert (usual[:2], own, keeping.coming(opened, 9)) == ([14, 3], [20, 7], [])
    keeping.put_leads(opened, number, None)
    assert [one.lead for _, part in keeping.coming(opened, 9) for one in part] == usual


def test_what_fails_is_tried_again_later_and_later_until_its_day_is_past(opened: Vault) -> None:
    power(opened)
    keeping.add_channel(opened, "ntfy://one", "ntfy")
    opened.now = datetime(2026, 4, 30, 12, tzinfo=UTC)
    keeping.plan(opened)
    tries = 0
    while waiting := keeping.to_send(opened):
        keeping.not_sent(opened, waiting[0][0], "no way to it")
        tries += 1
        (found,) = keeping.history(opened)
        opened.now = max(opened.now, datetime.fromisoformat(found.next_at))
    assert (tries, found.state, found.fault) == (5, "failed", "no way to it")
    assert opened.now.astimezone(ZoneInfo(BERLIN)).date() == date(2026, 4, 30)


def test_a_test_is_sent_as_any_other_and_not_again(opened: Vault) -> None:
    channel = keeping.add_channel(opened, "ntfy://one", "ntfy")
    keeping.add_test(opened, channel)
    ((message, url),) = keeping.to_send(opened)
    assert (message.title, url) == (words.trial()[0], "ntfy://one")
    keeping.not_sent(opened, message, "refused")
    assert keeping.to_send(opened) == []
    assert keeping.remove_channel(opened, channel)
    assert keeping.history(opened) == []


def test_the_log_does_not_say_where_reminders_go(opened: Vault) -> None:
    keeping.add_channel(opened, "mailto://user:hunter2hunter2@mail.example", "E-Mail")
    bodies = " ".join(row[0] for row in opened.connection.execute("SELECT body FROM audit_leaf WHERE body IS NOT NULL"))
    assert "E-Mail" in bodies
    assert "hunter2" not in bodies


@pytest.mark.parametrize("written", ["x", "-1", "400", "1 2 3 4 5 6 7 8 9 10 11", "1.5", "99999"])
def test_lead_times_that_do_not_read_are_refused(written: str) -> None:
    with pytest.raises(UsageError):
        keeping.read_leads(written)


def test_lead_times_read_in_any_order() -> None:
    assert keeping.read_leads("3, 30 14,3") == (30, 14, 3)


def test_the_calendars_secret_fits_until_it_is_replaced_or_turned_off(opened: Vault) -> None:
    assert not calendar.fits(opened, "")
    first = calendar.turn_on(opened)
    assert calendar.fits(opened, first)
    assert calendar.secret(opened) == first
    second = calendar.turn_on(opened)
    assert (calendar.fits(opened, first), calendar.fits(opened, second)) == (False, True)
    calendar.turn_off(opened)
    assert (calendar.fits(opened, second), calendar.fits(opened, "")) == (False, False)


def test_the_calendars_secret_is_stored_nowhere(opened: Vault) -> None:
    secret = calendar.turn_on(opened)
    assert all(secret not in str(row) for row in opened.connection.execute("SELECT * FROM meta"))


def test_hosts_are_counted_by_day(opened: Vault) -> None:
    with opened.transaction():
        store.contacted(
            opened.connection, [("2026-03-01", "a.example", "vendors", 2), ("2026-03-02", "a.example", "vendors", 1)]
        )
        store.contacted(
            opened.connection, [("2026-03-02", "a.example", "vendors", 4), ("2026-01-02", "b.example", "vendors", 1)]
        )
    (found,) = store.contacts(opened.connection, "2026-03-01")
    assert (found.host, found.count, found.last) == ("a.example", 7, "2026-03-02")


def test_preferences_are_kept_and_what_there_is_not_is_refused(opened: Vault) -> None:
    wanted = preferences.Preferences("Asia/Tokyo", "dark", "symbol", False, 30, "de")
    assert preferences.put(opened, wanted)
    assert preferences.read(opened.connection) == wanted
    assert not preferences.put(opened, wanted)
    for wrong in ("Europe/Nowhere", "../../etc/passwd", ""):
        with pytest.raises(UsageError):
            preferences.put(opened, msgspec.structs.replace(wanted, zone=wrong))


# --- the second step of logging in ----------------------------------------------------------------------------------


def code_at(now: datetime, secret: str, steps: int = 0) -> str:
    """As an app reckons it (RFC 4226 §5.3), without the library that is under test."""
    count = int(now.timestamp()) // 30 + steps
    digest = hmac.new(base64.b32decode(secret), count.to_bytes(8, "big"), "sha1").digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


def test_a_secret_counts_once_a_code_of_it_was_shown(opened: Vault) -> None:
    secret = second_step.propose(opened)
    assert not second_step.is_on(opened)
    assert not second_step.confirm(opened, "000000" if code_at(opened.now, secret) != "000000" else "111111")
    assert second_step.confirm(opened, code_at(opened.now, secret))
    assert second_step.is_on(opened)


def test_a_code_is_taken_once_and_for_about_its_half_minute(opened: Vault) -> None:
    secret = second_step.propose(opened)
    second_step.confirm(opened, code_at(opened.now, secret))
    assert not second_step.passes(opened, code_at(opened.now, secret))  # it was used to confirm
    opened.now += timedelta(seconds=30)
    assert second_step.passes(opened, code_at(opened.now, secret))
    assert not second_step.passes(opened, code_at(opened.now, secret))
    opened.now += timedelta(seconds=120)
    assert not second_step.passes(opened, code_at(opened.now, secret, -2))
    assert not second_step.passes(opened, code_at(opened.now, secret, 2))
    early = code_at(opened.now, secret, 1)
    assert second_step.passes(opened, f"{early[:3]} {early[3:]}")
    assert not second_step.passes(opened, code_at(opened.now, secret))  # an earlier one than was used


@pytest.mark.parametrize("code", ["", "1", "12345x", "１２３４５６", "0" * 10_000])
def test_what_is_no_code_does_not_pass(opened: Vault, code: str) -> None:
    second_step.confirm(opened, code_at(opened.now, second_step.propose(opened)))
    assert not second_step.passes(opened, code)


def test_turned_off_nothing_of_it_is_left(opened: Vault) -> None:
    second_step.confirm(opened, code_at(opened.now, second_step.propose(opened)))
    second_step.turn_off(opened)
    assert not second_step.is_on(opened)
    assert not second_step.passes(opened, "")
