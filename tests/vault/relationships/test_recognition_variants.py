"""Made-up vendors as a year of statements prints them, beside their accounts: one vendor for each, none joined."""

from __future__ import annotations

import pytest

from vault.relationships.payees import identify
from vault.relationships.recognition import AccountEvidence, PayeeEvidence, Resolution, resolve

VENDORS = {
    "Stadtwerke Musterstadt GmbH": "stadtwerke-musterstadt.de",
    "FitWerk Studios GmbH": "fitwerk.example",
    "Nordlicht Energie AG": "nordlicht-energie.de",
    "Blue Harbor Insurance Ltd": "blueharbor.co.uk",
    "Quillstream Inc": "quillstream.com",
    "Cloudnest Hosting": "cloudnest.io",
    "Verlagshaus Sonnberg": "sonnberg-verlag.de",
    "Kletterhalle Felsenfest": "felsenfest.example",
    "Tidewater Broadband": "tidewater.net",
    "Ökostrom Bergtal eG": "oekostrom-bergtal.de",
    "Café Morgenrot": "cafe-morgenrot.de",
    "Hausverwaltung Lindner": "hv-lindner.de",
    "Grünwald Apotheke": "gruenwald-apotheke.de",
    "Sunny Side Up": "sunnysideup.example",
    "Musikschule Allegro": "musikschule-allegro.de",
    "Lumo Energy": "lumoenergy.com",
}
ASCII = str.maketrans({"ö": "oe", "ü": "ue", "ä": "ae", "é": "e", "Ö": "OE"})


def bare(name: str) -> str:
    return name.rsplit(" ", 1)[0] if name.rsplit(" ", 1)[1] in {"GmbH", "AG", "Ltd", "Inc", "eG"} else name


def printed(name: str, domain: str) -> list[str]:
    capitals = bare(name).translate(ASCII).upper()
    return [
        name,
        capitals,
        f"{capitals} 0042",
        f"{capitals} 4711 BERLIN DE",
        f"{capitals} MUENCHEN DEU",
        f"{capitals}//MUENCHEN/DE",
        f"{capitals}*A1B2C3",
        f"{capitals} 14/03/24 REF 123456",
        f"{capitals[:18]}",
        f"PAYPAL *{capitals}",
        f"PAYPAL *{capitals.replace(' ', '')[:12]}",
        f"SQ *{capitals}",
        f"DD {capitals}",
        f"POS PURCHASE {capitals} #0123",
        f"CARD PAYMENT TO {capitals} ON 12 MAR",
        f"PURCHASE AUTHORIZED ON 03/14 {capitals} OAKLAND CA S123456789 CARD 1234",
        f"{domain.upper()} 800-555-0199 CA",
        f"WWW.{domain.upper()}",
        f"{bare(name)} GmbH & Co. KG",
        f"{bare(name)} Rechnung 2024-113",
    ]


@pytest.fixture(scope="module")
def keys() -> dict[str, set[str]]:
    return {
        name: {
            identify(text, "", "", "", -1, own_accounts=frozenset(), own_names=frozenset()).key
            for text in printed(name, domain)
        }
        for name, domain in VENDORS.items()
    }


@pytest.fixture(scope="module")
def found() -> Resolution:
    payees = [
        PayeeEvidence(identify(text, "", "", "", -1, own_accounts=frozenset(), own_names=frozenset()))
        for name, domain in VENDORS.items()
        for text in printed(name, domain)
    ]
    entries = [AccountEvidence(domain, bare(name), (f"https://login.{domain}",)) for name, domain in VENDORS.items()]
    return resolve(payees, entries)


@pytest.mark.parametrize("name", VENDORS)
def test_every_printed_variant_and_the_account_are_one_vendor(
    name: str, keys: dict[str, set[str]], found: Resolution
) -> None:
    assert {found.payees[key] for key in keys[name]} == {found.accounts[VENDORS[name]]}


def test_there_are_as_many_vendors_as_in_life(found: Resolution) -> None:
    assert len(found.vendors) == len(VENDORS)
