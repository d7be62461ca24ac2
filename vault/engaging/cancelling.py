"""The letter that ends a contract: plain text, to be sent by mail, post or the vendor's own form.

It gives notice to the end that acting now reaches, and for the next possible date in case that is another one; asks for a
confirmation with the last day; and takes back any permission to collect money after that. It argues nothing and is no legal
advice. Whether mail is enough the contract says; for consumers in the EU mostly text form is (in Germany § 309 No. 13 BGB).
"""

from __future__ import annotations

from terms.phrases import Phrase, Say, phrase
from vault.engaging.letters import Letter, addresses, sender
from vault.overview import Contract
from vault.relationships.deadlines import Deadline
from vault.session import Vault


def letter(vault: Vault, contract: Contract, say: Say = str) -> Letter:
    """The letter for a contract, as of the overview's day; `say` words it in the language that the vendor reads."""
    row, today = contract.row, contract.today
    who = sender(vault, today)
    subject = say(phrase("Cancellation: %(contract)s", contract=row.title))
    confirm = phrase(
        "Please confirm the cancellation and its date to me in writing. After that date I no longer permit you to collect "
        "money from my account for this contract."
    )
    paragraphs = [
        say(phrase("To %(vendor)s\n%(day)s", vendor=row.vendor_name, day=today)),
        subject,
        say(_notice(contract.deadline("cancel_by"))),
        say(confirm),
        "\n".join(who),
    ]
    text = "\n\n".join(one for one in paragraphs if one)
    return Letter(addresses(vault, row.vendor), subject, f"{text}\n", bool(who))


def _notice(deadline: Deadline | None) -> Phrase:
    end = deadline.ends_on if deadline else None
    if end is None:
        return phrase("I cancel this contract for the next possible date.")
    return phrase("I cancel this contract with effect from %(day)s, or else for the next possible date.", day=end)
