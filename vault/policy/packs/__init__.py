"""Rule packs to start from: each readable in a minute, each a rule file that the owner may copy and change.

A pack is a TOML file beside this one, and its ids begin with its name. Adding a pack is adding a file, its page in
`docs/packs` and its cases in the tests.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from terms.errors import UsageError
from terms.phrases import phrase
from terms.refusals import quoted
from vault.policy.facts import TABLE
from vault.policy.language.files import read_toml
from vault.policy.language.spelling import meant
from vault.policy.rules import RuleSet

_SUFFIX = ".toml"


@cache
def names() -> tuple[str, ...]:
    """The packs that there are, in alphabetical order."""
    found = (entry.name for entry in files("vault.policy.packs").iterdir())
    return tuple(sorted(name.removesuffix(_SUFFIX) for name in found if name.endswith(_SUFFIX)))


def text(name: str) -> str:
    """The rule file of a pack, with its comments; `UsageError` for a name that is none."""
    if name not in names():
        raise UsageError(
            phrase("there is no pack %(name)s", name=quoted(name)),
            hint=meant(name, names(), phrase("the packs are: %(listed)s", listed=", ".join(names()))),
        )
    return (files("vault.policy.packs") / f"{name}{_SUFFIX}").read_text("utf-8")


@cache
def pack(name: str) -> RuleSet:
    """The rules of a pack."""
    return read_toml(text(name), f"{name}{_SUFFIX}", TABLE, {})
