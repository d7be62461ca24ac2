"""Agreements in ODRL 2.2, the W3C's language for permissions, prohibitions and duties: written, read and evaluated.

    offer(source, terms, additions)       the document of what a person proffers
    agreement(history, terms)             the document of what both have agreed
    read(document)                        the policy of such a document, or `PolicyError`
    evaluate(policy, request, world)      a report: every rule with its reasons, and verdicts

What it promises:

* A document needs nothing from the network: its context is inside it. It names the signed record and the exact text and
  rules by their hashes, so that one finds back from it to what was signed. The record is what binds; this is a view of it.
* Every clause of the agreement is there. `conflict` is `prohibit` and written out, because ODRL's default voids a policy
  in which a permission meets a prohibition.
* An agreement holds what both signed. The owner's additions are no part of that and stand in offers only.
* Reading takes the documents that this program writes and no others; evaluation is total.
* Where both can express the same, a practice is permitted exactly where `terms.comparison` finds it within.

What it does not do: it is no processor for all of ODRL or JSON-LD (`policy` and `reading` say what is left out), and it
does not check signatures.
"""

from __future__ import annotations

import hashlib
import uuid

from terms import record, roster
from terms.additions import NO_ADDITIONS, Additions
from terms.agreement import History, standing_offer
from terms.errors import FirstpartyError
from terms.odrl import export, profile, reading, writing
from terms.odrl.asking import request, world
from terms.odrl.evaluation import Asked, Request, World, evaluate
from terms.odrl.policy import Conflict, Origin, Policy, PolicyKind
from terms.odrl.reading import PolicyError
from terms.odrl.report import Decision, Report, Verdict
from terms.odrl.writing import Document
from terms.phrases import phrase

__all__ = [
    "Asked",
    "Decision",
    "Document",
    "ExportError",
    "PolicyError",
    "Report",
    "Request",
    "Verdict",
    "World",
    "agreement",
    "evaluate",
    "offer",
    "read",
    "request",
    "world",
]


class ExportError(FirstpartyError):
    """What was asked for cannot be said of this record: it is not agreed, or the terms are not the ones it names."""

    code = "not-exportable"


def offer(source: History | record.Agreement, terms: roster.Agreement, additions: Additions = NO_ADDITIONS) -> Document:
    """The offer that stands (or stood) as an ODRL Offer of the person to the vendor, with the person's own additions.
    `terms` is the agreement of the roster that it names; `ExportError` if it is another, or its text has changed."""
    if isinstance(source, History):
        digest, agreed = standing_offer(source).digest, source.agreement
    else:
        digest, agreed = _digest(source.encoded()), source
    return writing.policy(_policy(PolicyKind.OFFER, agreed, digest, terms, additions))


def agreement(history: History, terms: roster.Agreement) -> Document:
    """What both parties have signed, as an ODRL Agreement; `ExportError` where nothing is agreed, or as for `offer`."""
    if history.record is None:
        raise ExportError(phrase("nothing is agreed in this history"), hint=phrase("export the offer"))
    return writing.policy(
        _policy(PolicyKind.AGREEMENT, history.agreement, _digest(history.record), terms, NO_ADDITIONS)
    )


def read(document: object) -> Policy:
    """The policy of a document that `offer` or `agreement` wrote; `PolicyError` for anything else."""
    return reading.policy(document)


def check_terms(agreed: record.Agreement, terms: roster.Agreement) -> None:
    """`ExportError` unless these are the exact terms that the record names."""
    if agreed.terms.id != terms.id or agreed.terms.iri != terms.iri:
        raise ExportError(phrase("the record names `%(id)s`, not `%(id2)s`", id=agreed.terms.id, id2=terms.id))
    if agreed.terms.hash != record.terms_hash(terms.text, terms.rules_json):
        raise ExportError(
            phrase(
                "the record names another text or other rules of `%(id)s` than this version of the program has",
                id=terms.id,
            ),
            hint=phrase("use the version of the program with which it was agreed"),
        )


def _policy(
    kind: PolicyKind, agreed: record.Agreement, digest: str, terms: roster.Agreement, additions: Additions
) -> Policy:
    check_terms(agreed, terms)
    uid = _uid(kind, digest, additions)
    deal = export.Deal(uid, agreed.first, agreed.second, terms, agreed.valid_until, additions)
    answer_by = agreed.answer_by if kind is PolicyKind.OFFER else None
    origin = Origin(agreed.id, digest, terms.iri, agreed.terms.hash, answer_by)
    return Policy(kind, uid, export.rules(deal), Conflict.PROHIBIT, profile.name(), origin)


def _uid(kind: PolicyKind, digest: str, additions: Additions) -> str:
    """A name made of what the policy is of (RFC 9562, version 5), so that the same export has the same name."""
    of = "\n".join([kind.value, digest, profile.name(), repr(additions)])
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, of)}"


def _digest(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
