"""The one way by which a page comes to be: who may see it, and which forms are taken.

    guarded("GET", "/consent/{id}", show, "…")       a page of the owner
    guarded("POST", "/consent/{id}", answer, "…")    a form of it
    working("POST", "/imports", take, "…")           one that streams, or takes long: an `async` function in the event loop
    public("GET", "/login", show, "…")               for whoever is not logged in yet

* A page of the owner asks for an open vault and a session, and sends a browser that lacks one to where it gets it.
* A form has the session's token in it, and comes from a page of ours (`Sec-Fetch-Site`, `Origin`; what browsers have sent since
  2020 and 2011). A form before there is a session is held to the second.
* A function of a guarded page runs in the vault's thread.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal, TypeVar
from urllib.parse import quote

from msgspec import Struct, field
from msgspec.structs import replace

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import preferences, sessions
from vault.preferences import Preferences
from vault.session import Vault
from vault.sessions import Session
from vault.store import settings
from web.pages.frame import cookies, language, navigation
from web.pages.frame.responses import goes_to, page
from web.pages.frame.wording import mark
from web.server import bodies
from web.server.answers import Answer, Streamed
from web.server.catalogue import INTERNAL, row_of
from web.server.limits import Limit
from web.server.opened import BusyError, VaultLockedError
from web.server.routes import Access, Asked, Route
from web.server.serving import Serving

TOKEN: Final = "form_token"
# Set in a vault with sample data, so that every page says so: the id of the batch to undo, or `WHOLE` where all of it is invented.
SAMPLE: Final = "sample"
WHOLE: Final = "whole"
# What a page says after a form has led to it, by the code in its address: nothing of an address is shown as it is.
SAID: Final[Mapping[str, str]] = {
    "done": mark("Done."),
    "late": mark("That is not possible any more, and nothing was changed. This is how it stands now."),
    "stopped": mark("Sharing has stopped. What they read before stays on record."),
    "undone": mark("Undone."),
    "decided": mark("Your word counts. It is on record beside what your rules said."),
    "screened": mark("They are told so. You can say otherwise at any time."),
    "installed": mark("These rules hold from now on. You can take that back below."),
    "paused": mark("Your butler is paused: everything asks you."),
    "resumed": mark("Your butler decides by your rules again."),
    "kept": mark("Undone. What you had confirmed or changed since was kept."),
    "again": mark("They will be sent again."),
    "moved": mark("The clock was put ahead."),
    "files-gone": mark("Thrown away. Nothing was brought in."),
    "saved": mark("Saved."),
    "published": mark("Published. Vendors that may see it can make their offers."),
    "drafted": mark("A new draft with the same answers. Nobody sees it yet."),
    "thrown-away": mark("The draft is thrown away. You can still write a new one from it."),
    "closed-to-offers": mark("It takes no more offers. You can take one of those that came, or take offers again."),
    "reopened": mark("It takes offers again."),
    "given-up": mark("You gave it up. Vendors see it no more."),
    "taken": mark("Taken. The vendor is told; the others are told no."),
    "link-made": mark("The link is made. An older one does not work any more."),
    "link-off": mark("The calendar link is off."),
    "channel-added": mark("Added. Send a test to see that it arrives."),
    "test-sent": mark("The test was sent. See that it arrives."),
    "test-failed": mark("The test could not be sent. Below it says why."),
    "keeping": mark("You keep it this time. Before the next last day to cancel you are asked again."),
    "tried": mark("The backup was tried. This was found."),
    "ended": mark("Logged out there."),
    "step-on": mark("From now on a code is asked after the passphrase."),
    "passkey-added": mark("Added. Next time you can log in with it."),
    "passkey-removed": mark("Removed. It logs nobody in any more. On your device you can delete it too."),
    "step-off": mark("The code is not asked any more."),
    "detail-kept": mark("Kept. Whoever may read it is told where it changed."),
    "detail-ended": mark("Noted. It stays in the history; to take it back, say it again from today."),
    "detail-erased": mark("Forgotten for good."),
    "written": mark("Written. They are told, and fetch it."),
    "disputed": mark("Disputed. They are told why."),
    "corrected": mark("Noted, for what you import later too. Under “Relationships to confirm” you can take it back."),
    "vendor-added": mark("Added. Now its contract, if there is one."),
    "asked": mark("Asked. It is on record with the day by which they have to answer."),
}


class ForeignFormError(FirstpartyError):
    """A form that did not come from a page of ours."""

    code = "foreign-form"


class Visit(Struct, frozen=True):
    """One request of the owner's browser. `form` is empty for a page."""

    asked: Asked
    session: Session
    form: Mapping[str, str]
    sample: str = ""
    language: str = language.SOURCE
    preferences: Preferences = field(default_factory=Preferences)

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
            "preferences": self.preferences,
            "leads_to": leads_to,
            "sample": self.sample,
            "is_whole_sample": self.sample == WHOLE,
            "said": SAID.get(self.asked.query.get("said", ""), ""),
        }
        with language.speaking(self.language):
            return page(template, {**frame, **context}, status=status, leads_to=leads_to)


Shown = Callable[[Vault, Visit], Answer]
# A redirect to where one logs in or unlocks is what everybody gets who is not the owner in a browser.
_GUARDED: Final = Access(nobody=303, owner=303, locked=303, vendor=303, granted=303, expired=303, revoked=303)
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
    serving = asked.serving
    visit = await _admitted(asked)
    if isinstance(visit, Answer):
        return visit
    if asked.request.method == "POST":
        visit = replace(visit, form=checked(await own_form(asked), visit.session))

    def show(vault: Vault) -> Answer:
        known = _as_set(vault, visit)
        if known.form:
            preferences.seen_in(vault, known.language)
        with language.speaking(known.language):
            return shown(vault, known)

    if asked.request.method != "POST":
        return await serving.vault.run(show)
    answer = await serving.vault.write(show)
    serving.due.set()
    return answer


Working = Callable[[Visit], Awaitable[Answer | Streamed]]


def working(method: Literal["GET", "POST"], path: str, handler: Working, summary: str) -> Route:
    """`handler` runs in the event loop, and reads and checks its own form (`own_form`, `checked`)."""

    async def answered(asked: Asked) -> Answer | Streamed:
        admitted = await _admitted(asked)
        if isinstance(admitted, Answer):
            return admitted
        visit = await asked.serving.vault.run(lambda vault: _as_set(vault, admitted))
        with language.speaking(visit.language):
            return await handler(visit)

    async def as_page(asked: Asked) -> Answer | Streamed:
        return await _as_page(asked, answered(asked))

    taken = {"said": "what a form did"} if method == "GET" else {}
    return Route(method, path, as_page, _GUARDED, summary, query=taken, standard="HTML")


async def _admitted(asked: Asked) -> Visit | Answer:
    """The owner's visit, or the way to where one unlocks or logs in."""
    serving, request = asked.serving, asked.request
    here = request.url.path + (f"?{request.url.query}" if request.url.query and request.method != "POST" else "")
    if not serving.vault.is_open:
        return goes_to(f"/unlock?next={quote(here)}")
    secret = cookies.session_of(request, serving.settings)
    session = await serving.vault.write(lambda vault: sessions.present(vault, secret)) if secret else None
    if session is None:
        return goes_to(f"/login?next={quote(here)}")
    serving.presence.at = serving.clock()
    return Visit(asked, session, {})


def _as_set(vault: Vault, visit: Visit) -> Visit:
    """With what the vault's settings say of every page."""
    kept = preferences.read(vault.connection)
    return replace(
        visit,
        sample=settings.get(vault.connection, SAMPLE),
        language=language.preferred(_accepted(visit.asked), kept.language),
        preferences=kept,
    )


def _accepted(asked: Asked) -> str:
    return str(asked.request.headers.get("accept-language", ""))


def checked(fields: Mapping[str, str], session: Session) -> Mapping[str, str]:
    """The fields of a form of this session."""
    if not hmac.compare_digest(fields.get(TOKEN, "").encode(), session.form_token.encode()):
        raise ForeignFormError(phrase("the form is not of this session"), hint=phrase("open the page again"))
    return fields


async def own_form(asked: Asked) -> Mapping[str, str]:
    """The fields of a form that a page of ours sent. Browsers send the line breaks of a text as CR and LF (HTML, 4.10.21.4)."""
    refuse_foreign(asked)
    fields = bodies.form(await bodies.read(asked.request, bodies.FORM))
    return {name: value.replace("\r\n", "\n") for name, value in fields.items()}


def refuse_foreign(asked: Asked) -> None:
    """Unless the form comes from a page of ours."""
    headers = asked.request.headers
    site, origin = headers.get("sec-fetch-site", "same-origin"), headers.get("origin", "")
    own = {f"http://{host}" for host in asked.serving.settings.hosts}
    own |= {f"https://{host}" for host in asked.serving.settings.hosts}
    # `Referrer-Policy: no-referrer`, which our pages have, makes browsers send `Origin: null` with a form of ours.
    if site != "same-origin" or (origin not in ("", "null") and origin not in own):
        raise ForeignFormError(
            phrase("the form does not come from a page of this vault"), hint=phrase("open the page again")
        )


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


A = TypeVar("A", Answer, Answer | Streamed)


async def _as_page(asked: Asked, answered: Awaitable[A]) -> A | Answer:
    with language.speaking(language.preferred(_accepted(asked))):
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
    detail, hint = (error.said, error.helps) if isinstance(error, FirstpartyError) and is_told else ("", "")
    after = "1" if isinstance(error, BusyError) else ""
    answer = page("frame/templates/error.html", {"row": row, "detail": detail, "hint": hint}, status=row.status)
    return Answer(
        answer.status, answer.body, answer.media_type, {**answer.headers, **({"Retry-After": after} if after else {})}
    )
