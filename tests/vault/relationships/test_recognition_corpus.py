"""Recognition on thousands of real companies at once: names as printed, addresses as their accounts."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from vault.relationships import brands, domains
from vault.relationships.payees import identify
from vault.relationships.recognition import AccountEvidence, PayeeEvidence, Resolution, resolve

_ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", _ROOT.parent / "shared" / "data")) / "vendors/datenanfragen-data.zip"
pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason=f"the corpus of companies is not at {CORPUS.name}")


def _companies() -> list[tuple[str, str]]:
    with zipfile.ZipFile(CORPUS) as archive:
        names = [name for name in archive.namelist() if "companies/" in name and name.endswith(".json")]
        found = [json.loads(archive.read(name)) for name in names]
    return [(company["name"], company.get("web", "")) for company in found]


def _key(name: str) -> str:
    return identify(name, "", "", "", -1, own_accounts=frozenset(), own_names=frozenset()).key


@pytest.fixture(scope="module")
def companies() -> list[tuple[str, str]]:
    return _companies()


@pytest.fixture(scope="module")
def found(companies: list[tuple[str, str]]) -> Resolution:
    payees = [
        PayeeEvidence(identify(name, "", "", "", -1, own_accounts=frozenset(), own_names=frozenset()))
        for name, _ in companies
    ]
    return resolve(payees, [AccountEvidence(web, "", (web,)) for web in sorted({web for _, web in companies if web})])


def test_no_company_is_taken_for_a_person_or_an_own_transfer(companies: list[tuple[str, str]]) -> None:
    roles = {
        name: identify(name, "", "", "", -1, own_accounts=frozenset(), own_names=frozenset()).role
        for name, _ in companies
    }
    assert {name: role for name, role in roles.items() if role != "vendor"} == {}


def test_no_two_domains_of_different_names_are_joined_but_for_brands(found: Resolution) -> None:
    joined = [
        vendor.domains
        for vendor in found.vendors
        if not brands.brand(vendor.key) and len({domains.label_of(domain) for domain in vendor.domains}) > 1
    ]
    assert joined == []


def test_no_payee_is_joined_to_another_companys_domain(companies: list[tuple[str, str]], found: Resolution) -> None:
    """A company whose own domain is listed must not end at a domain with another label, unless it is a brand's or
    its own name prints that domain."""
    own: dict[str, set[str]] = {}
    for name, web in companies:
        own.setdefault(_key(name), set()).add(domains.label_of(domains.registrable(web)))
    wrong = []
    for vendor in found.vendors:
        labels = {domains.label_of(domain) for domain in vendor.domains}
        for why in vendor.links if labels and not brands.brand(vendor.key) else ():
            printed = why.kind == "account" or "prints" in why.evidence
            if not printed and "" not in own[why.ref] and own[why.ref].isdisjoint(labels):
                wrong.append((why.ref, labels))
    assert wrong == []


def test_most_companies_meet_their_own_domain(companies: list[tuple[str, str]], found: Resolution) -> None:
    """Many are known by a name that their domain does not say; of the others next to all are found."""
    met = [found.payees.get(_key(name)) == found.accounts.get(web) for name, web in companies if web in found.accounts]
    assert sum(met) / len(met) > 0.6
