"""Attacks on logging in by a passkey, over the wire: by an authenticator in software that can lie about anything."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import unescape
from itertools import count
from pathlib import Path

import httpx
import pytest

from tests.server.conftest import PASSPHRASE, PATIENCE_SECONDS, Made, Server, Start, started
from tests.vault.authenticators import PRESENT, VERIFIED, Authenticator
from tests.vault.test_reminding import code_at
from vault.sessions import passkeys, second_step
from vault.sessions.ceremonies import RelyingParty
from vault.sessions.passkeys import Passkey
from web import beside
from web.pages.frame.parties import Hindrance, party_of
from web.server.doors import ANSWERED_WITHIN

LOGIN = "/login/passkey"
# The command with a clock that goes as many seconds ahead as a file says.
PROGRAM = """
import os
from datetime import timedelta
from pathlib import Path
from web import clock
real, ahead = clock.now, Path(os.environ["AHEAD"])
clock.now = lambda: real() + timedelta(seconds=float(ahead.read_text()))
from web.cli import main
main()
"""
_addresses = count(1)


def utcnow() -> datetime:
    return datetime.now(UTC)


def browser(server: Server) -> httpx.Client:
    """One from an address of its own, which comes by the name that passkeys are for."""
    client = httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=PATIENCE_SECONDS, trust_env=False)
    client.headers["Host"] = f"localhost:{server.port}"
    client.headers["X-Forwarded-For"] = f"192.0.2.{next(_addresses)}"
    return client


@dataclass
class Attacked:
    """A server with two passkeys of its owner's, whose browser is logged in. `ahead` holds how much its clock is ahead."""

    server: Server
    ahead: Path
    owner: httpx.Client
    phone: Authenticator
    laptop: Authenticator
    opened: list[httpx.Client] = field(default_factory=list)

    def browser(self) -> httpx.Client:
        self.opened.append(browser(self.server))
        return self.opened[-1]

    def device(self) -> Authenticator:
        """The phone, as somebody has it who may do with it what they like; it counts on beside the real one."""
        theirs = Authenticator(self.phone.origin, self.phone.credential, self.phone.key, self.phone.user)
        theirs.count = self.phone.count
        return theirs

    def shown(self, client: httpx.Client, answer: str) -> bool:
        """Whether this logged the browser in."""
        found = client.post(LOGIN, data={"next": "/settings", "answer": answer})
        is_in = client.get("/settings").status_code == 200
        assert found.status_code == (303 if is_in else 403), found.text
        assert is_in == ("set-cookie" in found.headers)
        return is_in

    def noted(self) -> int:
        return self.owner.get("/activity.json").text.count("login.passkey-copied")


def asked(client: httpx.Client) -> str:
    """The options for a browser, with a challenge of its own."""
    answer = client.post(f"{LOGIN}/challenge", data={"next": "/"})
    assert answer.status_code == 200, answer.text
    assert "SameSite=Strict" in answer.headers["set-cookie"]
    return answer.text


def form_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([0-9a-f]+)"', page)
    assert found
    return found[1]


def options_on(page: str) -> str:
    found = re.search(r'data-options="([^"]+)"', page)
    return unescape(found[1]) if found else ""


def begun(client: httpx.Client, name: str, passphrase: str = PASSPHRASE) -> tuple[int, str]:
    """The status of asking to add a passkey, and the options that the page has then."""
    token = form_token(client.get("/settings/passkeys").text)
    given = {"form_token": token, "name": name, "passphrase": passphrase}
    status = client.post("/settings/passkeys", data=given).status_code
    return status, options_on(client.get("/settings/passkeys").text)


def sent(client: httpx.Client, answer: str) -> int:
    token = form_token(client.get("/settings/passkeys").text)
    return client.post("/settings/passkeys/new", data={"form_token": token, "answer": answer}).status_code


def added(client: httpx.Client, server: Server, name: str) -> Authenticator:
    status, options = begun(client, name)
    assert status == 303
    device = Authenticator(f"http://localhost:{server.port}")
    assert sent(client, device.made(options)) == 303
    return device


def come_in(client: httpx.Client, server: Server) -> None:
    link = server.owner.post("/owner/login").json()["url"]
    assert client.post(link.removeprefix(server.url), data={"next": "/"}).status_code == 303
    assert client.get("/settings").status_code == 200


@pytest.fixture(scope="module")
def attacked(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Attacked]:
    folder = tmp_path_factory.mktemp("passkeys")
    shutil.copytree(template.home, folder / "vault")
    made, ahead = template._replace(home=folder / "vault"), folder / "ahead"
    ahead.write_text("0")
    words = ("--dev", "--requests-per-minute", "100000", "--trust-proxy", "127.0.0.1")
    server = started(made, *words, secret=made.recovery_key, program=PROGRAM, AHEAD=str(ahead))
    owner = browser(server)
    come_in(owner, server)
    found = Attacked(server, ahead, owner, added(owner, server, "Phone"), added(owner, server, "Laptop"))
    yield found
    for one in (owner, *found.opened):
        one.close()
    server.stop()


def test_an_honest_answer_logs_its_own_browser_in_once(attacked: Attacked) -> None:
    mine, theirs = attacked.browser(), attacked.browser()
    answer = attacked.phone.shown(asked(mine))
    asked(theirs)
    assert not attacked.shown(theirs, answer)  # it answers another browser's challenge
    visitor = dict(mine.cookies)
    assert attacked.shown(mine, answer)
    mine.cookies.clear()
    for name, value in visitor.items():
        mine.cookies.set(name, value)
    assert not attacked.shown(mine, answer)  # replayed, as the browser that was asked


def test_an_answer_that_was_refused_has_used_its_challenge_up(attacked: Attacked) -> None:
    client = attacked.browser()
    options = asked(client)
    assert not attacked.shown(client, "{}")
    assert not attacked.shown(client, attacked.phone.shown(options))


def test_nobody_logs_in_without_having_been_asked(attacked: Attacked) -> None:
    client = attacked.browser()
    made_up = json.dumps({"challenge": "Y2M", "rpId": "localhost"})
    assert not attacked.shown(client, attacked.phone.shown(made_up))
    attacked.phone.shown(asked(client))
    client.cookies.clear()
    assert not attacked.shown(client, attacked.phone.shown(made_up))


def test_a_challenge_is_over_after_five_minutes(attacked: Attacked) -> None:
    early, late = attacked.browser(), attacked.browser()
    answers = [attacked.phone.shown(asked(client)) for client in (early, late)]
    attacked.ahead.write_text(str(ANSWERED_WITHIN.total_seconds() - 30))
    assert attacked.shown(early, answers[0])
    attacked.ahead.write_text(str(ANSWERED_WITHIN.total_seconds() + 1))
    assert not attacked.shown(late, answers[1])
    assert attacked.shown(late, attacked.phone.shown(asked(late)))


LIES: dict[str, Callable[[Authenticator], None]] = {
    "another origin": lambda one: setattr(one, "origin", "http://localhost:9"),
    "another host": lambda one: setattr(one, "host", "evil.example"),
    "a user who was not verified": lambda one: setattr(one, "flags", PRESENT),
    "a page in a frame": lambda one: setattr(one, "framed", True),
    "another user": lambda one: setattr(one, "user", b"x" * 32),
    "another's key": lambda one: setattr(one, "key", Authenticator("").key),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_logs_nobody_in(attacked: Attacked, lie: str) -> None:
    client, device = attacked.browser(), attacked.device()
    LIES[lie](device)
    assert not attacked.shown(client, device.shown(asked(client)))


def test_a_key_logs_nobody_in_under_the_id_of_another(attacked: Attacked) -> None:
    client, device = attacked.browser(), attacked.device()
    device.credential = attacked.laptop.credential
    assert not attacked.shown(client, device.shown(asked(client)))
    assert attacked.shown(client, attacked.laptop.shown(asked(client)))


def test_a_counter_that_goes_back_is_refused_and_noted_and_a_stranger_notes_nothing(attacked: Attacked) -> None:
    client, copy = attacked.browser(), attacked.device()
    assert attacked.shown(client, attacked.phone.shown(asked(client)))
    client, before = attacked.browser(), attacked.noted()
    copy.step = 0
    answer = client.post(LOGIN, data={"next": "/", "answer": copy.shown(asked(client))})
    assert answer.status_code == 403
    assert "counts backwards" in answer.text
    assert attacked.noted() == before + 1
    copy.key = Authenticator("").key
    assert not attacked.shown(client, copy.shown(asked(client)))
    assert attacked.noted() == before + 1


def test_what_comes_of_hostile_bytes_is_a_refusal(attacked: Attacked) -> None:
    for answer in ("", "[" * 20_000, "null", '{"id":1}', "x" * 40_000):
        client = attacked.browser()
        asked(client)
        assert not attacked.shown(client, answer)
    assert "internal" not in attacked.server.log


def test_one_address_tries_only_so_many(attacked: Attacked) -> None:
    client = attacked.browser()
    statuses = [client.post(LOGIN, data={"next": "/", "answer": "{}"}).status_code for _ in range(12)]
    assert statuses[:10] == [403] * 10
    assert statuses[-1] == 429
    challenges = [client.post(f"{LOGIN}/challenge", data={"next": "/"}).status_code for _ in range(32)]
    assert challenges[:20] == [200] * 20
    assert challenges[-1] == 429


def test_another_site_can_neither_ask_nor_answer(attacked: Attacked) -> None:
    client = attacked.browser()
    answer = attacked.phone.shown(asked(client))
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}):
        assert client.post(f"{LOGIN}/challenge", data={"next": "/"}, headers=headers).status_code == 403
        assert client.post(LOGIN, data={"next": "/", "answer": answer}, headers=headers).status_code == 403
        assert client.get("/settings").status_code == 303
    assert attacked.shown(client, answer)
    assert client.post(LOGIN, data={"next": "//evil.example", "answer": ""}).status_code == 403


def test_adding_one_wants_the_passphrase_this_session_and_a_sound_answer(attacked: Attacked) -> None:
    client, device = attacked.owner, Authenticator(attacked.phone.origin)
    assert begun(client, "Thief's", "not the passphrase") == (422, "")
    assert begun(client, "   ") == (422, "")
    assert (
        sent(client, device.made(json.dumps({"rp": {"id": "localhost"}, "user": {"id": "eA"}, "challenge": "eA"})))
        == 422
    )
    other = attacked.browser()
    come_in(other, attacked.server)
    status, options = begun(client, "Tablet")
    assert status == 303
    assert sent(other, device.made(options)) == 422  # another session was asked
    assert sent(client, "{}") == 422
    assert sent(client, device.made(options)) == 422  # used up
    for lie in ("another origin", "another host", "a user who was not verified"):
        liar = Authenticator(attacked.phone.origin)
        LIES[lie](liar)
        assert sent(client, liar.made(begun(client, "Liar")[1])) == 422
    known = attacked.device()
    assert sent(client, known.made(begun(client, "Again")[1])) == 422
    assert "Liar" not in client.get("/settings/passkeys").text
    late = begun(client, "Late")[1]
    attacked.ahead.write_text(str(float(attacked.ahead.read_text()) + ANSWERED_WITHIN.total_seconds() + 1))
    assert sent(client, device.made(late)) == 422


def test_a_passkey_that_was_removed_logs_nobody_in(attacked: Attacked) -> None:
    client, device = attacked.browser(), added(attacked.owner, attacked.server, "Lost phone")
    assert attacked.shown(client, device.shown(asked(client)))
    client = attacked.browser()
    answer = device.shown(asked(client))
    page = attacked.owner.get("/settings/passkeys").text
    id = re.findall(r"/settings/passkeys/(\d+)/remove", page)[-1]
    removed = attacked.owner.post(f"/settings/passkeys/{id}/remove", data={"form_token": form_token(page)})
    assert removed.status_code == 303
    assert not attacked.shown(client, answer)
    assert (
        attacked.owner.post(f"/settings/passkeys/{id}/remove", data={"form_token": form_token(page)}).status_code == 404
    )


def test_by_an_address_in_digits_there_are_no_passkeys(attacked: Attacked) -> None:
    client = attacked.browser()
    client.headers["Host"] = f"127.0.0.1:{attacked.server.port}"
    assert client.post(f"{LOGIN}/challenge", data={"next": "/"}).status_code == 404
    page = client.get("/login").text
    assert "Use a passkey" not in page
    assert f"http://localhost:{attacked.server.port}/login" in page
    client.headers["Host"] = f"localhost:{attacked.server.port}"
    assert "Use a passkey" in client.get("/login").text


def test_behind_https_passkeys_are_of_the_name_and_the_cookie_is_of_the_host_alone(made: Made, start: Start) -> None:
    server = start("--base-url", "https://vault.example")
    party, challenge = RelyingParty("vault.example", "https://vault.example"), b"c" * 32
    device = Authenticator(party.origin)
    vault = beside.opened(server.home, by="test", now=None)
    assert vault
    with vault:
        answer = device.made(passkeys.creation_options(vault, party, challenge))
        assert isinstance(passkeys.add(vault, party, challenge, answer, "Phone"), Passkey)
    client = browser(server)
    client.headers["Host"] = "vault.example"
    given = client.post(f"{LOGIN}/challenge", data={"next": "/"})
    assert json.loads(given.text)["rpId"] == "vault.example"
    cookie = given.headers["set-cookie"]
    assert re.fullmatch(
        r"__Host-firstparty-visitor=[\w-]{32}; Path=/; HttpOnly; SameSite=Strict; Max-Age=300; Secure", cookie
    )
    headers = {"Cookie": cookie.partition(";")[0]}
    device.origin = "http://vault.example"  # a page without https on the way
    lie = client.post(LOGIN, data={"next": "/", "answer": device.shown(given.text)}, headers=headers)
    assert lie.status_code == 403
    given = client.post(f"{LOGIN}/challenge", data={"next": "/"})
    headers, device.origin = {"Cookie": given.headers["set-cookie"].partition(";")[0]}, party.origin
    done = client.post(LOGIN, data={"next": "/sharing", "answer": device.shown(given.text)}, headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, "/sharing")
    assert done.headers["set-cookie"].startswith("__Host-firstparty=")


# --- where the code is asked --------------------------------------------------------------------------------------------


def guarded_by_a_code(server: Server) -> tuple[Authenticator, int, str]:
    """A passkey, its number, and the secret of the codes that are asked from now on."""
    party, challenge = RelyingParty("localhost", f"http://localhost:{server.port}"), b"c" * 32
    device = Authenticator(party.origin)
    vault = beside.opened(server.home, by="test", now=None)
    assert vault
    with vault:
        kept = passkeys.add(
            vault, party, challenge, device.made(passkeys.creation_options(vault, party, challenge)), "Phone"
        )
        assert isinstance(kept, Passkey)
        secret = second_step.propose(vault)
        assert second_step.confirm(vault, code_at(vault.now, secret, -1))
    return device, kept.id, secret


def half_in(server: Server) -> tuple[httpx.Client, str]:
    """A browser that gave the passphrase, and its ticket."""
    client = browser(server)
    return client, ticket_of(client.post("/login", data={"next": "/settings", "passphrase": PASSPHRASE}))


def ticket_of(answer: httpx.Response) -> str:
    """On the page that asks for the code."""
    assert 'action="/login/code"' in answer.text
    assert "Use a passkey instead" in answer.text
    found = re.search(r'name="ticket" value="([\w-]+)"', answer.text)
    assert found
    return found[1]


def shows(client: httpx.Client, ticket: str, answer: str) -> httpx.Response:
    return client.post(LOGIN, data={"next": "/settings", "ticket": ticket, "answer": answer})


def test_a_passkey_stands_in_for_the_code_and_a_refused_one_leaves_the_code_to_be_typed(
    made: Made, start: Start
) -> None:
    server = start("--dev", "--requests-per-minute", "100000", "--trust-proxy", "127.0.0.1")
    device, id, secret = guarded_by_a_code(server)
    client, ticket = half_in(server)
    device.flags = PRESENT  # its user was not verified: one factor
    refused = shows(client, ticket, device.shown(asked(client)))
    assert refused.status_code == 403
    assert "was not accepted" in refused.text
    again = ticket_of(refused)
    assert client.post("/login/code", data={"ticket": ticket, "code": code_at(utcnow(), secret)}).headers[
        "location"
    ] == (
        "/login"  # used up
    )
    device.flags = PRESENT | VERIFIED
    answer = device.shown(asked(client))
    other, theirs = half_in(server)
    asked(other)
    theirs = ticket_of(shows(other, theirs, answer))  # another browser's challenge
    come = shows(client, again, answer)
    assert (come.status_code, come.headers["location"]) == (303, "/settings")
    assert "with a passkey" in client.get("/settings/sessions").text
    assert browser(server).post("/login/code", data={"ticket": again, "code": code_at(utcnow(), secret)}).headers[
        "location"
    ] == ("/login")
    asked(other)
    theirs = ticket_of(shows(other, theirs, answer))  # replayed
    page = client.get("/settings/passkeys").text
    client.post(f"/settings/passkeys/{id}/remove", data={"form_token": form_token(page)})
    challenge = asked(other)
    gone = shows(other, theirs, device.shown(challenge))
    assert "does not know that passkey" in gone.text
    assert other.get("/settings").status_code == 303
    found = re.search(r'name="ticket" value="([\w-]+)"', gone.text)
    assert found
    assert "Use a passkey" not in gone.text  # there is none any more
    typed = other.post("/login/code", data={"next": "/settings", "ticket": found[1], "code": code_at(utcnow(), secret)})
    assert typed.status_code == 303
    assert other.get("/settings").status_code == 200
    for one in (client, other):
        one.close()


def test_without_a_ticket_of_this_server_a_refused_passkey_leads_to_the_passphrase(made: Made, start: Start) -> None:
    server = start("--dev", "--requests-per-minute", "100000", "--trust-proxy", "127.0.0.1")
    guarded_by_a_code(server)
    client = browser(server)
    asked(client)
    refused = shows(client, "made-up", "{}")
    assert refused.status_code == 403
    assert 'action="/login"' in refused.text
    assert 'name="ticket"' not in refused.text
    client.close()


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://vault.example", ("vault.example", "https://vault.example")),
        ("https://Vault.Example:443", ("vault.example", "https://vault.example")),
        ("https://vault.example:8443", ("vault.example", "https://vault.example:8443")),
        ("http://localhost:8642", ("localhost", "http://localhost:8642")),
        ("http://127.0.0.1:8642", ("localhost", "http://localhost:8642")),
        ("http://[::1]:80", ("localhost", "http://localhost")),
        ("http://vault.localhost:1", ("vault.localhost", "http://vault.localhost:1")),
        ("http://vault.example", "plain"),
        ("http://notlocalhost:8642", "plain"),
        ("http://192.168.1.5:8642", "plain"),
        ("http://0.0.0.0:8642", "plain"),
        ("https://192.168.1.5", "digits"),
        ("https://[2001:db8::1]", "digits"),
        ("https://127.0.0.1", "digits"),
    ],
)
def test_a_passkey_is_for_a_name_over_https_or_on_this_machine(base_url: str, expected: tuple[str, str] | str) -> None:
    found = party_of(base_url)
    assert (found.why if isinstance(found, Hindrance) else (found.id, found.origin)) == expected
