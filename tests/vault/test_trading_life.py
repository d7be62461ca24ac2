"""Any life of published intentions and signed offers against a plain model: publish, offer, withdraw, close, reopen, award, days that
pass, restarts. An intention is awarded once, to exactly one; none that is closed takes an offer; every client is owed exactly the
events of what it may see, in order."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from terms.errors import FirstpartyError
from tests.vault.conftest import NOW, Made
from tests.vault.traders import DATA, PRACTICE, Trader, intended, trader, with_rules
from vault import granting, trading
from vault.butler import market
from vault.policy.intention_life import TABLE, Event, State
from vault.policy.life import state_after
from vault.store import audit
from vault.store import trading as store

CHEAP, DEAR = 2500, 7000


@dataclass
class Wanted:
    """What the model knows of an intention. `told` is whether its end was told."""

    state: State
    closes: bool
    published: bool = False
    told: bool = True
    winner: int | None = None


@dataclass
class OfferMade:
    want: int
    by: int
    minor: int
    state: str = "stands"


class Life(RuleBasedStateMachine):
    template: Made

    wants: Bundle[int] = Bundle("wants")
    offers: Bundle[int] = Bundle("offers")

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="firstparty-trading-"))
        shutil.copytree(self.template.home, self.folder / "vault")
        self.copy = self.template._replace(home=self.folder / "vault")
        self.vault = with_rules(self.copy.open())
        self.traders: list[Trader] = [trader(self.vault, name, seed=n + 3) for n, name in enumerate(("one", "two"))]
        self.known: dict[int, Wanted] = {}
        self.made: dict[int, OfferMade] = {}
        self.owed: list[list[tuple[str, str]]] = [[], []]
        self.clock = NOW

    def owe_all(self, want: int, type: str) -> None:
        one = market.want(self.vault, want)
        for events, who in zip(self.owed, self.traders, strict=True):
            events.append((type, who.name_of(one)))

    def owe(self, offer: int, type: str) -> None:
        one = self.made[offer]
        row = store.signed(self.vault.connection, offer)
        assert row is not None
        self.owed[one.by].append((type, self.traders[one.by].id_of(row)))

    def over(self, want: int) -> None:
        """It is not open any more: told of once."""
        known = self.known[want]
        if known.published and not known.told:
            self.owe_all(want, "intent.closed")
        known.told = True

    @precondition(lambda self: len(self.known) < 3)
    @rule(target=wants, closes=st.booleans(), is_published=st.booleans())
    def want(self, closes: bool, is_published: bool) -> int:
        day = {"closes": self.clock.date().isoformat()} if closes else {}
        made = intended(self.vault, publish=False, draft=True, data=DATA, **day)
        self.known[made.row.id] = Wanted(State.DRAFT, closes)
        if is_published:
            self.publish(made.row.id)
        return made.row.id

    @rule(want=wants)
    def publish_one(self, want: int) -> None:
        self.publish(want)

    def publish(self, want: int) -> None:
        known = self.known[want]
        try:
            trading.publish(self.vault, want)
        except FirstpartyError:
            assert known.state not in (State.DRAFT, State.OPEN)
            return
        assert known.state in (State.DRAFT, State.OPEN)
        known.state = State.OPEN
        if not known.published:
            known.published, known.told = True, False
            self.owe_all(want, "intent.published")

    @rule(target=offers, want=wants, by=st.integers(0, 1), minor=st.sampled_from([CHEAP, CHEAP + 1, DEAR]))
    def offer(self, want: int, by: int, minor: int) -> int | MultipleResults[int]:
        return self.brought(want, by, minor)

    @rule(want=wants)
    def rivals_offer(self, want: int) -> None:
        for by in (0, 1):
            self.brought(want, by, CHEAP + by)

    def brought(self, want: int, by: int, minor: int) -> int | MultipleResults[int]:
        known, one = self.known[want], market.want(self.vault, want)
        closes = one.intention.closes
        takes = known.published and known.state is State.OPEN and not (closes and closes < self.clock.date())
        try:
            row = self.traders[by].offers(minor, want=one, practice=dict(PRACTICE))
        except FirstpartyError:
            assert not takes
            return multiple()
        assert takes
        self.made[row.request] = OfferMade(want, by, minor)
        return row.request

    @rule(offer=offers)
    def withdraw_this(self, offer: int) -> None:
        self.withdraw(offer)

    def withdraw(self, offer: int) -> None:
        one = self.made[offer]
        row = store.signed(self.vault.connection, offer)
        assert row is not None
        try:
            self.traders[one.by].withdraws(row)
        except FirstpartyError:
            assert one.state != "stands"
            return
        assert one.state == "stands"
        one.state = "withdrawn"

    @rule(want=wants)
    def close(self, want: int) -> None:
        self.move(want, Event.CLOSE)

    @rule(want=wants)
    def reopen(self, want: int) -> None:
        self.move(want, Event.REOPEN)

    @rule(want=wants, event=st.sampled_from([Event.CLOSE, Event.REOPEN, Event.EXPIRE, Event.WITHDRAW]))
    def move_somehow(self, want: int, event: Event) -> None:
        self.move(want, event)

    def move(self, want: int, event: Event) -> None:
        known = self.known[want]
        try:
            trading.move(self.vault, want, event)
        except FirstpartyError:
            assert (known.state, event) not in TABLE
            return
        known.state = state_after(TABLE, known.state, event, of="an intention", over="")
        if event is Event.REOPEN and known.published:
            known.told = False
            self.owe_all(want, "intent.published")
        elif event is not Event.REOPEN:
            self.over(want)

    @rule(want=wants, place=st.integers(0, 5))
    def withdraw_one_of(self, want: int, place: int) -> None:
        mine = sorted(number for number, one in self.made.items() if one.want == want)
        if mine:
            self.withdraw(mine[place % len(mine)])

    @rule(want=wants)
    def award_what_is_proposed(self, want: int) -> None:
        self.award(want, None)

    @rule(want=wants, offer=offers)
    def award_this(self, want: int, offer: int) -> None:
        self.award(want, offer)

    def award(self, want: int, offer: int | None) -> None:
        known = self.known[want]
        proposed = trading.proposed(self.vault, want)
        chosen = proposed if offer is None else offer
        one = self.made.get(chosen) if chosen is not None else None
        fits = one is not None and (one.want, one.state, one.minor < DEAR) == (want, "stands", True)
        try:
            trading.award(self.vault, want, offer)
        except FirstpartyError:
            assert known.state not in (State.OPEN, State.CLOSED) or not fits
            return
        assert known.state in (State.OPEN, State.CLOSED)
        assert fits
        assert chosen is not None
        self.won(want, chosen)

    def won(self, want: int, chosen: int) -> None:
        known = self.known[want]
        self.owe(chosen, "offer.awarded")
        for number, rival in sorted(self.made.items()):
            if rival.want == want and rival.state == "stands" and number != chosen:
                rival.state = "told no"
                self.owe(number, "offer.declined")
        self.made[chosen].state, known.winner, known.state = "awarded", chosen, State.AWARDED
        self.over(want)

    @rule()
    def days_pass(self) -> None:
        self.clock += timedelta(days=2)
        self.vault.now = self.clock
        trading.settle(self.vault)
        for want, known in sorted(self.known.items()):
            if known.state is State.OPEN and known.closes:
                stands = any(one.want == want and one.state == "stands" for one in self.made.values())
                known.state = State.CLOSED if stands else State.EXPIRED
                self.over(want)

    @rule()
    def restart(self) -> None:
        self.vault.close()
        self.vault = self.copy.open()
        self.vault.now = self.clock
        for one in self.traders:
            one.vault = self.vault

    @invariant()
    def states_are_those_of_the_model(self) -> None:
        assert {want: market.want(self.vault, want).state for want in self.known} == {
            want: known.state for want, known in self.known.items()
        }
        assert {one.row.request: one.row.state for one in market.offers(self.vault)} == {
            number: one.state for number, one in self.made.items()
        }

    @invariant()
    def one_offer_is_taken_of_what_is_awarded_with_one_order_and_one_grant(self) -> None:
        won = {want: known.winner for want, known in self.known.items() if known.state is State.AWARDED}
        assert {row.intention: row.offer for row in store.orders(self.vault.connection)} == won
        grants = {row.data_grant for row in store.orders(self.vault.connection)}
        assert grants == {one.row.id for one in granting.listed(self.vault.connection, self.clock)}
        assert len(grants) == len(won)

    @invariant()
    def every_client_is_owed_what_the_model_owes(self) -> None:
        for one, owed in zip(self.traders, self.owed, strict=True):
            mine = [(type, subject) for type, subject in one.events if type.startswith(("intent.", "offer."))]
            assert sorted(mine) == sorted(owed)

    @invariant()
    def what_is_seen_is_what_is_published_and_open(self) -> None:
        names = {want for want, known in self.known.items() if known.published and known.state is State.OPEN}
        for one in self.traders:
            found, _ = trading.listed(self.vault, trading.viewer(self.vault, one.number), limit=100)
            wanted = [market.want(self.vault, want) for want in names]
            is_over = {
                want.row.id for want in wanted if want.intention.closes and want.intention.closes < self.clock.date()
            }
            assert {shown.id for shown in found} == {one.name_of(want) for want in wanted if want.row.id not in is_over}

    @invariant()
    def what_is_proposed_can_be_taken(self) -> None:
        for want, known in self.known.items():
            proposed = trading.proposed(self.vault, want)
            eligible = [
                n for n, one in self.made.items() if (one.want, one.state) == (want, "stands") and one.minor < DEAR
            ]
            if known.state is State.CLOSED and known.published and eligible:
                cheapest = min(self.made[number].minor for number in eligible)
                assert proposed in eligible
                assert self.made[proposed].minor == cheapest
            else:
                assert proposed is None

    @invariant()
    def the_log_is_whole(self) -> None:
        assert not audit.verify(self.vault.connection, public=self.vault.keys.signer.public).faults

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            shutil.rmtree(self.folder)


def test_any_life_of_intentions_and_offers_is_that_of_the_model(template: Made) -> None:
    Life.template = template
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),  # a life takes a while, and shrinking one minutes
        ),
    )
