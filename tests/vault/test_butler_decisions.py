"""A decision in the vault: whole or not at all, explained, replayed, overridden, in the log and in the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from terms.errors import UsageError
from tests.vault.butlers import add, asked, butler, intend
from tests.vault.conftest import NOW, Made
from vault import archive, ids
from vault.butler import decisions, drafting, market, naming, rulebook
from vault.butler.decisions import Butler
from vault.butler.naming import NamedNothingError
from vault.policy.deciding import RuleBook
from vault.policy.facts import TABLE
from vault.policy.intention_life import State
from vault.policy.language.files import read_toml
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import audit
from vault.store import decisions as store

TABLES = ("request", "decision", "offer", "audit_leaf", "rule_set")


def counts(vault: Vault) -> dict[str, int]:
    return {name: vault.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


def faults(vault: Vault) -> tuple[str, ...]:
    return audit.verify(vault.connection, public=vault.keys.signer.public).faults


def test_a_decision_is_kept_with_request_facts_rules_reasons_and_leaf(vault: Vault) -> None:
    made = add(butler(vault), 7000).decision
    again = decisions.decision(vault, made.id)
    assert again == made
    assert (made.verdict, made.effect, made.decided) == ("refuse", "filed away", "refuse")
    assert [reason["rule"] for reason in made.reasons if isinstance(reason, dict)] == ["dear"]
    assert decisions.facts_of(vault, made)["vendor.domain"] == "power.example"
    row = store.decision(vault.connection, made.id)
    assert row is not None
    leaf = vault.connection.execute("SELECT event, body FROM audit_leaf WHERE n = ?", (row.leaf,)).fetchone()
    assert leaf[0] == "decision.made"
    assert store.digest(row) in leaf[1]
    assert "power.example" not in leaf[1]
    assert not faults(vault)


@pytest.mark.parametrize("step", ["add_request", "add_decision", "digest"])
def test_what_breaks_in_between_leaves_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    made = butler(vault)
    before = counts(vault)

    def broken(*_: object) -> None:
        raise RuntimeError(step)

    monkeypatch.setattr(store, step, broken)
    with pytest.raises(RuntimeError):
        add(made, 3000)
    assert counts(vault) == before


def test_a_failing_signature_leaves_nothing(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    made = butler(vault)
    before = counts(vault)

    def broken(_: Vault) -> None:
        raise RuntimeError

    monkeypatch.setattr(Vault, "sign", broken)
    with pytest.raises(RuntimeError):
        add(made, 3000)
    monkeypatch.undo()
    assert counts(vault) == before
    assert not faults(vault)


def test_a_replay_gives_the_same_when_rules_and_world_have_moved_on(vault: Vault) -> None:
    made = add(butler(vault), 7000).decision
    rulebook.install(vault, "", "rules.toml")
    found = decisions.replay(vault, made.id)
    assert (found.same, found.verdict, found.reasons) == (True, "refuse", made.reasons)


def test_a_replay_notices_facts_that_were_changed(vault: Vault) -> None:
    made = add(butler(vault), 7000).decision
    vault.connection.execute("UPDATE decision SET facts = replace(facts, '7000', '700')")
    assert not decisions.replay(vault, made.id).same


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE decision SET verdict = 'accept'", "1 decisions have no leaf in the log that fits"),
        ("UPDATE decision SET facts = '{}'", "1 decisions have no leaf in the log that fits"),
        ("UPDATE decision SET leaf = 0", "1 decisions have no leaf in the log that fits"),
        ("UPDATE request SET body = replace(body, '7000', '700')", "1 requests were changed"),
        ("UPDATE decision_override SET because = 'another'", "1 overrides have no leaf in the log that fits"),
        ("DELETE FROM decision_override", "1 overrides that the log has are missing"),
        ("UPDATE rules_version SET sha256 = (SELECT rules FROM decision)", "1 versions of the rules have no leaf"),
        ("UPDATE intention SET awarded = 7", "1 awards have no leaf in the log"),
    ],
)
def test_the_audit_notices_what_was_changed(vault: Vault, change: str, fault: str) -> None:
    made = add(butler(vault), 7000).decision
    decisions.override(vault, made.id, Verdict.ASK, "not sure")
    intend(vault)
    assert not faults(vault)
    vault.connection.execute(change)
    assert any(found.startswith(fault) for found in faults(vault)), faults(vault)


def test_a_decision_that_was_taken_away_is_missed(vault: Vault) -> None:
    add(butler(vault), 7000)
    for table in ("offer", "decision", "request"):
        vault.connection.execute(f"DELETE FROM {table}")
    assert "1 decisions that the log has are missing" in faults(vault)


def test_the_archive_carries_the_butler_and_its_log(vault: Vault, other: Vault, tmp_path: Path) -> None:
    made = butler(vault)
    want = intend(vault)
    name = ids.text("intention", want.row.id)
    taken, dear = add(made, 3000, intent=name), add(made, 7000, intent=name)
    decisions.override(vault, dear.decision.id, Verdict.ACCEPT, "it is for grandmother")
    market.award(vault, want.row.id, taken.row.request)
    archive.export(vault, tmp_path / "archive.zip")
    archive.bring(other, tmp_path / "archive.zip")
    for here, there in zip(decisions.decisions(vault), decisions.decisions(other), strict=True):
        assert (here.id, here.verdict, here.effect, here.reasons) == (
            there.id,
            there.verdict,
            there.effect,
            there.reasons,
        )
        assert decisions.replay(other, there.id).same
    assert [one.row.state for one in market.offers(other)] == [one.row.state for one in market.offers(vault)]
    assert market.want(other, want.row.id).state is State.AWARDED
    assert rulebook.versions(other.connection) == rulebook.versions(vault.connection)
    assert not faults(other)


# --- overrides ----------------------------------------------------------------------------------------------------------


def test_an_override_takes_effect_and_the_log_keeps_both(vault: Vault) -> None:
    made = add(butler(vault), 7000).decision
    after = decisions.override(vault, made.id, Verdict.ACCEPT, "  for\n grandmother ")
    assert (after.verdict, after.effect, after.decided) == ("accept", "shown", "refuse")
    assert after.overrides[-1].because == "for grandmother"
    back = decisions.override(vault, made.id, Verdict.REFUSE, "no, too dear")
    assert (back.verdict, [one.verdict for one in back.overrides]) == ("refuse", ["accept", "refuse"])
    events = [leaf.event for leaf in audit.leaves(vault.connection, 3)]
    assert events == ["decision.overridden", "decision.overridden", "decision.made"]


@pytest.mark.parametrize(
    ("verdict", "because"), [(Verdict.REFUSE, "x"), (Verdict.ACCEPT, " "), (Verdict.ASK, "x" * 1001)]
)
def test_an_override_needs_another_verdict_and_a_reason(vault: Vault, verdict: Verdict, because: str) -> None:
    made = add(butler(vault), 7000).decision
    with pytest.raises(UsageError):
        decisions.override(vault, made.id, verdict, because)
    assert not decisions.decision(vault, made.id).overrides


def test_the_effect_of_an_override_is_that_of_an_offer_that_was_asked_for(vault: Vault) -> None:
    made, want = butler(vault), intend(vault)
    one = add(made, 7000, intent=ids.text("intention", want.row.id))
    assert decisions.override(vault, one.decision.id, Verdict.ACCEPT, "yes").effect == "eligible"


def test_a_drafted_exception_installed_makes_the_verdict_that_the_owner_wanted(vault: Vault) -> None:
    made = decisions.override(vault, add(butler(vault), 7000).decision.id, Verdict.ASK, "look at these")
    draft = drafting.draft(vault, made, "look at these")
    rules = read_toml(draft, "draft.toml", TABLE, {}).rules
    assert [rule.id for rule in rules] == ["dear"]
    assert add(butler(vault, draft), 7000).decision.verdict == "ask"
    assert add(butler(vault, draft), 7000, vendor="https://other.example").decision.verdict == "refuse"


def test_a_drafted_rule_is_stricter_from_now_on(vault: Vault) -> None:
    made = decisions.override(vault, add(butler(vault), 3000).decision.id, Verdict.REFUSE, "never [again]")
    draft = drafting.draft(vault, made, "never [again]")
    assert add(butler(vault, draft), 3000).decision.verdict == "refuse"


# --- lists and names ----------------------------------------------------------------------------------------------------


def test_lists_are_newest_first_and_go_by_the_verdict_that_stands(vault: Vault) -> None:
    made = butler(vault)
    refused, accepted = add(made, 7000).decision, add(made, 3000).decision
    vault.now = NOW + timedelta(days=1)
    asked_last = add(made, 4500).decision
    decisions.override(vault, refused.id, Verdict.ACCEPT, "yes")

    def listed(verdict: Verdict | None = None, since: str = "", limit: int = -1) -> list[int]:
        return [one.id for one in decisions.decisions(vault, verdict=verdict, since=since, limit=limit)]

    assert listed() == [asked_last.id, accepted.id, refused.id]
    assert listed(Verdict.ACCEPT) == [accepted.id, refused.id]
    assert listed(Verdict.REFUSE) == []
    assert listed(Verdict.ACCEPT, limit=1) == [accepted.id]
    assert listed(since="2026-04-01") == [asked_last.id]
    decisions.override(vault, refused.id, Verdict.REFUSE, "no")
    assert listed(Verdict.REFUSE) == [refused.id]
    assert listed(Verdict.ACCEPT) == [accepted.id]


def test_a_decision_is_named_by_the_beginning_of_its_id_or_as_the_last(vault: Vault) -> None:
    with pytest.raises(NamedNothingError):
        naming.decision(vault, "last")
    made = butler(vault)
    first, second = add(made, 3000).decision.id, add(made, 3100).decision.id
    text = ids.text("decision", second)
    assert naming.decision(vault, text) == naming.decision(vault, text[4:]) == naming.decision(vault, "LAST") == second
    assert naming.decision(vault, ids.text("decision", first)) == first
    for written in (text[:8], "dec_", "dec_zzz", "dec_0000000000000", "con_1", "", "x" * 500, "dec_" + "u" * 5):
        with pytest.raises(NamedNothingError):
            naming.decision(vault, written)


def test_a_decision_that_is_not_there_is_said_not_to_be(vault: Vault) -> None:
    with pytest.raises(decisions.NoDecisionError):
        decisions.decision(vault, 7)


def test_reopening_the_vault_changes_no_decision(made: Made, copy_of: Callable[[Made], Made]) -> None:
    with made.open() as vault:
        before = add(butler(vault), 7000).decision
    with copy_of(made).open() as again:
        assert decisions.decision(again, before.id) == before
        assert decisions.replay(again, before.id).same


def test_another_address_of_a_domain_is_no_other_sender(vault: Vault) -> None:
    made = butler(vault)
    for number in range(3):
        add(made, 3000, vendor=f"https://shop-{number}.power.example/{number}")
    found = made.considered(asked(3000, vendor="https://power.example"))
    assert found.facts["vendor.offers_this_week"] == 3


def test_offers_are_listed_and_counted_by_the_verdict_that_stands(vault: Vault) -> None:
    made = butler(vault)
    cheap, dear, _ = (add(made, minor) for minor in (2000, 7000, 4000))
    decisions.override(vault, dear.decision.id, Verdict.ACCEPT, "I want it")
    assert market.count_by_verdict(vault) == {Verdict.ACCEPT: 2, Verdict.ASK: 1, Verdict.REFUSE: 0}
    found = market.offers_of_verdict(vault, Verdict.ACCEPT, limit=10)
    assert [one.name for one in found] == [dear.name, cheap.name]
    assert [one.name for one in market.offers_of_verdict(vault, Verdict.ACCEPT, limit=10, offset=1)] == [cheap.name]


def test_a_rule_has_its_hits_and_the_decisions_behind_them(vault: Vault) -> None:
    made = butler(vault)
    add(made, 2000)
    dear = [add(made, minor).decision for minor in (7000, 8000)]
    assert store.rule_hits(vault.connection, "2000") == {"cheap": 1, "dear": 2}
    assert store.rule_hits(vault.connection, "3000") == {}
    found = decisions.by_rule(vault, "dear", since="2000", limit=10)
    assert [one.id for one in found] == [one.id for one in reversed(dear)]


def test_an_override_is_taken_back_to_the_word_before(vault: Vault) -> None:
    made = add(butler(vault), 7000).decision
    once = decisions.override(vault, made.id, Verdict.ASK, "look")
    assert decisions.verdict_before(once) is Verdict.REFUSE
    assert decisions.verdict_before(decisions.override(vault, made.id, Verdict.ACCEPT, "yes")) is Verdict.ASK


def test_a_draft_is_put_into_the_file_of_the_owner_which_else_stays_as_it_is(vault: Vault) -> None:
    made = add(butler(vault), 7000).decision
    draft = drafting.drafted(vault, made, Verdict.ACCEPT, "I want it")
    assert draft is not None
    assert draft.source.startswith(rulebook.as_toml(vault.connection).split('[[rule]]\nid = "dear"')[0])
    rules = rulebook.read(draft.source, "rules.toml").rules
    assert [one.id for one in rules] == ["cheap", "dear", "accept-power-example"]
    assert [one.text for one in rules[1].unless] == ['vendor.domain is "power.example"']
    assert [one.text for one in rules[2].when] == [
        'vendor.domain is "power.example"',
        "offer.cost.commitment <= 70 EUR",
    ]
    again = Butler(vault, now=NOW, rules=RuleBook(rulebook.read(draft.source, "rules.toml")))
    assert str(again.considered(asked(7000)).outcome.verdict) == "accept"
    assert str(again.considered(asked(7000, vendor="https://other.example/")).outcome.verdict) == "refuse"
    assert str(again.considered(asked(7100)).outcome.verdict) == "ask"
    assert drafting.drafted(vault, made, Verdict.REFUSE, "no") is not None
