"""An open vault: making, opening, writing, changing what opens it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from terms.errors import FirstpartyError
from tests.vault.conftest import NOW, PASSPHRASE, Made
from vault import files, keyring, session
from vault.session import Vault, VaultExistsError
from vault.store import audit
from vault.store.lock import Lock

ROOT = Path(__file__).parents[2]
KEYRING_AND_DATABASE = {"keyring.json", "vault.db"}


def events(vault: Vault) -> list[str]:
    return [str(row[0]) for row in vault.connection.execute("SELECT event FROM audit_leaf ORDER BY n")]


def content(home: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}


# --- making -----------------------------------------------------------------------------------------------------


def test_a_vault_can_be_used_as_soon_as_it_is_made(tmp_path: Path) -> None:
    with Vault.create(tmp_path / "deep" / "vault", PASSPHRASE, keyring.new_recovery_key(), now=NOW) as vault:
        with vault.transaction():
            vault.log("test.event", {})
        assert events(vault) == ["vault.created", "test.event"]
    with Vault.open(tmp_path / "deep" / "vault", PASSPHRASE, now=NOW, by="test") as vault:
        assert events(vault)[-1] == "unlock"
        assert audit.verify(vault.connection, public=vault.keyring.signing_key).ok


def test_a_second_vault_is_not_made_over_the_first(made: Made) -> None:
    before = content(made.home)
    with pytest.raises(VaultExistsError, match="there is already a vault"):
        Vault.create(made.home, PASSPHRASE, made.recovery_key, now=NOW)
    (made.home / "keyring.json").unlink()
    with pytest.raises(VaultExistsError, match="a database without its keyring"):
        Vault.create(made.home, PASSPHRASE, made.recovery_key, now=NOW)
    assert content(made.home) == {name: before[name] for name in before if name != "keyring.json"}


def test_of_two_who_make_a_vault_at_once_the_later_destroys_nothing(
    made: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "contested"

    def after_the_other_is_done(home: Path, holder: str) -> Lock:
        shutil.copytree(made.home, home, dirs_exist_ok=True)
        return Lock(home, holder)

    monkeypatch.setattr(session, "Lock", after_the_other_is_done)
    with pytest.raises(VaultExistsError):
        Vault.create(home, PASSPHRASE, keyring.new_recovery_key(), now=NOW)
    monkeypatch.undo()
    made._replace(home=home).open().close()


def test_a_file_in_place_of_the_folder_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FirstpartyError):
            Vault.create(home, PASSPHRASE, keyring.new_recovery_key(), now=NOW)
    assert (tmp_path / "file").read_text() == "mine"


def test_a_weak_passphrase_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(keyring.WeakPassphraseError):
        Vault.create(tmp_path / "vault", "weak", keyring.new_recovery_key(), now=NOW)
    assert not (tmp_path / "vault").exists()


def test_a_vault_that_could_not_be_made_can_be_made_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(home: Path, _ring: keyring.Keyring) -> None:
        raise files.DiskFullError(home)

    monkeypatch.setattr(keyring, "save", full)
    with pytest.raises(files.DiskFullError):
        Vault.create(tmp_path, PASSPHRASE, keyring.new_recovery_key(), now=NOW)
    assert not KEYRING_AND_DATABASE & {path.name for path in tmp_path.iterdir()}
    monkeypatch.undo()
    Vault.create(tmp_path, PASSPHRASE, keyring.new_recovery_key(), now=NOW).close()


# --- opening ----------------------------------------------------------------------------------------------------


def test_a_refused_key_leaves_the_vault_free_and_unchanged(made: Made) -> None:
    before = made.database.read_bytes()
    with pytest.raises(keyring.WrongKeyError):
        Vault.open(made.home, "not the passphrase", now=NOW, by="test")
    assert made.database.read_bytes() == before
    made.open().close()


def test_whoever_waited_sees_the_keyring_as_the_other_left_it(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = keyring.new_recovery_key()

    def after_the_other_changed_it(home: Path, holder: str) -> Lock:
        monkeypatch.undo()
        with made.open() as vault:
            vault.replace_recovery_key(fresh)
        return Lock(home, holder)

    monkeypatch.setattr(session, "Lock", after_the_other_changed_it)
    with made._replace(recovery_key=fresh).open() as vault:
        vault.add_key_file(keyring.new_key_file())
    made._replace(recovery_key=fresh).open().close()


# --- writing ----------------------------------------------------------------------------------------------------


class Interrupted(BaseException):
    """Stands for Ctrl-C and its kin."""


@pytest.mark.parametrize("kind", [ValueError, Interrupted])
def test_a_transaction_that_fails_leaves_neither_effect_nor_leaf(made: Made, kind: type[BaseException]) -> None:
    def write_and_fail(vault: Vault) -> None:
        with vault.transaction():
            vault.log("test.event", {})
            vault.connection.execute("INSERT INTO meta VALUES ('k', 'v')")
            raise kind

    with made.open() as vault:
        before = events(vault)
        with pytest.raises(kind):
            write_and_fail(vault)
        assert events(vault) == before
        assert vault.connection.execute("SELECT count(*) FROM meta WHERE key = 'k'").fetchone() == (0,)
        assert audit.verify(vault.connection, public=vault.keyring.signing_key).ok


def test_an_engines_error_leaves_the_block_as_one_of_ours(made: Made) -> None:
    with pytest.raises(FirstpartyError, match="no such table") as caught, made.open() as vault:
        vault.connection.execute("SELECT * FROM no_such_table")
    assert caught.value.code == "database"
    made.open().close()


def test_an_error_that_is_not_the_engines_leaves_the_block_as_it_is(made: Made) -> None:
    with pytest.raises(KeyError), made.open():
        raise KeyError("x")
    made.open().close()


# --- changing what opens it ------------------------------------------------------------------------------------


def test_a_new_passphrase_opens_and_the_old_one_does_not(made: Made) -> None:
    with made.open() as vault:
        vault.replace_passphrase("an entirely new passphrase")
    with Vault.open(made.home, "an entirely new passphrase", now=NOW, by="test") as vault:
        assert events(vault)[-2:] == ["key.passphrase-changed", "unlock"]
    with pytest.raises(keyring.WrongKeyError):
        Vault.open(made.home, PASSPHRASE, now=NOW, by="test")
    made.open().close()


def test_a_new_recovery_key_opens_and_the_old_one_does_not(made: Made) -> None:
    fresh = keyring.new_recovery_key()
    with made.open() as vault:
        vault.replace_recovery_key(fresh)
    with pytest.raises(keyring.WrongKeyError):
        made.open()
    made._replace(recovery_key=fresh).open().close()


def test_a_key_file_opens_beside_the_passphrase(made: Made) -> None:
    written = keyring.new_key_file()
    with made.open() as vault:
        vault.add_key_file(written)
    Vault.open(made.home, written, now=NOW, by="test").close()
    Vault.open(made.home, PASSPHRASE, now=NOW, by="test").close()


def test_a_weak_new_passphrase_changes_nothing(made: Made) -> None:
    ring = (made.home / "keyring.json").read_bytes()
    with made.open() as vault:
        before = events(vault)
        with pytest.raises(keyring.WeakPassphraseError):
            vault.replace_passphrase("weak")
        assert events(vault) == before
    assert (made.home / "keyring.json").read_bytes() == ring


def test_a_full_disk_while_the_passphrase_changes_leaves_the_old_one_and_no_litter(made: Made) -> None:
    ring = (made.home / "keyring.json").read_bytes()
    with made.open() as vault:
        before = events(vault)
        vault.connection.execute(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON main.audit_leaf "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        with pytest.raises(files.DiskFullError):
            vault.replace_recovery_key(keyring.new_recovery_key())
        assert events(vault) == before
    assert (made.home / "keyring.json").read_bytes() == ring
    assert not [path for path in made.home.iterdir() if path.name.endswith(".new")]
    made.open().close()


CRASHING = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from vault import files
from vault.session import Vault
where = sys.argv[3]
whole = {name: getattr(files, name) for name in ("stage", "publish")}
def crash(name, before):
    def step(*arguments):
        if before: os._exit(9)
        whole[name](*arguments)
        os._exit(9)
    setattr(files, name, step)
crash(*{"before staging": ("stage", True), "staged": ("stage", False), "committed": ("publish", True),
        "published": ("publish", False)}[where])
vault = Vault.open(Path(sys.argv[1]), sys.argv[2], now=datetime(2026, 3, 31, tzinfo=UTC), by="test")
vault.replace_passphrase("an entirely new passphrase")
"""


@pytest.mark.parametrize(
    ("where", "passphrase", "logged"),
    [
        ("before staging", PASSPHRASE, False),
        ("staged", PASSPHRASE, False),
        ("committed", PASSPHRASE, True),
        ("published", "an entirely new passphrase", True),
    ],
)
def test_a_crash_while_the_passphrase_changes_leaves_one_of_the_two(
    made: Made, where: str, passphrase: str, logged: bool
) -> None:
    command = [sys.executable, "-c", CRASHING, str(made.home), made.recovery_key, where]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == 9
    with Vault.open(made.home, passphrase, now=NOW, by="test") as vault:
        # The leaf comes first: a log that says too much is better than a change that is not in it.
        assert ("key.passphrase-changed" in events(vault)) is logged
        assert audit.verify(vault.connection, public=vault.keyring.signing_key).ok
        vault.replace_recovery_key(made.recovery_key)
    assert not [path for path in made.home.iterdir() if path.name.endswith(".new")]
    made.open().close()
