"""The letter that ends a contract: plain text, to be sent by mail, post or the vendor's own form.

It gives notice to the end that acting now reaches, and for the next possible date in case that is another one; asks for a
confirmation with the last day; and takes back any permission to collect money after that. It argues nothing and is no legal
advice. Whether mail is enough the contract says; for consumers in the EU mostly text form is (in Germany § 309 No. 13 BGB).
"""

from __future__ import annotations

from vault.engaging.letters import Letter, addresses, sender
from vault.overview import Contract
from vault.relationships.deadlines import Deadline
from vault.session import Vault


def letter(vault: Vault, contract: Contract) -> Letter:
    """The letter for a contract, as of the overview's day."""
    row, today = contract.row, contract.today
    who = sender(vault, today)
    subject = f"Cancellation: {row.title}"
    paragraphs = [
        f"To {row.vendor_name}\n{today}",
        subject,
        _notice(contract.deadline("cancel_by")),
        "Please confirm the cancellation and its date to me in writing. After that date I no longer permit you to "
        "collect money from my account for this contract.",
        "\n".join(who),
    ]
    text = "\n\n".join(one for one in paragraphs if one)
    return Letter(addresses(vault, row.vendor), subject, f"{text}\n", bool(who))


def _notice(deadline: Deadline | None) -> str:
    end = deadline.ends_on if deadline else None
    if end is None:
        return "I cancel this contract for the next possible date."
    return f"I cancel this contract with effect from {end}, or else for the next possible date."
