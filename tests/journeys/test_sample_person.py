"""From the sample person's files to their contracts: what the story says is what the vault finds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import shell_in
from web.demo import SAMPLE_DAY, story


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("sample-person")
    return shell_in(folder).json("demo")["contracts"]


def test_the_vault_finds_the_contracts_of_the_story_and_no_others(contracts: Any) -> None:
    expected = Counter(
        (str(one.period), None if one.variable else one.price.minor, one.price.currency, one.status)
        for one in story(SAMPLE_DAY)
    )
    assert (
        Counter(
            (
                one["every"],
                None if one["variable"] else one["price"]["minor"],
                one["price"]["currency"],
                one["status"],
            )
            for one in contracts
        )
        == expected
    )


def test_every_price_change_of_the_story_is_found_on_its_day(contracts: Any) -> None:
    found = Counter(
        (change["on"], change["from"], change["to"])
        for one in contracts
        if not one["variable"]
        for change in one["price_changes"]
    )
    expected = Counter(
        (change.on.isoformat(), change.from_minor, change.to_minor)
        for one in story(SAMPLE_DAY)
        if not one.variable
        for change in one.changes
    )
    assert found == expected
