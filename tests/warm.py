"""Processes of `firstparty` for tests, forked from one that has imported everything: importing takes a second, forking does not.

A process gets arguments, an environment, a folder and streams of its own, runs `web.cli.main` and ends as an interpreter does. What
it does not do is start an interpreter, so a process is started afresh, as `subprocess` would, where that could matter: for
a program other than the command, for another language or other variables of Python, and all of them where there is no `fork`
to rely on or `FIRSTPARTY_FRESH` is set.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).parents[1]
COMMAND = "from web.cli import main; main()"
_BOOT = "import sys; from tests import warm; warm.lend(int(sys.argv[1]))"
_ORDER_BYTES = 1 << 16
_CODE = struct.Struct("i")


class Forked:
    """What tests use of `subprocess.Popen`."""

    stdout: IO[str] | None = None

    def __init__(self, pid: int, status: int) -> None:
        self.pid, self._status = pid, status
        self.returncode: int | None = None

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._ended(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
        return code

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._status], [], [], timeout)[0]:
            told = os.read(self._status, _CODE.size)
            os.close(self._status)
            self.returncode = _CODE.unpack(told)[0] if told else -signal.SIGKILL
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


Process = Forked | subprocess.Popen[str]


def start(
    *words: str, env: Mapping[str, str], cwd: Path, stderr: IO[str], program: str = COMMAND, stdin: int | None = None
) -> Process:
    """A process of the command, whose output is read from its `stdout`."""
    if program != COMMAND or not _may_fork(env):
        given = subprocess.DEVNULL if stdin is None else stdin
        return subprocess.Popen(
            [sys.executable, "-c", program, *words],
            env=env, cwd=cwd, stdin=given, stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
    ours, theirs = os.pipe()
    try:
        process = _forked(words, env, cwd, (stdin, theirs, stderr.fileno()))
    finally:
        os.close(theirs)
    process.stdout = os.fdopen(ours, encoding="utf-8")
    return process


def run(
    *words: str, env: Mapping[str, str], cwd: Path, timeout: float, stdin: int | None = None
) -> subprocess.CompletedProcess[str]:
    """The command from start to end."""
    if not _may_fork(env):
        given = subprocess.DEVNULL if stdin is None else stdin
        return subprocess.run(
            [sys.executable, "-c", COMMAND, *words],
            env=env, cwd=cwd, stdin=given, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        process = _forked(words, env, cwd, (stdin, said.fileno(), complained.fileno()))
        try:
            code = process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        for one in (said, complained):
            one.seek(0)
        return subprocess.CompletedProcess(list(words), code, said.read().decode(), complained.read().decode())


def _may_fork(env: Mapping[str, str]) -> bool:
    told = {name: value for name, value in env.items() if name.startswith(("PYTHON", "LC_", "LANG"))}
    ours = {name: value for name, value in os.environ.items() if name in told} | {"PYTHONPATH": str(ROOT)}
    return sys.platform == "linux" and "FIRSTPARTY_FRESH" not in os.environ and told == ours


# --- between the two ------------------------------------------------------------------------------------------------

_one_at_a_time = threading.Lock()


@cache
def _warmed() -> socket.socket:
    """The way to the process that is forked; there is one for each worker of a run, and it ends when nobody can ask it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-c", _BOOT, str(theirs.fileno())],
        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}, cwd=ROOT,
    )  # fmt: skip
    theirs.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


def _forked(words: tuple[str, ...], env: Mapping[str, str], cwd: Path, streams: tuple[int | None, int, int]) -> Forked:
    order = json.dumps({"words": words, "env": dict(env), "cwd": str(cwd)}).encode()
    assert len(order) <= _ORDER_BYTES
    status, its_end = os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    given = [nothing if one is None else one for one in streams]
    try:
        with _one_at_a_time:
            socket.send_fds(_warmed(), [order], [*given, its_end])
            pid = int(_warmed().recv(64))
    finally:
        os.close(its_end)
        os.close(nothing)
    return Forked(pid, status)


# --- the process that is forked -------------------------------------------------------------------------------------


def lend(control_fd: int) -> NoReturn:
    """Forks a process for each order, and tells how each ended."""
    _import_everything()
    control = socket.socket(fileno=control_fd)
    ending: dict[int, int] = {}
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        ready, _, _ = select.select([control_fd, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_who_ended(ending)
        if control_fd in ready:
            raw, received, _, _ = socket.recv_fds(control, _ORDER_BYTES, 4)
            if not raw:
                os._exit(0)  # whoever could ask has gone
            *streams, status = received
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                signal.signal(signal.SIGINT, signal.default_int_handler)
                _close(control_fd, woken, wakes, status, *ending.values())
                control.detach()
                _become(json.loads(raw), streams)
                _end(_run())
            ending[pid] = status
            _close(*streams)
            control.send(str(pid).encode())


def _import_everything() -> None:
    from importlib import import_module

    for path in sorted((ROOT / "web" / "commands").glob("*.py")):
        import_module(f"web.commands.{path.stem}")
    import_module("web.server.listening")
    import_module("web.importer")
    import_module("web.server.application").collected()
    gc.collect()
    gc.freeze()


def _tell_who_ended(ending: dict[int, int]) -> None:
    while ending:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        told = ending.pop(pid)
        with suppress(BrokenPipeError):  # nobody waits for it any more
            os.write(told, _CODE.pack(os.waitstatus_to_exitcode(status)))
        os.close(told)


def _become(order: dict[str, Any], streams: list[int]) -> None:
    for number, one in enumerate(streams):
        os.dup2(one, number)
    _close(*streams)
    sys.stdin, sys.stdout = os.fdopen(0, closefd=False), os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(order["env"])
    time.tzset()
    os.chdir(order["cwd"])
    tempfile.tempdir = None
    sys.argv = ["-c", *order["words"]]


def _close(*fds: int) -> None:
    for one in fds:
        os.close(one)


def _run() -> int:
    from web.cli import main

    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    return 0


def _end(code: int) -> NoReturn:
    """As the interpreter does, but for taking every module apart, which takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]  # waits for threads, as `multiprocessing` has its processes do
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
