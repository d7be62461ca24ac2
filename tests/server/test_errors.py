"""The catalogue of errors: whole, documented, and the only thing that an answer says."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import terms
import vault
import web.server
from terms.errors import FirstpartyError
from terms.refusals import CODES, Refused
from vault.policy.strict import DocumentError
from web.server import catalogue, problems
from web.server.catalogue import CATALOGUE, NEVER_TOLD

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"


def kinds(base: type[FirstpartyError]) -> Iterator[type[FirstpartyError]]:
    for one in base.__subclasses__():
        yield one
        yield from kinds(one)


def test_every_error_of_terms_vault_and_server_is_told_or_named_as_never_told() -> None:
    for package in (terms, vault, web.server):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    ours = {one for one in kinds(FirstpartyError) if one.__module__.startswith(("terms.", "vault.", "web.server."))}
    missing = {
        f"{one.__module__}.{one.__name__}: {one.code}" for one in ours if one.code not in {*CATALOGUE, *NEVER_TOLD}
    }
    assert not missing, "give each a row in web/server/catalogue.py, or name it in NEVER_TOLD"


def test_the_document_lists_the_catalogue() -> None:
    assert DOCUMENT.read_text().endswith("\n\n" + catalogue.as_markdown()), (
        "write it anew: the text above the table stays, the table is `catalogue.as_markdown()`"
    )


def test_no_code_is_both_told_and_never_told_and_every_refusal_is_told() -> None:
    assert not CATALOGUE.keys() & NEVER_TOLD
    assert CODES.keys() - CATALOGUE.keys() == set()


@pytest.mark.parametrize("row", CATALOGUE.values(), ids=lambda row: row.code)
def test_every_row_reads_as_a_problem(row: catalogue.Row) -> None:
    assert 400 <= row.status < 600
    assert row.title[0].islower() or row.title[0] in "`"
    assert not row.title.endswith(".")
    said = json.loads(problems.answer(FirstpartyError("what came in was `canary`", code=row.code)).body)
    assert (said["type"], said["status"]) == (f"urn:firstparty:problem:{row.code}", row.status)
    assert ("canary" in str(said)) == row.shows_detail


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("canary"),
        KeyError("canary"),
        FirstpartyError("canary", code="no-such-code"),
        FirstpartyError("canary", code="database-damaged"),
        RecursionError("canary"),
    ],
    ids=repr,
)
def test_what_is_broken_here_is_told_as_internal_and_nothing_more(error: Exception) -> None:
    answer = problems.answer(error)
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal")
    assert b"canary" not in answer.body


def test_a_refusal_says_its_code_and_no_more_and_a_body_that_does_not_fit_says_where() -> None:
    refused = json.loads(problems.answer(Refused("off-roster", "`canary` is not on the roster")).body)
    assert refused == {
        "type": "urn:firstparty:problem:off-roster",
        "title": CODES["off-roster"],
        "status": 422,
        "code": "off-roster",
    }
    shown = json.loads(problems.answer(DocumentError("`offer.price`: expected `int`", hint="write 4990")).body)
    assert (shown["detail"], shown["hint"]) == ("`offer.price`: expected `int`", "write 4990")
