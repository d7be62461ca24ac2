"""One rule as a form: what it is for, its conditions row by row, what it does and why.

What the form says becomes the rule's text in the draft, and every other letter of the draft stays. A rule that is not changed keeps
its own letters too. A rule that does not read, or has more conditions than the form has rows, is edited as text.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from itertools import chain, count
from typing import Final

from msgspec import Struct

from terms.phrases import Phrase, phrase
from vault.butler import rulebook
from vault.butler.market import NotFoundError
from vault.policy.language import pieces
from vault.policy.language.errors import Fault, Problem, RuleFileError
from vault.policy.language.limits import MAX_ID
from vault.policy.language.pieces import Piece
from vault.policy.language.printing import row
from vault.policy.rules import Condition, Operator, Rule
from vault.policy.verdicts import Kind, Verdict
from vault.session import Vault
from web.pages.butler import choices
from web.pages.butler.editor import source_of, trial
from web.pages.butler.lines import NAME, read_alone
from web.pages.frame import language, rule_values, rule_words
from web.pages.frame.guard import Visit
from web.server.answers import Answer

QUERY: Final = {"rule": "a rule's id; a new one without it"}
# A form of ours has at most 64 fields: three for each row, beside the rule's own and the draft.
MAX_ROWS: Final = 14
_WHEN, _UNLESS = "w", "u"
# Empty rows to write in.
_SPARE: Final = {_WHEN: 2, _UNLESS: 1}
# Of a name that is made of a rule's sentence: enough to know it by.
_NAME_WORDS, _NAME_LENGTH = 5, 40
# The field of the form by the key of the rule.
_PLACES: Final = {"for": "for", "then": "then", "because": "because", "when": "w0-fact", "unless": "u0-fact"}


class Row(Struct, frozen=True):
    """`name` is what its three fields begin with. `value` is as rules have it, `typed` as the form has it, in the language of the page;
    `fault` says why the one does not give the other."""

    name: str
    fact: str = ""
    operator: str = ""
    value: str = ""
    typed: str = ""
    fault: Fault | None = None

    @property
    def list(self) -> str:
        """What may be chosen for its value."""
        return rule_values.list_of(self.fact)

    @property
    def is_empty(self) -> bool:
        return not (self.fact or self.typed)

    @property
    def text(self) -> str:
        return f"{self.fact} {self.operator} {self.value}".strip()


class Fields(Struct, frozen=True):
    """The form as it stands. `rule` is the id that it had in the draft, empty for a new one."""

    rule: str
    id: str
    kinds: frozenset[str]
    then: str
    because: str
    when: tuple[Row, ...]
    unless: tuple[Row, ...]

    @property
    def toml(self) -> str:
        return self.of(self.when, self.unless)

    def of(self, when: tuple[Row, ...], unless: tuple[Row, ...] = ()) -> str:
        """The rule with these rows of it, as a file has it."""
        said = {
            "id": _quoted(self.id),
            "for": _listed(sorted(self.kinds)),
            "when": _listed([one.text for one in when if not one.is_empty]),
            "unless": _listed([one.text for one in unless if not one.is_empty]),
            "then": _quoted(self.then),
            "because": _quoted(self.because),
        }
        left_out = {"unless": "[]", "because": '""'}
        lines = [f"{name} = {value}" for name, value in said.items() if left_out.get(name) != value]
        return "\n".join(["[[rule]]", *lines, ""])


def _quoted(text: str) -> str:
    """INVARIANT: a JSON string is a TOML basic string too, but for DEL."""
    return json.dumps(text.replace("\x7f", ""), ensure_ascii=False)


def _listed(texts: list[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def shown(vault: Vault, visit: Visit) -> Answer:
    return _of_draft(visit, rulebook.as_toml(vault.connection), visit.asked.query.get("rule", ""))


def edited(vault: Vault, visit: Visit) -> Answer:
    """Shows a rule of a draft, or goes on with what the form says of it."""
    source, rule = source_of(visit), visit.form.get("rule", "")
    if visit.form.get("do") != "apply":
        return _of_draft(visit, source, rule)
    if "text" in visit.form:
        return trial(vault, visit, _replaced(source, rule, visit.form["text"]), "form")
    fields = _fields(visit.form, {piece.rule for piece in pieces.apart(source) or ()})
    changed = _changed(source, fields)
    wrong = _wrong(source, changed, fields)
    if wrong:
        return _page(visit, source, fields, wrong=wrong, status=422)
    return trial(vault, visit, changed, "form")


def _of_draft(visit: Visit, source: str, rule: str) -> Answer:
    piece, read = _found(source, rule)
    if rule and piece is None:
        raise NotFoundError(
            phrase("this rule is not among those that hold"),
            hint=phrase("it may be switched off, or be called otherwise"),
        )
    if piece is None:
        return _page(visit, source, _new())
    if read is None or len(read.when) + len(read.unless) + sum(_SPARE.values()) > MAX_ROWS:
        return visit.shows("butler/one.html", source=source, rule=rule, text=piece.text, fields=None, wrong=())
    return _page(visit, source, _of_rule(read))


def _page(
    visit: Visit, source: str, fields: Fields, *, wrong: tuple[tuple[str, Phrase], ...] = (), status: int = 200
) -> Answer:
    return visit.shows(
        "butler/one.html",
        status=status,
        source=source,
        rule=fields.rule,
        text=None,
        fields=fields,
        wrong=wrong,
        families=choices.facts(),
        lists=rule_values.lists(language.spoken()),
        operators=[(str(one), rule_words.RELATIONS[one]) for one in Operator],
        kinds=rule_words.KINDS,
        does=rule_words.DOES,
    )


def _found(source: str, rule: str) -> tuple[Piece | None, Rule | None]:
    found = pieces.apart(source) if rule else None
    for one in found or ():
        if one.rule == rule and not one.is_off:
            return one, read_alone(found or (), one)
    return None, None


def _new() -> Fields:
    return Fields("", "", frozenset({str(Kind.OFFER)}), str(Verdict.ASK), "", *_with_spare((), ()))


def _of_rule(rule: Rule) -> Fields:
    when, unless = _with_spare(rule.when, rule.unless)
    kinds = frozenset(map(str, rule.kinds))
    return Fields(rule.id, rule.id, kinds, str(rule.then), rule.because, when, unless)


def _with_spare(when: tuple[Condition, ...], unless: tuple[Condition, ...]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    return _rows(_WHEN, when), _rows(_UNLESS, unless)


def _rows(part: str, conditions: tuple[Condition, ...]) -> tuple[Row, ...]:
    said = [row(one) for one in conditions]
    full = [_row(f"{part}{at}", one["fact"], one["operator"], one.get("value", "")) for at, one in enumerate(said)]
    return (*full, *(Row(f"{part}{len(full) + more}") for more in range(_SPARE[part])))


def _row(name: str, fact: str, operator: str, value: str) -> Row:
    return Row(name, fact, operator, value, rule_values.shown(fact, operator, value))


def _fields(form: Mapping[str, str], taken: Set[str]) -> Fields:
    because = " ".join(form.get("because", "").split())
    return Fields(
        rule=form.get("rule", ""),
        id=form.get("id", "").strip()[: MAX_ID + 1] or _named(because, taken),
        kinds=frozenset(str(kind) for kind in Kind if form.get(f"for-{kind}")),
        then=form.get("then", ""),
        because=because,
        when=tuple(_written(form, _WHEN)),
        unless=tuple(_written(form, _UNLESS)),
    )


def _named(because: str, taken: Set[str]) -> str:
    """A short name of the first words of a sentence that no other rule has."""
    plain = unicodedata.normalize("NFKD", because).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall("[a-z0-9]+", plain)[:_NAME_WORDS])[:_NAME_LENGTH].strip("-") or "rule"
    return next(one for one in chain([name], (f"{name}-{n}" for n in count(2))) if one not in taken)


def _written(form: Mapping[str, str], part: str) -> Iterator[Row]:
    for at in range(MAX_ROWS):
        name = f"{part}{at}"
        if f"{name}-fact" in form:
            fact, operator, typed = (form.get(f"{name}-{one}", "").strip() for one in ("fact", "operator", "value"))
            try:
                yield Row(name, fact, operator, rule_values.written(fact, operator, typed), typed)
            except Fault as fault:
                yield Row(name, fact, operator, typed, typed, fault)


def _changed(source: str, fields: Fields) -> str:
    """The draft with what the form says; the draft itself where that is what the rule says already."""
    changed = _replaced(source, fields.rule, fields.toml)
    _, before = _found(source, fields.rule)
    _, after = _found(changed, fields.id)
    return source if before is not None and before == after else changed


def _replaced(source: str, rule: str, written: str) -> str:
    return pieces.with_rule(source, written, rule) or f"{source.rstrip()}\n\n{written}".lstrip()


def _wrong(source: str, changed: str, fields: Fields) -> tuple[tuple[str, Phrase], ...]:
    """(field, sentence) of all that keeps the rule from being read."""
    if not fields.kinds:
        return (("for", phrase("say what it is for")),)
    rows = (*fields.when, *fields.unless)
    found = [(f"{one.name}-fact", said) for one in rows if not one.is_empty for said in _problems(source, fields, one)]
    if found:
        return tuple(found)
    try:
        rulebook.read(changed, NAME)
    except RuleFileError as error:
        return tuple((_PLACES.get(one.part, "id"), _said(one)) for one in error.problems)
    return ()


def _problems(source: str, fields: Fields, one: Row) -> Iterator[Phrase]:
    """What is wrong with one row, whatever else is wrong with the rule."""
    if one.fault:
        yield _said(one.fault, one)
        return
    when, unless = ((one,), ()) if one.name.startswith(_WHEN) else ((), (one,))
    then = fields.then if when else str(Verdict.ASK)
    alone = Fields("", "one", fields.kinds, then, "", when, unless)
    between = "\n".join(piece.text for piece in pieces.apart(source) or () if not piece.rule)
    try:
        rulebook.read(f"{between}\n{alone.toml}", NAME)
    except RuleFileError as error:
        yield from (_said(each, one) for each in error.problems if each.rule)


def _said(one: Problem | Fault, row: Row | None = None) -> Phrase:
    """In one line; of a row in the words of the form."""
    said, helps = one.said, one.helps
    if row is not None:
        said = rule_values.in_words(said, row.fact, row.operator)
        helps = rule_values.in_words(helps, row.fact, row.operator) if helps else None
    return phrase("%(sentence)s; %(hint)s", sentence=said, hint=helps) if helps else said
