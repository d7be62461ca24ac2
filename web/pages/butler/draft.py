"""A wrong decision, made a rule: the change to the owner's rules that would decide otherwise, tried on the past. Nothing is kept."""

from __future__ import annotations

from typing import Final

from vault import ids
from vault.butler import drafting, rulebook
from vault.butler.decisions import Decision
from vault.policy.verdicts import Verdict
from vault.session import Vault
from web.pages.butler import judged, looking_back
from web.pages.butler.lines import NAME, Line, lines
from web.pages.frame import rule_words
from web.pages.frame.guard import Visit
from web.pages.frame.language import gettext
from web.pages.frame.wording import mark
from web.server.answers import Answer

QUERY: Final = {"verdict": "what it should have been: accept, ask or refuse"}
_BECAUSE: Final = mark("as I said")


def shown(vault: Vault, visit: Visit) -> Answer:
    made = judged.found(vault, visit)
    wanted = Verdict.of(visit.asked.query.get("verdict", ""))
    wanted = _otherwise(made) if wanted is None or str(wanted) == made.decided else wanted
    found = drafting.drafted(vault, made, wanted, made.overrides[-1].because if made.overrides else gettext(_BECAUSE))
    rules = rulebook.read(found.source, NAME) if found else None
    trial = looking_back.of_draft(vault, rules) if rules else None
    id = ids.text("decision", made.id)
    return visit.shows(
        "butler/draft.html",
        line=judged.line(vault, made),
        decision=id,
        wanted=str(wanted),
        choices=[str(one) for one in Verdict if str(one) != made.decided],
        draft=found,
        rules=_drafted(found.source, found.rules) if found else [],
        trial=trial,
        now=trial.today.get(id, made.decided) if trial else "",
        then=trial.would.get(id, made.decided) if trial else "",
        rule_words=rule_words,
    )


def _otherwise(made: Decision) -> Verdict:
    """The owner's own word, else the opposite; of what was left open, yes."""
    said = Verdict.of(made.verdict)
    if said is not None and made.verdict != made.decided:
        return said
    return Verdict.REFUSE if made.decided == str(Verdict.ACCEPT) else Verdict.ACCEPT


def _drafted(source: str, written: str) -> list[Line]:
    changed = {one.id for one in lines(written, {}) or ()}
    return [one for one in lines(source, {}) or () if one.id in changed]
