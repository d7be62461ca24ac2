"""From payees and accounts to vendors: one for each real one, whatever its bank lines and web addresses look like.

Promises: the outcome is a function of the evidence, the same for any order of it and of imports; every payee and
account comes with the sentence that put it where it is; what the owner said wins. A false merge is worse than a miss.

The evidence, strongest first (see `evidence`): the owner's rules; a well-known brand; a SEPA creditor id; a domain;
names that say the same (`likeness`). Two brands are never joined but by the owner. Likeness by edit distance only
makes `questions`.

Identity: vendors already known do not attract anything (else the outcome would depend on the order of imports); they
lend their key, id and name to the set that holds most of what they held. Only a vendor that the owner added is
evidence itself. Where two known vendors turn out to be one, the one that the owner merged into, then the owner's, then
the older one stays, and lists the other as `absorbed`.

Not done here: own transfers, salary, persons and cash (other roles than `vendor` and `bank`) are no vendors and are
not in the outcome, nor are accounts on IP addresses and names of the home network.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from vault.relationships import brands, categories, domains
from vault.relationships.clusters import Clusters, Link
from vault.relationships.descriptors import display
from vault.relationships.evidence import AccountEvidence, Graph, KnownVendor, PayeeEvidence, gather
from vault.relationships.lexicon import squash
from vault.relationships.likeness import Question, questions
from vault.relationships.owner_rule import OwnerRule
from vault.relationships.payees import key_words

__all__ = [
    "AccountEvidence",
    "KnownVendor",
    "OwnerRule",
    "PayeeEvidence",
    "Question",
    "RecognisedVendor",
    "Resolution",
    "Why",
    "resolve",
]


class Why(msgspec.Struct, frozen=True):
    """Why a payee (`ref` is its key) or an account (`ref` as given) belongs to its vendor."""

    kind: Literal["payee", "account"]
    ref: str
    evidence: str
    confidence: float


class RecognisedVendor(msgspec.Struct, frozen=True):
    """`key` is unique and stable; `id` the known vendor's, none for a new one; `absorbed` the ids of known vendors
    that are now part of this one. `confidence` is that of the weakest link."""

    key: str
    id: int | None
    name: str
    domains: tuple[str, ...]
    category: str
    confidence: float
    links: tuple[Why, ...]
    absorbed: tuple[int, ...] = ()


class Resolution(msgspec.Struct, frozen=True):
    """`payees` maps payee keys, `accounts` account refs, to vendor keys; `questions` name pairs of vendor keys that
    may be one."""

    vendors: tuple[RecognisedVendor, ...]
    payees: dict[str, str]
    accounts: dict[str, str]
    questions: tuple[Question, ...] = ()


def resolve(
    payees: Sequence[PayeeEvidence],
    accounts: Sequence[AccountEvidence],
    known: Sequence[KnownVendor] = (),
    rules: Sequence[OwnerRule] = (),
) -> Resolution:
    """The vendors behind `payees` and `accounts`. `rules` are in order of time: of two about one thing the later
    counts."""
    graph = gather(payees, accounts, known, rules)
    clusters = Clusters()
    for node, marks in sorted(graph.nodes.items()):
        clusters.add(node, **marks)
    clusters.join_all(graph.links)
    sets = [_Set(nodes, graph) for nodes in clusters.sets()]
    sets = [found for found in sets if found.payees or found.accounts or found.owned]
    identities = _identities(sets, known, rules)
    reasons = _reasons(clusters.links)
    said = _Said(rules)
    keys = _keys(sets, identities, known)
    vendors = [_vendor(found, keys[place], identities[place], reasons, said) for place, found in enumerate(sets)]
    key_of = {node: keys[place] for place, found in enumerate(sets) for node in found.nodes}
    return Resolution(
        tuple(sorted(vendors, key=lambda vendor: vendor.key)),
        {key: keys[place] for place, found in enumerate(sets) for key in found.payees},
        {ref: keys[place] for place, found in enumerate(sets) for ref in found.accounts},
        _open_questions(graph, key_of),
    )


class _Set:
    """One set of nodes, sorted by kind."""

    def __init__(self, nodes: Sequence[str], graph: Graph) -> None:
        kinds: dict[str, list[str]] = defaultdict(list)
        for node in nodes:
            kind, _, ref = node.partition(":")
            kinds[kind].append(ref)
        self.nodes = nodes
        self.graph = graph
        self.payees, self.accounts, self.owned = kinds["payee"], kinds["account"], kinds["vendor"]
        self.domains, self.brands = kinds["domain"], kinds["brand"]

    @property
    def brand(self) -> brands.Brand | None:
        return brands.brand(self.brands[0]) if self.brands else None

    @property
    def character(self) -> brands.Brand | None:
        """The brand that names and classes it: its own, or the one of the payees when they were split off it."""
        famous = {key: brand for key in self.payees if (brand := brands.brand(key))}
        return self.brand or (next(iter(famous.values())) if len(famous) == 1 else None)

    def letters(self) -> set[str]:
        """What its domains spell."""
        return {squash(domains.label_words(domain)) for domain in self.domains}

    def usual_payees(self) -> list[str]:
        """The payee keys, those that spell a domain first, then by the number of charges."""
        letters, counts = self.letters(), self.graph.counts
        return sorted(self.payees, key=lambda key: (squash(key_words(key)) not in letters, -counts[key], key))


class _Said:
    """What the owner said of a vendor: its name and its category, by vendor key or payee key."""

    def __init__(self, rules: Sequence[OwnerRule]) -> None:
        self.names = {rule.vendor: rule.value for rule in rules if rule.action == "rename"}
        self.categories = {rule.vendor: rule.value for rule in rules if rule.action == "category"}


def _identities(
    sets: Sequence[_Set], known: Sequence[KnownVendor], rules: Sequence[OwnerRule]
) -> list[list[KnownVendor]]:
    """For each set the known vendors that it continues, the one that stays first."""
    claims: list[list[KnownVendor]] = [[] for _ in sets]
    place_of = {node: place for place, found in enumerate(sets) for node in found.nodes}
    # What the owner merged others into stays, by the last word about it.
    merged_at = {rule.vendor: place for place, rule in enumerate(rules) if rule.action == "merge"}
    for vendor in sorted(known, key=lambda vendor: (-merged_at.get(vendor.key, -1), not vendor.by_owner, vendor.id)):
        held = Counter(place_of[node] for node in _nodes_of(vendor) if node in place_of)
        if held:
            first = place_of.get(f"vendor:{vendor.key}", place_of.get(f"payee:{vendor.key}", -1))
            best = max(held, key=lambda place: (place == first, held[place], -place))
            claims[best].append(vendor)
    return claims


def _nodes_of(vendor: KnownVendor) -> list[str]:
    payees = {vendor.key, *vendor.payees}
    nodes = [f"vendor:{vendor.key}", f"brand:{vendor.key}"]
    nodes += [f"payee:{key}" for key in sorted(payees)] + [f"domain:{domain}" for domain in sorted(vendor.domains)]
    return nodes + [f"account:{ref}" for ref in sorted(vendor.accounts)]


def _keys(sets: Sequence[_Set], identities: Sequence[list[KnownVendor]], known: Sequence[KnownVendor]) -> list[str]:
    """A unique key for each set: the known vendor's, else the first free one of what names the set."""
    taken = {vendor.key for vendor in known}
    keys = [claims[0].key if claims else "" for claims in identities]
    # Sets with payees choose first, so that a payee's key stays with its payee.
    for place in sorted(range(len(sets)), key=lambda place: (not sets[place].payees, place)):
        if not keys[place]:
            keys[place] = next(key for key in _candidates(sets[place]) if key not in taken)
            taken.add(keys[place])
    return keys


def _candidates(found: _Set) -> list[str]:
    own: list[str] = [*found.brands, *found.usual_payees(), *found.domains]
    accounts = [f"account {ref}" for ref in found.accounts]
    return own + [f"{name} (own)" for name in own] + accounts + list(found.nodes[:1])


def _reasons(links: Sequence[Link]) -> dict[str, Link]:
    """The strongest link of each node."""
    reasons: dict[str, Link] = {}
    for link in links:
        reasons.setdefault(link.left, link)
        reasons.setdefault(link.right, link)
    return reasons


def _vendor(
    found: _Set, key: str, claims: Sequence[KnownVendor], reasons: Mapping[str, Link], said: _Said
) -> RecognisedVendor:
    stays = claims[0] if claims else None
    why = [_why("payee", ref, reasons) for ref in found.payees] + [
        _why("account", ref, reasons) for ref in found.accounts
    ]
    spoken = [key, *(claim.key for claim in claims), *found.payees, *found.domains]
    name = next((said.names[one] for one in spoken if one in said.names), "") or _name(found, stays)
    category = next((said.categories[one] for one in spoken if one in said.categories), "")
    return RecognisedVendor(
        key,
        stays.id if stays else None,
        name,
        _domains(found),
        category or _category(found, stays, name),
        min((reason.confidence for reason in why), default=1.0),
        tuple(why),
        tuple(claim.id for claim in claims[1:]),
    )


def _why(kind: Literal["payee", "account"], ref: str, reasons: Mapping[str, Link]) -> Why:
    link = reasons.get(f"{kind}:{ref}")
    if link:
        return Why(kind, ref, link.evidence, link.confidence)
    alone = "named so on the statement" if kind == "payee" else "an account of its own"
    return Why(kind, ref, alone, 1.0)


def _domains(found: _Set) -> tuple[str, ...]:
    """The domains seen; a brand's first one where none was."""
    seen = tuple(found.domains)
    return seen or (found.brand.domains[:1] if found.brand else ())


def _name(found: _Set, stays: KnownVendor | None) -> str:
    if stays and stays.name:
        return stays.name
    if found.character:
        return found.character.name
    titles = [found.graph.titles[ref] for ref in found.accounts]
    printed = found.graph.printed[found.usual_payees()[0]] if found.payees else []
    letters = {squash(name.split()) for name in printed} | found.letters()
    fitting = [title for title in titles if squash(title.split()) in letters and "." not in title]
    if printed or fitting:
        return min(fitting + printed, key=lambda name: (_unshapely(name), len(name), name))
    if found.domains:
        return display(domains.label_of(found.domains[0]).replace("-", " "))
    return min(titles, default=found.nodes[0].partition(":")[2])


def _unshapely(name: str) -> bool:
    return name.isupper() or name.islower()


def _category(found: _Set, stays: KnownVendor | None, name: str) -> str:
    if stays and stays.by_owner and stays.category:
        return stays.category
    if found.character and found.character.category:
        return found.character.category
    labels = " ".join(domains.label_of(domain).replace("-", " ") for domain in found.domains)
    return categories.hinted(name) or categories.hinted(labels) or (stays.category if stays else "")


def _open_questions(graph: Graph, key_of: Mapping[str, str]) -> tuple[Question, ...]:
    """Questions between sets that stayed apart, by vendor key, each pair once."""
    asked: dict[tuple[str, str], float] = {}
    for question in questions(graph.names):
        if question.left in key_of and question.right in key_of:
            left, right = sorted((key_of[question.left], key_of[question.right]))
            if left != right:
                asked.setdefault((left, right), question.score)
    return tuple(Question(score, left, right) for (left, right), score in asked.items())
