"""What every reader keeps, whoever wrote it: one suite over `connectors.frame.readers()`.

A reader is in this suite by being a folder under `connectors/readers/`; nothing here knows a format.
"""

from __future__ import annotations

import ast
import io
import json
import random
from datetime import date, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.frame import SNIFF_BYTES, Reader, ReadError, Source, readers, recognise
from tests.connectors.golden import folder, golden, golden_path, results, samples, source
from vault.findings import FoundAccount, FoundCharge, Problem

READERS = readers()
SAMPLES = [(reader, sample) for reader in READERS for sample in samples(reader)]
# Samples are cut at this many places at most, so that the suite stays quick however many samples there are.
MAX_CUTS = 30
# Readers open no files, connections or processes and read no clock: what a reader may not import.
FORBIDDEN = frozenset(
    "asyncio ftplib http httpx imaplib multiprocessing os pathlib requests shutil smtplib socket socketserver ssl "
    "subprocess tempfile time urllib urllib3 random secrets".split()
)

each_reader = pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.manifest.name)
each_sample = pytest.mark.parametrize(
    ("reader", "sample"), SAMPLES, ids=[f"{reader.manifest.name}-{sample.name}" for reader, sample in SAMPLES]
)

AnyFinding = FoundCharge | FoundAccount | Problem
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(AnyFinding, strict=True)


def crosses_the_pipe(item: AnyFinding) -> None:
    """The parent decodes strictly and within the limits of `vault.findings`; and no amount is ever a float."""
    assert _decoder.decode(_encoder.encode(item)) == item
    if isinstance(item, FoundCharge):
        assert type(item.minor) is int
        assert type(item.booked) is date
        assert type(item.value_on) in (date, type(None))
    elif isinstance(item, Problem):
        assert item.code == item.code.lower()
        assert " " not in item.code
        assert item.message
        assert not item.message.endswith(".")
    else:
        assert all(type(when) in (datetime, type(None)) for when in (item.opened, item.changed, item.last_used))


def survives(reader: Reader, content: bytes) -> None:
    """Findings, Problems or a `ReadError`; `results` lets nothing else through."""
    score = reader.sniff(content[:SNIFF_BYTES])
    assert 0 <= score <= 100
    for item in results(reader, content):
        crosses_the_pipe(item)


@each_reader
def test_the_manifest_is_complete(reader: Reader) -> None:
    manifest = reader.manifest
    assert manifest.name.isidentifier() or manifest.name.replace("-", "_").isidentifier()
    assert manifest.name == manifest.name.lower()
    assert manifest.title
    assert manifest.kind in {"bank", "accounts", "mail", "orders"}
    assert manifest.formats
    assert set(manifest.yields) <= {"charge", "account", "order", "interaction", "contact"}
    assert manifest.yields
    assert len(manifest.how_to_get) > 20


def test_names_of_readers_are_unique() -> None:
    names = [reader.manifest.name for reader in READERS]
    assert len(set(names)) == len(names)


@each_reader
def test_there_are_samples_and_each_has_its_golden_half(reader: Reader) -> None:
    found = samples(reader)
    assert found
    assert [sample.name for sample in found if not golden_path(sample).is_file()] == []


@each_sample
def test_a_sample_gives_what_its_golden_half_says(reader: Reader, sample: Path) -> None:
    expected = json.loads(golden_path(sample).read_text(encoding="utf-8"))
    assert golden(reader, sample.read_bytes(), sample.name) == expected


@each_sample
def test_a_sample_is_recognised_by_its_own_reader_before_all_others(reader: Reader, sample: Path) -> None:
    head = sample.read_bytes()[:SNIFF_BYTES]
    assert recognise(head, READERS).reader is reader
    others = [other.sniff(head) for other in READERS if other is not reader]
    assert reader.sniff(head) > max(others, default=0)


@each_sample
def test_findings_cross_the_pipe_within_their_limits(reader: Reader, sample: Path) -> None:
    for item in results(reader, sample.read_bytes(), sample.name):
        crosses_the_pipe(item)


@each_sample
def test_reading_twice_gives_the_same_in_the_same_order(reader: Reader, sample: Path) -> None:
    content = sample.read_bytes()
    assert list(results(reader, content)) == list(results(reader, content))


@each_sample
def test_the_yields_of_the_manifest_are_what_is_found(reader: Reader, sample: Path) -> None:
    kinds = {item.__struct_config__.tag for item in results(reader, sample.read_bytes(), sample.name)}
    assert kinds - {"problem"} <= set(reader.manifest.yields)


@each_sample
def test_a_sample_cut_anywhere_gives_only_findings_problems_or_a_read_error(reader: Reader, sample: Path) -> None:
    content = sample.read_bytes()
    step = max(1, len(content) // MAX_CUTS)
    for end in range(0, len(content), step):
        survives(reader, content[:end])


@each_sample
def test_a_sample_with_flipped_bytes_gives_only_findings_problems_or_a_read_error(reader: Reader, sample: Path) -> None:
    content = sample.read_bytes()
    chance = random.Random(sample.name)
    for _ in range(MAX_CUTS):
        spoiled = bytearray(content)
        for _ in range(chance.choice((1, 3, 30))):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        survives(reader, bytes(spoiled))


@each_sample
def test_a_sample_with_parts_swapped_gives_only_findings_problems_or_a_read_error(reader: Reader, sample: Path) -> None:
    content = sample.read_bytes()
    chance = random.Random(sample.name)
    for _ in range(MAX_CUTS // 3):
        one, two, three = sorted(chance.randrange(len(content)) for _ in range(3))
        survives(reader, content[:one] + content[two:three] + content[one:two] + content[three:])


@each_reader
def test_an_empty_file_gives_no_finding_and_is_not_recognised(reader: Reader) -> None:
    assert reader.sniff(b"") == 0
    assert all(isinstance(item, Problem) for item in results(reader, b""))


@each_reader
def test_random_bytes_are_not_surely_recognised_and_do_not_break_the_reader(reader: Reader) -> None:
    chance = random.Random(7)
    for size in (1, 10, 1_000, 70_000):
        survives(reader, chance.randbytes(size))
    assert reader.sniff(chance.randbytes(SNIFF_BYTES)) < 50


@each_reader
@settings(max_examples=30, deadline=None)
@given(text=st.text(max_size=300), codec=st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text_gives_only_findings_problems_or_a_read_error(reader: Reader, text: str, codec: str) -> None:
    survives(reader, text.encode(codec, "replace"))


@each_reader
def test_a_stream_that_gives_few_bytes_at_a_time_reads_the_same(reader: Reader) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(size if size is None or size < 0 else min(size, 1_000))

    for sample in samples(reader):
        content = sample.read_bytes()
        try:
            slowly = list(reader.read(Source(stream=Slow(content), size=len(content), name=sample.name)))
            assert slowly == list(reader.read(source(content, sample.name)))
        except ReadError:
            continue


@each_reader
def test_a_reader_imports_no_network_no_files_no_clock_and_no_other_reader(reader: Reader) -> None:
    home = folder(reader)
    for path in home.rglob("*.py"):
        for name in imported(path):
            assert name.split(".")[0] not in FORBIDDEN, f"{path.name} imports {name}"
            if name.startswith("connectors.readers."):
                assert name.split(".")[2] == home.name, f"{path.name} imports {name}"


def imported(path: Path) -> list[str]:
    """The modules that a source file imports."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{alias.name}" for alias in node.names]
    return names
