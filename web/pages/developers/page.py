"""`/developers`: where to begin, what was sent to vendors' webhooks and sending it again, and a sandbox's clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from terms.phrases import phrase
from vault import outbox
from vault.policy.webhook_life import DeliveryState
from vault.session import Vault
from vault.store import outbox as store
from web import outbox_shapes
from web.clock import Movable
from web.pages.frame.guard import Visit, guarded
from web.pages.frame.responses import goes_to
from web.pages.frame.wording import mark
from web.server.answers import Answer
from web.server.problems import NotFoundError
from web.server.routes import Route

_TEMPLATE: Final = "developers/page.html"
_LOG: Final = "developers/webhooks.html"
# A page of them; the rest is `firstparty outbox --json`.
_SHOWN: Final = 100
# What a sandbox's clock is put ahead by, in hours.
STEPS: Final = {"1": mark("an hour"), "24": mark("a day"), "168": mark("a week"), "720": mark("30 days")}
STATES: Final = {"delivered": mark("delivered"), "waiting": mark("waiting"), "dead": mark("given up")}


def _shown(vault: Vault, visit: Visit) -> Answer:
    clock = visit.serving.clock
    return visit.shows(
        _TEMPLATE,
        base=visit.serving.settings.base_url,
        is_dev=visit.serving.settings.is_dev,
        dead=outbox.dead(vault),
        now=vault.now if isinstance(clock, Movable) else None,
        steps=STEPS,
    )


def _webhooks(vault: Vault, visit: Visit) -> Answer:
    rows = store.deliveries(vault.connection, tuple(DeliveryState))
    return visit.shows(
        _LOG,
        webhooks=outbox_shapes.of(vault, only_dead=True).webhooks,
        deliveries=[outbox_shapes.delivery(one) for one in reversed(rows[-_SHOWN:])],
        dead=outbox.dead(vault),
        states=STATES,
    )


def _replayed(vault: Vault, visit: Visit) -> Answer:
    """One dead letter, or all."""
    id = visit.form.get("id", "")
    if id:
        outbox.replay(vault, id)
    else:
        outbox.replay_all(vault)
    return goes_to("/developers/webhooks?said=again")


def _moved(vault: Vault, visit: Visit) -> Answer:
    clock, hours = visit.serving.clock, visit.form.get("hours", "")
    if not isinstance(clock, Movable) or hours not in STEPS:
        raise NotFoundError(
            phrase("this vault's clock cannot be moved"), hint=phrase("start a sandbox with `firstparty sandbox`")
        )
    clock.move(timedelta(hours=int(hours)))
    return goes_to("/developers?said=moved")


ROUTES: tuple[Route, ...] = (
    guarded("GET", "/developers", _shown, "For developers"),
    guarded("GET", "/developers/webhooks", _webhooks, "What was sent to webhooks"),
    guarded("POST", "/developers/webhooks", _replayed, "Send it again"),
    guarded("POST", "/developers/clock", _moved, "Put the sandbox's clock ahead"),
)
