"""The vendor's side of agreements over the wire: take what the person proffers, verify it, sign, and keep the identical record.

Every entry goes through `terms.agreement`, which is what the vault uses too: nothing is signed that does not verify, and after
each step both sides hold the same bytes. Histories lie in the credentials' folder (`agreements/ID.json`), or in memory where
there is none; keep them: they are the vendor's proof of what was agreed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

import msgspec

from connectors.kit.credentials import Credentials
from connectors.kit.errors import Denied, NotVerified, Waiting
from connectors.kit.session import Session
from terms import agreement as life
from terms import signing
from terms.agreement import History, Known
from terms.lifecycle import BINDING, State
from terms.proof import jcs
from terms.record import Kind, Terms, terms_hash
from terms.refusals import Refused
from terms.roster import agreement as on_roster
from terms.roster import roster

PATH: Final = "/v1/agreements"
# As records have it; also safe as the name of a file.
_ID: Final = re.compile(r"[A-Za-z0-9_-]{8,128}")
_POLL_SECONDS: Final = 2.0
# It binds, or can be accepted.
_USABLE: Final = (State.PROFFERED, *BINDING)


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as this vendor holds it. `history` verifies by itself; `record` are the bytes that both signed."""

    id: str
    terms: str
    state: State
    valid_until: datetime | None
    history: History

    @property
    def record(self) -> bytes | None:
        return self.history.record


class Histories(Protocol):
    """Where histories are kept: give your own to have them in your database."""

    def load(self, issuer: str, id: str) -> bytes | None: ...

    def save(self, issuer: str, id: str, content: bytes) -> None: ...


class FolderOfHistories:
    """In files; one is replaced whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, issuer: str, id: str) -> bytes | None:
        path = self._folder / f"{id}.json"
        return path.read_bytes() if path.exists() else None

    def save(self, issuer: str, id: str, content: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{id}.json"
        staged = path.with_suffix(".new")
        staged.write_bytes(content)
        staged.replace(path)


class InMemory:
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load(self, issuer: str, id: str) -> bytes | None:
        return self._kept.get(id)

    def save(self, issuer: str, id: str, content: bytes) -> None:
        self._kept[id] = content


def histories_of(credentials: Credentials) -> Histories:
    return FolderOfHistories(credentials.folder / "agreements") if credentials.folder else InMemory()


class _Named(msgspec.Struct):
    id: str | None = None
    state: str = ""
    terms: object = None
    entries: tuple[msgspec.Raw, ...] = ()


class _Listed(msgspec.Struct):
    agreements: tuple[_Named, ...] = ()
    next: str | None = None


class Agreements:
    """Those of one vendor with one person."""

    def __init__(self, session: Session, kept: Histories) -> None:
        self._session, self._kept = session, kept

    async def agree(self, terms: str, *, replaces: str | None = None, patience: timedelta) -> Agreed:
        """An agreement by these terms of the roster that binds: the one that there is, or a new one.

        `Waiting` where the person has to be asked and has not answered within `patience`: calling it again goes on from there.
        `Denied` where the person does not agree."""
        on_roster(terms)  # a slip of the pen is said here, not by the vault
        found = await self._standing(terms)
        if found is None:
            found = (await self._session.post(PATH, {"terms": terms, "replaces": replaces}, _Named)).id
        until = self._session.clock() + patience
        while found is None:
            if self._session.clock() > until:
                raise Waiting(f"the person has not answered whether to agree to {terms}", hint="call agree again later")
            await self._session.pause(_POLL_SECONDS)
            found = await self._standing(terms)
        return await self._accepted(found, terms)

    async def current(self, id: str) -> Agreed:
        """The agreement as the vault has it now, verified, and kept here."""
        whole = await self._session.read(f"{PATH}/{_checked(id)}", _Named)
        return self._taken(id, whole.entries)

    async def say(self, id: str, kind: Kind, **details: jcs.JsonValue) -> Agreed:
        """Put an event on record: that the agreement is terminated, withdrawn, or was violated."""
        held = await self.current(id)
        signer, at = self._session.credentials.signer, self._session.clock()
        return await self._given(held, signing.event(held.history, kind, signer, at=at, details=details))

    async def binding(self) -> str | None:
        """The id of the agreement that binds now, the newest of several."""
        now = self._session.clock()
        ids = [one.id for one in await self._listed() if one.id and one.state in BINDING]
        agreed = [held for id in ids if (held := await self.current(id)).history.binds(now)]
        return max(agreed, key=lambda one: one.history.last.at).id if agreed else None

    # --- steps ----------------------------------------------------------------------------------------------------------

    async def _standing(self, terms: str) -> str | None:
        """An agreement by these terms that binds, or can be accepted."""
        now = self._session.clock()
        for one in await self._listed():
            if one.id and one.state in _USABLE:
                held = await self.current(one.id)
                if held.terms == terms and held.history.state_at(now) in _USABLE:
                    return one.id
        return None

    async def _listed(self) -> list[_Named]:
        found: list[_Named] = []
        after: str | None = ""
        while after is not None:
            page = await self._session.read(PATH, _Listed, query={"after": after} if after else {})
            found += page.agreements
            after = page.next if page.agreements else None
        return found

    async def _accepted(self, id: str, terms: str) -> Agreed:
        held = await self.current(id)
        if held.terms != terms:
            raise NotVerified(f"the vault proffers other terms than {terms}")
        if held.state is State.PROFFERED:
            signer, at = self._session.credentials.signer, self._session.clock()
            held = await self._given(held, signing.accepted(held.history, signer, at=at))
        if not held.history.binds(self._session.clock()):
            raise Denied(f"the agreement is {held.state}")
        return held

    async def _given(self, held: Agreed, raw: bytes) -> Agreed:
        """Sends an entry of ours; the vault answers with all entries, which have to begin with those that are held here."""
        ours = life.received(held.history, raw, _known(self._session.credentials), now=self._session.clock())
        answer = await self._session.post(f"{PATH}/{held.id}/entries", {"entry": msgspec.Raw(raw)}, _Named)
        taken = self._taken(held.id, answer.entries)
        if taken.history.entries[: len(ours.entries)] != ours.entries:
            raise NotVerified("the vault's record lacks what was signed here")
        return taken

    def _taken(self, id: str, entries: tuple[msgspec.Raw, ...]) -> Agreed:
        """Their entries, verified; they may only add to those that are kept."""
        known, now = _known(self._session.credentials), self._session.clock()
        raws = [bytes(entry) for entry in entries]
        try:
            history = life.replayed(raws, known)
            # The last is also judged by our clock: the others were, when they came.
            if history.last.at - life.CLOCK_SKEW > now:
                raise Refused("clock-skew", hint="check this machine's clock")
        except Refused as refusal:
            raise NotVerified(f"the vault's record of the agreement does not verify: {refusal.sentence}") from None
        before = self._kept.load(self._session.issuer, id)
        if history.agreement.id != id or (before is not None and not _continues(history, before)):
            raise NotVerified("the vault's record of the agreement is not the one that is kept here")
        self._kept.save(self._session.issuer, id, history.encoded())
        agreement = history.agreement
        return Agreed(id, agreement.terms.id, history.state, agreement.valid_until, history)


def _continues(history: History, kept: bytes) -> bool:
    written = _entries(jcs.parse(kept)) or []
    return [entry.raw for entry in history.entries][: len(written)] == written


def _entries(history: jcs.JsonValue) -> list[bytes] | None:
    """Those of a history as it is written; none where it is none."""
    entries = history.get("entries") if isinstance(history, dict) else None
    return [jcs.canonical(entry) for entry in entries] if isinstance(entries, list) else None


def _known(credentials: Credentials) -> Known:
    listed = {one.id: Terms(one.id, one.iri, terms_hash(one.text, one.rules_json)) for one in roster()}
    return Known(listed, credentials.key_history(), frozenset(id for one in roster("") for id in one.old_ids))


def _checked(id: str) -> str:
    if not _ID.fullmatch(id):
        raise NotVerified("the vault names an agreement by what is no id")
    return id


def acceptance(credentials: Credentials, proffer: bytes, *, now: datetime) -> bytes:
    """A person's proffer with the vendor's signature added; what does not verify is refused. `proffer` may be the vault's whole
    answer, of which the last offer that stands is taken."""
    value = jcs.parse(proffer)
    raws = _entries(value) or [jcs.canonical(value)]
    known = _known(credentials)
    history = life.began(raws[0], known, now=now)
    for raw in raws[1:]:
        history = life.received(history, raw, known, now=now)
    return signing.accepted(history, credentials.signer, at=now)
