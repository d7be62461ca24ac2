"""Deciding a request in the vault, and decisions read back: explained, replayed, overridden.

A decision is stored with its request, the facts, the reasons and the hash of the rules (built-in checks included), in one
transaction with its audit leaf. The leaf names hashes only, nothing of what was asked.

All facts that were known are kept, so that a draft of other rules can be tried on the same request later. `replay` decides
again by the stored rules and facts, and says whether verdict and reasons are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeVar

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids
from vault.butler import rulebook, stored_json
from vault.butler.known import Present, VaultKnown
from vault.butler.recorded import Recorded
from vault.butler.records import Records
from vault.policy.deciding import Decided, RuleBook, is_wanted
from vault.policy.effects import effect
from vault.policy.evaluation import evaluate
from vault.policy.explaining import counters_json, facts_json, reasons_json
from vault.policy.known import Signature
from vault.policy.requests import Request
from vault.policy.values import Value
from vault.policy.verdicts import Kind, Verdict
from vault.policy.world import World
from vault.policy.writing import JsonValue
from vault.session import Vault
from vault.store import decisions as store
from vault.store.decisions import DecisionRow, OverrideRow, RequestRow
from vault.store.vendors import VendorRow
from vault.times import stamp

EVENT, OVERRIDDEN = "decision.made", "decision.overridden"
# A sentence or two, as somebody types it.
MAX_BECAUSE = 1_000


class NoDecisionError(FirstpartyError):
    code = "not-found"


class Decision(msgspec.Struct, frozen=True):
    """A decision as it stands. `verdict` and `effect` are those of the owner where there is an override, and `decided` is
    what the rules said; `reasons` and `counters` are as in `vault.policy.explaining`."""

    id: int
    at: str
    request: RequestRow
    verdict: str
    effect: str
    decided: str
    by_default: bool
    reasons: list[JsonValue]
    counters: list[JsonValue]
    rules: str
    overrides: tuple[OverrideRow, ...] = ()


class Replay(msgspec.Struct, frozen=True):
    """`same` when verdict and reasons come out as they were."""

    same: bool
    verdict: str
    reasons: list[JsonValue]


class Butler:
    """Decides by the rules and settings that hold when it is made; one for a run."""

    def __init__(
        self, vault: Vault, *, now: datetime, rules: RuleBook | None = None, records: Records | None = None
    ) -> None:
        """`now` is aware, in the owner's time zone. `records` are those of this moment (`keeping`), read where not given."""
        self.vault, self.now = vault, now
        self.present = Present(vault.connection, now, records)
        self.settings, self.book = self.present.settings, rules or self.present.records.rules

    def considered(
        self,
        request: Request,
        *,
        given: Mapping[str, Value | None] | None = None,
        signature: Signature = "missing",
        vendor: VendorRow | None = None,
    ) -> Decided:
        """What would be decided; nothing is stored."""
        known = VaultKnown(self.present, request, signature=signature, vendor=vendor)
        return self.book.decided(World(request, self.now, known), given)

    def decide(
        self,
        request: Request,
        *,
        source: str,
        signature: Signature = "missing",
        vendor: VendorRow | None = None,
        occasion: str | None = None,
        given: Mapping[str, Value | None] | None = None,
    ) -> Decision:
        """Decide, and store request, decision and effect together."""
        found = self.considered(request, given=given, signature=signature, vendor=vendor)
        with self.vault.transaction():
            return self.keep(request, found, source=source, vendor=vendor, occasion=occasion)

    def keep(
        self,
        request: Request,
        found: Decided,
        *,
        source: str,
        vendor: VendorRow | None = None,
        occasion: str | None = None,
        number: int | None = None,
    ) -> Decision:
        """Store a request with what was decided of it; inside a transaction. `number` is its id, where it has one already."""
        party = self.present.records.party(request.vendor, vendor)
        row = RequestRow(
            id=number or next_request(self.vault),
            kind=request.kind,
            sender=request.vendor,
            domain=party.sender,
            vendor=party.row.id if party.row else None,
            body=request.canonical.decode(),
            sha256=request.sha256,
            occasion=occasion,
            source=source,
            received_at=stamp(self.vault.now),
        )
        store.add_request(self.vault.connection, row)
        return self._record(row, found)

    def _record(self, request: RequestRow, found: Decided) -> Decision:
        connection, at = self.vault.connection, stamp(self.vault.now)
        facts = _encoded(facts_json(found.facts.known()))
        if found.rules_sha256 not in self.present.records.rule_sets and store.keep_rule_set(
            connection, found.rules_sha256, self.book.installed, at
        ):
            self.present.records.rule_sets.add(found.rules_sha256)
        row = DecisionRow(
            id=ids.first_of_block(self.vault.now, after=store.largest(connection, "decision")),
            request=request.id,
            at=at,
            verdict=str(found.outcome.verdict),
            effect=found.effect,
            by_default=int(found.outcome.by_default),
            reasons=_encoded(reasons_json(found.outcome.reasons)),
            counters=_encoded(counters_json(found.counters, found.facts, found.compared)),
            facts=facts,
            rules=found.rules_sha256,
        )
        named = {"request_sha256": request.sha256, "rules_sha256": row.rules}
        row = _in_log(self.vault, EVENT, row, named)
        store.add_decision(connection, row)
        return _decision(row, request, ())


def next_request(vault: Vault) -> int:
    """The id of the next request."""
    return ids.first_of_block(vault.now, after=store.largest_request(vault.connection))


Row = TypeVar("Row", DecisionRow, OverrideRow)


def _in_log(vault: Vault, event: str, row: Row, named: Mapping[str, str]) -> Row:
    """The row with the leaf that says what it is."""
    leaf = vault.log(event, {**named, "verdict": row.verdict, "sha256": store.digest(row)})
    return msgspec.structs.replace(row, leaf=leaf)


def _encoded(value: object) -> str:
    return msgspec.json.encode(value, order="deterministic").decode()


# --- reading back -------------------------------------------------------------------------------------------------------


def decision(vault: Vault, id: int) -> Decision:
    row = store.decision(vault.connection, id)
    if row is None:
        raise NoDecisionError(
            phrase("there is no decision `%(text)s`", text=ids.text("decision", id)),
            hint=phrase("see `firstparty decisions`"),
        )
    request = store.request(vault.connection, row.request)
    assert request is not None  # a decision refers to its request
    return _decision(row, request, tuple(store.overrides(vault.connection, id)))


def decisions(vault: Vault, *, since: str = "", verdict: Verdict | None = None, limit: int = -1) -> Iterator[Decision]:
    """Newest first; those that stand with this verdict, where one is given. `since` is RFC 3339."""
    connection = vault.connection
    if verdict is None:
        rows = store.decisions(connection, since=since, limit=limit)
    else:
        rows = store.decisions_of(connection, str(verdict), since=since, limit=limit)
    for row, request in rows:
        yield of_rows(vault, row, request)


def by_rule(vault: Vault, rule: str, *, since: str, limit: int) -> Iterator[Decision]:
    """Those that a rule applied to, newest first."""
    for row, request in store.decisions_by_rule(vault.connection, rule, since=since, limit=limit):
        yield of_rows(vault, row, request)


def of_rows(vault: Vault, row: DecisionRow, request: RequestRow) -> Decision:
    return _decision(row, request, tuple(store.overrides(vault.connection, row.id)))


def _decision(row: DecisionRow, request: RequestRow, overrides: tuple[OverrideRow, ...]) -> Decision:
    last = overrides[-1] if overrides else row
    return Decision(
        id=row.id,
        at=row.at,
        request=request,
        verdict=last.verdict,
        effect=last.effect,
        decided=row.verdict,
        by_default=bool(row.by_default),
        reasons=stored_json.array(row.reasons),
        counters=stored_json.array(row.counters),
        rules=row.rules,
        overrides=overrides,
    )


def facts_of(vault: Vault, made: Decision) -> Recorded:
    """The facts as they were known when it was decided."""
    row = store.decision(vault.connection, made.id)
    assert row is not None  # it was read from this vault
    return Recorded(stored_json.fields(row.facts))


def replay(vault: Vault, id: int) -> Replay:
    """Decide again by the rules and facts that were stored with the decision."""
    made = decision(vault, id)
    outcome = evaluate(rulebook.kept(vault.connection, made.rules), Kind(made.request.kind), facts_of(vault, made))
    reasons = stored_json.array(_encoded(reasons_json(outcome.reasons)))
    same = str(outcome.verdict) == made.decided and reasons == made.reasons
    return Replay(same, str(outcome.verdict), reasons)


def verdict_before(made: Decision) -> Verdict:
    """What an override is taken back to: the owner's word before the last one, else what the rules said."""
    found = Verdict.of(made.overrides[-2].verdict if len(made.overrides) > 1 else made.decided)
    assert found is not None  # a decision has one of the three
    return found


def override(vault: Vault, id: int, verdict: Verdict, because: str) -> Decision:
    """Put the owner's verdict beside a decision. The last one counts; nothing is taken away."""
    made = decision(vault, id)
    said = " ".join(because.split())
    if not said or len(said) > MAX_BECAUSE:
        raise UsageError(
            phrase("an override needs a reason"),
            hint=phrase("write one of at most %(max_because)s characters", max_because=MAX_BECAUSE),
        )
    if str(verdict) == made.verdict:
        raise UsageError(phrase("the decision is `%(verdict)s` already", verdict=made.verdict))
    kind = Kind(made.request.kind)
    wanted = is_wanted(kind, facts_of(vault, made))
    with vault.transaction():
        row = OverrideRow(
            id=ids.first_of_block(vault.now, after=store.largest(vault.connection, "decision_override")),
            decision=id,
            at=stamp(vault.now),
            verdict=str(verdict),
            effect=effect(kind, verdict, wanted=wanted),
            because=said,
        )
        row = _in_log(vault, OVERRIDDEN, row, {"decision": ids.text("decision", id)})
        store.add_override(vault.connection, row)
    return decision(vault, id)
