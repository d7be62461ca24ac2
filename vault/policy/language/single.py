"""Reads one rule of a file. What is wrong with it is added to the file's problems; then there is no rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final, TypeVar

from terms.phrases import phrase
from terms.refusals import quoted
from vault.policy.language.conditions import read_condition
from vault.policy.language.errors import Collected, Fault
from vault.policy.language.limits import MAX_BECAUSE, MAX_CONDITIONS, MAX_ID
from vault.policy.language.operands import Scope
from vault.policy.language.places import Lines
from vault.policy.language.sections import read_kind, read_verdict
from vault.policy.language.spelling import meant
from vault.policy.rules import Condition, Operator, Place, Rule
from vault.policy.verdicts import Kind, Verdict

KEYS: Final = ("id", "for", "when", "unless", "then", "because")
ID: Final = re.compile(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-_.][a-z0-9]+)*)?")
# Rules that are joined to every rule-set; nobody else's may look like one of them.
BUILTIN: Final = "builtin/"

_HIDING: Final = phrase(
    "`%(operator)s` under `%(part)s` of a rule that says `%(then)s`: hiding a fact would make the verdict milder"
)

_T = TypeVar("_T")


class RuleReader:
    """Reads the rule that stands at `index` in its file."""

    def __init__(self, scope: Scope, found: Collected, lines: Lines, index: int, *, builtin: bool) -> None:
        self._scope = scope
        self._found = found
        self._lines = lines
        self._index = index
        self._builtin = builtin
        self._id = f"number {index + 1}"
        self._sound = True

    def read(self, table: object) -> Rule | None:
        if not isinstance(table, Mapping):
            self._add(
                Fault(
                    phrase("%(table)s is not a rule", table=quoted(table)),
                    phrase("write it under a heading `[[rule]]`"),
                )
            )
            return None
        self._id = self._try(_id, table.get("id"), "id") or self._id
        if self._id.startswith(BUILTIN) and not self._builtin:
            self._add(
                Fault(
                    phrase("ids with `%(builtin)s` are the program's own", builtin=BUILTIN), phrase("leave that out")
                ),
                "id",
            )
        for key in table:
            if key not in KEYS:
                self._add(
                    Fault(
                        phrase("a rule has no %(key)s", key=quoted(key)),
                        meant(key, KEYS, phrase("it has: %(listed)s", listed=", ".join(KEYS))),
                    ),
                    key,
                )
        kinds = self._try(_kinds, table.get("for"), "for")
        then = self._try(_then, table.get("then"), "then")
        because = self._try(_because, table.get("because", ""), "because")
        when, unless = self._conditions(table)
        self._refuse_hiding(when, unless, then)
        if then is Verdict.ACCEPT and table.get("when") == []:
            self._add(Fault(phrase("it accepts everything"), phrase("add a condition under `when`")), "when")
        if not self._sound or kinds is None or then is None or because is None:
            return None
        place = Place(self._found.file, self._lines.at(("rule", self._index)))
        return Rule(self._id, kinds, tuple(when.values()), then, because, tuple(unless.values()), place)

    def _conditions(self, table: Mapping[str, object]) -> tuple[dict[int, Condition], dict[int, Condition]]:
        """Those of `when` and of `unless` that read, by their number."""
        if "when" not in table:
            self._add(
                Fault(phrase("it does not say when"), phrase("add `when`; a rule that always applies has `when = []`"))
            )
        when, unless = _listed(table.get("when", [])), _listed(table.get("unless", []))
        if len(when) + len(unless) > MAX_CONDITIONS:
            self._add(
                Fault(
                    phrase("it has more than %(most_conditions)s conditions", most_conditions=MAX_CONDITIONS),
                    phrase("make it several rules"),
                ),
                "when",
            )
            return {}, {}
        return self._read_all("when", when), self._read_all("unless", unless)

    def _read_all(self, part: str, written: Iterable[object]) -> dict[int, Condition]:
        read: dict[int, Condition] = {}
        for at, one in enumerate(written):
            condition = self._try(lambda one: read_condition(self._scope, one), one, part, at)
            if condition is not None:
                read[at] = condition
        return read

    def _refuse_hiding(
        self, when: Mapping[int, Condition], unless: Mapping[int, Condition], then: Verdict | None
    ) -> None:
        """INVARIANT: a fact that is kept from us never makes a rule apply that accepts, or one not apply that does not."""
        if then is None:
            return
        for part, conditions in (("when", when), ("unless", unless)):
            wants_known = (part == "when") is (then is Verdict.ACCEPT)
            for at, condition in conditions.items():
                if condition.operator is (Operator.IS_UNKNOWN if wants_known else Operator.IS_KNOWN):
                    fits = Operator.IS_KNOWN if wants_known else Operator.IS_UNKNOWN
                    sentence = _HIDING.of(operator=condition.operator, part=part, then=then)
                    self._add(Fault(sentence, phrase("only `%(fits)s` may stand there", fits=fits)), part, at)

    def _try(self, read: Callable[[object], _T], value: object, *path: str | int) -> _T | None:
        try:
            return read(value)
        except Fault as fault:
            self._add(fault, *path)
            return None

    def _add(self, fault: Fault, *path: str | int) -> None:
        self._sound = False
        self._found.add(fault, self._lines.at(("rule", self._index, *path)), self._id, str(path[0]) if path else "")


def _id(value: object) -> str:
    if value is None:
        raise Fault(phrase("it has no id"), phrase('add one, such as `id = "cheaper-energy"`'))
    if not isinstance(value, str) or not ID.fullmatch(value) or len(value) > MAX_ID:
        hint = phrase("use up to %(most)s small letters, digits and hyphens, such as `cheaper-energy`", most=MAX_ID)
        raise Fault(phrase("%(value)s cannot be an id", value=quoted(value)), hint)
    return value


def _kinds(value: object) -> frozenset[Kind]:
    words = _listed(value) if value is not None else []
    if not words:
        raise Fault(phrase("it does not say what it is for"), phrase('add `for`, such as `for = ["offer"]`'))
    return frozenset(map(read_kind, words))


def _then(value: object) -> Verdict:
    if value is None:
        raise Fault(phrase("it has no verdict"), phrase('add `then = "accept"`, `"ask"` or `"refuse"`'))
    return read_verdict(value)


def _because(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not isinstance(value, str) or not text.isprintable() or len(text) > MAX_BECAUSE:
        raise Fault(
            phrase("`because` is no sentence"),
            phrase("write up to %(most_because)s characters that can be seen", most_because=MAX_BECAUSE),
        )
    return text


def _listed(value: object) -> list[object]:
    """One alone stands for a list of one."""
    return value if isinstance(value, list) else [value]
