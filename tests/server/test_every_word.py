"""Every word of ours on every page can be said in another language: no page has an English sentence that no catalogue reaches.

The server speaks a language in which every message stands between marks (`tests.web.marking`). What is left outside of them has
to be in the vault, or in its name, its files or its addresses: words of the owner, of vendors, of files. A sentence that is
written into a template or made in code without `_`, `mark` or `phrase` is in none of these, and fails here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import httpx
import pytest

from tests.server.conftest import Made, Server, started
from tests.web.marking import links, unmarked
from vault import categories, preferences
from vault.policy import packs
from vault.policy.facts import TABLE
from vault.policy.language.currencies import CURRENCIES
from vault.policy.language.single import KEYS
from vault.policy.rules import Operator
from vault.policy.verdicts import Kind
from vault.session import Vault
from web.sandbox import making
from web.server import application

_SERVE: Final = "from tests.web import marking; marking.install(); from web.cli import main; main()"
_BROWSER: Final = {"Accept": "text/html,*/*;q=0.5", "Accept-Language": "de"}
# How many pages of one route are opened.
_ALIKE: Final = 6
# A word has two letters that follow each other, an amount three capitals beside its figures, an address its scheme.
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_AMOUNT: Final = re.compile(r"(?:\d{4}: )?[−-]?[\d.,\N{NO-BREAK SPACE} ]*\d\s?[A-Z]{3}")
_ADDRESS: Final = re.compile(r"https?://\S+|did:key:\w+")
# What a condition looks like, as an example in a field for conditions.
_CONDITION: Final = "offer.price.per_month <= 90% of contract.price.per_month"
# Neither ours nor anybody's in the vault: product names, formats, and what a browser calls itself.
_NAMES: Final = frozenset(
    """firstparty openapi openapi.json python-httpx python httpx sqlcipher sqlite community vvg bgb tkg nr abs pflvg
    enwg § sha256 dpv gdpr json csv""".split()
)


_RULE: Final = {"do": "apply", "because": "x", "for-offer": "on", "then": "ask"}


def _row(fact: str, operator: str, value: str) -> tuple[str, dict[str, str]]:
    return "/butler/rules/one", {**_RULE, "w0-fact": fact, "w0-operator": operator, "w0-value": value}


# Rules in which something is wrong, in the form and as text.
_REFUSED_RULES: Final = (
    _row("offer.price.per_month", "<=", "cheap"),
    _row("offer.price.per_month", "<=", "85 $"),
    _row("offer.category", "is", "Nonsense"),
    _row("offer.category", "<=", "energy"),
    _row("offer.contract.minimum_term", "<=", "long"),
    _row("offer.delivery.by", "<", "soon"),
    _row("vendor.verified", "is", "perhaps"),
    _row("terms.result", "is", "nix"),
    _row("offer.discount", ">=", "2 cows"),
    ("/butler/rules", {"view": "text", "source": "[[rule]\nid = 1"}),
    (
        "/butler/rules",
        {"view": "text", "source": '[[rule]]\nid = "Ä"\nfor = ["offers"]\nwhen = ["x.y is 3", "offer.discount"]'},
    ),
    ("/butler/rules", {"view": "text", "source": '[[rule]]\nid = "all"\nfor = ["offer"]\nwhen = []\nthen = "accept"'}),
    (
        "/butler/rules",
        {
            "view": "text",
            "source": '[[rule]]\nid = "any"\nfor = ["offer"]\nwhen = ["offer.discount >= 0%"]\nthen = "accept"',
        },
    ),
    ("/butler/settings", {"budget": "much"}),
)
# What the language of rules calls things by; they stand in code, or in backticks.
_RULE_WORDS: Final = " ".join((*map(str, Operator), *KEYS, *map(str, Kind), *TABLE, *CURRENCIES, "true false P30D"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server on a vault that has been lived in, and everything that is written in it."""
    folder = tmp_path_factory.mktemp("words")
    now = datetime.now(UTC)
    secret = making.make(folder, now=now, lived_in=True)
    with Vault.open(folder / making.HOME, secret, now=now, by="test") as vault:
        written = "\n".join(_written(vault))
    made = Made(folder / making.HOME, secret)
    server = started(made, "--dev", "--requests-per-minute", "100000", secret=secret, program=_SERVE)
    yield server, _plain(f"{written}\n{folder}")
    server.stop()


def _written(vault: Vault) -> Iterator[str]:
    tables = vault.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%fts%'")
    for (table,) in tables.fetchall():
        for row in vault.connection.execute(f'SELECT * FROM "{table}"'):
            yield from (text for one in row if (text := _text(one)))
    yield from (name for one in categories.tree().values() for name in one.names.values())
    yield from (*preferences.zones(), _CONDITION)
    yield from (name for one in application.with_description(application.collected()) for name in one.query)
    yield from (list_name for name in packs.names() for list_name in tomllib.loads(packs.text(name)).get("lists", {}))


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "ignore")
    return value if isinstance(value, str) else ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_known(piece: str, written: str) -> bool:
    """Whether it is data: as a whole, or part by part where a page puts several side by side."""
    parts = re.split(r"[,;:·()“”‹›/–—]| [+-] |\s{2,}", _AMOUNT.sub(" ", _ADDRESS.sub(" ", piece)))
    return all(
        not _WORD.search(part) or _plain(part).strip(" .!?…'\"+%`") in written or set(_words(part)) <= _NAMES
        for part in parts
    )


def _words(part: str) -> list[str]:
    return [word for word in re.findall(r"[\w.§-]+", part.casefold()) if _WORD.search(word)]


def _faults(path: str, page: bytes, written: str) -> list[str]:
    return [f"{path}: {piece}" for piece in unmarked(page) if not _is_known(piece, written)]


def _client(server: Server) -> httpx.Client:
    return httpx.Client(base_url=server.url, headers=_BROWSER, timeout=60, trust_env=False)


def test_no_page_says_anything_that_cannot_be_translated(sample: tuple[Server, str]) -> None:
    server, written = sample
    routes = [one for one in application.with_description(application.collected()) if one.method == "GET"]
    patterns = {
        one.path: re.compile(re.sub(r"\{\w+\}", "[^/]+", one.path) + "$") for one in routes if one.standard == "HTML"
    }
    waiting = [path for path in patterns if "{" not in path and not path.startswith("/oauth")]
    met, opened, faults = set(waiting), dict.fromkeys(patterns, 0), list[str]()
    with _client(server) as client:
        client.post(server.owner.post("/owner/login").json()["url"], data={"come": "in"})
        while waiting:
            path = waiting.pop(0)
            answer = client.get(path)
            if not answer.headers.get("content-type", "").startswith("text/html") or not answer.content:
                continue
            faults += _faults(path, answer.content, written)
            for link in links(answer.content):
                fits = [route for route, pattern in patterns.items() if pattern.fullmatch(link.partition("?")[0])]
                if fits and link not in met and opened[fits[0]] < _ALIKE:
                    met.add(link)
                    opened[fits[0]] += 1
                    waiting.append(link)
    assert "\n".join(faults) == ""


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/enter/unknown",
        "/nothing-here",
        "/invite/meet_0123",
        "/vendors/ven_zzzz",
        "/spending?day=1",
        "/review",
    ],
)
def test_neither_does_a_door_or_an_error(sample: tuple[Server, str], path: str) -> None:
    server, written = sample
    with _client(server) as client:
        answer = client.get(path)
        assert answer.content or answer.status_code == 303
        assert _faults(path, answer.content or b"<p>", written) == []


def test_a_refused_form_says_why_in_the_language_of_the_page(sample: tuple[Server, str]) -> None:
    server, written = sample
    with _client(server) as client:
        client.post(server.owner.post("/owner/login").json()["url"], data={"come": "in"})
        token = re.search(r'name="form_token" value="([^"]+)"', client.get("/settings").text)
        assert token
        for path, fields in (
            ("/settings", {"zone": "Nowhere/Land"}),
            ("/settings/reminders", {"leads_cancel_by": "soon"}),
            ("/settings/export", {"passphrase": "wrong"}),
        ):
            answer = client.post(path, data={"form_token": token[1], **fields})
            assert answer.status_code in (403, 422), path
            assert "⟦" in answer.text
            assert _faults(path, answer.content, f"{written} nowhere/land soon") == []
        for path, fields in _REFUSED_RULES:
            answer = client.post(path, data={"form_token": token[1], **fields})
            assert "⟦" in answer.text
            typed = " ".join(fields.values()).replace("`", " ")
            assert _faults(path, answer.content, _plain(f"{written} {typed} {_RULE_WORDS}")) == [], path
        answer = client.post("/settings", data={"form_token": "of another session"})
        assert answer.status_code == 403
        assert _faults("/settings", answer.content, written) == []
