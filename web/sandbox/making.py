"""The sandbox's person, as a vault: everything is invented, and made from nothing in a few seconds.

The person is the one of `firstparty demo`, whose bank statements are read by the real readers; so there are contracts to
compare offers with. Beside them stand a profile, an open intention, rules that decide most things at once and tell what they
would accept instead.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Final

from connectors.isolation import ReadingRoom
from connectors.sources import expand
from vault import keyring, owner, profile, trading
from vault.butler import market, rulebook, settings
from vault.importing import Importing
from vault.session import Vault
from vault.store import settings as values
from web import importer
from web.demo import write_sample
from web.demo.person import LOGIN, OWNER
from web.sandbox import dealings, devices, offering

HOME: Final = "vault"
# Opens the vault; for the owner's commands, as `FIRSTPARTY_PASSPHRASE_FILE`.
SECRET: Final = "passphrase"
# How the vault was when it was made, for starting over.
PRISTINE: Final = "pristine"
OPEN_FOR: Final = timedelta(days=60)
# By a number that no telephone network gives out (the `555-01` of films), and a street that is in no town.
ATTRIBUTES: Final = (
    ("pd:Name", [OWNER], ""),
    ("pd:EmailAddress", [LOGIN], "home"),
    ("pd:PhysicalAddress", ["Musterstraße 1", "12345 Musterstadt", "DE"], "home"),
    ("pd:TelephoneNumber", ["+1 202 555 0143"], "mobile"),
)


def make(folder: Path, *, now: datetime, lived_in: bool = False) -> str:
    """A new vault in `folder`; gives the secret that opens it. One that is lived in has dealt with vendors of its own."""
    secret = keyring.new_recovery_key()
    paths = write_sample(folder / "files", until=now.date())
    with Vault.create(folder / HOME, secret, secret, now=now) as vault:
        owner.set_owner(vault, (OWNER,), "DE")
        with _importing(vault) as importing, ReadingRoom() as room:
            importer.read_all(room, list(expand(paths)), importing, on_progress=lambda *_: None)
        for category, lines, label in ATTRIBUTES:
            profile.put(vault, category, lines, label=label)
        rulebook.install(vault, (files("web.sandbox") / "rules.toml").read_text("utf-8"), "sandbox.toml")
        settings.put(vault, "disclosure", ("counter",))
        _want(vault, now)
        _mark(vault)
        if lived_in:
            dealings.add(vault)
            offering.add(vault)
            devices.add(vault)
    return secret


def _mark(vault: Vault) -> None:
    """Every page says that all of it is invented."""
    with vault.transaction():
        values.put(vault.connection, "sample", "whole")


@contextmanager
def _importing(vault: Vault) -> Iterator[Importing]:
    importing = vault.importing()
    try:
        yield importing
        importing.commit()
    finally:
        importing.roll_back()


def _want(vault: Vault, now: datetime) -> None:
    """An intention that every vendor of electricity, and every vendor under the same terms, may see."""
    wanted = {
        "title": "Electricity for the flat",
        "category": "energy.electricity",
        "requirements": [
            {"level": "must", "condition": "offer.contract.minimum_term <= 12 months", "reveal": "full"},
            {"level": "should", "condition": "offer.renewable is true", "reveal": "full"},
        ],
        "terms": "SD-BASE",
        "data": ["pd:PhysicalAddress"],
        "closes": str((now + OPEN_FOR).date()),
        "use": {"use": 3200},
        "reveal_use": "full",
    }
    kept = market.add_intention(vault, json.dumps(wanted).encode())
    trading.publish(vault, kept.row.id)
