"""The one open vault: its thread, and writes that share a commit as if each were alone."""

from __future__ import annotations

import asyncio
import contextlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server.conftest import NOW, ROOT, Made
from vault.session import Vault
from vault.store import audit, connection
from web.server.opened import MAX_WAITING, BusyError, OpenVault, TransactionLostError, VaultLockedError


class Broken(Exception):
    pass


def serving(made: Made, work: Callable[[OpenVault], Coroutine[Any, Any, Any]]) -> Any:
    """What `work` gives with the vault open."""

    async def whole() -> Any:
        vault = OpenVault(lambda secret: Vault.open(made.home, secret, now=NOW, by="test"), lambda: NOW)
        try:
            await vault.unlock(made.recovery_key)
            return await work(vault)
        finally:
            await vault.end()

    return asyncio.run(whole())


def put(vault: Vault, key: str) -> None:
    with vault.transaction():
        vault.log("test.written", {"key": key})
        vault.connection.execute("INSERT INTO meta VALUES (?, 'x')", (key,))


def keys(vault: Vault) -> set[str]:
    return {row[0] for row in vault.connection.execute("SELECT key FROM meta WHERE value = 'x'")}


def leaves(vault: Vault) -> set[str]:
    found = vault.connection.execute("SELECT json_extract(body, '$.key') FROM audit_leaf WHERE event = 'test.written'")
    return {row[0] for row in found}


def checkpoints(vault: Vault) -> int:
    return int(vault.connection.execute("SELECT count(*) FROM audit_checkpoint").fetchone()[0])


# What a write does: "ok" keeps a key, "late" keeps two and then breaks outside any transaction, "part" breaks inside its
# second transaction, "whole" inside its only one, "early" before it did anything, "none" writes nothing, "caught" breaks
# inside its second transaction and goes on.
KINDS = ("ok", "late", "part", "whole", "early", "none", "caught")


def action(kind: str, name: str) -> Callable[[Vault], str]:
    def write(vault: Vault) -> str:
        if kind == "early":
            raise Broken(name)
        if kind in ("ok", "late", "part", "caught"):
            put(vault, f"{name}/1")
        if kind == "late":
            put(vault, f"{name}/2")
            raise Broken(name)
        with contextlib.suppress(*((Broken,) if kind == "caught" else ())):
            if kind in ("part", "whole", "caught"):
                with vault.transaction():
                    put(vault, f"{name}/2")
                    raise Broken(name)
        return name

    return write


def kept(kind: str, name: str) -> set[str]:
    return {f"{name}/{part}" for part in {"ok": "1", "late": "12", "part": "1", "caught": "1"}.get(kind, "")}


# Each with whether it may be done again: most often all may, as the requests of vendors.
REPEATABLE = st.sampled_from((True, True, True, True, True, False))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(("ok", "ok", "ok", *KINDS)), REPEATABLE), min_size=1, max_size=12),
        min_size=1,
        max_size=4,
    )
)
def test_writes_that_share_a_commit_end_as_each_would_alone(
    template: Made, rounds: list[list[tuple[str, bool]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = template._replace(home=Path(folder) / "vault")
        shutil.copytree(template.home, made.home)
        expected: set[str] = set()

        async def work(vault: OpenVault) -> None:
            for number, drawn in enumerate(rounds):
                named = [(kind, f"{number}-{place}") for place, (kind, _) in enumerate(drawn)]
                writes = [
                    vault.write(action(kind, name), is_repeatable=again)
                    for (kind, name), (_, again) in zip(named, drawn, strict=True)
                ]
                answers = await asyncio.gather(*writes, return_exceptions=True)
                for (kind, name), answer in zip(named, answers, strict=True):
                    expected.update(kept(kind, name))
                    if kind in ("ok", "none", "caught"):
                        assert answer == name
                    else:
                        assert isinstance(answer, Broken), answer
                        assert str(answer) == name
                assert await vault.run(keys) == expected

        serving(made, work)
        with made.open() as vault:
            assert keys(vault) == leaves(vault) == expected
            assert audit.verify(vault.connection, public=vault.keys.signer.public).faults == ()


def test_writes_that_wait_together_share_commits(made: Made) -> None:
    async def work(vault: OpenVault) -> tuple[int, int]:
        before = await vault.run(checkpoints)
        gate = threading.Event()
        held = asyncio.ensure_future(vault.run(lambda opened: gate.wait()))
        await asyncio.sleep(0)
        writes = [asyncio.ensure_future(vault.write(action("ok", str(number)))) for number in range(50)]
        await asyncio.sleep(0)
        gate.set()
        await asyncio.gather(held, *writes)
        return before, await vault.run(checkpoints)

    before, after = serving(made, work)
    assert after - before <= 2  # one commit, or two where the thread took up the first before the rest had come


def test_a_commit_without_anything_to_keep_is_spared(made: Made) -> None:
    async def work(vault: OpenVault) -> tuple[int, int]:
        before = await vault.run(lambda opened: opened.connection.total_changes)
        await asyncio.gather(*(vault.write(action("none", "x")) for _ in range(5)))
        return before, await vault.run(lambda opened: opened.connection.total_changes)

    before, after = serving(made, work)
    assert after == before


def test_when_the_commit_fails_nobody_is_told_that_it_succeeded(made: Made) -> None:
    """A reference that nothing answers to is found at the commit only."""

    def dangling(vault: Vault) -> None:
        vault.connection.execute("PRAGMA defer_foreign_keys = ON")
        with vault.transaction():
            vault.connection.execute(
                "INSERT INTO decision_override VALUES (1, 99, '', '', '', '', 1, 0)",
            )

    async def work(vault: OpenVault) -> list[Any]:
        gate = threading.Event()
        held = asyncio.ensure_future(vault.run(lambda opened: gate.wait()))
        await asyncio.sleep(0)
        writes = [asyncio.ensure_future(vault.write(one)) for one in (action("ok", "a"), dangling, action("ok", "b"))]
        await asyncio.sleep(0)
        gate.set()
        answers = await asyncio.gather(*writes, return_exceptions=True)
        await held
        assert await vault.run(keys) == set()
        await vault.write(action("ok", "c"))  # and the next is well
        assert await vault.run(keys) == {"c/1"}
        return answers

    assert all(isinstance(answer, Exception) for answer in serving(made, work))


def test_when_the_engine_ends_the_transaction_nobody_is_told_that_it_succeeded(made: Made) -> None:
    async def work(vault: OpenVault) -> list[Any]:
        gate = threading.Event()
        held = asyncio.ensure_future(vault.run(lambda opened: gate.wait()))
        await asyncio.sleep(0)

        def lost(opened: Vault) -> None:
            opened.connection.execute("ROLLBACK")

        writes = [asyncio.ensure_future(vault.write(one)) for one in (action("ok", "a"), lost, action("ok", "b"))]
        await asyncio.sleep(0)
        gate.set()
        answers = await asyncio.gather(*writes, return_exceptions=True)
        await held
        assert await vault.run(keys) == set()
        return answers

    assert all(isinstance(answer, TransactionLostError) for answer in serving(made, work))


def test_a_locked_vault_does_nothing(made: Made) -> None:
    async def work(vault: OpenVault) -> None:
        assert await vault.lock()
        assert not vault.is_open
        for ask in (vault.run, vault.write):
            with pytest.raises(VaultLockedError):
                await ask(keys)
        assert not await vault.lock()
        assert await vault.unlock(made.recovery_key)
        assert not await vault.unlock("anything")
        assert await vault.run(keys) == set()

    serving(made, work)


def test_what_waits_when_the_server_ends_is_done_first(made: Made) -> None:
    async def work(vault: OpenVault) -> list[Any]:
        writes = [asyncio.ensure_future(vault.write(action("ok", str(number)))) for number in range(10)]
        await asyncio.sleep(0)
        await vault.end()
        with pytest.raises((BusyError, VaultLockedError)):
            await vault.run(keys)
        return await asyncio.gather(*writes)

    assert serving(made, work) == [str(number) for number in range(10)]
    with made.open() as vault:
        assert len(keys(vault)) == 10


def test_more_than_can_wait_is_refused_at_once(made: Made) -> None:
    async def work(vault: OpenVault) -> int:
        gate = threading.Event()
        waiting = [asyncio.ensure_future(vault.run(lambda opened: gate.wait())) for _ in range(MAX_WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(BusyError):
            await vault.run(keys)
        gate.set()
        return len(await asyncio.gather(*waiting))

    assert serving(made, work) == MAX_WAITING


def test_the_engines_errors_come_as_ours(made: Made) -> None:
    def wrong(vault: Vault) -> None:
        vault.connection.execute("SELECT * FROM no_such_table")

    async def work(vault: OpenVault) -> None:
        for ask in (vault.run, vault.write):
            with pytest.raises(Exception, match="the database answered") as caught:
                await ask(wrong)
            assert caught.value.code == "database"  # type: ignore[attr-defined]

    serving(made, work)


def test_whoever_stops_waiting_disturbs_nobody(made: Made) -> None:
    async def work(vault: OpenVault) -> set[str]:
        writes = [asyncio.ensure_future(vault.write(action("ok", str(number)))) for number in range(6)]
        await asyncio.sleep(0)
        for one in writes[::2]:
            one.cancel()
        await asyncio.gather(*writes[1::2])
        return await vault.run(keys)  # type: ignore[no-any-return]

    assert {"1/1", "3/1", "5/1"} <= serving(made, work)


WRITER = """
import asyncio, sys
from pathlib import Path
from tests.server.conftest import Made
from tests.server.test_opened import put, serving
home, secret, run = Path(sys.argv[1]), sys.argv[2], sys.argv[3]

async def writer(vault, who):
    for number in range(100_000):
        key = f"{run}/{who}/{number}"
        await vault.write(lambda opened: put(opened, key))
        print(key, flush=True)

async def work(vault):
    await asyncio.gather(*(writer(vault, who) for who in range(8)))

serving(Made(home, secret), work)
"""


@pytest.mark.parametrize("seed", range(3))
def test_no_acknowledged_write_is_lost_when_the_process_is_killed(made: Made, seed: int) -> None:
    chance = random.Random(seed)
    acknowledged: set[str] = set()
    for run in range(2):
        command = [sys.executable, "-c", WRITER, str(made.home), made.recovery_key, f"run{run}"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout
            acknowledged.update(writer.stdout.readline().strip() for _ in range(chance.randint(1, 200)))
            time.sleep(chance.random() / 100)
            writer.send_signal(signal.SIGKILL)
            rest = writer.stdout.read().splitlines(keepends=True)
            acknowledged.update(line.strip() for line in rest if line.endswith("\n"))
            assert writer.wait() == -signal.SIGKILL
        with made.open() as vault:
            assert acknowledged <= keys(vault) == leaves(vault)
            assert connection.integrity_problems(vault.connection) == []
            assert audit.verify(vault.connection, public=vault.keys.signer.public).faults == ()
