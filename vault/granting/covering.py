"""Which data category covers which, and how sensitive each is: read off DPV and never stored.

A category covers itself and all under it, whatever road leads there. But a special category is covered only by one that is
special itself: consent to it has to be explicit (GDPR, art. 9(2)(a)), and a broad word like `pd:External` is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from terms import dpv
from terms.errors import UsageError
from terms.nearest import hint
from terms.phrases import phrase

Sensitivity = Literal["special", "sensitive", "personal"]

_PERSONAL = "dpv:PersonalData"
_SENSITIVE = "dpv:SensitivePersonalData"
_SPECIAL = "dpv:SpecialCategoryPersonalData"


def category_of(written: str) -> str:
    """The prefixed id of a category of personal data, of which a person may have one; else the nearest is named."""
    taxonomy = dpv.personal_data()
    found = taxonomy.known(written.strip())
    if found is None or not found.startswith("pd:"):
        valid = [term for term in taxonomy.terms() if term.startswith("pd:")]
        near = hint(written.strip(), valid, "") or hint(f"pd:{written.strip()}", valid, "")
        where = near or phrase("they are those of https://w3id.org/dpv/pd, such as pd:EmailAddress")
        raise UsageError(
            phrase("`%(written)s` is no category of personal data", written=written[:60]),
            hint=where,
            code="unknown-category",
        )
    return found


def sensitivity(category: str) -> Sensitivity:
    above = dpv.personal_data().ancestors(category) or frozenset()
    if _SPECIAL in above:
        return "special"
    return "sensitive" if _SENSITIVE in above else "personal"


# Asked at every release for every attribute; a vault has some tens of categories, and DPV does not change while it runs.
@lru_cache(maxsize=4_096)
def covers(granted: str, category: str) -> bool:
    is_under = dpv.personal_data().is_a(category, granted) or False
    return is_under and (sensitivity(category) != "special" or sensitivity(granted) == "special")


def any_covers(granted: Iterable[str], category: str) -> bool:
    for one in granted:  # noqa: SIM110 - asked some ten times in a release, and half the price of a generator
        if covers(one, category):
            return True
    return False


def covers_attribute(data: Iterable[str], labels: tuple[str, ...], category: str, label: str) -> bool:
    """Whether a grant of `data` reaches an attribute; labels, where a grant has any, limit it to attributes so named."""
    return (not labels or label in labels) and any_covers(data, category)
