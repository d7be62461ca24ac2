"""What the shop does with a customer's vault: connect, ask, sell, keep up with changes, answer for what it holds.

A customer is a vault's address, a grant and orders. The address of the house is never typed in: it is read from the vault, and
read again when the vault says that it has changed.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from connectors.kit import Credentials, Event, Grant, Hook, Profile, Pushed, Vault

NAME = "Example Shop"
LAMP = {"title": "Desk lamp", "minor": 4_990, "currency": "EUR"}
ASKED = ("pd:EmailAddress", "pd:PhysicalAddress")
PURPOSE, RETENTION = "dpv:ServiceProvision", "P1Y"


def today() -> date:
    return datetime.now(UTC).date()  # noqa: TID251 (a program of its own)


@dataclass
class Customer:
    """One vault. `address` and `email` are as last read; `name` stands in the address that this vault tells changes to."""

    vault: Vault
    pushed: Pushed | None = None
    grant: Grant | None = None
    hook: Hook | None = None
    email: str = ""
    address: tuple[str, ...] = ()
    orders: list[dict[str, object]] = field(default_factory=list)
    name: str = field(default_factory=lambda: secrets.token_urlsafe(12))

    async def read(self) -> None:
        """What the grant covers now; what it no longer covers is forgotten here too."""
        assert self.grant
        profile = await self.vault.profile(self.grant)
        self.email = _first(profile, "pd:EmailAddress")[0]
        self.address = _first(profile, "pd:PhysicalAddress")

    async def buy(self) -> str:
        """An order of one lamp: its invoice goes into the customer's records, word of it to them."""
        number = f"R-{secrets.token_hex(4)}"
        total = {"minor": LAMP["minor"], "currency": LAMP["currency"]}
        lines = [{"title": LAMP["title"], "minor": LAMP["minor"]}]
        due = today() + timedelta(days=14)
        invoice = {"number": number, "issued": str(today()), "due": str(due), "total": total, "lines": lines}
        await self.vault.put_invoice(invoice)
        self.orders.append({"number": number, "title": LAMP["title"], **total})
        await self.vault.message("delivery", f"Order {number}", f"Your {LAMP['title']} is on its way.")
        return number

    async def heard(self, event: Event) -> None:
        """Something happened over there."""
        if event.type == "profile.changed":
            await self.read()
        elif event.type == "grant.revoked":
            self.grant, self.email, self.address = None, "", ()
        elif event.type == "right.exercised":
            await self.answer_rights()
        await self.vault.acknowledge([event])

    async def answer_rights(self) -> None:
        """Access and portability get what is held, erasure empties it; the rest is for a person of the shop."""
        async for right in self.vault.rights():
            if right.right in ("access", "portability"):
                await self.vault.answer_right(right, "fulfilled", note="All that we hold.", data=self.held)
            elif right.right == "erasure":
                self.email, self.address = "", ()
                await self.vault.answer_right(right, "fulfilled", note="Invoices stay for as long as the law asks.")
            elif right.state == "open":
                await self.vault.answer_right(right, "acknowledged", note="Somebody looks into it.")

    @property
    def held(self) -> dict[str, object]:
        return {"email": self.email, "address": list(self.address), "orders": self.orders}


def _first(profile: Profile, category: str) -> tuple[str, ...]:
    """The preferred value, as lines."""
    for value in profile.values(category):
        return (value,) if isinstance(value, str) else value
    return ("",)


async def connected(address: str, client: Credentials, back: str) -> Customer:
    """A customer whose browser is to go on to `.pushed.url`."""
    vault = await Vault.connect(address, client=client)
    try:
        await vault.introduce(NAME, "You pressed “Connect your vault” in our shop.", category="shopping.home")
        await vault.agree("SD-BASE")
        pushed = await vault.push_consent(ASKED, PURPOSE, back, retention=RETENTION)
    except BaseException:
        await vault.close()
        raise
    return Customer(vault, pushed)


async def arrived(customer: Customer, callback: str, hook_url: str, client: Credentials) -> None:
    """Back from the vault: the grant, the data, and where to be told of changes."""
    assert customer.pushed
    customer.grant = await customer.vault.finish(callback, customer.pushed)
    customer.pushed = None
    await customer.read()
    customer.hook = Hook(client.client_id, hook_url)
    state = await customer.vault.set_webhook(hook_url)
    customer.hook = Hook(client.client_id, hook_url, state.keys, customer.hook.seen)
    held = {"source": "your vault", "purpose": PURPOSE, "since": str(today()), "retention": RETENTION}
    await customer.vault.put_holdings([{"category": category, **held} for category in customer.grant.datatypes])
