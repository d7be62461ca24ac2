"""The rows of the fact table, a family in a module; the order here is the order of the documentation."""

from __future__ import annotations

from vault.policy import category_fields
from vault.policy.families import (
    changes,
    contracts,
    intentions,
    messages,
    moments,
    offers,
    owners,
    practices,
    vendors,
)

ROWS = (
    *offers.ROWS,
    *category_fields.ROWS,
    *vendors.ROWS,
    *practices.ROWS,
    *contracts.ROWS,
    *changes.ROWS,
    *owners.ROWS,
    *intentions.ROWS,
    *messages.ROWS,
    *moments.ROWS,
)
