"""`firstparty profile`, `grants` and `grant`: words for people, JSON for programs, and refusals that say what to do."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from terms.proof import jcs
from tests.vault.shops import Shop
from tests.web.conftest import KEY, Shell, shell_in
from tests.web.lasting import COMMAND_LINE, Program, lasting
from vault import granting, ids
from vault.session import Vault

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EMAIL, ADDRESS = "pd:EmailAddress", "pd:PhysicalAddress"
GRANT_FIELDS = "id vendor datatypes purpose retention agreement expires reads last_read state".split()


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with Program(COMMAND_LINE) as running:
        yield running


@pytest.fixture(scope="module")
def template(program: Program, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with a profile and an agreement that binds, opened by its recovery key, which needs no stretching."""
    folder: Path = tmp_path_factory.mktemp("sharing")
    shell = lasting(shell_in(folder), program)
    shell.env["FIRSTPARTY_NOW"] = "2026-06-01"
    shell.init()
    shell.json("vendor", "add", "Example Shop", "--domain", "shop.example")
    shell.json("profile", "set", EMAIL, "home@example.org", "--label", "home")
    shell.json("profile", "set", ADDRESS, "Example Street 1", "12345 Exampletown")
    shop = Shop()
    (folder / "CLIENT.json").write_bytes(shop.document())
    made = shell.json("agreement", "proffer", "Example", "--client", "CLIENT.json", "--for", "P1Y")["made"][0]
    id = shop.takes(jcs.canonical(made["signed"]), NOW)
    (folder / "answer.json").write_bytes(shop.accepts(id, NOW))
    shell.json("agreement", "receive", "answer.json")
    return folder


@pytest.fixture
def shell(program: Program, template: Path, tmp_path: Path) -> Shell:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    made = lasting(shell_in(tmp_path), program)
    made.env["FIRSTPARTY_NOW"] = "2026-06-01"
    return made


def give(shell: Shell, *words: str) -> Any:
    return shell.json("grant", "give", "Example", "--data", "pd:Contact", "--purpose", "dpv:ServiceProvision", *words)


def refused(shell: Shell, *words: str, code: int = 1) -> str:
    done = shell.run(*words)
    assert done.returncode == code, done.stdout
    return done.stderr


def read(shell: Shell, id: str) -> None:
    """The vendor reads by its grant, as a server would let it."""
    recovery_key = (shell.cwd / KEY).read_text().strip()
    with Vault.open(shell.home, recovery_key, now=NOW, by="test") as vault:
        granting.release(vault, ids.number_of("grant", id))


# --- profile --------------------------------------------------------------------------------------------------------


def test_the_profile_is_shown_with_what_was_and_who_may_read_it(shell: Shell) -> None:
    given = give(shell)
    shell.json("profile", "set", EMAIL, "new@example.org", "--label", "home", "--from", "2026-05-01")
    shell.json("profile", "set", "pd:Religion", "none of your business")
    email, address, religion = shell.json("profile", "show")["attributes"]
    assert (email["value"], email["from"], email["until"]) == ("new@example.org", "2026-05-01", None)
    assert email["others"] == [{"value": "home@example.org", "from": None, "until": "2026-04-30"}]
    assert email["read_by"] == [{"grant": given["id"], "vendor": "Example Shop"}]
    assert (address["kind"], address["value"]) == ("address", ["Example Street 1", "12345 Exampletown"])
    assert (religion["sensitivity"], religion["read_by"]) == ("special", [])
    page = shell.run("profile", "show", "pd:Contact", "--history").stdout
    assert "new@example.org" in page
    assert "home@example.org" in page
    assert "business" not in page


def test_mistakes_are_met_with_the_nearest_word(shell: Shell) -> None:
    assert "did you mean `pd:EmailAddress`?" in refused(
        shell, "profile", "set", "pd:EmailAdress", "x@y.example", code=2
    )
    assert "is not a day" in refused(shell, "profile", "set", "pd:BirthDate", "yesterday", code=2)
    assert "is no e-mail address" in refused(shell, "profile", "set", EMAIL, "nobody", code=2)
    assert "your profile has no `pd:Name`" in refused(shell, "profile", "remove", "pd:Name")
    wrong = ("grant", "give", "Example", "--data", EMAIL, "--purpose")
    assert "did you mean `dpv:ServiceProvision`?" in refused(shell, *wrong, "dpv:ServiceProvison", code=2)


def test_what_is_removed_stays_in_the_history_and_what_is_erased_does_not(shell: Shell) -> None:
    assert "Removed." in shell.run("profile", "remove", EMAIL).stdout
    page = shell.run("profile", "show").stdout
    assert "home@example.org" not in page
    assert "home@example.org" in shell.run("profile", "show", "--history").stdout
    given = give(shell)
    read(shell, given["id"])
    done = shell.json("profile", "remove", ADDRESS, "--erase")
    assert done["emptied_records"] == 1
    assert shell.json("grant", "reads", given["id"])["reads"][0]["body"] is None
    assert "(erased)" in shell.run("grant", "reads", given["id"]).stdout
    assert shell.json("profile", "show", ADDRESS)["attributes"] == []
    assert shell.run("audit", "verify").returncode == 0
    assert "give one of the two" in refused(shell, "profile", "remove", EMAIL, "--erase", "--erase-past", code=2)


# --- grants ---------------------------------------------------------------------------------------------------------


def test_a_grant_is_given_listed_read_narrowed_and_revoked(shell: Shell) -> None:
    given = give(shell, "--retention", "P30D", "--for", "P6M")
    (listed,) = shell.json("grants")["grants"]
    assert listed == given
    assert {name: listed[name] for name in GRANT_FIELDS} == {
        "id": given["id"],
        "vendor": "Example Shop",
        "datatypes": ["pd:Contact"],
        "purpose": "dpv:ServiceProvision",
        "retention": "P30D",
        "agreement": shell.json("agreements")["agreements"][0]["id"],
        "expires": "2026-12-01T12:00:00Z",
        "reads": 0,
        "last_read": None,
        "state": "active",
    }
    read(shell, given["id"])
    (one,) = shell.json("grant", "reads", "example")["reads"]
    assert (one["asked"], one["given"]) == (["pd:Contact"], [EMAIL, ADDRESS])
    assert one["body"]["attributes"][0]["value"] == "home@example.org"
    assert shell.json("grant", given["id"][:9])["reads"] == 1
    assert "used once, last on 2026-06-01" in shell.run("grant", "Example").stdout
    narrowed = shell.json("grant", "narrow", "Example", "--only", EMAIL)
    assert (narrowed["datatypes"], narrowed["state"]) == ([EMAIL], "narrowed")
    assert "a grant is never widened" in refused(shell, "grant", "narrow", "Example", "--only", ADDRESS, code=2)
    assert shell.json("grant", "revoke", "Example")["state"] == "revoked"
    assert "cannot revoke" in refused(shell, "grant", "revoke", "Example")
    assert shell.json("grants", "--state", "active")["grants"] == []
    assert len(shell.json("grants", "--state", "revoked", "--vendor", "shop")["grants"]) == 1


def test_what_the_terms_or_the_owner_do_not_allow_is_refused_with_the_reason(shell: Shell) -> None:
    base = ("grant", "give", "Example", "--purpose", "dpv:ServiceProvision", "--data")
    assert "allows no sharing" in refused(shell, *base, EMAIL, "--recipient", "Example Ads Ltd")
    assert "does not allow training AI" in refused(shell, *base, EMAIL, "--ai-training")
    assert shell.run("terms", "choose", "--vendor", "Example", "--refuse-data", EMAIL).returncode == 0
    assert f"{EMAIL} is refused" in refused(shell, *base, EMAIL)
    assert shell.json(*base, ADDRESS)["state"] == "active"


def test_an_unused_grant_is_marked(shell: Shell) -> None:
    give(shell)
    assert shell.json("grants", "--now", "2026-08-29")["grants"][0]["unused"] is False
    assert shell.json("grants", "--now", "2026-08-30")["grants"][0]["unused"] is True
    assert "(unused)" in shell.run("grants", "--now", "2026-08-30").stdout
    assert "is it still needed?" in shell.run("grant", "Example", "--now", "2026-08-30").stdout


def test_a_grant_is_over_with_its_agreement_and_expire_puts_that_on_record(shell: Shell) -> None:
    given = give(shell)
    assert shell.json("grants", "--now", "2027-06-02")["grants"][0]["state"] == "ended"
    assert shell.json("grants")["grants"][0]["state"] == "active"
    assert "Nothing has run out." in shell.run("grant", "expire").stdout
    shell.json("agreement", "withdraw", "Example", "--yes")
    assert f"{given['id']} (Example Shop) is ended." in shell.run("grant", "expire").stdout
    assert shell.json("grant", "expire")["grants"] == []
    assert "no agreement binds" in refused(
        shell, "grant", "give", "Example", "--data", EMAIL, "--purpose", "dpv:ServiceProvision"
    )


SITE = {"kind": "website", "value": "https://shop.example"}


def test_changes_are_listed_by_whom_they_are_owed_and_who_is_to_be_told(shell: Shell) -> None:
    given = give(shell)
    assert "Nobody is known" in shell.run("profile", "changes").stdout
    read(shell, given["id"])
    said = shell.run("profile", "set", ADDRESS, "New Road 2", "--now", "2026-06-02").stdout
    assert "1 notice is owed" in said
    later = ("--now", "2026-06-03")
    (pending,) = shell.json("profile", "changes", *later)["pending"]
    assert (pending["category"], pending["kind"], pending["from"]) == (ADDRESS, "replaced", "2026-06-02")
    assert (pending["grant"], pending["delivered"]) == (given["id"], None)
    assert "has changed" in shell.run("profile", "changes", *later).stdout
    shell.json("grant", "revoke", "Example", *later)
    changes = shell.json("profile", "changes", *later)
    assert changes["pending"] == []
    (telling,) = changes["still_to_tell"]
    assert (telling["vendor"], telling["contacts"]) == ("Example Shop", [SITE])
    assert telling["changes"] == [{"category": ADDRESS, "from": "2026-06-02", "because": "it read this on 2026-06-01"}]
    shell.run("vendor", "contact", "Example", "mailto:privacy@shop.example", "--for", "privacy")
    (telling,) = shell.json("profile", "changes", *later)["still_to_tell"]
    assert telling["contacts"] == [{"kind": "privacy", "value": "mailto:privacy@shop.example"}, SITE]
    assert "mailto:privacy@shop.example" in shell.run("profile", "changes", *later).stdout
    shell.run("vendor", "contact", "Example", "mailto:privacy@shop.example", "--remove")
    shell.run("profile", "told", "Example", *later)
    assert shell.json("profile", "changes", *later)["still_to_tell"] == []


def test_names_that_fit_nothing_or_too_much_are_said(shell: Shell) -> None:
    assert "there is no grant `nobody`" in refused(shell, "grant", "nobody")
    give(shell)
    give(shell)
    assert "fits 2 grants" in refused(shell, "grant", "revoke", "Example")
