"""Keys in a folder, consent in a browser, receipts, webhooks, the sync facade: the kit's parts one by one."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.kit import (
    Credentials,
    CredentialsError,
    Denied,
    Event,
    FileCursor,
    Hook,
    NotVerified,
    Pushed,
    Vault,
    Waiting,
    answered,
    serve_document,
)
from connectors.kit import proof as command
from connectors.kit.consent import TYPE
from connectors.kit.credentials import make_for_development
from connectors.kit.receipts import Log, Shown, check_digest
from connectors.kit.session import decoded
from connectors.kit.sync import Waited
from connectors.webhooks import Message, answer_to, challenge, headers, thin_body, written_public_key
from terms.proof import client_assertion, dpop, jcs, jwk, leaf, merkle, note, offer_signature, pkce
from tests.connectors.kits import CLIENT, ISSUER, TOKEN, FarEnd, credentials

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
DETAILS = [{"type": TYPE, "actions": ["read"], "datatypes": ["pd:Name"], "purpose": "dpv:ServiceProvision"}]
GRANTED = {**TOKEN, "grant_id": "grt_1", "authorization_details": DETAILS}


# --- keys -----------------------------------------------------------------------------------------------------------


def published(client: Credentials) -> list[jwk.VerifyingKey]:
    return [jwk.read(one) for one in json.loads(client.document)["jwks"]["keys"]]


@pytest.mark.parametrize("es256", [False, True])
def test_new_keys_sign_assertions_and_offers_that_the_published_ones_verify(tmp_path: Path, es256: bool) -> None:
    client = credentials(tmp_path, es256=es256)
    keys = published(client)
    shown = client.assertion(ISSUER, now=NOW)
    assert client_assertion.verify(shown, keys, client=CLIENT, issuer=ISSUER, now=NOW).client == CLIENT
    offer = client.offer({"title": "A lamp"}, ISSUER, now=NOW, intent="itn_1")
    signed = offer_signature.verify(offer, keys, client=CLIENT, issuer=ISSUER)
    assert (signed.offer, signed.intent) == ({"title": "A lamp"}, "itn_1")
    assert {one.algorithm for one in keys} == ({"EdDSA", "ES256"} if es256 else {"EdDSA"})
    assert client.key_history().keys[0][0].id == client.signer.key_id


def test_keys_are_never_written_over(tmp_path: Path) -> None:
    credentials(tmp_path)
    before = (tmp_path / "keys" / "private-keys.json").read_bytes()
    with pytest.raises(CredentialsError):
        credentials(tmp_path)
    (tmp_path / "keys" / "client.json").unlink()
    with pytest.raises(CredentialsError):
        credentials(tmp_path)
    assert (tmp_path / "keys" / "private-keys.json").read_bytes() == before


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    credentials(tmp_path)
    (tmp_path / "keys" / "private-keys.json").chmod(0o640)
    with pytest.raises(CredentialsError, match="others can read"):
        Credentials.load(tmp_path / "keys")


def test_a_key_that_the_document_does_not_publish_is_refused(tmp_path: Path) -> None:
    credentials(tmp_path)
    other = credentials(tmp_path / "other")
    (tmp_path / "keys" / "client.json").write_bytes(other.document.replace(b'"kid": "', b'"kid": "x'))
    with pytest.raises(CredentialsError, match="does not publish"):
        Credentials.load(tmp_path / "keys")


def test_halves_of_two_keys_are_refused(tmp_path: Path) -> None:
    credentials(tmp_path)
    path = tmp_path / "keys" / "private-keys.json"
    held = json.loads(path.read_text())
    held["keys"][0]["d"] = base64.urlsafe_b64encode(bytes(32)).rstrip(b"=").decode()
    path.write_text(json.dumps(held))
    with pytest.raises(CredentialsError, match="belong together"):
        Credentials.load(path.parent)


@pytest.mark.parametrize("url", ["http://shop.example/c.json", "https://shop.example", "shop", "https://s.example/#x"])
def test_a_client_id_is_an_https_address_with_a_path(tmp_path: Path, url: str) -> None:
    from connectors.kit.credentials import made

    with pytest.raises(CredentialsError):
        made(tmp_path, url, name="Shop", now=NOW)


def test_a_document_of_this_machine_is_served_and_no_other(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError), serve_document(credentials(tmp_path)):
        pass
    client = make_for_development(tmp_path / "dev", "Shop")
    with serve_document(client) as url:
        assert httpx.get(url, trust_env=False).content == client.document
        assert httpx.get(f"{url}x", trust_env=False).status_code == 404


# --- consent --------------------------------------------------------------------------------------------------------


def pushed(far: FarEnd, client: Credentials) -> tuple[Vault, Pushed]:
    async def push() -> tuple[Vault, Pushed]:
        far.says("/oauth/par", {"request_uri": "urn:x:1", "expires_in": 60})
        vault = await far.vault(client)
        return vault, await vault.push_consent(
            ["pd:Name"], "dpv:ServiceProvision", "https://shop.example/back", agreement="agr_1"
        )

    return asyncio.run(push())


def back(vault: Vault, kept: Pushed, **changes: str) -> object:
    answer = {"code": "c1", "state": kept.state, "iss": ISSUER} | changes
    url = f"https://shop.example/back?{urlencode({name: value for name, value in answer.items() if value})}"
    return asyncio.run(vault.finish(url, kept))


def test_a_pushed_request_comes_back_as_a_grant(tmp_path: Path) -> None:
    far = FarEnd()
    vault, kept = pushed(far, credentials(tmp_path))
    assert parse_qs(urlsplit(kept.url).query) == {"client_id": [CLIENT], "request_uri": ["urn:x:1"]}
    far.says("/oauth/token", GRANTED)
    grant = back(vault, kept)
    assert (grant.id, grant.datatypes) == ("grt_1", ("pd:Name",))  # type: ignore[attr-defined]  # a grant, as `finish` says
    sent = {name: value for name, (value,) in parse_qs(far.requests("/oauth/par")[0].content.decode()).items()}
    assert sent["code_challenge"] == pkce.challenge(kept.verifier)
    assert kept.verifier not in repr(kept)


@pytest.mark.parametrize("changes", [{"state": "other"}, {"state": ""}, {"iss": "https://other.example"}, {"iss": ""}])
def test_an_answer_to_another_request_or_of_another_vault_is_not_redeemed(
    tmp_path: Path, changes: dict[str, str]
) -> None:
    far = FarEnd()
    vault, kept = pushed(far, credentials(tmp_path))
    with pytest.raises(NotVerified):
        back(vault, kept, **changes)
    assert not far.requests("/oauth/token")


def test_a_denial_in_the_browser_is_told(tmp_path: Path) -> None:
    far = FarEnd()
    vault, kept = pushed(far, credentials(tmp_path))
    with pytest.raises(Denied):
        back(vault, kept, code="", error="access_denied")


def test_a_code_is_sent_once_even_where_no_answer_comes(tmp_path: Path) -> None:
    from connectors.kit import Unreachable

    far = FarEnd()
    vault, kept = pushed(far, credentials(tmp_path))
    far.says("/oauth/token", httpx.ReadTimeout("slow"))
    with pytest.raises(Unreachable):
        back(vault, kept)
    assert len(far.requests("/oauth/token")) == 1


def pending(error: str) -> httpx.Response:
    return httpx.Response(400, json={"error": error})


def asking(far: FarEnd, client: Credentials, patience: timedelta) -> object:
    async def ask() -> object:
        far.says("/oauth/bc-authorize", {"auth_req_id": "a1", "expires_in": 300, "interval": 5})
        vault = await far.vault(client)
        return await vault.request_consent(
            ["pd:Name"], "dpv:ServiceProvision", agreement="agr_1", message="For your order.", patience=patience
        )

    return asyncio.run(ask())


def test_polling_waits_as_long_as_it_is_told_and_longer_when_told_to_slow_down(tmp_path: Path) -> None:
    far = FarEnd()
    far.says("/oauth/token", pending("authorization_pending"), pending("slow_down"), GRANTED)
    asking(far, credentials(tmp_path), timedelta(minutes=5))
    assert far.slept == [5, 10]
    sent = parse_qs(far.requests("/oauth/bc-authorize")[0].content.decode())
    assert sent["login_hint"] == ["owner"]
    assert sent["binding_message"] == ["For your order."]


def test_who_runs_out_of_patience_gets_the_reference_to_go_on_with(tmp_path: Path) -> None:
    far = FarEnd()
    far.says("/oauth/token", pending("authorization_pending"))
    with pytest.raises(Waiting) as caught:
        asking(far, credentials(tmp_path), timedelta(0))
    assert caught.value.reference == "a1"


def test_a_no_is_told_with_its_reason(tmp_path: Path) -> None:
    far = FarEnd()
    far.says("/oauth/token", httpx.Response(403, json={"error": "access_denied", "error_description": "not now"}))
    with pytest.raises(Denied, match="not now"):
        asking(far, credentials(tmp_path), timedelta(minutes=1))


# --- evidence -------------------------------------------------------------------------------------------------------

LOG_KEY = Ed25519PrivateKey.from_private_bytes(bytes([9]) * 32)


def receipt(number: int = 1, size: int = 3, key: Ed25519PrivateKey = LOG_KEY, **changes: object) -> Shown:
    """The receipt of one leaf of a small log."""
    digest = hashlib.sha256(b"body").digest()
    leaves = [leaf.leaf_bytes(n, "2026-03-31T12:00:00Z", "offer.received", digest) for n in range(size)]
    tree, nodes = merkle.Frontier(), dict[tuple[int, int], bytes]()
    for one in leaves:
        nodes |= {(level, index): hashed for level, index, hashed in tree.append(merkle.leaf_hash(one))}
    public = key.public_key().public_bytes_raw()
    point = note.Checkpoint("vault.example/log", size, tree.root())
    shown = {
        "id": "rcp_1",
        "leaf": {"number": number, "at": "2026-03-31T12:00:00Z", "event": "offer.received", "digest": digest.hex()},
        "size": size,
        "proof": [node.hex() for node in merkle.inclusion_proof(number, size, lambda *place: nodes[place])],
        "checkpoint": note.signed(point, public=public, sign=key.sign),
        "public_key": public.hex(),
    }
    return decoded(json.dumps(shown | changes).encode(), Shown)


def test_a_receipt_is_verified_up_to_the_signed_checkpoint() -> None:
    found = Log().verified(receipt())
    assert (found.number, found.event, found.checkpoint.size) == (1, "offer.received", 3)


@pytest.mark.parametrize(
    "shown",
    [
        receipt(proof=[]),
        receipt(leaf={"number": 1, "at": "2026-03-31T12:00:01Z", "event": "offer.received", "digest": "00" * 32}),
        receipt(size=4, checkpoint=receipt(size=3).checkpoint),
        receipt(checkpoint="vault.example/log\n3\n"),
        receipt(public_key=Ed25519PrivateKey.generate().public_key().public_bytes_raw().hex()),
        receipt(public_key="00" * 32),
        receipt(proof=["zz"]),
    ],
    ids=["no path", "another leaf", "another size", "no checkpoint", "another key", "a weak key", "no hex"],
)
def test_a_receipt_that_leads_nowhere_is_refused(shown: Shown) -> None:
    with pytest.raises(NotVerified):
        Log().verified(shown)


def test_a_log_that_changes_its_key_or_its_past_is_refused() -> None:
    log = Log()
    log.verified(receipt())
    with pytest.raises(NotVerified, match="another key"):
        log.verified(receipt(key=Ed25519PrivateKey.generate()))
    log = Log()
    log.verified(receipt())
    other = receipt()
    point = note.Checkpoint("vault.example/log", 3, bytes(32))
    forged = note.signed(point, public=LOG_KEY.public_key().public_bytes_raw(), sign=LOG_KEY.sign)
    other.checkpoint = forged
    with pytest.raises(NotVerified, match="two trees"):
        log.verified(other)


def test_a_profile_is_what_its_digest_says() -> None:
    attributes = [{"category": "pd:Name", "label": "", "value": "Alex Example", "preferred": True}]
    digest = hashlib.sha256(bytes(16) + jcs.canonical(attributes)).hexdigest()
    told = {"grant": "grt_1", "attributes": attributes, "salt": "00" * 16, "digest": digest}
    check_digest(json.dumps(told).encode())
    attributes[0]["value"] = "Somebody"
    with pytest.raises(NotVerified):
        check_digest(json.dumps(told).encode())


# --- webhooks -------------------------------------------------------------------------------------------------------

HOOK_KEY = Ed25519PrivateKey.from_private_bytes(bytes([5]) * 32)
HOOK_URL = "https://shop.example/hook"
PUBLIC = written_public_key(HOOK_KEY.public_key().public_bytes_raw())


def told(body: bytes, id: str = "msg_1") -> tuple[dict[str, str], bytes]:
    return headers(Message(id, NOW, body), [HOOK_KEY.sign]), body


def test_an_event_is_handed_out_once_with_its_id() -> None:
    hook, heard = Hook(CLIENT, HOOK_URL, [PUBLIC]), list[Event]()
    sent = told(thin_body("profile.changed", NOW, "grt_1"))
    for _ in range(2):
        assert answered(*sent, hook, heard.append, now=lambda: NOW)[0] == 204
    assert [(one.id, one.type, one.subject) for one in heard] == [("msg_1", "profile.changed", "grt_1")]


def test_an_event_that_could_not_be_acted_upon_comes_again() -> None:
    hook, heard = Hook(CLIENT, HOOK_URL, [PUBLIC]), list[Event]()

    def failing(event: Event) -> None:
        raise RuntimeError

    sent = told(thin_body("profile.changed", NOW, "grt_1"))
    assert answered(*sent, hook, failing, now=lambda: NOW)[0] == 500
    assert answered(*sent, hook, heard.append, now=lambda: NOW)[0] == 204
    assert len(heard) == 1


def test_what_the_vault_did_not_sign_is_refused_without_a_word() -> None:
    hook, heard = Hook(CLIENT, HOOK_URL, [PUBLIC]), list[Event]()
    fields, body = told(thin_body("profile.changed", NOW, "grt_1"))
    for sent in ((fields, body + b" "), ({}, body), (fields | {"webhook-id": "msg_2"}, body)):
        assert answered(*sent, hook, heard.append, now=lambda: NOW) == (401, {}, b"")
    later = NOW + timedelta(minutes=6)
    assert answered(fields, body, hook, heard.append, now=lambda: later)[0] == 401
    assert not heard


@pytest.mark.parametrize("keys", [[], [PUBLIC]])
def test_the_vaults_question_is_answered_before_its_key_is_known_and_after(keys: list[str]) -> None:
    asked = challenge(CLIENT, HOOK_URL, bytes(32), NOW)
    status, _, body = answered(*told(asked.body), Hook(CLIENT, HOOK_URL, keys), lambda event: None, now=lambda: NOW)
    assert (status, json.loads(body)) == (200, {"answer": answer_to(CLIENT, HOOK_URL, asked.value)})


def test_an_event_before_the_key_is_known_is_asked_for_again() -> None:
    sent = told(thin_body("profile.changed", NOW, "grt_1"))
    assert answered(*sent, Hook(CLIENT, HOOK_URL), lambda event: None, now=lambda: NOW)[0] == 503


# --- events, sync, the command -----------------------------------------------------------------------------------------


def event(number: int) -> dict[str, object]:
    return {"id": f"msg_{number}", "type": "intent.published", "timestamp": "", "data": {"id": "itn_1"}}


def test_the_cursor_is_saved_when_a_page_was_seen_to_and_the_events_acknowledged(tmp_path: Path) -> None:
    far, cursor = FarEnd(), FileCursor(tmp_path / "cursor")
    pages = {"": [event(1), event(2)], "c2": [event(3)], "c3": []}

    def each(request: httpx.Request) -> httpx.Response | None:
        if request.url.path == "/v1/events":
            found = pages[request.url.params.get("after", "")]
            following = {"": "c2", "c2": "c3", "c3": "c3"}[request.url.params.get("after", "")]
            return httpx.Response(200, json={"events": found, "next": following})
        if request.url.path == "/v1/events/acknowledge":
            return httpx.Response(200, json={"acknowledged": len(json.loads(request.content)["events"])})
        return None

    far.each = each

    async def first() -> None:
        async with await far.vault(credentials(tmp_path)) as vault:
            async for one in vault.events(cursor=cursor, poll=None):
                if one.id == "msg_2":
                    break  # as if it stopped here: msg_2 has not been seen to

    async def again() -> list[str]:
        async with await far.vault(Credentials.load(tmp_path / "keys")) as vault:
            return [one.id async for one in vault.events(cursor=cursor, poll=None)]

    asyncio.run(first())
    assert cursor.load() is None
    assert asyncio.run(again()) == ["msg_1", "msg_2", "msg_3"]
    assert cursor.load() == "c3"
    assert asyncio.run(again()) == []
    said = [json.loads(one.content)["events"] for one in far.requests("/v1/events/acknowledge")]
    assert said == [["msg_1", "msg_2"], ["msg_3"]]


def test_the_facade_waits_for_calls_and_for_each_of_a_list(tmp_path: Path) -> None:
    far = FarEnd()
    far.says("/v1/introduction", {"standing": "yes", "vendor": None})
    far.says("/v1/intents", {"intents": [{"id": "itn_1"}, {"id": "itn_2"}], "next": None})
    runner = asyncio.Runner()
    with Waited(runner, runner.run(far.vault(credentials(tmp_path)))) as vault:
        assert vault.introduction().may_write
        assert [one.id for one in vault.intents()] == ["itn_1", "itn_2"]
        assert vault.issuer == ISSUER


def test_the_command_makes_what_curl_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    client = credentials(tmp_path)
    keys, folder = published(client), str(tmp_path / "keys")
    moment = datetime.now(UTC)
    (tmp_path / "offer.json").write_text('{"title": "A lamp"}')

    def made(*words: str) -> str:
        assert command.main([words[0], folder, *words[1:]]) == 0
        return capsys.readouterr().out.strip()

    assert client_assertion.verify(made("assertion", ISSUER), keys, client=CLIENT, issuer=ISSUER, now=moment)
    shown = made("dpop", "GET", f"{ISSUER}/v1/intents", "--token", "t1")
    found = dpop.verify(shown, method="GET", url=f"{ISSUER}/v1/intents", now=moment, access_token="t1")
    assert found.thumbprint == keys[0].thumbprint
    offer = made("offer", ISSUER, str(tmp_path / "offer.json"), "--intent", "itn_1")
    assert offer_signature.verify(offer, keys, client=CLIENT, issuer=ISSUER).intent == "itn_1"
    assert command.main(["assertion", str(tmp_path / "nowhere"), ISSUER]) == 1
