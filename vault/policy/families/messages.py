"""`message.*`: what a vendor writes. The text is text: nothing in it is followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from vault.policy.fact import Fact, Influence
from vault.policy.requests import Channel, Letter, Message, MessageKind
from vault.policy.values import FactType, Value
from vault.policy.world import World

_VENDOR = Influence.VENDOR
CHANNELS: tuple[str, ...] = get_args(Channel)
KINDS: tuple[str, ...] = get_args(MessageKind)


def _letter(world: World, part: Callable[[Letter], Value]) -> Value | None:
    asked = world.request.asked
    return part(asked.message) if isinstance(asked, Message) else None


ROWS = (
    Fact(
        "message.kind",
        FactType.CHOICE,
        "",
        "what the vendor says it is",
        "the message",
        _VENDOR,
        choices=KINDS,
        find=lambda world: _letter(world, lambda letter: letter.kind),
    ),
    Fact(
        "message.channel",
        FactType.CHOICE,
        "",
        "how it came",
        "the message",
        Influence.NOBODY,
        choices=CHANNELS,
        find=lambda world: _letter(world, lambda letter: letter.channel),
    ),
    Fact(
        "message.subject",
        FactType.TEXT,
        "",
        "its subject",
        "the message",
        _VENDOR,
        find=lambda world: _letter(world, lambda letter: letter.subject),
    ),
    Fact(
        "message.length",
        FactType.INTEGER,
        "characters",
        "how long it is",
        "the message",
        _VENDOR,
        least=0,
        find=lambda world: _letter(world, lambda letter: len(letter.body)),
    ),
    Fact(
        "message.in_thread",
        FactType.TRUTH,
        "",
        "whether it goes on in a thread that you wrote in",
        "the vault",
        Influence.NOBODY,
        find=lambda world: world.in_thread(),
    ),
)
