"""Golden pairs: what a reader finds in its own samples, beside each sample as `<file>.json`.

`python -m tests.connectors.golden --write NAME` writes them anew from what the reader finds now; the change then
shows in the diff, where it is to be judged by a person.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
from collections.abc import Iterator
from pathlib import Path

import msgspec

from connectors.frame import Reader, ReadError, Source, readers
from vault.findings import Finding, Problem


def folder(reader: Reader) -> Path:
    """The folder that `reader` lives in."""
    module = importlib.import_module(type(reader).__module__)
    path = Path(module.__file__ or "")
    while path.parent.name != "readers":
        path = path.parent
    return path


def samples(reader: Reader) -> list[Path]:
    """The sample files of `reader`, without their golden halves."""
    files = sorted(path for path in (folder(reader) / "samples").iterdir() if path.is_file())
    return [path for path in files if not (path.suffix == ".json" and path.with_suffix("") in files)]


def golden_path(sample: Path) -> Path:
    return sample.with_name(sample.name + ".json")


def source(content: bytes, name: str = "") -> Source:
    return Source(stream=io.BytesIO(content), size=len(content), name=name)


def results(reader: Reader, content: bytes, name: str = "") -> Iterator[Finding | Problem]:
    """What is found, with an error of the whole file as its last Problem."""
    try:
        yield from reader.read(source(content, name))
    except ReadError as error:
        yield Problem("", error.code, error.sentence)


def golden(reader: Reader, content: bytes, name: str = "") -> dict[str, object]:
    """The golden form of what `reader` finds in `content`."""
    found: list[object] = []
    problems: list[object] = []
    for item in results(reader, content, name):
        (problems if isinstance(item, Problem) else found).append(_as_object(item))
    return {"connector": reader.manifest.name, "found": found, "problems": problems}


def _as_object(item: Finding | Problem) -> dict[str, object]:
    fields = {name: msgspec.json.decode(msgspec.json.encode(getattr(item, name))) for name in item.__struct_fields__}
    return fields if isinstance(item, Problem) else {"kind": item.__struct_config__.tag, **fields}


def write(name: str) -> list[Path]:
    """Writes the golden halves of the reader `name` anew."""
    reader = next(reader for reader in readers() if reader.manifest.name == name)
    written = []
    for sample in samples(reader):
        text = json.dumps(golden(reader, sample.read_bytes(), sample.name), indent=1, ensure_ascii=False)
        golden_path(sample).write_text(text + "\n", encoding="utf-8")
        written.append(golden_path(sample))
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description="write the golden halves of a reader's samples")
    parser.add_argument("--write", metavar="NAME", required=True, help="the reader's name in its manifest")
    for path in write(parser.parse_args().write):
        print(path)


if __name__ == "__main__":
    main()
