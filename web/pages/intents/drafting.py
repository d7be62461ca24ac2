"""An intention written down question by question, kept as a draft between them; then the check of the answers.

The first question makes the draft. Each further one changes it, and leads to the next, or back to the check where it came from there.
Nothing is told to anybody before *publish* on the check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase
from terms.roster import roster
from vault import categories, ids, profile, trading
from vault.butler import market
from vault.butler.market import Want
from vault.money import Money, decimal_of
from vault.overview import Contract, Overview
from vault.policy.intention_life import State
from vault.session import Vault
from vault.store import agreements as agreement_store
from vault.store import trading as trading_store
from web.pages.frame import language, rule_values, value_words
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import category, mark
from web.pages.intents import answers, words
from web.pages.intents.answers import REVEALS, Json, WrongAnswerError
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

# In the order in which they are asked, with the question.
STEPS: Final[Mapping[str, str]] = {
    "title": mark("What do you want?"),
    "requirements": mark("What must an offer have, and what would be nice?"),
    "telling": mark("How much of that do you tell?"),
    "details": mark("Which of your details may they ask for, and under which terms?"),
    "limits": mark("Until when, and how much at most?"),
    "audience": mark("Who may see it?"),
}
CHECK: Final = "check"
_SHOWN_CATEGORIES: Final = 12
_USUAL_CURRENCY: Final = "EUR"
_NEW_QUERY: Final = {"q": "part of a category's name", "replaces": "the id of a contract"}
_STEP_QUERY: Final = {"then": "`check`, where it was come from the check"}


def draft_of(vault: Vault, visit: Visit) -> Want:
    found = market.want(vault, ids.number_of("intention", visit.parameters["id"]))
    if found.state is not State.DRAFT:
        raise NotFoundError(phrase("this is no draft any more"), hint=phrase("it is on the page of what you want"))
    return found


def id_of(want: Want) -> str:
    return ids.text("intention", want.row.id)


class Typed(dict[str, str]):
    """The fields as they were typed; what was not typed is empty."""

    def __missing__(self, name: str) -> str:
        return ""


# --- what is wanted -----------------------------------------------------------------------------------------------------


def _new(vault: Vault, visit: Visit) -> Answer:
    return _first(vault, visit, {"q": visit.asked.query.get("q", "")}, visit.asked.query.get("replaces", ""))


def _first(vault: Vault, visit: Visit, form: Mapping[str, str], replaces: str, wrong: str = "") -> Answer:
    contract = _contract(vault, replaces) if replaces else None
    wanted = form.get("q", "").strip().lower()
    found = [one for one in categories.tree().values() if wanted and _is_meant(one, wanted)]
    if contract is not None and contract.row.category in categories.tree() and not wanted:
        found = [categories.tree()[contract.row.category]]
    chosen = form.get("category", "") or (found[0].id if len(found) == 1 else "")
    if chosen in categories.tree() and chosen not in {one.id for one in found}:
        found = [categories.tree()[chosen], *found]
    return visit.shows(
        "intents/new.html",
        status=422 if wrong else 200,
        form=Typed(form),
        wrong=wrong,
        found=[(one, _path(one.id)) for one in found[:_SHOWN_CATEGORIES]] if wanted or found else _tops(),
        chosen=chosen,
        replaces=contract,
        replaces_id=replaces,
        title=form.get("title", contract.row.title if contract else ""),
        use=contract.used_in_a_year if contract else {},
    )


def _is_meant(one: categories.Category, wanted: str) -> bool:
    return any(wanted in name.lower() for name in (*one.names.values(), one.id))


def _tops() -> list[tuple[categories.Category, str]]:
    return [(one, "") for one in categories.tree().values() if "." not in one.id]


def _path(id: str) -> str:
    above = [category(one) for one in reversed(categories.ancestors(id)[1:])]
    return " › ".join(above)


def _contract(vault: Vault, written: str) -> Contract:
    number = ids.number_of("contract", written)
    found = next((one for one in Overview(vault.connection, vault.now.date()).contracts if one.row.id == number), None)
    if found is None:
        raise NotFoundError(phrase("there is no such contract"))
    return found


def _make(vault: Vault, visit: Visit) -> Answer:
    form, replaces = visit.form, visit.form.get("replaces", "")
    contract = _contract(vault, replaces) if replaces else None
    body: Json = {"title": form.get("title", "").strip(), "category": form.get("category", "")}
    if contract is not None:
        body |= _instead_of(contract, replaces, is_cheaper="cheaper" in form)
    if not body["title"] or body["category"] not in categories.tree():
        missing = "title" if not body["title"] else "category"
        return _first(vault, visit, form, replaces, wrong=missing)
    made = market.add_intention(vault, json.dumps(body).encode(), draft=True)
    return goes_to(f"/intents/{id_of(made)}/draft/requirements")


def _instead_of(contract: Contract, id: str, *, is_cheaper: bool) -> Json:
    """What is known of the contract that it is to take the place of: its use, and what it costs if it shall cost less."""
    use: Json = {name: format(quantity.normalize(), "f") for name, quantity in contract.used_in_a_year.items()}
    row = contract.row
    monthly = contract.yearly.minor // 12
    found: Json = {"replaces": id, "use": use}
    if is_cheaper and monthly:
        less = f"offer.price.per_month < {decimal_of(monthly, row.currency)} {row.currency}"
        found |= answers.with_one({}, answers.requirement({"level": "must", "condition": less}))
    return found


# --- the other questions ------------------------------------------------------------------------------------------------


def _step(vault: Vault, visit: Visit) -> Answer:
    return _asking(vault, visit, draft_of(vault, visit))


def _asking(vault: Vault, visit: Visit, want: Want, wrong: FirstpartyError | None = None) -> Answer:
    step = _named(visit)
    wanted = want.intention
    own, common = words.facts_for(wanted.category)
    held = [one.category for one in profile.attributes(vault.connection, vault.now.date()) if one.present is not None]
    place = list(STEPS).index(step)
    return visit.shows(
        f"intents/{step}.html",
        status=422 if wrong else 200,
        want=wanted,
        id=id_of(want),
        step=step,
        question=STEPS[step],
        number=place + 1,
        count=len(STEPS),
        before=f"draft/{list(STEPS)[place - 1]}" if place else "",
        then=_then(visit),
        wrong=wrong,
        wrong_field=wrong.field if isinstance(wrong, WrongAnswerError) else "main",
        form=Typed(visit.form),
        typed=wrong is not None,
        asked=words.asked(wanted.requirements),
        own=own,
        common=common,
        operators=words.operators(),
        lists=rule_values.lists(language.spoken()) if step == "requirements" else (),
        reveals=REVEALS,
        data=dict.fromkeys([*held, *wanted.data]),
        values=dict(words.values(vault, held)),
        roster=roster(),
        currency=wanted.budget.currency if wanted.budget else _USUAL_CURRENCY,
        budget=_budget(want),
    )


def _budget(want: Want) -> str:
    """As its field takes it back."""
    budget = want.intention.budget
    return value_words.number(str(decimal_of(budget.minor, budget.currency))) if budget else ""


def _money(want: Want) -> Money:
    budget = want.intention.budget
    assert budget is not None
    return Money(budget.minor, budget.currency)


def _named(visit: Visit) -> str:
    step = visit.parameters["step"]
    if step not in STEPS:
        raise NotFoundError(phrase("there is no such question"))
    return step


def _then(visit: Visit) -> str:
    asked = visit.form.get("then", "") or visit.asked.query.get("then", "")
    return CHECK if asked == CHECK else ""


def _answer(vault: Vault, visit: Visit) -> Answer:
    want, step = draft_of(vault, visit), _named(visit)
    before: Json = msgspec.json.decode(want.row.body)
    try:
        changed = {**before, **_changes(step, visit.form, before)}
        if changed != before:
            market.revise(vault, want.row.id, json.dumps(changed).encode())
    except FirstpartyError as error:
        return _asking(vault, visit, want, error)
    if step == "requirements" and visit.form.get("do") != "next":
        back = f"?then={CHECK}" if _then(visit) else ""
        return goes_to(f"/intents/{id_of(want)}/draft/{step}{back}#asked")
    return goes_to(f"/intents/{id_of(want)}/{_next(visit, step)}")


def _changes(step: str, form: Mapping[str, str], before: Json) -> Json:
    if step != "requirements":
        return answers.ANSWERS[step](form, before)
    if "remove" in form:
        return answers.without(before, form["remove"])
    return answers.with_one(before, answers.requirement(form))


def _next(visit: Visit, step: str) -> str:
    rest = list(STEPS)[list(STEPS).index(step) + 1 :]
    return CHECK if _then(visit) or not rest else f"draft/{rest[0]}"


# --- the check ----------------------------------------------------------------------------------------------------------


def _check(vault: Vault, visit: Visit) -> Answer:
    return checking(vault, visit, draft_of(vault, visit))


def checking(vault: Vault, visit: Visit, want: Want, wrong: FirstpartyError | None = None) -> Answer:
    """`wrong` is why it cannot be published."""
    seers = trading.seers(vault, want)
    return visit.shows(
        "intents/check.html",
        status=422 if wrong else 200,
        wrong=wrong,
        want=want.intention,
        id=id_of(want),
        asked=words.asked(want.intention.requirements),
        reveals=REVEALS,
        use=tuple(want.intention.use.items()),
        budget=_money(want) if want.intention.budget else None,
        seers=[agreement_store.client(vault.connection, one) for one in seers],
        is_over=want.intention.closes is not None and want.intention.closes < vault.now.date(),
    )


def _seen(vault: Vault, visit: Visit) -> Answer:
    """Exactly what vendors see, one at a time."""
    want = market.want(vault, ids.number_of("intention", visit.parameters["id"]))
    seers = trading.seers(vault, want)
    known = [agreement_store.client(vault.connection, one) for one in trading_store.clients(vault.connection)]
    asked = visit.asked.query.get("client", "")
    chosen = next((one for one in known if one.url == asked), None)
    if chosen is None:
        chosen = next((one for one in known if one.id in seers), known[0] if known else None)
    found = None
    if chosen is not None and chosen.id in seers:
        found = words.seen_by(trading.projected(vault, trading.viewer(vault, chosen.id), want))
    return visit.shows(
        "intents/seen.html",
        want=want.intention,
        id=id_of(want),
        state=want.state,
        clients=sorted(known, key=lambda one: (one.id not in seers, one.name.lower())),
        seers=set(seers),
        chosen=chosen,
        found=found,
        is_draft=want.state is State.DRAFT,
    )


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/intents/new", _new, "What do you want?", query=_NEW_QUERY),
    guarded("POST", "/intents/new", _make, "Begin an intention"),
    guarded("GET", "/intents/{id}/draft/{step}", _step, "One question about what is wanted", query=_STEP_QUERY),
    guarded("POST", "/intents/{id}/draft/{step}", _answer, "Answer it"),
    guarded("GET", "/intents/{id}/check", _check, "Check the answers"),
    guarded("GET", "/intents/{id}/seen", _seen, "Exactly what vendors see", query={"client": "whose view"}),
)
