"""The one open vault of a server, and the one thread that touches it.

A connection of SQLCipher belongs to one thread, so requests hand in what they want done and await it:

    answer = await vault.run(lambda vault: ...)      # a read, or something that commits for itself
    answer = await vault.write(lambda vault: ...)    # a write that may share its commit

* INVARIANT: the answer to a write is given after the commit that holds it (`synchronous=FULL`), never before.
* Writes that wait at the same time share one commit. Each is as independent as alone: what it does inside
  `vault.transaction()` is kept or taken back by itself, and its error is its own. When the commit fails, all of them fail.
  Where all of them are repeatable they are done with nothing to take back a part by, and once more, with that, if one fails.
* The thread has one thing to do at a time, and is given the next once it has told of the last: all that has come to wait
  meanwhile, together, since handing over costs more than a brief action. Reads and writes take turns, so that neither keeps
  the other waiting for long; what waits together has no order.
* After a commit that kept something `written` is called, in the event loop.
* `vault.now` is set by the clock that the server was given: for each read, and once for all that is written together.
* What changes the keyring's file does so after its own commit, so it must be `run`, not `write`.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from queue import SimpleQueue
from typing import Final, TypeVar

from msgspec import Struct

from terms.errors import FirstpartyError
from terms.phrases import phrase
from vault.session import Vault
from vault.store.connection import BusyError as BusyError
from vault.store.connection import PartLostError

T = TypeVar("T")

# Writes that share a commit: enough to divide a slow disk's flush to nothing, few enough that the first is not kept long.
MAX_TOGETHER: Final = 64
# What may wait for the vault. At a millisecond each, the last waits for a second; more is answered `busy` at once.
MAX_WAITING: Final = 1_000


class VaultLockedError(FirstpartyError):
    code = "locked"


class TransactionLostError(FirstpartyError):
    """The engine ended a shared transaction by itself, as it may when the disk is full."""

    code = "not-written"


class _NothingWritten(Exception):
    """Takes back a transaction that has nothing to keep, which spares its commit."""


class _Job(Struct, eq=False):
    """`outcome` or `error` is there once it was tried."""

    act: Callable[[], object]
    done: asyncio.Future[object]
    is_repeatable: bool = False
    outcome: object = None
    error: BaseException | None = None

    def attempt(self) -> None:
        """Do it; whatever it raises belongs to whoever asked for it."""
        self.outcome = self.error = None
        try:
            self.outcome = self.act()
        except Exception as error:
            self.error = error

    def settle(self) -> None:
        if self.done.done():
            return  # whoever asked has gone
        if self.error is None:
            self.done.set_result(self.outcome)
        else:
            self.done.set_exception(self.error)


class OpenVault:
    """`opener` opens the vault with a secret; it is called in the thread. Make it inside the event loop that awaits it."""

    def __init__(self, opener: Callable[[str], Vault], clock: Callable[[], datetime]) -> None:
        self._opener, self._clock = opener, clock
        self._vault: Vault | None = None
        self._alone, self._shared = deque[_Job](), deque[_Job]()
        # Whether the thread has the vault; whether `_turn` is to come; whether the next turn is the writes'.
        self._is_lent, self._is_due, self._are_writes_next = False, False, False
        self._is_open, self._ending, self._waiting = False, False, 0
        self._loop = asyncio.get_running_loop()
        self._idle = asyncio.Event()
        self._idle.set()
        self.written: Callable[[], object] = lambda: None
        self._lent: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
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
        return await self._ask(self._alone, lambda: self._given(action))

    async def write(self, action: Callable[[Vault], T], *, is_repeatable: bool = False) -> T:
        """As `run`, for a write that may share its commit with others. Writes only inside `vault.transaction()`. Of one that is
        repeatable nothing is left but in the vault: it may be done, taken back whole, and done again."""
        self._refuse_locked()
        return await self._ask(self._shared, lambda: self._part(action), is_repeatable)

    async def unlock(self, secret: str) -> bool:
        """Open the vault; whether it was locked before."""
        return await self._ask(self._alone, lambda: self._open(secret))

    async def lock(self) -> bool:
        """Close the vault, and with it forget its keys; whether it was open before."""
        return await self._ask(self._alone, self._close)

    async def end(self) -> None:
        """Do what is waiting, close the vault and end the thread. Nothing is taken any more."""
        self._ending = True
        await self._idle.wait()
        self._lent.put(None)
        await asyncio.to_thread(self._thread.join)

    # --- in the event loop ------------------------------------------------------------------------------------------

    def _refuse_locked(self) -> None:
        if not self._is_open:
            raise locked()

    async def _ask(self, queue: deque[_Job], act: Callable[[], T], is_repeatable: bool = False) -> T:
        if self._ending or self._waiting >= MAX_WAITING:
            raise BusyError(phrase("too much is waiting for the vault"), hint=phrase("try again in a moment"))
        job = _Job(act, self._loop.create_future(), is_repeatable)
        queue.append(job)
        self._waiting += 1
        if not self._is_lent:
            self._come()
        try:
            return await job.done  # type: ignore[return-value]
        finally:
            self._waiting -= 1

    def _come(self) -> None:
        """Have a turn, once all that is ready to ask has asked."""
        if not self._is_due:
            self._is_due = True
            self._idle.clear()
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._is_due = False
        if self._alone and not (self._shared and self._are_writes_next):
            self._are_writes_next = True
            self._lend(_taken(self._alone), self._one_by_one)
        elif self._shared:
            self._are_writes_next = False
            self._lend(_taken(self._shared), self._together)
        else:
            self._idle.set()

    def _lend(self, jobs: list[_Job], work: Callable[[list[_Job]], bool]) -> None:
        """Let the thread have the vault until `work`, which says whether it kept anything, is done."""
        self._is_lent = True
        self._lent.put(lambda: self._give_back(jobs, work(jobs)))

    def _returned(self, jobs: list[_Job], is_kept: bool) -> None:
        self._is_lent = False
        for job in jobs:
            job.settle()
        if is_kept:
            self.written()
        self._come()

    # --- in the thread ----------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (work := self._lent.get()) is not None:
            work()
        self._close()

    def _give_back(self, jobs: list[_Job], is_kept: bool) -> None:
        # A loop that has ended refuses, and with it has gone whoever asked.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._returned, jobs, is_kept)

    def _one_by_one(self, jobs: list[_Job]) -> bool:
        for job in jobs:
            job.attempt()
        return False

    def _together(self, jobs: list[_Job]) -> bool:
        """Do jobs in one write; whether that kept anything."""
        try:
            vault = self._vault
            if vault is None:
                raise locked()
            with vault.translated():
                self._write(vault, jobs)
            return True
        except _NothingWritten:
            return False
        except Exception as error:
            for job in jobs:
                job.error = error
            return False

    def _write(self, vault: Vault, jobs: list[_Job]) -> None:
        """Most often no part of them fails, so it is tried with nothing to take one back by."""
        if all(job.is_repeatable for job in jobs):
            try:
                with vault.unmarked():
                    self._attempt(vault, jobs)
                return
            except PartLostError:
                pass
        with vault.transaction():
            self._attempt(vault, jobs)

    def _attempt(self, vault: Vault, jobs: list[_Job]) -> None:
        before = vault.connection.total_changes
        vault.now = self._clock()
        for job in jobs:
            job.attempt()
            if not vault.connection.in_transaction:
                raise TransactionLostError(
                    phrase("the database could not write"), hint=phrase("check free space and the disk")
                )
        if vault.connection.total_changes == before:
            raise _NothingWritten

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

    def _given(self, action: Callable[[Vault], T]) -> T:
        if self._vault is None:
            raise locked()
        self._vault.now = self._clock()
        return self._part(action)

    def _part(self, action: Callable[[Vault], T]) -> T:
        assert self._vault is not None  # a write that is under way has it
        with self._vault.translated():
            return action(self._vault)


def _taken(queue: deque[_Job]) -> list[_Job]:
    return [queue.popleft() for _ in range(min(len(queue), MAX_TOGETHER))]


def locked() -> VaultLockedError:
    return VaultLockedError(phrase("the vault is locked"), hint=phrase("its owner unlocks it with `firstparty unlock`"))
