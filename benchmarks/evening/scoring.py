"""Holds what the command found against what is true.

A found contract belongs to the true one that holds most of its charges. Counted in a tally: right of all, per measure and
per class of difficulty; every miss is told with the charges, so that whoever mends it can see it.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from benchmarks.evening.pairing import Pairing, paired
from benchmarks.evening.truth import NEUTRAL, NOT_VENDORS, Line, Person, TrueContract

_SAME = {"P7D": "P1W", "P14D": "P2W", "P28D": "P4W", "P12M": "P1Y"}
# A change is dated right within so many days: the day of booking, of purchase and of falling due may differ.
_DAYS_NEAR = 6
_PRICE_NEAR, _FOREIGN_PRICE_NEAR = 0.03, 0.08
_SHOWN = 14


@dataclass
class Tally:
    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    by_tag: dict[str, tuple[Counter[str], Counter[str]]] = field(
        default_factory=lambda: defaultdict(lambda: (Counter(), Counter()))
    )
    misses: list[tuple[str, str]] = field(default_factory=list)

    def count(self, measure: str, right: bool, tags: set[str] | frozenset[str] = frozenset()) -> bool:
        self.of[measure] += 1
        self.right[measure] += right
        for tag in tags:
            self.by_tag[tag][1][measure] += 1
            self.by_tag[tag][0][measure] += right
        return right

    def miss(self, kind: str, told: str) -> None:
        self.misses.append((kind, told))

    def join(self, other: "Tally") -> None:
        self.right += other.right
        self.of += other.of
        self.misses += other.misses
        for tag, (right, of) in other.by_tag.items():
            self.by_tag[tag][0].update(right)
            self.by_tag[tag][1].update(of)


def _told(lines: list[Line], bare: bool = False) -> str:
    lines = sorted(lines, key=lambda x: x.booked)
    cut = lines if len(lines) <= _SHOWN else [*lines[: _SHOWN // 2], *lines[-_SHOWN // 2 :]]
    rows = ", ".join(
        f"{x.booked} {x.minor / 100:.2f}{' ' + x.role if x.role not in {'', 'regular'} else ''}" for x in cut
    )
    more = f" ({len(lines)} in all)" if len(cut) < len(lines) else ""
    text = "" if bare or not lines else f" · printed `{lines[0].payee}` / `{lines[0].purpose}`"
    return rows + more + text


@dataclass
class _Case:
    person: Person
    found: dict[str, Any]
    pairing: Pairing
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.true_lines: dict[str, list[Line]] = defaultdict(list)
        for account in self.person.accounts:
            for line in account.lines:
                if line.contract:
                    self.true_lines[line.contract].append(line)

    def lines(self, contract: dict[str, Any]) -> list[Line]:
        return [self.pairing.line_of[c] for c in contract["charges"] if c in self.pairing.line_of]

    def name(self, true: TrueContract) -> str:
        tags = " ".join(sorted(true.tags))
        return f"seed {self.person.seed} ({self.person.accounts[true.account].style}) {true.merchant.name} [{tags}]"

    def shown(self, contract: dict[str, Any]) -> str:
        price = contract["price"]
        value = f"{price['minor'] / 100:.2f} {price['currency']}" if price else "no price"
        return f"`{contract['title']}` {contract['every']} {value} {contract['status']} conf {contract['confidence']}"


def scored(person: Person, found: dict[str, Any], owners: dict[str, int]) -> Tally:
    case = _Case(person, found, paired(person, found["charges"], owners))
    _import(case)
    matched = _contracts(case)
    for key, contract in matched.items():
        true = person.contracts[key]
        _facts(case, true, contract)
        _prices(case, true, contract)
    _vendors(case)
    _others(case)
    return case.tally


def _import(case: _Case) -> None:
    total = sum(len(a.lines) for a in case.person.accounts)
    case.tally.of["lines imported"] += total
    case.tally.right["lines imported"] += total - len(case.pairing.missing)
    again = {kind: n for kind, n in case.found["again"]["added"].items() if n}
    if not case.tally.count("again adds none", not again):
        case.tally.miss("import again", f"seed {case.person.seed}: a second import of the same files added {again}")
    problems = [p for file in case.found["imported"]["files"] for p in file["problems"]]
    if not case.tally.count("no problems", not problems):
        case.tally.miss("import", f"seed {case.person.seed}: {problems[:3]}")
    if case.pairing.missing or case.pairing.unknown:
        told = f"seed {case.person.seed}: missing {_told(case.pairing.missing)}; unknown {case.pairing.unknown[:3]}"
        case.tally.miss("import", told)


def _hidden(case: _Case, true: TrueContract) -> bool:
    """What nobody could tell from the statement: too few charges, or hidden among purchases that look the same."""
    tags = true.tags
    among = "mixed" in tags and (true.regular < 4 or ("rise" in tags and true.regular < 6) or "rises" in tags)
    wavering = tags & {"variable", "extras"} and true.regular < 5
    twice = (
        true.period == "P1Y" and true.regular < 3 and "several" in tags and not ("clean" in tags and "debit" in tags)
    )
    moving = "foreign" in tags and bool(tags & {"rise", "rises"}) and true.regular < 5
    return bool(not true.countable or among or wavering or twice or moving)


def _contracts(case: _Case) -> dict[str, dict[str, Any]]:
    """Precision and recall; returns the found contract of each true one that counts."""
    votes = []
    for contract in case.found["contracts"]:
        owners = Counter(line.contract or f"~{line.who}" for line in case.lines(contract))
        if owners:
            votes.append((*owners.most_common(1)[0], contract))
    matched: dict[str, dict[str, Any]] = {}
    for key, count, contract in sorted(votes, key=lambda vote: -vote[1]):
        if key.startswith("~"):
            _invented(case, key, contract)
        else:
            _claimed(case, case.person.contracts[key], count, contract, matched)
    counted = {key: true for key, true in case.person.contracts.items() if not _hidden(case, true)}
    for key, true in counted.items():
        if not case.tally.count("recall", key in matched, true.tags):
            case.tally.miss("not found", f"{case.name(true)} {true.period}: {_told(case.true_lines[key])}")
    return {key: contract for key, contract in matched.items() if key in counted}


def _invented(case: _Case, key: str, contract: dict[str, Any]) -> None:
    if NEUTRAL in key:
        return
    case.tally.count("precision", False)
    kind = "invented: habit" if not key.startswith("~~") else f"invented: {key}"
    case.tally.miss(kind, f"seed {case.person.seed} {case.shown(contract)}: {_told(case.lines(contract))}")


def _claimed(
    case: _Case, true: TrueContract, count: int, contract: dict[str, Any], matched: dict[str, dict[str, Any]]
) -> None:
    """A found contract whose charges are mostly those of `true`: the first is its match, a further one is a split."""
    lines = case.lines(contract)
    first = matched.get(true.key)
    right = first is None and count * 2 > len(lines)
    if right:
        matched[true.key] = contract
    if _hidden(case, true) or case.tally.count("precision", right, true.tags):
        return
    if first is None:
        case.tally.miss("mixed up", f"{case.name(true)}: {case.shown(contract)} holds {_told(lines)}")
        return
    besides = f"besides {case.shown(first)}: {_told(case.lines(first), bare=True)}"
    case.tally.miss("split", f"{case.name(true)} {true.period}: {case.shown(contract)}: {_told(lines)}; {besides}")


def _facts(case: _Case, true: TrueContract, contract: dict[str, Any]) -> None:
    truth = case.true_lines[true.key]
    every = _SAME.get(contract["every"], contract["every"])
    told = true.period != "P4W" or true.regular >= 6  # a few charges fit a month as well as four weeks
    if told and not case.tally.count("period", every == true.period, true.tags):
        case.tally.miss("period", f"{case.name(true)} is {true.period}, found {case.shown(contract)}: {_told(truth)}")
    if true.ended is not None:
        ended = contract["status"] == "ended"
        if not case.tally.count("ended", ended == true.ended, true.tags):
            said = "is over" if true.ended else "goes on"
            case.tally.miss(
                "ended",
                f"{case.name(true)} {true.period} {said} on {case.person.until}, found {case.shown(contract)}: {_told(truth)}",
            )
    held = set(map(id, case.lines(contract)))
    # Which of two equal charges is the double one is not to be told.
    doubles = {
        (x.minor, x.booked.toordinal() + near)
        for x in truth
        if x.role == "double" and id(x) in held
        for near in range(-3, 4)
    }
    regular = [x for x in truth if x.role in {"regular", "trial"}]
    have = sum(id(x) in held or (x.minor, x.booked.toordinal()) in doubles for x in regular)
    case.tally.of["charges held"] += len(regular)
    case.tally.right["charges held"] += have
    case.tally.of["charges own"] += len(held)
    case.tally.right["charges own"] += sum(id(x) in held for x in truth)
    if have < 0.9 * len(regular):
        lost = [x for x in regular if id(x) not in held]
        case.tally.miss(
            "charges",
            f"{case.name(true)} {true.period} lacks {_told(lost)}; has {_told(case.lines(contract), bare=True)}",
        )


def _near(change: dict[str, Any], on: date, after: int, days: int, share: float) -> bool:
    told = date.fromisoformat(change["on"])
    return abs((told - on).days) <= days and abs(abs(change["to"]) - after) <= max(2, share * after)


def _rate_or_price(true: TrueContract, change: dict[str, Any]) -> bool:
    """Over months a rate moves as far as a price does; nobody can tell which it was."""
    step = abs(change["to"] / change["from"] - 1) if change["from"] else 1
    return "foreign" in true.tags and true.period in {"P3M", "P6M", "P1Y"} and 0.03 < step < 0.12


def _prices(case: _Case, true: TrueContract, contract: dict[str, Any]) -> None:
    found = list(contract["price_changes"])
    truth = _told(case.true_lines[true.key])
    days = 3 if true.period in {"P1W", "P2W"} else _DAYS_NEAR
    share = _FOREIGN_PRICE_NEAR if "foreign" in true.tags else _PRICE_NEAR
    for change in true.changes:
        hit = next((c for c in found if _near(c, change.on, change.after, days, share)), None)
        if hit:
            found.remove(hit)
        if change.counted and not case.tally.count("price changes", hit is not None, true.tags):
            case.tally.miss(
                "price change",
                f"{case.name(true)} {change.on} {change.before / 100:.2f} → {change.after / 100:.2f}, "
                f"found {contract['price_changes']}: {truth}",
            )
    uncounted = [c for c in true.changes if not c.counted]
    for change in found:
        on = date.fromisoformat(change["on"])
        if any(abs((on - c.on).days) <= 70 for c in uncounted) or _rate_or_price(true, change):
            continue
        case.tally.count("invented changes", False, true.tags)
        case.tally.miss(
            "invented change",
            f"{case.name(true)}: {change}, true {[(str(c.on), c.after) for c in true.changes]}: {truth}",
        )


@dataclass
class _Seen:
    """Which vendors the vault sees behind each merchant's charges, and which merchants behind each vendor."""

    vendors: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    merchants: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    example: dict[str, Line] = field(default_factory=dict)

    @classmethod
    def of(cls, case: _Case) -> "_Seen":
        seen = cls()
        for charge in case.found["charges"]:
            line = case.pairing.line_of.get(charge["id"])
            if line is None or line.minor > 0 or line.who not in case.person.merchants:
                continue
            vendor = charge.get("vendor_id") or "none"
            seen.vendors[line.who][vendor] += 1
            seen.merchants[vendor][case.person.merchants[line.who].family or line.who] += 1
            # The odd one out tells most.
            if line.who not in seen.example or vendor != seen.vendors[line.who].most_common(1)[0][0]:
                seen.example[line.who] = line
        return seen


_WAYS = frozenset({"paypal", "klarna", "card", "debit", "standing"})


def _vendors(case: _Case) -> None:
    """One vendor for each merchant, over every way it is printed, and the one that the password entry's domain has."""
    seen = _Seen.of(case)
    names = {v["id"]: v["name"] for v in case.found["vendors"]}
    by_domain = {domain: v for v in case.found["vendors"] for domain in v["domains"] or []}
    for key, votes in seen.vendors.items():
        merchant, x = case.person.merchants[key], seen.example[key]
        mine = [c for c in case.person.contracts.values() if c.merchant.key == key]
        ways = {f"pays {tag}" for contract in mine for tag in contract.tags & _WAYS}
        best, count = votes.most_common(1)[0]
        where = f"seed {case.person.seed} {merchant.name} ({merchant.domain})"
        if not case.tally.count("one vendor", best != "none" and count >= 0.97 * sum(votes.values()), ways):
            told = {names.get(vendor, vendor): n for vendor, n in votes.most_common(6)}
            case.tally.miss("vendor in pieces", f"{where}: {told}; e.g. `{x.payee}` / `{x.purpose}`")
        if merchant not in case.person.logins or "." not in merchant.domain:
            continue
        owner = by_domain.get(merchant.domain)
        if not case.tally.count("account joined", owner is not None and owner["id"] == best, ways):
            of = f"account has vendor `{owner['name'] if owner else None}`, charges have `{names.get(best, best)}`"
            case.tally.miss("account apart", f"{where}: {of}: `{x.payee}` / `{x.purpose}`")
    for vendor, merchants in seen.merchants.items():
        if vendor != "none" and not case.tally.count("not merged", len(merchants) == 1):
            told = dict(merchants.most_common(5))
            case.tally.miss("false merge", f"seed {case.person.seed} `{names.get(vendor, vendor)}` holds {told}")


def _others(case: _Case) -> None:
    """Own transfers, people, salary and cash are charges of no vendor."""
    seen: set[tuple[str, str]] = set()
    for charge in case.found["charges"]:
        line = case.pairing.line_of.get(charge["id"])
        if line is None or line.who not in NOT_VENDORS:
            continue
        vendor = charge.get("vendor")
        kept_out = not vendor
        if not case.tally.count("kept out", kept_out) and (line.who, vendor) not in seen:
            seen.add((line.who, vendor))
            case.tally.miss(f"vendor of {line.who}", f"seed {case.person.seed} `{vendor}`: {_told([line])}")
