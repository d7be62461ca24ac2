"""The JSON of `firstparty terms`: field names and forms are a contract with programs; fields are only ever added.

A comparison's JSON is `terms.comparison.to_json`.
"""

from __future__ import annotations

from terms.order import covers, differences, incomparable, layers, protects_at_least
from terms.roster import Agreement, Discrepancy, Found
from terms.roster.clauses import Clause

Shape = dict[str, object]


def agreement(one: Agreement) -> Shape:
    """What `terms list` says of an agreement."""
    return {
        "id": one.id,
        "iri": one.iri,
        "name": one.name,
        "label": one.label,
        "offered_to": one.offered_to,
        "old_ids": list(one.old_ids),
    }


def whole_agreement(found: Found) -> Shape:
    """An agreement with its text, clauses and icon, and the name of the past that it was asked for by."""
    one = found.agreement
    return {
        **agreement(one),
        "old_iris": list(one.old_iris),
        "migrated_from": found.migrated_from or None,
        "text": one.text,
        "clauses": [clause(each) for each in one.clauses],
        "icon": one.icon,
    }


def clause(one: Clause) -> Shape:
    return {
        "id": one.id,
        "action": one.action,
        "activity": one.activity,
        "party": one.party,
        "by": list(one.by),
        "data": one.data,
        "says": one.says,
    }


def order() -> Shape:
    """The order of protection: rows from the most protective down, its lines, and the pairs that do not compare."""
    return {
        "layers": [[one.id for one in row] for row in layers()],
        "protects_more": [{"agreement": a.id, "than": b.id} for a, b in covers()],
        "incomparable": [[a.id, b.id] for a, b in incomparable()],
    }


def relation(a: Agreement, b: Agreement) -> str:
    """How `b` protects against `a`: `equally`, `more`, `less` or `incomparable`."""
    more, less = protects_at_least(b, a), protects_at_least(a, b)
    if more and less:
        return "equally"
    return "more" if more else "less" if less else "incomparable"


def difference(a: Found, b: Found) -> Shape:
    return {
        "from": a.agreement.id,
        "to": b.agreement.id,
        "migrated_from": {one.agreement.id: one.migrated_from for one in (a, b) if one.migrated_from},
        "protects": relation(a.agreement, b.agreement),
        "differences": list(differences(a.agreement, b.agreement)),
    }


def discrepancy(one: Discrepancy) -> Shape:
    return {"iri": one.iri, "kind": one.kind, "used_by": list(one.used_by), "instead": one.instead or None}
