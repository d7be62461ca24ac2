"""Zip and gzip through the room: members as files of their own, limits, and archives made to harm."""

import gzip
import hashlib
import io
import struct
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.frame import ReadError
from connectors.isolation import Chunk, Done, Limits, Locked, Progress, ReadingRoom, Recognised, Trouble
from connectors.isolation.archives import Allowance, gunzip, members

PROBES = str(Path(__file__).parent / "probes")
TIGHT = Limits(quiet_seconds=2.0, unpacked_bytes=40 * 1024**2, member_in_memory_bytes=1024**2, members=50)


@pytest.fixture(scope="module")
def room():
    with ReadingRoom(extra_readers=PROBES, limits=TIGHT) as room:
        yield room


def zipped(files, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def marked_encrypted(content, name):
    """The archive with the encryption flag set for one member (APPNOTE 4.4.4), in both of its headers."""
    content = bytearray(content)
    for signature, flag_at, name_at in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        start = -1
        while (start := content.find(signature, start + 1)) >= 0:
            if content[start + name_at :].startswith(name):
                content[start + flag_at] |= 1
    return bytes(content)


def read(room, tmp_path, content, name="a.zip", **answers):
    path = tmp_path / name
    path.write_bytes(content)
    return list(room.read(str(path), **answers))


def story(events):
    """For each file: its name, reader, rows and problem codes; and that the events keep their grammar."""
    told, current = [], None
    for event in events:
        if isinstance(event, Recognised):
            assert current is None
            current = [event.path.rpartition("/a.zip")[2], event.connector, 0, []]
        elif isinstance(event, Chunk):
            current[2] += len(event.findings)
        elif isinstance(event, Trouble):
            current[3].append(event.problem.code)
        elif isinstance(event, (Done, Locked)):
            told.append(tuple(current))
            current = None
    assert current is None
    return told


def test_every_member_is_a_file_of_its_own(room, tmp_path):
    content = zipped({"one.txt": "LINES\n1 a\n2 b\n", "sub/two.txt": "LINES\n3 c\n", "picture.png": b"\x89PNG"})
    events = read(room, tmp_path, content)
    assert story(events) == [
        ("!/one.txt", "lines", 2, []),
        ("!/sub/two.txt", "lines", 1, []),
        ("!/picture.png", None, 0, ["not-recognised"]),
    ]
    first = next(event for event in events if isinstance(event, Done))
    assert (first.sha256, first.size) == (hashlib.sha256(b"LINES\n1 a\n2 b\n").hexdigest(), 14)


def test_an_archive_in_an_archive_is_read_and_one_deeper_is_refused(room, tmp_path):
    deepest = zipped({"deep.txt": "LINES\n1 a\n"})
    inner = zipped({"in.txt": "LINES\n1 a\n", "deepest.zip": deepest})
    assert story(read(room, tmp_path, zipped({"inner.zip": inner, "out.txt": "LINES\n1 b\n"}))) == [
        ("!/inner.zip!/in.txt", "lines", 1, []),
        ("!/inner.zip!/deepest.zip", None, 0, ["too-deep"]),
        ("!/out.txt", "lines", 1, []),
    ]


def test_a_gzip_is_the_file_it_holds_with_the_digest_of_the_gzip(room, tmp_path):
    content = gzip.compress(b"LINES\n1 a\n")
    events = read(room, tmp_path, content, "a.txt.gz")
    assert [(event.connector, event.sha256) for event in events if isinstance(event, Done)] == [
        ("lines", hashlib.sha256(content).hexdigest())
    ]
    assert sum(len(event.findings) for event in events if isinstance(event, Chunk)) == 1


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_packing_that_python_knows_is_unpacked(room, tmp_path, method):
    assert story(read(room, tmp_path, zipped({"a": "LINES\n1 a\n"}, method)))[0][2] == 1


def test_a_member_larger_than_memory_allows_is_read_by_streaming(room, tmp_path):
    rows = "".join(f"{number} row\n" for number in range(300_000))
    events = read(room, tmp_path, zipped({"large.txt": "LINES\n" + rows, "small.txt": "LINES\n1 a\n"}))
    assert story(events) == [("!/large.txt", "lines", 300_000, []), ("!/small.txt", "lines", 1, [])]
    done = next(event for event in events if isinstance(event, Done))
    assert done.sha256 == hashlib.sha256(f"LINES\n{rows}".encode()).hexdigest()
    steps = [event.done for event in events if isinstance(event, Progress)]
    assert steps == sorted(steps)


def test_names_are_only_names(room, tmp_path):
    content = zipped({"../../escape.txt": "LINES\n1 a\n", "/etc/passwd": "LINES\n1 a\n", "\x1b[2Jx": "LINES\n1 a\n"})
    events = read(room, tmp_path, content)
    assert [row for _, _, row, _ in story(events)] == [1, 1, 1]
    assert all(event.path.isprintable() for event in events if isinstance(event, Recognised))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.zip"]


def test_an_uncompressed_archive_is_not_taken_for_the_format_of_what_it_holds(tmp_path):
    statement = (
        b"OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>1</BANKACCTFROM>"
        b"<BANKTRANLIST><STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260102<TRNAMT>-1.00<FITID>F1<NAME>A</STMTTRN></BANKTRANLIST>"
        b"</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
    files = {"first.ofx": statement, "second.ofx": statement.replace(b"F1", b"F2")}
    path = tmp_path / "stored.zip"
    path.write_bytes(zipped(files, zipfile.ZIP_STORED))
    with ReadingRoom() as plain:
        recognised = [event for event in plain.read(str(path)) if isinstance(event, Recognised)]
    assert [(event.path.rpartition("!/")[2], event.connector) for event in recognised] == [
        ("first.ofx", "ofx"),
        ("second.ofx", "ofx"),
    ]


def test_hidden_files_and_litter_are_left_out(room, tmp_path):
    files = dict.fromkeys((".DS_Store", "__MACOSX/._a.txt", ".git/config", "Thumbs.db"), "LINES\n1 a\n")
    assert story(read(room, tmp_path, zipped({**files, "a.txt": "LINES\n1 a\n"}))) == [("!/a.txt", "lines", 1, [])]


def test_an_encrypted_member_is_refused_and_the_rest_goes_on(room, tmp_path):
    content = marked_encrypted(zipped({"open.txt": "LINES\n1 a\n", "shut.txt": "LINES\n1 a\n"}), b"shut.txt")
    assert story(read(room, tmp_path, content)) == [
        ("!/open.txt", "lines", 1, []),
        ("!/shut.txt", None, 0, ["encrypted"]),
    ]


def test_a_member_that_needs_a_passphrase_is_read_again_alone(room, tmp_path):
    inner = zipped({"x.txt": "LINES\n1 a\n", "sealed.txt": "SEALED\nsesame"})
    events = read(room, tmp_path, zipped({"a.txt": "LINES\n1 a\n", "inner.zip": inner}))
    (locked,) = [event for event in events if isinstance(event, Locked)]
    again = list(room.read(locked.item, passphrase="sesame"))
    assert story(again) == [("!/inner.zip!/sealed.txt", "sealed", 1, [])]


def test_a_member_that_breaks_the_reader_down_costs_only_itself(room, tmp_path):
    inner = zipped({"bad.txt": "PROBE crash\n", "good.txt": "LINES\n1 a\n"})
    files = {"a.txt": "LINES\n1 a\n", "b.txt": "PROBE garbage\n", "inner.zip": inner, "z.txt": "LINES\n1 a\n"}
    assert story(read(room, tmp_path, zipped(files))) == [
        ("!/a.txt", "lines", 1, []),
        ("!/b.txt", "probe", 0, ["reader-misbehaved"]),
        ("!/inner.zip!/bad.txt", "probe", 0, ["reader-crashed"]),
        ("!/inner.zip!/good.txt", "lines", 1, []),
        ("!/z.txt", "lines", 1, []),
    ]


def test_an_archive_made_to_break_readers_down_is_abandoned(room, tmp_path):
    told = story(read(room, tmp_path, zipped({f"{n}.txt": "PROBE exit\n" for n in range(10)})))
    assert len(told) == 7
    assert told[-1] == ("", None, 0, ["archive-abandoned"])


def test_a_bomb_ends_at_the_ratio(room, tmp_path):
    told = story(read(room, tmp_path, zipped({"bomb.txt": b"\0" * (30 * 1024**2), "a.txt": "LINES\n1 a\n"})))
    assert told == [("!/bomb.txt", None, 0, ["too-large"]), ("!/a.txt", "lines", 1, [])]


def test_what_an_archive_unpacks_to_ends_at_a_limit_for_all_its_members_together(tmp_path):
    files = {f"{n}.txt": b"LINES\n" + b"".join(b"%d x\n" % i for i in range(10_000)) for n in range(3)}
    with ReadingRoom(extra_readers=PROBES, limits=Limits(unpacked_bytes=200_000)) as room:
        told = story(read(room, tmp_path, zipped(files)))
    assert [problems for *_, problems in told] == [[], [], ["too-large"]]


def test_too_many_members_are_refused_at_once(room, tmp_path):
    told = story(read(room, tmp_path, zipped({f"{n}": "" for n in range(51)})))
    assert told == [("", None, 0, ["too-large"])]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04" + b"\0" * 100, "damaged-archive"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 100, "damaged-archive"),
        (gzip.compress(b"LINES\n1 a\n" * 1000)[:-20], "damaged-archive"),
        (zipped({}), "not-recognised"),
        (zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<x/>"}), "not-recognised"),
    ],
)
def test_what_is_no_archive_of_files_is_one_problem(room, tmp_path, content, code):
    assert story(read(room, tmp_path, content)) == [("", None, 0, [code])]


def test_sizes_that_an_archive_claims_are_not_believed(room, tmp_path):
    content = bytearray(zipped({"a.txt": "LINES\n1 a\n"}))
    entry = content.find(b"PK\x01\x02")
    struct.pack_into("<II", content, entry + 20, 0x7FFFFFFF, 3)
    told = story(read(room, tmp_path, bytes(content)))
    assert told == [("!/a.txt", None, 0, ["damaged-archive"])]


SMALL = zipped({"a.txt": "LINES\n1 a\n", "b.txt": "LINES\n" + "2 b\n" * 50})


@given(
    st.lists(st.tuples(st.integers(0, len(SMALL) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.tuples(st.integers(0, len(SMALL)), st.integers(0, 9)),
)
@settings(max_examples=150, deadline=None)
def test_a_damaged_zip_gives_members_or_our_one_error(changes, cut):
    content = bytearray(SMALL)
    for place, value in changes:
        content[place] = value
    del content[cut[0] : sum(cut)]
    allowance = Allowance(TIGHT)
    try:
        found = list(members(io.BytesIO(content), allowance))
    except ReadError:
        return
    for member in found:
        try:
            assert member.unpack().open().read() is not None
        except ReadError:
            continue


@given(st.binary(max_size=200), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_damaged_gzip_gives_its_file_or_our_one_error(noise, with_header):
    content = gzip.compress(b"LINES\n")[:10] + noise if with_header else noise
    with suppress(ReadError):
        assert gunzip(io.BytesIO(content), len(content), Allowance(TIGHT)).size >= 0
