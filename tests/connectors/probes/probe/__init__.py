"""A reader that does what its file tells it to (`PROBE <action>`): the attacks and accidents of the tests.

Every attempt is answered by a problem whose code says how it ended: `refused`, or `done` when nothing stopped it.
"""

import ctypes
import json
import mmap
import os
import socket
import sys
import threading
from datetime import date

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from lxml import etree

from connectors.frame import Manifest
from vault.findings import FoundCharge, Problem

_XML = "<?xml version='1.0' encoding='{0}'?><a>é</a>"


def _socket():
    return json.loads(sys.argv[2])["descriptor"]


def _raw(call, *arguments):
    """A system call past the C library's wrappers."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(call, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _fork():
    if os.fork() == 0:
        os._exit(0)


def _thread(results):
    thread = threading.Thread(target=results.append, args=("ran",))
    thread.start()
    thread.join()
    if not results:
        raise OSError("no thread")


def _thread_opens():
    results = []

    def attempt():
        try:
            open("/etc/passwd").close()
        except OSError:
            results.append("refused")

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    if results:
        raise PermissionError("refused in a thread as well")


def _xml():
    for name in ("windows-1252", "iso-8859-15", "utf-16"):
        if etree.fromstring(_XML.format(name).encode(name)).text != "é":
            raise OSError(name)


ATTEMPTS = {
    "open": lambda: open("/etc/passwd").close(),
    "create": lambda: open("/tmp/probe", "w").close(),
    "list": lambda: os.listdir("/"),
    "stat": lambda: os.stat("/etc/passwd"),
    "proc": lambda: open("/proc/self/environ").close(),
    "unlink": lambda: os.unlink("/tmp/nothing-of-this-name"),
    "socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
    "unix": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM),
    "pair": lambda: socket.socketpair(),
    "fork": _fork,
    "exec": lambda: os.execv("/bin/true", ["/bin/true"]),
    "spawn": lambda: os.posix_spawn("/bin/true", ["/bin/true"], {}),
    "kill": lambda: os.kill(os.getpid(), 0),
    "memfd": lambda: os.memfd_create("x"),
    "pipe": lambda: os.pipe(),
    "executable": lambda: mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC),
    "ptrace": lambda: _raw({"x86_64": 101, "aarch64": 117}[os.uname().machine], 0, 0, 0, 0),
    "chmod": lambda: os.fchmod(3, 0),
    "thread-opens": _thread_opens,
    "thread": lambda: _thread([]),
    "argon2": lambda: Argon2id(salt=b"0" * 16, length=32, iterations=3, lanes=4, memory_cost=65536).derive(b"x"),
    "xml": _xml,
    "strptime": lambda: __import__("datetime").datetime.strptime("2025-01-02", "%Y-%m-%d"),
}


def _spin():
    while True:
        pass


def _crash():
    ctypes.string_at(0)


def _write(content):
    os.write(_socket(), content)


ACCIDENTS = {
    "spin": _spin,
    "crash": _crash,
    "exit": lambda: os._exit(0),
    "hog": lambda: bytearray(1 << 40),
    "hog-slowly": lambda: [bytes(1 << 20) for _ in range(1 << 20)],
    "freeze": lambda: threading.Event().wait(),
    "deep": lambda: ACCIDENTS["deep"](),
    "raise": lambda: {}["secret of the file"],
    "garbage": lambda: _write(b"\x00\x00\x00\x05hello"),
    "giant": lambda: _write(b"\xff\xff\xff\xff"),
    "half": lambda: (_write(b"\x00\x00\x10\x00abc"), _spin()),
    "ready": lambda: _write(b"\x00\x00\x00\x09\x93\xa5ready\x90\x90"),
    "finished": lambda: _write(b"\x00\x00\x00\x0a\x91\xa8finished"),
    "out-of-order": lambda: _write(b"\x00\x00\x00\x06\x91\xa4left" * 2),
}


class Probe:
    manifest = Manifest("probe", "Probe", "bank", ("probe",), ("charge",), "write it")

    def sniff(self, head):
        return 100 if head.startswith(b"PROBE ") else 0

    def read(self, source):
        action = source.stream.read().decode().split()[1]
        if action in ATTEMPTS:
            yield self._attempt(action)
        elif action in ACCIDENTS:
            yield FoundCharge(date(2025, 1, 2), 1, "EUR")
            ACCIDENTS[action]()
        else:
            yield from getattr(self, action)()

    def _attempt(self, action):
        try:
            ATTEMPTS[action]()
        except OSError as error:
            return Problem(action, "refused", str(error))
        return Problem(action, "done", "nothing stopped it")

    def environ(self):
        yield Problem("environ", "names", " ".join(sorted(os.environ)))

    def wrong_type(self):
        yield FoundCharge("today", "much", 12)

    def too_long(self):
        yield FoundCharge(date(2025, 1, 2), 1, "EUR", "x" * 1_000_000)

    def surrogate(self):
        for number in range(10):
            yield FoundCharge(date(2025, 1, 2), number, "EUR", "\ud800" if number == 4 else "fine")

    def complain(self):
        for number in range(5_000):
            yield Problem(f"line {number}", "bad", "x" * 10_000)

    def bad_problem(self):
        yield Problem("\ud800", "bad", "\x00")

    def terminal(self):
        yield Problem("\x1b[2J", "bad", "\x1b]0;owned\x07")


READER = Probe()
