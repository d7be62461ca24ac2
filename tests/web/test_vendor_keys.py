"""`firstparty vendor-keys`: who a vendor's program is. Needs no vault."""

from __future__ import annotations

import json
import stat

from connectors.kit import Credentials
from tests.web.conftest import Shell
from vault.access.clients import registration

URL = "https://shop.example/client.json"


def test_keys_and_document_are_made_for_a_vault_to_read(empty: Shell) -> None:
    made = empty.json(
        "vendor-keys",
        "keys",
        "--client-id",
        URL,
        "--name",
        "Example Shop",
        "--redirect-uri",
        "https://shop.example/back",
    )
    folder = empty.cwd / "keys"
    assert made["client_id"] == URL
    assert stat.S_IMODE((folder / "private-keys.json").stat().st_mode) == 0o600
    found = registration((folder / "client.json").read_bytes())
    assert (found.url, found.name) == (URL, "Example Shop")
    assert found.redirect_uris == ("https://shop.example/back",)
    assert Credentials.load(folder).client_id == URL
    assert not empty.home.exists()


def test_both_kinds_of_keys_are_published_and_agreements_are_signed_with_ed25519(empty: Shell) -> None:
    empty.json("vendor-keys", "keys", "--client-id", URL, "--es256")
    found = registration((empty.cwd / "keys" / "client.json").read_bytes())
    assert [key.algorithm for key in found.keys] == ["ES256", "EdDSA"]
    assert len(found.signing) == 1
    assert found.name == "shop.example"


def test_nothing_private_is_in_the_document_or_the_output(empty: Shell) -> None:
    done = empty.run("vendor-keys", "keys", "--client-id", URL)
    held = json.loads((empty.cwd / "keys" / "private-keys.json").read_text())["keys"][0]["d"]
    assert held not in done.stdout + done.stderr + (empty.cwd / "keys" / "client.json").read_text()


def test_nothing_is_written_over(empty: Shell) -> None:
    empty.json("vendor-keys", "keys", "--client-id", URL)
    before = (empty.cwd / "keys" / "private-keys.json").read_bytes()
    done = empty.run("vendor-keys", "keys", "--client-id", URL)
    assert done.returncode == 1
    assert "never overwritten" in done.stderr
    assert (empty.cwd / "keys" / "private-keys.json").read_bytes() == before


def test_a_client_id_that_no_vault_takes_is_refused_before_anything_is_made(empty: Shell) -> None:
    for url in ("shop.example", "http://shop.example/client.json", "https://shop.example"):
        done = empty.run("vendor-keys", "keys", "--client-id", url)
        assert done.returncode == 1
        assert "https://shop.example/client.json" in done.stderr
        assert not (empty.cwd / "keys").exists()
