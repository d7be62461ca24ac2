"""A person's vault and a vendor's program, in two processes that share nothing but files, through every path of an agreement.

The person runs `firstparty`, the vendor `examples/vendor_party.py`. After each path both hold the same history, byte by byte.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.web.conftest import Shell, shell_in
from tests.web.lasting import COMMAND_LINE, ROOT, Program, lasting

VENDOR_PROGRAM = ROOT / "examples" / "vendor_party.py"
START = datetime(2026, 6, 1, 9, tzinfo=UTC)


@dataclass
class Both:
    """The two of them, a folder in which they put files for each other, and the time."""

    person: Shell
    vendor: Program
    now: datetime = START
    id: str = ""

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def _env(self) -> dict[str, str]:
        return {"FIRSTPARTY_NOW": self.now.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def firstparty(self, *words: str, code: int = 0) -> str:
        done = self.person.run(*words, **self._env())
        assert done.returncode == code, done.stderr
        self.wait(minutes=1)
        return done.stdout

    def shop(self, *words: str, code: int = 0) -> str:
        done = self.vendor.run(words, self.person.cwd, {**self.person.env, **self._env()})
        assert done.returncode == code, done.stderr
        self.wait(minutes=1)
        return done.stdout + done.stderr

    # --- steps ------------------------------------------------------------------------------------------------------

    def proffers(self, *words: str) -> str:
        self.firstparty("agreement", "proffer", "Example", "--for", "P1Y", "--out", "proffer.json", *words)
        listed = json.loads(self.firstparty("agreements", "--json"))["agreements"]
        self.id = max(listed, key=lambda one: one["began"])["id"]
        self.shop("receive", "shop", "proffer.json")
        return self.id

    def answers(self, *words: str) -> None:
        self.shop("answer", "shop", "proffer.json", *words, "--out", "answer.json")
        self.firstparty("agreement", "receive", "answer.json")

    def person_does(self, step: str, *words: str) -> None:
        self.firstparty("agreement", step, self.id, "--out", "step.json", *words)
        self.shop("receive", "shop", "step.json")

    def vendor_does(self, kind: str, *words: str) -> None:
        self.shop("event", "shop", self.id, kind, "--out", "step.json", *words)
        self.firstparty("agreement", "receive", "step.json")

    def agrees(self) -> str:
        id = self.proffers()
        self.answers("--accept")
        self.person_does("confirm")
        return id

    def ends_as(self, state: str, id: str = "") -> None:
        """In this state, with the same bytes on both sides, and with evidence that holds."""
        id = id or self.id
        self.firstparty("agreement", "export", id, "--as", "history", "--out", "ours.json")
        self.shop("history", "shop", id, "--out", "theirs.json")
        ours = (self.person.cwd / "ours.json").read_bytes()
        assert ours == (self.person.cwd / "theirs.json").read_bytes()
        assert json.loads(self.firstparty("agreement", id, "--json"))["state"] == state
        self.firstparty("agreement", "export", id, "--out", "bundle.json")
        report = json.loads(
            self.firstparty("agreement", "verify", "bundle.json", "--keys", "shop/CLIENT.json", "--json")
        )
        assert (report["ok"], report["state"]) == (True, state)


@pytest.fixture(scope="module")
def programs() -> Iterator[tuple[Program, Program]]:
    with Program(COMMAND_LINE) as person, Program(VENDOR_PROGRAM) as vendor:
        assert person.pid != vendor.pid
        yield person, vendor


@pytest.fixture(scope="module")
def template(programs: tuple[Program, Program], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("parties")
    shell = lasting(shell_in(folder), programs[0])
    shell.init()
    both = Both(shell, programs[1])
    both.firstparty("vendor", "add", "Example Shop")
    both.shop("keys", "shop")
    # Tells the vault of the client once; later proffers find it.
    both.firstparty("agreement", "proffer", "Example", "--client", "shop/CLIENT.json", "--out", "proffer.json")
    both.firstparty("agreement", "withdraw", "Example", "--yes", "--out", "step.json")
    return folder


@pytest.fixture
def both(programs: tuple[Program, Program], template: Path, tmp_path: Path) -> Both:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return Both(lasting(shell_in(tmp_path), programs[0]), programs[1], START + timedelta(days=1))


def test_accepted_and_confirmed(both: Both) -> None:
    both.agrees()
    both.ends_as("active")


def test_countered_accepted_and_confirmed_by_the_vendor(both: Both) -> None:
    both.proffers()
    both.answers("--counter", "SD-BASE-A")
    both.person_does("accept")
    both.ends_as("accepted")
    both.vendor_does("confirmed")
    both.ends_as("active")


def test_countered_and_declined(both: Both) -> None:
    both.proffers("--terms", "SD-BASE-DP")
    both.answers("--counter", "SD-BASE-ATP-S3P")
    both.person_does("refuse", "--because", "not with third parties")
    both.ends_as("refused")


def test_declined(both: Both) -> None:
    both.proffers()
    both.answers("--refuse", "--because", "we cannot")
    both.ends_as("refused")


def test_withdrawn_before_an_answer(both: Both) -> None:
    both.proffers()
    both.person_does("withdraw", "--yes")
    both.ends_as("withdrawn")
    assert "refused (illegal-event)" in both.shop("answer", "shop", "proffer.json", "--accept", code=1)
    both.ends_as("withdrawn")


def test_a_counter_offer_withdrawn_by_the_vendor(both: Both) -> None:
    both.proffers()
    both.answers("--counter", "SD-BASE-A")
    both.vendor_does("withdrawn")
    both.ends_as("withdrawn")


def test_withdrawn_after_the_agreement(both: Both) -> None:
    both.agrees()
    both.person_does("withdraw", "--yes", "--because", "enough")
    both.ends_as("withdrawn")


@pytest.mark.parametrize("by", ["person", "vendor"])
def test_terminated_by_either(both: Both, by: str) -> None:
    both.agrees()
    if by == "person":
        both.person_does("terminate", "--because", "moving on")
    else:
        both.vendor_does("terminated", "--because", "we close")
    both.ends_as("terminated")


def test_violations_claimed_by_both_and_then_ended(both: Both) -> None:
    both.agrees()
    both.person_does("dispute", "--clause", "forbid-sharing", "--because", "they shared it")
    both.ends_as("violated")
    both.vendor_does("violated", "--clause", "require-service", "--because", "we were told otherwise")
    both.person_does("terminate")
    both.person_does("dispute", "--clause", "forbid-tracking", "--because", "found out later")
    both.ends_as("terminated")


@pytest.mark.parametrize("by", ["person", "vendor"])
def test_an_offer_that_nobody_answered_expires(both: Both, by: str) -> None:
    both.proffers("--answer-within", "P3D")
    both.wait(days=4)
    assert "refused (too-late)" in both.shop("answer", "shop", "proffer.json", "--accept", code=1)
    if by == "person":
        both.person_does("expire")
    else:
        both.vendor_does("expired")
    both.ends_as("expired")


def test_an_agreement_expires_when_its_time_is_over(both: Both) -> None:
    both.agrees()
    assert "nothing has run out" in both.person.run("agreement", "expire", **both._env()).stderr
    both.wait(days=366)
    both.person_does("expire")
    both.ends_as("expired")


@pytest.mark.parametrize("way", [("--accept",), ("--counter", "SD-BASE-ATP-DP")])
def test_amended_by_a_later_agreement(both: Both, way: tuple[str, ...]) -> None:
    old = both.agrees()
    new = both.proffers("--terms", "SD-BASE-AT", "--replaces", old)
    both.answers(*way)
    if way[0] == "--counter":
        both.person_does("accept")
        both.vendor_does("confirmed")
    else:
        both.person_does("confirm")
    both.firstparty("agreement", "export", old, "--as", "history", "--out", "old.json")
    both.shop("receive", "shop", "old.json")
    both.ends_as("amended", old)
    both.ends_as("active", new)


def test_failed_attempts_on_either_side_become_part_of_both_histories(both: Both) -> None:
    both.proffers()
    both.answers("--accept")
    both.firstparty("agreement", "receive", "answer.json", code=1)
    both.firstparty("agreement", "export", both.id, "--as", "history", "--out", "ours.json")
    both.shop("receive", "shop", "ours.json")
    # A thing that is not theirs to accept: recorded on the vendor's side, which then gives its history.
    swapped = json.loads((both.person.cwd / "answer.json").read_bytes())
    swapped["signatures"].reverse()
    text = json.dumps(swapped, separators=(",", ":"), sort_keys=True)
    (both.person.cwd / "swapped.json").write_text(text)
    assert "refused (" in both.shop("receive", "shop", "swapped.json", code=1)
    both.shop("history", "shop", both.id, "--out", "theirs.json")
    both.firstparty("agreement", "receive", "theirs.json")
    both.person_does("confirm")
    both.ends_as("active")
    entries = json.loads(both.firstparty("agreement", both.id, "--json"))["entries"]
    assert [(entry["kind"], entry["by"]) for entry in entries if entry["kind"] == "failed"] == [
        ("failed", "first"),
        ("failed", "second"),
    ]


def test_two_steps_at_the_same_moment_end_in_the_order_in_which_the_vault_took_them(both: Both) -> None:
    both.agrees()
    both.firstparty("agreement", "withdraw", both.id, "--yes", "--out", "withdrawal.json")
    both.shop("event", "shop", both.id, "terminated", "--out", "termination.json")
    both.firstparty("agreement", "receive", "termination.json", code=1)
    assert "refused (" in both.shop("receive", "shop", "withdrawal.json", code=1)
    both.firstparty("agreement", "export", both.id, "--as", "history", "--out", "ours.json")
    assert "sign again" in both.shop("receive", "shop", "ours.json")
    both.ends_as("withdrawn")


def test_a_history_without_what_the_person_has_signed_is_not_taken_up(both: Both) -> None:
    both.agrees()
    held = both.shop("history", "shop", both.id)
    entries = json.loads(held)["entries"]
    spoiled = {"format": "firstparty/history/1", "entries": [entries[0], entries[2]]}
    (both.person.cwd / "spoiled.json").write_text(json.dumps(spoiled))
    assert "refused (wrong-place)" in both.shop("receive", "shop", "spoiled.json", code=1)
    assert both.shop("history", "shop", both.id) == held


def test_the_vendors_program_needs_the_terms_and_nothing_else_of_the_project() -> None:
    source = VENDOR_PROGRAM.read_text()
    found = {line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))}
    assert not found & {"vault", "web", "connectors", "msgspec", "click"}
    assert {"terms", "cryptography"} <= found
