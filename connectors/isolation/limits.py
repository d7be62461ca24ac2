"""The limits of the reading room, each with its reason.

They bound what one hostile file can cost: memory, time, bytes unpacked, values handed over. A `Limits` value
exists so that tests can tighten the ones that a machine would otherwise take minutes to reach.
"""

from __future__ import annotations

import msgspec

# Readers stream, so tens of megabytes do; the room for more is Bitwarden's largest Argon2id setting (1 GiB).
MEMORY_BYTES = 1_536 * 1024**2
# The longest honest silence is a key derivation or one huge XML element; readers report several times a second.
QUIET_SECONDS = 60.0
# Time that the vault waits for one file: a start, plus the size at a twentieth of the slowest reader's pace.
PATIENCE_SECONDS = 120.0
PATIENCE_BYTES_PER_SECOND = 50_000
# Stops a child whose parent was killed; a 500 MB statement takes a few minutes on a slow machine.
CPU_SECONDS = 3_600
# Starting Python and loading the readers takes a fifth of a second; a loaded small board may need many times that.
START_SECONDS = 60.0
# A socket, three standard streams, the file, and what an interpreter keeps open.
OPEN_FILES = 32

# Findings per frame: large enough that a frame costs nothing beside its findings, small enough to stay in a cache.
CHUNK_FINDINGS = 1_000
# A thousand findings with every field full are 22 MB; anything longer is not a frame.
MAX_FRAME_BYTES = 32 * 1024**2
# A name, a mapping and a passphrase; the request comes from the parent and is small.
MAX_REQUEST_BYTES = 1024**2
# Frames in flight while the parent stores: some twenty chunks. Linux gives less where its own limit is lower.
SOCKET_BYTES = 4 * 1024**2
# Ten lifetimes of bank statements; more from one file is a reader gone wild.
MAX_FINDINGS = 10_000_000
# Nobody reads more of them, and a wrong file of a million lines must not become a million sentences.
MAX_PROBLEMS = 1_000
# Of a table that its owner has to explain: enough rows to see what a column is, as many columns as a table may have, and
# cells as wide as anybody reads.
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_CELL = 5, 200, 60
# Several times a second is what a progress bar shows.
PROGRESS_SECONDS = 0.2

# A member this small is unpacked once and kept in memory; a larger one is unpacked twice, by streaming.
MEMBER_IN_MEMORY_BYTES = 64 * 1024**2
# Four of the largest exports together; a bomb reaches this in seconds and stops.
MAX_UNPACKED_BYTES = 2 * 1024**3
# Bank XML shrinks up to sixty times; deflate itself ends at 1,032. Judged beyond a size where it matters.
MAX_RATIO = 300
RATIO_FREE_BYTES = 16 * 1024**2
# A year of daily statements for every account of a household.
MAX_MEMBERS = 10_000
# An archive inside an archive, as mail programs and banks make them; not deeper.
MAX_DEPTH = 2
# After so many members that brought the reader down, the archive is made to do so.
MAX_FALLS = 5


class Limits(msgspec.Struct, frozen=True):
    memory_bytes: int = MEMORY_BYTES
    cpu_seconds: int = CPU_SECONDS
    quiet_seconds: float = QUIET_SECONDS
    patience_seconds: float = PATIENCE_SECONDS
    unpacked_bytes: int = MAX_UNPACKED_BYTES
    member_in_memory_bytes: int = MEMBER_IN_MEMORY_BYTES
    members: int = MAX_MEMBERS

    def patience(self, size: int) -> float:
        """Seconds that the parent waits in all for a file of `size` bytes."""
        return self.patience_seconds + size / PATIENCE_BYTES_PER_SECOND
