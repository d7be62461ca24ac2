"""The butler: what it goes by, as sentences, each on or off; versions with their way back; packs; and the switch that pauses all."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from terms.phrases import phrase
from vault.butler import rulebook, settings
from vault.butler.rulebook import NoRulesError
from vault.policy import packs
from vault.policy.language import pieces
from vault.policy.language.limits import MAX_ID
from vault.session import Vault
from vault.store import decisions as store
from vault.times import stamp
from web.pages.butler import draft, editor, judged, rule_form, settings_form
from web.pages.butler.lines import NAME, lines
from web.pages.frame import rule_words
from web.pages.frame.fact_words import in_short
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.language import gettext
from web.pages.frame.responses import goes_to
from web.server.answers import Answer
from web.server.routes import Route

LATELY: Final = timedelta(days=30)
_VERSIONS: Final = 50
# Versions count from one; no vault has as many as this.
_MAX_VERSION: Final = 10**9
# What a version that a button made is known by; kept in English.
_ON, _OFF = phrase("%(rule)s switched on"), phrase("%(rule)s switched off")
# Where a button of a page that is out of date leads.
_LATE: Final = "/butler?said=late"


def _shown(vault: Vault, visit: Visit) -> Answer:
    source = rulebook.as_toml(vault.connection)
    found = lines(source, store.rule_hits(vault.connection, stamp(vault.now - LATELY)))
    versions = rulebook.versions(vault.connection)
    names = {one.id.partition("/")[0] for one in rulebook.present(vault.connection).rules}
    return visit.shows(
        "butler/page.html",
        rules=found or [],
        is_apart=found is not None,
        versions=versions[::-1][:_VERSIONS],
        packs=[(name, _in_short(name), len(packs.pack(name).rules), name in names) for name in packs.names()],
        present=settings.present(vault.connection),
        written=settings.entries(vault.connection),
        lately=LATELY.days,
        rule_words=rule_words,
    )


def _in_short(pack: str) -> str:
    """The sentence that its file begins with."""
    return gettext(in_short(pack))


def _switch(vault: Vault, visit: Visit) -> Answer:
    rule, on = visit.form.get("rule", "")[:MAX_ID], visit.form.get("on") == "yes"
    changed = pieces.switched(rulebook.as_toml(vault.connection), rule, on=on)
    if changed is None:
        return goes_to(_LATE)
    rulebook.install(vault, changed, NAME, note=str((_ON if on else _OFF).of(rule=rule)))
    return goes_to("/butler?said=installed")


def _undo(vault: Vault, visit: Visit) -> Answer:
    try:
        rulebook.undo(vault)
    except NoRulesError:
        return goes_to(_LATE)
    return goes_to("/butler?said=undone")


def _restore(vault: Vault, visit: Visit) -> Answer:
    written = visit.form.get("version", "")
    number = int(written) if written.isdecimal() and len(written) < len(str(_MAX_VERSION)) else _MAX_VERSION
    try:
        source = rulebook.written(vault.connection, number)
    except NoRulesError:
        return goes_to(_LATE)
    rulebook.install(vault, source, NAME, note=str(phrase("as version %(number)s", number=number)))
    return goes_to("/butler?said=installed")


def _pause(vault: Vault, visit: Visit) -> Answer:
    is_paused = visit.form.get("paused") == "yes"
    settings.put(vault, "paused", ("yes",) if is_paused else ())
    return goes_to(f"/butler?said={'paused' if is_paused else 'resumed'}")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/butler", _shown, "The rules that decide for the owner"),
    guarded("POST", "/butler/switch", _switch, "Switch a rule on or off"),
    guarded("POST", "/butler/undo", _undo, "Take the last version of the rules back"),
    guarded("POST", "/butler/restore", _restore, "Go back to a version of the rules"),
    guarded("POST", "/butler/pause", _pause, "Pause all, or go on"),
    guarded("GET", "/butler/settings", settings_form.shown, "Budgets, quiet hours and what vendors are told"),
    guarded("POST", "/butler/settings", settings_form.put, "Set them"),
    guarded("GET", "/butler/rules", editor.shown, "The rules as text or as a form", query=editor.QUERY),
    guarded("POST", "/butler/rules", editor.edited, "A draft of rules, checked; nothing is kept"),
    guarded("GET", "/butler/rules/try", editor.tried_present, "The rules that hold, on the last 90 days"),
    guarded("POST", "/butler/rules/try", editor.tried, "A draft of rules on the last 90 days; nothing is kept"),
    guarded("POST", "/butler/rules/install", editor.install, "Make a draft the rules that hold"),
    guarded("GET", "/butler/rules/one", rule_form.shown, "One rule as a form", query=rule_form.QUERY),
    guarded("POST", "/butler/rules/one", rule_form.edited, "One rule of a draft, changed; nothing is kept"),
    guarded("GET", "/butler/decisions", judged.listed, "What was decided", query=judged.QUERY),
    guarded("GET", "/butler/decisions/{id}", judged.one, "Why it was decided so"),
    guarded("GET", "/butler/draft/{id}", draft.shown, "A rule that would decide otherwise", query=draft.QUERY),
)
