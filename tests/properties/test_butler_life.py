"""Any life of a butler (rules, offers, overrides, intentions, awards, openings) against a plain model of it.

After every step: each decision replays as it was, whatever rules and settings hold by then; the verdict that stands is the last
word on it; an intention has at most one offer that was taken, and what has ended stays so; the log is whole.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from terms.errors import FirstpartyError
from tests.vault.butlers import RULES, add, intend
from tests.vault.conftest import NOW, Made
from vault import ids, keyring
from vault.butler import decisions, disclosing, market, rulebook
from vault.butler import settings as butler_settings
from vault.butler.decisions import Butler
from vault.butler.market import OfferState
from vault.policy.intention_life import ENDED, Event, State
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import audit

RULE_FILES = (
    "",
    RULES,
    RULES.replace("30 EUR", "10 EUR"),
    RULES.replace('"accept"', '"ask"'),
    RULES.replace("offer.price.per_month <= 30 EUR", "offer.returns.days >= 14"),
)
VENDORS = ("https://power.example", "https://shop.power.example/x", "https://other.example")
verdicts = st.sampled_from(Verdict)


class Life(RuleBasedStateMachine):
    made: Made
    """The closed vault that every life begins with; set before the machine runs."""

    wants: Bundle[int] = Bundle("wants")
    offers: Bundle[int] = Bundle("offers")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="firstparty-life-"))
        shutil.copytree(self.made.home, self.folder / "vault")
        self.copy = self.made._replace(home=self.folder / "vault")
        self.vault = self.copy.open()
        self.clock = NOW
        self.standing: dict[int, str] = {}
        self.ended: dict[int, State] = {}
        self.awarded: dict[int, int] = {}

    def butler(self) -> Butler:
        self.clock += timedelta(minutes=1)
        self.vault.now = self.clock
        return Butler(self.vault, now=self.clock)

    @rule(source=st.sampled_from(RULE_FILES))
    def install(self, source: str) -> None:
        rulebook.install(self.vault, source, "rules.toml")

    @rule()
    def undo_rules(self) -> None:
        try:
            rulebook.undo(self.vault)
        except FirstpartyError:
            assert len({one.source for one in rulebook.versions(self.vault.connection)[-2:]}) < 2

    @rule(disclosure=st.sampled_from(["none", "code", "counter"]), budget=st.sampled_from([(), ("20 EUR per month",)]))
    def put(self, disclosure: str, budget: tuple[str, ...]) -> None:
        butler_settings.put(self.vault, "disclosure", (disclosure,))
        butler_settings.put(self.vault, "budget", budget)

    @rule(target=wants, most=st.integers(1, 3))
    def want(self, most: int) -> int:
        return intend(self.vault, max_offers_per_vendor=most).row.id

    @rule(target=offers, minor=st.integers(0, 9000), vendor=st.sampled_from(VENDORS), days=st.integers(0, 30))
    def offer_unasked(self, minor: int, vendor: str, days: int) -> int:
        one = add(self.butler(), minor, vendor=vendor, returns={"days": days})
        self.standing[one.decision.id] = one.decision.verdict
        return one.row.request

    @rule(target=offers, want=wants, minor=st.integers(0, 9000), vendor=st.sampled_from(VENDORS))
    def offer_for(self, want: int, minor: int, vendor: str) -> int | MultipleResults[int]:
        is_open = market.want(self.vault, want).state is State.OPEN
        try:
            one = add(self.butler(), minor, vendor=vendor, intent=ids.text("intention", want))
        except FirstpartyError:
            assert not is_open
            return multiple()
        assert is_open
        self.standing[one.decision.id] = one.decision.verdict
        return one.row.request

    @rule(offer=offers, verdict=verdicts)
    def override(self, offer: int, verdict: Verdict) -> None:
        made = market.offer(self.vault, offer).decision
        try:
            decisions.override(self.vault, made.id, verdict, "as I say")
        except FirstpartyError:
            assert made.verdict == str(verdict)
        self.standing[made.id] = str(verdict)

    @rule(offer=offers)
    def withdraw(self, offer: int) -> None:
        before = market.offer(self.vault, offer).row.state
        try:
            market.withdraw_offer(self.vault, offer)
        except FirstpartyError:
            assert before != OfferState.STANDS

    @rule(want=wants, event=st.sampled_from([one for one in Event if one is not Event.AWARD]))
    def move(self, want: int, event: Event) -> None:
        try:
            state = market.move(self.vault, want, event).state
        except FirstpartyError:
            return
        assert want not in self.ended
        if state in ENDED:
            self.ended[want] = state

    @rule(want=wants, offer=offers)
    def award(self, want: int, offer: int) -> None:
        one = market.offer(self.vault, offer)
        try:
            market.award(self.vault, want, offer)
        except FirstpartyError:
            return
        assert want not in self.ended
        assert (one.row.intention, one.row.state, one.decision.verdict != "refuse") == (want, OfferState.STANDS, True)
        self.ended[want], self.awarded[want] = State.AWARDED, offer

    @rule()
    def reopen(self) -> None:
        self.vault.close()
        self.vault = self.copy.open()
        self.vault.now = self.clock

    @invariant()
    def what_stands_is_the_last_word_and_every_decision_replays(self) -> None:
        found = list(decisions.decisions(self.vault))
        assert {one.id: one.verdict for one in found} == self.standing
        present = butler_settings.present(self.vault.connection)
        for one in found:
            assert decisions.replay(self.vault, one.id).same
            told = disclosing.told(self.vault, one, present)
            assert told.verdict in (one.verdict, disclosing.RECEIVED)

    @invariant()
    def what_has_ended_stays_so_with_one_offer_taken_at_most(self) -> None:
        for want in market.wants(self.vault):
            taken = [
                one.row.request for one in market.offers(self.vault, want.row.id) if one.row.state == OfferState.AWARDED
            ]
            assert taken == [number for number in (self.awarded.get(want.row.id),) if number]
            assert want.row.awarded == self.awarded.get(want.row.id)
            assert want.row.id not in self.ended or want.state is self.ended[want.row.id]
            ranked = [place.rank for place in market.ranking(self.vault, want.row.id)]
            assert sorted(rank for rank in ranked if rank) == list(range(1, sum(map(bool, ranked)) + 1))

    @invariant()
    def the_log_is_whole(self) -> None:
        assert not audit.verify(self.vault.connection, public=self.vault.keys.signer.public).faults

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("life") / "vault", keyring.new_recovery_key())
    Vault.create(made.home, made.passphrase, made.recovery_key, now=NOW).close()
    return made


def test_any_life_of_a_butler_keeps_its_word(template: Made) -> None:
    Life.made = template
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink),
        ),
    )
