"""What is true of a made-up person: merchants, contracts, lines of bank accounts, logins. Amounts are minor units."""

from dataclasses import dataclass, field
from datetime import date

# Who is behind a line: a merchant's key, or one of these, none of which is a vendor.
OWN, PERSON, INCOME, CASH = "~own", "~person", "~income", "~cash"
# A payment of which nobody can say whether it is a vendor's (taxes, the bank's own fees): never counted.
NEUTRAL = "~neutral"
NOT_VENDORS = frozenset({OWN, PERSON, INCOME, CASH})


@dataclass(frozen=True)
class Merchant:
    key: str
    name: str
    domain: str
    payee: str  # as a direct debit names it
    card: str  # as a card payment names it, with {store}, {ref}, {city} that change
    city: str = "Berlin"
    country: str = "DE"
    currency: str = "EUR"
    family: str = ""  # merchants that may fairly be told as one vendor


@dataclass(frozen=True)
class Line:
    """One line of a statement, and who is behind it."""

    booked: date
    made: date
    minor: int
    payee: str
    purpose: str
    kind: str  # card, debit, transfer, standing, credit, cash
    who: str
    contract: str = ""
    role: str = ""  # regular, settlement, double, refund, trial
    creditor_id: str = ""
    mandate: str = ""


@dataclass(frozen=True)
class PriceChange:
    on: date
    before: int
    after: int
    counted: bool  # False where a person could not be sure, or would call it the end of a trial


@dataclass
class TrueContract:
    key: str
    merchant: Merchant
    period: str
    tags: set[str] = field(default_factory=set)
    ended: bool | None = None  # None where the statement cannot tell
    changes: list[PriceChange] = field(default_factory=list)
    currency: str = "EUR"
    account: int = 0
    regular: int = 0

    @property
    def countable(self) -> bool:
        """Enough regular charges that a person with the same statement would call it recurring."""
        return self.regular >= (2 if self.period == "P1Y" else 3)


@dataclass
class BankAccount:
    style: str  # sparkasse_camt, sparkasse_old, camt2, camt8, chase_card, chase_checking, ofx1, ofx2
    number: str
    currency: str
    clean: bool
    lines: list[Line] = field(default_factory=list)

    @property
    def german(self) -> bool:
        return self.style.startswith(("spark", "camt"))


@dataclass
class Person:
    seed: int
    country: str
    owner: str
    start: date
    until: date
    accounts: list[BankAccount] = field(default_factory=list)
    contracts: dict[str, TrueContract] = field(default_factory=dict)
    merchants: dict[str, Merchant] = field(default_factory=dict)
    logins: list[Merchant] = field(default_factory=list)
