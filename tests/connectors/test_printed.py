"""Text and amounts as banks print them."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.printed import folded, minor_printed
from vault.money import AmountError

amounts = st.integers(min_value=-(10**13), max_value=10**13)


@given(amounts)
def test_what_is_printed_with_a_point_reads_back(minor: int) -> None:
    assert minor_printed(f"{Decimal(minor) / 100:.2f}", "EUR") == minor


@given(amounts)
def test_what_is_printed_with_a_comma_and_grouped_reads_back(minor: int) -> None:
    american = f"{Decimal(minor) / 100:,.2f}"
    german = american.translate(str.maketrans(",.", ".,"))
    swiss = american.replace(",", "'")
    assert {minor_printed(text, "EUR") for text in (american, german, swiss)} == {minor}


@given(amounts)
def test_currencies_without_minor_unit_and_with_three_digits_read_back(minor: int) -> None:
    assert minor_printed(str(minor), "JPY") == minor
    assert minor_printed(f"{Decimal(minor) / 1000:.3f}", "KWD") == minor


@given(st.text(max_size=80))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    with suppress(AmountError):
        assert type(minor_printed(text, "EUR")) is int


@pytest.mark.parametrize("text", ["", " ", ".", ",", "-", "1-2", "1e3", "0x1", "NaN", "inf", "1.2,3.4x", "9" * 61])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(AmountError):
        minor_printed(text, "EUR")


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_folded_text_is_printable_within_its_limit_and_stable(text: str, limit: int) -> None:
    once = folded(text, limit)
    assert len(once) <= limit
    assert once.isprintable()
    assert once == once.strip()
    assert "  " not in once
    assert folded(once, limit) == once


def test_folding_keeps_every_printable_character() -> None:
    assert folded("  Bäckerei\u00a0\n\t Größe \x00\ud800鉄道 ", 100) == "Bäckerei Größe 鉄道"
