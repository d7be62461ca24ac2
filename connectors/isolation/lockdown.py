"""Giving up powers: limits everywhere, and on Linux a system-call filter. It cannot be undone.

`lock_down` returns what really holds, so that the command line can tell the owner: `limits` means that memory is
bounded, `system-calls` that the process can no longer open a file or a socket, start a program or touch another
process. Each is tried before it is claimed.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import sys
from contextlib import suppress

from connectors.isolation.limits import OPEN_FILES, Limits
from connectors.isolation.syscalls import Filter, filter_for

# linux/prctl.h and linux/seccomp.h
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_SET_MODE_FILTER = 1
_SECCOMP_FILTER_FLAG_TSYNC = 1  # threads that a library has already started are bound as well


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def lock_down(limits: Limits) -> tuple[str, ...]:
    """Gives up what can be given up here, and says what that is."""
    bounded = _bound(limits)
    filtered = sys.platform == "linux" and _filter()
    return ("limits",) * bounded + ("system-calls",) * filtered


def _bound(limits: Limits) -> bool:
    _set("RLIMIT_CPU", limits.cpu_seconds, spare=1)  # the hard limit kills without saying why; the soft one comes first
    _set("RLIMIT_FSIZE", 0)  # nothing is ever written to a file
    _set("RLIMIT_CORE", 0)  # a core dump would hold the file in clear
    _set("RLIMIT_NOFILE", OPEN_FILES)
    _set("RLIMIT_MEMLOCK", 0)
    _set("RLIMIT_MSGQUEUE", 0)
    if sys.platform != "linux":  # on Linux it counts threads too, which key derivation uses; the filter forbids forks
        _set("RLIMIT_NPROC", 0)
    # Both, since systems differ in which of them they enforce.
    return _set("RLIMIT_DATA", limits.memory_bytes) | _set("RLIMIT_AS", limits.memory_bytes)


def _set(name: str, value: int, *, spare: int = 0) -> bool:
    kind = getattr(resource, name, None)
    if kind is None:
        return False
    with suppress(ValueError, OSError):  # some systems know a limit and do not let it be set
        hard = resource.getrlimit(kind)[1]
        wanted = value + spare if hard == resource.RLIM_INFINITY else min(value + spare, hard)
        resource.setrlimit(kind, (min(value, wanted), wanted))
        return True
    return False


def _filter() -> bool:
    wanted = filter_for(platform.machine())
    return wanted is not None and sys.maxsize > 2**32 and _install(wanted) and _holds()


def _install(wanted: Filter) -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    instructions = ctypes.create_string_buffer(wanted.program, len(wanted.program))
    program = _Program(wanted.length, ctypes.addressof(instructions))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    arguments = (_SECCOMP_SET_MODE_FILTER, _SECCOMP_FILTER_FLAG_TSYNC, ctypes.byref(program))
    return int(libc.syscall(wanted.seccomp, *arguments)) == 0


def _holds() -> bool:
    """Whether a file that is always there can no longer be opened."""
    try:
        os.close(os.open("/", os.O_RDONLY))
    except PermissionError:
        return True
    except OSError:
        pass
    return False
