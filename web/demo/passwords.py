"""Alex's password manager (an unencrypted Bitwarden JSON export) and browser (a Firefox CSV export).

Every secret in them is made up and belongs to nothing. `secrets` lists them all, so that a test can search a vault
for each and find none: passwords, one-time-code seeds, notes, hidden fields, old passwords, a card, an identity.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date

from vault.periods import Period, add
from web.demo.numbers import Chance
from web.demo.person import BROWSER, LOGIN, LOGINS

Item = dict[str, object]
# The keys of a Bitwarden export under which a secret stands; a card's three-digit code is too short to search for.
SECRET_KEYS = {"password", "totp", "notes", "value", "number", "ssn", "passportNumber", "licenseNumber"}
_SIGNS = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_!"
_HEX = "0123456789abcdef"


def bitwarden(until: date) -> bytes:
    document = {"encrypted": False, "folders": _folders(), "items": _items(until)}
    return json.dumps(document, indent=2, ensure_ascii=False).encode()


def firefox(until: date) -> bytes:
    """Times are milliseconds since 1970, as Firefox writes them."""
    header = (
        "url username password httpRealm formActionOrigin guid timeCreated timeLastUsed timePasswordChanged".split()
    )
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(header)
    for entry in _entries(BROWSER):
        host, months = entry.rsplit(" ", 1)
        chance, url = Chance(f"firefox {entry}"), f"https://{host}"
        opened, used = add(until, Period(1, "M"), -int(months)), add(until, Period(1, "D"), -chance.below(400))
        times = (str((day.toordinal() - 719163) * 86_400_000) for day in (opened, max(opened, used), opened))
        guid = "-".join(chance.code(length, _HEX) for length in (8, 4, 4, 4, 12))
        writer.writerow([url, LOGIN, chance.code(16, _SIGNS), "", url, f"{{{guid}}}", *times])
    return out.getvalue().encode()


def secrets(until: date) -> tuple[str, ...]:
    """Every secret in the two files, none of which may reach a vault."""
    rows = csv.DictReader(io.StringIO(firefox(until).decode()))
    return (*_secrets_in(_items(until)), *(row["password"] for row in rows))


def _secrets_in(node: object, key: str = "") -> Iterator[str]:
    if isinstance(node, str) and key in SECRET_KEYS:
        yield node
    elif isinstance(node, list):
        for item in node:
            yield from _secrets_in(item, key)
    elif isinstance(node, dict):
        for name, value in node.items():
            yield from _secrets_in(value, name)


def _entries(text: str) -> list[str]:
    return [entry.strip() for line in text.strip().splitlines() for entry in line.split("|")]


def _id(name: str) -> str:
    chance = Chance(f"bitwarden {name}")
    return "-".join(chance.code(length, _HEX) for length in (8, 4, 4, 4, 12))


def _folders() -> list[Item]:
    return [{"id": _id(name), "name": name} for name in ("Zuhause", "London")]


def _items(until: date) -> list[Item]:
    return [_login(entry, until) for entry in _entries(LOGINS)] + _other_items(until)


def _item(name: str, kind: int, opened: date, changed: date, **more: object) -> Item:
    times = {"revisionDate": f"{changed}T08:41:07.250Z", "creationDate": f"{opened}T19:20:33.110Z", "deletedDate": None}
    empty = {"passwordHistory": None, "organizationId": None, "folderId": None, "collectionIds": None}
    return {**empty, **times, "id": _id(name), "type": kind, "reprompt": 0, "name": name, "notes": None} | {
        "favorite": False,
        **more,
    }


def _login(entry: str, until: date) -> Item:
    title, host, months = entry.rsplit(" ", 2)
    chance = Chance(f"login {entry}")
    opened = add(until, Period(1, "M"), -int(months))
    changed = max(opened, add(until, Period(1, "D"), -chance.below(1500)))
    more: dict[str, object] = {"folderId": _id("London" if host.endswith(".uk") else "Zuhause")}
    if title.startswith("-"):
        more["deletedDate"] = f"{changed}T08:41:07.250Z"
    if chance.happens(0.2):
        more["passwordHistory"] = [{"lastUsedDate": f"{changed}T08:41:07.250Z", "password": chance.code(12, _SIGNS)}]
    if chance.happens(0.15):
        more["fields"] = [{"name": "PIN", "value": f"pin-{chance.code(8)}", "type": 1, "linkedId": None}]
    if chance.happens(0.1):
        more["notes"] = f"Sicherheitsfrage: {chance.code(10, _SIGNS)}"
    login = {
        "fido2Credentials": [],
        "uris": [{"match": None, "uri": f"https://{host}/"}],
        "username": LOGIN,
        "password": chance.code(18, _SIGNS),
        "totp": f"otpauth://totp/alex?secret={chance.code(32)}" if chance.happens(0.15) else None,
    }
    return _item(title.removeprefix("-"), 1, opened, changed, login=login, **more)


def _other_items(until: date) -> list[Item]:
    """A secure note, a card and an identity: a reader of accounts takes nothing from them."""
    day, chance = add(until, Period(1, "Y"), -3), Chance("other items")
    note = f"Tresor links-rechts-links {chance.code(9)}"
    card = {"cardholderName": "Alex Example", "brand": "Visa", "number": "5555555555554444", "code": "737"}
    person = {
        "firstName": "Alex",
        "lastName": "Example",
        "passportNumber": f"C01X{chance.code(6)}",
        "ssn": chance.code(11),
    }
    return [
        _item("Tresor", 2, day, day, notes=note, secureNote={"type": 0}),
        _item("Visa", 3, day, day, card={**card, "expMonth": "12", "expYear": "2028"}),
        _item("Ausweis", 4, day, day, identity=person),
    ]
