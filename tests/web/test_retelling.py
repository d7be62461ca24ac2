"""Sentences that are kept as English text are found again, and said in the language of the page."""

from __future__ import annotations

import pytest

from web.pages.frame.language import speaking
from web.pages.frame.retelling import retold


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        ("line 12", "Zeile 12"),
        ("the row has only 3 of 9 columns", "die Zeile hat nur 3 von 9 Spalten"),
        ("the archive is damaged; fetch it again", "das Archiv ist beschädigt; hol es noch einmal"),
        ("`abc` is not a day; correct `BookgDt` in the file", "`abc` ist kein Tag; korrigier `BookgDt` in der Datei"),
        ("`100%` is not an amount", "`100%` ist kein Betrag"),
        ("Failed to send to ntfy:// (403)", "Failed to send to ntfy:// (403)"),
        ("", ""),
    ],
)
def test_what_was_kept_is_said_in_german_and_what_others_said_stays(kept: str, said: str) -> None:
    with speaking("de"):
        assert retold(kept) == said
    with speaking("en"):
        assert retold(kept) == kept
