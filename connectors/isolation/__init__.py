"""Reading files that may be hostile, in a process that could do nothing with what it learns.

What is promised. Every byte of an imported file is parsed in a child process. The child is started as a program of
its own before the vault is unlocked, so no key was ever in its memory; it inherits no environment and no open file
but one socket. It loads the readers, then gives up its powers for good: limits on memory, time and files everywhere,
and on Linux (x86-64 and arm64) a system-call filter after which it can open no file and no socket, start no program
and touch no other process. It gets files as open, read-only descriptors, and answers in typed frames that the parent
decodes strictly. Whatever happens in the child costs at most the file that it was reading.

What is not promised. Without the filter (other systems, or kernels without it) a subverted reader could still open
files and connections of the user; `ReadingRoom.protections` says what holds. A subverted reader can always lie about
the content of the file it is given, and of those that the same child reads after it. Side channels between processes
are out of scope. Where a process cannot hand an open file to another (Windows), nothing is read at all.

A child that had to be replaced is started while the vault is open: it is a program of its own as well (exec), so it
holds no key either; starting the first one early only saves the owner the wait.

The modules: `room` and `visit` decide what is believed, `cell` holds a child, `frames` is the wire; `child`,
`reading`, `archives`, `outbox` and `streams` run inside; `lockdown` and `filter` take the powers away.
"""

from connectors.isolation.cell import IsolationError
from connectors.isolation.events import Chunk, Done, Event, Locked, Progress, Recognised, Trouble, Unmapped
from connectors.isolation.limits import Limits
from connectors.isolation.room import ReadingRoom

__all__ = [
    "Chunk",
    "Done",
    "Event",
    "IsolationError",
    "Limits",
    "Locked",
    "Progress",
    "ReadingRoom",
    "Recognised",
    "Trouble",
    "Unmapped",
]
