"""Standing and invitations as a state machine against a plain model: whatever comes in whatever order, they agree."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.vault.conftest import NOW, Made
from tests.vault.shops import Shop, introduced
from vault import ids, meeting, owner
from vault.butler import rulebook
from vault.meeting.inviting import InvitationError
from vault.meeting.life import Standing
from vault.meeting.linking import LinkedElsewhereError
from vault.policy.life import LifeError
from vault.policy.requests import Introduction
from vault.store import agreements as agreement_store
from vault.store import audit
from vault.store import events as event_store

CLIENTS = ("https://one.example/c.json", "https://one.example/d.json", "https://two.example/c.json")
DOMAINS = ("one.example", "two.example")
AFTER = {"accept": "yes", "ask": "waiting", "refuse": "not-now"}
WORDS = [Standing.YES, Standing.NOT_NOW, Standing.NEVER]
RULE = "[[rule]]\nid='r'\nfor=['first-contact']\nwhen=['vendor.verified is true']\nthen='{}'\nbecause='so'\n"


@dataclass
class Code:
    vendor: int
    expires: timedelta
    state: str = "open"


@dataclass
class Model:
    """What the owner would expect, without a table or a database."""

    rule: str = "ask"
    clock: timedelta = timedelta()
    standing: dict[int, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    linked: dict[int, int] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    changes: int = 0
    told: int = 0

    def of(self, place: int) -> str:
        return self.standing.get(place) or self.words.get(DOMAINS[0 if place < 2 else 1], "new")

    def become(self, place: int, standing: str) -> bool:
        changed = self.of(place) != standing
        self.changes += changed
        self.standing[place] = standing
        return changed

    def is_good(self, code: str) -> bool:
        return self.codes[code].state == "open" and self.clock < self.codes[code].expires


class Meetings(RuleBasedStateMachine):
    template: Made

    @initialize()
    def begin(self) -> None:
        self.folder = Path(mkdtemp())
        shutil.copytree(self.template.home, self.folder / "vault")
        self.vault = self.template._replace(home=self.folder / "vault").open()
        self.clients = [introduced(self.vault, Shop(url, seed=7 + place)).id for place, url in enumerate(CLIENTS)]
        self.vendors = [owner.add_vendor(self.vault, name) for name in ("A", "B")]
        self.numbers: dict[str, int] = {}
        self.model = Model()
        self.decides("ask")

    def teardown(self) -> None:
        if hasattr(self, "vault"):
            self.vault.close()
            shutil.rmtree(self.folder)

    @rule(then=st.sampled_from(sorted(AFTER)))
    def decides(self, then: str) -> None:
        rulebook.install(self.vault, RULE.format(then), "rules.toml")
        self.model.rule = then

    @rule(place=st.sampled_from(range(3)))
    def introduces_itself(self, place: int) -> None:
        before = self.model.of(place)
        if before in ("not-now", "never"):
            with pytest.raises(meeting.TurnedAwayError):
                self._introduce(place)
            return
        if before == "new":
            self.model.become(place, AFTER[self.model.rule])
        elif before == "yes":
            self.model.standing.setdefault(place, "yes")  # the word on its domain was about this one too
        assert self._introduce(place) == self.model.of(place)

    @rule(place=st.sampled_from(range(3)), pick=st.integers(0, 100))
    def brings_a_code(self, place: int, pick: int) -> None:
        if not self.model.codes:
            return
        written = sorted(self.model.codes)[pick % len(self.model.codes)]
        code = self.model.codes[written]
        if self.model.of(place) == "never":
            with pytest.raises(meeting.TurnedAwayError):
                self._introduce(place, written)
        elif not self.model.is_good(written):
            with pytest.raises(InvitationError):
                self._introduce(place, written)
        elif self.model.linked.get(place, code.vendor) != code.vendor:
            with pytest.raises(LinkedElsewhereError):
                self._introduce(place, written)
        else:
            assert self._introduce(place, written) is Standing.YES
            code.state = "used"
            self.model.linked[place] = code.vendor
            self.model.become(place, "yes")

    @rule(vendor=st.sampled_from(range(2)), days=st.integers(1, 3))
    def invites(self, vendor: int, days: int) -> None:
        for each in self.model.codes:
            if self.model.codes[each].vendor == vendor and self.model.is_good(each):
                self.model.codes[each].state = "revoked"
        made = meeting.invite(self.vault, self.vendors[vendor], days=days)
        self.numbers[made.code] = ids.number_of("invitation", made.invitation.id)
        self.model.codes[made.code] = Code(vendor, self.model.clock + timedelta(days=days))

    @rule(pick=st.integers(0, 100))
    def takes_an_invitation_back(self, pick: int) -> None:
        if not self.model.codes:
            return
        written = sorted(self.model.codes)[pick % len(self.model.codes)]
        if self.model.is_good(written):
            meeting.revoke(self.vault, self.numbers[written])
            self.model.codes[written].state = "revoked"
        else:
            with pytest.raises(LifeError):
                meeting.revoke(self.vault, self.numbers[written])

    @rule(place=st.sampled_from(range(3)), word=st.sampled_from(WORDS))
    def screens_a_client(self, place: int, word: Standing) -> None:
        meeting.screen(self.vault, [self.clients[place]], word)
        self.model.told += self.model.become(place, word)

    @rule(domain=st.sampled_from(range(2)), word=st.sampled_from(WORDS))
    def screens_a_domain(self, domain: int, word: Standing) -> None:
        places = (0, 1) if domain == 0 else (2,)
        before = {place: self.model.of(place) for place in places}
        meeting.screen_domain(self.vault, DOMAINS[domain], word)
        self.model.words[DOMAINS[domain]] = word
        for place in places:
            self.model.standing[place] = word
            self.model.changes += before[place] != word
            self.model.told += before[place] != word

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.model.clock += timedelta(hours=hours)
        self.vault.now = NOW + self.model.clock

    @rule()
    def is_closed_and_opened(self) -> None:
        self.vault.close()
        self.vault = self.template._replace(home=self.folder / "vault").open()
        self.vault.now = NOW + self.model.clock

    @invariant()
    def the_vault_says_what_the_model_says(self) -> None:
        if not hasattr(self, "model"):
            return
        for place, client in enumerate(self.clients):
            assert meeting.standing(self.vault, client) == self.model.of(place)
            assert meeting.may_write(self.vault, client) == (self.model.of(place) == "yes")
            linked = self.model.linked.get(place)
            row = agreement_store.client(self.vault.connection, client)
            assert row.vendor == (None if linked is None else self.vendors[linked])
        shown = {ids.number_of("invitation", one.id): str(one.state) for one in meeting.invitations(self.vault)}
        for written, code in self.model.codes.items():
            is_late = code.state == "open" and not self.model.is_good(written)
            assert shown[self.numbers[written]] == ("expired" if is_late else code.state)

    @invariant()
    def every_change_left_a_leaf_and_the_owners_an_event(self) -> None:
        if not hasattr(self, "model"):
            return
        leaves = [one for one in audit.leaves(self.vault.connection, 10_000) if one.event == "introduction.changed"]
        assert len(leaves) == self.model.changes
        told = [row for client in self.clients for row in event_store.after(self.vault.connection, client, 0, 1000)]
        assert len([row for row in told if row.type == "introduction.decided"]) == self.model.told

    def _introduce(self, place: int, code: str = "") -> Standing:
        said = Introduction("Shop", "Hello.", None)
        judge = meeting.butler(self.vault)
        return meeting.introduce(self.vault, self.clients[place], said, judge, code=code)


def test_standing_and_invitations_are_what_a_plain_model_says(template: Made) -> None:
    Meetings.template = template
    run_state_machine_as_test(
        Meetings,
        settings=settings(
            max_examples=25,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
