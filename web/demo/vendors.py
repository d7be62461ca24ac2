"""The demonstration's invented vendors: they meet the vault over its API, as any vendor does, and take their time.

    python -m web.demo.vendors URL FOLDER

An energy supplier answers the person's wish for electricity, first too dearly, then better. A shop for light introduces itself with
an offer that nobody asked for. Keys are made in FOLDER. It ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Mapping
from pathlib import Path
from typing import Final

from connectors.kit import Credentials, KitError, Vault, serve_document
from connectors.kit.credentials import make_for_development

ENERGY: Final = "energy.electricity"
# Cent a month, and for how many months one is bound: what the supplier tries, one after the other.
TARIFFS: Final = ((9_900, 24), (7_900, 12), (6_900, 12))
# Long enough to see each arrive.
PAUSE_SECONDS: Final = 12
LAMP: Final = {
    "title": "A desk lamp for long evenings",
    "category": "shopping.home",
    "price": {"minor": 4_900, "currency": "EUR"},
    "binding": True,
}


def _tariff(minor: int, months: int) -> dict[str, object]:
    return {
        "title": f"Sample Energy {months}",
        "category": ENERGY,
        "price": {"minor": minor, "currency": "EUR", "period": "P1M"},
        "contract": {"minimum_term": f"P{months}M", "renewal_term": "P1M", "notice": "P1M"},
        "fields": {"renewable": True},
        "practice": _PRACTICE,
        "binding": True,
    }


_PRACTICE: Final[Mapping[str, object]] = {
    "purposes": ["dpv:ServiceProvision"],
    "data": ["pd:PhysicalAddress"],
    "recipients": [],
    "retention": "P1Y",
    "ai_training": False,
    "anonymised": False,
    "portability": True,
}


async def _energy(url: str, client: Credentials) -> None:
    with serve_document(client):
        async with await Vault.connect(url, client=client) as vault:
            await vault.introduce("Sample Energy", "We would like to supply you.", category=ENERGY)
            await vault.agree("SD-BASE")
            wanted = [one async for one in vault.intents(category=ENERGY)]
            for minor, months in TARIFFS:
                for intent in wanted:
                    told = await vault.offer(_tariff(minor, months), intent)
                    print("energy:", minor, told.answer.verdict if told.answer else told.state, flush=True)
                await asyncio.sleep(PAUSE_SECONDS)


async def _shop(url: str, client: Credentials) -> None:
    await asyncio.sleep(PAUSE_SECONDS / 2)
    with serve_document(client):
        async with await Vault.connect(url, client=client) as vault:
            await vault.introduce("Sample Lamps", "Light for long evenings.", category="shopping.home")
            told = await vault.offer(LAMP)
            print("lamps:", told.answer.verdict if told.answer else told.state, flush=True)


async def _told(name: str, dealing: Awaitable[None]) -> None:
    try:
        await dealing
    except KitError as error:
        print(f"{name}: {error}", flush=True)


async def main(url: str, folder: Path) -> None:
    made = [make_for_development(folder / name, name) for name in ("Sample Energy", "Sample Lamps")]
    watching = asyncio.create_task(asyncio.to_thread(sys.stdin.buffer.read))
    dealing = asyncio.gather(_told("energy", _energy(url, made[0])), _told("lamps", _shop(url, made[1])))
    await asyncio.wait([watching, dealing], return_when=asyncio.FIRST_COMPLETED)
    if not watching.done():
        await watching
    dealing.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
