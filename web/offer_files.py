"""Offers from files: a whole request, or the offer alone with whose it is. One file that does not read stops no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from terms.errors import FirstpartyError, UsageError
from terms.proof.jcs import JsonValue
from vault.butler import market
from vault.butler.decisions import Butler
from vault.butler.market import Offered
from vault.policy import requests, strict
from vault.policy.strict import DocumentError
from vault.policy.verdicts import Kind
from web import options


@dataclass(frozen=True, slots=True)
class Given:
    """What stands beside the files: whose a bare offer is, and the intention (its id) that all of them answer."""

    vendor: str | None = None
    intent: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    path: str
    error: FirstpartyError


@dataclass(slots=True)
class Done:
    offers: list[Offered] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def verdicts(self) -> dict[str, int]:
        return dict(sorted(Counter(one.decision.verdict for one in self.offers).items()))


def add(
    butler: Butler, paths: Iterable[str], given: Given, told: Callable[[str, Offered | FirstpartyError], object]
) -> Done:
    """Bring in each file and decide it; `told` is called with what became of it."""
    done = Done()
    for path in paths:
        try:
            one = market.add_offer(butler, _request(path, given), source="file")
        except FirstpartyError as error:
            done.problems.append(Problem(path, error))
            told(path, error)
        else:
            done.offers.append(one)
            told(path, one)
    return done


def _request(path: str, given: Given) -> requests.Request:
    json = strict.parse(options.read_bytes(path, max_bytes=strict.MAX_BYTES), "an offer")
    if not isinstance(json, dict):
        raise DocumentError("an offer is an object", hint="docs/offers.md has examples")
    whole = json if "kind" in json else _enclosed(json, given.vendor)
    if given.intent:
        if whole["kind"] != Kind.OFFER:
            raise UsageError(f"a {str(whole['kind'])[:20]} answers no intention", hint="leave out --intent")
        whole = {**whole, "intent": given.intent}
    return requests.of_json(whole)


def _enclosed(offer: JsonValue, vendor: str | None) -> dict[str, JsonValue]:
    if vendor is None:
        raise UsageError("the file does not say whose offer it is", hint="name the vendor: --vendor https://…")
    return {"kind": str(Kind.OFFER), "vendor": vendor, "offer": offer}
