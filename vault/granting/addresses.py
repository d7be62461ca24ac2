"""How a vendor is reached: what the owner said, and what the records show.

An address is a URI by which a program can act (`mailto:`, `https:`, `tel:`), or `postal:` and the lines of a letter's address.
What the owner says is kept; what the records show (its domains, the addresses in the password manager) is worked out on each
reading, so that an import that is taken back leaves nothing.
"""

from __future__ import annotations

import re
from typing import Final

from terms.errors import UsageError
from terms.phrases import phrase
from vault import ids
from vault.session import Vault
from vault.store import vendors as store
from vault.store.connection import Connection
from vault.store.vendors import ContactRow
from vault.times import stamp

# What an address is good for: where requests about personal data go comes first.
PURPOSES: Final = ("privacy", "support")
MAX_ADDRESS: Final = 300
# The kind of contact that an address change is best sent to comes first.
_FIRST: Final = ("privacy", "support", "email", "mail", "phone", "account", "website")
_FORMS: Final = {
    "email": re.compile(r"mailto:[^@\s?]+@[^@\s?]+"),
    "website": re.compile(r"https://[^\s/?#@]+(/[^\s]*)?"),
    "phone": re.compile(r"tel:\+?[0-9][0-9 ()/.-]{2,30}"),
    "mail": re.compile(r"postal:\s*\S.*"),
}


class AddressError(UsageError):
    code = "address"


def addresses(connection: Connection, vendor: int) -> tuple[ContactRow, ...]:
    """Every known one, the best for word of a change first."""
    said = store.contacts(connection, vendor)
    shown: dict[str, str] = {}
    for kind, value in _shown(connection, vendor):
        shown.setdefault(value, kind)
    noted = {one.value for one in said}
    rows = [*said, *(ContactRow(0, kind, value, "records") for value, kind in shown.items() if value not in noted)]
    places = {kind: place for place, kind in enumerate(_FIRST)}
    return tuple(sorted(rows, key=lambda row: (places.get(row.kind, len(places)), row.kind, row.value)))


def _shown(connection: Connection, vendor: int) -> list[tuple[str, str]]:
    row = store.vendor(connection, vendor)
    logins = [url for account in store.accounts(connection, vendor) for url in account.urls]
    sites = [f"https://{domain}" for domain in row.domains] if row else []
    return [*(("account", url) for url in logins if url.startswith("https://")), *(("website", url) for url in sites)]


def add(vault: Vault, vendor: int, written: str, purpose: str | None = None) -> ContactRow:
    """Keep an address that the owner knows."""
    value = " ".join(written.split())
    kind = next((kind for kind, form in _FORMS.items() if form.fullmatch(value)), None)
    if kind is None or len(value) > MAX_ADDRESS or not value.isprintable():
        hint = phrase("write mailto:NAME@DOMAIN, https://…, tel:+49… or postal:LINE, LINE")
        raise AddressError(phrase("`%(value)s` is no address", value=value[:60]), hint=hint)
    if purpose is not None and purpose not in PURPOSES:
        raise AddressError(
            phrase("`%(purpose)s` is no purpose of an address", purpose=purpose[:40]),
            hint=phrase("there are %(listed)s", listed=", ".join(PURPOSES)),
        )
    with vault.transaction():
        store.add_contact(vault.connection, vendor, purpose or kind, value, "owner", stamp(vault.now))
        vault.log("vendor.contact-added", {"vendor": ids.text("vendor", vendor)})
    return next(row for row in store.contacts(vault.connection, vendor) if row.value == value)


def remove(vault: Vault, vendor: int, written: str) -> None:
    value = " ".join(written.split())
    with vault.transaction():
        if not store.remove_contact(vault.connection, vendor, value):
            raise AddressError(
                phrase("you noted no address `%(value)s`", value=value[:60]),
                hint=phrase("what the records show is not noted"),
            )
        vault.log("vendor.contact-removed", {"vendor": ids.text("vendor", vendor)})
