"""What recognition goes by: payees, accounts, known vendors and the owner's rules, as nodes and links.

Nodes are `payee:KEY`, `account:REF`, `domain:NAME`, `creditor:ID`, `brand:KEY`, `title:LETTERS` and, for a vendor that
the owner added, `vendor:KEY`. A node that the owner ruled on has only the owner's links; accounts at a ruled domain
follow the domain.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import msgspec

from vault.relationships import brands, descriptors, domains
from vault.relationships.clusters import Link
from vault.relationships.lexicon import COUNTRY_WORDS, LEGAL_ENDS, squash
from vault.relationships.likeness import NameBook, Words, alike, core, is_distinct
from vault.relationships.owner_rule import OwnerRule
from vault.relationships.payees import PLACE_MARK, PayeeKey, key_words

_VENDOR_ROLES = ("vendor", "bank")
RANK_OWNER, RANK_BRAND, RANK_CREDITOR, RANK_DOMAIN, RANK_TITLE, RANK_COUNTRY = 0, 10, 20, 30, 45, 51
# A creditor id under this many unlike names collects for others (factoring, billing services).
_MAX_CREDITOR_NAMES = 3
# Several domains of one label are one house under these, when the label is at least this long.
_HOUSE_SUFFIXES = frozenset("com net eu org info shop store online".split())
_ELSEWHERE = frozenset("io ai tv me co so to fm gg ly cc".split())
_HOUSE_LETTERS = 7
# In `_natural`: the nodes that a vendor key itself can name.
_OWN_PLACES = 4


class PayeeEvidence(msgspec.Struct, frozen=True):
    """A payee of the statements and how many charges it has."""

    payee: PayeeKey
    count: int = 1


class AccountEvidence(msgspec.Struct, frozen=True):
    """An account: `ref` is the caller's, `title` the owner's name for it, `urls` as exported (app ids too)."""

    ref: str
    title: str = ""
    urls: tuple[str, ...] = ()


class KnownVendor(msgspec.Struct, frozen=True):
    """A vendor of an earlier run, with what it held. `by_owner`: the owner added or edited it; its name and domains
    then count as evidence."""

    id: int
    key: str
    name: str
    domains: tuple[str, ...] = ()
    payees: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    category: str = ""
    by_owner: bool = False


class Graph:
    """Nodes with their marks, links, and the names that nodes go by."""

    def __init__(self) -> None:
        self.nodes: dict[str, dict[str, str]] = {}
        self.links: list[Link] = []
        self.names: dict[str, Words] = {}
        self.titles: dict[str, str] = {}
        self.printed: dict[str, list[str]] = defaultdict(list)
        self.counts: Counter[str] = Counter()
        self.glued: set[str] = set()
        self.hosted: set[str] = set()
        self.placed: set[str] = set()
        self.ruled: set[str] = set()

    def add(self, node: str, **marks: str) -> str:
        self.nodes.setdefault(node, {}).update(marks)
        return node

    def link(self, rank: int, left: str, right: str, evidence: str, confidence: float) -> None:
        if left not in self.ruled and right not in self.ruled:
            self.links.append(Link(rank, left, right, evidence, confidence))

    def follow(self, account: str, domain: str, evidence: str) -> None:
        """An account follows its domain, where the owner ruled on the domain too."""
        if account not in self.ruled:
            self.links.append(Link(RANK_DOMAIN, account, domain, evidence, 0.98))


def gather(
    payees: Sequence[PayeeEvidence],
    accounts: Sequence[AccountEvidence],
    known: Sequence[KnownVendor],
    rules: Sequence[OwnerRule],
) -> Graph:
    graph = Graph()
    targets = _targets(rules)
    graph.ruled.update(targets)
    _add_payees(graph, payees)
    _add_accounts(graph, accounts)
    _add_owned(graph, known)
    _add_creditors(graph, payees)
    _add_domain_names(graph)
    graph.names = {node: words for node, words in graph.names.items() if node not in graph.ruled}
    traits = (frozenset(nodes) for nodes in (graph.glued, graph.hosted, graph.placed))
    graph.links += alike(NameBook(graph.names, _shown(graph), *traits))
    _add_rules(graph, targets, known)
    return graph


def _shown(graph: Graph) -> dict[str, str]:
    """What people call a node, for sentences."""
    shown = {node: node.partition(":")[2] for node in graph.names}
    shown |= {f"payee:{key}": min(names) for key, names in graph.printed.items()}
    return shown | {f"account:{ref}": title for ref, title in graph.titles.items()}


def _add_payees(graph: Graph, payees: Sequence[PayeeEvidence]) -> None:
    for evidence in payees:
        graph.counts[evidence.payee.key] += evidence.count
        if evidence.payee.via:
            graph.glued.add(f"payee:{evidence.payee.key}")
    for payee in sorted({(p.payee.key, p.payee.host, p.payee.name) for p in payees if p.payee.role in _VENDOR_ROLES}):
        key, host, name = payee
        if not key:
            continue
        node = graph.add(f"payee:{key}")
        graph.printed[key].append(name)
        if brand := brands.brand(key):
            graph.link(RANK_BRAND, node, _brand(graph, brand), f"a well-known name of {brand.name}", 0.97)
        else:
            graph.names[node] = key_words(key)
            if PLACE_MARK in key:
                graph.placed.add(node)
        if domain := domains.registrable(host):
            graph.hosted.add(node)
            graph.link(RANK_DOMAIN, node, _domain(graph, domain), f"the statement prints {domain}", 0.95)


def _brand(graph: Graph, brand: brands.Brand) -> str:
    return graph.add(f"brand:{brand.key}", brand=brand.key)


def _domain(graph: Graph, domain: str) -> str:
    """The node of a registrable domain (or of a host that a brand has for itself), linked to its brand."""
    node = f"domain:{domain}"
    if node not in graph.nodes:
        graph.add(node)
        words = domains.label_words(domain)
        brand = brands.brand_of_domain(domain) or (brands.brand_called(words) if _is_house(domain) else None)
        if brand:
            graph.link(RANK_BRAND, node, _brand(graph, brand), f"{domain} is {brand.name}'s", 0.97)
        else:
            graph.names[node] = _without_form(words)
    return node


def _without_form(words: Words) -> Words:
    """`salo-ag` is Salo."""
    return words[:-1] if len(words) > 1 and words[-1] in LEGAL_ENDS else words


def _is_house(domain: str) -> bool:
    last = domain.rpartition(".")[2]
    return last in _HOUSE_SUFFIXES or (len(last) == 2 and last not in _ELSEWHERE)


def _add_accounts(graph: Graph, accounts: Sequence[AccountEvidence]) -> None:
    titled: dict[str, dict[str, str]] = defaultdict(dict)
    for account in sorted(accounts, key=lambda account: account.ref):
        words = descriptors.read(account.title).words
        named = [domain for url in account.urls if (domain := _identity(url))]
        if account.urls and not named:
            continue
        node = graph.add(f"account:{account.ref}")
        graph.titles[account.ref] = account.title.strip()
        if named:
            _at_domains(graph, node, named)
            titled[f"domain:{named[0]}"].setdefault(squash(words), node)
            continue
        brand = brands.leading_brand(words)
        if brand:
            graph.link(RANK_BRAND, node, _brand(graph, brand), f"the account is titled {brand.name}", 0.9)
        elif is_distinct(words):
            graph.names[node] = words
    _add_titles(graph, titled)


def _identity(url: str) -> str:
    """The domain that an address stands for: a host that a brand lists for itself, else the registrable domain."""
    registrable = domains.registrable(url)
    host = domains.host_of(url)
    while registrable and host != registrable and "." in host:
        if brands.brand_of_domain(host):
            return host
        host = host.partition(".")[2]
    return registrable


def _at_domains(graph: Graph, account: str, named: Sequence[str]) -> None:
    """The first address says whose account it is; others join when they go by the same label (single sign-on and
    notes about other sites do not)."""
    first = named[0]
    graph.follow(account, _domain(graph, first), f"the account is at {first}")
    for other in dict.fromkeys(named[1:]):
        if other != first and squash(domains.label_words(other)) == squash(domains.label_words(first)):
            evidence = f"one account is at {first} and {other}"
            graph.link(RANK_DOMAIN, _domain(graph, first), _domain(graph, other), evidence, 0.95)


def _add_titles(graph: Graph, titled: dict[str, dict[str, str]]) -> None:
    """An account's title names a payee, when all accounts at the domain go by that title (else it is a platform).
    Where the owner ruled on the domain, its accounts go with it, whatever they are titled."""
    payees = {squash(words): node for node, words in sorted(graph.names.items()) if node.startswith("payee:")}
    for domain, letters_of in titled.items():
        if len(letters_of) == 1 and domain not in graph.ruled:
            letters, account = next(iter(letters_of.items()))
            payee = payees.get(letters)
            if payee and is_distinct(graph.names[payee]):
                graph.link(RANK_TITLE, account, payee, "the account's title is the payee's name", 0.8)


def _add_owned(graph: Graph, known: Sequence[KnownVendor]) -> None:
    for vendor in known:
        if not vendor.by_owner:
            continue
        node = graph.add(f"vendor:{vendor.key}")
        words = descriptors.read(vendor.name).words
        if brand := brands.leading_brand(words):
            graph.link(RANK_BRAND, node, _brand(graph, brand), f"named {vendor.name} by the owner", 0.97)
        elif is_distinct(words):
            graph.names[node] = words
        for domain in vendor.domains:
            graph.link(RANK_DOMAIN, node, _domain(graph, domain), f"{domain} is {vendor.name}'s", 0.98)
        for key in (vendor.key, *vendor.payees):
            if f"payee:{key}" in graph.nodes:
                graph.link(RANK_DOMAIN, node, f"payee:{key}", f"a payee of {vendor.name}", 0.98)


def _add_creditors(graph: Graph, payees: Sequence[PayeeEvidence]) -> None:
    """One creditor id, one vendor; unless its names show that it collects for others."""
    keys: dict[str, set[str]] = defaultdict(set)
    for evidence in payees:
        payee = evidence.payee
        if payee.creditor_id and payee.key and payee.role in _VENDOR_ROLES:
            keys[payee.creditor_id].add(payee.key)
    for creditor, found in sorted(keys.items()):
        famous = [key for key in found if brands.brand(key)]
        starts = {key.split()[0][:4] for key in found}
        if len(famous) > 1 or len(starts) > _MAX_CREDITOR_NAMES:
            continue
        node = graph.add(f"creditor:{creditor}")
        for key in found:
            graph.link(RANK_CREDITOR, f"payee:{key}", node, f"all under the SEPA creditor id {creditor}", 0.97)


def _add_domain_names(graph: Graph) -> None:
    """Domains of one label: one house, or several owners of which no name can tell; and names with a country."""
    labels: dict[str, list[str]] = defaultdict(list)
    for node in sorted(graph.names):
        if node.startswith("domain:"):
            labels[squash(graph.names[node])].append(node)
    for letters, nodes in sorted(labels.items()):
        house = len(letters) >= _HOUSE_LETTERS and all(_is_house(node) for node in nodes)
        for node in nodes[1:]:
            if house and is_distinct(graph.names[node]):
                graph.link(RANK_DOMAIN + 5, nodes[0], node, "one label under several top-level domains", 0.85)
        if len(nodes) > 1:
            for node in nodes[1:] if house else nodes:
                del graph.names[node]
    _add_countries(graph, labels)


def _add_countries(graph: Graph, labels: dict[str, list[str]]) -> None:
    """`Zentrix Austria` is zentrix.at: the name's country is the domain's."""
    for payee, words in sorted(graph.names.items()):
        country = COUNTRY_WORDS.get(words[-1], "") if words else ""
        if not country or not payee.startswith("payee:"):
            continue
        short = core(words, country)
        for domain in labels.get(squash(short), ()):
            if domains.country_of(domain.partition(":")[2]) == country and is_distinct(short):
                graph.link(RANK_COUNTRY, payee, domain, f"`{' '.join(short)}` in the domain's country", 0.85)


def _targets(rules: Sequence[OwnerRule]) -> dict[str, OwnerRule]:
    """The ruled nodes, each with the last rule about it."""
    return {
        node: rule
        for rule in rules
        if rule.action in ("merge", "split")
        for node in _subjects(rule)
    }  # fmt: skip


def _subjects(rule: OwnerRule) -> Iterator[str]:
    for kind, refs in (("payee", rule.payees), ("domain", rule.domains), ("account", rule.accounts)):
        yield from (f"{kind}:{ref}" for ref in refs)


def _add_rules(graph: Graph, targets: dict[str, OwnerRule], known: Sequence[KnownVendor]) -> None:
    held = {vendor.key: vendor for vendor in known}
    for node, rule in sorted(targets.items()):
        if node not in graph.nodes:
            continue
        anchor = f"owner:{rule.vendor or next(_subjects(rule))}"
        evidence = f"you {'merged' if rule.action == 'merge' else 'split'} it"
        graph.add(anchor)
        graph.links.append(Link(RANK_OWNER, anchor, node, evidence, 1.0))
        if rule.action == "merge" and (natural := _natural(graph, rule.vendor, held, targets)):
            graph.links.append(Link(RANK_OWNER, anchor, natural, evidence, 1.0))


def _natural(graph: Graph, vendor: str, held: dict[str, KnownVendor], ruled: dict[str, OwnerRule]) -> str:
    """The node that stands for a vendor whatever was merged into it."""
    # Its own node even when ruled (split off, or merged further); not what it once held and the owner took away.
    places = [f"vendor:{vendor}", f"payee:{vendor}", f"brand:{vendor}", f"domain:{vendor}"]
    if known := held.get(vendor):
        places += [f"payee:{key}" for key in known.payees] + [f"domain:{domain}" for domain in known.domains]
        places += [f"account:{ref}" for ref in known.accounts]
    own = next((node for node in places[:_OWN_PLACES] if node in graph.nodes), "")
    return own or next((node for node in places if node in graph.nodes and node not in ruled), "")
