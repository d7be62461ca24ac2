"""A request for data, shown with the real values that would be sent, and the owner's answer to it.

A vendor sends the browser of a customer who is there to `/oauth/authorize` (RFC 9126, 4). Whoever opens that may be anybody, so
it shows nothing and leads on to the page of the request, which only a browser of the owner's gets to see. The vendor knows its
own browser by `state`.

* Nothing is ticked beforehand where there is something to choose. A single thing that is asked for is the question itself.
* Allow and Decline are two buttons of one form, alike in all but their words.
* The browser goes on to the vendor's page, if it came from one; the policy of this page lets a form lead there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from terms.roster import OffRosterError
from terms.roster import agreement as roster_agreement
from vault import access, ids
from vault.access import AccessRefused, Consent
from vault.access.answering import Shown
from vault.policy.authorization_life import State
from vault.session import Vault
from vault.store import agreements as agreement_store
from web.oauth.metadata import AUTHORIZE_PATH
from web.pages.frame.guard import Visit, guarded, public
from web.pages.frame.responses import goes_to, page
from web.pages.frame.wording import mark, said
from web.server.answers import Answer
from web.server.routes import Access, Asked, Route

PATH: Final = "/consent/{id}"
_TEMPLATE: Final = "consent/page.html"
_REFUSED: Final = "consent/refused.html"
# How long a grant may last, as the form offers it; none: as long as the agreement.
_LASTS: Final[Mapping[str, int | None]] = {"30": 30, "90": 90, "365": 365, "agreement": None}
_CHOSEN: Final = "365"


class Item(Struct, frozen=True):
    """One category that is asked for, with what the profile has of it now."""

    category: str
    values: tuple[Shown, ...]
    withheld: bool


async def _authorize(asked: Asked) -> Answer:
    uri, client = asked.query.get("request_uri", ""), asked.query.get("client_id", "")
    if asked.request.method == "HEAD":  # it changes nothing (RFC 9110, 9.2.1), and what is shown is shown once
        return goes_to("/")
    if not asked.serving.vault.is_open:
        return goes_to(f"/unlock?next={quote(f'{AUTHORIZE_PATH}?{asked.request.url.query}')}")
    try:
        one = await asked.serving.vault.write(lambda vault: access.show(vault, uri, client))
    except AccessRefused as refused:
        return page(_REFUSED, {"refused": refused}, status=refused.status)
    return goes_to(f"/consent/{one.id}")


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit, _consent(vault, visit))


def _consent(vault: Vault, visit: Visit) -> Consent:
    return access.consent(vault, ids.number_of("authorization", visit.parameters["id"]))


def _page(vault: Vault, visit: Visit, one: Consent, *, wrong: str = "") -> Answer:
    return visit.shows(
        _TEMPLATE,
        status=422 if wrong else 200,
        leads_to=_origin(one.redirect_uri),
        one=one,
        items=_items(one),
        terms_name=_terms(vault, one),
        recipients=[each if isinstance(each, str) else f"{each.name} ({each.role})" for each in one.asked.recipients],
        lasts=tuple(_LASTS),
        chosen=_CHOSEN,
        is_open=one.state is State.SHOWN,
        wrong=wrong,
    )


def _items(one: Consent) -> tuple[Item, ...]:
    found: dict[str, list[Shown]] = {}
    for value in one.values:
        found.setdefault(value.category, []).append(value)
    return tuple(Item(name, tuple(values), all(each.withheld for each in values)) for name, values in found.items())


def _terms(vault: Vault, one: Consent) -> str:
    row = agreement_store.agreement(vault.connection, one.asked.agreement)
    if row is None:
        return ""
    try:
        return f"{said(roster_agreement(row.terms).name)} ({row.terms})"
    except OffRosterError:  # signed when the roster had it
        return row.terms


def _origin(address: str | None) -> str:
    scheme, _, rest = (address or "").partition("://")
    place = rest.partition("/")[0].partition("?")[0]
    return f"{scheme}://{place}" if place else ""


def _answered(vault: Vault, visit: Visit) -> Answer:
    one, form = _consent(vault, visit), visit.form
    number, issuer = ids.number_of("authorization", one.id), visit.serving.settings.base_url
    if form.get("answer") == "decline":
        return _onward(visit, one, access.deny(vault, number, issuer=issuer).redirect)
    offered = [item.category for item in _items(one) if not item.withheld]
    only = offered if len(offered) == 1 else [name for name in offered if f"give:{name}" in form]
    if not only:
        return _page(vault, visit, one, wrong=mark("choose at least one thing to share, or decline"))
    done = access.approve(vault, number, issuer=issuer, only=only, expires=_until(vault.now, form.get("lasts", "")))
    return _onward(visit, one, done.redirect)


def _until(now: datetime, lasts: str) -> datetime | None:
    days = _LASTS.get(lasts, _LASTS[_CHOSEN])
    return None if days is None else now + timedelta(days=days)


def _onward(visit: Visit, one: Consent, redirect: str | None) -> Answer:
    return goes_to(redirect or f"/consent/{one.id}")


_AUTHORIZE: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
_QUERY: Final = {"client_id": "the client's id", "request_uri": "what pushing the request gave"}

ROUTES: tuple[Route, ...] = (
    public("GET", AUTHORIZE_PATH, _authorize, "Put a pushed request before the owner", access=_AUTHORIZE, query=_QUERY),
    guarded("GET", PATH, _shown, "What a vendor asks for"),
    guarded("POST", PATH, _answered, "Allow or decline it"),
)
