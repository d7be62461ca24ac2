"""The owner's rules in the vault: every version as it was written, one of which holds.

A version is only ever added, with its leaf; going back is a version more, equal to an earlier one. What decides is the
version's rules with the built-in checks before them (`vault.policy.deciding`), named by the hash of both.

While the butler is paused, one rule stands in the place of all of the owner's: it asks. The built-in checks go on, so nothing
that they refuse gets in by a pause.
"""

from __future__ import annotations

from functools import cache, lru_cache

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import ids
from vault.policy.deciding import RuleBook
from vault.policy.facts import TABLE
from vault.policy.language import files
from vault.policy.language.installed import from_installed, rules_sha256, to_installed
from vault.policy.language.printing import to_toml
from vault.policy.rules import Rule, RuleSet
from vault.policy.verdicts import Kind, Verdict
from vault.session import Vault
from vault.store import decisions as store
from vault.store.audit import OWN_LOG
from vault.store.connection import Connection
from vault.store.decisions import RulesRow
from vault.times import stamp

EVENT = "rules.installed"
PAUSED = "builtin/paused"
# A sentence on why; not a place for documents.
MAX_NOTE = 200


class Version(msgspec.Struct, frozen=True):
    """One version of the owner's rules. Number 0 is before any were installed; `at` is RFC 3339."""

    number: int
    at: str
    note: str
    source: str
    sha256: str


class NoRulesError(FirstpartyError):
    code = "no-version"


def read(source: str, name: str) -> RuleSet:
    """The rules of a file, TOML or, where it begins like an object, JSON."""
    if source.lstrip("\ufeff \t\r\n").startswith("{"):
        return files.read_json(source.removeprefix("\ufeff").encode(), name, TABLE, {})
    return files.read_toml(source.removeprefix("\ufeff"), name, TABLE, {})


def install(vault: Vault, source: str, name: str, *, note: str = "") -> Version | None:
    """Make the rules of `source` those that hold; None where they hold already. Raises `RuleFileError`."""
    rules = read(source, name)
    sha256 = rules_sha256(rules)
    before = store.rules(vault.connection)
    if before is not None and before.sha256 == sha256 and before.source == source:
        return None
    number = before.number + 1 if before else 1
    with vault.transaction():
        at = stamp(vault.now)
        store.keep_rule_set(vault.connection, sha256, to_installed(rules), at)
        leaf = vault.log(EVENT, {"version": number, "rules_sha256": sha256})
        row = RulesRow(number, at, " ".join(note.split())[:MAX_NOTE], source, sha256, OWN_LOG, leaf)
        store.add_rules(vault.connection, row)
    return _version(row)


def undo(vault: Vault) -> Version:
    """A version more, equal to the one before the present one."""
    last = store.rules(vault.connection)
    before = store.rules(vault.connection, last.number - 1) if last else None
    if last is None or before is None:
        raise NoRulesError(
            phrase("there is no earlier version of your rules"), hint=phrase("see `firstparty rules list`")
        )
    made = install(
        vault,
        before.source,
        f"version {before.number}",
        note=str(phrase("takes version %(number)s back", number=last.number)),
    )
    if made is None:
        raise NoRulesError(
            phrase("the version before is the same as the present one"), hint=phrase("install the one that you mean")
        )
    return made


def versions(connection: Connection) -> list[Version]:
    """Every version, oldest first."""
    return [_version(row) for row in store.all_rules(connection)]


def written(connection: Connection, number: int | None = None) -> str:
    """The rules as they were written: those that hold, or those of a version."""
    row = store.rules(connection, number) if number is None or number <= ids.MAX else None
    if row is None:
        raise NoRulesError(
            phrase("no rules were installed yet")
            if number is None
            else phrase("there is no version %(number)s of your rules", number=str(number)[:20]),
            hint=phrase("see `firstparty rules packs`") if number is None else phrase("see `firstparty rules list`"),
        )
    return row.source


def as_toml(connection: Connection) -> str:
    """The rules that hold, as they were written where that is TOML; JSON, which has no comments, as TOML. Empty before any."""
    row = store.rules(connection)
    if row is None:
        return ""
    is_json = row.source.lstrip("\ufeff \t\r\n").startswith("{")
    return to_toml(read(row.source, "rules")) if is_json else row.source.removeprefix("\ufeff")


def present(connection: Connection) -> RuleSet:
    """The owner's rules that hold now; none before any were installed."""
    body = _installed(connection)
    return from_installed(body) if body else RuleSet(())


def _installed(connection: Connection) -> bytes | None:
    row = store.rules(connection)
    return store.rule_set(connection, row.sha256) if row else None


def book(connection: Connection) -> RuleBook:
    """The rules that hold now, with the built-in checks, ready to decide by."""
    return _book(_installed(connection))


# Making one costs more than deciding by it. Which rules hold is read each time; what the same rules decide by is kept.
@lru_cache(maxsize=64)
def _book(body: bytes | None) -> RuleBook:
    return RuleBook(from_installed(body) if body else RuleSet(()))


@cache
def paused() -> RuleBook:
    """What decides while the butler is paused."""
    ask = Rule(PAUSED, frozenset(Kind), (), Verdict.ASK, "you have paused your butler, so it asks you everything")
    return RuleBook(RuleSet((ask,)))


def kept(connection: Connection, sha256: str) -> RuleSet:
    """The rule-set of a hash, as a decision names it: built-in checks included."""
    body = store.rule_set(connection, sha256)
    if body is None:
        raise NoRulesError(phrase("the rules `%(sha256)s…` are not in this vault", sha256=sha256[:12]))
    return from_installed(body)


def _version(row: RulesRow) -> Version:
    return Version(row.number, row.at, row.note, row.source, row.sha256)
