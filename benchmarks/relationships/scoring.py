"""Scores the analysis against the labels.

A stream is a contract when it holds at least 60 % of the contract's charges and at least 60 % of what it holds is
the contract's (charges taken twice and yearly settlements count for neither). Contracts too young to be found
(fewer than three charges, yearly fewer than two) are neither missed nor wrong.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from time import process_time

from benchmarks.relationships.histories import Contract, History, Payee
from vault.relationships.recurrence import find_streams, status_of
from vault.relationships.streams import Stream

OVERLAP = 0.6


@dataclass
class Tally:
    counts: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    payments: int = 0

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.missed += other.missed
        self.wrong += other.wrong
        self.seconds += other.seconds
        self.payments += other.payments

    def share(self, part: str, *of: str) -> float:
        whole = sum(self.counts[name] for name in of)
        return self.counts[part] / whole if whole else 1.0

    def row(self) -> list[float]:
        """Precision, recall, period, price-change precision and recall, ended against active, µs a payment."""
        return [
            self.share("found", "found", "false"),
            self.share("found", "found", "missed"),
            self.share("period", "found"),
            self.share("change", "change", "bogus change"),
            self.share("change", "change", "missed change"),
            self.share("status", "told"),
            1e6 * self.seconds / max(self.payments, 1),
        ]


def score(history: History) -> Tally:
    tally = Tally()
    for payee in history.payees:
        begun = process_time()
        streams = find_streams(payee.payments)
        tally.seconds += process_time() - begun
        tally.payments += len(payee.payments)
        _score_payee(tally, history, payee, streams)
    return tally


def _score_payee(tally: Tally, history: History, payee: Payee, streams: list[Stream]) -> None:
    pairs = _matched(payee, streams)
    for contract in payee.contracts:
        if contract.findable and all(contract is not one for one, _ in pairs):
            tally.counts["missed"] += 1
            tally.missed[f"{payee.kind} {contract.label} {contract.period}"] += 1
    for contract, stream in pairs:
        if contract.findable:
            _score_pair(tally, history, payee, contract, stream)
    taken = [stream for _, stream in pairs]
    tally.counts["false"] += (wrong := sum(stream not in taken for stream in streams))
    if wrong:
        tally.wrong[payee.kind] += wrong


def _matched(payee: Payee, streams: list[Stream]) -> list[tuple[Contract, Stream]]:
    options = []
    for c, contract in enumerate(payee.contracts):
        true, spare = set(contract.charges), set(contract.extra)
        for s, stream in enumerate(streams):
            held = set(stream.charges)
            both = len(true & held)
            if both and both >= OVERLAP * len(true) and both >= OVERLAP * len(held - spare):
                options.append((-both / len(true | held), c, s))
    pairs, done = [], set()
    for _, c, s in sorted(options):
        if ("c", c) not in done and ("s", s) not in done:
            done |= {("c", c), ("s", s)}
            pairs.append((payee.contracts[c], streams[s]))
    return pairs


def _score_pair(tally: Tally, history: History, payee: Payee, contract: Contract, stream: Stream) -> None:
    tally.counts["found"] += 1
    right = str(stream.period) == contract.period
    tally.counts["period"] += right
    if not right:
        tally.wrong[f"period {contract.period} as {stream.period}"] += 1
    status = status_of(stream, today=history.until, seen_until=history.until)
    ended = status == "ended"
    tally.counts["told"] += not contract.unsure
    tally.counts["status"] += ended == contract.ended and not contract.unsure
    if ended != contract.ended and not contract.unsure:
        tally.wrong[f"status {contract.period} {'active' if ended else 'ended'} as {status}"] += 1
    told = {change.on for change in stream.price_changes}
    true = {on for on, _, _ in contract.changes}
    tally.counts["change"] += len(told & true)
    tally.counts["bogus change"] += len(told - true)
    tally.counts["missed change"] += len(true - told)
    if told - true:
        tally.wrong[f"bogus change {payee.kind}"] += len(told - true)
    if true - told:
        tally.missed[f"change {payee.kind} {contract.period}"] += len(true - told)
