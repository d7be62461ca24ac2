"""Files read through a real child: what arrives, and what accidents cost."""

import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

from connectors.isolation import (
    Chunk,
    Done,
    IsolationError,
    Limits,
    Locked,
    Progress,
    ReadingRoom,
    Recognised,
    Trouble,
)

PROBES = str(Path(__file__).parent / "probes")
# Generous for an honest reader on a busy machine, short for one that hangs.
TIGHT = Limits(memory_bytes=600 * 1024**2, quiet_seconds=2.0)


@pytest.fixture(scope="module")
def room():
    with ReadingRoom(extra_readers=PROBES, limits=TIGHT) as room:
        yield room


@pytest.fixture
def file(tmp_path):
    def write(content, name="export.txt"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return str(path)

    return write


def told(events, kind):
    return [event for event in events if isinstance(event, kind)]


def codes(events):
    return [event.problem.code for event in told(events, Trouble)]


def children():
    """The ids of this process's children, so that tests can watch or kill one without asking the room."""
    return [int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()]


def test_findings_problems_and_provenance_of_a_file_arrive_in_order(room, file):
    content = "LINES\n100 one\nnope\n300 three\n"
    path = file(content)
    events = [event for event in room.read(path) if not isinstance(event, Progress)]
    assert events[0] == Recognised(path, "lines", "lines")
    assert [(row.minor, row.counterparty) for chunk in told(events, Chunk) for row in chunk.findings] == [
        (100, "one"),
        (300, "three"),
    ]
    assert [event.problem.where for event in told(events, Trouble)] == ["line 3"]
    assert events[-1] == Done(path, "lines", hashlib.sha256(content.encode()).hexdigest(), len(content))


def test_many_findings_come_in_chunks_and_none_is_lost(room, file):
    path = file("LINES\n" + "".join(f"{number} row\n" for number in range(25_001)))
    chunks = told(list(room.read(path)), Chunk)
    assert max(len(chunk.findings) for chunk in chunks) == 1_000
    assert [row.minor for chunk in chunks for row in chunk.findings] == list(range(25_001))


def test_progress_counts_the_bytes_of_the_file_and_never_goes_back(room, file):
    path = file("LINES\n" + "1 row\n" * 200_000)
    steps = told(list(room.read(path)), Progress)
    assert {step.size for step in steps} == {os.path.getsize(path)}
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert all(0 < step.done <= step.size for step in steps)


def test_a_remembered_mapping_is_used_for_its_header_only(room, file):
    for key, purpose in (("lines", "mapped"), ("other", "")):
        events = list(room.read(file("LINES\n1 a\n"), remembered={key: {"purpose": "mapped"}}))
        (chunk,) = told(events, Chunk)
        assert chunk.findings[0].purpose == purpose
        assert told(events, Recognised)[0].header == "lines"


def test_the_mapping_reaches_the_reader(room, file):
    (chunk,) = told(room.read(file("LINES\n1 a\n"), mapping={"purpose": "mapped"}), Chunk)
    assert chunk.findings[0].purpose == "mapped"


def test_a_file_that_no_reader_knows_is_said_to_be_so(room, file):
    events = list(room.read(file(b"\x00\x01\x02")))
    assert told(events, Recognised)[0].connector is None
    assert codes(events) == ["not-recognised"]
    assert told(events, Done)[0].connector is None


def test_an_empty_file_is_said_to_be_empty(room, file):
    assert codes(room.read(file(b""))) == ["empty"]


def test_a_missing_file_costs_only_itself(room, tmp_path):
    path = str(tmp_path / "nothing")
    assert [type(event) for event in room.read(path)] == [Recognised, Trouble, Done]
    assert codes(room.read(path)) == ["not-found"]


def test_names_and_passphrases_that_are_not_text_are_no_crash(room, tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    Path(path).write_text("LINES\n1 a\n")
    assert told(room.read(path), Chunk)
    assert codes(room.read(path, passphrase="\udce9")) == ["not-text"]


def test_a_sealed_file_is_read_again_with_its_passphrase(room, file):
    path = file("SEALED\nopen sesame")
    (first,) = told(room.read(path), Locked)
    assert first.problem.code == "passphrase-needed"
    (again,) = told(room.read(first.item, passphrase="wrong"), Locked)
    events = list(room.read(again.item, passphrase="open sesame"))
    assert told(events, Done)[0].connector == "sealed"
    assert len(told(events, Chunk)[0].findings) == 1


@pytest.mark.parametrize(
    ("accident", "code"),
    [
        ("spin", "too-slow"),
        ("freeze", "too-slow"),
        ("half", "too-slow"),
        ("crash", "reader-crashed"),
        ("exit", "reader-crashed"),
        ("hog", "too-large"),
        ("hog-slowly", "too-large"),
        ("deep", "too-deep"),
        ("raise", "reader-failed"),
        ("garbage", "reader-misbehaved"),
        ("giant", "reader-misbehaved"),
        ("ready", "reader-misbehaved"),
        ("finished", "reader-misbehaved"),
        ("out-of-order", "reader-misbehaved"),
        ("wrong_type", "reader-misbehaved"),
        ("too_long", "reader-misbehaved"),
    ],
)
def test_an_accident_is_a_problem_of_its_file_and_the_next_file_is_read(room, file, accident, code):
    path = file(f"PROBE {accident}\n")
    events = list(room.read(path))
    assert codes(events) == [code]
    assert told(events, Done)[0].path == path
    assert told(events, Done)[0].sha256 == hashlib.sha256(Path(path).read_bytes()).hexdigest()
    assert told(room.read(file("LINES\n7 next\n", "next.txt")), Chunk)[0].findings[0].minor == 7


def test_a_child_that_burns_its_processor_time_is_ended_by_the_system(file):
    with ReadingRoom(extra_readers=PROBES, limits=Limits(cpu_seconds=1)) as room:
        assert codes(room.read(file("PROBE spin\n"))) == ["too-slow"]


def test_an_error_of_a_reader_repeats_nothing_of_the_file(room, file):
    (trouble,) = told(room.read(file("PROBE raise\n")), Trouble)
    assert "secret" not in trouble.problem.message


def test_a_row_that_cannot_be_sent_takes_no_neighbour_with_it(room, file):
    events = list(room.read(file("PROBE surrogate\n")))
    rows = [row.minor for chunk in told(events, Chunk) for row in chunk.findings]
    assert sorted(rows) == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert codes(events) == ["bad-row"]


def test_problems_without_end_are_summed_up(room, file):
    troubles = told(room.read(file("PROBE complain\n")), Trouble)
    assert len(troubles) == 1_001
    assert troubles[-1].problem.code == "more-problems"
    assert troubles[-1].problem.message.startswith("4000 more")


def test_problems_cannot_drive_a_terminal(room, file):
    (trouble,) = told(room.read(file("PROBE terminal\n")), Trouble)
    assert trouble.problem.message.isprintable()
    assert trouble.problem.where.isprintable()


def test_a_file_that_changes_while_it_is_read_is_reported(room, file):
    path = file("LINES\n" + "1 row\n" * 400_000)
    events = room.read(path)
    seen = [next(events)]
    with open(path, "a") as more:
        more.write("2 late\n")
    assert "changed" in codes([*seen, *events])


def test_a_caller_who_stops_listening_leaves_nothing_of_the_old_file_behind(room, file):
    events = room.read(file("LINES\n" + "1 old\n" * 400_000))
    next(event for event in events if isinstance(event, Chunk))
    events.close()
    events = list(room.read(file("LINES\n2 new\n", "new.txt")))
    assert [row.counterparty for chunk in told(events, Chunk) for row in chunk.findings] == ["new"]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found through /proc")
def test_a_child_killed_from_outside_costs_at_most_the_file_it_was_reading(file):
    with ReadingRoom(extra_readers=PROBES) as room:
        before = room.protections
        events = room.read(file("LINES\n" + "1 row\n" * 400_000))
        next(event for event in events if isinstance(event, Chunk))
        os.kill(children()[-1], signal.SIGKILL)
        assert codes(events) == ["reader-crashed"]
        assert told(room.read(file("LINES\n1 a\n", "b.txt")), Chunk)
        os.kill(children()[-1], signal.SIGKILL)
        time.sleep(0.05)  # the kernel ends it in its own time; either outcome below is right, none may raise
        assert told(room.read(file("LINES\n1 a\n", "c.txt")), Done)
        assert room.protections == before


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are found through /proc")
def test_leaving_the_room_ends_the_child():
    before = set(children())
    with ReadingRoom() as room:
        assert room.connectors
        (child,) = set(children()) - before
    assert child not in children()


def test_a_room_that_cannot_load_its_readers_says_why(tmp_path, file):
    broken = tmp_path / "readers" / "broken"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("import no_such_module_anywhere\n")
    with ReadingRoom(extra_readers=str(broken.parent)) as room, pytest.raises(IsolationError, match="no_such_module"):
        list(room.read(file("LINES\n")))
