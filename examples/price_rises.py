"""What became dearer, as tab-separated lines for a spreadsheet: a program that reads the vault through the command line.

firstparty contracts --json | python examples/price_rises.py
"""

from __future__ import annotations

import json
import sys


def main() -> None:
    print("on\tcontract\tcurrency\tfrom\tto")
    for contract in json.load(sys.stdin)["contracts"]:
        for change in contract["price_changes"]:
            if change["to"] > change["from"]:
                currency = contract["price"]["currency"]
                print(change["on"], contract["title"], currency, change["from"], change["to"], sep="\t")


if __name__ == "__main__":
    main()
