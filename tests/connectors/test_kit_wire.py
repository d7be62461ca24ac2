"""The kit towards a vault that is busy, gone, or not what it says: what real ones do only on a bad day."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import pytest

from connectors.kit import Credentials, NotVerified, OAuthError, Patience, Problem, Unreachable, Vault
from terms.proof import compact, dpop
from tests.connectors.kits import CARD, ISSUER, METADATA, TOKEN, FarEnd, credentials, problem

T = TypeVar("T")
STANDING = {"standing": "yes", "vendor": None}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Credentials:
    return credentials(tmp_path_factory.mktemp("vendor"))


def run(far: FarEnd, client: Credentials, act: Callable[[Vault], Awaitable[T]], patience: Patience | None = None) -> T:
    async def whole() -> T:
        async with await far.vault(client, patience) as vault:
            return await act(vault)

    return asyncio.run(whole())


def test_a_busy_vault_is_asked_again_after_as_long_as_it_says(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", problem(503, "busy", **{"Retry-After": "7"}), STANDING)
    assert run(far, client, lambda vault: vault.introduction()).may_write
    assert [int(one) for one in far.slept] == [7]


def test_a_vault_that_wants_too_long_a_wait_is_told_as_an_error_with_the_time(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", problem(503, "locked", **{"Retry-After": "3600"}))
    with pytest.raises(Problem) as caught:
        run(far, client, lambda vault: vault.introduction())
    assert (caught.value.code, caught.value.retry_after, caught.value.hint) == ("locked", 3600, "do so")
    assert not far.slept


def test_a_vault_that_stays_busy_is_given_up(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", problem(429, "too-many-requests", **{"Retry-After": "1"}))
    with pytest.raises(Problem) as caught:
        run(far, client, lambda vault: vault.introduction(), Patience(attempts=3))
    assert caught.value.code == "too-many-requests"
    assert len(far.requests("/v1/introduction")) == 3


def test_a_post_that_is_repeated_keeps_its_key_and_body_and_shows_a_new_proof(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", httpx.ReadTimeout("slow"), problem(503, "busy"), STANDING)
    run(far, client, lambda vault: vault.introduce("Shop", "Hello."))
    sent = far.requests("/v1/introduction")
    assert len(sent) == 3
    assert len({one.headers["idempotency-key"] for one in sent}) == 1
    assert len({one.content for one in sent}) == 1
    assert len({one.headers["dpop"] for one in sent}) == 3


def test_two_posts_have_two_keys(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", STANDING)

    async def twice(vault: Vault) -> None:
        await vault.introduce("Shop", "Hello.")
        await vault.introduce("Shop", "Hello.")

    run(far, client, twice)
    assert len({one.headers["idempotency-key"] for one in far.requests("/v1/introduction")}) == 2


def test_a_request_that_is_still_under_way_is_waited_for(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", problem(409, "idempotency-in-flight"), STANDING)
    assert run(far, client, lambda vault: vault.introduce("Shop", "Hello.")).may_write
    assert far.slept


def test_no_answer_at_all_is_an_error_of_its_own(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", httpx.ConnectError("no"))
    with pytest.raises(Unreachable):
        run(far, client, lambda vault: vault.introduction())


def test_a_nonce_that_the_vault_asks_for_is_in_the_next_proof(client: Credentials) -> None:
    far = FarEnd()
    asks = {"WWW-Authenticate": 'DPoP error="use_dpop_nonce"', "DPoP-Nonce": "n1"}
    far.says("/v1/introduction", problem(401, "unauthenticated", **asks), STANDING)
    run(far, client, lambda vault: vault.introduction())
    first, second = (compact.parse(one.headers["dpop"]).claims for one in far.requests("/v1/introduction"))
    assert "nonce" not in first
    assert second["nonce"] == "n1"
    assert len(far.requests("/oauth/token")) == 1


def test_a_nonce_that_the_token_endpoint_asks_for_is_in_the_next_proof(client: Credentials) -> None:
    far = FarEnd()
    wanted = httpx.Response(400, json={"error": "use_dpop_nonce"}, headers={"DPoP-Nonce": "n2"})
    far.says("/oauth/token", wanted, TOKEN)
    far.says("/v1/introduction", STANDING)
    run(far, client, lambda vault: vault.introduction())
    first, second = far.requests("/oauth/token")
    assert compact.parse(second.headers["dpop"]).claims["nonce"] == "n2"
    assert first.content != second.content  # another assertion


def test_a_token_is_used_again_until_shortly_before_its_end(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", STANDING)

    async def twice(vault: Vault) -> None:
        await vault.introduction()
        await vault.introduction()

    run(far, client, twice)
    assert len(far.requests("/oauth/token")) == 1
    far.says("/oauth/token", {**TOKEN, "expires_in": 20})
    run(far, client, twice)
    assert len(far.requests("/oauth/token")) == 3


def test_a_token_that_is_refused_is_replaced_once_and_then_told(client: Credentials) -> None:
    far = FarEnd()
    over = problem(401, "unauthenticated", **{"WWW-Authenticate": 'DPoP error="invalid_token"'})
    far.says("/v1/introduction", over, STANDING)
    assert run(far, client, lambda vault: vault.introduction()).may_write
    assert len(far.requests("/oauth/token")) == 2
    far.says("/v1/introduction", over)
    with pytest.raises(Problem) as caught:
        run(far, client, lambda vault: vault.introduction())
    assert caught.value.status == 401


def test_a_proof_is_for_the_address_without_its_query_and_for_the_token(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/intents", {"intents": [], "next": None})

    async def listed(vault: Vault) -> list[object]:
        return [one async for one in vault.intents(category="energy")]

    assert run(far, client, listed) == []
    (sent,) = far.requests("/v1/intents")
    claims = compact.parse(sent.headers["dpop"]).claims
    assert (claims["htm"], claims["htu"]) == ("GET", f"{ISSUER}/v1/intents")
    assert claims["ath"] == dpop.token_hash("t1")


def test_a_redirect_is_not_followed(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", httpx.Response(302, json=STANDING, headers={"location": "https://a.example/"}))
    with pytest.raises(NotVerified, match="redirect"):
        run(far, client, lambda vault: vault.introduction())


def test_what_the_authorization_server_refuses_has_its_own_code(client: Credentials) -> None:
    far = FarEnd()
    far.says("/oauth/token", httpx.Response(401, json={"error": "invalid_client", "error_description": "who?"}))
    with pytest.raises(OAuthError) as caught:
        run(far, client, lambda vault: vault.introduction())
    assert (caught.value.code, caught.value.sentence) == ("invalid_client", "who?")


def test_a_token_that_is_bound_to_no_key_is_refused(client: Credentials) -> None:
    far = FarEnd()
    far.says("/oauth/token", {**TOKEN, "token_type": "Bearer"})
    with pytest.raises(NotVerified):
        run(far, client, lambda vault: vault.introduction())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/.well-known/firstparty.json", {**CARD, "issuer": "https://other.example"}),
        ("/.well-known/firstparty.json", {**CARD, "format": "other/1"}),
        ("/.well-known/oauth-authorization-server", {**METADATA, "issuer": "https://other.example"}),
        ("/.well-known/oauth-authorization-server", {**METADATA, "token_endpoint": "https://other.example/token"}),
        ("/.well-known/oauth-authorization-server", {**METADATA, "token_endpoint": f"{ISSUER}.other.example/token"}),
        ("/.well-known/oauth-authorization-server", {"issuer": ISSUER}),
    ],
)
def test_a_vault_that_names_another_address_as_its_own_is_refused(client: Credentials, path: str, body: object) -> None:
    far = FarEnd()
    far.says(path, body)
    with pytest.raises(NotVerified):
        asyncio.run(far.vault(client))


@pytest.mark.parametrize(
    "url",
    ["http://vault.example", "ftp://vault.example", "https://", "https://a@vault.example", "https://vault.example/x"],
)
def test_what_is_no_address_of_a_vault_is_not_asked(client: Credentials, url: str) -> None:
    far = FarEnd()
    with pytest.raises(NotVerified):
        asyncio.run(far.vault(client, url=url))
    assert not far.asked


def test_no_error_and_no_repr_shows_a_secret(client: Credentials) -> None:
    far = FarEnd()
    far.says("/v1/introduction", problem(403, "turned-away"))
    with pytest.raises(Problem) as caught:
        run(far, client, lambda vault: vault.introduction())
    shown = f"{caught.value!r} {caught.value} {client!r}"
    secrets = [TOKEN["access_token"], far.asked[-1].headers["dpop"]]
    secrets += [str(key.private_bytes_raw()) for key in client.keys.values() if hasattr(key, "private_bytes_raw")]
    assert not [one for one in secrets if str(one) in shown]
