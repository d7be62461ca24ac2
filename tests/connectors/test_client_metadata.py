"""A client's document is taken from its own URL only, whole, and for a bounded time."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from connectors.client_metadata import ClientDocument, ClientDocuments, ClientMetadataError, fetched
from connectors.outbound import Outbound
from tests.connectors.outbound.serving import Server, response, serving
from vault.agreements import metadata

NOW = datetime(2026, 3, 31, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# The public key of RFC 8037, appendix A.2.
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "kid": "first"}
KEYS = {"keys": [JWK]}


@dataclass
class Site:
    """What lies at each path; `{url}` in a value stands for the site's own."""

    pages: dict[str, bytes | dict[str, object]]
    headers: tuple[str, ...] = ("Content-Type: application/json",)
    status: str = "200 OK"
    asked: list[str] = field(default_factory=list)
    url: str = ""
    hold: asyncio.Event | None = None

    async def answer(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = self.server.requests[-1].split(b" ")[1].decode()
        self.asked.append(path)
        if self.hold is not None:
            await self.hold.wait()
        page = self.pages.get(path, b"")
        body = page if isinstance(page, bytes) else json.dumps(page).replace("{url}", self.url).encode()
        writer.write(response(body, status=self.status, headers=self.headers))

    server: Server = field(default_factory=Server)


def at(site: Site, test: Callable[[Outbound, str], Awaitable[object]]) -> None:
    async def run() -> None:
        async with serving(site.answer) as server:
            site.server, site.url = server, server.url.rstrip("/")
            await test(Outbound(development=True), f"{site.url}/client")

    asyncio.run(run())


def document(**more: object) -> dict[str, object]:
    return {"client_id": "{url}/client", "client_name": "A shop", "jwks": KEYS, **more}


def without(name: str, **more: object) -> dict[str, object]:
    return {key: value for key, value in document(**more).items() if key != name}


def found(site: Site) -> ClientDocument:
    gathered: list[ClientDocument] = []

    async def test(outbound: Outbound, client_id: str) -> None:
        gathered.append(await fetched(outbound, client_id, NOW))

    at(site, test)
    return gathered[0]


def code(site: Site) -> str:
    with pytest.raises(ClientMetadataError) as refused:
        found(site)
    assert "canary" not in str(refused.value)
    return refused.value.code


def test_a_document_with_its_keys_is_what_the_reader_reads() -> None:
    fetched_document = found(Site({"/client": document()}))
    read = metadata.read(fetched_document.completed)
    assert (read.url, read.name) == (fetched_document.client_id, "A shop")
    assert [key.raw for key in read.keys] == [base64.urlsafe_b64decode(JWK["x"] + "=")]
    assert fetched_document.document == fetched_document.completed


def test_keys_at_another_place_are_fetched_and_put_in() -> None:
    site = Site({"/client": without("jwks", jwks_uri="{url}/keys"), "/keys": KEYS})
    fetched_document = found(site)
    assert site.asked == ["/client", "/keys"]
    assert len(metadata.read(fetched_document.completed).keys) == 1
    assert b"jwks_uri" in fetched_document.document
    assert b'"keys"' not in fetched_document.document


def test_what_is_asked_is_asked_as_the_person_and_as_json() -> None:
    site = Site({"/client": document()})
    found(site)
    assert (site.server.header("accept"), site.server.header("sec-gpc")) == (["application/json"], ["1"])


@pytest.mark.parametrize("named", ["{url}/Client", "{url}/client/", "{url}/client?x", "{url}/%63lient", "", None, 7])
def test_a_document_that_names_another_client_is_refused(named: object) -> None:
    assert code(Site({"/client": document(client_id=named)})) == "wrong-client"


@pytest.mark.parametrize("status", ["201 Created", "203 Other", "301 Moved", "304 Same", "404 None", "500 canary"])
def test_only_a_200_is_a_document(status: str) -> None:
    assert code(Site({"/client": document()}, status=status)) == "unavailable"


@pytest.mark.parametrize("media_type", ["text/html", "text/json", "application/xml", "application/json-canary", ""])
def test_only_json_is_a_document(media_type: str) -> None:
    assert code(Site({"/client": document()}, headers=(f"Content-Type: {media_type}",))) == "wrong-type"


def test_json_of_a_kind_and_with_parameters_is_a_document() -> None:
    headers = ("Content-Type: Application/client-metadata+JSON; charset=utf-8",)
    assert found(Site({"/client": document()}, headers=headers))


@pytest.mark.parametrize(
    "raw",
    [b"", b"[]", b'"canary"', b"{", b"\xff", b'{"client_id":"a","client_id":"b"}', b"[" * 5000, b"{}canary"],
)
def test_what_is_no_json_object_is_refused(raw: bytes) -> None:
    assert code(Site({"/client": raw})) == "malformed"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (without("jwks"), "no-keys"),
        (document(jwks_uri="{url}/keys"), "no-keys"),
        (without("jwks", jwks_uri=7), "no-keys"),
        (without("jwks", jwks_uri="http://10.0.0.1/keys"), "unavailable"),
        (without("jwks", jwks_uri="https://169.254.169.254/canary"), "unavailable"),
        (without("jwks", jwks_uri="file:///etc/canary"), "unavailable"),
        (without("jwks", jwks_uri="{url}/list"), "malformed"),
        (without("jwks", jwks_uri="{url}/long"), "unavailable"),
        (document(logo="x" * 16_384), "unavailable"),
    ],
)
def test_keys_come_from_one_place_through_the_guard(page: dict[str, object], expected: str) -> None:
    assert code(Site({"/client": page, "/list": b"[]", "/long": b"[" + b" " * 16_384})) == expected


@pytest.mark.parametrize(
    "client_id",
    [
        "https://shop.example",
        "https://shop.example?x",
        "http://shop.example/client",
        "https://Shop.example/client",
        "https://shop.example:443/client",
        "https://münchen.example/client",
        "https://user@shop.example/client",
        "https://shop.example/client#x",
        "https://shop.example/./client",
        "https://shop.example/a/../client",
        "https://shop.example/a/%2E%2e/client",
        "https://shop.example/..",
        "https://shop.example/a/..?x",
        "https://127.0.0.1/client",
        "https://shop.example:22/client",
        "https://shop.example/" + "a" * 400,
        "client",
        "",
    ],
)
def test_what_is_not_the_one_form_of_an_id_is_not_asked(client_id: str) -> None:
    with pytest.raises(ClientMetadataError) as refused:
        asyncio.run(fetched(Outbound(), client_id, NOW))
    assert refused.value.code == "bad-client-id"


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("X: y", timedelta(hours=1)),
        ("Cache-Control: max-age=600", timedelta(minutes=10)),
        ("Cache-Control: max-age=5", timedelta(minutes=1)),
        ("Cache-Control: no-store", timedelta(minutes=1)),
        ("Cache-Control: max-age=31536000", timedelta(days=1)),
        ("Expires: 0", timedelta(minutes=1)),
    ],
)
def test_a_document_is_kept_as_its_headers_say_within_bounds(header: str, kept: timedelta) -> None:
    assert found(Site({"/client": document()}, headers=(*Site.headers, header))).fresh_until == NOW + kept


def test_a_fresh_document_is_not_fetched_again_and_a_stale_one_is() -> None:
    site = Site({"/client": document()})

    async def test(outbound: Outbound, client_id: str) -> None:
        documents = ClientDocuments(outbound)
        hour = timedelta(hours=1)
        for now, times in ((NOW, 1), (NOW + hour - SECOND, 1), (NOW + hour, 2)):
            await documents.get(client_id, now)
            assert len(site.asked) == times

    at(site, test)


def test_a_renewal_is_granted_once_a_minute() -> None:
    site = Site({"/client": document()})

    async def test(outbound: Outbound, client_id: str) -> None:
        documents = ClientDocuments(outbound)
        minute = timedelta(minutes=1)
        for now, times in ((NOW, 1), (NOW + minute - SECOND, 1), (NOW + minute, 2), (NOW + minute + SECOND, 2)):
            await documents.get(client_id, now, renew=True)
            assert len(site.asked) == times

    at(site, test)


def test_a_failure_is_not_tried_again_at_once_and_is_never_a_document() -> None:
    site = Site({"/client": document()}, status="500 No")

    async def test(outbound: Outbound, client_id: str) -> None:
        documents = ClientDocuments(outbound)
        for now in (NOW, NOW + 14 * SECOND):
            with pytest.raises(ClientMetadataError) as refused:
                await documents.get(client_id, now)
            assert refused.value.code == "unavailable"
        assert len(site.asked) == 1
        site.status = "200 OK"
        assert (await documents.get(client_id, NOW + 15 * SECOND)).client_id == client_id

    at(site, test)


def test_a_failed_renewal_leaves_the_fresh_document() -> None:
    site = Site({"/client": document()})

    async def test(outbound: Outbound, client_id: str) -> None:
        documents = ClientDocuments(outbound)
        first = await documents.get(client_id, NOW)
        site.status = "500 No"
        with pytest.raises(ClientMetadataError):
            await documents.get(client_id, NOW + timedelta(minutes=2), renew=True)
        assert await documents.get(client_id, NOW + timedelta(minutes=2)) is first

    at(site, test)


def test_many_who_want_one_document_ask_for_it_once_and_one_may_give_up() -> None:
    site = Site({"/client": document()}, hold=asyncio.Event())

    async def test(outbound: Outbound, client_id: str) -> None:
        documents = ClientDocuments(outbound)
        waiting = [asyncio.create_task(documents.get(client_id, NOW)) for _ in range(20)]
        while not site.asked:
            await asyncio.sleep(0)
        waiting[0].cancel()
        assert site.hold is not None
        site.hold.set()
        answers = await asyncio.gather(*waiting[1:])
        assert len({id(answer) for answer in answers}) == 1
        assert site.asked == ["/client"]

    at(site, test)


def test_no_more_than_so_many_documents_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.client_metadata.KEPT_AT_ONCE", 2)
    site = Site({f"/{name}": document(client_id=f"{{url}}/{name}") for name in "abc"})

    async def test(outbound: Outbound, client_id: str) -> None:
        documents = ClientDocuments(outbound)
        base = client_id.removesuffix("client")
        for name in ("a", "b", "a", "c", "a", "b"):
            await documents.get(base + name, NOW)
        assert site.asked == ["/a", "/b", "/c", "/b"]

    at(site, test)
