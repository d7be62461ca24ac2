"""Any order of what a person does with profile and grants, of reads by vendors, of ends of agreements and of time, with
reopening between them, against a plain model that keeps values and grants in dictionaries:

after every step the vault lists the same grants in the same states; a release gives what the model says or is refused as the
model says; the same notices are owed; and in the end the log is whole, counts every release, and holds nothing erased.
"""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from terms.errors import FirstpartyError
from terms.refusals import Refused
from tests.vault.conftest import NOW, Made
from tests.vault.shops import DAY, Shop, active
from tests.vault.statements import contents
from vault import agreements, granting, ids, keyring, profile
from vault.events import EventType
from vault.granting import Permission, Released
from vault.granting.giving import NoAgreementError
from vault.session import Vault
from vault.store import audit, events
from vault.store import grants as store

# By hand, from DPV: what each category that is granted reaches of those that are set. The special one only by its own name.
REACHES = {
    "pd:Contact": {"pd:EmailAddress", "pd:TelephoneNumber"},
    "pd:EmailAddress": {"pd:EmailAddress"},
    "pd:TelephoneNumber": {"pd:TelephoneNumber"},
    "pd:PublicLife": set[str](),
    "pd:Religion": {"pd:Religion"},
}
SET = ("pd:EmailAddress", "pd:TelephoneNumber", "pd:Religion")
YEAR = timedelta(days=365)
places = st.integers(0, 5)


@dataclass
class Model:
    """A grant as plain values; `state` is as it was put on record."""

    agreement: int
    data: tuple[str, ...]
    ends: datetime | None
    state: str = "active"
    reads: int = 0
    owed: set[int] = field(default_factory=set)
    told: int = 0

    @property
    def reach(self) -> set[str]:
        return {category for one in self.data for category in REACHES[one]}


@dataclass
class Agreed:
    id: str
    until: datetime
    binds: bool = True


class Sharing(RuleBasedStateMachine):
    """`made` is a closed vault; every run goes on with it and begins with a shop and agreements of its own."""

    made: Made
    runs = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        self.vault = self.made.open()
        shop = Shop(f"https://shop{self.runs}.example/client.json")
        self.agreed = [Agreed(active(self.vault, shop), self.vault.now + YEAR) for _ in range(2)]
        self.grants: dict[int, Model] = {}
        self.values: dict[str, str] = {}
        self.erased: list[str] = []
        self.history: list[str] = []
        self.is_read_always = False
        for row in profile.attributes(self.vault.connection, self.vault.now.date()):
            profile.erase(self.vault, profile.find(self.vault.connection, row.id))

    # --- the model --------------------------------------------------------------------------------------------------

    def state(self, one: Model) -> str:
        if one.state not in ("active", "narrowed"):
            return one.state
        if one.ends is not None and self.vault.now >= one.ends:
            return "expired"
        agreed = self.agreed[one.agreement]
        return one.state if agreed.binds and self.vault.now < agreed.until else "ended"

    def lives(self, one: Model) -> bool:
        return self.state(one) in ("active", "narrowed")

    def at(self, place: int) -> tuple[int, Model]:
        id = sorted(self.grants)[place % len(self.grants)]
        return id, self.grants[id]

    def changed(self, category: str) -> None:
        self.history.append(category)
        for one in self.grants.values():
            if self.lives(one) and category in one.reach:
                one.owed.add(len(self.history) - 1)
                one.told += 1

    def visible(self, one: Model) -> list[int]:
        """The changes that a grant is owed a notice of, as far as it still reaches them."""
        return sorted(number for number in one.owed if self.history[number] in one.reach)

    # --- the person -------------------------------------------------------------------------------------------------

    @rule(category=st.sampled_from(SET))
    def put(self, category: str) -> None:
        text = f"{category[3:].lower()}-{self.runs}-{len(self.history)}@example.org"
        profile.put(self.vault, category, [text])
        self.values[category] = text
        self.changed(category)

    @precondition(lambda self: self.values)
    @rule(place=places, for_good=st.booleans())
    def take_back(self, place: int, for_good: bool) -> None:
        category = sorted(self.values)[place % len(self.values)]
        row = profile.find(self.vault.connection, category)
        if for_good:
            self.erased += [str(one) for one in self.said_of(category)]
            profile.erase(self.vault, row)
        else:
            profile.remove(self.vault, row)
        del self.values[category]
        self.changed(category)

    def said_of(self, category: str) -> list[object]:
        (found,) = (
            one for one in profile.attributes(self.vault.connection, self.vault.now.date()) if one.category == category
        )
        return [one.value for one in (*found.others, *filter(None, [found.present]))]

    @initialize(category=st.sampled_from(SET), data=st.sampled_from(sorted(REACHES)), is_read_always=st.booleans())
    def begin(self, category: str, data: str, is_read_always: bool) -> None:
        self.is_read_always = is_read_always
        self.put(category)
        self.give(0, [data], None)

    @precondition(lambda self: len(self.grants) < 6)
    @rule(
        agreement=st.integers(0, 1),
        data=st.lists(st.sampled_from(sorted(REACHES)), min_size=1, max_size=3, unique=True),
        days=st.none() | st.sampled_from([1, 40]),
    )
    def give(self, agreement: int, data: list[str], days: int | None) -> None:
        agreed = self.agreed[agreement]
        ends = None if days is None else self.vault.now + days * DAY
        permission = Permission(tuple(data), ("dpv:ServiceProvision",), retention="P30D")
        if not (agreed.binds and self.vault.now < agreed.until):
            with pytest.raises(NoAgreementError):
                granting.give(self.vault, agreed.id, permission, expires=ends)
            return
        one = granting.give(self.vault, agreed.id, permission, expires=ends)
        self.grants[one.row.id] = Model(agreement, tuple(data), ends)

    @precondition(lambda self: self.grants)
    @rule(place=places, only=st.sampled_from(sorted(REACHES)))
    def narrow(self, place: int, only: str) -> None:
        id, one = self.at(place)
        covered = only in one.data or (REACHES[only] and "pd:Contact" in one.data and only != "pd:Religion")
        try:
            granting.narrow(self.vault, id, [only])
        except FirstpartyError:
            covers_all = all(name == only or (only == "pd:Contact" and name in REACHES[only]) for name in one.data)
            assert not covered or covers_all or not self.lives(one)
        else:
            assert covered
            assert self.lives(one)
            one.data, one.state = (only,), "narrowed"

    @precondition(lambda self: self.grants)
    @rule(place=places)
    def revoke(self, place: int) -> None:
        id, one = self.at(place)
        lived = self.lives(one)
        with contextlib.suppress(FirstpartyError):
            granting.revoke(self.vault, id)
            assert lived
            one.state = "revoked"
        assert not self.lives(one)

    # --- vendors, agreements and time -------------------------------------------------------------------------------

    @rule(category=st.none() | st.sampled_from(SET))
    def read_by_all(self, category: str | None) -> None:
        for id in self.grants:
            self.read(id, category)

    def read(self, id: int, category: str | None) -> None:
        one = self.grants[id]
        before = self.vault.connection.total_changes
        done = granting.release(self.vault, id, None if category is None else [category])
        asked = one.reach if category is None else {category}
        if not self.lives(one) or not asked <= one.reach:
            assert not isinstance(done, Released)
            assert done.code == ("not-granted" if self.lives(one) else f"grant-{self.state(one)}")
            if self.lives(one):
                assert self.vault.connection.total_changes == before
            one.state = self.state(one)
            return
        assert isinstance(done, Released)
        assert {got.category: got.value for got in done.attributes} == {
            name: value for name, value in self.values.items() if name in asked
        }
        if category is not None:
            assert done.absent == (() if category in self.values else (category,))
        one.reads += 1
        one.owed -= {number for number in one.owed if self.history[number] in asked}  # who reads it has taken note

    @precondition(lambda self: any(one.owed for one in self.grants.values()))
    @rule(place=places, whole=st.booleans())
    def acknowledge(self, place: int, whole: bool) -> None:
        # Those of earlier runs wait in the same vault.
        pending = [one for one in granting.pending_changes(self.vault) if one.grant.row.id in self.grants]
        if not pending:
            return
        notice = pending[place % len(pending)].notice
        granting.mark_delivered(self.vault, notice.change, notice.grant)
        if whole:
            granting.acknowledge(self.vault, notice.change, notice.grant)
            one = self.grants[notice.grant]
            waiting = [each.notice.change for each in pending if each.notice.grant == notice.grant]
            one.owed.remove(self.visible(one)[waiting.index(notice.change)])

    @rule(place=st.integers(0, 1), how=st.sampled_from([agreements.withdraw, agreements.terminate]))
    def end_agreement(self, place: int, how: object) -> None:
        with contextlib.suppress(Refused):
            how(self.vault, self.agreed[place].id)  # type: ignore[operator]
            self.agreed[place].binds = False

    @rule(hours=st.sampled_from([1, 24, 24 * 20, 24 * 200]))
    def wait(self, hours: int) -> None:
        self.vault.now += timedelta(hours=hours)

    @rule()
    def settle(self) -> None:
        over = {id for id, one in self.grants.items() if one.state in ("active", "narrowed") and not self.lives(one)}
        done = {one.row.id for one in granting.settle(self.vault)}
        assert done & set(self.grants) == over
        for id in over:
            self.grants[id].state = self.state(self.grants[id])

    @rule()
    def reopen(self) -> None:
        now = self.vault.now
        self.vault.close()
        self.vault = self.made.open()
        self.vault.now = now

    # --- after every step -------------------------------------------------------------------------------------------

    @invariant()
    def the_vault_lists_the_same_grants(self) -> None:
        found = {one.row.id: one for one in granting.listed(self.vault.connection, self.vault.now)}
        for id, one in self.grants.items():
            held = found[id]
            assert (held.state, held.permission.data, held.row.reads) == (self.state(one), one.data, one.reads)

    @invariant()
    def every_grant_that_lives_releases_what_the_model_says(self) -> None:
        for id, one in self.grants.items():
            if self.lives(one) and self.is_read_always:
                self.read(id, None)

    @invariant()
    def every_change_is_told_once_by_every_grant_that_covers_it(self) -> None:
        clients = {self.grants_client(id) for id in self.grants}
        told = [
            event.subject
            for client in clients
            for event in events.after(self.vault.connection, client, 0, 10_000)
            if event.type == EventType.PROFILE_CHANGED
        ]
        for id, one in self.grants.items():
            assert told.count(ids.text("grant", id)) == one.told

    def grants_client(self, id: int) -> int:
        return granting.held(self.vault.connection, id, self.vault.now).row.client

    @invariant()
    def are_the_same_notices_owed(self) -> None:
        pending = granting.pending_changes(self.vault)
        for id, one in self.grants.items():
            owed = self.visible(one) if self.lives(one) else []
            assert len([each for each in pending if each.notice.grant == id]) == len(owed)

    def teardown(self) -> None:
        connection = self.vault.connection
        verified = audit.verify(connection, public=self.vault.keys.signer.public)
        assert verified.ok, verified.faults
        for id, one in self.grants.items():
            assert len(store.releases(connection, id)) == one.reads
        everything = json.dumps(contents(connection), default=str)
        assert not [text for text in self.erased if text in everything]
        self.vault.close()


def test_profile_and_grants_are_as_a_plain_model_has_them_and_the_log_has_all_of_it(tmp_path: Path) -> None:
    Sharing.made = Made(tmp_path / "vault", keyring.new_recovery_key())
    Vault.create(Sharing.made.home, Sharing.made.passphrase, Sharing.made.recovery_key, now=NOW).close()
    run_state_machine_as_test(
        Sharing,
        settings=settings(
            max_examples=20, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
