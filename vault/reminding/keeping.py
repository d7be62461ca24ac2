"""Wishes, channels and messages in the vault: what `planning` finds becomes messages, each to be sent to one channel.

* What is told is covered in the same write that makes its messages, so it is told once whatever happens after. A message that
  was cut off while it was sent is sent again: it may then arrive twice, and never not at all.
* A message that could not be sent is tried again, later each time, as long as its day is ahead.
* Channels are secrets. The log says that one was added and of what service, never its address.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import Say, phrase
from vault import ids, owner, preferences
from vault.butler.watching import binds_for_long
from vault.lettering import plain
from vault.overview import Overview
from vault.reminding import words
from vault.reminding.planning import Item, Reminder, Wishes, ahead, due, is_late, runs
from vault.session import Vault
from vault.store import reminders as store
from vault.store import settings
from vault.store.reminders import ChannelRow, MessageRow
from vault.times import stamp

_SETTING: Final = "reminders"
# From when on a missed reminder is a late one; what lay before, nobody had wished for.
_SINCE: Final = "reminders_since"
# So far ahead dates are looked for: a year, and the longest lead.
MAX_LEAD_DAYS: Final = 366
_HORIZON: Final = timedelta(days=366 + MAX_LEAD_DAYS)
# More for one date help nobody.
MAX_LEADS: Final = 10
MAX_CHANNELS: Final = 20
MAX_LABEL: Final = 60
# Of an error, as much as a page shows.
MAX_FAULT: Final = 300
# How long after each failure it is tried again: a service that restarts, a line that is down, a day without either.
RETRY_AFTER: Final = tuple(timedelta(minutes=one) for one in (2, 10, 60, 240, 720, 1440))
# What was told of dates long past is forgotten.
_KEPT: Final = timedelta(days=400)


class ReminderError(FirstpartyError):
    code = "reminder"
    exit_code = 2


def wishes(vault: Vault) -> Wishes:
    """The owner's, with the owner's time zone."""
    kept = settings.get(vault.connection, _SETTING)
    found = msgspec.json.decode(kept, type=Wishes) if kept else Wishes()
    return msgspec.structs.replace(found, zone=preferences.read(vault.connection).zone)


def put_wishes(vault: Vault, wanted: Wishes) -> None:
    """The time zone is a preference and is not kept here."""
    _check(wanted)
    with vault.transaction():
        settings.put(vault.connection, _SETTING, msgspec.json.encode(wanted).decode())
        vault.log("reminders.set", {"rhythm": wanted.rhythm, "hour": wanted.hour})


def _check(wanted: Wishes) -> None:
    if not 0 <= wanted.hour <= 23 or not 0 <= wanted.weekday <= 6:
        raise UsageError(phrase("an hour is 0 to 23, a weekday 0 to 6"))
    if wanted.quiet and (wanted.quiet[0] == wanted.quiet[1] or not all(0 <= one < 24 * 60 for one in wanted.quiet)):
        raise UsageError(
            phrase("quiet hours begin and end at two times of one day"), hint=phrase("such as 22:00 to 07:00")
        )
    for leads in wanted.leads.values():
        check_leads(leads)


def check_leads(leads: Sequence[int]) -> None:
    if len(leads) > MAX_LEADS or not all(0 <= one <= MAX_LEAD_DAYS for one in leads):
        raise UsageError(
            phrase(
                "at most %(max_leads)s lead times of 0 to %(max_lead_days)s days",
                max_leads=MAX_LEADS,
                max_lead_days=MAX_LEAD_DAYS,
            ),
            hint=phrase("such as 30 14 3"),
        )


def read_leads(written: str) -> tuple[int, ...]:
    """Of `30, 14, 3`: the longest first, each once."""
    parts = written.replace(",", " ").split()
    if not all(one.isdecimal() and len(one) <= 4 for one in parts):
        raise UsageError(
            phrase("`%(written)s` are no lead times", written=written[:40]),
            hint=phrase("write days, such as 30, 14, 3"),
        )
    found = tuple(sorted({int(one) for one in parts}, reverse=True))
    check_leads(found)
    return found


def put_leads(vault: Vault, contract: int, leads: tuple[int, ...] | None) -> None:
    """The lead times of one contract: its own, no reminder at all (empty), or the usual ones (None)."""
    check_leads(leads or ())
    with vault.transaction():
        store.put_item(vault.connection, contract, leads)
        vault.log("reminders.leads-set", {"contract": ids.text("contract", contract)})


def leads_of(vault: Vault) -> dict[int, tuple[int, ...]]:
    """Of the contracts that have their own."""
    return store.items(vault.connection)


# --- channels -------------------------------------------------------------------------------------------------------


def add_channel(vault: Vault, url: str, service: str, label: str = "") -> int:
    """`url` was checked by who can send to it; `service` is what it said it is."""
    there = store.channels(vault.connection)
    if len(there) >= MAX_CHANNELS:
        raise ReminderError(
            phrase("there are %(max_channels)s channels already", max_channels=MAX_CHANNELS),
            hint=phrase("remove one first"),
        )
    name = plain(label.strip()[:MAX_LABEL]).strip() or service
    with vault.transaction():
        id = store.add_channel(vault.connection, name, service, url, stamp(vault.now))
        if not settings.get(vault.connection, _SINCE):
            settings.put(vault.connection, _SINCE, stamp(vault.now))
        vault.log("reminders.channel-added", {"channel": id, "service": service})
    return id


def channels(vault: Vault) -> list[ChannelRow]:
    return store.channels(vault.connection)


def channel(vault: Vault, id: int) -> ChannelRow | None:
    return next((one for one in channels(vault) if one.id == id), None)


def remove_channel(vault: Vault, id: int) -> bool:
    """With the messages that went to it; whether there was one."""
    with vault.transaction():
        is_gone = store.remove_channel(vault.connection, id)
        if is_gone:
            vault.log("reminders.channel-removed", {"channel": id})
    return is_gone


def add_test(vault: Vault, channel: int, say: Say = str) -> None:
    """A message that says that it is a test, sent as any other."""
    day = str(vault.now.astimezone(preferences.zone_of(vault.connection)).date() + timedelta(days=1))
    with vault.transaction():
        store.add_message(
            vault.connection, channel, words.trial(say), stamp(vault.now), day, is_test=True, is_late=False
        )


# --- what is told ---------------------------------------------------------------------------------------------------


def items(vault: Vault, wished: Wishes) -> list[Item]:
    """The dates of the vault that the owner may want to be told of: of what is kept for a term, not the day to cancel it."""
    today = vault.now.astimezone(preferences.zone_of(vault.connection)).date()
    own, kept = store.items(vault.connection), owner.kept(vault.connection)
    found = []
    for contract, deadline in Overview(vault.connection, today).deadlines(today + _HORIZON):
        leads = own.get(contract.row.id)
        if deadline.kind == "cancel_by" and deadline.on <= kept.get(contract.row.id, date.min):
            continue
        is_small = deadline.kind == "cancel_by" and not wished.short and not binds_for_long(contract, deadline)
        if leads is None and is_small:
            continue
        key, stake = ids.text("contract", contract.row.id), str(deadline.money_at_stake or "")
        found.append(Item(key, deadline.kind, contract.row.title, deadline.on, leads, stake))
    return found


def coming(vault: Vault, count: int) -> list[tuple[datetime, list[Reminder]]]:
    """The next times that something is told."""
    wished = wishes(vault)
    told = store.covered(vault.connection)
    return runs(ahead(items(vault, wished), wished, told, vault.now), wished)[:count]


def plan(vault: Vault, address: str = "", say: Say = str) -> int:
    """Make the messages that are due; gives how many. `address` is where the owner's pages are, `say` the owner's language."""
    there = channels(vault)
    if not there:
        return 0
    wished, covered = wishes(vault), store.covered(vault.connection)
    told, settled = due(items(vault, wished), wished, covered, vault.now)
    if not told:
        return 0
    since = settings.get(vault.connection, _SINCE)
    late = [one for one in told if stamp(one.moment) >= since and is_late(one, wished, vault.now)]
    parts = [[one] for one in told] if wished.rhythm == "each" else [told]
    today = vault.now.astimezone(preferences.zone_of(vault.connection)).date()
    with vault.transaction():
        store.cover(vault.connection, _keys(settled), stamp(vault.now))
        for part in parts:
            _write(
                vault, there, words.message(part, [one for one in part if one in late], today, address, say), part, late
            )
    return len(parts) * len(there)


def _keys(settled: Iterable[Reminder]) -> list[tuple[str, str]]:
    return [(one.key, str(one.item.on)) for one in settled]


def _write(
    vault: Vault, there: list[ChannelRow], said: tuple[str, str], part: list[Reminder], late: list[Reminder]
) -> None:
    until = str(max(one.item.on for one in part))
    is_late = any(one in late for one in part)
    for one in there:
        store.add_message(vault.connection, one.id, said, stamp(vault.now), until, is_test=False, is_late=is_late)


# --- sending --------------------------------------------------------------------------------------------------------


def to_send(vault: Vault) -> list[tuple[MessageRow, str]]:
    """Messages whose turn has come, each with the address of its channel."""
    urls = {one.id: one.url for one in channels(vault)}
    return [(one, urls[one.channel]) for one in store.waiting(vault.connection, stamp(vault.now))]


def sent(vault: Vault, message: MessageRow) -> None:
    with vault.transaction():
        store.sent(vault.connection, message.id, stamp(vault.now))


def not_sent(vault: Vault, message: MessageRow, fault: str) -> None:
    """A test is not tried again: whoever asked for it looks at it."""
    tries = message.attempts
    again = vault.now + RETRY_AFTER[tries] if tries < len(RETRY_AFTER) and not message.is_test else None
    zone = preferences.zone_of(vault.connection)
    if again is not None and str(again.astimezone(zone).date()) > message.until:
        again = None
    with vault.transaction():
        store.not_sent(vault.connection, message.id, fault[:MAX_FAULT], stamp(again) if again else None)


def history(vault: Vault, limit: int = 20) -> list[MessageRow]:
    return store.messages(vault.connection, limit)


def last_of(vault: Vault, channel: int) -> MessageRow | None:
    return store.last_of(vault.connection, channel)


def forget(vault: Vault) -> None:
    with vault.transaction():
        store.forget(vault.connection, str((vault.now - _KEPT).date()))
