"""The authorization server's logic: what clients get, what they do not, and when it is over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from terms.errors import FirstpartyError
from terms.proof import client_assertion, jwk
from tests.vault.apps import (
    ISSUER,
    REDIRECT,
    SECOND,
    TOKEN_URL,
    VERIFIER,
    App,
    answer_of,
    error_of,
    later,
    number,
)
from tests.vault.conftest import Made
from tests.vault.shops import DAY, Shop, active
from vault import access, agreements, granting, ids, profile
from vault.access import asking, ending, handles, replay, tokens
from vault.access.asking import Judgement
from vault.access.refusals import ERRORS, AccessRefused
from vault.butler.decisions import Butler
from vault.policy.authorization_life import State
from vault.policy.requests import Request
from vault.policy.verdicts import Verdict
from vault.session import Vault
from vault.store import access as store
from vault.store import audit

EMAIL, PHONE = "pd:EmailAddress", "pd:TelephoneNumber"
OTHER_URL = "https://other.example/client.json"


@pytest.fixture
def app(vault: Vault) -> App:
    profile.put(vault, EMAIL, ["home@example.org"], label="home")
    profile.put(vault, "pd:PhysicalAddress", ["Example Street 1", "12345 Exampletown"])
    shop = Shop()
    return App(vault, shop, active(vault, shop))


@pytest.fixture
def stranger(vault: Vault) -> App:
    """Another client with an agreement of its own."""
    shop = Shop(OTHER_URL, seed=9)
    return App(vault, shop, active(vault, shop))


def leaves(vault: Vault, event: str) -> list[dict[str, object]]:
    return [json.loads(leaf.body or "{}") for leaf in audit.leaves(vault.connection, 10_000) if leaf.event == event]


def grant_number(id: str) -> int:
    return ids.number_of("grant", id)


# --- the customer is there ------------------------------------------------------------------------------------------


def test_the_consent_page_shows_the_real_values_of_what_is_asked_and_what_there_is_none_of(app: App) -> None:
    consent = access.show(app.vault, app.pushed(), app.shop.url)
    assert [(one.category, one.label, one.value, one.withheld) for one in consent.values] == [
        (EMAIL, "home", "home@example.org", False)
    ]
    assert consent.absent == (PHONE,)
    assert (consent.client_name, consent.client_url, consent.redirect_uri) == ("Shop", app.shop.url, REDIRECT)
    assert consent.asked.purpose == "dpv:ServiceProvision"
    assert consent.asked.retention == "P30D"
    assert access.waiting(app.vault) == (consent,)


def test_code_flow_ends_in_tokens_for_what_was_approved(app: App) -> None:
    shown = access.show(app.vault, app.pushed(), app.shop.url)
    answered = access.approve(app.vault, number(shown.id), issuer=ISSUER)
    answer = answer_of(answered.redirect)
    assert (answer["state"], answer["iss"]) == ("s1", ISSUER)
    got = app.by_code(answer["code"])
    assert got.grant_id == answered.grant
    assert got.granted.datatypes == (EMAIL, PHONE)
    assert got.to_json()["token_type"] == "DPoP"
    live = access.introspect(app.vault, got.access_token, app.jkt)
    assert live is not None
    assert live.grant.id == got.grant_id
    assert live.permission.data == (EMAIL, PHONE)
    assert app.is_live(app.refreshed(got.refresh_token).access_token)


def test_the_owner_may_approve_less_and_the_answer_says_so(app: App) -> None:
    shown = access.show(app.vault, app.pushed(), app.shop.url)
    answered = access.approve(app.vault, number(shown.id), issuer=ISSUER, only=[EMAIL])
    got = app.by_code(answer_of(answered.redirect)["code"])
    assert got.granted.datatypes == (EMAIL,)


def test_the_owner_never_approves_more_than_was_asked(app: App) -> None:
    shown = access.show(app.vault, app.pushed(), app.shop.url)
    with pytest.raises(granting.giving.MoreThanAskedError):
        access.approve(app.vault, number(shown.id), issuer=ISSUER, only=["pd:PhysicalAddress"])
    assert access.consent(app.vault, number(shown.id)).state is State.SHOWN
    assert not granting.listed(app.vault.connection, app.vault.now)


def test_a_denial_goes_back_with_state_and_issuer_and_without_a_code(app: App) -> None:
    shown = access.show(app.vault, app.pushed(), app.shop.url)
    answered = access.deny(app.vault, number(shown.id), "not now", issuer=ISSUER)
    assert answer_of(answered.redirect) == {
        "error": "access_denied",
        "error_description": "not now",
        "state": "s1",
        "iss": ISSUER,
    }
    with pytest.raises(FirstpartyError, match="is denied cannot approve"):
        access.approve(app.vault, number(shown.id), issuer=ISSUER)


def test_a_request_uri_shows_its_page_once(app: App) -> None:
    uri = app.pushed()
    assert error_of(lambda: access.show(app.vault, uri, OTHER_URL)) == "invalid_request_uri"
    access.show(app.vault, uri, app.shop.url)
    assert error_of(lambda: access.show(app.vault, uri, app.shop.url)) == "invalid_request_uri"


def test_a_request_uri_works_for_a_minute(app: App) -> None:
    uri = app.pushed()
    later(app.vault, asking.PUSHED_SECONDS)
    assert error_of(lambda: access.show(app.vault, uri, app.shop.url)) == "invalid_request_uri"


def test_a_redirect_address_with_a_query_keeps_it(app: App) -> None:
    address = f"{REDIRECT}?shop=1"
    of = access.registration(app.document(redirect_uris=[address]))
    client = access.authenticated(app.vault, app.assertion(), of, issuer=ISSUER)
    parameters = {
        "response_type": "code",
        "redirect_uri": address,
        "code_challenge": "A" * 43,
        "code_challenge_method": "S256",
        "authorization_details": app.details(),
    }
    shown = access.show(app.vault, access.push(app.vault, client, parameters).request_uri, app.shop.url)
    redirect = access.approve(app.vault, number(shown.id), issuer=ISSUER).redirect
    assert redirect is not None
    assert redirect.startswith(f"{address}&code=")
    assert "state" not in answer_of(redirect)


def test_a_code_works_for_a_minute(app: App) -> None:
    code = app.code()
    later(app.vault, 60)
    assert error_of(lambda: app.by_code(code)) == "invalid_grant"


def test_a_code_that_comes_twice_revokes_what_came_of_the_first(app: App) -> None:
    code = app.code()
    got = app.by_code(code)
    assert app.is_live(got.access_token)
    assert error_of(lambda: app.by_code(code)) == "invalid_grant"
    assert not app.is_live(got.access_token)
    assert error_of(lambda: app.refreshed(got.refresh_token)) == "invalid_grant"
    assert granting.held(app.vault.connection, grant_number(got.grant_id), app.vault.now).state == "revoked"
    (leaf,) = leaves(app.vault, "tokens.revoked")
    assert leaf["tokens"] == 2


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"redirect_uri": f"{REDIRECT}/"}, "invalid_request"),
        ({"redirect_uri": f"{REDIRECT}?x=1"}, "invalid_request"),
        ({"redirect_uri": REDIRECT.upper()}, "invalid_request"),
        ({"redirect_uri": ""}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": ""}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": "urn:x"}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"state": "x" * 1_001}, "invalid_request"),
        ({"grant_management_action": "merge"}, "invalid_request"),
        ({"authorization_details": ""}, "invalid_request"),
        ({"extra": "x" * 20_000}, "invalid_request"),
    ],
)
def test_what_is_pushed_is_checked_before_anybody_sees_it(app: App, changes: dict[str, str], error: str) -> None:
    assert error_of(lambda: app.pushed(**changes)) == error
    assert not store.requests_in(app.vault.connection, State)


def test_a_client_without_redirect_addresses_cannot_push(app: App) -> None:
    of = access.registration(app.shop.document())
    client = access.authenticated(app.vault, app.assertion(), of, issuer=ISSUER)
    parameters = {"response_type": "code", "redirect_uri": REDIRECT}
    assert error_of(lambda: access.push(app.vault, client, parameters)) == "unauthorized_client"


# --- the customer is not there --------------------------------------------------------------------------------------


def test_what_the_rules_accept_is_approved_at_once(app: App) -> None:
    got = app.polled(app.begun())
    assert app.is_live(got.access_token)
    (approved,) = leaves(app.vault, "authorization.approved")
    assert (approved["by"], approved["grant"]) == ("rules", got.grant_id)


def test_what_the_rules_refuse_is_denied_with_what_may_be_told(app: App) -> None:
    begun = app.begun(Verdict.REFUSE, "no more than one request a day")
    with pytest.raises(AccessRefused, match="no more than one request a day") as caught:
        app.polled(begun)
    assert (caught.value.error, caught.value.status) == ("access_denied", 403)
    assert not granting.listed(app.vault.connection, app.vault.now)


def test_what_the_rules_leave_open_waits_for_the_owner(app: App) -> None:
    begun = app.begun(Verdict.ASK, binding_message="order 17")
    assert error_of(lambda: app.polled(begun)) == "authorization_pending"
    (waiting,) = access.waiting(app.vault)
    assert (waiting.message, waiting.is_browser) == ("order 17", False)
    answered = access.approve(app.vault, number(waiting.id), issuer=ISSUER, only=[EMAIL])
    assert answered.redirect is None
    later(app.vault, 5)
    assert app.polled(begun).grant_id == answered.grant
    assert not access.waiting(app.vault)


def test_what_the_owner_denies_is_denied(app: App) -> None:
    begun = app.begun(Verdict.ASK)
    (waiting,) = access.waiting(app.vault)
    access.deny(app.vault, number(waiting.id), issuer=ISSUER)
    assert error_of(lambda: app.polled(begun)) == "access_denied"


def test_the_judge_gets_the_request_as_every_door_brings_it_and_is_part_of_the_write(app: App) -> None:
    asked: list[Request] = []

    def broken(request: Request, client: access.Client) -> Judgement:
        asked.append(request)
        raise FirstpartyError("broken")

    parameters = {"login_hint": "owner", "authorization_details": app.details()}
    with pytest.raises(FirstpartyError, match="broken"):
        access.begin_ciba(app.vault, app.authenticated(), parameters, broken)
    (request,) = asked
    assert (request.kind, request.vendor) == ("data-request", app.shop.url)
    assert request.practice is not None
    assert request.practice.data == (EMAIL, PHONE)
    assert not store.requests_in(app.vault.connection, State)


def test_the_butler_judges_and_its_decision_is_of_the_same_write(app: App) -> None:
    def judged(request: Request, client: access.Client) -> Judgement:
        made = Butler(app.vault, now=app.vault.now).decide(request, source="api", signature="valid")
        found = Verdict.of(made.verdict)
        assert found is not None
        return Judgement(found)

    def began(**changes: object) -> str:
        parameters = {"login_hint": "owner", "authorization_details": app.details(**changes)}
        return access.begin_ciba(app.vault, app.authenticated(), parameters, judged).auth_req_id

    within, beyond = began(), began(recipients=["Broker Ltd"])
    assert error_of(lambda: app.polled(within)) == "authorization_pending"
    assert error_of(lambda: app.polled(beyond)) == "access_denied"
    assert [one.message for one in access.waiting(app.vault)] == [None]
    assert len(leaves(app.vault, "decision.made")) == 2


def test_what_the_agreement_does_not_allow_is_refused_even_if_the_rules_accept(app: App) -> None:
    begun = app.begun(authorization_details=app.details(purpose="dpv:Advertising", ai_training=True))
    assert error_of(lambda: app.polled(begun)) == "access_denied"
    details = app.details(recipients=["Broker Ltd"])
    assert error_of(lambda: app.pushed(authorization_details=details)) == "invalid_authorization_details"
    assert not granting.listed(app.vault.connection, app.vault.now)


def test_polling_too_soon_is_told_to_slow_down_and_the_interval_grows(app: App) -> None:
    begun = app.begun(Verdict.ASK)
    errors = [error_of(lambda: app.polled(begun))]
    for seconds in (5, 4, 9, 15, 14):
        later(app.vault, seconds)
        errors.append(error_of(lambda: app.polled(begun)))
    pending, slower = "authorization_pending", "slow_down"
    assert errors == [pending, pending, slower, slower, pending, slower]


def test_a_request_id_is_redeemed_once(app: App) -> None:
    begun = app.begun()
    got = app.polled(begun)
    later(app.vault, 6)
    assert error_of(lambda: app.polled(begun)) == "invalid_grant"
    assert app.is_live(got.access_token)


def test_an_expired_request_id_says_so_and_its_grant_is_revoked(app: App) -> None:
    begun = app.begun(requested_expiry="60")
    (grant,) = granting.listed(app.vault.connection, app.vault.now)
    later(app.vault, 60)
    assert error_of(lambda: app.polled(begun)) == "expired_token"
    assert access.settle(app.vault) == 1
    assert granting.held(app.vault.connection, grant.row.id, app.vault.now).state == "revoked"
    assert error_of(lambda: app.polled(begun)) == "expired_token"
    assert access.settle(app.vault) == 0


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"login_hint": "somebody"}, "unknown_user_id"),
        ({"login_hint": ""}, "invalid_request"),
        ({"id_token_hint": "x"}, "invalid_request"),
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"requested_expiry": "0"}, "invalid_request"),
        ({"requested_expiry": "-1"}, "invalid_request"),
        ({"requested_expiry": "1" * 20}, "invalid_request"),
        ({"binding_message": "x" * 101}, "invalid_binding_message"),
        ({"binding_message": "a\nb"}, "invalid_binding_message"),
        ({"request": "x"}, "request_not_supported"),
    ],
)
def test_what_is_asked_without_the_customer_is_checked_first(app: App, changes: dict[str, str], error: str) -> None:
    assert error_of(lambda: app.begun(Verdict.ACCEPT, "", **changes)) == error


def test_expiry_is_kept_within_limits(app: App) -> None:
    client = app.authenticated()
    parameters = {"login_hint": "owner", "scope": "openid", "authorization_details": app.details()}

    def seconds(**more: str) -> int:
        return access.begin_ciba(
            app.vault, client, parameters | more, lambda request, client: Judgement(Verdict.ASK)
        ).expires_in

    assert [seconds(), seconds(requested_expiry="1"), seconds(requested_expiry="999999999")] == [86_400, 30, 604_800]


def test_so_many_requests_of_one_client_are_open_and_no_more(
    app: App, stranger: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_OPEN", 2)
    for _ in range(2):
        app.begun(Verdict.ASK)
    assert error_of(lambda: app.begun(Verdict.ASK)) == "temporarily_unavailable"
    stranger.begun(Verdict.ASK)


# --- details --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "https://else.example/v1"},
        {"type": None},
        {"actions": []},
        {"actions": None},
        {"actions": "read"},
        {"datatypes": []},
        {"datatypes": ["pd:NoSuchThing"]},
        {"datatypes": [EMAIL] * 51},
        {"purpose": ["dpv:ServiceProvision"]},
        {"purpose": "dpv:NoSuchThing"},
        {"retention": "soon"},
        {"recipients": None},
        {"recipients": [{"role": "dpv:Processor", "more": 1}]},
        {"ai_training": None},
        {"ai_training": "false"},
        {"ai_training": 0},
        {"agreement": None},
        {"agreement": "agr_unknown"},
        {"agreement": "sha256:" + "0" * 64},
        {"locations": ["https://vault.example"]},
    ],
)
def test_details_are_read_strictly(app: App, changes: dict[str, object]) -> None:
    details = app.details(**changes)
    assert error_of(lambda: app.pushed(authorization_details=details)) == "invalid_authorization_details"
    assert error_of(lambda: app.begun(authorization_details=details)) == "invalid_authorization_details"


@pytest.mark.parametrize("written", ["{}", "[]", "[[]]", "null", "[1]", "[", '"x"', "\ud800", "[" * 5_000])
def test_details_that_are_no_list_of_one_entry_are_refused(app: App, written: str) -> None:
    assert error_of(lambda: app.pushed(authorization_details=written)) == "invalid_authorization_details"


def test_details_with_a_member_named_twice_are_refused(app: App) -> None:
    written = app.details().replace('"ai_training": false', '"ai_training": true, "ai_training": false')
    assert '"ai_training": true' in written
    assert error_of(lambda: app.pushed(authorization_details=written)) == "invalid_authorization_details"
    two = f"{app.details()[:-1]}, {app.details()[1:]}"
    assert error_of(lambda: app.pushed(authorization_details=two)) == "invalid_authorization_details"


def test_an_agreement_may_be_named_by_the_hash_of_its_terms(app: App) -> None:
    hash = agreements.held(app.vault, app.agreement).row.terms_hash
    named = app.details(agreement=hash)
    got = app.polled(app.begun(authorization_details=named), authorization_details=named)
    assert got.granted.agreement == app.agreement


# --- tokens ---------------------------------------------------------------------------------------------------------


def test_an_access_token_lives_five_minutes_and_a_refresh_token_as_long_as_its_grant(app: App) -> None:
    got = app.polled(app.begun())
    later(app.vault, 299)
    assert app.is_live(got.access_token)
    later(app.vault, 1)
    assert not app.is_live(got.access_token)
    access.settle(app.vault)
    later(app.vault, 100 * 86_400)
    again = app.refreshed(got.refresh_token)
    assert again.refresh_token is None
    assert app.is_live(again.access_token)


def test_a_token_is_worth_nothing_with_another_key(app: App) -> None:
    got = app.polled(app.begun())
    thief = replace(app, proof_key=App(app.vault, app.shop, "").proof_key)
    assert not thief.is_live(got.access_token)
    assert error_of(lambda: thief.refreshed(got.refresh_token)) == "invalid_dpop_proof"
    assert error_of(lambda: access.admit(app.vault, got.access_token, None, method="GET", url=ISSUER)) == (
        "invalid_dpop_proof"
    )


@pytest.mark.parametrize("end", ["revoke", "give back", "give up", "terminate", "expire"])
def test_what_ends_a_grant_ends_its_tokens_with_the_next_look(app: App, end: str) -> None:
    got = app.polled(app.begun())
    client = app.authenticated()
    assert app.is_live(got.access_token)
    if end == "revoke":
        granting.revoke(app.vault, grant_number(got.grant_id))
    elif end == "give back":
        access.revoke(app.vault, client, got.refresh_token or "")
    elif end == "give up":
        access.revoke_grant(app.vault, client, got.grant_id)
    elif end == "terminate":
        agreements.terminate(app.vault, app.agreement)
    else:
        later(app.vault, 400 * 86_400)
    assert not app.is_live(got.access_token)
    assert error_of(lambda: app.refreshed(got.refresh_token)) == "invalid_grant"
    assert access.query_grant(app.vault, client, got.grant_id)["authorization_details"] == []


def test_a_narrowed_grant_narrows_its_tokens_with_the_next_look(app: App) -> None:
    got = app.polled(app.begun())
    part = app.refreshed(got.refresh_token, authorization_details=app.details(datatypes=[PHONE]))
    granting.narrow(app.vault, grant_number(got.grant_id), [EMAIL])
    live = access.introspect(app.vault, got.access_token, app.jkt)
    assert live is not None
    assert live.permission.data == (EMAIL,)
    assert not app.is_live(part.access_token)
    assert app.refreshed(got.refresh_token).granted.datatypes == (EMAIL,)


def test_a_refresh_may_ask_for_less_and_never_for_more(app: App) -> None:
    wide = app.details(datatypes=["pd:Contact"])
    got = app.polled(app.begun(authorization_details=wide))
    less = app.refreshed(got.refresh_token, authorization_details=app.details(datatypes=[EMAIL]))
    assert less.granted.datatypes == (EMAIL,)
    live = access.introspect(app.vault, less.access_token, app.jkt)
    assert live is not None
    assert live.permission.data == (EMAIL,)
    assert app.refreshed(got.refresh_token).granted.datatypes == ("pd:Contact",)
    for more in (
        {"datatypes": ["pd:External"]},
        {"purpose": "dpv:Marketing"},
        {"retention": "P31D"},
        {"retention": None},
        {"recipients": ["Broker Ltd"]},
        {"ai_training": True},
        {"actions": ["read", "write"]},
        {"agreement": "agr_other"},
    ):
        wanted = app.details(**({"datatypes": [EMAIL]} | more))
        assert (
            error_of(lambda wanted=wanted: app.refreshed(got.refresh_token, authorization_details=wanted))  # type: ignore[misc]
            == "invalid_authorization_details"
        ), more
    assert error_of(lambda: app.refreshed(got.refresh_token, scope="all")) == "invalid_scope"


def test_giving_back_an_access_token_ends_that_one_alone(app: App) -> None:
    got = app.polled(app.begun())
    access.revoke(app.vault, app.authenticated(), got.access_token)
    access.revoke(app.vault, app.authenticated(), got.access_token)
    access.revoke(app.vault, app.authenticated(), "unknown")
    assert not app.is_live(got.access_token)
    assert app.is_live(app.refreshed(got.refresh_token).access_token)


def test_unknown_grant_types_are_refused(app: App) -> None:
    assert error_of(lambda: app.token("password")) == "unsupported_grant_type"
    assert error_of(lambda: app.token("")) == "invalid_request"


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(app: App) -> None:
    got = app.polled(app.begun())
    assert got.refresh_token is not None
    assert not app.is_live(got.refresh_token)
    assert error_of(lambda: app.refreshed(got.access_token)) == "invalid_grant"


def test_an_approval_while_the_agreement_ended_gives_no_tokens(app: App) -> None:
    begun = app.begun()
    agreements.terminate(app.vault, app.agreement)
    assert error_of(lambda: app.polled(begun)) == "invalid_grant"


# --- of another client ----------------------------------------------------------------------------------------------


def test_what_is_another_clients_is_answered_as_what_does_not_exist(app: App, stranger: App) -> None:
    code, begun = app.code(), app.begun()
    got = app.polled(app.begun())
    client = stranger.authenticated()

    def answer(step: Callable[[], object]) -> tuple[str, str]:
        with pytest.raises(AccessRefused) as caught:
            step()
        return caught.value.error, str(caught.value)

    theirs_and_nobodys: list[list[Callable[[], object]]] = [
        [lambda value=value: stranger.by_code(value) for value in (code, "x" * 43)],
        [lambda value=value: stranger.polled(value) for value in (begun, "arq_x")],
        [lambda value=value: stranger.refreshed(value) for value in (got.refresh_token, "rft_x")],
        [
            lambda value=value: access.query_grant(app.vault, client, value)
            for value in (got.grant_id, ids.text("grant", 5), "x")
        ],
        [lambda value=value: access.revoke_grant(app.vault, client, value) for value in (got.grant_id, "grt_x")],
    ]
    for steps in theirs_and_nobodys:
        assert len({answer(step) for step in steps}) == 1
    access.revoke(app.vault, client, got.refresh_token or "")
    access.revoke(app.vault, client, got.access_token)
    assert app.is_live(got.access_token)
    assert app.is_live(app.by_code(code).access_token)
    assert app.is_live(app.polled(begun).access_token)


def test_another_clients_agreement_cannot_be_asked_under(app: App, stranger: App) -> None:
    details = app.details(agreement=stranger.agreement)
    assert error_of(lambda: app.begun(authorization_details=details)) == "invalid_authorization_details"


def test_two_clients_know_the_person_by_different_names(app: App, stranger: App) -> None:
    first, second, third = (one.polled(one.begun()) for one in (app, stranger, app))
    assert first.subject != second.subject
    assert first.subject == third.subject


def test_what_was_authorized_stands_in_the_evidence_of_its_agreement(app: App) -> None:
    got = app.polled(app.begun())
    access.revoke(app.vault, app.authenticated(), got.refresh_token or "")
    bundle = agreements.bundle(app.vault, app.agreement)
    assert {"authorization.approved", "tokens.revoked"} <= {one.event for one in bundle.releases}


# --- who a client is ------------------------------------------------------------------------------------------------


def test_a_client_is_who_signs_with_a_key_of_its_document(app: App) -> None:
    client = app.authenticated()
    assert (client.url, client.name, client.redirect_uris) == (app.shop.url, "Shop", (REDIRECT,))
    assert access.claimed(app.assertion()) == app.shop.url


def test_an_unknown_client_becomes_known_when_it_has_shown_its_key(vault: Vault) -> None:
    app = App(vault, Shop(), "")
    wrong = App(vault, Shop(seed=8), "")
    of = access.registration(app.document())
    assert error_of(lambda: access.authenticated(vault, wrong.assertion(), of, issuer=ISSUER)) == "invalid_client"
    assert not leaves(vault, "client.known")
    app.authenticated()
    app.authenticated()
    assert len(leaves(vault, "client.known")) == 1


def test_a_new_key_of_the_document_counts_at_once_and_a_removed_one_no_more(app: App) -> None:
    old = app.assertion()
    app.shop.add_key("k2", 8)
    app.shop.retire("k1")
    app.authenticated()
    of = access.registration(app.document())
    assert error_of(lambda: access.authenticated(app.vault, old, of, issuer=ISSUER)) == "invalid_client"
    app.shop.keys["k1"] = app.shop.retired["k1"]
    assert error_of(app.authenticated) == "invalid_client"


def test_an_assertion_works_once(app: App, stranger: App) -> None:
    of = access.registration(app.document())
    shown = app.assertion()
    access.authenticated(app.vault, shown, of, issuer=ISSUER)
    with pytest.raises(AccessRefused, match="used before") as caught:
        access.authenticated(app.vault, shown, of, issuer=ISSUER)
    assert caught.value.status == 401
    app.authenticated(id="same")
    stranger.authenticated(id="same")
    assert error_of(lambda: app.authenticated(id="same")) == "invalid_client"


def test_a_client_may_show_who_it_is_with_a_p256_key_and_keys_without_a_name_have_their_thumbprints(app: App) -> None:
    prime, unnamed = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    listed = json.loads(app.document())["jwks"]["keys"]
    listed += [jwk.of_public(prime.public_key(), "p1").to_json(), jwk.of_public(unnamed.public_key()).to_json()]
    listed += [{"kty": "RSA", "n": "AQ", "e": "AQAB", "kid": "r1"}]
    of = access.registration(app.document(jwks={"keys": listed}))
    assert len(of.keys) == 3
    for key, name in ((prime, "p1"), (unnamed, jwk.of_public(unnamed.public_key()).thumbprint)):
        made = client_assertion.make(key, name, client=app.shop.url, issuer=ISSUER, id=name, now=app.vault.now)
        shown = {"client_assertion_type": client_assertion.ASSERTION_TYPE, "client_assertion": made}
        assert access.authenticated(app.vault, shown, of, issuer=ISSUER).url == app.shop.url


@pytest.mark.parametrize(
    "changes",
    [
        {"client_assertion_type": "urn:x"},
        {"client_assertion_type": ""},
        {"client_assertion": "x.y.z"},
        {"client_secret": "s"},
        {"client_id": OTHER_URL},
    ],
)
def test_a_client_that_does_not_show_who_it_is_is_none(app: App, changes: dict[str, str]) -> None:
    of = access.registration(app.document())
    given = app.assertion() | changes
    assert error_of(lambda: access.authenticated(app.vault, given, of, issuer=ISSUER)) == "invalid_client"


@pytest.mark.parametrize(
    "changes",
    [
        {"token_endpoint_auth_method": "client_secret_basic"},
        {"redirect_uris": "https://shop.example/back"},
        {"redirect_uris": ["http://shop.example/back"]},
        {"redirect_uris": ["https://shop.example/back#x"]},
        {"redirect_uris": ["https://user@shop.example/back"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["https://shop.example/a b"]},
        {"redirect_uris": ["https:///back"]},
        {"redirect_uris": [f"https://shop.example/{number}" for number in range(51)]},
        {"client_secret": "s"},
        {"jwks": {"keys": []}},
        {"jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "kid": "weak"}]}},
        {"jwks": {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "A" * 43, "d": "A" * 43}]}},
    ],
)
def test_a_document_that_is_not_sound_is_no_clients(app: App, changes: dict[str, object]) -> None:
    assert error_of(lambda: access.registration(app.document(**changes))) == "invalid_client"


def test_local_addresses_may_be_plain_http(app: App) -> None:
    listed = ["http://localhost:8080/back", "http://127.0.0.1/back", "http://[::1]:9/back", "https://[::1]/back"]
    assert access.registration(app.document(redirect_uris=listed)).redirect_uris == tuple(listed)


# --- proofs ---------------------------------------------------------------------------------------------------------


def test_a_proof_works_once_and_only_beside_a_good_token(app: App) -> None:
    token = app.polled(app.begun()).access_token
    url = f"{ISSUER}/v1/profile"
    proof = app.proof("GET", url, access_token=token)
    other = app.proof("GET", url, access_token="act_unknown")
    assert error_of(lambda: access.admit(app.vault, "act_unknown", other, method="GET", url=url)) == "invalid_token"
    assert access.admit(app.vault, token, proof, method="GET", url=url).client_url == app.shop.url
    with pytest.raises(AccessRefused, match="used before") as caught:
        access.admit(app.vault, token, proof, method="GET", url=url)
    assert (caught.value.status, caught.value.resource_status) == (400, 401)
    for wrong in ({"method": "POST", "url": url}, {"method": "GET", "url": f"{url}/x"}):
        fresh = app.proof("GET", url, access_token=token)
        assert error_of(lambda fresh=fresh, wrong=wrong: access.admit(app.vault, token, fresh, **wrong)) == (  # type: ignore[misc]
            "invalid_dpop_proof"
        )


def test_a_proof_for_one_token_is_none_for_another(app: App) -> None:
    first, second = (app.polled(app.begun()).access_token for _ in range(2))
    proof = app.proof("GET", ISSUER, access_token=first)
    assert error_of(lambda: access.admit(app.vault, second, proof, method="GET", url=ISSUER)) == "invalid_dpop_proof"


def test_a_proof_at_the_token_endpoint_gives_its_key_once(app: App) -> None:
    client = app.authenticated()
    proof = access.verified(app.proof("POST", TOKEN_URL), now=app.vault.now, method="POST", url=TOKEN_URL)
    assert access.used(app.vault, client, proof) == app.jkt
    assert error_of(lambda: access.used(app.vault, client, proof)) == "invalid_dpop_proof"


def test_a_nonce_can_be_required(app: App) -> None:
    def error(proof: str) -> str:
        return error_of(
            lambda: access.verified(proof, now=app.vault.now, method="POST", url=TOKEN_URL, nonces=("n1", "n2"))
        )

    assert error(app.proof("POST", TOKEN_URL)) == "use_dpop_nonce"
    assert error(app.proof("POST", TOKEN_URL, nonce="n3")) == "use_dpop_nonce"
    assert error(app.proof("POST", TOKEN_URL, nonce="n2")) == "none"


def test_a_request_can_be_bound_to_a_key_from_the_start(app: App) -> None:
    other = App(app.vault, app.shop, app.agreement)
    code = app.code(dpop_jkt=other.jkt)
    assert error_of(lambda: app.by_code(code)) == "invalid_dpop_proof"
    assert other.is_live(other.by_code(code).access_token)
    begun = app.begun(dpop_jkt=other.jkt)
    assert error_of(lambda: app.polled(begun)) == "invalid_dpop_proof"
    pushed = {"dpop_jkt": other.jkt, "redirect_uri": REDIRECT, "response_type": "code"}
    more = {"code_challenge": "A" * 43, "code_challenge_method": "S256", "authorization_details": app.details()}
    client = app.authenticated()
    assert error_of(lambda: access.push(app.vault, client, pushed | more, jkt=app.jkt)) == "invalid_dpop_proof"


def test_used_ids_are_forgotten_when_nobody_would_take_them(app: App) -> None:
    app.authenticated()
    before = store.count_assertions(app.vault.connection, 1)
    later(app.vault, 122)
    app.authenticated()
    assert before >= 1
    assert store.count_assertions(app.vault.connection, 1) == 1


def test_used_ids_are_bounded_for_each_client(app: App, stranger: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replay, "COUNTED_ONE_IN", 1)
    monkeypatch.setitem(replay.MAX_LIVE, "assertion", 3)
    for _ in range(3):
        app.authenticated()
    assert error_of(app.authenticated) == "temporarily_unavailable"
    stranger.authenticated()
    later(app.vault, 122)
    app.authenticated()


# --- attacks on codes and parameters --------------------------------------------------------------------------------


def test_a_code_without_its_verifier_or_address_is_worth_nothing(app: App) -> None:
    code = app.code()
    for changes in (
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": VERIFIER[:-1]},
        {"redirect_uri": f"{REDIRECT}/"},
        {"redirect_uri": ""},
    ):
        assert error_of(lambda changes=changes: app.by_code(code, **changes)) == "invalid_grant"  # type: ignore[misc]
    assert app.is_live(app.by_code(code).access_token)


def test_a_parameter_that_comes_twice_is_refused() -> None:
    assert error_of(lambda: access.once([("code", "a"), ("x", "1"), ("code", "a")])) == "invalid_request"
    assert error_of(lambda: access.once([(str(place), "") for place in range(65)])) == "invalid_request"
    assert error_of(lambda: access.once([("x", "y" * 20_000)])) == "invalid_request"
    assert access.once([("a", "1"), ("b", "")]) == {"a": "1"}


def test_a_token_with_something_appended_is_unknown(app: App) -> None:
    got = app.polled(app.begun())
    for wrong in (f"{got.access_token}=", f"{got.access_token} ", got.access_token.upper(), "", "x" * 100_000):
        assert not app.is_live(wrong)


# --- secrets --------------------------------------------------------------------------------------------------------


def test_no_secret_is_kept_or_logged(app: App) -> None:
    uri, code, begun = app.pushed(), app.code(), app.begun()
    got = app.by_code(code)
    app.by_code(app.code())
    error_of(lambda: app.by_code(code))
    bodies = "".join(leaf.body or "" for leaf in audit.leaves(app.vault.connection, 10_000))
    kept = "".join(_everything(app.vault.connection))
    for secret in (uri.rpartition(":")[2], code, begun, got.access_token, got.refresh_token or "x", VERIFIER):
        assert secret not in bodies
        assert secret not in kept
        assert handles.hash_of(secret).hex() not in bodies


def _everything(connection: sqlite3.Connection) -> list[str]:
    tables = ("authorization_request", "token", "spent_id", "spent_proof")
    return [repr(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}").fetchall()]


def test_every_error_has_a_status_and_a_printable_description() -> None:
    for error in ERRORS:
        refused = AccessRefused(error, hint='say "ä"\\')
        assert 400 <= refused.status < 500
        assert refused.description.isascii()
        assert not {'"', "\\"} & set(refused.description)
        assert refused.to_json()["error"] == error


# --- time and restarts ----------------------------------------------------------------------------------------------


def test_old_requests_that_came_to_nothing_are_forgotten(app: App) -> None:
    app.pushed()
    later(app.vault, 61)
    assert access.settle(app.vault) == 1
    assert len(store.requests_in(app.vault.connection, State)) == 1
    later(app.vault, (ending.KEPT_DAYS + 1) * 86_400)
    access.settle(app.vault)
    assert not store.requests_in(app.vault.connection, State)


def test_tokens_survive_a_restart(made: Made) -> None:
    with made.open() as vault:
        shop = Shop()
        app = App(vault, shop, active(vault, shop))
        got = app.polled(app.begun())
        proof = app.proof("GET", ISSUER, access_token=got.access_token)
        access.admit(vault, got.access_token, proof, method="GET", url=ISSUER)
    with made.open() as vault:
        again = replace(app, vault=vault)
        assert again.is_live(got.access_token)
        assert error_of(lambda: access.admit(vault, got.access_token, proof, method="GET", url=ISSUER)) == (
            "invalid_dpop_proof"
        )
        vault.now += tokens.ACCESS_SECONDS * SECOND
        assert not again.is_live(got.access_token)
        vault.now += DAY
        assert again.is_live(again.refreshed(got.refresh_token).access_token)
