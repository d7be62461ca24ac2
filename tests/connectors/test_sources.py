"""From paths to open files: folders, links, pipes, odd names."""

import os
import socket
from pathlib import Path

import pytest

from connectors import sources
from connectors.sources import Item, SourceError, expand, open_file


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "exports"
    (root / "bank" / "deep").mkdir(parents=True)
    for name in ("z.csv", "a.csv", "bank/m.ofx", "bank/deep/x.sta"):
        (root / name).write_text("content")
    return root


def names(root, *paths):
    return [str(Path(item.location).relative_to(root)) for item in expand(paths or [root])]


def refusal(item):
    with pytest.raises(SourceError) as caught:
        open_file(item)
    return caught.value


def test_a_folder_gives_its_files_in_the_order_of_names(folder):
    assert names(folder) == ["a.csv", "z.csv", "bank/m.ofx", "bank/deep/x.sta"]


def test_files_are_given_as_they_are_named_each_time(folder):
    again = [folder / "z.csv", folder / "a.csv", folder / "z.csv"]
    assert names(folder, *again) == ["z.csv", "a.csv", "z.csv"]


def test_hidden_files_and_litter_are_left_out(folder):
    for name in (".hidden", "Thumbs.db", ".git/config", "__MACOSX/x"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("x")
    assert len(names(folder)) == 4


def test_a_hidden_file_that_is_named_is_read(folder):
    (folder / ".export.csv").write_text("x")
    assert names(folder, folder / ".export.csv") == [".export.csv"]


def test_a_link_out_of_the_folder_is_refused_and_one_within_is_read_once(folder, tmp_path):
    (tmp_path / "outside.csv").write_text("outside")
    (folder / "out.csv").symlink_to(tmp_path / "outside.csv")
    (folder / "within.csv").symlink_to(folder / "a.csv")
    (folder / "broken.csv").symlink_to(folder / "nowhere")
    items = {Path(item.location).name: item for item in expand([folder])}
    assert "within.csv" not in items
    assert "link out of the folder" in str(refusal(items["out.csv"]))
    assert "leads nowhere" in str(refusal(items["broken.csv"]))


def test_a_link_to_a_folder_is_not_walked_even_in_a_circle(folder, tmp_path):
    (folder / "circle").symlink_to(folder)
    (folder / "up").symlink_to(tmp_path)
    assert [item.refusal[:9] for item in expand([folder]) if item.refusal] == ["is a link"]
    assert len(names(folder)) == 5


def test_a_link_that_is_named_is_followed(folder, tmp_path):
    link = tmp_path / "link.csv"
    link.symlink_to(folder / "a.csv")
    (item,) = expand([link])
    os.close(open_file(item))


def test_a_walked_file_that_became_a_link_is_refused(folder, tmp_path):
    (item,) = [item for item in expand([folder]) if item.location.endswith("a.csv")]
    (folder / "a.csv").unlink()
    (folder / "a.csv").symlink_to("/etc/passwd")
    assert refusal(item).code == "not-a-file"


def test_pipes_sockets_devices_and_folders_are_refused_without_waiting(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # socket paths are short
    os.mkfifo("pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        for path in ("pipe", "socket", "/dev/zero", str(tmp_path)):
            assert refusal(Item(path, path)).code == "not-a-file"


def test_a_pipe_that_takes_a_files_place_is_refused_without_waiting(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "late")
    path = str(tmp_path / "late")
    regular = os.stat(__file__)
    monkeypatch.setattr(sources.os, "stat", lambda *_, **__: regular)
    assert refusal(Item(path, path)).code == "not-a-file"


@pytest.mark.parametrize(
    ("path", "code"), [("/nowhere/at/all", "not-found"), ("a\0b", "not-readable"), ("x" * 5_000, "not-readable")]
)
def test_what_cannot_be_opened_says_why(path, code):
    (item,) = expand([path])
    assert refusal(item).code == code


def test_names_are_shown_without_bytes_that_are_not_text(tmp_path):
    raw = os.fsencode(tmp_path) + b"/caf\xe9\x1b.csv"
    Path(os.fsdecode(raw)).write_text("x")
    (item,) = expand([tmp_path])
    assert item.path.endswith("caf\ufffd\ufffd.csv")
    os.close(open_file(item))


def test_a_folder_without_end_stops_at_the_limit(folder, monkeypatch):
    monkeypatch.setattr(sources, "MAX_FILES", 2)
    items = list(expand([folder]))
    assert len(items) == 3
    assert "more than 2 files" in str(refusal(items[-1]))
