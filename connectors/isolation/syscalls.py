"""The system-call filter as a program for the kernel's packet-filter machine: pure bytes, nothing is installed here.

The rule is an allow-list of what a Python process needs that already has everything open: read, write, memory,
waiting, time, randomness, its own threads, its end. Three calls are allowed by their arguments: new threads (but no
processes), and memory that is not executable. A call made through another machine's table, which would have other
numbers, kills the process; every other call answers EPERM, so that a reader meets an error and not a crash.

Sources: seccomp(2), linux/seccomp.h, linux/filter.h, linux/audit.h; numbers from asm/unistd_64.h (x86-64) and
asm-generic/unistd.h (arm64) of Linux 6.1.
"""

from __future__ import annotations

import errno
import struct

import msgspec

# name: number on x86-64, number on arm64 (-1: does not exist there)
_ALLOWED = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "lseek": (8, 62),
    "pread64": (17, 67),
    "recvmsg": (47, 212),
    "poll": (7, -1),
    "ppoll": (271, 73),
    "munmap": (11, 215),
    "mremap": (25, 216),
    "brk": (12, 214),
    "madvise": (28, 233),
    "membarrier": (324, 283),
    "futex": (202, 98),
    "set_robust_list": (273, 99),
    "rseq": (334, 293),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101),
    "gettimeofday": (96, 169),
    "time": (201, -1),
    "getrandom": (318, 278),
    "getpid": (39, 172),
    "gettid": (186, 178),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123),
    "exit": (60, 93),
    "exit_group": (231, 94),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_MMAP, _MPROTECT = (9, 222), (10, 226)
_SECCOMP = (317, 277)

_ARCHITECTURES = (0xC000003E, 0xC00000B7)  # AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64
_FIRST_X32 = 0x40000000  # x86-64's second table; every number from here on is a call through it
_CLONE_THREAD = 0x00010000
_PROT_EXEC = 0x4

_KILL, _ALLOW, _REFUSE = 0x80000000, 0x7FFF0000, 0x00050000
_LOAD, _RETURN = 0x20, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_RET|BPF_K
_IF_EQUAL, _IF_NOT_BELOW, _IF_BITS = 0x15, 0x35, 0x45  # BPF_JMP|BPF_K with BPF_JEQ, BPF_JGE, BPF_JSET
# Offsets in struct seccomp_data; arguments are 64 bits wide, little endian, and the flags wanted are in the low half.
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16


class Filter(msgspec.Struct, frozen=True):
    """`program` is an array of `struct sock_filter`; `seccomp` the number of the call that installs it."""

    program: bytes
    seccomp: int

    @property
    def length(self) -> int:
        """Instructions in the program."""
        return len(self.program) // 8


def filter_for(machine: str) -> Filter | None:
    """The filter for a machine as `platform.machine()` names it, or nothing for one that is not known."""
    names = {"x86_64": 0, "amd64": 0, "aarch64": 1, "arm64": 1}
    column = names.get(machine.lower())
    if column is None:
        return None
    return Filter(_program(column), _SECCOMP[column])


def _program(column: int) -> bytes:
    parts = [
        _step(_LOAD, _ARCHITECTURE_AT),
        _step(_IF_EQUAL, _ARCHITECTURES[column], yes=1),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER_AT),
        _step(_IF_NOT_BELOW, _FIRST_X32, no=1),
        _step(_RETURN, _KILL),
    ]
    numbers = sorted(row[column] for row in _ALLOWED.values() if row[column] >= 0)
    parts += [_when(number, _step(_RETURN, _ALLOW)) for number in numbers]
    # A thread shares this filter. clone3 hides its flags behind a pointer: ENOSYS makes the C library use clone.
    parts.append(_when(_CLONE3[column], _refuse(errno.ENOSYS)))
    parts.append(_when(_CLONE[column], _judge(0, _CLONE_THREAD, allow_with=True)))
    parts += [_when(row[column], _judge(2, _PROT_EXEC, allow_with=False)) for row in (_MMAP, _MPROTECT)]
    parts.append(_refuse(errno.EPERM))
    return b"".join(parts)


def _judge(argument: int, bits: int, *, allow_with: bool) -> bytes:
    """Allows or refuses by whether the argument has one of the bits; always returns."""
    verdicts = (_step(_RETURN, _ALLOW), _refuse(errno.EPERM))
    with_bits, without = verdicts if allow_with else reversed(verdicts)
    return _step(_LOAD, _ARGUMENTS_AT + 8 * argument) + _step(_IF_BITS, bits, no=1) + with_bits + without


def _when(number: int, then: bytes) -> bytes:
    """Does `then`, which must return, for one call."""
    return _step(_IF_EQUAL, number, no=len(then) // 8) + then


def _refuse(error: int) -> bytes:
    return _step(_RETURN, _REFUSE | error)


def _step(code: int, operand: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, operand)
