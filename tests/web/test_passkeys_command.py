"""`firstparty passkeys`: listed for people and programs, and removed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.vault.authenticators import Authenticator
from tests.web.conftest import KEY, Shell, shell_in
from vault.session import Vault
from vault.sessions import passkeys
from vault.sessions.ceremonies import RelyingParty
from vault.sessions.passkeys import Passkey
from web import clock


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """A vault with a passkey."""
    made, party, challenge = shell_in(tmp_path), RelyingParty("vault.example", "https://vault.example"), b"c" * 32
    made.init()
    key = (made.cwd / KEY).read_text().strip()
    with Vault.open(made.home, key, now=clock.now(), by="test") as vault:
        answer = Authenticator(party.origin).made(passkeys.creation_options(vault, party, challenge))
        assert isinstance(passkeys.add(vault, party, challenge, answer, "Phone [red]"), Passkey)
    return made


def test_passkeys_are_listed_and_removed(shell: Shell) -> None:
    (one,) = shell.json("passkeys")["passkeys"]
    assert set(one) == {"id", "name", "host", "added_at", "used_at"}
    assert (one["name"], one["host"], one["used_at"]) == ("Phone [red]", "vault.example", None)
    shown = shell.run("passkeys").stdout
    assert "Phone [red]" in shown
    assert "never" in shown
    assert shell.run("passkeys", "remove", str(one["id"])).returncode == 0
    assert shell.json("passkeys") == {"passkeys": []}
    assert "no passkeys" in shell.run("passkeys").stdout
    again = shell.run("passkeys", "remove", str(one["id"]))
    assert again.returncode == 2
    assert "firstparty passkeys" in again.stderr


def test_what_checks_passkeys_is_not_imported_to_list_them() -> None:
    """It takes a third of a second."""
    import subprocess

    code = "import sys; from web.commands import passkeys; from vault.sessions import passkeys; sys.exit('webauthn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
