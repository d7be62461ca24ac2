"""The corpus: made from its descriptions to the byte, covering what it is to cover, and passed by our own implementation."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from terms import lifecycle
from terms.conformance import answering, corpus
from terms.conformance.inputs import CaseError
from terms.conformance.verdicts import Verdict, judged
from terms.record import Kind
from terms.refusals import CODES
from tests.conformance import documenting, life, making

CASES = corpus.cases()
# Refusals that are no part of anything signed: a practice of wrong form, and agreements between persons.
OTHER_CODES = {"shape", "not-offered"}


def test_the_descriptions_make_the_same_files_to_the_byte() -> None:
    made = making.files()
    kept = {path.name: path.read_text() for path in making.FOLDER.glob("*.json")}
    assert kept.keys() == made.keys()
    assert [name for name in made if made[name] != kept[name]] == []


def test_our_own_implementation_passes_every_case() -> None:
    failed = [
        (case.id, answer)
        for case in CASES
        if judged(case, answer := answering.answer(case.operation, case.input)).verdict is not Verdict.PASSED
    ]
    assert failed == []


def test_there_are_many_cases_with_an_id_of_their_own_and_a_reason() -> None:
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)
    for case in CASES:
        assert case.id.startswith(f"{case.group}/")
        assert case.title
        assert case.why.endswith(".")
        assert len(case.why) <= 160


def test_no_two_cases_ask_the_same() -> None:
    asked = Counter(json.dumps([case.operation, dict(case.input)], sort_keys=True) for case in CASES)
    assert [request[:200] for request, times in asked.items() if times > 1] == []


def test_every_operation_has_cases_that_are_taken_and_every_code_has_a_case() -> None:
    assert {case.operation for case in CASES if case.expected["outcome"] == "taken"} == set(corpus.OPERATIONS)
    expected = {case.expected["code"] for case in CASES if case.expected["outcome"] == "refused"}
    assert expected == set(CODES) | OTHER_CODES


def test_every_row_of_the_life_cycle_and_everything_beside_it_has_a_case() -> None:
    rows = {(line.split()[0], line.split()[1]): line.split()[3] for line in life.ROWS.strip().split("\n")}
    assert rows == {(state.value, kind.value): after.value for (state, kind), (_, after) in lifecycle.TABLE.items()}
    illegal = {(line.split()[0], kind) for line in life.ILLEGAL.strip().split("\n") for kind in line.split()[1:]}
    kinds = [kind for kind in Kind if kind is not Kind.PROFFERED]
    assert illegal == {(state.value, kind.value) for state in lifecycle.State for kind in kinds} - rows.keys()
    ids = {case.id for case in CASES}
    for state, kind in illegal:
        assert any(id.startswith(f"life/illegal/{state}/{kind}/") for id in ids)


def test_what_a_subject_is_asked_is_complete_and_does_not_tell_the_answer() -> None:
    for case in CASES:
        request = case.request()
        assert request.keys() == {"id", "operation", "input"}
        written = json.dumps(request)
        assert '"named"' not in written
        assert '"expected"' not in written


def test_the_bytes_of_the_corpus_are_made_without_the_code_that_is_tested() -> None:
    for name in ("forging", "described", *making.MODULES):
        source = (Path(__file__).parent / f"{name}.py").read_text()
        assert not re.search(r"^\s*(from|import) (terms|vault|connectors|web)\b", source, re.M), name


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("offer", {}),
        ("offer", {"raw": 5, "known": {}, "now": "2026-03-01T12:00:00Z"}),
        (
            "offer",
            {"raw": {"base64": "?"}, "known": {"roster": [], "vendor": {"holder": "x"}}, "now": "2026-03-01T12:00:00Z"},
        ),
        ("replay", {"history": 5, "known": {"roster": [], "vendor": {"holder": "x"}}}),
        ("replay", {"history": [], "known": {"roster": 5, "vendor": {}}}),
        ("keys", {"holder": "x", "keys": [{"jwk": 5}], "key_id": "k", "when": "2026-03-01T12:00:00Z"}),
        ("keys", {"holder": "x", "keys": [], "key_id": "k", "when": "2026-13-01T12:00:00Z"}),
        ("hash", {"text": "x"}),
        ("bundle", {"file": "{}", "trust": 5}),
    ],
)
def test_an_input_that_is_no_case_is_the_askers_mistake(operation: str, given: dict[str, object]) -> None:
    with pytest.raises(CaseError):
        answering.answer(operation, given)  # type: ignore[arg-type]


def test_an_operation_that_is_not_known_is_not_supported() -> None:
    assert answering.answer("sell", {}) == {"outcome": "unsupported"}


def test_the_documentation_lists_every_code_with_its_cases() -> None:
    assert documenting.code_table() in documenting.DOCUMENT.read_text()
