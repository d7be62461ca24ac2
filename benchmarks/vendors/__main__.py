"""Reads, offers, latency, start and memory of both servers, in turns in one run: `python -m benchmarks.vendors`.

Each figure is the median of `ROUNDS` rounds; in a round both servers get the same kind of load, one after the other. What counts is
the server's processor time. Theirs is told to keep an answer and an offer of the very sizes of ours; each round has a folder of its
own there, as it slows with the files in one.

Twice: the first `FIRST` requests after a start, of which each round has one of its own, and after both were warmed up, since node
compiles what it does often. A person's vault, asked a few times a minute, is nearer to the first.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import sleep

from benchmarks.measuring import Figure, folder, median, show
from benchmarks.vendors import load, ours, solid
from benchmarks.vendors.load import Done
from benchmarks.vendors.ours import Ours
from benchmarks.vendors.solid import Solid

ROUNDS, STARTS = 5, 3
FIRST = 300
CONNECTIONS = 32
READS, OFFERS, BARE = 1_500, 400, 3_000
THEIR_READS, THEIR_WRITES = 200, 120
# It has been seen to get faster for so many requests.
WARMING, THEIR_WARMING = 1_000, 900
IDLE_SECONDS = 2.0
AT_HALF_SECONDS = 6
READ_TARGET, OFFER_TARGET, BARE_TARGET = 20, 15, 0.35
P99_MILLISECONDS = 100

Rounds = dict[str, list[Done]]


def figures() -> list[Figure]:
    with folder() as place, ours.prepared(_made(place / "ours")) as made:
        found = _starts(place, made) + _first(place, made)
        with ours.serving(made) as mine, _theirs(_made(place / "theirs")) as other:
            mine_done, other_done = _rounds(mine, other)
            found += _rates(mine_done, other_done)
            found += _at_half_load(mine, mine_done)
    return found


def _made(path: Path) -> Path:
    path.mkdir(parents=True)
    return path


@contextmanager
def _theirs(place: Path) -> Iterator[Solid | None]:
    with solid.serving(place) as server:
        if server is None:
            print("no node or npm, or the package cannot be had: ours alone", file=sys.stderr)
        yield server


# --- rates --------------------------------------------------------------------------------------------------------------


def _rounds(mine: Ours, other: Solid | None) -> tuple[Rounds, Rounds]:
    answer, offer = _sizes(mine)
    mine_done: Rounds = {"reads": [], "offers": [], "bare": []}
    other_done: Rounds = {"reads": [], "writes": [], "additions": []}
    _run(mine, mine.reads(WARMING))
    _run(mine, mine.offers(OFFERS))
    if other is not None:
        other.put("read.txt", b"x" * answer)
        _run(other, other.reads(THEIR_WARMING))
        _run(other, other.writes(THEIR_WRITES, b"x" * offer))
    for number in range(ROUNDS):
        mine_done["reads"].append(_run(mine, mine.reads(READS)))
        mine_done["offers"].append(_run(mine, mine.offers(OFFERS)))
        mine_done["bare"].append(_run(mine, mine.bare_reads(BARE)))
        if other is not None:
            other_done["reads"].append(_run(other, other.reads(THEIR_READS)))
            other_done["additions"].append(
                _run(other, other.additions(THEIR_WRITES, b"x" * offer, folder=f"round-{number}"))
            )
            other_done["writes"].append(_run(other, other.writes(THEIR_WRITES, b"x" * offer)))
    return mine_done, other_done


def _sizes(mine: Ours) -> tuple[int, int]:
    """Bytes of an answer to a read, and of the body of an offer."""
    answer = load.answer(mine.port, mine.reads(1)[0])
    return len(answer.partition(b"\r\n\r\n")[2]), len(mine.offers(1)[0].partition(b"\r\n\r\n")[2])


def _run(server: Ours | Solid, requests: Sequence[bytes]) -> Done:
    return load.run(server.port, server.pid, requests, connections=CONNECTIONS)


def _rate(done: list[Done]) -> float:
    return median([one.per_cpu_second for one in done])


def _rates(mine: Rounds, other: Rounds) -> list[Figure]:
    reads, offers, bare = (_rate(mine[name]) for name in ("reads", "offers", "bare"))
    share = reads / bare
    found = [
        Figure("`GET /v1/profile`, DPoP, released with its leaf, a CPU-second", _spread(mine["reads"])),
        Figure("`POST /v1/offers`, signed, judged, committed with its leaves, a CPU-second", _spread(mine["offers"])),
        Figure("the same record read without token, release and leaf, a CPU-second", _spread(mine["bare"])),
        Figure("a read against that", f"{share:.2f}", f">= {BARE_TARGET:g}", share >= BARE_TARGET),
    ]
    if not other["reads"]:
        return found
    names = {"reads": "DPoP reads", "additions": "DPoP writes, new files", "writes": "DPoP writes, 16 files anew"}
    found += [Figure(f"CSS 7, {names[name]}, a CPU-second", _spread(done)) for name, done in other.items()]
    against = [
        ("warm, a read against CSS", reads, "reads", READ_TARGET),
        ("warm, an offer against CSS, a new file each", offers, "additions", OFFER_TARGET),
        ("warm, an offer against CSS, a file written anew", offers, "writes", OFFER_TARGET),
    ]
    for name, rate, of, target in against:
        ratio = rate / _rate(other[of])
        found.append(Figure(name, f"{ratio:.1f} times", f">= {target}", ratio >= target))
    return found


def _spread(done: list[Done]) -> str:
    rates = sorted(one.per_cpu_second for one in done)
    return f"{median(rates):,.0f} ({rates[0]:,.0f} to {rates[-1]:,.0f})"


# --- soon after a start -------------------------------------------------------------------------------------------------


def _first(place: Path, made: ours.Prepared) -> list[Figure]:
    """Each server started for each kind of load, left alone for a moment, and asked."""
    found = []
    for name, target in (("reads", READ_TARGET), ("offers", OFFER_TARGET)):
        mine_done: list[Done] = []
        other_done: list[Done] = []
        for number in range(STARTS):
            with ours.serving(made, with_bare_route=False) as mine:
                sleep(IDLE_SECONDS)
                mine_done.append(_run(mine, mine.reads(FIRST) if name == "reads" else mine.offers(FIRST)))
                answer, offer = _sizes(mine)
            with _theirs(_made(place / f"first-{name}-{number}")) as other:
                if other is not None:
                    other_done.append(_first_of(other, name, answer, offer))
        found.append(Figure(f"the first {FIRST} {name} after a start, a CPU-second", _spread(mine_done)))
        if other_done:
            ratio = _rate(mine_done) / _rate(other_done)
            found.append(Figure(f"CSS 7, its first {FIRST}, a CPU-second", _spread(other_done)))
            found.append(Figure(f"the first {name} against CSS", f"{ratio:.1f} times", f">= {target}", ratio >= target))
    return found


def _first_of(other: Solid, name: str, answer: int, offer: int) -> Done:
    """Writes of a new resource each, as offers are."""
    sleep(IDLE_SECONDS)
    if name == "offers":
        return _run(other, other.additions(FIRST, b"x" * offer, folder="first"))
    other.put("read.txt", b"x" * answer)
    return _run(other, other.reads(FIRST))


# --- latency ------------------------------------------------------------------------------------------------------------


def _at_half_load(mine: Ours, done: Rounds) -> list[Figure]:
    """At half of what the server gives when it has all the processor time that it can get beside the load itself."""
    made: dict[str, Callable[[int], list[bytes]]] = {"reads": mine.reads, "offers": mine.offers}
    found = []
    for name, make in made.items():
        rate = median([one.per_second for one in done[name]]) / 2
        requests = make(int(rate * AT_HALF_SECONDS))
        held = load.at_rate(mine.port, mine.pid, requests, rate, connections=CONNECTIONS)
        p99 = held.milliseconds(0.99)
        said = f"p50 {held.milliseconds(0.5):.1f} ms, p99 {p99:.1f} ms"
        found.append(
            Figure(
                f"{name} at half load ({rate:,.0f} a second)", said, f"< {P99_MILLISECONDS} ms", p99 < P99_MILLISECONDS
            )
        )
    return found


# --- start and memory ---------------------------------------------------------------------------------------------------


def _starts(place: Path, made: ours.Prepared) -> list[Figure]:
    mine: list[tuple[float, int]] = []
    other: list[tuple[float, int]] = []
    for number in range(STARTS):
        with ours.serving(made, with_bare_route=False) as one:
            mine.append(_idle(one))
        with ExitStack() as stack:
            theirs = stack.enter_context(solid.serving(_made(place / f"start-{number}"), with_account=False))
            if theirs is not None:
                other.append(_idle(theirs))
    seconds, held = median([one for one, _ in mine]), median([one for _, one in mine])
    found = [
        Figure("start to ready, an encrypted vault opened", f"{seconds:.2f} s"),
        Figure("memory, idle", f"{held / 10**6:.0f} MB"),
    ]
    if other:
        theirs_seconds, theirs_held = median([one for one, _ in other]), median([one for _, one in other])
        found += [
            Figure("CSS 7, start to ready; memory, idle", f"{theirs_seconds:.2f} s; {theirs_held / 10**6:.0f} MB"),
            Figure("start against CSS", f"{seconds / theirs_seconds:.3f}", "<= 0.1", seconds <= theirs_seconds / 10),
            Figure("memory against CSS", f"{held / theirs_held:.3f}", "<= 0.333", held <= theirs_held / 3),
        ]
    return found


def _idle(server: Ours | Solid) -> tuple[float, int]:
    sleep(IDLE_SECONDS)
    return server.start_seconds, load.resident(server.pid)


if __name__ == "__main__":
    show(figures())
