"""One agreement: with whom and on what, what happened, whether all of it verifies; to take along, to answer, to end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from terms.effective import answer
from terms.errors import FirstpartyError
from terms.lifecycle import BINDING, Party, State
from terms.phrases import phrase
from terms.proof import bundle, verifier
from terms.proof.verifier import Report, Trust
from terms.roster import Agreement, OffRosterError, find
from vault import agreements, choosing
from vault.agreements import clients, present_roster, state_at
from vault.session import Vault
from vault.store import agreements as store
from vault.store import vendors
from vault.store.agreements import AgreementRow
from web import agreement_shapes
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import attachment, goes_to
from web.pages.frame.wording import begun, mark, said
from web.pages.terms import words
from web.server.answers import Answer
from web.server.catalogue import row_of
from web.server.problems import NotFoundError
from web.server.routes import Route

PATH: Final = "/terms/agreements/{id}"
HTTP_CONFLICT: Final = 409
_YOU: Final[Mapping[str, str]] = {
    "proffered": mark("You offered %(terms)s"),
    "accepted": mark("You accepted"),
    "confirmed": mark("You confirmed that you hold the record"),
    "refused": mark("You declined"),
    "withdrawn": mark("You took it back"),
    "terminated": mark("You ended it"),
    "violated": mark("You put on record that it was violated"),
    "expired": mark("Its time ran out"),
    "amended": mark("It was replaced by another agreement"),
    "failed": mark("Something that came did not fit and was refused"),
}
_THEY: Final[Mapping[str, str]] = {
    **_YOU,
    "counter-offered": mark("They offered %(terms)s instead"),
    "accepted": mark("They accepted"),
    "confirmed": mark("They confirmed that they hold the record"),
    "refused": mark("They declined"),
    "terminated": mark("They ended it"),
    "violated": mark("They put on record that it was violated"),
}
# What the owner may do, by the entry that it makes.
STEPS: Final[Mapping[str, tuple[str, str]]] = {
    "accept": ("accepted", mark("Accept their terms")),
    "refuse": ("refused", mark("Decline their terms")),
    "confirm": ("confirmed", mark("Confirm that I hold the record")),
    "withdraw": ("withdrawn", mark("Take it back")),
    "terminate": ("terminated", mark("End the agreement")),
}


def _row(vault: Vault, visit: Visit) -> AgreementRow:
    found = store.agreement(vault.connection, visit.parameters["id"])
    if found is None:
        raise NotFoundError(phrase("there is no such agreement"))
    return found


def _page(vault: Vault, visit: Visit) -> Answer:
    return _shown(vault, visit, _row(vault, visit))


def _shown(vault: Vault, visit: Visit, row: AgreementRow, wrong: FirstpartyError | None = None) -> Answer:
    """`wrong` is why a step cannot be taken: it was taken already, or the other side came first."""
    one, terms = agreements.held(vault, row.id), _terms(row)
    state, may = state_at(row, vault.now), agreement_shapes.may(row, Party.FIRST, vault.now)
    return visit.shows(
        "terms/one.html",
        status=row_of(wrong.code).status if wrong else 200,
        wrong=wrong,
        row=row,
        name=row.vendor_name or row.client_name,
        terms=terms,
        clauses=words.clauses(terms) if terms else (),
        state=state,
        state_words=words.STATES[state],
        look=words.LOOKS.get(state, "warn"),
        binds=state in BINDING,
        until=agreement_shapes.until(row, vault.now),
        entries=[_entry(entry) for entry in agreement_shapes.entries(one)],
        standing=_standing(vault, row),
        steps={name: said for name, (kind, said) in STEPS.items() if kind in may and not _is_twice(name, may)},
    )


def _is_twice(name: str, may: list[str]) -> bool:
    """Taking back what binds is ending it; one button is enough. A counter-offer is declined and not taken back."""
    return name == "withdraw" and ("terminated" in may or "refused" in may)


def _terms(row: AgreementRow) -> Agreement | None:
    try:
        return find(row.terms).agreement
    except OffRosterError:
        return None  # signed when the roster had it


def name_of(row: AgreementRow) -> str:
    """What its terms are called."""
    return _name(row.terms)


def _name(id: str) -> str:
    try:
        return said(find(id).agreement.name)
    except OffRosterError:
        return id


def _entry(entry: agreement_shapes.Shape) -> dict[str, object]:
    by_you, kind = entry["by"] == Party.FIRST, str(entry["kind"])
    said = [str(entry[name]) for name in ("clause", "claim", "reason", "code") if entry.get(name)]
    return {
        "at": entry["at"],
        "sentence": (_YOU if by_you else _THEY).get(kind, kind),
        "values": {"terms": f"“{_name(str(entry['terms']))}”" if entry.get("terms") else ""},
        "details": said,
        "digest": entry["digest"],
    }


def _standing(vault: Vault, row: AgreementRow) -> str:
    """How a counter-offer stands to what the owner has chosen."""
    if row.state != State.COUNTERED:
        return ""
    vendor = vendors.vendor(vault.connection, row.vendor) if row.vendor else None
    return begun(answer(choosing.effective_for(vault.connection, vendor), row.terms).words)


def _verified(vault: Vault, visit: Visit) -> Answer:
    row = _row(vault, visit)
    report = _report(vault, row)
    return visit.shows("terms/verified.html", row=row, name=row.vendor_name or row.client_name, report=report)


def _report(vault: Vault, row: AgreementRow) -> Report:
    """Judged as a stranger would, who trusts this roster, the vendor's keys as they are known here, and this log."""
    whole = bundle.read(agreements.bundle(vault, row.id).encoded())
    known = clients.history_of(store.client(vault.connection, row.client))
    return verifier.verify(whole, Trust(roster=present_roster(), vendor=known, log_key=vault.keys.signer.public))


def _bundle(vault: Vault, visit: Visit) -> Answer:
    row = _row(vault, visit)
    return attachment(agreements.bundle(vault, row.id).encoded().decode(), "application/json", f"{row.id}.json")


def _step(vault: Vault, visit: Visit) -> Answer:
    row, because = _row(vault, visit), visit.form.get("because", "").strip()
    do: Mapping[str, Callable[[], object]] = {
        "accept": lambda: agreements.accept_counter(vault, row.id),
        "refuse": lambda: agreements.refuse(vault, row.id, because),
        "confirm": lambda: agreements.confirm(vault, row.id),
        "withdraw": lambda: agreements.withdraw(vault, row.id, because),
        "terminate": lambda: agreements.terminate(vault, row.id, because),
    }
    step = do.get(visit.parameters["step"])
    if step is None:
        raise NotFoundError(phrase("there is no such step"))
    try:
        step()
    except FirstpartyError as error:
        if row_of(error.code).status != HTTP_CONFLICT:
            raise
        return _shown(vault, visit, row, error)
    return goes_to(f"/terms/agreements/{row.id}?said=done")


ROUTES: tuple[Route, ...] = (
    guarded("GET", PATH, _page, "One agreement"),
    guarded("GET", f"{PATH}/verified", _verified, "Whether an agreement verifies"),
    guarded("GET", f"{PATH}/bundle.json", _bundle, "An agreement with all that proves it"),
    guarded("POST", f"{PATH}/steps/{{step}}", _step, "Answer, confirm or end an agreement"),
)
