"""Reads a rule file, TOML or JSON, into a rule-set; or tells everything that is wrong with it at once.

    [[rule]]
    id = "cheaper-energy"                       small letters, digits and hyphens; once in the file
    for = ["offer"]                             the kinds of request it is about
    when = ["offer.category within energy"]     conditions, all of which must be true
    unless = ["vendor.breaches > 0"]            conditions, none of which may be true; may be left out
    then = "accept"                             accept, ask or refuse
    because = "one sentence for people"         may be left out

    [defaults]                                  where no rule applies: ask or refuse; ask if nothing is said
    promotion = "refuse"

    [lists]                                     names for `within lists.trusted`
    trusted = ["shop.example"]

JSON has the same shape, with `rule` as a list. Hiding a fact must never lead to a milder verdict: `is unknown` stands in ask
and refuse rules only, `is known` in accept rules only, and the other way round in `unless`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from typing import Final

from terms.phrases import Phrase, phrase
from terms.proof import jcs
from terms.refusals import Refused, quoted
from vault.policy.fact import Fact
from vault.policy.language import toml_faults
from vault.policy.language.errors import Collected, Fault, Problem, RuleFileError
from vault.policy.language.limits import MAX_BYTES, MAX_POINTS, MAX_RULES, MAX_SECTIONS
from vault.policy.language.operands import Scope
from vault.policy.language.places import Lines
from vault.policy.language.sections import read_defaults, read_lists
from vault.policy.language.single import RuleReader
from vault.policy.language.spelling import meant
from vault.policy.rules import Rule, RuleSet

KEYS: Final = ("rule", "defaults", "lists")
_HEADER = re.compile(r"^[ \t]*+\[\[", re.MULTILINE)
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*+\'')
_AT = re.compile(r"(.*) \(at (?:line ([0-9]+), column [0-9]+|end of document)\)", re.DOTALL)
_CHARACTER = re.compile(r"character ([0-9]+)")


def read_toml(
    text: str, name: str, table: Mapping[str, Fact], lists: Mapping[str, Collection[str]], *, builtin: bool = False
) -> RuleSet:
    """The rules of a TOML text; `name` is the file's in messages, `lists` are the owner's. Raises `RuleFileError`."""
    _refuse_size(len(text) if text.isascii() else len(text.encode("utf-8", "replace")), name)
    if len(_HEADER.findall(text)) > MAX_RULES + len(KEYS):
        raise _failed(
            name,
            phrase("there are more than %(most_rules)s rules", most_rules=MAX_RULES),
            phrase("split the file, or use lists"),
        )
    _refuse_long_keys(text, name)
    try:
        document = tomllib.loads(text)
    except ValueError as error:
        match = _AT.fullmatch(str(error))
        sentence, line = (match[1], match[2]) if match else (str(error), None)
        at = int(line) if line else (0 if match is None else text.count("\n") + 1)
        raise _failed(
            name,
            phrase("not TOML: %(sentence)s", sentence=toml_faults.said(_plain(sentence))),
            phrase("texts stand in quotes, lists in brackets"),
            at,
        ) from None
    except RecursionError:
        raise _failed(name, phrase("brackets are nested deeper than a rule file needs")) from None
    return _rule_set(document, name, Lines.of_toml(text), table, lists, builtin=builtin)


def read_json(raw: bytes, name: str, table: Mapping[str, Fact], lists: Mapping[str, Collection[str]]) -> RuleSet:
    """The rules of a JSON text of the same shape."""
    _refuse_size(len(raw), name)
    try:
        document = jcs.parse(raw)
    except Refused as error:
        at = _CHARACTER.search(error.sentence)
        line = raw.decode("utf-8", "replace").count("\n", 0, int(at[1])) + 1 if at else 0
        raise _failed(
            name, Phrase("%(why)s", {"why": error.said}), phrase("see docs/schemas/rules.json for the shape"), line
        ) from None
    return _rule_set(document, name, Lines.of_json(raw.decode("utf-8")), table, lists)


def _refuse_size(size: int, name: str) -> None:
    if size > MAX_BYTES:
        raise _failed(
            name,
            phrase("the file has more than %(most_bytes)s bytes", most_bytes=f"{MAX_BYTES:,}"),
            phrase("split it, or use lists"),
        )


def _refuse_long_keys(text: str, name: str) -> None:
    """INVARIANT: the reader of TOML takes the square of a key's parts in time and room, so they are counted before."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MAX_POINTS and _STRING.sub("", line).count(".") > MAX_POINTS:
            raise _failed(
                name,
                phrase("a line has more than %(most_points)s points outside of texts", most_points=MAX_POINTS),
                phrase("keys have one part"),
                number,
            )


def _failed(name: str, said: Phrase, helps: Phrase | None = None, line: int = 0) -> RuleFileError:
    return RuleFileError((Problem(name, line, "", said, helps),))


def _plain(sentence: str) -> str:
    """A library's message in our manner: no capital, no stop, nothing that a terminal would take for a command."""
    sentence = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in sentence[:120])
    return sentence[:1].lower() + sentence[1:]


def _rule_set(
    document: object,
    name: str,
    lines: Lines,
    table: Mapping[str, Fact],
    lists: Mapping[str, Collection[str]],
    *,
    builtin: bool = False,
) -> RuleSet:
    found = Collected(name)
    if not isinstance(document, Mapping):
        raise _failed(name, phrase("the file is not an object with `rule`, `defaults` and `lists`"))
    if len(document) > MAX_SECTIONS:
        raise _failed(
            name,
            phrase("the file has %(count)s sections", count=len(document)),
            phrase("a rule file has rule, defaults, lists"),
        )
    for key in document:
        if key not in KEYS:
            found.add(
                Fault(
                    phrase("a rule file has no %(key)s", key=quoted(key)),
                    meant(key, KEYS, phrase("it has rule, defaults, lists")),
                ),
                lines.at((key,)),
            )
    own = read_lists(document.get("lists", {}), found, lines)
    scope = Scope(table, {**{one: tuple(sorted(members)) for one, members in lists.items()}, **own})
    defaults = read_defaults(document.get("defaults", {}), found, lines)

    def read(table: object, index: int) -> Rule | None:
        return RuleReader(scope, found, lines, index, builtin=builtin).read(table)

    rules = _rules(document.get("rule", []), read, found, lines)
    found.raise_any()
    return RuleSet(rules, defaults)


def _rules(
    tables: object, read: Callable[[object, int], Rule | None], found: Collected, lines: Lines
) -> tuple[Rule, ...]:
    if not isinstance(tables, list):
        found.add(
            Fault(phrase("`rule` is not a list of rules"), phrase("write each under a heading `[[rule]]`")),
            lines.at(("rule",)),
        )
        return ()
    if len(tables) > MAX_RULES:
        raise _failed(
            found.file,
            phrase("there are more than %(most_rules)s rules", most_rules=MAX_RULES),
            phrase("split the file, or use lists"),
        )
    rules: dict[str, Rule] = {}
    for index, table in enumerate(tables):
        rule = read(table, index)
        if rule is None:
            continue
        if rule.id in rules:
            found.add(_second(rules[rule.id].place.line), rule.place.line, rule.id, "id")
        rules[rule.id] = rule
    return tuple(rules.values())


def _second(first: int) -> Fault:
    twice = phrase("the id stands here for the second time")
    if first:
        twice = phrase("the id stands here for the second time (the first is at line %(line)s)", line=first)
    return Fault(twice, phrase("give it another"))
