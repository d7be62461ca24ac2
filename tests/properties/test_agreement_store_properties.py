"""Any order of steps by a person with a vault and a shop, with garbage, key changes, lost time and reopening between them:

after every step both hold the same entries, the vault's list says what the entries say, and every entry has its leaf; a step
that is refused writes nothing but the record of what came in.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from terms.lifecycle import BINDING, State
from terms.proof.verifier import verify
from terms.record import Kind
from terms.refusals import Refused
from tests.vault.conftest import NOW, Made
from tests.vault.shops import Shop, introduced, proffered, same
from vault import agreements, keyring
from vault.agreements import Made as MadeThing
from vault.session import Vault
from vault.store import agreements as store
from vault.store import audit

STEPS: dict[str, Callable[[Vault, str], tuple[MadeThing, ...]]] = {
    "accept": agreements.accept_counter,
    "refuse": lambda vault, id: (agreements.refuse(vault, id, "no"),),
    "confirm": lambda vault, id: (agreements.confirm(vault, id),),
    "withdraw": lambda vault, id: (agreements.withdraw(vault, id),),
    "terminate": lambda vault, id: (agreements.terminate(vault, id),),
    "claim": lambda vault, id: (agreements.claim_violation(vault, id, "forbid-sharing", "x"),),
    "expire": agreements.expire_due,
}
SAYS: dict[Kind, dict[str, object]] = {
    Kind.CONFIRMED: {},
    Kind.REFUSED: {"reason": ""},
    Kind.WITHDRAWN: {"reason": ""},
    Kind.TERMINATED: {"reason": ""},
    Kind.VIOLATED: {"clause": "require-service", "claim": "", "evidence": []},
    Kind.EXPIRED: {},
}


class Together(RuleBasedStateMachine):
    """`made` is a closed vault; every run goes on with it and begins with agreements and a shop of its own."""

    made: Made
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.vault = self.made.open()
        self.shop = Shop(f"https://shop{self.runs}.example/client.json")
        self.ids = [proffered(self.vault, self.shop)]
        self.names = 1

    def gives(self, *made: MadeThing) -> None:
        for one in made:
            self.shop.takes(one.raw, self.vault.now, one.agreement)

    @rule(place=st.integers(0, 5), name=st.sampled_from(sorted(STEPS)))
    def person(self, place: int, name: str) -> None:
        id = self.ids[place % len(self.ids)]
        before = self.vault.connection.total_changes
        try:
            made = STEPS[name](self.vault, id)
        except Refused:
            assert self.vault.connection.total_changes == before
        else:
            self.gives(*made)

    @rule(place=st.integers(0, 5), kind=st.sampled_from(sorted(SAYS)))
    def vendor(self, place: int, kind: Kind) -> None:
        id = self.ids[place % len(self.ids)]
        with contextlib.suppress(Refused):
            raw = self.shop.says(id, kind, self.vault.now, **SAYS[kind])  # type: ignore[arg-type]
            assert agreements.receive(self.vault, raw).refusal is None

    @rule(place=st.integers(0, 5), terms=st.sampled_from(["", "SD-BASE-A", "SD-BASE-DP", "SD-BASE"]))
    def vendor_answers(self, place: int, terms: str) -> None:
        id = self.ids[place % len(self.ids)]
        now = self.vault.now
        with contextlib.suppress(Refused):
            raw = self.shop.counters(id, terms, now) if terms else self.shop.accepts(id, now)
            done = agreements.receive(self.vault, raw)
            assert done.refusal is None
            self.gives(*done.made)

    @precondition(lambda self: len(self.ids) < 4)
    @rule(place=st.integers(0, 5), amends=st.booleans())
    def proffer(self, place: int, amends: bool) -> None:
        replaced = self.ids[place % len(self.ids)] if amends else None
        with contextlib.suppress(Refused):
            self.ids.append(proffered(self.vault, self.shop, "SD-BASE-AT", replaced))

    @rule(place=st.integers(0, 5), cut=st.integers(0, 400))
    def garbage(self, place: int, cut: int) -> None:
        id = self.ids[place % len(self.ids)]
        raw = self.shop.histories[id].last.raw
        done = agreements.receive(self.vault, raw[:cut] + raw[cut + 1 :] if cut else raw)
        assert done.refusal is not None
        self.gives(*done.made)

    @rule(hours=st.sampled_from([1, 30, 24 * 14, 24 * 200]))
    def wait(self, hours: int) -> None:
        self.vault.now += timedelta(hours=hours)

    @rule()
    def new_key(self) -> None:
        self.names += 1
        self.shop.add_key(f"k{self.names}", 20 + self.names)
        self.shop.retire(f"k{self.names - 1}")
        # What the old key has signed is of this second; the new one signs from the next.
        introduced(self.vault, self.shop)
        self.vault.now += timedelta(seconds=1)

    @rule()
    def reopen(self) -> None:
        now = self.vault.now
        self.vault.close()
        self.vault = self.made.open()
        self.vault.now = now

    @invariant()
    def both_hold_the_same_and_the_list_says_so(self) -> None:
        for id in self.ids:
            assert same(self.vault, self.shop, id)
            row, history = store.agreement(self.vault.connection, id), agreements.held(self.vault, id).history
            assert row is not None
            assert (row.state, row.terms, row.offeror) == (
                history.state,
                history.agreement.terms.id,
                history.offeror,
            )
            assert agreements.state_at(row, self.vault.now) is history.state_at(self.vault.now)

    @invariant()
    def an_amended_agreement_has_one_successor_that_was_agreed(self) -> None:
        for id in self.ids:
            row = store.agreement(self.vault.connection, id)
            successors = [one.id for one in store.replacing(self.vault.connection, id)]
            assert row is not None
            if row.state == State.AMENDED:
                assert any(agreements.held(self.vault, one).history.record for one in successors)
            if row.state in BINDING:
                assert not any(agreements.held(self.vault, one).history.record for one in successors)

    def teardown(self) -> None:
        connection = self.vault.connection
        result = audit.verify(connection, public=self.vault.keys.signer.public)
        assert result.ok, result.faults
        logged = [
            (body["agreement"], body["digest"])
            for leaf in reversed(audit.leaves(connection, 100_000))
            if leaf.event.startswith("agreement.") and "agreement" in (body := json.loads(leaf.body or "{}"))
        ]
        for id in self.ids:
            assert [digest for named, digest in logged if named == id] == [
                row.digest for row in store.entries(connection, id)
            ]
            assert verify(agreements.bundle(self.vault, id)).ok
        self.vault.close()


def test_whatever_the_two_do_both_records_stay_the_same_and_the_log_has_all_of_it(tmp_path: Path) -> None:
    Together.made = Made(tmp_path / "vault", keyring.new_recovery_key())
    Vault.create(Together.made.home, Together.made.passphrase, Together.made.recovery_key, now=NOW).close()
    run_state_machine_as_test(
        Together,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
