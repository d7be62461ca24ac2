"""One vault made once (stretching a passphrase costs a third of a second), copied for every test that wants its own.

Tests open the copies with the recovery key, which needs no stretching.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from vault import keyring
from vault.session import Vault

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
PASSPHRASE = "correct horse battery staple"


class Made(NamedTuple):
    """A closed vault on disk, and what opens it."""

    home: Path
    recovery_key: str
    passphrase: str = PASSPHRASE

    def open(self, *, by: str = "test") -> Vault:
        return Vault.open(self.home, self.recovery_key, now=NOW, by=by)

    @property
    def database(self) -> Path:
        return self.home / "vault.db"


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("template") / "vault", keyring.new_recovery_key())
    Vault.create(made.home, made.passphrase, made.recovery_key, now=NOW).close()
    return made


@pytest.fixture
def copy_of(tmp_path: Path) -> Callable[[Made], Made]:
    """Another copy of a closed vault, as a backup or a thief would make."""

    def copy(made: Made) -> Made:
        home = tmp_path / f"copy-{len(list(tmp_path.iterdir()))}"
        shutil.copytree(made.home, home)
        return made._replace(home=home)

    return copy


@pytest.fixture
def made(template: Made, tmp_path: Path) -> Made:
    shutil.copytree(template.home, tmp_path / "vault")
    return template._replace(home=tmp_path / "vault")


@pytest.fixture(scope="session")
def other_template(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("other-template") / "vault", keyring.new_recovery_key())
    Vault.create(made.home, made.passphrase, made.recovery_key, now=NOW).close()
    return made


@pytest.fixture
def vault(made: Made) -> Iterator[Vault]:
    """An open, empty vault."""
    with made.open() as opened:
        yield opened


@pytest.fixture
def other(other_template: Made, tmp_path: Path) -> Iterator[Vault]:
    """Another open, empty vault, with keys of its own."""
    shutil.copytree(other_template.home, tmp_path / "other")
    with other_template._replace(home=tmp_path / "other").open() as opened:
        yield opened
