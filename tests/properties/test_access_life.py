"""Any order of what clients and the owner do with requests for authorization, and of time, against a plain model:

after every step a token is good and a grant lives exactly if the model says so, and what is redeemed, refreshed or answered
succeeds or is refused as the model says; in the end the log is whole.
"""

from __future__ import annotations

import contextlib
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

from tests.vault.apps import ISSUER, App, answer_of, error_of, number
from tests.vault.conftest import NOW, Made
from tests.vault.shops import Shop, active
from vault import access, agreements, granting, ids, keyring
from vault.access import AccessRefused
from vault.policy.authorization_life import (
    OPEN,
    TABLE,
    TOKENS,
    Event,
    State,
    TokenEvent,
    TokenState,
    next_state,
    state_at,
    token_after,
    token_state_at,
)
from vault.policy.life import LifeError
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import audit

places = st.integers(0, 5)
OTHER = "https://other.example/client.json"
# Whether a step is taken by the client whose request it is, or by the other one.
is_own = st.sampled_from([True, True, True, False])


@dataclass
class Token:
    text: str
    request: int
    until: datetime
    is_revoked: bool = False


@dataclass
class Asked:
    """A request as plain values. `handle` is what the client has: request URI, code, or `auth_req_id`."""

    app: int
    is_browser: bool
    state: str
    until: datetime
    handle: str
    id: str = ""
    grant: str = ""
    refresh: str = ""
    is_over: bool = False
    next_poll: datetime = NOW - timedelta(days=1)
    interval: int = 5
    tokens: list[Token] = field(default_factory=list)


class Authorizing(RuleBasedStateMachine):
    made: Made

    @initialize()
    def start(self) -> None:
        self.vault = self.made.open()
        self.asked: list[Asked] = []
        self.ended: set[int] = set()
        self.apps = [self.introduced(Shop()), self.introduced(Shop(OTHER, seed=9))]

    def introduced(self, shop: Shop) -> App:
        return App(self.vault, shop, active(self.vault, shop))

    # --- the model ---

    def state(self, one: Asked) -> str:
        is_open = one.state in ("pushed", "shown", "approved")
        return "expired" if is_open and self.vault.now >= one.until else one.state

    def grant_lives(self, one: Asked) -> bool:
        return bool(one.grant) and not one.is_over and one.app not in self.ended

    def chosen(self, place: int, **having: object) -> Asked | None:
        fitting = [one for one in self.asked if all(getattr(one, name) == value for name, value in having.items())]
        return fitting[-1 - place % len(fitting)] if fitting else None

    # --- asking ---

    @rule(app=st.integers(0, 1), verdict=st.sampled_from(Verdict), seconds=st.sampled_from([60, 3_600]))
    def begin(self, app: int, verdict: Verdict, seconds: int) -> None:
        if app in self.ended:
            assert error_of(lambda: self.apps[app].begun(verdict)) == "invalid_authorization_details"
            return
        handle = self.apps[app].begun(verdict, "", requested_expiry=str(seconds))
        state = {Verdict.ACCEPT: "approved", Verdict.ASK: "shown", Verdict.REFUSE: "denied"}[verdict]
        one = Asked(app, False, state, self.vault.now + timedelta(seconds=seconds), handle)
        if verdict is Verdict.ASK:
            (one.id,) = {waiting.id for waiting in access.waiting(self.vault)} - {other.id for other in self.asked}
        if verdict is Verdict.ACCEPT:
            one.grant = granting.listed(self.vault.connection, self.vault.now)[0].id
        self.asked.append(one)

    @rule(app=st.integers(0, 1), steps=st.integers(0, 3))
    def push(self, app: int, steps: int) -> None:
        """Followed by so many of the steps that lead to tokens."""
        if app not in self.ended:
            uri = self.apps[app].pushed()
            self.asked.append(Asked(app, True, "pushed", self.vault.now + timedelta(seconds=60), uri))
            for step in (self.show, self.approve, lambda place: self.redeem(place, True))[:steps]:
                step(0)

    @precondition(lambda self: self.chosen(0, is_browser=True))
    @rule(place=places)
    def show(self, place: int) -> None:
        one = self.chosen(place, is_browser=True)
        assert one is not None
        url = self.apps[one.app].shop.url
        if self.state(one) != "pushed":
            assert error_of(lambda: access.show(self.vault, one.handle, url)) == "invalid_request_uri"
            return
        one.id, one.state = access.show(self.vault, one.handle, url).id, "shown"
        one.until = self.vault.now + timedelta(minutes=15)

    # --- answering ---

    @precondition(lambda self: any(one.id for one in self.asked))
    @rule(place=places)
    def approve(self, place: int) -> None:
        fitting = [one for one in self.asked if one.id]
        one = fitting[-1 - place % len(fitting)]
        if self.state(one) != "shown" or one.app in self.ended:
            with pytest.raises((LifeError, granting.giving.NoAgreementError)):
                access.approve(self.vault, number(one.id), issuer=ISSUER)
            return
        answered = access.approve(self.vault, number(one.id), issuer=ISSUER)
        one.state, one.grant = "approved", answered.grant or ""
        if one.is_browser:
            one.handle = answer_of(answered.redirect)["code"]
            one.until = self.vault.now + timedelta(seconds=60)

    @precondition(lambda self: any(one.id for one in self.asked))
    @rule(place=places)
    def deny(self, place: int) -> None:
        fitting = [one for one in self.asked if one.id]
        one = fitting[-1 - place % len(fitting)]
        if self.state(one) == "shown":
            access.deny(self.vault, number(one.id), issuer=ISSUER)
            one.state = "denied"
        else:
            with pytest.raises(LifeError):
                access.deny(self.vault, number(one.id), issuer=ISSUER)

    # --- tokens ---

    def got(self, one: Asked, made: access.Tokens) -> None:
        assert made.grant_id == one.grant
        one.refresh = made.refresh_token or one.refresh
        place = self.asked.index(one)
        one.tokens.append(Token(made.access_token, place, self.vault.now + timedelta(minutes=5)))

    @precondition(lambda self: any(one.grant or not one.is_browser for one in self.asked))
    @rule(place=places, own=is_own)
    def redeem(self, place: int, own: bool) -> None:
        fitting = [one for one in self.asked if one.grant or not one.is_browser]
        one = fitting[-1 - place % len(fitting)]
        by = one.app if own else 1 - one.app
        made, error = self.redeemed(one, self.apps[by])
        assert error == self.why_not(one, by)
        if made is not None:
            one.state = "redeemed"
            self.got(one, made)

    def redeemed(self, one: Asked, app: App) -> tuple[access.Tokens | None, str]:
        try:
            return (app.by_code(one.handle) if one.is_browser else app.polled(one.handle)), ""
        except AccessRefused as refused:
            return None, refused.error

    def why_not(self, one: Asked, by: int) -> str:
        """The error that redeeming gives; a code that comes twice ends everything."""
        state, over = self.state(one), "" if self.grant_lives(one) else "invalid_grant"
        if by != one.app:
            return "invalid_grant"
        if one.is_browser:
            one.is_over = one.is_over or state == "redeemed"
            return over if state == "approved" else "invalid_grant"
        known = {"denied": "access_denied", "expired": "expired_token", "redeemed": "invalid_grant"}
        if state in known:
            return known[state]
        if self.vault.now < one.next_poll:
            one.interval += 5
            self.polled(one)
            return "slow_down"
        if state == "shown":
            self.polled(one)
            return "authorization_pending"
        return over

    def polled(self, one: Asked) -> None:
        one.next_poll = self.vault.now + timedelta(seconds=one.interval)

    @precondition(lambda self: self.chosen(0, state="redeemed"))
    @rule(place=places, own=is_own)
    def refresh(self, place: int, own: bool) -> None:
        one = self.chosen(place, state="redeemed")
        assert one is not None
        by = one.app if own else 1 - one.app
        if by == one.app and self.grant_lives(one):
            self.got(one, self.apps[by].refreshed(one.refresh))
        else:
            assert error_of(lambda: self.apps[by].refreshed(one.refresh)) == "invalid_grant"

    # --- ends ---

    @precondition(lambda self: self.chosen(0, state="redeemed"))
    @rule(place=places, own=is_own, which=st.sampled_from(["access", "refresh", "grant", "owner"]))
    def end(self, place: int, own: bool, which: str) -> None:
        one = self.chosen(place, state="redeemed")
        assert one is not None
        client = self.apps[one.app if own else 1 - one.app].authenticated()
        if which == "owner":
            if self.grant_lives(one):
                granting.revoke(self.vault, ids.number_of("grant", one.grant))
                one.is_over = True
        elif which == "grant":
            error = error_of(lambda: access.revoke_grant(self.vault, client, one.grant))
            assert error == ("none" if own else "invalid_grant_id")
            one.is_over = one.is_over or own
        elif which == "refresh":
            access.revoke(self.vault, client, one.refresh)
            one.is_over = one.is_over or own
        else:
            access.revoke(self.vault, client, one.tokens[-1].text)
            one.tokens[-1].is_revoked = one.tokens[-1].is_revoked or own

    @precondition(lambda self: len(self.asked) > 3)
    @rule(app=st.integers(0, 1))
    def terminate(self, app: int) -> None:
        if app not in self.ended:
            agreements.terminate(self.vault, self.apps[app].agreement)
            self.ended.add(app)

    @rule(seconds=st.sampled_from([1, 4, 5, 10, 60, 300, 3_600]))
    def wait(self, seconds: int) -> None:
        self.vault.now += timedelta(seconds=seconds)

    @rule()
    def settle(self) -> None:
        overdue = [one for one in self.asked if self.state(one) == "expired" and one.state != "expired"]
        assert access.settle(self.vault) == len(overdue)
        for one in overdue:
            one.state, one.is_over = "expired", True

    @rule()
    def reopen(self) -> None:
        now = self.vault.now
        self.vault.close()
        self.vault = self.made.open()
        self.vault.now = now
        for app in self.apps:
            app.vault = self.vault

    # --- what holds ---

    @invariant()
    def a_token_is_good_exactly_if_the_model_says_so(self) -> None:
        for one in self.asked:
            for token in one.tokens:
                is_good = self.grant_lives(one) and not token.is_revoked and self.vault.now < token.until
                assert self.apps[one.app].is_live(token.text) == is_good
                assert not self.apps[1 - one.app].is_live(token.text)

    @invariant()
    def a_grant_lives_exactly_if_the_model_says_so(self) -> None:
        live = {grant.id for grant in granting.listed(self.vault.connection, self.vault.now) if grant.is_live}
        assert live == {one.grant for one in self.asked if self.grant_lives(one)}

    @invariant()
    def what_is_shown_and_open_waits_for_the_owner(self) -> None:
        waiting = {one.id for one in access.waiting(self.vault)}
        assert waiting == {one.id for one in self.asked if self.state(one) == "shown"}

    def teardown(self) -> None:
        verified = audit.verify(self.vault.connection, public=self.vault.keys.signer.public)
        assert verified.ok, verified.faults
        self.vault.close()


def test_requests_and_tokens_are_as_a_plain_model_has_them(tmp_path: Path) -> None:
    template = Made(tmp_path / "vault", keyring.new_recovery_key())
    Vault.create(template.home, template.passphrase, template.recovery_key, now=NOW).close()
    bytes_of = template.database.read_bytes()

    class Fresh(Authorizing):
        made = template

        def teardown(self) -> None:
            super().teardown()
            template.database.write_bytes(bytes_of)
            for suffix in ("-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{template.database}{suffix}").unlink()

    run_state_machine_as_test(
        Fresh,
        settings=settings(
            max_examples=30, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


# --- the tables -----------------------------------------------------------------------------------------------------


def test_what_is_not_in_a_table_raises() -> None:
    for state in State:
        for event in Event:
            if (state, event) in TABLE:
                assert next_state(state, event) is TABLE[state, event]
            else:
                with pytest.raises(LifeError, match=f"is {state} cannot {event}"):
                    next_state(state, event)
    for token in TokenState:
        for ending in TokenEvent:
            if (token, ending) in TOKENS:
                assert token_after(token, ending) is not TokenState.LIVE
            else:
                with pytest.raises(LifeError):
                    token_after(token, ending)


def test_what_is_over_stays_over_and_what_is_open_expires() -> None:
    for state in State:
        assert state_at(state, time_is_up=False) is state
        assert state_at(state, time_is_up=True) is (State.EXPIRED if state in OPEN else state)
    assert {state for state, _ in TABLE} == OPEN
    for token in TokenState:
        assert token_state_at(token, time_is_up=False, grant_lives=True) is token
        is_good = token_state_at(token, time_is_up=True, grant_lives=False) is TokenState.LIVE
        assert not is_good


def test_only_what_was_shown_is_approved_by_the_owner_and_only_what_was_approved_is_redeemed() -> None:
    assert [state for state, event in TABLE if event in (Event.APPROVE, Event.DENY)] == [State.SHOWN] * 2
    assert [state for state, event in TABLE if event is Event.REDEEM] == [State.APPROVED]
