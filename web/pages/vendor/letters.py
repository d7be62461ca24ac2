"""Letters to a vendor: the one that cancels a contract, and the one that asks for a right where the vendor is not connected."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from terms.phrases import phrase
from vault import ids
from vault.engaging import cancelling, rights
from vault.engaging import letters as written
from vault.engaging.letters import Letter
from vault.engaging.rights import Asked
from vault.overview import Contract
from vault.session import Vault
from vault.store.vendors import VendorRow
from web.pages.frame.finding import contract_of, vendor_of
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.language import LANGUAGES
from web.pages.frame.wording import mark, saying
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_TEMPLATE: Final = "vendor/letter.html"
_QUERY: Final = {"language": "what the vendor reads: en or de"}
# What an address is good for, or what it is.
CONTACTS: Final = {
    "privacy": mark("for privacy:"),
    "support": mark("for customers:"),
    "email": mark("mail:"),
    "mail": mark("post:"),
    "phone": mark("phone:"),
    "account": mark("where you log in:"),
    "website": mark("website:"),
}


def _cancels(vault: Vault, visit: Visit) -> Answer:
    contract = contract_of(vault, visit)
    spoken = _spoken(visit)
    letter = cancelling.letter(vault, contract, saying(spoken))
    return _shown(visit, letter, spoken, contract=contract)


def _asks(vault: Vault, visit: Visit) -> Answer:
    vendor = vendor_of(vault, visit)
    asked = rights.one(vault, ids.number_of("right", visit.parameters["right"]))
    if asked.row.vendor != vendor.id:
        raise NotFoundError(phrase("there is no such letter"))
    spoken = _spoken(visit)
    return _shown(visit, written.letter(vault, asked, saying(spoken)), spoken, asked=asked, vendor=vendor)


def _spoken(visit: Visit) -> str:
    wanted = visit.asked.query.get("language", "")
    return wanted if wanted in LANGUAGES else visit.language


def _shown(
    visit: Visit,
    letter: Letter,
    spoken: str,
    *,
    contract: Contract | None = None,
    asked: Asked | None = None,
    vendor: VendorRow | None = None,
) -> Answer:
    """Of a contract, or of what a vendor is asked for."""
    return visit.shows(
        _TEMPLATE,
        letter=letter,
        mail=_mail(letter),
        spoken=spoken,
        languages=LANGUAGES,
        kinds=CONTACTS,
        contract=contract,
        cancel=contract.deadline("cancel_by") if contract else None,
        asked=asked,
        vendor=vendor,
    )


def _mail(letter: Letter) -> str:
    """A draft in the mail program (RFC 6068)."""
    to = next((address.removeprefix("mailto:") for _, address in letter.to if "@" in address), "")
    return f"mailto:{quote(to, safe='@')}?subject={quote(letter.subject)}&body={quote(letter.text)}"


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/vendors/{id}/letter/{contract}", _cancels, "The letter that cancels a contract", query=_QUERY),
    guarded("GET", "/vendors/{id}/rights/{right}", _asks, "The letter that asks for a right", query=_QUERY),
)
