"""The checks that stand before every rule-set and that no rule switches off; they are rules, in `builtin.toml`."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from vault.policy.facts import TABLE
from vault.policy.language.files import read_toml
from vault.policy.rules import RuleSet

_FILE = "builtin.toml"


@cache
def builtin() -> RuleSet:
    return read_toml((files("vault.policy") / _FILE).read_text("utf-8"), _FILE, TABLE, {}, builtin=True)


def with_builtin(owners: RuleSet) -> RuleSet:
    """What is evaluated and installed: the built-in checks and the owner's rules behind them."""
    return builtin().joined(owners)
