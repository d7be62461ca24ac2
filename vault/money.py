"""Money: an integer of minor units and an ISO 4217 currency, never a float.

Minor units follow ISO 4217 (JPY has none, EUR two, KWD three). Amounts that a file states with more digits
than the currency has are rounded half to even. Two currencies are never added.
"""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import msgspec

from terms.errors import FirstpartyError
from terms.phrases import phrase

# ISO 4217 currencies whose minor unit is not a hundredth (list one, amendment 177).
_EXPONENTS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
    **dict.fromkeys("CLF UYW".split(), 4),
}
# Larger than any household amount, small enough for SQLite's 64-bit integer and for sums of many rows.
MAX_MINOR = 10**15
MAX_DIGITS = 15


class AmountError(FirstpartyError):
    code = "amount"


class Money(msgspec.Struct, frozen=True, order=True):
    """`minor` units of `currency`; negative means money out."""

    minor: int
    currency: str

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise AmountError(
                phrase("cannot add %(currency)s to %(currency2)s", currency=other.currency, currency2=self.currency)
            )
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return f"{decimal_of(self.minor, self.currency)} {self.currency}"


def exponent(currency: str) -> int:
    """Digits after the decimal point of `currency`; two for a code that is not known."""
    return _EXPONENTS.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether `code` has the form of an ISO 4217 code (three capital ASCII letters)."""
    return len(code) == 3 and code.isascii() and code.isalpha() and code.isupper()


def minor_of(amount: Decimal | str, currency: str) -> int:
    """Minor units of a decimal `amount` such as `-12.5`; raises `AmountError` when it is no number."""
    try:
        value = Decimal(amount) if isinstance(amount, str) else amount
        # `1e990000` is eight letters, and half a minute's work as an integer.
        if value.is_finite() and value.adjusted() > MAX_DIGITS:
            raise AmountError(phrase("`%(amount)s` is larger than an amount can be", amount=str(amount)[:40]))
        minor = int(value.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError):
        raise AmountError(phrase("`%(amount)s` is not an amount", amount=str(amount)[:40])) from None
    if abs(minor) > MAX_MINOR:
        raise AmountError(phrase("`%(amount)s` is larger than an amount can be", amount=str(amount)[:40]))
    return minor


def decimal_of(minor: int, currency: str) -> Decimal:
    """The exact decimal amount, with the currency's digits."""
    return Decimal(minor).scaleb(-exponent(currency))
