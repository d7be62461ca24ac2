"""An energy supplier that looks for customers who want to be found:  python examples/energy_supplier.py URL

It introduces itself, agrees to the person's terms, reads what they want, and offers a tariff reckoned for their use. Where they
say what they would accept instead, it goes a little below, as far as its own floor allows. Then it waits to be awarded, reads
exactly the data that it was given for the order, and puts the contract into the person's records.

With a sandbox (`firstparty sandbox`), award its offer as the person:  firstparty intent award last last --yes
Keys lie in `supplier`, made on the first run. Every step is a line of output.
"""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.kit import Credentials, FileCursor, Intent, KitError, Offered, Vault, serve_document
from connectors.kit.credentials import make_for_development

NAME = "Example Energy"
CATEGORY = "energy.electricity"
# What a kilowatt hour and a year of connection cost us, and what we would like to earn a month.
CENT_PER_KWH, STANDING, MARGIN = 27, 9_600, 900
# Below this margin we do not sell.
LEAST_MARGIN = 100
# How far we go below what they would take, to come before others.
BELOW = 50
# What nobody told us is taken to be a flat of three.
USUAL_KWH = 3_000


def monthly(kwh: int, margin: int) -> int:
    """Cent a month, at that use."""
    return -(-(kwh * CENT_PER_KWH + STANDING) // 12) + margin


def tariff(minor: int) -> dict[str, object]:
    return {
        "title": f"{NAME} Switch 12",
        "category": CATEGORY,
        "price": {"minor": minor, "currency": "EUR", "period": "P1M"},
        "contract": {"minimum_term": "P12M", "renewal_term": "P1M", "notice": "P1M"},
        "fields": {"renewable": True},
        "practice": {
            "purposes": ["dpv:ServiceProvision"],
            "data": ["pd:PhysicalAddress"],
            "recipients": [],
            "retention": "P1Y",
            "ai_training": False,
            "anonymised": False,
            "portability": True,
        },
        "binding": True,
    }


async def offered(vault: Vault, intent: Intent) -> tuple[Offered, int] | None:
    """Our offer and its price, bettered once if they say what they would take and we can."""
    kwh = intent.yearly_use or USUAL_KWH
    price = monthly(kwh, MARGIN)
    told = await vault.offer(tariff(price), intent)
    print(f"offered {price} cent a month: {verdict(told)}")
    wanted = countered(told)
    if wanted is not None:
        price = wanted - BELOW
        if price < monthly(kwh, LEAST_MARGIN):
            print(f"they would take {wanted}, which we cannot do")
            return None
        told = await vault.offer(tariff(price), intent)
        print(f"they would take {wanted}, so offered {price}: {verdict(told)}")
    return None if verdict(told) == "refuse" else (told, price)


def verdict(told: Offered) -> str:
    return told.answer.verdict if told.answer else told.state


def countered(told: Offered) -> int | None:
    """The price that they would take, if that alone is what they ask."""
    if told.answer is None or told.answer.verdict == "accept":
        return None
    for one in told.answer.counter:
        change: Mapping[str, dict[str, int]] = one["change"]
        if set(change) == {"offer.price.per_month"}:
            return change["offer.price.per_month"]["minor"]
    return None


async def awarded(vault: Vault, offer: Offered, cursor: FileCursor) -> Offered:
    """The offer once the person has taken it."""
    async for event in vault.events(cursor=cursor, poll=1):
        if event.subject == offer.id and event.type in ("offer.awarded", "offer.declined"):
            return await vault.offer_state(offer)
    raise AssertionError("events end only when they are not waited for")


async def fulfilled(vault: Vault, offer: Offered, minor: int) -> None:
    order = offer.order
    if order is None:
        print("they took another offer")
        return
    print(f"awarded: order {order.id}, with {', '.join(order.data) or 'no data'}")
    if order.grant:
        profile = await vault.profile(order.grant)
        for one in profile.attributes:
            print(f"  {one.category}: {one.value if isinstance(one.value, str) else ', '.join(one.value)}")
        if profile.receipt:
            print(f"  the read is entry {(await vault.receipt(profile.receipt)).number} of the person's log")
    contract = {
        "title": f"{NAME} Switch 12",
        "category": CATEGORY,
        "price": {"minor": minor, "currency": "EUR", "period": "P1M"},
        "started": str((datetime.now(UTC) + timedelta(days=14)).date()),  # noqa: TID251 (a program of its own)
        "minimum_term": "P12M",
        "renewal_term": "P1M",
        "notice": "P1M",
    }
    record = await vault.put_contract(order.id, contract)
    print(f"contract {record.ref}: {record.state}")


async def supply(url: str, client: Credentials, folder: Path) -> None:
    async with await Vault.connect(url, client=client) as vault:
        standing = (await vault.introduce(NAME, "We would like to supply you.", category=CATEGORY)).standing
        print(f"introduced: {standing}")
        agreed = await vault.agree("SD-BASE")
        print(f"agreed to {agreed.terms}: {agreed.state}")
        async for intent in vault.intents(category=CATEGORY):
            print(f"wanted: {intent.title}, {intent.yearly_use or 'unknown'} kWh a year, until {intent.closes}")
            made = await offered(vault, intent)
            if made is not None:
                taken = await awarded(vault, made[0], FileCursor(folder / "cursor"))
                await fulfilled(vault, taken, made[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url", help="the vault's address")
    parser.add_argument("--keys", type=Path, default=Path("supplier"), help="the folder with our keys")
    asked = parser.parse_args()
    try:
        client = Credentials.load(asked.keys) if asked.keys.exists() else make_for_development(asked.keys, NAME)
        with serve_document(client):
            asyncio.run(supply(asked.url, client, asked.keys))
    except KitError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
