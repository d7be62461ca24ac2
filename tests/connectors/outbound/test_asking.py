"""What is sent, what comes back, and where nothing is ever sent to."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import ssl
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest

from connectors.outbound import Limits, Outbound, OutboundError, Outcome, Target
from connectors.outbound import wire as on_the_wire
from connectors.outbound.resolving import checked, system_resolver
from tests.connectors.outbound.serving import Authority, Server, response, run, says, serving

PUBLIC, OTHER, PUBLIC_V6 = "1.1.1.1", "9.9.9.9", "2606:4700:4700::1111"


class Names:
    """A name server that answers each time with the next of its answers."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    async def __call__(self, name: str) -> Sequence[str]:
        self.asked.append(name)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses to which a connection was begun; none of them is reached."""
    begun: list[str] = []

    async def connect_tcp(_: object, host: str, port: int, **__: object) -> httpcore.AsyncNetworkStream:
        begun.append(host)
        raise httpcore.ConnectError

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", connect_tcp)
    return begun


async def refusal(outbound: Outbound, url: str, **more: object) -> OutboundError:
    with pytest.raises(OutboundError) as refused:
        await outbound.get(url, **more)  # type: ignore[arg-type]
    assert refused.value.__cause__ is None
    return refused.value


def test_a_name_that_leads_elsewhere_the_second_time_is_not_asked_a_second_time(connected: list[str]) -> None:
    names = Names([PUBLIC], ["127.0.0.1"])

    async def ask() -> None:
        outbound = Outbound(resolve=names)
        assert (await refusal(outbound, "https://shop.example/")).code == "unreachable"
        assert names.asked == ["shop.example"]
        assert connected == [PUBLIC]
        assert (await refusal(outbound, "https://shop.example/")).code == "forbidden-address"
        assert connected == [PUBLIC]

    run(ask())


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["10.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC, PUBLIC_V6, "fd00:ec2::254"],
        [PUBLIC, "::ffff:169.254.169.254"],
        [PUBLIC, "64:ff9b::a00:1"],
        [PUBLIC, "2002:7f00:1::"],
        ["fe80::1%lo"],
        [PUBLIC] * 65,
    ],
)
def test_one_address_that_is_not_public_spoils_the_name(addresses: list[str], connected: list[str]) -> None:
    error: list[OutboundError] = []

    async def ask() -> None:
        error.append(await refusal(Outbound(resolve=Names(addresses)), "https://shop.example/"))

    run(ask())
    assert error[0].code == "forbidden-address"
    assert not connected
    assert not any(address in str(error[0]) for address in addresses)


def test_development_opens_the_machine_itself_and_no_name_that_leads_to_it(connected: list[str]) -> None:
    async def ask() -> None:
        outbound = Outbound(development=True, resolve=Names(["127.0.0.1"]))
        assert (await refusal(outbound, "https://shop.example/")).code == "forbidden-address"

    run(ask())
    assert not connected


def test_the_next_address_is_tried_and_not_all_of_them(connected: list[str]) -> None:
    async def ask() -> None:
        names = Names([PUBLIC_V6, PUBLIC, OTHER, "8.8.8.8"])
        assert (await refusal(Outbound(resolve=names), "https://shop.example/")).code == "unreachable"

    run(ask())
    assert connected == [PUBLIC_V6, PUBLIC, OTHER]


@pytest.mark.parametrize(("answer", "code"), [([], "unresolvable"), (["not an address"], "unresolvable")])
def test_a_name_without_an_address_is_said_so(answer: list[str], code: str) -> None:
    async def ask() -> None:
        assert (await refusal(Outbound(resolve=Names(answer)), "https://shop.example/")).code == code

    run(ask())


def test_the_systems_resolver_answers_for_a_name_that_cannot_be() -> None:
    async def ask() -> None:
        with pytest.raises(OutboundError) as refused:
            await checked(Target("https", "no-such-name.invalid", 443, "/"), system_resolver)
        assert refused.value.code == "unresolvable"

    run(ask())


def test_a_request_says_who_asks_and_nothing_more() -> None:
    async def ask() -> None:
        async with serving(says(response(b"hello"))) as server:
            answer = await Outbound(development=True).get(f"{server.url}a?b=c", headers={"accept": "application/json"})
            assert (answer.status, answer.body, answer.succeeded) == (200, b"hello", True)
            assert server.requests == [
                b"GET /a?b=c HTTP/1.1\r\n"
                b"Host: 127.0.0.1:%d\r\n"
                % server.port
                + b"User-Agent: Firstparty\r\nAccept-Encoding: identity\r\nConnection: close\r\n"
                b"accept: application/json\r\n\r\n"
            ]

    run(ask())


def test_a_body_is_posted_once_and_as_the_person_if_asked() -> None:
    async def ask() -> None:
        async with serving(says(response(status="503 Busy", headers=("Retry-After: 7",)))) as server:
            answer = await Outbound(development=True).post(server.url, b"{}", as_person=True)
            assert (answer.status, answer.succeeded, answer.headers["retry-after"]) == (503, False, "7")
            assert len(server.requests) == 1
            assert server.requests[0].endswith(b"\r\n\r\n{}")
            assert (server.header("sec-gpc"), server.header("content-length")) == (["1"], ["2"])

    run(ask())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("x", "a\r\nhost: evil.example"),
        ("x", "a\nb"),
        ("x", "a\x00"),
        ("x", "é"),
        ("x", "a" * 2000),
        ("x\r\nhost", "a"),
        ("x y", "a"),
        ("", "a"),
        ("Host", "evil.example"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("user-agent", "other"),
        ("accept-encoding", "gzip"),
    ],
)
def test_a_header_cannot_smuggle_another(name: str, value: str) -> None:
    async def ask() -> None:
        async with serving(says(response())) as server:
            error = await refusal(Outbound(development=True), server.url, headers={name: value})
            assert error.code == "bad-request"
            assert not server.requests

    run(ask())


def test_more_than_the_vault_sends_is_not_sent() -> None:
    async def ask() -> None:
        async with serving(says(response())) as server:
            with pytest.raises(OutboundError) as refused:
                await Outbound(development=True).post(server.url, b"x" * (256 * 1024 + 1))
            assert refused.value.code == "bad-request"
            assert not server.requests

    run(ask())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_an_answer_and_is_not_followed(status: int) -> None:
    async def ask() -> None:
        async with serving(says(response())) as inner:
            redirect = response(status=f"{status} Elsewhere", headers=(f"Location: {inner.url}", "Refresh: 0"))
            async with serving(says(redirect)) as server:
                answer = await Outbound(development=True).get(server.url)
            assert (answer.status, dict(answer.headers), inner.requests) == (status, {}, [])

    run(ask())


def test_no_proxy_credential_or_key_log_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
    on_the_wire.trusted_roots.cache_clear()

    async def ask() -> None:
        async with serving(says(response())) as server:
            assert (await Outbound(development=True).get(server.url)).status == 200
            assert not server.header("authorization")

    run(ask())
    roots = on_the_wire.trusted_roots()
    assert roots.keylog_filename is None
    assert roots.verify_mode is ssl.CERT_REQUIRED
    assert roots.check_hostname
    assert roots.get_ca_certs()
    assert not (tmp_path / "keys").exists()


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("certificates"))


def test_the_checked_address_is_connected_to_with_the_name_in_sni_and_host(authority: Authority) -> None:
    async def ask() -> None:
        async with serving(says(response(b"hi")), authority.server("shop.example")) as server:
            where = Target("https", "shop.example", server.port, "/x")
            request = ("GET", [("Host", where.authority)], b"")
            answer = await on_the_wire.exchanged(
                where, [ip_address("127.0.0.1")], request, roots=authority.roots(), limits=Limits()
            )
            assert answer.body == b"hi"
            assert server.server_names == ["shop.example"]
            assert server.header("host") == [f"shop.example:{server.port}"]

    run(ask())


def _yesterday() -> dt.datetime:
    return dt.datetime.now(dt.UTC) - dt.timedelta(days=1)


@pytest.mark.parametrize("wrong", ["another name", "expired", "unknown authority", "no certificate of the roots"])
def test_a_certificate_that_is_not_valid_for_the_name_ends_the_request(
    wrong: str, authority: Authority, tmp_path: Path
) -> None:
    served = {
        "another name": lambda: authority.server("evil.example"),
        "expired": lambda: authority.server("localhost", valid_until=_yesterday()),
        "unknown authority": lambda: Authority(tmp_path).server("localhost"),
        "no certificate of the roots": lambda: authority.server("localhost"),
    }[wrong]()
    roots = None if wrong == "no certificate of the roots" else authority.roots()

    async def ask() -> None:
        async with serving(says(response()), served) as server:
            error = await refusal(Outbound(development=True, roots=roots), f"https://localhost:{server.port}/")
            assert error.code == "untrusted-certificate"
            assert not server.requests

    run(ask())


def test_a_valid_certificate_is_accepted(authority: Authority) -> None:
    async def ask() -> None:
        async with serving(says(response(b"hi")), authority.server("localhost")) as server:
            outbound = Outbound(development=True, roots=authority.roots())
            assert (await outbound.get(f"https://localhost:{server.port}/")).body == b"hi"

    run(ask())


def test_a_server_without_tls_is_an_error_of_ours(authority: Authority) -> None:
    async def ask() -> None:
        async with serving(says(response())) as server:
            outbound = Outbound(development=True, roots=authority.roots())
            error = await refusal(outbound, f"https://localhost:{server.port}/", limits=Limits(seconds=1))
            assert error.code in ("unreachable", "too-slow")

    run(ask())


def test_roots_that_check_nothing_are_refused() -> None:
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    with pytest.raises(OutboundError):
        Outbound(roots=careless)


def test_a_vendor_that_does_not_answer_does_not_hold_the_others() -> None:
    waiting = asyncio.Event()

    async def stay(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await waiting.wait()

    async def most_at_once(server: Server, outbound: Outbound, limits: Limits) -> None:
        asked = [asyncio.create_task(outbound.get(server.url, limits=limits)) for _ in range(30)]
        while len(server.requests) < 4:
            await asyncio.sleep(0)
        # `localhost` is another host to the vault, and has turns of its own.
        async with serving(says(response(b"other"))) as other:
            url = f"http://localhost:{other.port}/"
            assert (await outbound.get(url, limits=limits)).body == b"other"
        assert len(server.requests) == 4
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        assert not outbound._hosts

    async def ask() -> None:
        async with serving(stay) as server:
            await most_at_once(server, Outbound(development=True), Limits(seconds=10))
            waiting.set()

    run(ask())


def test_nothing_of_an_answer_or_a_body_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    shown: list[Outcome] = []

    async def ask() -> None:
        async with serving(says(response(b"canary-answer"))) as server:
            shown.append(await Outbound(development=True).post(server.url, b"canary-question"))

    run(ask())
    assert "canary" not in caplog.text + repr(shown)
