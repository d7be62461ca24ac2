"""How to ask every route so that it succeeds: what `test_route_table` asks by, as every principal.

A route without parameters in its path is asked at its path, with its own `body_example` (that of the route's table) if it has
a body. Everything else has a row in `RECIPES`, by `METHOD /path`: a function that is given the `World` and returns an `Ask`
with the path (a real object in it) and what is sent. It is called anew for each principal that is to succeed, so it may use
its object up. A route with parameters that has no row here fails the build.

To add a row: make the object through the wire (`world.sent(...)`, as the vendor), or as the owner beside the server
(`with world.owner() as vault: ...`), or once for all in `world`, and give its path.
"""

from __future__ import annotations

import json
import re
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from requests_oauth2client import DPoPToken, OAuth2Client

from terms.proof import jcs
from tests.server.conftest import PASSPHRASE, Made, Server, started
from tests.server.trading import Side, published
from tests.server.vendors import Vendor, vendor
from tests.vault.authenticators import Authenticator
from tests.vault.butlers import RULES
from vault import agreements, meeting, owner
from vault.access.handles import hash_of
from vault.butler import rulebook
from vault.engaging import addressees, rights
from vault.meeting import Standing
from vault.session import Vault
from vault.sessions import passkeys
from vault.sessions.ceremonies import RelyingParty
from vault.sessions.passkeys import Passkey
from vault.store import agreements as agreement_store
from web import beside
from web.server.routes import Access, Route


@dataclass(frozen=True)
class Ask:
    """`form` is sent in the place of JSON, `headers` beside those of the principal."""

    path: str
    body: object = None
    form: dict[str, str] | None = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class World:
    """One server, one vendor that is let in, and its tokens: of the client alone, of a live grant, and two that are over."""

    server: Server
    vendor: Vendor
    client: OAuth2Client
    tokens: dict[str, DPoPToken] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def owner(self) -> Iterator[Vault]:
        """The owner at work beside the server."""
        vault = beside.opened(self.server.home, by="test", now=None)
        assert vault
        with vault:
            yield vault

    def sent(self, method: str, path: str, body: object = None) -> Any:
        """What the vendor got for a request that has to succeed."""
        answer = self.vendor.shown(self.tokens["vendor"], path, method, json=body)
        assert answer.ok, (method, path, answer.text)
        return answer.json() if answer.content else None

    @property
    def side(self) -> Side:
        return self.kept.setdefault("side", Side(self.vendor, self.tokens["vendor"]))

    @property
    def intent(self) -> str:
        return str(self.side.intents[0]["id"])


@contextmanager
def world(template: Made, folder: Path) -> Iterator[World]:
    shutil.copytree(template.home, folder / "vault")
    made = template._replace(home=folder / "vault")
    with vendor(made) as one:
        one.server = started(made, "--dev", "--requests-per-minute", "1000000", secret=made.recovery_key)
        try:
            found = World(one.server, one, one.client())
            _prepared(found)
            yield found
        finally:
            one.server.stop()


def _prepared(found: World) -> None:
    one = found.vendor
    with found.owner() as vault:
        rulebook.install(vault, RULES, "rules.toml")
        client = agreement_store.client_by_url(vault.connection, one.shop.url)
        assert client
        meeting.screen(vault, [client.id], Standing.YES)
        published(vault)
    found.tokens |= {"vendor": one.identified(found.client)}
    for name in ("expired", "revoked", "granted"):
        found.tokens[name] = _granted(found)
    with found.owner() as vault:
        vault.connection.execute(
            "UPDATE token SET expires_at = '2000-01-01T00:00:00Z' WHERE hash = ?",
            (hash_of(found.tokens["expired"].access_token),),
        )
    revoked: Any = found.tokens["revoked"]
    assert one.shown(revoked, f"/oauth/grants/{revoked.grant_id}", "DELETE").status_code == 204


# --- recipes ------------------------------------------------------------------------------------------------------------

Recipe = Callable[[World, Route], Ask]


def _example(world: World, route: Route) -> Ask:
    body = msgspec.to_builtins(route.body_example) if route.body_example is not None else None
    return Ask(route.path, body)


def _at(**parameters: Callable[[World], str]) -> Recipe:
    """The example of the route, with these in its path."""

    def asked(world: World, route: Route) -> Ask:
        path = re.sub(r"\{(\w+)\}", lambda found: parameters[found[1]](world), route.path)
        return Ask(path, _example(world, route).body)

    return asked


def _grant(world: World) -> str:
    return str(world.tokens["granted"].as_dict()["grant_id"])


def _grant_to_give_up(world: World, route: Route) -> Ask:
    """The grant of the token that is shown; `ask` gets another before the next route."""
    world.kept["given up"] = True
    return Ask(f"/oauth/grants/{_grant(world)}")


def _waiting(world: World) -> str:
    """A new request of the vendor's."""
    before = _requests(world)
    world.kept["asked"] = world.vendor.asked(world.client)
    (new,) = _requests(world) - before
    return new


def _requests(world: World) -> set[str]:
    return {one["id"] for one in world.server.owner.get("/owner/requests").json()["requests"]}


def _granted(world: World) -> DPoPToken:
    answer = world.server.owner.post(f"/owner/requests/{_waiting(world)}/approve", json={})
    assert answer.status_code == 200, answer.text
    token = world.client.ciba(world.kept["asked"])
    assert isinstance(token, DPoPToken)
    return token


def _invitation(world: World) -> str:
    with world.owner() as vault:
        return meeting.invite(vault, owner.add_vendor(vault, f"Shop {uuid.uuid4().hex}")).code


def _agreement(world: World) -> str:
    return str(world.sent("GET", "/v1/agreements")["agreements"][0]["id"])


def _terms(world: World, route: Route) -> Ask:
    """In the place of those in force, while nothing else is proposed."""
    there = world.sent("GET", "/v1/agreements")["agreements"]
    with world.owner() as vault:
        for one in there:
            if one["state"] == "proffered":
                agreements.withdraw(vault, one["id"], "")
    _follow(world, there)
    return Ask("/v1/agreements", {"terms": "SD-BASE", "replaces": world.vendor.agreement})


def _follow(world: World, there: list[Any]) -> None:
    """Another agreement may be in force by now, which a new grant needs."""
    (active,) = [one["id"] for one in there if one["state"] == "active"]
    if active != world.vendor.agreement:
        world.vendor.agreement = active
        world.tokens["granted"] = _granted(world)


def _accepted(world: World, route: Route) -> Ask:
    """An agreement that was asked for, accepted by the shop. Its grants end with the one that it replaces."""
    asked, now, shop = _terms(world, route), datetime.now(UTC), world.vendor.shop
    made = world.sent("POST", asked.path, asked.body)
    id = shop.takes(jcs.canonical(made["entries"][0]), now)
    return Ask(f"/v1/agreements/{id}/entries", {"entry": json.loads(shop.accepts(id, now))})


def _offer(world: World, route: Route) -> Ask:
    return Ask("/v1/offers", {"offer": world.side.signed()})


def _wanted_offer(world: World, route: Route) -> Ask:
    intent = world.intent
    return Ask(f"/v1/intents/{intent}/offers", {"offer": world.side.signed(intent=intent)})


def _standing_offer(world: World) -> str:
    return str(world.side.offers()["id"])


def _receipt(world: World) -> str:
    return str(world.side.offers()["receipt"])


def _contract(world: World) -> str:
    world.sent("PUT", "/v1/relationship/contracts/first", _body_of(world, "PUT", "/v1/relationship/contracts/{ref}"))
    return "first"


def _of_contract(world: World, route: Route) -> Ask:
    """The example, about a contract that there is."""
    body: Any = _example(world, route).body
    return Ask(
        route.path, {**body, "contract": _contract(world)} | ({"number": uuid.uuid4().hex} if "number" in body else {})
    )


def _body_of(world: World, method: str, path: str) -> object:
    from web.server import application

    (route,) = [one for one in application.collected() if (one.method, one.path) == (method, path)]
    return _example(world, route).body


def _right(world: World) -> str:
    with world.owner() as vault:
        to = addressees.found(vault, world.vendor.shop.url, vault.now)
        return rights.ask(vault, to, rights.Right.ACCESS).id


def _message(world: World, route: Route) -> Ask:
    return Ask(route.path, {"kind": "service", "subject": "Your order", "body": "It is on its way."})


def _seen(world: World, route: Route) -> Ask:
    with world.owner() as vault:
        to = addressees.found(vault, world.vendor.shop.url, vault.now)
        rights.ask(vault, to, rights.Right.ACCESS)
    return Ask(route.path, {"events": [one["id"] for one in world.sent("GET", "/v1/events")["events"]][:1]})


def _hooked(world: World, route: Route) -> Ask:
    """With a webhook, at which nobody answers."""
    body = {"url": "http://127.0.0.1:9/hook"}
    if route.method != "PUT":
        world.sent("PUT", "/v1/webhook", body)
        return _example(world, route)
    return Ask(route.path, body)


def _link(world: World) -> str:
    return str(world.server.owner.post("/owner/login").json()["url"].rpartition("/")[2])


def _entered(world: World, route: Route) -> Ask:
    return Ask(f"/enter/{_link(world)}", form={"next": "/"})


def _pushed(world: World, route: Route) -> Ask:
    request = world.client.authorization_request(scope=None, authorization_details=json.dumps(world.vendor.details))
    uri = str(world.client.pushed_authorization_request(request).uri)
    return Ask(uri.removeprefix(world.server.url))


def _passphrase(world: World, route: Route) -> Ask:
    return Ask(route.path, form={"passphrase": PASSPHRASE, "next": "/"})


def _challenged(world: World, route: Route) -> Ask:
    """By the name that passkeys are for."""
    return Ask(route.path, form={"next": "/"}, headers={"Host": f"localhost:{world.server.port}"})


def _by_passkey(world: World, route: Route) -> Ask:
    asked = _challenged(world, route)
    device = world.kept.setdefault("device", None) or _device(world)
    answer = world.server.client.post(f"{route.path}/challenge", data=asked.form, headers=asked.headers)
    visitor = answer.headers["set-cookie"].partition(";")[0]
    form = {"next": "/", "answer": device.shown(answer.text)}
    return Ask(route.path, form=form, headers={**asked.headers, "Cookie": visitor})


def _device(world: World) -> Authenticator:
    """One whose passkey the vault has."""
    party = RelyingParty("localhost", f"http://localhost:{world.server.port}")
    device = world.kept["device"] = Authenticator(party.origin)
    with world.owner() as vault:
        answer = device.made(passkeys.creation_options(vault, party, b"c" * 32))
        assert isinstance(passkeys.add(vault, party, b"c" * 32, answer, "Phone"), Passkey)
    return device


def _calendar(world: World) -> str:
    from vault.reminding import calendar

    if "calendar" not in world.kept:
        with world.owner() as vault:
            world.kept["calendar"] = calendar.turn_on(vault)
    return f"{world.kept['calendar']}.ics"


def _asset(world: World) -> str:
    from web.pages.frame.assets import address_of

    return address_of("style.css").rpartition("/")[2]


RECIPES: dict[str, Recipe] = {
    "GET /oauth/grants/{id}": _at(id=_grant),
    "DELETE /oauth/grants/{id}": _grant_to_give_up,
    "POST /owner/requests/{id}/approve": lambda world, route: Ask(f"/owner/requests/{_waiting(world)}/approve", {}),
    "POST /owner/requests/{id}/deny": lambda world, route: Ask(f"/owner/requests/{_waiting(world)}/deny", {}),
    "GET /oauth/authorize": _pushed,
    "GET /invite/{code}": _at(code=_invitation),
    "GET /v1/agreements/{id}": _at(id=_agreement),
    "POST /v1/agreements": _terms,
    "POST /v1/agreements/{id}/entries": _accepted,
    "GET /v1/intents/{id}": _at(id=lambda world: world.intent),
    "POST /v1/introduction": lambda world, route: Ask(route.path, {"name": "Shop", "intro": "Hello."}),
    "POST /v1/intents/{id}/offers": _wanted_offer,
    "POST /v1/offers": _offer,
    "GET /v1/offers/{id}": _at(id=_standing_offer),
    "POST /v1/offers/{id}/withdraw": _at(id=_standing_offer),
    "GET /v1/receipts/{id}": _at(id=_receipt),
    "PUT /v1/relationship/contracts/{ref}": _at(ref=_contract),
    "GET /v1/relationship/contracts/{ref}": _at(ref=_contract),
    "POST /v1/relationship/invoices": _of_contract,
    "POST /v1/relationship/usage": _of_contract,
    "POST /v1/messages": _message,
    "GET /v1/rights/{id}": _at(id=_right),
    "POST /v1/rights/{id}/answer": _at(id=_right),
    "POST /v1/events/acknowledge": _seen,
    "PUT /v1/webhook": _hooked,
    "GET /v1/webhook": _hooked,
    "DELETE /v1/webhook": _hooked,
    "POST /v1/webhook/test": _hooked,
    "POST /v1/webhook/rotate": _hooked,
    # The pages. What a page of the owner answers in a session is its own tests' to ask.
    "GET /enter/{token}": _at(token=lambda world: "x"),
    "POST /enter/{token}": _entered,
    "POST /login": _passphrase,
    "POST /unlock": _passphrase,
    "POST /login/code": lambda world, route: Ask(route.path, form={"ticket": "x", "code": "000000", "next": "/"}),
    "POST /login/passkey/challenge": _challenged,
    "POST /login/passkey": _by_passkey,
    "GET /calendar/{token}": _at(token=_calendar),
    "GET /assets/{name}": _at(name=_asset),
}


def ask(world: World, route: Route) -> Ask:
    """How to ask this route so that it succeeds."""
    if world.kept.pop("given up", False):
        world.tokens["granted"] = _granted(world)
    recipe = RECIPES.get(f"{route.method} {route.path}")
    if recipe is None and {getattr(route.access, name) for name in Access.__slots__} == {303}:
        # A page of the owner leads everybody without a session to where they get one, whatever it is about.
        return Ask(re.sub(r"\{\w+\}", "x", route.path))
    if recipe is None:
        assert "{" not in route.path, f"tests/server/asking.py says nothing about `{route.method} {route.path}`"
        recipe = _example
    return recipe(world, route)
