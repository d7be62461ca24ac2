"""`python -m benchmarks.evening --seeds 1-5`: draw, write, import with the real command, hold against the truth."""

import argparse
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.evening import logins, statements
from benchmarks.evening.person import draw
from benchmarks.evening.running import examined
from benchmarks.evening.scoring import Tally, scored

# The floors; measures without one are shown for what they are.
_FLOORS = {"precision": 0.95, "recall": 0.95, "period": 0.98, "price changes": 0.95, "ended": 0.95}
_MEASURES = (
    *_FLOORS,
    *(
        "charges held",
        "charges own",
        "one vendor",
        "account joined",
        "not merged",
        "kept out",
        "lines imported",
        "no problems",
        "again adds none",
    ),
)


def _seeds(text: str) -> list[int]:
    first, _, last = text.partition("-")
    return list(range(int(first), int(last or first) + 1))


def _share(right: Counter[str], of: Counter[str], measure: str) -> str:
    return f"{right[measure] / of[measure]:.3f}" if of[measure] else "-"


def _figures(tally: Tally) -> str:
    rows = []
    for measure in _MEASURES:
        floor = f"at least {_FLOORS[measure]}" if measure in _FLOORS else ""
        rows.append(
            f"{measure:16} {_share(tally.right, tally.of, measure)}  ({tally.right[measure]} of {tally.of[measure]})  {floor}"
        )
    rows.append(f"{'invented changes':16} {tally.of['invented changes']}")
    return "\n".join(rows)


def _classes(tally: Tally) -> str:
    head = f"{'class':16}" + "".join(f"{m:>16}" for m in _FLOORS) + f"{'invented ch.':>14}"
    rows = [head]
    for tag in sorted(tally.by_tag):
        if tag.startswith("pays "):
            continue
        right, of = tally.by_tag[tag]
        cells = "".join(f"{_share(right, of, m):>10}/{of[m]:<5}" for m in _FLOORS)
        rows.append(f"{tag:16}{cells}{of['invented changes']:>10}")
    rows.append(f"\n{'way of payment':16}{'one vendor':>16}{'account joined':>16}")
    for tag in sorted(t for t in tally.by_tag if t.startswith("pays ")):
        right, of = tally.by_tag[tag]
        rows.append(
            f"{tag:16}" + "".join(f"{_share(right, of, m):>10}/{of[m]:<5}" for m in ("one vendor", "account joined"))
        )
    return "\n".join(rows)


def _one(seed: int, keep: Path | None) -> Tally:
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        folder = (keep / str(seed)) if keep else room / "files"
        folder.mkdir(parents=True, exist_ok=True)
        person = draw(seed)
        owners = statements.write(person, folder)
        files = [folder / name for name in owners] + [logins.write(person, folder)]
        return scored(person, examined(room, files, person.until), owners)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.evening", description=__doc__)
    parser.add_argument("--seeds", default="1-5", help="one seed, or first-last")
    parser.add_argument("--keep", type=Path, help="write the drawn files here, one folder per seed")
    parser.add_argument("--misses", type=Path, help="write every miss into this file")
    chosen = parser.parse_args()
    total = Tally()
    for seed in _seeds(chosen.seeds):
        began = time.monotonic()
        tally = _one(seed, chosen.keep)
        total.join(tally)
        shares = " ".join(f"{m} {_share(tally.right, tally.of, m)}" for m in _FLOORS)
        print(f"seed {seed}: {shares} ({time.monotonic() - began:.1f} s)", flush=True)
    print(f"\n{_figures(total)}\n\n{_classes(total)}\n")
    kinds = Counter(kind for kind, _ in total.misses)
    print("misses: " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    if chosen.misses:
        rows = [f"- **{kind}** {told}" for kind, told in sorted(total.misses)]
        chosen.misses.write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
