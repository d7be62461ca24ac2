"""A request for a right as a letter, for a vendor that is not connected: plain text to be sent by mail or post.

It says which right is exercised, by which article, since when the time runs and until when, who asks as far as the profile
says, and what the person wrote, in their own words. It argues nothing and is no legal advice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from msgspec import Struct

from terms.phrases import Phrase, Say, phrase
from vault import profile
from vault.engaging import addressees
from vault.engaging.rights import Asked
from vault.policy.rights_life import ARTICLES, Right
from vault.session import Vault
from vault.store import vendors as vendor_store

# By what a vendor knows a customer.
_WHO: Final = ("pd:Name", "pd:EmailAddress", "pd:PhysicalAddress")
_WISH: Final[Mapping[Right, Phrase]] = {
    Right.ACCESS: phrase(
        "Please tell me whether you process personal data about me and, if so, give me a copy of it with the information "
        "that %(article)s lists."
    ),
    Right.RECTIFICATION: phrase(
        "Please correct the personal data about me that is wrong, or complete it, as I say below (%(article)s)."
    ),
    Right.ERASURE: phrase("Please erase the personal data about me (%(article)s), and tell those you passed it on to."),
    Right.RESTRICTION: phrase(
        "Please restrict the processing of the personal data about me (%(article)s), as I say below."
    ),
    Right.PORTABILITY: phrase(
        "Please give me the personal data that I provided to you in a structured, commonly used and machine-readable "
        "format (%(article)s)."
    ),
    Right.OBJECTION: phrase("I object to the processing of personal data about me (%(article)s), as I say below."),
}


class Letter(Struct, frozen=True):
    """`to` are the addresses of the vendor that the vault knows: (kind, address), the best one first. It is not `signed` where
    the profile does not say who the person is."""

    to: tuple[tuple[str, str], ...]
    subject: str
    text: str
    signed: bool


def letter(vault: Vault, asked: Asked, say: Say = str) -> Letter:
    """The letter of a request, dated when it was made; `say` words it in the language that the vendor reads."""
    row, article = asked.row, Phrase(ARTICLES[asked.right])
    made = date.fromisoformat(row.made_at[:10])
    who = sender(vault, made)
    subject = say(phrase("Request under %(article)s: %(right)s", article=article, right=Phrase(str(asked.right))))
    answer = phrase(
        "Please answer without undue delay and within one month of receiving this (Art. 12(3) GDPR); I have noted %(due)s.",
        due=date.fromisoformat(row.due[:10]),
    )
    paragraphs = [
        say(phrase("To %(vendor)s\n%(day)s", vendor=row.addressee, day=made)),
        subject,
        say(_WISH[asked.right].of(article=article)),
        row.note.strip(),
        say(answer),
        "\n".join(who),
    ]
    text = "\n\n".join(one for one in paragraphs if one)
    return Letter(addresses(vault, row.vendor), subject, f"{text}\n", bool(who))


def sender(vault: Vault, today: date) -> list[str]:
    """The person as the profile has them: for each category what is preferred, or the first that holds."""
    lines: list[str] = []
    known = profile.attributes(vault.connection, today)
    for category in _WHO:
        held = next((one.present for one in known if one.category == category and one.present is not None), None)
        if held is not None:
            lines += [held.value] if isinstance(held.value, str) else held.value
    return lines


def addresses(vault: Vault, vendor: int | None) -> tuple[tuple[str, str], ...]:
    row = vendor_store.vendor(vault.connection, vendor) if vendor is not None else None
    return tuple((one.kind, one.value) for one in addressees.of_vendor(vault, row).contacts) if row else ()
