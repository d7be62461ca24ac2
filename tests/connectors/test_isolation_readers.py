"""Every reader gives in the locked-down child what it gives outside: nothing in it opens or loads anything late."""

import hashlib
import io
import zipfile

import pytest

from connectors.frame import SNIFF_BYTES, readers, recognise
from connectors.isolation import Chunk, Done, Locked, ReadingRoom, Trouble, Unmapped
from tests.connectors.golden import results, samples
from tests.connectors.readers.bitwarden_sealing import protected
from vault.findings import Problem

READERS = readers()
SAMPLES = [sample for reader in READERS for sample in samples(reader)]


@pytest.fixture(scope="module")
def room():
    with ReadingRoom() as room:
        yield room


def outside(sample):
    """What the reader finds in this process."""
    content = sample.read_bytes()
    reader = recognise(content[:SNIFF_BYTES], READERS).reader
    found = list(results(reader, content, str(sample)))
    rows = [item for item in found if not isinstance(item, Problem)]
    return reader.manifest.name, rows, [(item.where, item.code) for item in found if isinstance(item, Problem)]


def inside(events):
    """The same, of the events of one file that the room read."""
    events = list(events)
    rows = [row for event in events if isinstance(event, Chunk) for row in event.findings]
    problems = [event.problem for event in events if isinstance(event, (Trouble, Locked))]
    (done,) = [event for event in events if isinstance(event, (Done, Locked))]
    return getattr(done, "connector", None), rows, [(problem.where, problem.code) for problem in problems]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: f"{sample.parents[1].name}-{sample.name}")
def test_a_sample_reads_the_same_inside_as_outside(room, sample):
    connector, rows, problems = outside(sample)
    read = inside(room.read(str(sample)))
    assert read[1:] == (rows, problems)
    assert read[0] in (connector, None if "passphrase-needed" in {code for _, code in problems} else connector)


def test_all_samples_in_one_zip_are_all_read_with_their_digests(room, tmp_path):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number, sample in enumerate(SAMPLES):
            archive.write(sample, f"{number}-{sample.name}")
    events = [event for event in room.read(str(tmp_path / "all.zip")) if isinstance(event, (Done, Locked))]
    assert len(events) == len(SAMPLES)
    for event, sample in zip(events, SAMPLES, strict=True):
        assert event.path.endswith(sample.name)
        if isinstance(event, Done):
            assert event.sha256 == hashlib.sha256(sample.read_bytes()).hexdigest()


def test_the_room_has_every_reader(room):
    assert room.connectors == tuple(reader.manifest.name for reader in READERS)


def test_no_reader_claims_the_first_bytes_of_an_archive():
    empty = io.BytesIO()
    zipfile.ZipFile(empty, "w").close()
    assert recognise(empty.getvalue(), READERS).reader is None
    assert recognise(b"\x1f\x8b\x08" + bytes(20), READERS).reader is None


@pytest.mark.parametrize("argon2", [False, True])
def test_a_protected_export_is_opened_inside_with_its_passphrase(room, tmp_path, argon2):
    plain = b'{"encrypted": false, "folders": [], "items": [{"id": "1", "type": 1, "name": "Example", "login": {}}]}'
    path = tmp_path / "protected.json"
    path.write_bytes(protected(plain, "sesame", argon2=argon2))
    (locked,) = [event for event in room.read(str(path)) if isinstance(event, Locked)]
    connector, rows, problems = inside(room.read(locked.item, passphrase="sesame"))
    assert (connector, [row.title for row in rows], problems) == ("bitwarden", ["Example"], [])


def test_a_table_that_nobody_knows_is_shown_and_read_again_as_its_owner_says_also_in_an_archive(room, tmp_path):
    path = tmp_path / "bank.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("odd.csv", "Wann;Wer;Wieviel\n02.01.2024;\x1b[2JA;1,00\n" + "03.01.2024;B;2,00\n" * 9)
    events = list(room.read(str(path)))
    (asked,) = [event for event in events if isinstance(event, Unmapped)]
    assert asked.header == ("Wann", "Wer", "Wieviel")
    assert len(asked.rows) == 5
    assert "\x1b" not in asked.rows[0][1]
    assert [type(event) for event in events[-3:]] == [Trouble, Unmapped, Done]
    mapping = {"booked": "Wann", "counterparty": "Wer", "amount": "Wieviel", "currency": "=EUR"}
    connector, rows, problems = inside(room.read(asked.item, mapping=mapping))
    assert (connector, len(rows), problems) == ("bank_csv", 10, [])
