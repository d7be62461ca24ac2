"""The editor: a draft of rules goes from page to page in the forms themselves, and nothing is kept before it is installed.

/butler/rules            the draft as text, or rule by rule; checked as it is typed
/butler/rules/try        what would come out otherwise in the last 90 days
/butler/rules/install    the draft holds
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import Phrase, phrase
from vault import ids
from vault.butler import drafting, rulebook
from vault.butler.decisions import NoDecisionError, decision
from vault.policy import packs
from vault.policy.builtin import builtin, with_builtin
from vault.policy.facts import TABLE
from vault.policy.language import pieces
from vault.policy.language.errors import RuleFileError
from vault.policy.rules import RuleSet
from vault.policy.verdicts import Verdict
from vault.policy.writing import shown as value_shown
from vault.session import Vault
from web.pages.butler import looking_back
from web.pages.butler.lines import NAME, lines
from web.pages.frame import rule_words
from web.pages.frame.guard import Visit
from web.pages.frame.language import gettext
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer

QUERY: Final = {
    "view": "text or form",
    "version": "show an earlier version",
    "pack": "add a pack",
    "decision": "add the rule that would decide otherwise",
    "verdict": "what it should have been",
}
_VIEWS: Final = ("form", "text")
SEVERITIES: Final = {"error": mark("error"), "warning": mark("warning"), "note": mark("note")}


class Found(Struct, frozen=True):
    """What is to be said of a draft. `line` is 0 where none is meant."""

    severity: str
    line: int
    said: Phrase
    helps: Phrase | None


class Checked(Struct, frozen=True):
    """`rules` is none where the draft does not read. `limits` are the most that an accepted offer can commit the owner to, by
    currency; an empty limit is none at all."""

    rules: RuleSet | None
    found: tuple[Found, ...]
    limits: tuple[tuple[str, str], ...] = ()


def checked(source: str) -> Checked:
    from vault.policy.checking import check  # the prover, with the first draft

    try:
        rules = rulebook.read(source, NAME)
    except RuleFileError as error:
        return Checked(None, tuple(Found("error", one.line, one.said, one.helps) for one in error.problems))
    found = [Found(str(one.severity), one.place.line, one.said, one.helps) for one in check(rules, beside=builtin())]
    return Checked(rules, tuple(found), tuple(_limits(rules)))


def _limits(rules: RuleSet) -> list[tuple[str, str]]:
    from vault.policy.proving import Highest, Unlimited, most_committed

    found = []
    for currency, limit in most_committed(with_builtin(rules)).limits.items():
        if isinstance(limit, Highest):
            found.append((currency, value_shown(limit.value, TABLE["offer.cost.commitment"])))
        elif isinstance(limit, Unlimited):
            found.append((currency, ""))
    return found


def shown(vault: Vault, visit: Visit) -> Answer:
    """The rules that hold, or what a link puts in their place to look at."""
    query, present = visit.asked.query, rulebook.as_toml(vault.connection)
    source, view = present, query.get("view", "form")
    if query.get("version", "").isdecimal() and len(query["version"]) < len(str(2**31)):
        source, view = rulebook.written(vault.connection, int(query["version"])), query.get("view", "text")
    elif query.get("pack"):
        source = pieces.with_file(present, packs.text(query["pack"])) or f"{present}\n{packs.text(query['pack'])}"
    elif query.get("decision"):
        source = _with_draft(vault, query["decision"], query.get("verdict", "")) or present
    return editor(vault, visit, source, view)


def _with_draft(vault: Vault, written: str, word: str) -> str:
    parsed, verdict = ids.parse(written), Verdict.of(word)
    if parsed is None or parsed[0] != "decision" or verdict is None:
        raise NoDecisionError(phrase("there is no such decision"), hint=phrase("look at what was decided"))
    found = drafting.drafted(vault, decision(vault, parsed[1]), verdict, gettext(mark("as I said")))
    return found.source if found else ""


def editor(
    vault: Vault, visit: Visit, source: str, view: str, *, status: int = 200, is_refused: bool = False
) -> Answer:
    """`is_refused`: somebody asked to go on with a draft that does not read."""
    found = checked(source)
    listed, present = lines(source, {}), rulebook.as_toml(vault.connection)
    view = view if view in _VIEWS else "form"
    return visit.shows(
        "butler/editor.html",
        status=status,
        source=source,
        view="text" if listed is None else view,
        rules=listed or [],
        is_apart=listed is not None,
        is_draft=source.strip() != present.strip(),
        known={one.id: one.rule for one in lines(present, {}) or ()},
        checked=found,
        severities=SEVERITIES,
        is_refused=is_refused,
        rule_words=rule_words,
    )


def source_of(visit: Visit) -> str:
    """The draft that a form brings. A browser sends the ends of lines as CR LF, whatever they were."""
    return visit.form.get("source", "")


def edited(vault: Vault, visit: Visit) -> Answer:
    source, rule = source_of(visit), visit.form.get("remove", "")
    if rule:
        source = pieces.removed(source, rule) or source
    return editor(vault, visit, source, visit.form.get("view", "text"))


def tried_present(vault: Vault, visit: Visit) -> Answer:
    """The rules that hold, on what was decided before they did."""
    return trial(vault, visit, rulebook.as_toml(vault.connection), "form")


def tried(vault: Vault, visit: Visit) -> Answer:
    return trial(vault, visit, source_of(visit), visit.form.get("view", "text"))


def trial(vault: Vault, visit: Visit, source: str, view: str) -> Answer:
    """What a draft would have decided; back to the editor where it does not read."""
    found = checked(source)
    if found.rules is None:
        return editor(vault, visit, source, "text", status=422, is_refused=True)
    is_draft = source.strip() != rulebook.as_toml(vault.connection).strip()
    return visit.shows(
        "butler/try.html",
        source=source,
        view=view,
        checked=found,
        severities=SEVERITIES,
        is_draft=is_draft,
        trial=looking_back.of_draft(vault, found.rules) if is_draft else looking_back.of_present(vault),
        rule_words=rule_words,
    )


def install(vault: Vault, visit: Visit) -> Answer:
    source = source_of(visit)
    try:
        rulebook.install(vault, source, NAME, note=visit.form.get("note", ""))
    except FirstpartyError:
        return editor(vault, visit, source, "text", status=422, is_refused=True)
    return goes_to("/butler?said=installed")
