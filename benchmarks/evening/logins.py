"""Password exports of the person: Bitwarden JSON and Chrome CSV, in turn; each with entries that no bank ever saw."""

import csv
import io
import json
from pathlib import Path
from random import Random

from benchmarks.evening.printed import reference
from benchmarks.evening.truth import Person

_ONLY_LOGINS = ("wikipedia.org", "reddit.com", "stackoverflow.com", "example-forum.net")


def write(person: Person, folder: Path) -> Path:
    rng = Random(person.seed)
    entries = [(merchant.name, merchant.domain) for merchant in person.logins if "." in merchant.domain]
    entries += [(domain, domain) for domain in _ONLY_LOGINS]
    rng.shuffle(entries)
    where = [
        (name, f"https://{rng.choice(('', 'www.', 'login.', 'account.'))}{domain}/login") for name, domain in entries
    ]
    user = "alex@example.com"
    if person.seed % 2:
        items = [
            {
                "id": reference(rng, 20),
                "type": 1,
                "name": rng.choice((name, url.split("/")[2])),
                "notes": None,
                "favorite": False,
                "login": {
                    "uris": [{"match": None, "uri": url}],
                    "username": user,
                    "password": reference(rng, 14),
                    "totp": None,
                },
            }
            for name, url in where
        ]
        path = folder / "bitwarden_export.json"
        path.write_text(json.dumps({"encrypted": False, "folders": [], "items": items}))
        return path
    text = io.StringIO()
    rows = [[url.split("/")[2], url, user, reference(rng, 14), ""] for _, url in where]
    csv.writer(text).writerows([["name", "url", "username", "password", "note"], *rows])
    path = folder / "Chrome Passwords.csv"
    path.write_text(text.getvalue())
    return path
