"""`terms.*` and `data.*`: what is asked of my data, and how that stands to the agreement."""

from __future__ import annotations

from vault.policy.fact import Fact, Influence
from vault.policy.values import FactType

_DECLARED = "the declared practice"
_NOBODY, _VENDOR, _DERIVED = Influence.NOBODY, Influence.VENDOR, Influence.DERIVED

ROWS = (
    Fact(
        "terms.result",
        FactType.CHOICE,
        "",
        "how the practice stands to my agreement and additions; `none asked` where no data is asked for",
        "compared by the vault",
        _DERIVED,
        choices=("within", "exceeds", "unknown", "none asked"),
    ),
    Fact(
        "terms.exceeds", FactType.TEXTS, "", "the clauses that the practice exceeds", "compared by the vault", _DERIVED
    ),
    Fact("terms.agreement", FactType.TEXT, "", "the agreement that holds for this vendor", "the vault", _NOBODY),
    Fact("terms.asked", FactType.TEXT, "", "the agreement that the vendor names", "the request", _VENDOR),
    Fact(
        "terms.in_force",
        FactType.TRUTH,
        "",
        "whether both sides have signed an agreement that still holds",
        "the vault",
        _NOBODY,
    ),
    Fact("data.purposes", FactType.PURPOSES, "", "what it is wanted for", _DECLARED, _VENDOR),
    Fact("data.categories", FactType.PERSONAL_DATA, "", "what is wanted", _DECLARED, _VENDOR),
    Fact(
        "data.retention",
        FactType.DURATION,
        "",
        "how long it is kept; for ever is longer than any duration",
        _DECLARED,
        _VENDOR,
    ),
    Fact("data.recipients", FactType.TEXTS, "", "who else gets it, by name or role", _DECLARED, _VENDOR),
    Fact("data.transfers", FactType.TEXTS, "", "the countries that it goes to", _DECLARED, _VENDOR),
    Fact("data.actions", FactType.TEXTS, "", "what is done with it (read, write, …)", "the data request", _VENDOR),
    Fact("data.ai_training", FactType.TRUTH, "", "whether it trains AI", _DECLARED, _VENDOR),
    Fact("data.anonymised", FactType.TRUTH, "", "whether what others get is fully anonymised", _DECLARED, _VENDOR),
    Fact("data.portability", FactType.TRUTH, "", "whether I can take it with me", _DECLARED, _VENDOR),
)
