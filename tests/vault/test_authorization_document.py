"""docs/authorization.md says what the code does: states, errors, and for each attack a test that exists."""

from __future__ import annotations

import re
from pathlib import Path

from vault.access import ERRORS
from vault.policy.authorization_details import TYPE
from vault.policy.authorization_life import TABLE, TOKENS

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "authorization.md").read_text()


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading."""
    section = TEXT.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    table = re.split(r"\n\|(?:---\|)+\n", section)[1]
    lines = table.split("\n\n")[0].strip().splitlines()
    return [[cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|")] for line in lines]


def test_the_states_are_those_of_the_tables() -> None:
    assert rows("The life of a request") == [[from_, event, to] for (from_, event), to in TABLE.items()]
    assert rows("The life of a token") == [[from_, event, to] for (from_, event), to in TOKENS.items()]


def test_the_errors_are_those_of_the_table() -> None:
    assert rows("Errors") == [
        [f"`{name}`", str(error.status), str(error.resource_status or ""), error.sentence]
        for name, error in ERRORS.items()
    ]


def test_every_attack_names_tests_that_exist() -> None:
    written = "".join(
        path.read_text() for folder in ("terms", "vault") for path in (ROOT / "tests" / folder).glob("test_*.py")
    )
    attacks = rows("Attacks, and the tests that try them")
    assert len(attacks) > 25
    for attack, _, tests in attacks:
        named = re.findall(r"`(test_\w+)`", tests)
        assert named, attack
        assert [name for name in named if f"def {name}(" not in written] == []


def test_the_type_of_details_is_the_one_that_is_taken() -> None:
    assert TYPE in TEXT
