"""Signed offers over the wire: taken, decided, repeated, refused, withdrawn, awarded."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from terms.proof import base64url, client_assertion
from tests.server.conftest import Made, Start
from tests.server.trading import Market, Side, opened, shared, trading_with
from tests.vault.traders import PRACTICE
from tests.vault.worlds import monthly
from vault import ids, meeting, trading
from vault.meeting import Standing
from vault.policy.intention_life import Event
from vault.store import agreements as agreement_store


@pytest.fixture(scope="module")
def board(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Market]:
    with shared(template, tmp_path_factory.mktemp("market")) as found:
        yield found


def test_an_offer_for_an_intention_is_decided_in_the_same_request(board: Market) -> None:
    one = board.one
    (want,) = one.intents
    text = one.signed(2500, intent=want["id"])
    answer = one.brings(text, want["id"], key="same")
    assert answer.status_code == 201, answer.text
    found = answer.json()
    assert answer.headers["location"] == f"/v1/offers/{found['id']}"
    assert (found["state"], found["answer"]["verdict"], found["intent"]) == ("stands", "accept", want["id"])
    assert found["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    assert found["receipt"].startswith("rcp_")
    assert one.get(f"/v1/offers/{found['id']}").json() == found
    assert board.other.get(f"/v1/offers/{found['id']}").status_code == 404
    # The same key is answered as before; the same offer under another key is the same offer.
    assert one.brings(text, want["id"], key="same").status_code == 201
    again = one.brings(text, want["id"], key="another")
    assert (again.status_code, again.json()) == (200, found)


def test_reasons_are_told_as_far_as_the_owner_lets_vendors_know(board: Market) -> None:
    other = board.other
    (want,) = other.intents
    dear = other.offers(7000, intent=want["id"])
    assert dear["answer"] == {
        "verdict": "refuse", "codes": ["owner-rule"], "counter": [], "counter_to": None, "next_answer": None,
    }  # fmt: skip


def test_what_nobody_asked_for_waits_to_be_let_in(board: Market) -> None:
    found = board.one.offers(2500)
    assert (found["state"], found["answer"], found["intent"]) == ("held", None, None)
    gone = board.one.post(f"/v1/offers/{found['id']}/withdraw", {})
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    assert board.one.post(f"/v1/offers/{found['id']}/withdraw", {}).status_code == 409
    assert board.other.post(f"/v1/offers/{found['id']}/withdraw", {}).status_code == 404


def test_offers_are_listed_in_pages(board: Market) -> None:
    made = [board.one.offers(2500)["id"] for _ in range(2)]
    whole = [one["id"] for one in board.one.get("/v1/offers").json()["offers"]]
    assert whole[-2:] == made
    walked, after = [], ""
    while after is not None:
        page = board.one.get(f"/v1/offers?limit=1{after and f'&after={after}'}").json()
        walked += [one["id"] for one in page["offers"]]
        after = page["next"]
    assert walked == whole
    assert board.one.get("/v1/offers?after=x").status_code == 400


def _changed(one: Side, **claims: object) -> str:
    """An offer with other claims, signed with the vendor's own key."""
    assert one.vendor.server
    shop = one.vendor.shop
    said = {
        "iss": one.url,
        "aud": one.vendor.server.url,
        "iat": int(datetime.now(UTC).timestamp()),
        "offer": monthly(2500),
        **claims,
    }
    return _signed(one, {"alg": "EdDSA", "typ": "offer+jws", "kid": shop.current}, json.dumps(said))


def _signed(one: Side, header: object, payload: str) -> str:
    shop = one.vendor.shop
    signed = f"{base64url.encoded(json.dumps(header).encode())}.{base64url.encoded(payload.encode())}"
    return f"{signed}.{base64url.encoded(shop.keys[shop.current].sign(signed.encode()))}"


def _tampered(one: Side) -> str:
    header, payload, signature = one.signed().split(".")
    cheaper = base64url.decoded(payload).replace(b"2500", b"1500")
    return f"{header}.{base64url.encoded(cheaper)}.{signature}"


def _assertion(one: Side) -> str:
    assert one.vendor.server
    shop = one.vendor.shop
    return client_assertion.make(
        shop.keys[shop.current],
        shop.current,
        client=one.url,
        issuer=one.vendor.server.url,
        id="j",
        now=datetime.now(UTC),
    )


def _now(**delta: int) -> int:
    return int((datetime.now(UTC) + timedelta(**delta)).timestamp())


def _twice(one: Side) -> str:
    shop = one.vendor.shop
    said = json.dumps({"iss": one.url, "aud": "x", "iat": _now(), "offer": {}})
    header = {"alg": "EdDSA", "typ": "offer+jws", "kid": shop.current}
    return _signed(one, header, said[:-1] + ', "iss": "x"}')


ATTACKS: dict[str, Callable[[Market], str]] = {
    "no JWS": lambda board: "x",
    "tampered": lambda board: _tampered(board.one),
    "another vendor's": lambda board: board.other.signed(),
    "another vendor named as issuer": lambda board: _changed(board.one, iss=board.other.url),
    "for another vault": lambda board: _changed(board.one, aud="https://other.example"),
    "audience as a list": lambda board: _changed(board.one, aud=[board.server.url]),
    "old": lambda board: _changed(board.one, iat=_now(seconds=-400)),
    "of the future": lambda board: _changed(board.one, iat=_now(seconds=200)),
    "an assertion": lambda board: _assertion(board.one),
    "claims twice": lambda board: _twice(board.one),
    "alg none": lambda board: _signed(board.one, {"alg": "none", "typ": "offer+jws", "kid": "k1"}, "{}"),
    "with its own key": lambda board: _signed(
        board.one, {"alg": "EdDSA", "typ": "offer+jws", "kid": "k1", "jwk": {"kty": "OKP"}}, "{}"
    ),
    "an intention in an offer that nobody asked for": lambda board: _changed(board.one, intent="itn_x"),
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_and_nothing_is_kept(board: Market, name: str) -> None:
    before = board.one.get("/v1/offers?limit=100").json()
    answer = board.one.brings(ATTACKS[name](board))
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "offer-signature"
    assert board.one.get("/v1/offers?limit=100").json() == before


def test_an_offer_signed_for_one_intention_is_not_taken_for_another(board: Market) -> None:
    (want,), (theirs,) = board.one.intents, board.other.intents
    for signed, path in ((None, want["id"]), (theirs["id"], want["id"])):
        answer = board.one.brings(board.one.signed(intent=signed), path)
        assert (answer.status_code, answer.json()["code"]) == (422, "offer-signature")
    answer = board.one.brings(board.one.signed(intent=theirs["id"]), theirs["id"])
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        ({"prize": 3}, "unknown-field"),
        ({"category": "nonsense"}, "unknown-category"),
        ({"price": {"minor": 1.5, "currency": "EUR"}}, "not-whole"),
        ({"fees": [{"title": "x", "minor": 1, "currency": "USD"}]}, "two-currencies"),
    ],
)
def test_an_offer_that_does_not_read_is_refused_with_what_is_wrong(
    board: Market,
    offer: dict[str, object],
    code: str,
) -> None:
    (want,) = board.one.intents
    answer = board.one.brings(board.one.signed(intent=want["id"], **offer), want["id"])
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_an_awarded_offer_opens_exactly_what_it_needs(made: Made, start: Start) -> None:
    with trading_with(made, start) as found:
        one, other = found.one, found.other
        mine, theirs = one.intents[0]["id"], other.intents[0]["id"]
        won = one.offers(2500, intent=mine, practice=dict(PRACTICE))
        lost = other.offers(2600, intent=theirs, practice=dict(PRACTICE))
        found.server.stop()
        with opened(made) as vault:
            trading.move(vault, found.want, Event.CLOSE)
            trading.award(vault, found.want)
        server = start("--dev")
        for side in (one, other):
            side.vendor.server = server
            side.token = side.vendor.identified()
        now = one.get(f"/v1/offers/{won['id']}").json()
        assert now["state"] == "awarded"
        assert now["order"]["data"] == ["pd:EmailAddress"]
        assert other.get(f"/v1/offers/{lost['id']}").json()["state"] == "told no"
        assert one.get(f"/v1/intents/{mine}").json()["state"] == "awarded"
        one.token = one.vendor.client().client_credentials(grant_id=now["order"]["grant"])
        profile = one.get("/v1/profile")
        assert profile.status_code == 200, profile.text
        assert [found["category"] for found in profile.json()["attributes"]] == ["pd:EmailAddress"]
        for side, type in ((one, "offer.awarded"), (other, "offer.declined")):
            types = [event["type"] for event in side.get("/v1/events").json()["events"]]
            assert types.count(type) == 1
            assert (types[-1], types.count("intent.closed")) == (type, 1)


def test_the_screener_is_asked_about_what_nobody_asked_for(made: Made, start: Start) -> None:
    with trading_with(made, start) as found:
        held = found.one.offers(2500)
        found.server.stop()
        with opened(made) as vault:
            one, other = (
                agreement_store.client_by_url(vault.connection, side.url) for side in (found.one, found.other)
            )
            assert one
            assert other
            meeting.screen(vault, [one.id], Standing.YES)
            meeting.screen(vault, [other.id], Standing.NOT_NOW)
            trading.judge_held(vault, one.id, vault.now)
        server = start("--dev")
        for side in (found.one, found.other):
            side.vendor.server = server
            side.token = side.vendor.identified()
        judged = found.one.get(f"/v1/offers/{held['id']}").json()
        assert (judged["state"], judged["answer"]["verdict"]) == ("stands", "accept")
        assert found.one.offers(2500)["answer"]["verdict"] == "received"  # within the pause of the first answer
        refused = found.other.brings(found.other.signed())
        assert (refused.status_code, refused.json()["code"]) == (403, "turned-away")
        assert found.other.intents == []
        assert ids.parse(held["id"]) is not None
