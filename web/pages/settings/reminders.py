"""Reminders: when, how, where to, which contracts otherwise; what comes next, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids
from vault.overview import Overview
from vault.reminding import Wishes, keeping
from vault.reminding.planning import USUAL_LEADS
from vault.session import Vault
from web.pages.frame import wording
from web.pages.frame.guard import Visit, checked, guarded, own_form, working
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.reminding import send_waiting
from web.server.routes import Route

PATH: Final = "/settings/reminders"
_TEMPLATE: Final = "settings/reminders.html"
RHYTHMS: Final = {
    "each": mark("each by itself"),
    "daily": mark("all of a day in one message"),
    "weekly": mark("all of a week in one message"),
}
WEEKDAYS: Final = (
    mark("Monday"), mark("Tuesday"), mark("Wednesday"), mark("Thursday"), mark("Friday"), mark("Saturday"), mark("Sunday"),
)  # fmt: skip
KINDS: Final = {
    "cancel_by": mark("Last day to cancel"),
    "leave_until": mark("Last day of a special right to leave"),
    "trial_ends": mark("Trial ends"),
    "return_by": mark("Last day to return"),
    "warranty_ends": mark("Warranty ends"),
}
_RUNS: Final = 8
_SENT: Final = 20
assert KINDS.keys() == USUAL_LEADS.keys()


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit, {}, {})


def _page(vault: Vault, visit: Visit, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Answer:
    """`typed` are fields as they were sent, `wrong` what is wrong with them by their names."""
    wished, zone = keeping.wishes(vault), ZoneInfo(visit.preferences.zone)
    overview, own = Overview(vault.connection, vault.now.astimezone(zone).date()), keeping.leads_of(vault)
    contracts = sorted((one for one in overview.contracts if one.deadlines), key=lambda one: one.row.title.lower())
    return visit.shows(
        _TEMPLATE,
        status=422 if wrong else 200,
        fields={**_fields(wished), **typed},
        wrong=wrong,
        rhythms=RHYTHMS,
        weekdays=WEEKDAYS,
        kinds=KINDS,
        zone=zone.key,
        channels=[(one, keeping.last_of(vault, one.id)) for one in keeping.channels(vault)],
        labels={one.id: one.label for one in keeping.channels(vault)},
        runs=[(moment.astimezone(zone), part) for moment, part in keeping.coming(vault, _RUNS)],
        sent=keeping.history(vault, _SENT),
        contracts=contracts,
        own=[(one, _written(own[one.row.id])) for one in contracts if one.row.id in own],
    )


def _fields(wished: Wishes) -> dict[str, str]:
    """The form as it is filled in."""
    quiet = wished.quiet or (0, 0)
    return {
        "rhythm": wished.rhythm,
        "hour": str(wished.hour),
        "weekday": str(wished.weekday),
        "is_quiet": "yes" if wished.quiet else "",
        "quiet_from": _clock(quiet[0]) if wished.quiet else "22:00",
        "quiet_to": _clock(quiet[1]) if wished.quiet else "07:00",
        "short": "yes" if wished.short else "",
        **{f"leads_{kind}": _written(wished.leads.get(kind, ())) for kind in KINDS},
        "url": "",
        "label": "",
        "contract": "",
        "leads": "",
    }


def _written(leads: tuple[int, ...]) -> str:
    return ", ".join(map(str, leads))


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _minute(written: str) -> int:
    hours, _, minutes = written.partition(":")
    if not (hours.isdecimal() and minutes[:2].isdecimal() and len(written) <= 8):
        raise UsageError(phrase("this is no time of day"), hint=phrase("write it as 22:00"))
    found = int(hours) * 60 + int(minutes[:2])
    if not 0 <= found < 24 * 60 or int(minutes[:2]) > 59:
        raise UsageError(phrase("this is no time of day"), hint=phrase("write it as 22:00"))
    return found


def _saved(vault: Vault, visit: Visit) -> Answer:
    form, wrong, leads = visit.form, dict[str, str](), dict[str, tuple[int, ...]]()
    for kind in KINDS:
        try:
            leads[kind] = keeping.read_leads(form.get(f"leads_{kind}", ""))
        except UsageError as error:
            wrong[f"leads_{kind}"] = _sentence(error)
    try:
        quiet = (
            (_minute(form.get("quiet_from", "")), _minute(form.get("quiet_to", ""))) if form.get("is_quiet") else None
        )
        if not wrong:
            keeping.put_wishes(vault, _wished(form, leads, quiet))
    except UsageError as error:
        wrong["quiet_from"] = _sentence(error)
    if wrong:
        boxes = {name: form.get(name, "") for name in ("is_quiet", "short")}
        return _page(vault, visit, {**form, **boxes}, wrong)
    return goes_to(f"{PATH}?said=saved")


def _wished(form: Mapping[str, str], leads: dict[str, tuple[int, ...]], quiet: tuple[int, int] | None) -> Wishes:
    rhythm, hour, weekday = form.get("rhythm"), form.get("hour", ""), form.get("weekday", "")
    return Wishes(
        rhythm="each" if rhythm == "each" else "weekly" if rhythm == "weekly" else "daily",
        hour=int(hour) if hour.isdecimal() and len(hour) <= 2 else -1,
        weekday=int(weekday) if weekday.isdecimal() and len(weekday) == 1 else -1,
        quiet=quiet,
        leads=leads,
        short=bool(form.get("short")),
    )


def _sentence(error: FirstpartyError) -> str:
    return wording.fault(error)


def _contract(vault: Vault, visit: Visit) -> Answer:
    """The lead times of one contract."""
    form, number = visit.form, visit.form.get("contract", "")
    known = {ids.text("contract", one.row.id): one for one in Overview(vault.connection, vault.now.date()).contracts}
    if number not in known:
        return _page(vault, visit, form, {"contract": "choose a contract"})
    try:
        leads = None if form.get("do") == "usual" else keeping.read_leads(form.get("leads", ""))
        keeping.put_leads(vault, known[number].row.id, leads)
    except UsageError as error:
        return _page(vault, visit, form, {"leads": _sentence(error)})
    return goes_to(f"{PATH}?said=saved#contracts")


def _added(vault: Vault, visit: Visit) -> Answer:
    from connectors.reminders import ServiceError
    from connectors.reminders import checked as checked_url

    url = visit.form.get("url", "").strip()
    try:
        service = checked_url(url)
        keeping.add_channel(vault, url, service, visit.form.get("label", ""))
    except (ServiceError, keeping.ReminderError) as error:
        return _page(vault, visit, {"label": visit.form.get("label", ""), "url": url}, {"url": _sentence(error)})
    return goes_to(f"{PATH}?said=channel-added#channels")


def _channel(vault: Vault, visit: Visit) -> int:
    written = visit.parameters["id"]
    if not written.isdecimal() or len(written) > 18 or keeping.channel(vault, int(written)) is None:
        raise NotFoundError(phrase("there is no such channel"))
    return int(written)


def _removed(vault: Vault, visit: Visit) -> Answer:
    keeping.remove_channel(vault, _channel(vault, visit))
    return goes_to(f"{PATH}?said=done#channels")


async def _tested(visit: Visit) -> Answer:
    """A test goes the way of any reminder, and is waited for, so that its error can be told."""
    checked(await own_form(visit.asked), visit.session)
    serving = visit.serving

    def add(vault: Vault) -> int:
        channel = _channel(vault, visit)
        keeping.add_test(vault, channel, wording.saying(visit.language))
        return channel

    channel = await serving.vault.write(add)
    await send_waiting(serving)
    last = await serving.vault.run(lambda vault: keeping.last_of(vault, channel))
    said = "test-sent" if last and last.state == "sent" else "test-failed"
    return goes_to(f"{PATH}?said={said}#channels")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "Reminders"),
    guarded("POST", PATH, _saved, "When reminders are sent"),
    guarded("POST", f"{PATH}/contract", _contract, "The lead times of one contract"),
    guarded("POST", f"{PATH}/channels", _added, "Add where reminders go"),
    guarded("POST", f"{PATH}/channels/{{id}}/remove", _removed, "Remove where reminders go"),
    working("POST", f"{PATH}/channels/{{id}}/test", _tested, "Send a test"),
)
