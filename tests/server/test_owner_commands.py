"""The owner's commands beside a running server, written as they are promised, each seen by the vendor that it concerns."""

from __future__ import annotations

import json
import os
import pty
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import warm
from tests.server.conftest import PATIENCE_SECONDS, Made, environment, started
from tests.server.test_running import command
from tests.server.trading import Side
from tests.server.vendors import EMAIL, PHONE, vendor
from tests.vault.butlers import INTENTION, RULES
from vault.butler import rulebook

REQUEST_KEYS = {"id", "kind", "vendor", "received", "verdict", "reasons", "asks"}
GRANT_KEYS = {
    "id", "vendor", "datatypes", "purpose", "retention", "agreement", "expires", "reads", "last_read", "state",
}  # fmt: skip


class Home:
    """A served vault with one vendor in it, whose owner has nothing but commands."""

    def __init__(self, made: Made, side: Side) -> None:
        self.made, self.side = made, side

    def run(self, *words: str) -> str:
        done = command(self.made, *words)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.run(*words, "--json"))

    def file(self, name: str, **changes: object) -> str:
        path = self.made.home.parent / name
        path.write_text(json.dumps({**INTENTION, **changes}))
        return str(path)

    def confirmed(self, *words: str) -> str:
        """A command at a terminal, whose question is answered with yes."""
        ours, theirs = pty.openpty()
        try:
            os.write(ours, b"y\n")
            done = warm.run(
                *words,
                env=environment(self.made.home),
                cwd=self.made.home.parent,
                timeout=PATIENCE_SECONDS,
                stdin=theirs,
            )
        finally:
            os.close(ours)
            os.close(theirs)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout


@pytest.fixture(scope="module")
def home(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    folder = tmp_path_factory.mktemp("owner")
    shutil.copytree(template.home, folder / "vault")
    made = template._replace(home=folder / "vault")
    with vendor(made) as shop:
        with made.open() as vault:
            rulebook.install(vault, RULES, "rules.toml")
        shop.server = started(made, "--dev", secret=made.recovery_key)
        try:
            found = Home(made, Side(shop, shop.identified()))
            found.run("vendor", "add", "Shoe Shop", "--domain", "shoes.example")
            found.run("vendor", "link", shop.shop.url, "Shoe Shop")
            yield found
        finally:
            shop.server.stop()


def test_the_profile_is_set_and_shown(home: Home) -> None:
    home.run("profile", "set", PHONE, "+49 30 1234567")
    shown = {one["category"]: one["value"] for one in home.json("profile", "show")["attributes"]}
    assert (shown[PHONE], shown[EMAIL]) == ("+49 30 1234567", "home@example.org")


def test_an_intention_is_published_closed_and_awarded(home: Home) -> None:
    home.run("vendor", "screen", "Shoe Shop", "yes")
    want = home.json("intent", "publish", home.file("plan.json"))
    (seen,) = home.side.intents
    offered = home.side.offers(2500, intent=seen["id"])
    assert offered["state"] == "stands"
    home.run("intent", "close", want["id"])
    assert home.side.get(f"/v1/intents/{seen['id']}").json()["state"] == "closed"
    home.confirmed("intent", "award", want["id"])
    found = home.side.get(f"/v1/offers/{offered['id']}").json()
    assert (found["state"], found["order"]["state"]) == ("awarded", "made")


def test_the_owner_is_told_that_an_intention_gives_their_name_and_finds_it_in_the_log(home: Home) -> None:
    home.run("profile", "set", "pd:Name", "Owner of this vault")
    plain = home.json("intent", "publish", home.file("plain.json"))
    said = home.run("intent", "publish", home.file("named.json", pseudonym="own-name"))
    named = said.split()[0]
    assert "Your name (pd:Name, as far as your profile has one) is told to every vendor" in said
    assert "is told to every vendor that sees it" in home.run("intent", "preview", named, "--vendor", home.side.url)
    previews = [home.json("intent", "preview", id, "--vendor", home.side.url) for id in (plain["id"], named)]
    assert [one["tells"] for one in (plain, *previews)] == [[], [], ["pd:Name"]]
    assert [one["pseudonym"] for one in home.side.intents if one["id"] == previews[1]["intention"]["id"]] == [
        "Owner of this vault"
    ]
    leaves = [one for one in home.json("audit", "log")["leaves"] if one["event"] == "intention.published"]
    told = {body["intention"]: body.get("tells") for body in (json.loads(one["body"]) for one in leaves)}
    assert (told[plain["id"]], told[named]) == (None, ["pd:Name"])
    for id in (plain["id"], named):
        home.run("intent", "withdraw", id)


def test_an_intention_is_given_up(home: Home) -> None:
    want = home.json("intent", "publish", home.file("other.json"))
    (seen,) = home.side.intents
    home.run("intent", "withdraw", want["id"])
    assert home.side.intents == []
    assert home.side.get(f"/v1/intents/{seen['id']}").json().get("state") != "open"


def test_what_a_vendor_asks_is_approved_in_part_denied_and_the_grant_revoked(home: Home) -> None:
    shop, client = home.side.vendor, home.side.vendor.client()
    details = [{**shop.details[0], "datatypes": [EMAIL, PHONE]}]
    asked, other = shop.asked(client, details=details), shop.asked(client)
    first, second = home.json("requests")["requests"]
    assert first.keys() >= REQUEST_KEYS
    assert (first["kind"], first["vendor"], first["asks"]["datatypes"]) == ("data-request", "Shop", [EMAIL, PHONE])
    home.run("approve", first["id"], "--only", EMAIL)
    home.run("deny", second["id"], "--because", "not this year")
    assert home.json("requests") == {"requests": []}
    form = {"auth_req_id": other, "grant_type": "urn:openid:params:grant-type:ciba"}
    token: Any = client.ciba(asked)
    refused = client.session.post(
        client.token_endpoint, data=form, auth=client.auth, timeout=60,
        headers={"DPoP": str(token.dpop_key.proof(htm="POST", htu=client.token_endpoint))},
    )  # fmt: skip
    assert (refused.json()["error"], "not this year" in refused.text) == ("access_denied", True)
    path = f"/v1/profile?categories={EMAIL}"
    assert shop.shown(token, path).json()["attributes"][0]["value"] == "home@example.org"
    (grant,) = [one for one in home.json("grants")["grants"] if one["id"] == token.grant_id]
    assert grant.keys() >= GRANT_KEYS
    assert (grant["datatypes"], grant["reads"], grant["state"]) == ([EMAIL], 1, "active")
    assert grant["agreement"] == shop.agreement
    assert grant["last_read"]
    home.run("grant", "revoke", grant["id"])
    assert shop.shown(token, path).status_code == 401
    (over,) = [one for one in home.json("grants")["grants"] if one["id"] == grant["id"]]
    assert over["state"] == "revoked"


@pytest.mark.parametrize("word", ["never", "not-now", "yes"])
def test_the_owners_word_on_a_vendor_is_what_its_client_learns(home: Home, word: str) -> None:
    home.run("vendor", "screen", "Shoe Shop", word)
    # It learns its own name, not what the owner calls it.
    assert home.side.get("/v1/introduction").json() == {"standing": word, "vendor": "Shop"}


def test_a_vendor_is_invited_by_a_link_that_the_server_knows(home: Home) -> None:
    made = home.json("invite", "Shoe Shop")
    server = home.side.vendor.server
    assert server
    assert made["link"].startswith(server.url)
    card = server.client.get(made["link"].removeprefix(server.url), headers={"Accept": "application/json"}).json()
    assert card == {"issuer": server.url, "code": made["code"]}
    assert f"{server.url}/invite/" in home.run("invite", "Shoe Shop")


def test_the_outbox_is_listed_and_a_vendor_gets_keys(home: Home, tmp_path: Path) -> None:
    assert home.json("outbox") == {"webhooks": [], "deliveries": []}
    made = home.json("vendor-keys", str(tmp_path / "keys"), "--client-id", "https://shop.example/client.json")
    document = json.loads(Path(made["document"]).read_text())
    assert document["client_id"] == made["client_id"] == "https://shop.example/client.json"
