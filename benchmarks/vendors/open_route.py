"""A route of the benchmark alone: the record of `/v1/profile`, read from the open vault by anybody, without a release.

The same attributes are read from the same encrypted rows and written as the same bytes but for what a release makes (its salt,
digest, receipt and time are constants of the same length). What the route leaves out is what is measured by comparing: token,
proof, grant, judgement, leaf, commit.
"""

from __future__ import annotations

from vault.granting.releasing import _given
from vault.session import Vault
from vault.store import profile as store
from vault.times import stamp
from web.server import answers
from web.server.answers import Answer
from web.server.routes import FOR_ANYBODY, Asked, Route, reads
from web.vendors.profile import _EXAMPLE, Attribute, Profile

PATH = "/bench/profile"


def _read(vault: Vault, asked: Asked) -> Answer:
    rows = store.current(vault.connection, stamp(vault.now)[:10])
    given = [_given(attribute, value) for attribute, value in rows]
    attributes = tuple(Attribute(one.category, one.label, one.value, one.preferred) for one in given)
    made = Profile(
        _EXAMPLE.grant, _EXAMPLE.agreement, stamp(vault.now), attributes, (), (), _EXAMPLE.salt, _EXAMPLE.digest, _EXAMPLE.receipt
    )  # fmt: skip
    return answers.json(made, Cache_Control="no-store")


ROUTES: tuple[Route, ...] = (
    Route("GET", PATH, reads(_read), FOR_ANYBODY, "The same record, without release", Profile, _EXAMPLE),
)
