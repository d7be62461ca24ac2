"""Names: what belongs to writing is taken where it stands right, and what is not seen is refused wherever it stands."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.errors import UsageError
from tests.vault.conftest import Made
from vault import owner, profile
from vault.lettering import is_plain, plain
from vault.store import vendors

FAMILY, FARMER, RAINBOW = "👨‍👩‍👧‍👦", "👩🏽‍🌾", "🏳️‍🌈"
PICTURES = [FAMILY, FARMER, RAINBOW, "❤️", "☕︎", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🧑‍⚕️", "🙂‍↔️", "🐈‍⬛", "👁️‍🗨️", "🇩🇪", "\U0001fae8", "⛓️‍💥"]
# Persian with the non-joiner, Sinhala, Marathi and Malayalam with a joiner or non-joiner after a virama, Japanese with a variant.
WORDS = [
    "نمی‌خواهم", "کتاب‌ها", "ශ්‍රී", "र्‍य", "क्‌ष", "അവന്‍", "葛\U000e0100城", "ᠨ\u180bᠣ", "Ça & Söhne", "北京", "O’Neill", "é"
]  # fmt: skip
# What nobody sees, or what moves other signs: by name, since they would not be seen here either.
TRICKS = [
    "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b",
    "\u2060", "\ufeff", "\u00ad", "\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u180e", "\u2800", "\u0000", "\u001b", "\u2028",
    "\U000e0041", "\U000e007f", "\U000e01f0", "\ue000", "\ud800",
]  # fmt: skip
JOINERS = ["\u200c", "\u200d", "\ufe0e", "\ufe0f", "\ufe00", "\U000e0100", "\u180b"]
LATIN = "abcdefghijklmnopqrstuvwxyzÄÖÜäöüß"
words = st.text(LATIN, min_size=1, max_size=12)
pieces = st.lists(st.sampled_from(PICTURES) | st.sampled_from(WORDS) | words, min_size=1, max_size=5)
anything = st.text(max_size=12) | st.lists(
    st.sampled_from([*PICTURES, *WORDS, *TRICKS, *JOINERS, "a", " "]), max_size=6
).map("".join)


@given(pieces)
def test_words_and_pictures_of_all_scripts_are_plain_beside_one_another(parts: list[str]) -> None:
    assert is_plain(" ".join(parts))
    assert plain(" ".join(parts)) == " ".join(parts)


@given(pieces, st.sampled_from(TRICKS), st.data())
def test_what_is_not_seen_is_refused_wherever_it_stands(parts: list[str], trick: str, drawn: st.DataObject) -> None:
    whole = " ".join(parts)
    at = drawn.draw(st.integers(0, len(whole)))
    assert not is_plain(whole[:at] + trick + whole[at:])


@given(words, st.sampled_from(JOINERS), words)
def test_a_joiner_or_a_variation_among_letters_that_need_none_is_refused(first: str, sign: str, after: str) -> None:
    assert not is_plain(first + sign + after)
    assert not is_plain(first + sign)
    assert not is_plain(sign + after)


@pytest.mark.parametrize(
    "written",
    ["👩\u200d", "\u200d👩", "👩\u200da", "👩 \u200d👩", "👩\u200d\u200d👩", "ا\u200cب", "ب\u200c", "ب\u200dب", "a\ufe0f", "北\ufe0f",
     "🏴\U000e0067\U000e0062", "🏴\U000e007f", "👩\U000e0067\U000e0062\U000e007f", "°\u200d°", "\u200c", "\u200d", "\ufe0f"],
)  # fmt: skip
def test_a_sign_that_joins_nothing_is_refused(written: str) -> None:
    assert not is_plain(written)


@given(anything)
def test_what_is_made_plain_is_plain_as_long_and_otherwise_as_it_was(text: str) -> None:
    made = plain(text)
    assert is_plain(made)
    assert len(made) == len(text)
    assert all(one in (sign, " ") for one, sign in zip(made, text, strict=True))
    assert is_plain(text) == (made == text)


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Sc", "Sm"]), max_size=20))
def test_letters_numbers_and_marks_that_are_seen_are_as_printable_as_ever(text: str) -> None:
    fillers = re.compile("[\u115f\u1160\u3164\uffa0]")
    assert is_plain(text) == (text.isprintable() and not fillers.search(text))
    assert not any(unicodedata.category(sign).startswith("C") for sign in text)


def test_names_and_details_hold_them(made: Made) -> None:
    with made.open() as vault:
        name = f"Café {FAMILY} کتاب‌ها"
        owner.add_vendor(vault, name)
        assert [one.name for one in vendors.vendors(vault.connection)] == [name]
        with pytest.raises(UsageError, match="not a name"):
            owner.add_vendor(vault, "Pay\u202epal")
    assert profile.value_of("pd:Name", [name]) == name
    with pytest.raises(UsageError, match="line of text"):
        profile.value_of("pd:Name", ["A\u200dlex"])
