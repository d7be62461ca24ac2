"""What the owner sets for the pages and the server: time zone, appearance, money, keys, idle lock, language.

Each is a single value of its own, so that one that is not understood any more falls back alone. Nothing here is a secret.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from terms.errors import UsageError
from terms.phrases import phrase
from vault.session import Vault
from vault.store import settings
from vault.store.connection import Connection

Appearance = Literal["system", "light", "dark"]
MoneyStyle = Literal["code", "symbol"]
# A day: who wants it longer wants it off.
MAX_IDLE_MINUTES: Final = 24 * 60
# The setting that has the language of the pages; of no use to look at, so not a preference.
_SEEN: Final = "seen_language"
_LOCALTIME: Final = Path("/etc/localtime")


class Preferences(msgspec.Struct, frozen=True):
    """`zone` is an IANA name. `idle_minutes` after which the vault is locked, 0 for never. `language` is a language tag, empty
    for the browser's. `keys` is whether keyboard shortcuts are on."""

    zone: str = "UTC"
    appearance: Appearance = "system"
    money: MoneyStyle = "code"
    keys: bool = True
    idle_minutes: int = 0
    language: str = ""


def read(connection: Connection) -> Preferences:
    kept = {name: settings.get(connection, name) for name in Preferences.__struct_fields__}
    minutes = kept["idle_minutes"]
    return Preferences(
        zone=kept["zone"] if is_zone(kept["zone"]) else machine_zone(),
        appearance=_appearance(kept["appearance"]),
        money="symbol" if kept["money"] == "symbol" else "code",
        keys=kept["keys"] != "off",
        idle_minutes=min(int(minutes), MAX_IDLE_MINUTES) if minutes.isdecimal() else 0,
        language=kept["language"],
    )


def put(vault: Vault, wanted: Preferences) -> bool:
    """Keep them; whether anything changed. `UsageError` for what there is not."""
    if not is_zone(wanted.zone):
        raise UsageError(
            phrase("there is no time zone `%(zone)s`", zone=wanted.zone[:60]), hint=phrase("write it as Europe/Berlin")
        )
    if not 0 <= wanted.idle_minutes <= MAX_IDLE_MINUTES:
        raise UsageError(phrase("between 0 and %(max_idle_minutes)s minutes", max_idle_minutes=MAX_IDLE_MINUTES))
    written = {
        **msgspec.structs.asdict(wanted),
        "keys": "on" if wanted.keys else "off",
        "idle_minutes": str(wanted.idle_minutes),
    }
    changed = [name for name, value in written.items() if settings.get(vault.connection, name) != value]
    if changed:
        with vault.transaction():
            for name in changed:
                settings.put(vault.connection, name, written[name])
            vault.log("preferences.set", {"names": changed})
    return bool(changed)


def language_of(connection: Connection) -> str:
    """The language of what is told where no browser asks: the owner's choice, else the one that the owner's pages were in when
    something was last done there."""
    return read(connection).language or settings.get(connection, _SEEN)


def seen_in(vault: Vault, language: str) -> None:
    """Remember the language of the pages in which something was done."""
    if settings.get(vault.connection, _SEEN) != language:
        with vault.transaction():
            settings.put(vault.connection, _SEEN, language)


def zone_of(connection: Connection) -> ZoneInfo:
    """The owner's time zone."""
    return ZoneInfo(read(connection).zone)


@cache
def zones() -> tuple[str, ...]:
    """The names that there are, without those of machines and single offsets."""
    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def is_zone(name: str) -> bool:
    return name == "UTC" or name in zones()


@cache
def machine_zone() -> str:
    """What the machine goes by, where it says so by name."""
    named = os.environ.get("TZ", "").lstrip(":")
    linked = str(_LOCALTIME.resolve()).partition("/zoneinfo/")[2] if _LOCALTIME.is_symlink() else ""
    return next((one for one in (named, linked) if one and is_zone(one)), "UTC")


def _appearance(kept: str) -> Appearance:
    return "light" if kept == "light" else "dark" if kept == "dark" else "system"
