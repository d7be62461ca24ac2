"""Which charge of the vault is which line of the statements: by account, day and amount, then by the words printed."""

from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.evening.truth import Line, Person


@dataclass
class Pairing:
    line_of: dict[str, Line] = field(default_factory=dict)  # by the vault's charge id
    missing: list[Line] = field(default_factory=list)
    unknown: list[dict[str, Any]] = field(default_factory=list)


def _words(*texts: str) -> set[str]:
    return set(" ".join(texts).upper().replace("/", " ").split())


def paired(person: Person, charges: list[dict[str, Any]], owners: dict[str, int]) -> Pairing:
    found = Pairing()
    free: dict[tuple[int, str, int], list[Line]] = defaultdict(list)
    for index, account in enumerate(person.accounts):
        for line in account.lines:
            free[index, line.booked.isoformat(), line.minor].append(line)
    for charge in charges:
        owner = owners[Path(charge["source"]["file"]).name]
        bucket = free[owner, charge["booked"], charge["money"]["minor"]]
        if not bucket:
            found.unknown.append(charge)
            continue
        told = _words(charge.get("counterparty") or "", charge.get("purpose") or "")
        best = max(bucket, key=lambda line: len(_words(line.payee, line.purpose) & told))
        bucket.remove(best)
        found.line_of[charge["id"]] = best
    found.missing = [line for bucket in free.values() for line in bucket]
    return found
