"""The one open vault of a server, and the one thread that touches it.

A connection of SQLCipher belongs to one thread, so requests hand in what they want done and await it:

    answer = await vault.run(lambda vault: ...)      # a read, or something that commits for itself
    answer = await vault.write(lambda vault: ...)    # a write that may share its commit

* INVARIANT: the answer to a write is given after the commit that holds it (`synchronous=FULL`), never before.
* Writes that wait at the same time share one commit. Each is as independent as alone: what it does inside
  `vault.transaction()` is kept or taken back by itself, and its error is its own. When the commit fails, all of them fail.
* What waits together is concurrent and has no order; reads go first, so none waits for a commit or sees half of one.
* After a commit that kept something `written` is called, in the event loop.
* `vault.now` is set for each action, by the clock that the server was given.
* What changes the keyring's file does so after its own commit, so it must be `run`, not `write`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import TypeVar

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.session import Vault
from vault.store.connection import BusyError as BusyError

T = TypeVar("T")
Action = Callable[[Vault], object]

# Writes that share a commit: enough to divide a slow disk's flush to nothing, few enough that the first is not kept long.
MAX_TOGETHER = 64
# What may wait for the thread. At a millisecond each, the last waits for a second; more is answered `busy` at once.
MAX_WAITING = 1_000


class VaultLockedError(FirstpartyError):
    code = "locked"


class TransactionLostError(FirstpartyError):
    """The engine ended a shared transaction by itself, as it may when the disk is full."""

    code = "not-written"


class _NothingWritten(Exception):
    """Takes back a transaction that has nothing to keep, which spares its commit."""


@dataclass(slots=True, eq=False)
class _Job:
    action: Action | Callable[[], object]
    done: asyncio.Future[object]
    kind: str  # "own" (opening and closing), "alone", "shared"
    outcome: object = None
    error: BaseException | None = None


class OpenVault:
    """`opener` opens the vault with a secret; it is called in the thread. Make it inside the event loop that awaits it."""

    def __init__(self, opener: Callable[[str], Vault], clock: Callable[[], datetime]) -> None:
        self._opener, self._clock = opener, clock
        self._vault: Vault | None = None  # the thread's
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._is_open, self._ending, self._waiting = False, False, 0
        self._loop = asyncio.get_running_loop()
        self.written: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=self._work, name="vault", daemon=True)
        self._thread.start()

    @property
    def is_open(self) -> bool:
        return self._is_open

    @property
    def waiting(self) -> int:
        """How many actions wait or are under way."""
        return self._waiting

    async def run(self, action: Callable[[Vault], T]) -> T:
        """What `action` gives for the open vault; `VaultLockedError` while it is locked."""
        self._refuse_locked()
        return await self._ask(action, "alone")

    async def write(self, action: Callable[[Vault], T]) -> T:
        """As `run`, for a write that may share its commit with others. Writes only inside `vault.transaction()`."""
        self._refuse_locked()
        return await self._ask(action, "shared")

    async def unlock(self, secret: str) -> bool:
        """Open the vault; whether it was locked before."""
        return bool(await self._ask(lambda: self._open(secret), "own"))

    async def lock(self) -> bool:
        """Close the vault, and with it forget its keys; whether it was open before."""
        return bool(await self._ask(self._close, "own"))

    async def end(self) -> None:
        """Do what is waiting, close the vault and end the thread. Nothing is taken any more."""
        self._ending = True
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    # --- in the event loop ------------------------------------------------------------------------------------------

    def _refuse_locked(self) -> None:
        if not self._is_open:
            raise locked()

    async def _ask(self, action: Callable[[Vault], T] | Callable[[], T], kind: str) -> T:
        if self._ending or self._waiting >= MAX_WAITING:
            raise BusyError(phrase("too much is waiting for the vault"), hint=phrase("try again in a moment"))
        done: asyncio.Future[object] = self._loop.create_future()
        self._waiting += 1
        self._jobs.put(_Job(action, done, kind))
        try:
            return await done  # type: ignore[return-value]
        finally:
            self._waiting -= 1

    @staticmethod
    def _settle(jobs: list[_Job]) -> None:
        for job in jobs:
            if job.done.done():
                continue  # whoever asked has gone
            if job.error is None:
                job.done.set_result(job.outcome)
            else:
                job.done.set_exception(job.error)

    # --- in the thread ----------------------------------------------------------------------------------------------

    def _work(self) -> None:
        going_on = True
        while going_on:
            jobs = self._waiting_jobs()
            going_on = None not in jobs
            present = [job for job in jobs if job is not None]
            at_once = [job for job in present if job.kind != "shared"]
            for job in at_once:
                self._attempt(job)
            self._deliver(at_once)
            shared = [job for job in present if job.kind == "shared"]
            if shared:
                is_kept = self._commit_together(shared)
                self._deliver(shared, is_kept=is_kept)
        self._close()

    def _waiting_jobs(self) -> list[_Job | None]:
        """At least one; all that wait already, up to a limit."""
        jobs = [self._jobs.get()]
        try:
            while len(jobs) < MAX_TOGETHER and jobs[-1] is not None:
                jobs.append(self._jobs.get_nowait())
        except Empty:
            pass
        return jobs

    def _attempt(self, job: _Job) -> None:
        """Do a job; whatever it raises belongs to whoever asked for it."""
        try:
            if job.kind == "own":
                job.outcome = job.action()  # type: ignore[call-arg]
            elif self._vault is None:
                raise locked()
            else:
                self._vault.now = self._clock()
                with self._vault.translated():
                    job.outcome = job.action(self._vault)  # type: ignore[call-arg]
        except Exception as error:
            job.error = error

    def _commit_together(self, jobs: list[_Job]) -> bool:
        """Do jobs in one write; whether that kept anything."""
        vault = self._vault
        try:
            if vault is None:
                raise locked()
            with vault.translated(), vault.transaction():
                before = vault.connection.total_changes
                for job in jobs:
                    self._attempt(job)
                    if not vault.connection.in_transaction:
                        raise TransactionLostError(
                            phrase("the database could not write"), hint=phrase("check free space and the disk")
                        )
                if vault.connection.total_changes == before:
                    raise _NothingWritten
            return True
        except _NothingWritten:
            return False
        except Exception as error:
            for job in jobs:
                job.error = error
            return False

    def _deliver(self, jobs: list[_Job], *, is_kept: bool = False) -> None:
        if jobs:
            # A loop that has ended refuses, and with it has gone whoever asked.
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._settle, jobs)
                if is_kept:
                    self._loop.call_soon_threadsafe(self.written)

    def _open(self, secret: str) -> bool:
        if self._vault is not None:
            return False
        self._vault = self._opener(secret)
        self._is_open = True
        return True

    def _close(self) -> bool:
        if self._vault is None:
            return False
        self._is_open = False
        vault, self._vault = self._vault, None
        vault.close()
        return True


def locked() -> VaultLockedError:
    return VaultLockedError(phrase("the vault is locked"), hint=phrase("its owner unlocks it with `firstparty unlock`"))
