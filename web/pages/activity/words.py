"""What each event of the log says, as a sentence. An event that is not in the table is shown by its name.

`%(who)s` is the vendor, `%(what)s` what it is about, `%(list)s` categories of data, `%(how)s` one word of the leaf. A sentence that
names what the leaf does not tell falls back to the one without.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from vault.activity import Entry
from web.pages.frame.language import gettext
from web.pages.frame.wording import host, mark, term

SENTENCES: Final[Mapping[str, str]] = {
    "release.made": mark("%(who)s read your %(list)s"),
    "grant.given": mark("You let %(who)s see your %(list)s"),
    "grant.narrowed": mark("You took a part of what %(who)s may see back"),
    "grant.revoked": mark("You stopped sharing with %(who)s"),
    "grant.expired": mark("Sharing with %(who)s ended: its time was up"),
    "grant.ended": mark("Sharing with %(who)s ended with the agreement"),
    "authorization.approved": mark("A request of %(who)s to see something was allowed"),
    "authorization.denied": mark("A request of %(who)s to see something was declined"),
    "tokens.revoked": mark("The keys by which %(who)s could read were taken back"),
    "profile.changed": mark("Your %(list)s changed (%(how)s)"),
    "profile.preferred": mark("You chose which %(list)s comes first"),
    "profile.erased": mark("You erased your %(list)s"),
    "profile.told": mark("You told %(who)s of a change"),
    "profile.acknowledged": mark("%(who)s took note of a change"),
    "record.given": mark("%(who)s gave you a record (%(how)s)"),
    "record.charge-said": mark("You said which charge an invoice of %(who)s is for"),
    "record.charge-denied": mark("You said that a charge is not for an invoice of %(who)s"),
    "record.disputed": mark("You disputed a record of %(who)s"),
    "record.agreed": mark("You agreed to a record of %(who)s after all"),
    "decision.made": mark("Your butler decided on the %(what)s of %(who)s: %(how)s"),
    "decision.overridden": mark("You decided otherwise than your butler on the %(what)s of %(who)s: %(how)s"),
    "offer.received": mark("%(who)s made you an offer"),
    "offer.withdrawn": mark("An offer of %(who)s was withdrawn"),
    "order.made": mark("You took an offer of %(who)s"),
    "intention.added": mark("You wrote down what you want: %(what)s"),
    "intention.published": mark("Vendors may see what you want: %(what)s"),
    "intention.open": mark("%(what)s was opened for offers"),
    "intention.closed": mark("%(what)s takes no more offers"),
    "intention.awarded": mark("You took an offer for %(what)s"),
    "intention.expired": mark("%(what)s ended without an offer that fits"),
    "intention.withdrawn": mark("You gave up on %(what)s"),
    "intention.proposed": mark("The best offer for %(what)s was put before you"),
    "intention.changed": mark("You changed the draft %(what)s"),
    "introduction.changed": mark("%(who)s was answered at your door: %(how)s"),
    "introduction.domain-screened": mark("You decided on everybody at %(who)s: %(how)s"),
    "agreement.proffered": mark("You offered %(who)s your terms"),
    "agreement.counter-offered": mark("%(who)s answered with other terms"),
    "agreement.accepted": mark("An agreement with %(who)s was accepted"),
    "agreement.confirmed": mark("The agreement with %(who)s was confirmed: both hold the record"),
    "agreement.refused": mark("Terms were declined between you and %(who)s"),
    "agreement.withdrawn": mark("Terms between you and %(who)s were withdrawn"),
    "agreement.terminated": mark("The agreement with %(who)s was ended"),
    "agreement.violated": mark("It is on record that the agreement with %(who)s was violated"),
    "agreement.expired": mark("The time of terms with %(who)s ran out"),
    "agreement.amended": mark("The agreement with %(who)s was replaced by another"),
    "agreement.failed": mark("Something that came for the agreement with %(who)s was refused"),
    "agreement.delivery-failed": mark("Something that came for an agreement was refused"),
    "choice.changed": mark("You changed the terms that you offer"),
    "terms.answered": mark("%(who)s was answered on terms"),
    "invitation.made": mark("You invited %(who)s"),
    "invitation.used": mark("%(who)s came by your invitation"),
    "invitation.revoked": mark("You took the invitation of %(who)s back"),
    "message.sent": mark("You wrote to %(who)s"),
    "message.received": mark("%(who)s wrote to you"),
    "message.judged": mark("What waited of %(who)s was let in"),
    "right.exercised": mark("You asked %(who)s for a right of yours: %(how)s"),
    "right.answered": mark("%(who)s answered what you asked: %(how)s"),
    "right.withdrawn": mark("You took back what you asked of %(who)s"),
    "feedback.given": mark("You noted how it was with a vendor"),
    "unlock": mark("The vault was opened (%(how)s)"),
    "session.begun": mark("Somebody logged in (%(how)s)"),
    "session.ended": mark("A login ended"),
    "login.second-step-on": mark("A code is asked after the passphrase"),
    "login.second-step-off": mark("The code after the passphrase is not asked any more"),
    "login.passkey-added": mark("You added a passkey: %(how)s"),
    "login.passkey-renamed": mark("You renamed a passkey to %(how)s"),
    "login.passkey-removed": mark("A passkey was removed: %(how)s"),
    "login.passkey-copied": mark("A passkey was refused, since it may have been copied: %(how)s"),
    "preferences.set": mark("You changed settings"),
    "reminders.set": mark("You changed when you are reminded"),
    "reminders.leads-set": mark("You changed when you are reminded of a contract"),
    "reminders.channel-added": mark("You added where reminders go"),
    "reminders.channel-removed": mark("You removed where reminders went"),
    "calendar.link-made": mark("You made a calendar link"),
    "calendar.link-ended": mark("You turned the calendar link off"),
    "key.passphrase-changed": mark("The passphrase was changed"),
    "key.recovery-replaced": mark("The recovery key was replaced"),
    "key.file-added": mark("A key file was added"),
    "key.database-shown": mark("The key of the database was shown"),
    "recovery.tested": mark("The recovery key was tested"),
    "vault.created": mark("The vault was made"),
    "archive.exported": mark("The vault was exported"),
    "archive.copied": mark("A backup of the vault was made"),
    "archive.tried": mark("A backup was tried"),
    "archive.brought": mark("An archive was brought in"),
    "import.committed": mark("Files were imported"),
    "import.undone": mark("An import was undone"),
    "vendor.added": mark("You added %(who)s"),
    "vendor.renamed": mark("You renamed a vendor to %(who)s"),
    "vendor.merged": mark("You put two vendors together: %(who)s"),
    "vendor.split": mark("You split a vendor: %(who)s"),
    "vendor.contact-added": mark("You added an address of %(who)s"),
    "vendor.contact-removed": mark("You removed an address of %(who)s"),
    "client.known": mark("The program of %(who)s became known by its keys"),
    "client.linked": mark("A program became that of %(who)s"),
    "client.unlinked": mark("A program is no longer that of %(who)s"),
    "contract.added": mark("You added the contract %(what)s"),
    "contract.stated": mark("You said something of the contract %(what)s (%(how)s)"),
    "contract.kept": mark("You let the contract %(what)s run on"),
    "contract.not-kept": mark("You took back that the contract %(what)s runs on"),
    "contract.confirmed": mark("You confirmed the contract %(what)s"),
    "contract.dismissed": mark("You said that %(what)s is no contract"),
    "usage.added": mark("You noted a reading for %(what)s"),
    "question.dismissed": mark("You put a question aside"),
    "owner.described": mark("You said who or where you are"),
    "butler.set": mark("A setting of the butler was changed (%(how)s)"),
    "rules.installed": mark("Your rules were changed"),
    "schema.migrated": mark("The vault was brought to a newer form"),
}

GROUP_WORDS: Final[Mapping[str, str]] = {
    "reads": mark("what vendors read"),
    "sharing": mark("what you share"),
    "decisions": mark("offers and decisions"),
    "terms": mark("terms"),
    "messages": mark("messages and rights"),
    "logins": mark("opened and logged in"),
    "keys": mark("keys and copies"),
    "records": mark("records"),
    "settings": mark("settings"),
}
# Which word of a leaf is the one that its sentence shows, the first that there is.
_HOW: Final = ("verdict", "change", "to", "word", "right", "state", "kind", "way", "fact", "setting", "by", "name")
# Those words as people say them; names and the like stay as they are.
_WORDS: Final[Mapping[str, str]] = {
    "accept": mark("accepted"),
    "ask": mark("left to you"),
    "refuse": mark("declined"),
    "recovery": mark("with the recovery key"),
    "passphrase": mark("with the passphrase"),
    "key-file": mark("with a key file"),
    "link": mark("by a one-time link"),
    "unlock": mark("by unlocking the vault"),
    "code": mark("with passphrase and code"),
    "passkey": mark("with a passkey"),
    "waiting": mark("waits for you"),
    "yes": mark("yes"),
    "not-now": mark("not now"),
    "never": mark("never"),
    "erasure": mark("erasure"),
    "access": mark("a copy"),
    "rectification": mark("correction"),
    "portability": mark("taking it elsewhere"),
    "objection": mark("objection"),
    "restriction": mark("restriction"),
    "holdings": mark("what it holds"),
    "paused": mark("pausing"),
    "budget": mark("budgets"),
    "quiet-hours": mark("quiet hours"),
}


class Line(Struct, frozen=True):
    """`sentence` is translated where it is shown, with `values` in it."""

    entry: Entry
    sentence: str
    values: Mapping[str, str]


def line(entry: Entry) -> Line:
    sentence = SENTENCES.get(entry.event)
    if sentence is None:
        return Line(entry, "%(event)s", {"event": entry.event})
    values = {
        "who": host(entry.who) or gettext("a vendor"),
        "what": _what(entry),
        "list": _categories(entry) or gettext("details"),
        "how": _how(entry),
    }
    return Line(entry, sentence, {name: value for name, value in values.items() if f"%({name})s" in sentence})


def _what(entry: Entry) -> str:
    if not entry.what:
        return gettext("something")
    return gettext(entry.what.replace("-", " ")) if entry.event.startswith("decision.") else entry.what


def _how(entry: Entry) -> str:
    found = next((str(entry.said[name]) for name in _HOW if name in entry.said), "")
    return gettext(_WORDS.get(found, found)) if found else gettext("not known any more")


def _categories(entry: Entry) -> str:
    permission = entry.said.get("permission")
    found = [
        entry.said.get("category"),
        *_listed(entry.said.get("categories")),
        *_listed(permission.get("data") if isinstance(permission, dict) else None),
    ]
    return ", ".join(term(str(one)) for one in found if one)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
