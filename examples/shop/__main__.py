"""A shop with a "Connect your vault" button:  python examples/shop --port 8700

Open it in a browser, press the button, and give your vault's address: that of a `firstparty sandbox`, on this machine. Keys lie in
`shop-keys`, made on the first run.
"""

import argparse
import sys
from pathlib import Path

import uvicorn
from app import Shop
from customers import NAME

from connectors.kit import Credentials, KitError
from connectors.kit.clock import now
from connectors.kit.credentials import made


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--port", type=int, default=8700)
    parser.add_argument("--keys", type=Path, default=Path("shop-keys"), help="the folder with the shop's keys")
    asked = parser.parse_args()
    base = f"http://127.0.0.1:{asked.port}"
    try:
        if not asked.keys.exists():
            made(asked.keys, f"{base}/client.json", name=NAME, now=now(), redirect_uris=[f"{base}/callback"])
        client = Credentials.load(asked.keys)
    except KitError as error:
        print(f"{error.code}: {error}", file=sys.stderr)
        return 1
    print(f"The shop is at {base}", flush=True)
    uvicorn.run(Shop(base, client), host="127.0.0.1", port=asked.port, log_level="error", lifespan="off")
    return 0


if __name__ == "__main__":
    sys.exit(main())
