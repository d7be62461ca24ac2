"""What the owner says: corrections and facts, each in one transaction with its leaf, remembered for good.

A correction is a rule that recognition obeys from then on, for the records of later imports too; a fact is kept with its
contract. Nothing here deletes a record that came from a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from terms.errors import FirstpartyError, UsageError
from terms.phrases import phrase
from vault import ids, periods
from vault.deriving import derive
from vault.importing import identify_payees_anew
from vault.lettering import is_plain
from vault.money import Money, decimal_of
from vault.overview import Contract
from vault.relationships import facts
from vault.relationships.categories import is_category
from vault.relationships.owner_rule import OwnerRule
from vault.relationships.tariffs import Tariff
from vault.session import Vault
from vault.store import contracts as contract_store
from vault.store import corrections, derived, entries
from vault.store import vendors as vendor_store
from vault.store.connection import Connection
from vault.store.vendors import VendorRow
from vault.times import stamp

# A name or title as somebody types it.
MAX_NAME = 200
# A correction: that a contract is kept for one more term.
_KEPT = "keep"


class CorrectionError(FirstpartyError):
    code = "correction"


def confirm(vault: Vault, contract: Contract) -> None:
    """It is a contract, whatever the confidence of the analysis."""
    _verdict(vault, contract, "confirmed")


def dismiss(vault: Vault, contract: Contract) -> None:
    """It is no contract: it is listed no more, nor after later imports. `confirm` takes that back."""
    _verdict(vault, contract, "dismissed")


def dismiss_question(vault: Vault, question: str) -> None:
    with vault.transaction():
        corrections.put(vault.connection, "question", question, "", stamp(vault.now))
        vault.log("question.dismissed", {"question": question})


def take_back(vault: Vault, correction: int) -> None:
    """As if this had never been corrected; what was corrected since stays."""
    with vault.transaction():
        if not corrections.remove(vault.connection, correction):
            raise CorrectionError(phrase("that was taken back already"))
        vault.log("correction.taken-back", {})
        derive(vault.connection, vault.now)


def undecided(vault: Vault, contract: Contract) -> None:
    """Take back what was said by `confirm` or `dismiss`."""
    _verdict(vault, contract, "")


def _verdict(vault: Vault, contract: Contract, verdict: str) -> None:
    with vault.transaction():
        contract_store.set_owned(vault.connection, contract.row.id, "verdict", verdict, stamp(vault.now))
        vault.log(f"contract.{verdict or 'undecided'}", {"contract": ids.text("contract", contract.row.id)})


def rename(vault: Vault, vendor: VendorRow, name: str) -> None:
    _rule(vault, vendor, OwnerRule("rename", vendor.key, value=_name(name)), "vendor.renamed")


def set_category(vault: Vault, vendor: VendorRow, category: str) -> None:
    if not is_category(category):
        raise UsageError(
            phrase("`%(category)s` is not a category", category=category[:40]),
            hint=phrase("see `firstparty set vendor --help`"),
        )
    _rule(vault, vendor, OwnerRule("category", vendor.key, value=category), "vendor.categorised")


def merge(vault: Vault, kept: VendorRow, merged: VendorRow) -> None:
    """Everything of `merged` belongs to `kept` from now on."""
    if kept.id == merged.id:
        raise CorrectionError(phrase("`%(name)s` is one vendor already", name=kept.name))
    payees = {row.key for row in vendor_store.payees(vault.connection, merged.id)}
    accounts = {str(row.id) for row in vendor_store.accounts(vault.connection, merged.id)}
    rule = OwnerRule(
        "merge", kept.key, payees=_sorted(payees), domains=_sorted(merged.domains), accounts=_sorted(accounts)
    )
    _rule(vault, merged, rule, "vendor.merged")


def split(vault: Vault, vendor: VendorRow, parts: Iterable[str]) -> None:
    """The payees (by key or name) and domains named in `parts` are a vendor of their own."""
    payees = vendor_store.payees(vault.connection, vendor.id)
    chosen_payees, chosen_domains = set(), set()
    for part in parts:
        folded = part.strip().casefold()
        found = {row.key for row in payees if folded in (row.key.casefold(), row.name.casefold())}
        if found:
            chosen_payees |= found
        elif folded in vendor.domains:
            chosen_domains.add(folded)
        else:
            known = ", ".join(f"`{name}`" for name in (*sorted({row.name for row in payees}), *vendor.domains))
            raise CorrectionError(
                phrase("`%(name)s` has no part `%(part)s`", name=vendor.name, part=part[:60]),
                hint=phrase("it has %(known)s", known=known),
            )
    if {row.key for row in payees} <= chosen_payees and set(vendor.domains) <= chosen_domains:
        raise CorrectionError(phrase("that is all of it, so nothing would be left"), hint=phrase("name a part of it"))
    rule = OwnerRule("split", "", payees=_sorted(chosen_payees), domains=_sorted(chosen_domains))
    _rule(vault, vendor, rule, "vendor.split")


def add_vendor(vault: Vault, name: str, *, domains: tuple[str, ...] = (), category: str = "") -> int:
    """A vendor that no file says; gives its id."""
    if category and not is_category(category):
        raise UsageError(phrase("`%(category)s` is not a category", category=category[:40]))
    name = _name(name)
    number = ids.first_of_block(vault.now, after=vendor_store.largest(vault.connection))
    key = f"owner:{ids.text('vendor', number)}"
    plan = derived.VendorPlan(None, key, name, category, domains, 1.0, ("added by the owner",))
    with vault.transaction():
        derived.add_vendors(vault.connection, [(number, plan)], stamp(vault.now), source="owner")
        entries.put(vault.connection, entries.Entry(number, "vendor", number, "", name, " ".join(domains)))
        vault.log("vendor.added", {"vendor": ids.text("vendor", number)})
        derive(vault.connection, vault.now)
    return number


def add_contract(vault: Vault, vendor: VendorRow, price: Money, every: str, *, title: str = "") -> int:
    """A contract that no statement shows; gives its id."""
    periods.parse(every)
    number = ids.first_of_block(vault.now, after=contract_store.largest(vault.connection))
    title = _name(title or vendor.name)
    with vault.transaction():
        contract_store.add_owned(vault.connection, number, vendor.id, title, price, every, stamp(vault.now))
        entries.put(vault.connection, entries.Entry(number, "contract", vendor.id, "", title, vendor.name))
        vault.log("contract.added", {"contract": ids.text("contract", number)})
    return number


def set_fact(vault: Vault, contract: Contract, name: str, text: str, *, basis: str = "owner") -> str:
    """State one fact of a contract (see `facts.names`), or its `title`; gives the text as it is kept."""
    if name == "title":
        return _set_title(vault, contract.row.id, _name(text))
    return set_facts(vault, contract, {name: text}, basis=basis)[name]


def _set_title(vault: Vault, number: int, kept: str) -> str:
    with vault.transaction():
        contract_store.set_owned(vault.connection, number, "own_title", kept, stamp(vault.now))
        entries.retitle(vault.connection, number, kept)
        vault.log("contract.stated", {"contract": ids.text("contract", number), "fact": "title"})
    return kept


def set_facts(vault: Vault, contract: Contract, said: Mapping[str, str], *, basis: str = "owner") -> dict[str, str]:
    """State several facts of a contract, all or none; gives the texts as they are kept."""
    kept = {name: facts.canonical(name, text) for name, text in said.items()}
    stated = {name: facts.StatedFact(text, "stated" if basis == "stated" else "owner") for name, text in kept.items()}
    known = {name: fact for name, fact in {**contract.row.facts, **stated}.items() if fact.text != facts.UNSET}
    with vault.transaction():
        encoded = msgspec.json.encode(known, order="deterministic").decode()
        contract_store.set_owned(vault.connection, contract.row.id, "facts", encoded, stamp(vault.now))
        for name in kept:
            vault.log("contract.stated", {"contract": ids.text("contract", contract.row.id), "fact": name})
    return kept


def set_unused(vault: Vault, contract: Contract, since: date | None) -> None:
    """The owner has not used it since that day; none: it is used."""
    day = since.isoformat() if since else None
    with vault.transaction():
        contract_store.set_owned(vault.connection, contract.row.id, "unused_since", day, stamp(vault.now))
        vault.log("contract.stated", {"contract": ids.text("contract", contract.row.id), "fact": "unused"})


def keep(vault: Vault, contract: Contract, on: date) -> None:
    """Let it run on past its last day to cancel, which is `on`: a word for this term alone, since the next one has another day."""
    deadline = contract.deadline("cancel_by")
    if deadline is None or deadline.on != on:
        raise CorrectionError(phrase("that is not its last day to cancel any more"), hint=phrase("look at it again"))
    named = ids.text("contract", contract.row.id)
    with vault.transaction():
        corrections.put(vault.connection, _KEPT, named, on.isoformat(), stamp(vault.now))
        vault.log("contract.kept", {"contract": named, "on": on.isoformat()})


def keep_no_more(vault: Vault, contract: Contract) -> None:
    """Take that back."""
    named = ids.text("contract", contract.row.id)
    meant = [row.id for row in corrections.of_kind(vault.connection, _KEPT) if row.subject == named]
    with vault.transaction():
        for number in meant:
            corrections.remove(vault.connection, number)
            vault.log("contract.not-kept", {"contract": named})


def kept(connection: Connection) -> dict[int, date]:
    """By contract, the last day to cancel that the owner lets pass. A day that came to be earlier is of the same term."""
    rows = corrections.of_kind(connection, _KEPT)
    return {ids.number_of("contract", row.subject): date.fromisoformat(row.value) for row in rows}


def set_tariff(vault: Vault, contract: Contract, tariff: Tariff) -> None:
    """What its use costs: standing charge and rates, as the bill prints them."""
    encoded = msgspec.json.encode(tariff).decode()
    with vault.transaction():
        contract_store.set_owned(vault.connection, contract.row.id, "tariff", encoded, stamp(vault.now))
        vault.log("contract.stated", {"contract": ids.text("contract", contract.row.id), "fact": "tariff"})


def add_usage(vault: Vault, contract: Contract, day: date, quantity: str, unit: str, register: str = "use") -> int:
    """One reading of use: kilowatt hours, visits, gigabytes; an exact decimal."""
    amount = contract_store.checked_quantity(quantity)
    number = ids.first_of_block(vault.now, after=contract_store.largest_usage(vault.connection))
    with vault.transaction():
        reading = contract_store.Reading(day.isoformat(), amount, _name(unit), _name(register))
        contract_store.add_usage(vault.connection, number, contract.row.id, reading, stamp(vault.now))
        vault.log("usage.added", {"contract": ids.text("contract", contract.row.id)})
    return number


def set_owner(vault: Vault, names: tuple[str, ...] | None, country: str | None) -> None:
    """Who and where the owner is: own names tell transfers from vendors, the country which law is assumed."""
    from vault.store import settings

    with vault.transaction():
        if names is not None:
            settings.put(vault.connection, "own_names", msgspec.json.encode(list(names)).decode())
            identify_payees_anew(vault.connection, vault.now)
            derive(vault.connection, vault.now)
        if country is not None:
            settings.put(vault.connection, "country", facts.canonical("country", country))
        vault.log("owner.described", {"names": names is not None, "country": country is not None})


def _rule(vault: Vault, vendor: VendorRow, rule: OwnerRule, event: str) -> None:
    text = msgspec.json.encode(rule).decode()
    with vault.transaction():
        subject = f"{rule.vendor}|{','.join((*rule.payees, *rule.domains, *rule.accounts))}"
        corrections.put(vault.connection, rule.action, subject, text, stamp(vault.now))
        vault.log(event, {"vendor": ids.text("vendor", vendor.id)})
        derive(vault.connection, vault.now)


def _name(written: str) -> str:
    name = " ".join(written.split())
    if not name or len(name) > MAX_NAME or not is_plain(name):
        raise UsageError(
            phrase("`%(name)s` is not a name", name=name[:40]),
            hint=phrase("write 1 to %(max_name)s printable characters", max_name=MAX_NAME),
        )
    return name


def _sorted(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(texts))


def price_of(amount: str, currency: str) -> Money:
    """The price that somebody typed, positive."""
    from vault.money import is_currency, minor_of

    code = currency.strip().upper()
    if not is_currency(code):
        raise UsageError(
            phrase("`%(currency)s` is not a currency", currency=currency[:10]),
            hint=phrase("write its three letters, such as EUR"),
        )
    price = Money(abs(minor_of(amount.strip().replace(",", "."), code)), code)
    if not decimal_of(price.minor, code):
        raise UsageError(phrase("a price of nothing is no contract"))
    return price
