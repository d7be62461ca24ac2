"""The change of rules that an override asks for, as a draft for the owner's file.

Who makes a verdict milder wants an exception of the rules that were too strict, since the strictest always wins: each is
printed with an `unless` more. A built-in check has no exceptions. Who makes it stricter, or decides where no rule did, wants
a rule more. The draft speaks of this vendor only; the owner may widen it.
"""

from __future__ import annotations

from math import ceil

import msgspec
from msgspec.structs import replace

from vault.butler import rulebook
from vault.butler.decisions import Decision, facts_of
from vault.policy.deciding import RuleBook
from vault.policy.facts import TABLE
from vault.policy.language import pieces
from vault.policy.language.conditions import read_condition
from vault.policy.language.operands import Scope
from vault.policy.language.printing import rule_toml
from vault.policy.rules import Condition, Rule
from vault.policy.values import Amount
from vault.policy.verdicts import Kind, Verdict
from vault.policy.writing import shown
from vault.relationships.domains import registrable
from vault.session import Vault

_BUILTIN = "builtin/"
_COMMITMENT = "offer.cost.commitment"


def draft(vault: Vault, made: Decision, because: str) -> str:
    """TOML; empty where no rule of the owner can bring it about."""
    verdict, domain = Verdict.of(made.verdict), registrable(made.request.sender)
    if verdict is None or not domain:
        return ""
    here = read_condition(Scope(TABLE, {}), f'vendor.domain is "{domain}"')
    stricter = _stricter(vault, made, verdict)
    if stricter:
        own = [rule for rule in stricter if not rule.id.startswith(_BUILTIN)]
        return "\n".join(rule_toml(replace(rule, unless=(*rule.unless, here))) for rule in own)
    return rule_toml(_rule(made, verdict, domain, here, because))


class Draft(msgspec.Struct, frozen=True):
    """`rules` are those to add or to put in the place of theirs; `source` is the owner's file with them."""

    rules: str
    source: str


def drafted(vault: Vault, made: Decision, verdict: Verdict, because: str) -> Draft | None:
    """The owner's file changed so that it decides like this; None where no rule of the owner can bring it about."""
    wanted = replace(made, verdict=str(verdict))
    rules = draft(vault, wanted, because)
    source = pieces.with_rules(rulebook.as_toml(vault.connection), rules) if rules else None
    if source is None:
        return None
    found = Draft(rules, source)
    is_enough = verdict is not Verdict.ACCEPT or _verdict(vault, found, made) is Verdict.ACCEPT
    return found if is_enough else _with_accept(vault, found, wanted, because)


def _verdict(vault: Vault, found: Draft, made: Decision) -> Verdict:
    """What the draft makes of the request itself."""
    rules = RuleBook(rulebook.read(found.source, "rules"))
    return rules.judge(Kind(made.request.kind), facts_of(vault, made)).verdict


def _with_accept(vault: Vault, found: Draft, wanted: Decision, because: str) -> Draft:
    """Exceptions alone leave it to the owner: a rule more accepts what this vendor offers for no more than this."""
    domain, scope = registrable(wanted.request.sender), Scope(TABLE, {})
    here = read_condition(scope, f'vendor.domain is "{domain}"')
    binds = facts_of(vault, wanted).get(_COMMITMENT)
    rule = _rule(wanted, Verdict.ACCEPT, domain, here, because)
    if isinstance(binds, Amount):
        most = shown(Amount(ceil(binds.minor), binds.currency), TABLE[_COMMITMENT])
        rule = replace(rule, when=(*rule.when, read_condition(scope, f"{_COMMITMENT} <= {most}")))
    written = rule_toml(rule)
    source = pieces.with_rules(found.source, written)
    return found if source is None else Draft(f"{found.rules}\n{written}", source)


def _stricter(vault: Vault, made: Decision, verdict: Verdict) -> list[Rule]:
    """The rules behind the decision that are stricter than the owner wants it."""
    named = {str(reason["rule"]) for reason in made.reasons if isinstance(reason, dict)}
    rules = rulebook.kept(vault.connection, made.rules).rules
    return [rule for rule in rules if rule.id in named and rule.then > verdict]


def _rule(made: Decision, verdict: Verdict, domain: str, here: Condition, because: str) -> Rule:
    id = f"{made.verdict}-{domain.replace('.', '-')}"
    return Rule(id, frozenset({Kind(made.request.kind)}), (here,), verdict, because)
