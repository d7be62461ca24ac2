"""Files that a browser brought, from their arrival to the batch that they become.

    reading → ready → committing → done
       |        |         |
       └────────┴─────────┴──→ over (thrown away, forgotten, or failed)

* They lie in a folder of their own in the vault's folder, until they have been read; a locked one until its password is given,
  and a table that nobody knows until its columns are told.
* They are read in the reading room (`connectors.isolation`), in a thread beside the vault's; what was found is held in memory.
* What is held becomes a batch in one write, so the vault is kept from others only as long as that takes.
* Nothing of this outlives the server: what nobody decided on is brought again.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

from msgspec import Struct, field

from connectors.isolation import Chunk, Event, Locked, Progress, ReadingRoom, Recognised, Trouble, Unmapped
from connectors.sources import Item
from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault import files
from vault.findings import FoundAccount, FoundCharge, Problem
from vault.session import Vault
from vault.store import intake
from web.importer import store
from web.pages.frame.sampling import mark_sample
from web.server.opened import OpenVault
from web.server.problems import NotFoundError
from web.server.serving import Serving
from web.server.uploads import Uploaded

FOLDER: Final = "incoming"
# A household's ten years; more of it is held in memory by nobody, and imported with the command.
MAX_FINDINGS: Final = 300_000
# Whoever has several open at once has forgotten the first.
MAX_HELD: Final = 8
# What is done by then needs no page that waits.
MOMENT_SECONDS: Final = 1.5
# As long as somebody may look at a preview.
LASTS: Final = timedelta(hours=2)


class Stage(StrEnum):
    READING = "reading"
    READY = "ready"
    COMMITTING = "committing"
    DONE = "done"
    OVER = "over"


class Verdict(Struct):
    """What one file is, how much of it could be read, and all that reading it gave. Of a `table` that its owner has to explain, `header` is the key of
    its headings and `fields` what the form of its columns was last given."""

    path: str
    connector: str = ""
    charges: int = 0
    accounts: int = 0
    first: str = ""
    last: str = ""
    locked: Item | None = None
    table: Unmapped | None = None
    header: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def is_unread(self) -> bool:
        return not (self.charges or self.accounts) and bool(self.problems or self.locked or not self.connector)

    @property
    def asked(self) -> str:
        """The code of what the reader cannot tell."""
        return self.problems[-1].code if self.table and self.problems else ""

    def count(self, findings: Sequence[object]) -> None:
        for one in findings:
            if isinstance(one, FoundCharge):
                self.charges += 1
                day = one.booked.isoformat()
                self.first, self.last = min(self.first or day, day), max(self.last, day)
            elif isinstance(one, FoundAccount):
                self.accounts += 1


class Arrival(Struct, eq=False):
    """One form's files. `mappings` are what their owner has told of tables, by their headings' keys; `batch` is the id of what it became; `why` says what went wrong."""

    id: str
    folder: Path
    at: datetime
    size: int = 0
    read: int = 0
    stage: Stage = Stage.READING
    verdicts: list[Verdict] = field(default_factory=list)
    mappings: dict[str, dict[str, str]] = field(default_factory=dict)
    batch: str = ""
    why: FirstpartyError | None = None
    is_sample: bool = False
    work: asyncio.Task[None] | None = None

    @property
    def percent(self) -> int:
        return min(99, 100 * self.read // self.size) if self.size else 0

    @property
    def is_busy(self) -> bool:
        return self.stage in (Stage.READING, Stage.COMMITTING)

    @property
    def findings(self) -> int:
        return sum(one.charges + one.accounts for one in self.verdicts)

    def drop(self) -> None:
        self.stage = Stage.OVER
        for one in self.verdicts:
            one.events.clear()
        shutil.rmtree(self.folder, ignore_errors=True)


class TooMuchError(FirstpartyError):
    code = "too-large"


_held: WeakKeyDictionary[OpenVault, dict[str, Arrival]] = WeakKeyDictionary()


def _all(serving: Serving) -> dict[str, Arrival]:
    if serving.vault not in _held:
        # What a server left behind that was ended by force.
        shutil.rmtree(serving.settings.home / FOLDER, ignore_errors=True)
        _held[serving.vault] = {}
    return _held[serving.vault]


def begin(serving: Serving) -> Arrival:
    """A new one, with a folder for its files."""
    held = _all(serving)
    now = serving.clock()
    for one in list(held.values()):
        if not one.is_busy and (one.at < now - LASTS or len(held) >= MAX_HELD):
            held.pop(one.id).drop()
    if len(held) >= MAX_HELD:
        raise TooMuchError(phrase("several imports are under way"), hint=phrase("wait until they are done"))
    arrival = Arrival(secrets.token_urlsafe(12), serving.settings.home / FOLDER / secrets.token_hex(8), now)
    arrival.folder.mkdir(mode=files.PRIVATE_FOLDER, parents=True)
    held[arrival.id] = arrival
    return arrival


def found(serving: Serving, id: str) -> Arrival:
    arrival = _all(serving).get(id)
    if arrival is None:
        raise NotFoundError(phrase("there is no such import any more"), hint=phrase("bring the files again"))
    return arrival


def read(serving: Serving, arrival: Arrival, brought: Sequence[Uploaded]) -> None:
    """Begin to read; the arrival is ready, or over, when that ends."""
    items = [Item(one.name, str(one.path)) for one in brought]
    arrival.size = sum(one.size for one in brought)
    arrival.work = asyncio.create_task(_read(serving, arrival, items))


def read_locked(serving: Serving, arrival: Arrival, place: int, password: str) -> None:
    """Read a locked file again, with its password."""
    locked = arrival.verdicts[place].locked if 0 <= place < len(arrival.verdicts) else None
    if arrival.stage is not Stage.READY or locked is None:
        raise NotFoundError(phrase("there is no such file any more"), hint=phrase("bring the files again"))
    del arrival.verdicts[place]
    arrival.stage = Stage.READING
    arrival.work = asyncio.create_task(_read(serving, arrival, [locked], password=password))


def read_mapped(serving: Serving, arrival: Arrival, verdict: Verdict, mapping: dict[str, str]) -> None:
    """Read a table again as its owner has explained it, and with it the others that have its headings."""
    alike = [one for one in arrival.verdicts if one.table and (one is verdict or (one.header == verdict.header != ""))]
    items = [one.table.item for one in alike if one.table]
    arrival.verdicts = [one for one in arrival.verdicts if one not in alike]
    if verdict.header:
        arrival.mappings[verdict.header] = mapping
    arrival.stage = Stage.READING
    begun = len(arrival.verdicts)
    arrival.work = asyncio.create_task(_read(serving, arrival, items, mapping=mapping))
    arrival.work.add_done_callback(lambda _: _keep_fields(arrival.verdicts[begun:], verdict.fields))


def _keep_fields(verdicts: Sequence[Verdict], fields: dict[str, str]) -> None:
    for one in verdicts:
        if one.table:
            one.fields = fields


async def _read(
    serving: Serving,
    arrival: Arrival,
    items: Sequence[Item],
    *,
    mapping: dict[str, str] | None = None,
    password: str = "",
) -> None:
    try:
        remembered = await serving.vault.run(lambda vault: intake.remembered_mappings(vault.connection))
        known = remembered | arrival.mappings
        await asyncio.to_thread(_read_all, serving, arrival, items, known, mapping, password)
        arrival.stage = Stage.READY
        if not any(one.locked or one.table for one in arrival.verdicts):
            shutil.rmtree(arrival.folder, ignore_errors=True)
        if arrival.is_sample:
            await _commit(serving, arrival)
    except FirstpartyError as error:
        arrival.why = error
        arrival.drop()
    except BaseException:
        arrival.drop()
        raise


def _read_all(
    serving: Serving,
    arrival: Arrival,
    items: Sequence[Item],
    remembered: dict[str, dict[str, str]],
    mapping: dict[str, str] | None,
    password: str,
) -> None:
    """In a thread of its own."""
    before = 0
    with ReadingRoom() as room:
        for item in items:
            for event in room.read(item, mapping=mapping, remembered=remembered, passphrase=password):
                if serving.stopping.is_set():
                    return
                if isinstance(event, Progress):
                    arrival.read = before + event.done
                else:
                    _note(arrival, event)
            before = arrival.read = before + (Path(item.location).stat().st_size if not item.place else 0)


def _note(arrival: Arrival, event: Event) -> None:
    """Hold what a file gives; of a locked one nothing, since it is read again."""
    if isinstance(event, Recognised):
        arrival.verdicts.append(Verdict(event.path, event.connector or "", header=event.header))
    verdict = arrival.verdicts[-1]
    verdict.events.append(event)
    if isinstance(event, Chunk):
        verdict.count(event.findings)
        if arrival.findings > MAX_FINDINGS:
            raise TooMuchError(
                phrase("more than %(max_findings)s lines at once", max_findings=f"{MAX_FINDINGS:,}"),
                hint=phrase("use `firstparty import` for them"),
            )
    elif isinstance(event, Trouble):
        verdict.problems.append(event.problem)
    elif isinstance(event, Unmapped):
        verdict.table = event
    elif isinstance(event, Locked):
        verdict.locked, verdict.problems = event.item, [event.problem]
        verdict.events.clear()


def commit(serving: Serving, arrival: Arrival) -> None:
    """Begin to make a batch of it."""
    if arrival.stage is Stage.READY:
        arrival.stage = Stage.COMMITTING
        arrival.work = asyncio.create_task(_committing(serving, arrival))


async def _committing(serving: Serving, arrival: Arrival) -> None:
    try:
        await _commit(serving, arrival)
    except FirstpartyError as error:
        arrival.why = error
        arrival.drop()


async def _commit(serving: Serving, arrival: Arrival) -> None:
    arrival.stage = Stage.COMMITTING
    arrival.batch = await serving.vault.run(lambda vault: _batch(vault, arrival))
    serving.due.set()
    arrival.drop()
    arrival.stage = Stage.DONE


def _batch(vault: Vault, arrival: Arrival) -> str:
    """In the vault's thread."""
    importing = vault.importing()
    try:
        for verdict in arrival.verdicts:
            for event in verdict.events:
                store(event, importing)
        unread = {one.header for one in arrival.verdicts if one.table}
        for header, mapping in arrival.mappings.items():
            if header not in unread:
                importing.remember_mapping(header, mapping)
        batch = importing.commit().batch_id or ""
    finally:
        importing.roll_back()
    if arrival.is_sample:
        from web.demo.person import OWNER

        mark_sample(vault, batch, OWNER, "DE")
    return batch


async def settled(arrival: Arrival, seconds: float) -> None:
    """Wait a moment, so that what is quick needs no page of its own."""
    if arrival.work is not None:
        await asyncio.wait([arrival.work], timeout=seconds)


def dropped(serving: Serving, arrival: Arrival) -> None:
    _all(serving).pop(arrival.id, None)
    arrival.drop()
