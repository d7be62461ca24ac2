"""Whatever a subverted child sends, the events keep their grammar and the room ends it with a `Fall`."""

import os
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.isolation import Chunk, Done, Limits, Locked, Progress, Recognised, Trouble, frames
from connectors.isolation.cell import Fall
from connectors.isolation.hashing import FileDigest
from connectors.isolation.visit import Visit
from connectors.sources import Item
from vault.findings import FoundCharge, Problem

PLACES = st.sampled_from([(), (0,), (1,), (1, 0), (1, 1), (2,), (900,)])
SAID = st.one_of(
    st.builds(frames.Entered, PLACES, st.sampled_from(["", "a.txt", "../b", "\x1b[2J"])),
    st.builds(frames.Known, st.sampled_from([None, "lines", "unheard-of"]), st.just("0" * 64), st.integers(0, 99)),
    st.just(frames.Found([FoundCharge(date(2025, 1, 2), 1, "EUR")])),
    st.just(frames.Trouble([Problem("line 1", "bad", "bad\x07")])),
    st.builds(frames.Reached, st.integers(0, 2**63 - 1)),
    st.just(frames.NeedsPassphrase(Problem("", "passphrase-needed", "locked"))),
    st.just(frames.NeedsMapping(Problem("", "unmapped-columns", "which?"), ["a", "b\x07"], [["1", "2"]])),
    st.just(frames.Left()),
    st.just(frames.Finished()),
    st.just(frames.Ready(("limits",), ("lines",))),
    st.just(frames.Unready("why")),
)


class Scripted:
    """A child that says what it is told to, then is gone."""

    def __init__(self, said):
        self._said = iter(said)

    def frame(self, patience):
        assert patience.wait() > 0
        for said in self._said:
            return said
        raise Fall("gone")


@pytest.fixture(scope="module")
def digest(tmp_path_factory):
    path = tmp_path_factory.mktemp("visit") / "file"
    path.write_bytes(b"content")
    descriptor = os.open(path, os.O_RDONLY)
    yield FileDigest(descriptor)
    os.close(descriptor)


def visited(digest, *lives):
    """The events over several children, and the visit."""
    visit = Visit(Item("shown", "there"), frames.Read(7, "shown"), digest, Limits(), ("lines",))
    events = []
    for life, said in enumerate(lives):
        try:
            events += visit.events(Scripted(said))
        except Fall as fall:
            events += visit.fell(fall, last=life == len(lives) - 1)
        if visit.over:
            break
    return events, visit


def assert_grammar(events):
    inside = None
    for event in events:
        if isinstance(event, Recognised):
            assert inside is None
            inside = event
            assert event.path.isprintable()
            assert event.connector in (None, "lines")
        elif isinstance(event, Progress):
            assert event.done <= event.size
        else:
            assert inside is not None
            if isinstance(event, Chunk):
                assert inside.connector == "lines"
            elif isinstance(event, Trouble):
                assert event.problem.message.isprintable()
            elif isinstance(event, (Done, Locked)):
                assert event.path == inside.path
                inside = None
    assert inside is None


@given(st.lists(st.lists(SAID, max_size=12), min_size=1, max_size=4))
@settings(max_examples=250, deadline=None)
def test_any_frames_in_any_order_give_events_in_order(digest, lives):
    events, visit = visited(digest, *lives)
    assert_grammar(events)
    assert visit.over
    assert any(isinstance(event, (Done, Locked)) for event in events)


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_bytes_that_are_no_frame_are_refused_by_type(content):
    try:
        frame = frames.decode_frame(content)
    except (ValueError, RecursionError):  # msgspec's errors are ValueErrors
        return
    assert frames.decode_frame(memoryview(frames.packed(frame))[4:]) == frame


def test_an_honest_archive_with_a_fall_in_it_is_gone_through_to_its_end(digest):
    entered, known = frames.Entered, frames.Known("lines", "0" * 64, 3)
    first = [entered((), ""), entered((0,), "a"), known, frames.Left(), entered((1,), "b"), known]
    second = [entered((), ""), entered((2,), "c"), known, frames.Left(), frames.Finished()]
    events, visit = visited(digest, first, second, [])
    assert [event.path for event in events if isinstance(event, Done)] == ["shown!/a", "shown!/b", "shown!/c"]
    assert visit.request().after == (2,)


def test_a_child_that_goes_back_in_an_archive_is_ended(digest):
    said = [frames.Entered((), ""), frames.Entered((1,), "b"), frames.Left(), frames.Entered((0,), "a")]
    events, _ = visited(digest, said)
    assert events[-2].problem.code == "reader-misbehaved"


def test_findings_without_a_reader_are_not_believed(digest):
    said = [frames.Entered((), ""), frames.Found([FoundCharge(date(2025, 1, 2), 1, "EUR")])]
    events, _ = visited(digest, said)
    assert not any(isinstance(event, Chunk) for event in events)
    assert [event.problem.code for event in events if isinstance(event, Trouble)] == ["reader-misbehaved"]
