"""How large a rule file may be. What is larger was not written by a person, and would only cost time."""

from __future__ import annotations

from typing import Final

# Ten thousand rules as people write them.
MAX_BYTES: Final = 1_000_000
# A vault with a rule for every vendor it ever met stays far below.
MAX_RULES: Final = 10_000
# Of `when` and `unless` together; a rule with more is several rules.
MAX_CONDITIONS: Final = 64
# As written; a condition with a list of 200 short names fits.
MAX_CONDITION: Final = 10_000
# One sentence.
MAX_BECAUSE: Final = 400
# `pack/rule-name`; stands in tables.
MAX_ID: Final = 80
# A text to compare with: a domain has up to 253 characters, an IRI of DPV 70.
MAX_TEXT: Final = 300
# A list in a condition, or of the owner.
MAX_LIST: Final = 1_000
MAX_LISTS: Final = 100
# Digits before and behind the point; the largest amount of the vault has thirteen.
MAX_DIGITS: Final = 15
# Of a fraction, above and below: an amount with all of those digits, divided by twelve.
MAX_FRACTION: Final = 40
# A century, in the unit written: retention for longer is the same as for ever.
MAX_DURATION: Final = 36_525
# Names that are compared with the known ones for a suggestion.
MAX_GUESSED: Final = 100
# A key of a rule file has one part. A line with more points outside of texts would cost the reader of TOML the square.
MAX_POINTS: Final = 32
# Sections that do not belong there are told one by one up to here; a file with more of them is another kind of file.
MAX_SECTIONS: Final = 20
