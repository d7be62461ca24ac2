"""A first offer to a person's vault, decided while you watch:  python examples/first_offer.py http://127.0.0.1:8643

Makes keys in the folder `first-vendor` on its first run. Start the vault with `firstparty sandbox`, in another terminal.
"""

import asyncio
import sys
from pathlib import Path

from connectors.kit import Credentials, Vault, serve_document
from connectors.kit.credentials import make_for_development

FOLDER = Path("first-vendor")
OFFER = {
    "title": "Green power 12",
    "category": "energy.electricity",
    "price": {"minor": 8900, "currency": "EUR", "period": "P1M"},
    "contract": {"minimum_term": "P12M", "renewal_term": "P1M", "notice": "P1M"},
    "binding": True,
}


async def main(url: str) -> None:
    client = Credentials.load(FOLDER) if FOLDER.exists() else make_for_development(FOLDER, "Example Power")
    with serve_document(client):
        async with await Vault.connect(url, client=client) as vault:
            print("introduced:", (await vault.introduce("Example Power", "Green electricity, cheaper.")).standing)
            print("agreed:", (await vault.agree("SD-BASE")).state)
            async for intent in vault.intents(category="energy.electricity"):
                told = await vault.offer(OFFER, intent)
                print(f"offered for {intent.title}:", told.answer.verdict if told.answer else told.state)
                for one in told.answer.counter if told.answer else ():
                    print("  they would take:", one["text"])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
