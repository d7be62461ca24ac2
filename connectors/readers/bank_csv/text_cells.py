"""The words of a row: who was paid, for what, and the keys to find the row, the account and the mandate again.

Functions are made once per table. Names, accounts, creditor ids and mandates repeat over a statement, so their
tidied form is remembered; purposes do not, so they are not.
"""

from __future__ import annotations

from collections.abc import Callable

from connectors.printed import folded
from connectors.readers.bank_csv import labels
from connectors.readers.bank_csv.layout import Layout
from vault.findings import MAX_ID, MAX_NAME, MAX_TEXT

# A household's vendors, many times over; longer cells than a name are not worth remembering.
MAX_CACHED_CELLS, MAX_CACHED_CHARS = 20_000, 120
# What banks print where there is nothing.
_NOTHING = frozenset({"", "-", "--", "null", "NULL", "NaN"})

CellText = Callable[[list[str]], str]
Keys = tuple[str, str, str, str, str]
"""Own id, own account, the other party's account, creditor id, mandate."""
Texts = tuple[str, str, labels.Named | None]
"""Counterparty, purpose, and what labels inside them name."""


def clean(text: str, limit: int = MAX_TEXT) -> str:
    """Folded text, or nothing where the bank prints a sign for nothing."""
    text = folded(text, limit)
    return "" if text in _NOTHING else text


def _key(text: str) -> str:
    """An account, id or reference: no blanks, no quotes, nothing where it is all zeros."""
    text = folded("".join(text.split()).strip("'\""), MAX_ID)
    return "" if text in _NOTHING or not text.strip("0") else text


def _account(text: str) -> str:
    """An IBAN without blanks; any other account as it is named."""
    is_iban = text[:2].isalpha() and text[2:4].isdigit()
    return _key(text) if is_iban else clean(text, MAX_ID)


def _at(place: int, tidy: Callable[[str], str], default: str = "") -> CellText:
    """The tidied cell at `place` (none below 0), `default` where it is empty."""
    known = {"": default}
    if place < 0:
        return lambda cells: default

    def learn(cell: str) -> str:
        found = tidy(cell) or default
        if len(known) < MAX_CACHED_CELLS and len(cell) <= MAX_CACHED_CHARS:
            known[cell] = found
        return found

    def text_of(cells: list[str]) -> str:
        cell = cells[place] if place < len(cells) else ""
        found = known.get(cell)
        return learn(cell) if found is None else found

    return text_of


def keys_of_row(layout: Layout) -> Callable[[list[str]], Keys]:
    """The function that reads the keys of a row."""

    def place(role: str) -> int:
        return layout.columns.get(role, (-1,))[0]

    id_at = place("own_id")
    named = clean(layout.constants.get("bank_account", "") or layout.bank_account, MAX_ID)
    account = _at(place("bank_account"), _account, named)
    other, creditor, mandate = (_at(place(role), _key) for role in ("counterparty_account", "creditor_id", "mandate"))

    def keys_of(cells: list[str]) -> Keys:
        own_id = _key(cells[id_at]) if 0 <= id_at < len(cells) else ""
        return own_id, account(cells), other(cells), creditor(cells), mandate(cells)

    return keys_of


def texts_of_row(layout: Layout) -> Callable[[list[str], int], Texts]:
    """The function that reads the texts of a row; the sign of its money tells payer from payee."""
    columns = layout.columns
    described, texts = columns.get("description", ()), columns.get("purpose", ())
    purposes = (*texts, *described)
    counterparty_of = _counterparty(layout)
    if counterparty_of is None:  # the first text is all there is about the other party
        ordered = (*described, *texts)
        counterparty_of, purposes = _sided(ordered[:1], ordered[:1]), ordered[1:]
    purpose_of = _purpose(purposes, columns.get("kind", ())[:1])

    def texts_of(cells: list[str], minor: int) -> Texts:
        counterparty, purpose = counterparty_of(cells, minor), purpose_of(cells)
        named = labels.read(purpose) or labels.read(counterparty)
        if named:
            counterparty, purpose = _by_labels(named, counterparty, purpose)
        elif len(counterparty) > MAX_NAME and not purpose:
            purpose = counterparty
        return counterparty[:MAX_NAME], purpose, named

    return texts_of


def _counterparty(layout: Layout) -> Callable[[list[str], int], str] | None:
    columns = layout.columns
    if constant := layout.constants.get("counterparty", ""):
        return lambda cells, minor: constant
    names, payer, payee = (columns.get(role, ()) for role in ("counterparty", "payer", "payee"))
    if not names and not payer and not payee:
        return None
    return _sided((*payee, *payer, *names), (*payer, *payee, *names))


def _sided(out: tuple[int, ...], into: tuple[int, ...]) -> Callable[[list[str], int], str]:
    """The first filled cell, in one order for money out and in another for money in."""
    texts_out, texts_in = ([_at(place, clean) for place in places] for places in (out, into))

    def text_of(cells: list[str], minor: int) -> str:
        for text in texts_out if minor < 0 else texts_in:
            if found := text(cells):
                return found
        return ""

    return text_of


def _purpose(places: tuple[int, ...], kinds: tuple[int, ...]) -> CellText:
    """The texts of a row as one, without repeats; the kind of booking where they are empty."""
    kind_of = _at(kinds[0] if kinds else -1, clean)
    only = places[0] if len(places) == 1 else -1

    def joined(cells: list[str]) -> str:
        parts = (clean(cells[place]) for place in places if place < len(cells))
        return " ".join(dict.fromkeys(filter(None, parts)))[:MAX_TEXT] or kind_of(cells)

    def single(cells: list[str]) -> str:
        return (clean(cells[only]) if only < len(cells) else "") or kind_of(cells)

    if not places:
        return kind_of
    return single if only >= 0 else joined


def _by_labels(named: labels.Named, counterparty: str, purpose: str) -> tuple[str, str]:
    """Labelled text is split into its name and its purpose; without a name it stays where it was."""
    unlabelled = not purpose or labels.read(counterparty) is not None
    if named.name and (unlabelled or not counterparty):
        counterparty = named.name
    return counterparty, named.purpose or purpose
