"""The change of rules that an override asks for, as a draft for the owner's file.

Who makes a verdict milder wants an exception of the rules that were too strict, since the strictest always wins: each is
printed with an `unless` more. A built-in check has no exceptions. Who makes it stricter, or decides where no rule did, wants
a rule more. The draft speaks of this vendor only; the owner may widen it.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from vault.butler import rulebook
from vault.butler.decisions import Decision
from vault.policy.facts import TABLE
from vault.policy.language import pieces
from vault.policy.language.conditions import read_condition
from vault.policy.language.operands import Scope
from vault.policy.language.printing import rule_toml
from vault.policy.rules import Condition, Rule
from vault.policy.verdicts import Kind, Verdict
from vault.relationships.domains import registrable
from vault.session import Vault

_BUILTIN = "builtin/"


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
    rules = draft(vault, replace(made, verdict=str(verdict)), because)
    source = pieces.with_rules(rulebook.as_toml(vault.connection), rules) if rules else None
    return None if source is None else Draft(rules, source)


def _stricter(vault: Vault, made: Decision, verdict: Verdict) -> list[Rule]:
    """The rules behind the decision that are stricter than the owner wants it."""
    named = {str(reason["rule"]) for reason in made.reasons if isinstance(reason, dict)}
    rules = rulebook.kept(vault.connection, made.rules).rules
    return [rule for rule in rules if rule.id in named and rule.then > verdict]


def _rule(made: Decision, verdict: Verdict, domain: str, here: Condition, because: str) -> Rule:
    id = f"{made.verdict}-{domain.replace('.', '-')}"
    return Rule(id, frozenset({Kind(made.request.kind)}), (here,), verdict, because)
