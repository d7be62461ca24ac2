"""`/vendors/{id}/write`: threads with a vendor that is connected; one that is not is invited, by a link or a picture.

A link of an invitation is shown once, on the page that makes it, and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids, meeting
from vault.engaging import addressees, feedback, records
from vault.engaging.addressees import Addressee
from vault.engaging.threads import write
from vault.money import Money
from vault.session import Vault
from vault.store import engaging
from vault.store.engaging import RecordRow
from web.pages.frame import qr
from web.pages.frame.finding import vendor_of
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark, money
from web.pages.talking import threads
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

PATH: Final = "/vendors/{id}/write"
_PAGE: Final = "talking/page.html"
_INVITED: Final = "talking/invited.html"
_RECORDS: Final = 60
# What can be disputed; what they hold has a page of its own.
KINDS: Final[Mapping[str, str]] = {
    "contract": mark("contract"),
    "invoice": mark("invoice"),
    "usage": mark("reading of use"),
}
# How one can be reached, in the order in which most people want to be.
WAYS: Final[Mapping[str, str]] = {
    "mail": mark("by e-mail"),
    "post": mark("by letter"),
    "phone": mark("by telephone"),
    "chat": mark("by chat"),
    "app": mark("in their app"),
    "api": mark("through this vault"),
}


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit)


def _page(vault: Vault, visit: Visit, wrong: FirstpartyError | None = None, at: str = "") -> Answer:
    to = _addressee(vault, visit)
    return visit.shows(
        _PAGE,
        status=422 if wrong else 200,
        vendor=to.vendor,
        clients=to.clients,
        contacts=to.contacts,
        threads=threads.threads(vault, tuple(one.id for one in to.clients)) if to.clients else [],
        records=_records(vault, to),
        opinions=[row for row in feedback.listed(vault) if to.vendor and row.vendor == to.vendor.id][:1],
        may_share=any(feedback.binds(vault, one.id) for one in to.clients),
        ways=WAYS,
        kinds=KINDS,
        stars=range(feedback.LEAST, feedback.MOST + 1),
        typed=visit.form,
        wrong=wrong,
        at=at,
    )


def _addressee(vault: Vault, visit: Visit) -> Addressee:
    return addressees.of_vendor(vault, vendor_of(vault, visit))


class Given(Struct, frozen=True):
    """What a vendor gave the owner: a contract, an invoice, readings. `text` is the vendor's."""

    row: RecordRow
    text: str

    @property
    def id(self) -> str:
        return ids.text("record", self.row.id)


def _records(vault: Vault, to: Addressee) -> list[Given]:
    clients = {one.id for one in to.clients}
    rows = [row for row in engaging.records(vault.connection) if row.client in clients and row.kind in KINDS]
    return [Given(row, _said(row)) for row in rows[:_RECORDS]]


def _said(row: RecordRow) -> str:
    if row.kind == "contract":
        return records.given_contract(row).title
    if row.kind == "invoice":
        invoice = records.given_invoice(row)
        return f"{row.ref} · {money(Money(invoice.total.minor, invoice.total.currency))}"
    return row.ref


def _written(vault: Vault, visit: Visit) -> Answer:
    to, form = _addressee(vault, visit), visit.form
    try:
        client = addressees.connected(_named(to, form.get("client", "")))
        if not form.get("subject", "").strip():
            raise UsageError(phrase("the subject is missing"), hint=phrase("say in a few words what it is about"))
        write(vault, client.id, form.get("body", ""), subject=form["subject"])
    except FirstpartyError as error:
        return _page(vault, visit, error, "subject" if not form.get("subject", "").strip() else "body")
    return goes_to(f"{_here(visit)}?said=written")


def _named(to: Addressee, url: str) -> Addressee:
    """Of several clients, the one that was chosen."""
    chosen = tuple(one for one in to.clients if one.url == url)
    return Addressee(to.vendor, chosen, to.contacts) if chosen else to


def _invited(vault: Vault, visit: Visit) -> Answer:
    to = _addressee(vault, visit)
    assert to.vendor is not None  # an address names a vendor
    made = meeting.invite(vault, to.vendor.id)
    link = f"{visit.serving.settings.base_url}/invite/{made.code}"
    return visit.shows(
        _INVITED, vendor=to.vendor, link=link, picture=qr.picture(link, "q"), expires=made.invitation.expires
    )


def _disputed(vault: Vault, visit: Visit) -> Answer:
    to, number = _addressee(vault, visit), ids.number_of("record", visit.form.get("record", ""))
    if records.held(vault, number).client not in {one.id for one in to.clients}:
        raise NotFoundError(phrase("there is no such record"), hint=phrase("look at what they gave you"))
    if visit.form.get("do") == "agree":
        records.agree(vault, number)
        return goes_to(f"{_here(visit)}?said=saved#given")
    try:
        records.dispute(vault, number, visit.form.get("because", ""))
    except FirstpartyError as error:
        return _page(vault, visit, error, f"because-{ids.text('record', number)}")
    return goes_to(f"{_here(visit)}?said=disputed#given")


def _noted(vault: Vault, visit: Visit) -> Answer:
    form = visit.form
    grade = form.get("grade", "")
    contact = feedback.Contact(
        tuple(way for way in WAYS if form.get(f"way-{way}") == "wanted"),
        tuple(way for way in WAYS if form.get(f"way-{way}") == "not"),
    )
    said = feedback.Said(
        int(grade) if grade.isdecimal() and len(grade) == 1 else None,
        form.get("note", "").strip(),
        contact if contact != feedback.Contact() else None,
    )
    try:
        if said == feedback.Said():
            raise UsageError(phrase("nothing is said"), hint=phrase("choose or write something"))
        feedback.give(vault, _addressee(vault, visit), said, share=form.get("share") == "yes")
    except FirstpartyError as error:
        return _page(vault, visit, error, "note")
    return goes_to(f"{_here(visit)}?said=saved")


def _here(visit: Visit) -> str:
    return PATH.replace("{id}", visit.parameters["id"])


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _shown, "What you and a vendor write to each other"),
    guarded("POST", PATH, _written, "Write to a vendor"),
    guarded("POST", "/vendors/{id}/records", _disputed, "Dispute what a vendor gave you, or agree"),
    guarded("POST", "/vendors/{id}/invite", _invited, "Invite a vendor to connect"),
    guarded("POST", "/vendors/{id}/feedback", _noted, "What you think of a vendor"),
    *threads.ROUTES,
)
