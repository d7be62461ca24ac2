"""The one way by which a page comes to be: who may see it, and which forms are taken.

    guarded("GET", "/consent/{id}", show, "…")       a page of the owner
    guarded("POST", "/consent/{id}", answer, "…")    a form of it
    public("GET", "/login", show, "…")               for whoever is not logged in yet

* A page of the owner asks for an open vault and a session, and sends a browser that lacks one to where it gets it.
* A form has the session's token in it, and comes from a page of ours (`Sec-Fetch-Site`, `Origin`; what browsers have sent since
  2020 and 2011). A form before there is a session is held to the second.
* A function of a guarded page runs in the vault's thread.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal
from urllib.parse import quote

from terms.errors import FirstpartyError
from vault import sessions
from vault.session import Vault
from vault.sessions import Session
from vault.store import settings
from web.pages.frame import cookies, navigation
from web.pages.frame.responses import goes_to, page
from web.pages.frame.wording import mark
from web.server import bodies
from web.server.answers import Answer
from web.server.catalogue import INTERNAL, row_of
from web.server.limits import Limit
from web.server.opened import BusyError, VaultLockedError
from web.server.routes import Access, Asked, Route
from web.server.serving import Serving

TOKEN: Final = "form_token"
# Set in a vault of sample data, so that every page says so.
SAMPLE: Final = "sample"
# What a page says after a form has led to it, by the code in its address: nothing of an address is shown as it is.
SAID: Final[Mapping[str, str]] = {
    "done": mark("Done."),
    "stopped": mark("Sharing has stopped. What they read before stays on record."),
    "undone": mark("Undone."),
    "saved": mark("Saved."),
    "asked": mark("Asked. It is on record with the day by which they have to answer."),
}


class ForeignFormError(FirstpartyError):
    """A form that did not come from a page of ours."""

    code = "foreign-form"


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of the owner's browser. `form` is empty for a page."""

    asked: Asked
    session: Session
    form: Mapping[str, str]
    is_sample: bool = False

    @property
    def serving(self) -> Serving:
        return self.asked.serving

    @property
    def parameters(self) -> Mapping[str, str]:
        return self.asked.parameters

    def shows(self, template: str, *, status: int = 200, leads_to: str = "", **context: object) -> Answer:
        """A page of this visit."""
        frame = {
            "session": self.session,
            "form_token": self.session.form_token,
            "here": self.asked.request.url.path,
            "nav": navigation.items(),
            "is_here": navigation.is_here,
            "is_sample": self.is_sample,
            "said": SAID.get(self.asked.query.get("said", ""), ""),
        }
        return page(template, {**frame, **context}, status=status, leads_to=leads_to)


Shown = Callable[[Vault, Visit], Answer]
# A redirect to where one logs in or unlocks is what everybody gets who is not the owner in a browser.
_GUARDED: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
_GUARDED_FORM: Final = _GUARDED
_PUBLIC: Final = Access(nobody=200, owner=200, locked=200, vendor=200, granted=200, expired=200, revoked=200)


def guarded(
    method: Literal["GET", "POST"], path: str, shown: Shown, summary: str, *, query: Mapping[str, str] | None = None
) -> Route:
    """`shown` gives the page, or what a form leads to."""

    async def handler(asked: Asked) -> Answer:
        return await _as_page(asked, _answered(asked, shown))

    taken = {**(query or {}), **({"said": "what a form did"} if method == "GET" else {})}
    return Route(method, path, handler, _GUARDED, summary, query=taken, standard="HTML")


async def _answered(asked: Asked, shown: Shown) -> Answer:
    serving, request = asked.serving, asked.request
    here = request.url.path + (f"?{request.url.query}" if request.url.query and request.method != "POST" else "")
    if not serving.vault.is_open:
        return goes_to(f"/unlock?next={quote(here)}")
    secret = cookies.session_of(request, serving.settings)
    session = await serving.vault.write(lambda vault: sessions.present(vault, secret)) if secret else None
    if session is None:
        return goes_to(f"/login?next={quote(here)}")
    form = await _form(asked, session) if request.method == "POST" else {}
    visit = Visit(asked, session, form)
    answer = await serving.vault.write(lambda vault: shown(vault, replace(visit, is_sample=_is_sample(vault))))
    if request.method == "POST":
        serving.due.set()
    return answer


def _is_sample(vault: Vault) -> bool:
    return bool(settings.get(vault.connection, SAMPLE))


async def _form(asked: Asked, session: Session) -> Mapping[str, str]:
    fields = await own_form(asked)
    if not hmac.compare_digest(fields.get(TOKEN, "").encode(), session.form_token.encode()):
        raise ForeignFormError("the form is not of this session", hint="open the page again")
    return fields


async def own_form(asked: Asked) -> Mapping[str, str]:
    """The fields of a form that a page of ours sent."""
    headers = asked.request.headers
    site, origin = headers.get("sec-fetch-site", "same-origin"), headers.get("origin", "")
    own = {f"http://{host}" for host in asked.serving.settings.hosts}
    own |= {f"https://{host}" for host in asked.serving.settings.hosts}
    # `Referrer-Policy: no-referrer`, which our pages have, makes browsers send `Origin: null` with a form of ours.
    if site != "same-origin" or (origin not in ("", "null") and origin not in own):
        raise ForeignFormError("the form does not come from a page of this vault", hint="open the page again")
    return bodies.form(await bodies.read(asked.request, bodies.FORM))


def public(
    method: Literal["GET", "POST"],
    path: str,
    handler: Callable[[Asked], Awaitable[Answer]],
    summary: str,
    *,
    access: Access = _PUBLIC,
    query: Mapping[str, str] | None = None,
    limit: Limit | None = None,
) -> Route:
    """A page for whoever comes; `handler` runs in the event loop."""

    async def answered(asked: Asked) -> Answer:
        return await _as_page(asked, handler(asked))

    return Route(method, path, answered, access, summary, query=query or {}, limit=limit, standard="HTML")


async def _as_page(asked: Asked, answered: Awaitable[Answer]) -> Answer:
    try:
        return await answered
    except Exception as error:
        asked.request.scope["state"]["firstparty.error"] = error  # for the log
        return told(error)


def told(error: Exception) -> Answer:
    """An error as a page with a next step."""
    if isinstance(error, VaultLockedError):
        return goes_to("/unlock")
    row = row_of(error.code if isinstance(error, FirstpartyError) else INTERNAL)
    is_told = isinstance(error, FirstpartyError) and row.code != INTERNAL
    detail, hint = (error.sentence, error.hint) if isinstance(error, FirstpartyError) and is_told else ("", "")
    after = "1" if isinstance(error, BusyError) else ""
    answer = page("frame/templates/error.html", {"row": row, "detail": detail, "hint": hint}, status=row.status)
    return Answer(
        answer.status, answer.body, answer.media_type, {**answer.headers, **({"Retry-After": after} if after else {})}
    )
