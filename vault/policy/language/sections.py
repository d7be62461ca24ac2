"""The two small sections of a rule file: defaults and lists."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from terms.phrases import phrase
from terms.refusals import quoted
from vault.policy.language.errors import Collected, Fault
from vault.policy.language.limits import MAX_LIST, MAX_LISTS
from vault.policy.language.names import checked_text
from vault.policy.language.places import Lines
from vault.policy.language.spelling import meant
from vault.policy.verdicts import Kind, Verdict

KINDS: Final = tuple(map(str, Kind))
LIST_NAME: Final = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
# What people write for a verdict.
_SYNONYMS: Final = {
    **dict.fromkeys(("allow", "approve", "permit", "yes", "ok"), Verdict.ACCEPT),
    **dict.fromkeys(("deny", "reject", "forbid", "block", "no", "decline"), Verdict.REFUSE),
    **dict.fromkeys(("question", "confirm", "review", "hold"), Verdict.ASK),
}


def read_verdict(word: object) -> Verdict:
    verdict = Verdict.of(word) if isinstance(word, str) else None
    if verdict is None:
        guess = _SYNONYMS.get(str(word).lower())
        hint = (
            phrase("write `%(guess)s`", guess=guess)
            if guess
            else meant(str(word), map(str, Verdict), phrase("write `accept`, `ask` or `refuse`"))
        )
        raise Fault(phrase("%(word)s is no verdict", word=quoted(word)), hint)
    return verdict


def read_kind(word: object) -> Kind:
    if not isinstance(word, str) or word not in KINDS:
        hint = meant(str(word), KINDS, phrase("the kinds are: %(listed)s", listed=", ".join(KINDS)))
        raise Fault(phrase("%(word)s is no kind of request", word=quoted(word)), hint)
    return Kind(word)


def read_defaults(section: object, found: Collected, lines: Lines) -> dict[Kind, Verdict]:
    if not isinstance(section, Mapping):
        found.add(
            Fault(
                phrase("`defaults` names a verdict for kinds of request"), phrase('write `offer = "refuse"` under it')
            ),
            0,
        )
        return {}
    defaults: dict[Kind, Verdict] = {}
    for key, word in section.items():
        try:
            kind, verdict = read_kind(key), read_verdict(word)
            if verdict is Verdict.ACCEPT:
                raise Fault(
                    phrase("`accept` cannot be a default"), phrase("write a rule that says what is to be accepted")
                )
            defaults[kind] = verdict
        except Fault as fault:
            found.add(fault, lines.at(("defaults", key)))
    return defaults


def read_lists(section: object, found: Collected, lines: Lines) -> dict[str, tuple[str, ...]]:
    if not isinstance(section, Mapping) or len(section) > MAX_LISTS:
        found.add(
            Fault(
                phrase("`lists` has up to %(most_lists)s lists by name", most_lists=MAX_LISTS),
                phrase('write `trusted = ["one", "two"]` under it'),
            ),
            0,
        )
        return {}
    lists: dict[str, tuple[str, ...]] = {}
    for name, members in section.items():
        try:
            lists[name] = _members(name, members)
        except Fault as fault:
            found.add(fault, lines.at(("lists", name)))
    return lists


def _members(name: str, members: object) -> tuple[str, ...]:
    if not LIST_NAME.fullmatch(name):
        raise Fault(
            phrase("%(name)s cannot name a list", name=quoted(name)), phrase("use small letters, digits and hyphens")
        )
    if not isinstance(members, list) or len(members) > MAX_LIST or not all(isinstance(one, str) for one in members):
        raise Fault(
            phrase(
                "the list %(name)s is not a list of up to %(most_list)s texts", name=quoted(name), most_list=MAX_LIST
            ),
            phrase('write `["one", "two"]`'),
        )
    return tuple(sorted({checked_text(member) for member in members}))
