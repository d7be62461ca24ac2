"""The JSON of the command line: field names and forms are a contract with programs; fields are only ever added."""

from __future__ import annotations

from datetime import date

from vault import ids
from vault.importing import ImportReport
from vault.money import Money
from vault.overview import Contract, Overview
from vault.relationships.deadlines import Deadline
from vault.relationships.facts import Stated
from vault.relationships.review import Question
from vault.store.entries import Hit
from vault.store.vendors import AccountRow, ChargeRow, ContactRow, PayeeRow, VendorRow

Shape = dict[str, object]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def money(amount: Money | None) -> Shape | None:
    return {"minor": amount.minor, "currency": amount.currency} if amount else None


def contract(one: Contract) -> Shape:
    row, cancel, renews = one.row, one.deadline("cancel_by"), one.deadline("renews")
    main = cancel or renews
    return {
        "id": ids.text("contract", row.id),
        "vendor": row.vendor_name,
        "vendor_id": ids.text("vendor", row.vendor),
        "title": row.title,
        "category": row.category,
        "price": money(Money(row.price_minor, row.currency)),
        "every": row.period,
        "variable": row.variable,
        "status": one.status,
        "confidence": row.confidence,
        "confirmed": row.verdict == "confirmed",
        "first_charged": row.first_charged,
        "last_charged": row.last_charged,
        "next_charge": _iso(one.next_charge),
        "renews": _iso(renews.on if renews else None),
        "last_cancel_day": _iso(cancel.on if cancel else None),
        "basis": main.basis if main else "unknown",
        "basis_source": main.source if main else "nobody stated its terms",
        "cost_per_year": money(one.yearly),
        "price_changes": [
            {"on": change.on.isoformat(), "from": change.from_minor, "to": change.to_minor}
            for change in row.price_changes
        ],
        "trial_until": row.trial_until,
        "charges": [ids.text("charge", charge) for charge, _, _ in one.charges],
        "facts": {name: {"value": fact.text, "basis": fact.basis} for name, fact in row.facts.items()},
        "source": row.source,
        "stated": _stated(row.stated) if row.stated else None,
    }


def _stated(found: Stated) -> Shape:
    """What the vendor states of a contract."""
    return {
        "by": found.by,
        "on": found.on.isoformat(),
        "price": money(Money(found.price_minor, found.currency)),
        "every": found.period,
        "facts": {name: fact.text for name, fact in found.facts.items()},
    }


def whole_contract(one: Contract) -> Shape:
    """A contract with its deadlines, usage, tariff and evidence."""
    yearly = one.at_own_usage
    return {
        **contract(one),
        "deadlines": [deadline(one, found) for found in one.deadlines],
        "usage": [
            {
                "on": used.day,
                "quantity": used.quantity,
                "unit": used.unit,
                "register": used.register,
                "source": used.source,
            }
            for used in one.usage
        ],
        "cost_per_use": money(one.cost_per_use),
        "tariff": {"cost_per_year": money(yearly.total), "arithmetic": list(yearly.lines)} if yearly else None,
        "evidence": contract_evidence(one),
    }


def contract_evidence(one: Contract) -> Shape:
    row = one.row
    return {
        "contract_id": ids.text("contract", row.id),
        "sentences": list(row.evidence),
        "refunds": [ids.text("charge", charge) for charge in row.refunds],
        "doubles": [ids.text("charge", charge) for charge in row.doubles],
    }


def vendor(row: VendorRow, overview: Overview) -> Shape:
    contracts = overview.by_vendor.get(row.id, [])
    return {
        "id": ids.text("vendor", row.id),
        "name": row.name,
        "domains": list(row.domains),
        "category": row.category,
        "stage": overview.stage(row).stage,
        "accounts": row.accounts,
        "contracts": len(contracts),
        "cost_per_month": {currency: cost.minor for currency, cost in overview.cost_per_month(contracts).items()},
        "first_seen": row.first_seen,
        "last_seen": row.last_seen,
        "charges": row.charges,
        "paid": row.paid,
    }


def charge(row: ChargeRow) -> Shape:
    return {
        "id": ids.text("charge", row.id),
        "booked": row.booked,
        "money": {"minor": row.minor, "currency": row.currency},
        "counterparty": row.counterparty,
        "purpose": row.purpose,
        "vendor": row.vendor_name or None,
        "vendor_id": ids.text("vendor", row.vendor) if row.vendor else None,
        "role": row.role,
        "contract_id": ids.text("contract", row.contract) if row.contract else None,
        "pending": bool(row.pending),
        "source": {"connector": row.connector, "file": row.path, "batch_id": ids.text("batch", row.batch)},
    }


def deadline(one: Contract, found: Deadline) -> Shape:
    return {
        "on": found.on.isoformat(),
        "kind": found.kind,
        "vendor": one.row.vendor_name,
        "title": one.row.title,
        "contract_id": ids.text("contract", one.row.id),
        "basis": found.basis,
        "source": found.source,
        "money_at_stake": money(found.money_at_stake),
    }


def hit(found: Hit, words: list[str]) -> Shape:
    return {
        "kind": found.kind,
        "id": ids.text(found.kind, found.id),
        "vendor": found.vendor or None,
        "snippet": snippet(found.text, words),
        "when": found.day or None,
    }


# Characters of a snippet on either side of the first word that was searched for.
_AROUND = 40


def snippet(text: str, words: list[str]) -> str:
    """The part of a text around the first of the words that occurs in it."""
    folded = text.casefold()
    places = [place for word in words if (place := folded.find(word.casefold())) >= 0]
    start = max(0, min(places, default=0) - _AROUND)
    end = start + 3 * _AROUND
    return ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")


def account(row: AccountRow) -> Shape:
    return {
        "id": ids.text("account", row.id),
        "title": row.title,
        "username": row.username,
        "urls": list(row.urls),
        "opened": row.opened,
        "changed": row.changed,
        "last_used": row.last_used,
        "evidence": row.evidence,
    }


def contact(row: ContactRow) -> Shape:
    return {
        "id": ids.text("contact", row.id) if row.id else None,
        "kind": row.kind,
        "value": row.value,
        "source": row.source,
    }


def payee(row: PayeeRow) -> Shape:
    return {
        "key": row.key,
        "name": row.name,
        "via": row.via or None,
        "creditor_id": row.creditor_id or None,
        "why": row.evidence,
    }


def timeline(contracts: list[Contract], charges: list[Shape], accounts: list[Shape]) -> list[Shape]:
    """Everything that happened with a vendor, newest first."""
    found: list[Shape] = [
        {"on": one["booked"], "what": "charge", "id": one["id"], "money": one["money"]} for one in charges
    ]
    for one in contracts:
        number = ids.text("contract", one.row.id)
        if one.row.first_charged:
            found.append({"on": one.row.first_charged, "what": "contract begins", "id": number})
        for change in one.row.price_changes:
            found.append(
                {
                    "on": change.on.isoformat(),
                    "what": "price change",
                    "id": number,
                    "from": change.from_minor,
                    "to": change.to_minor,
                }
            )
        if one.status == "ended" and one.row.last_charged:
            found.append({"on": one.row.last_charged, "what": "last charge of an ended contract", "id": number})
    found += [
        {"on": str(one["opened"])[:10], "what": "account opened", "id": one["id"]} for one in accounts if one["opened"]
    ]
    return sorted(found, key=lambda event: str(event["on"]), reverse=True)


def question(one: Question) -> Shape:
    return {
        "id": one.id,
        "kind": one.kind,
        "subject": one.subject,
        "question": one.sentence,
        "choices": [{"label": choice.label, "command": choice.command} for choice in one.choices],
        "money_at_stake": money(one.money_at_stake),
    }


def import_report(report: ImportReport) -> Shape:
    return {
        "batch_id": report.batch_id,
        "files": [
            {
                "path": file.path,
                "connector": file.connector,
                "found": file.found,
                "added": file.added,
                "already_there": file.already_there,
                "problems": [
                    {"where": problem.where, "code": problem.code, "message": problem.message}
                    for problem in file.problems
                ],
            }
            for file in report.files
        ],
        "added": report.added,
        "problems": report.problems,
    }
