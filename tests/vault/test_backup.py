"""A backup opens as the vault does, holds one state of its records, and says nothing to anybody else."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.vault.conftest import NOW, Made
from vault import backup, owner
from vault.keyring import WrongKeyError
from vault.session import Vault
from vault.store import vendors


def test_unpacked_into_an_empty_folder_it_is_the_vault_again(made: Made, tmp_path: Path) -> None:
    target, folder = tmp_path / "copy.zip", tmp_path / "again"
    with made.open() as vault:
        owner.add_vendor(vault, "Sunmill Solar")
        assert backup.last(vault) == ""
        backup.write(vault, target)
        assert backup.last(vault)
        owner.add_vendor(vault, "Later Lamps")
    assert b"Sunmill" not in target.read_bytes()
    assert not list(tmp_path.glob(".copy*"))
    with zipfile.ZipFile(target) as packed:
        packed.extractall(folder)
    with pytest.raises(WrongKeyError):
        Vault.open(folder, "another passphrase altogether", now=NOW, by="test")
    with made._replace(home=folder).open() as again:
        assert [one.name for one in vendors.vendors(again.connection)] == ["Sunmill Solar"]
        assert backup.last(again)
