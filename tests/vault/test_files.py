"""Replacing small files: the old one or the new one, never half of either."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from terms.errors import FirstpartyError
from vault import files


def test_a_replaced_file_has_the_new_content_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    path.write_bytes(b"old")
    files.replace(path, b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == files.PRIVATE_FILE
    assert [found.name for found in tmp_path.iterdir()] == ["small.json"]


def test_a_staged_file_changes_nothing_until_it_is_published(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    path.write_bytes(b"old")
    staged = files.stage(path, b"new")
    assert path.read_bytes() == b"old"
    files.publish(staged, path)
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    ("number", "kind"),
    [(errno.ENOSPC, files.DiskFullError), (errno.EDQUOT, files.DiskFullError), (errno.EIO, files.FileWriteError)],
)
def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, kind: type[FirstpartyError]
) -> None:
    path = tmp_path / "small.json"
    path.write_bytes(b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(kind):
        files.replace(path, b"new")
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["small.json"]


def test_a_place_that_cannot_be_written_is_our_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "below", tmp_path / "none" / "below", tmp_path / "folder"):
        with pytest.raises(files.FileWriteError, match="cannot write"):
            files.replace(path, b"new")
    assert {found.name for found in tmp_path.iterdir()} == {"file", "folder"}


def test_a_copy_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 100_000)
    files.copy(source, tmp_path / "folder" / "copy")
    assert (tmp_path / "folder" / "copy").read_bytes() == source.read_bytes()

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(files.DiskFullError):
        files.copy(source, tmp_path / "folder" / "second")
    assert [found.name for found in (tmp_path / "folder").iterdir()] == ["copy"]
