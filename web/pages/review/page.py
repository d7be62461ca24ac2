"""`/review`: what the analysis is not sure of, at most ten questions by the money at stake, and what was answered lately."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids, owner
from vault.engaging import settlements
from vault.overview import Contract, Overview
from vault.questions import questions
from vault.relationships.categories import TREE
from vault.relationships.owner_rule import OwnerRule
from vault.relationships.review import Question
from vault.session import Vault
from vault.store import corrections, engaging
from vault.store.vendors import VendorRow
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.overviews import overview_of
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import fault, mark
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_TEMPLATE: Final = "review/page.html"
_LATELY: Final = 12
# The notice periods that contracts have.
NOTICES: Final = ("P14D", "P1M", "P6W", "P3M", "P6M")
_SAID: Final = {
    "rename": mark("was given another name"),
    "category": mark("was given a category"),
    "merge": mark("was joined with another"),
    "split": mark("was taken apart"),
}


_CHARGES: Final = {
    settlements.ITS: mark("is the invoice of a charge that you named"),
    settlements.NOT_ITS: mark("is not the invoice of a charge that you named"),
}


class Asked(Struct, frozen=True):
    """A question with what it is about; `other` is the vendor that may be the same."""

    question: Question
    contract: Contract | None
    vendor: VendorRow | None
    other: VendorRow | None


class Said(Struct, frozen=True):
    """An answer that can be taken back at `href`."""

    subject: str
    words: str
    href: str


def _shown(vault: Vault, visit: Visit) -> Answer:
    return _page(vault, visit)


def _page(vault: Vault, visit: Visit, *, wrong: str = "", at: str = "") -> Answer:
    today, overview = vault.now.date(), overview_of(vault, dismissed=True)
    return visit.shows(
        _TEMPLATE,
        status=422 if wrong else 200,
        asked=list(_about(overview, questions(vault.connection, today, overview=overview_of(vault, today)))),
        said_lately=[*_decided(overview), *_corrected(vault, overview)][:_LATELY],
        notices=NOTICES,
        categories=list(TREE),
        wrong=wrong,
        at=at,
    )


def _about(overview: Overview, found: Sequence[Question]) -> Iterator[Asked]:
    contracts = {ids.text("contract", one.row.id): one for one in overview.contracts}
    vendors = {ids.text("vendor", row.id): row for row in overview.vendors}
    for one in found:
        other = vendors.get(_other(one)) if one.kind == "same_vendor" else None
        yield Asked(one, contracts.get(one.subject), vendors.get(one.subject), other)


def _other(question: Question) -> str:
    """The second of two vendors that may be one, as the first answer's command names it."""
    return question.choices[0].command.split()[-1]


def _decided(overview: Overview) -> Iterator[Said]:
    for one in overview.contracts:
        if one.row.verdict:
            words = mark("is a contract") if one.row.verdict == "confirmed" else mark("is no contract")
            yield Said(one.row.title, words, f"/review/contracts/{ids.text('contract', one.row.id)}/undo")


def _corrected(vault: Vault, overview: Overview) -> Iterator[Said]:
    names = {row.key: row.name for row in overview.vendors}
    for row in corrections.latest(vault.connection, _LATELY):
        href = f"/review/corrections/{row.id}/undo"
        if row.kind in _CHARGES:
            yield Said(_number(vault, row.subject), _CHARGES[row.kind], href)
        elif row.kind == "question":
            yield Said("", mark("a question that was put aside"), href)
        elif row.kind in _SAID:
            rule = msgspec.json.decode(row.value, type=OwnerRule)
            yield Said(names.get(rule.vendor, rule.value), _SAID[row.kind], href)


def _number(vault: Vault, subject: str) -> str:
    """Of the invoice that a word on a charge is about."""
    row = engaging.record_by_id(vault.connection, ids.number_of("record", subject.split()[0]))
    return row.ref if row else ""


def _answered(vault: Vault, visit: Visit) -> Answer:
    id = visit.parameters["id"]
    question = next((one for one in questions(vault.connection, vault.now.date()) if one.id == id), None)
    if question is None:
        return goes_to("/review")  # answered in another window
    overview = Overview(vault.connection, vault.now.date(), dismissed=True)
    try:
        _take(vault, next(_about(overview, (question,))), visit.form)
    except FirstpartyError as error:
        return _page(vault, visit, wrong=fault(error), at=id)
    return goes_to("/review?said=saved")


def _take(vault: Vault, asked: Asked, form: Mapping[str, str]) -> None:
    """What is not answered otherwise is not asked again."""
    contract, vendor, other, value = asked.contract, asked.vendor, asked.other, form.get("value", "")
    match asked.question.kind, form.get("answer", ""):
        case "is_contract", "yes" if contract:
            owner.confirm(vault, contract)
        case "is_contract", "no" if contract:
            owner.dismiss(vault, contract)
        case "notice_period", notice if contract and notice in NOTICES:
            owner.set_fact(vault, contract, "notice", notice)
        case "category", "yes" if vendor:
            owner.set_category(vault, vendor, value)
        case "same_vendor", "yes" if vendor and other:
            owner.merge(vault, vendor, other)
        case _:
            owner.dismiss_question(vault, asked.question.id)


def _contract_undone(vault: Vault, visit: Visit) -> Answer:
    overview = Overview(vault.connection, vault.now.date(), dismissed=True)
    for one in overview.contracts:
        if ids.text("contract", one.row.id) == visit.parameters["id"]:
            owner.undecided(vault, one)
            return goes_to("/review?said=undone")
    raise NotFoundError(phrase("there is no such contract"))


def _correction_undone(vault: Vault, visit: Visit) -> Answer:
    written = visit.parameters["id"]
    if not written.isdecimal() or len(written) > 18:
        raise NotFoundError(phrase("there is no such answer"))
    owner.take_back(vault, int(written))
    return goes_to("/review?said=undone")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/review", _shown, "Relationships to confirm"),
    guarded("POST", "/review/{id}", _answered, "Answer a question"),
    guarded("POST", "/review/contracts/{id}/undo", _contract_undone, "Take back whether it is a contract"),
    guarded("POST", "/review/corrections/{id}/undo", _correction_undone, "Take back a correction"),
)
