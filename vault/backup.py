"""A backup: the vault as it is, in one file to keep elsewhere, as encrypted as the vault.

A ZIP file of `vault.db` and `keyring.json`. The first is encrypted by SQLCipher, the second holds nothing secret, so the file opens
with the vault's own passphrase, recovery key or key file, and with nothing else. Unpacked into an empty folder it is the vault again.
It is one state of the records, whatever is written meanwhile, and the log says that it was made.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from vault import files, keyring
from vault.session import Vault
from vault.store import audit, connection, settings

_EVENT = "archive.copied"
# Setting: how many bytes the last one had.
_SIZE = "backup-bytes"


def write(vault: Vault, target: Path) -> None:
    """The backup as `target`, which is the owner's alone; beside it room for a second copy is needed for a moment."""
    copied = target.with_name(f".{target.name}.db")
    try:
        with vault.transaction():
            vault.log(_EVENT, {})
            settings.put(vault.connection, _SIZE, "")
        with connection.translated(target):
            vault.connection.execute("VACUUM INTO ?", (str(copied),))  # keeps the key, and so the encryption
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
            out.write(copied, connection.FILE_NAME)
            out.write(vault.home / keyring.FILE_NAME, keyring.FILE_NAME)
        target.chmod(files.PRIVATE_FILE)
        with vault.transaction():
            settings.put(vault.connection, _SIZE, str(target.stat().st_size))
    except OSError as error:
        raise files.written_badly(error, target) from None
    finally:
        copied.unlink(missing_ok=True)


def last(vault: Vault) -> str:
    """When the last one was made; empty for never."""
    return audit.last(vault.connection, _EVENT) or ""


def last_size(vault: Vault) -> int:
    """How many bytes the last one had; 0 where that is not known, as in a vault put back from one."""
    return int(settings.get(vault.connection, _SIZE) or 0)
