"""How a bank prints a payment: payee and purpose of a debit, a card payment, a payment service, in German or US style."""

import string
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from benchmarks.evening.merchants import plain_upper
from benchmarks.evening.truth import BankAccount, Merchant

PAYPAL = "PayPal Europe S.a.r.l. et Cie S.C.A"
PAYPAL_ID, KLARNA_ID = "LU96ZZZ0000000000000000058", "DE12ZZZ00000999998"
_CITIES = {"DE": ("Musterstadt", "Beispielhausen", "Berlin", "Hamburg"), "US": ("BROOKLYN", "JERSEY CITY", "HOBOKEN")}


def reference(rng: Random, length: int = 8) -> str:
    return "".join(rng.choices(string.ascii_uppercase + string.digits, k=length))


def digits(rng: Random, length: int) -> str:
    return "".join(rng.choices(string.digits, k=length))


@dataclass(frozen=True)
class Imprint:
    payee: str
    purpose: str
    creditor_id: str = ""
    mandate: str = ""


@dataclass
class Printer:
    """Prints one merchant's payments (of one contract) on one account; what is steady is drawn once."""

    merchant: Merchant
    account: BankAccount
    way: str  # card, debit, paypal, klarna, store (Apple or Google), sumup, standing
    rng: Random
    title: str = ""
    dated: bool = True
    own_text: str = ""  # where the subscription is printed unlike the purchases

    def __post_init__(self) -> None:
        own = Random(self.merchant.key)
        self.creditor_id = f"DE{own.randint(10, 98)}ZZZ0000{own.randint(1000000, 9999999)}"
        self.mandate = reference(self.rng, self.rng.choice((8, 10, 13)))
        self.customer = digits(self.rng, self.rng.choice((8, 9, 10)))
        self.company = digits(own, 10)
        self.store = digits(self.rng, 4)
        self.city = self.rng.choice(_CITIES["DE" if self.account.currency == "EUR" else "US"])
        self.phoned = self.rng.random() < 0.6

    def printed(self, made: date) -> Imprint:
        found = self._german(made) if self.account.german else self._american(made)
        return found if self.account.clean or not self.account.german else self._sloppy(found)

    def _sloppy(self, found: Imprint) -> Imprint:
        """A bank that states no creditor and cuts and shouts: what many exports look like."""
        return Imprint(plain_upper(found.payee)[:35].strip(), found.purpose.upper(), "", "")

    def _card(self) -> str:
        city = self.city if self.title else self.rng.choice(_CITIES["DE" if self.account.currency == "EUR" else "US"])
        text = self.own_text or self.merchant.card
        text = text.replace("{city}", city).replace("{ref}", reference(self.rng, 9))
        text = text.replace("{n4}", digits(self.rng, 4)).replace("{n6}", digits(self.rng, 6))
        return text.replace("{store}", self.store if self.title else digits(self.rng, 4))

    def _german(self, made: date) -> Imprint:
        merchant, rng = self.merchant, self.rng
        if self.way == "paypal":
            name = merchant.name
            purpose = f"10{digits(rng, 11)}/PP.{self.customer[:4]}.PP/. {name}, Ihr Einkauf bei {name}"
            return Imprint(PAYPAL, purpose, PAYPAL_ID, "4XKJ224SFHD3E")
        if self.way == "klarna":
            return Imprint(
                "Klarna Bank AB (publ)",
                f"{reference(rng, 15)} {merchant.name} Klarna",
                KLARNA_ID,
                "KL" + digits(rng, 8),
            )
        if self.way in {"card", "store", "sumup"}:
            prefix = "SumUp  *" if self.way == "sumup" else ""
            stamp = f"{(made - timedelta(days=1)).isoformat()}T{rng.randint(8, 22):02}:{rng.randint(0, 59):02} Debitk.11 2028-12"
            return Imprint(f"{prefix}{self._card()}//{merchant.city}/{merchant.country}", stamp)
        purpose = f"{self.title or 'Rechnung'} {self.customer}"
        if self.way == "debit":
            when = rng.choice((made.strftime("%m/%Y"), f"RG {digits(rng, 7)}", f"vom {made:%d.%m.%y}"))
            purpose = f"{purpose} {when}" if self.dated else purpose
            return Imprint(merchant.payee, purpose, self.creditor_id, self.mandate)
        return Imprint(merchant.payee, purpose)

    def _american(self, made: date) -> Imprint:
        merchant, rng = self.merchant, self.rng
        if self.way == "paypal":
            name = plain_upper(merchant.name).replace(" ", "")[:14]
            return Imprint(f"PAYPAL *{name}", "402-935-7733 CA")
        if self.way == "klarna":
            return Imprint(f"KLARNA* {plain_upper(merchant.name)[:14]}", "COLUMBUS OH")
        if self.way in {"debit", "standing"}:
            return Imprint(plain_upper(merchant.payee)[:24].strip(), f"PPD ID: {self.company}")
        prefix = "SQ *" if self.way == "sumup" else ""
        tail = f"{self.customer[:3]}-{self.customer[3:6]}-{self.store} " if self.title and self.phoned else ""
        self.phoned ^= rng.random() < 0.005  # the acquirer changed what it prints
        return Imprint(f"{prefix}{self._card()}", f"{tail}{merchant.city}")
