"""`firstparty backup`: made, tried, and refused with the reason where it is not one."""

from __future__ import annotations

from tests.web.conftest import PASSPHRASE, Shell


def test_a_backup_is_made_tried_and_remembered(empty: Shell) -> None:
    empty.init()
    assert any(one["says"] == "none was made" for one in empty.json("doctor")["checks"])
    made = empty.json("backup", "make", "copy.zip")
    assert made["size"] == (empty.cwd / "copy.zip").stat().st_size
    assert "exists already" in empty.run("backup", "make", "copy.zip").stderr
    empty.json("vendor", "add", "Sunmill Solar")
    tried = empty.json("backup", "check", "copy.zip")
    assert tried["ok"] is True
    assert {"kind": "vendors", "then": 0, "now": 1} in tried["drill"]["amounts"]
    shown = empty.run("backup", "check", "copy.zip", "--backup-passphrase-file", "passphrase")
    assert shown.returncode == 0, shown.stderr
    assert "It can be put back" in shown.stdout
    assert "archive.tried" in [one["event"] for one in empty.json("audit", "log")["leaves"]]
    assert any(one["check"] == "backup" and "and whole" in one["says"] for one in empty.json("doctor")["checks"])


def test_what_is_no_backup_is_refused_and_nothing_is_noted(empty: Shell) -> None:
    empty.init()
    empty.json("backup", "make", "copy.zip")
    (empty.cwd / "wrong").write_text(f"{PASSPHRASE} of another day\n")
    (empty.cwd / "cut.zip").write_bytes((empty.cwd / "copy.zip").read_bytes()[:-30])
    wrong = empty.run("backup", "check", "copy.zip", "--backup-passphrase-file", "wrong")
    assert (wrong.returncode, "that does not open this backup" in wrong.stderr) == (1, True)
    cut = empty.run("backup", "check", "cut.zip")
    assert (cut.returncode, "not a backup, or not all of it" in cut.stderr) == (1, True)
    assert empty.run("backup", "check", "nowhere.zip").returncode == 2
    assert all(one["event"] != "archive.tried" for one in empty.json("audit", "log")["leaves"])
