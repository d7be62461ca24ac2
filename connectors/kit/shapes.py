"""What a vault answers, as types. Times and days stay the texts that they are (RFC 3339); money is whole minor units.

Members that a newer vault adds are passed over. What a person did not reveal is absent or null, never invented.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field

JsonObject = dict[str, Any]


class Introduction(Struct, frozen=True):
    """`standing` is new, waiting, yes, not-now or never."""

    standing: str
    vendor: str | None = None

    @property
    def may_write(self) -> bool:
        return self.standing == "yes"


class Intent(Struct, frozen=True):
    """An intention as far as the person reveals it to this vendor."""

    id: str
    title: str = ""
    category: str = ""
    closes: str | None = None
    terms: str | None = None
    data: tuple[str, ...] = ()
    requirements: tuple[JsonObject, ...] = ()
    use: JsonObject = {}
    state: str = "open"
    offers_left: int = 0
    pseudonym: str = ""

    @property
    def yearly_use(self) -> int | None:
        """What is used a year of the main register (kWh of electricity), where it is revealed exactly."""
        told = self.use.get("use")
        return told if isinstance(told, int) else None


class Answer(Struct, frozen=True):
    """`verdict` is accept, ask, refuse or received; `counter` is what would be accepted, where the person tells that."""

    verdict: str
    codes: tuple[str, ...] = ()
    counter: tuple[JsonObject, ...] = ()
    counter_to: str | None = None
    next_answer: str | None = None


class Order(Struct, frozen=True):
    """What an award made: `grant` is for exactly the data that fulfilling needs."""

    id: str
    grant: str | None = None
    data: tuple[str, ...] = ()
    state: str = ""


class Offered(Struct, frozen=True):
    """`answer` is none while the offer waits behind the person's screener (`held`)."""

    id: str
    state: str
    intent: str | None = None
    answer: Answer | None = None
    order: Order | None = None
    sha256: str = ""
    receipt: str | None = None
    received_at: str = ""


class Attribute(Struct, frozen=True):
    category: str
    label: str
    value: str | tuple[str, ...]
    preferred: bool = False


class Withheld(Struct, frozen=True):
    category: str
    reasons: tuple[str, ...] = ()


class Profile(Struct, frozen=True):
    """What the grant covers, as of `at`."""

    grant: str
    agreement: str | None = None
    at: str = ""
    attributes: tuple[Attribute, ...] = ()
    absent: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    salt: str = ""
    digest: str = ""
    receipt: str | None = None

    def values(self, category: str) -> list[str | tuple[str, ...]]:
        """What there is of a category, the preferred first."""
        found = [one for one in self.attributes if one.category == category]
        return [one.value for one in sorted(found, key=lambda one: not one.preferred)]


class Record(Struct, frozen=True):
    """A contract (`ref`), invoice (`number`) or use (`id`) in the person's records. `disputed` where the person says that it is
    not so, `because` of what. `receipt` proves that this version was taken."""

    state: str = ""
    ref: str = ""
    number: str = ""
    id: str = ""
    because: str | None = None
    version: int = 1
    changed_at: str = ""
    receipt: str = ""
    contract: JsonObject | None = None


class Message(Struct, frozen=True):
    """`sender` is vendor or person."""

    id: str
    thread: str = ""
    sender: str = field(name="from", default="")
    kind: str = ""
    subject: str = ""
    body: str = ""
    at: str = ""


class Sent(Struct, frozen=True):
    """What became of a message: delivered, in the digest, filed, held or asks you."""

    id: str
    thread: str = ""
    state: str = ""
    answer: Answer | None = None


class Right(Struct, frozen=True):
    """A data-rights request of the person's: `right` is access, erasure, rectification, portability, restriction or objection."""

    id: str
    right: str
    state: str
    note: str = ""
    made_at: str = ""
    due: str = ""
    article: str = ""


class Holdings(Struct, frozen=True):
    """What the person's records say that you hold."""

    state: str = ""
    because: str | None = None
    version: int = 1
    changed_at: str = ""
    receipt: str = ""
    holdings: tuple[JsonObject, ...] = ()


class Feedback(Struct, frozen=True):
    id: str
    at: str = ""
    satisfaction: int | None = None
    note: str | None = None
    contact: JsonObject | None = None


class Named(Struct, frozen=True):
    id: str = ""


class Event(Struct, frozen=True):
    """Thin: that something happened and to what. What exactly is read with the grant that allows it."""

    type: str
    id: str = ""
    timestamp: str = ""
    data: Named = Named()

    @property
    def subject(self) -> str:
        return self.data.id


class WebhookState(Struct, frozen=True):
    """`public_key` verifies what comes; keep it."""

    url: str
    state: str
    public_key: str = ""
    previous_key: str | None = None
    events: tuple[str, ...] | None = None
    problem: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """What `webhooks.Hook` takes: for a week after the vault changed its key, both."""
        return (self.public_key, *((self.previous_key,) if self.previous_key else ()))
