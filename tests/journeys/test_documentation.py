"""Every command in the documentation runs, in its order, in a home of its own."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.web.conftest import KEY, Shell, shell_in

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TODAY = "2026-10-31"
_CONSOLE = re.compile(r"```console\n(.*?)```", re.S)
_TOML = re.compile(r"```toml\n(.*?)```", re.S)


def _commands(document: Path) -> list[list[str]]:
    lines = "".join(_CONSOLE.findall(document.read_text())).splitlines()
    return [
        shlex.split(line.removeprefix("$ "))
        for line in lines
        if line.startswith(("$ firstparty ", "$ python examples/"))
    ]


def _files(folder: Path) -> None:
    """The files that the documentation speaks of."""
    rows = "".join(
        f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day:%Y%m%d}<TRNAMT>-12.99<FITID>S{day:%Y%m}<NAME>Spotify AB\n"
        for day in (date(2026, 1, 8) + timedelta(days=30 * month) for month in range(9))
    )
    (folder / "statement.ofx").write_text(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nENCODING:USASCII\nCHARSET:1252\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
        "<CURDEF>EUR<BANKACCTFROM><BANKID>1<ACCTID>12345678<ACCTTYPE>CHECKING</BANKACCTFROM><BANKTRANLIST>\n"
        f"{rows}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )
    login = {"uris": [{"uri": "https://accounts.spotify.com/login"}], "username": "alex@example.com", "password": "x1!"}
    item = {"id": "0b0f4c4e-0000-4000-8000-000000000001", "type": 1, "name": "Spotify", "login": login}
    (folder / "passwords.json").write_text(json.dumps({"encrypted": False, "folders": [], "items": [item]}))
    for examples in ("offers", "intentions", "requests"):
        shutil.copytree(ROOT / "examples" / examples, folder / examples)
    (folder / "unknown.csv").write_text("Wann;Wieviel;Wer;Wofür\n08.01.2026;-5,00;Bäckerei Muster;Brot\n")
    (folder / "new").write_text("another good passphrase\n")
    practice = {"purposes": ["dpv:ServiceProvision", "dpv:PersonalisedAdvertising"], "data": ["pd:EmailAddress"]}
    declared = {"recipients": ["Example Ads Ltd"], "retention": "P2Y", "ai_training": False, "anonymised": False}
    (folder / "practice.json").write_text(json.dumps({**practice, **declared, "portability": True}))
    offer = {"title": "Green power", "category": "energy.electricity"}
    (folder / "request.json").write_text(
        json.dumps({"kind": "offer", "vendor": "https://power.example", "offer": offer})
    )
    (folder / "facts.json").write_text(json.dumps({"offer.price.per_month": {"minor": 4900, "currency": "EUR"}}))
    (folder / "limits.json").write_text(json.dumps({"retention": "P1Y", "refused_purposes": ["dpv:Marketing"]}))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_of_the_document_runs(document: Path, tmp_path: Path) -> None:
    shell = shell_in(tmp_path)
    _files(tmp_path)
    tables = _TOML.findall(document.read_text())
    for place, table in enumerate(tables):
        (tmp_path / ("mapping.toml" if place == 0 else f"mapping{place}.toml")).write_text(table)
    (tmp_path / "my-rules.toml").write_text("\n".join(table for table in tables if "[[rule]]" in table))
    commands = _commands(document)
    if not any(words[1] == "init" for words in commands):
        shell.init()
    for words in commands:
        done = _run(shell, words)
        assert done == 0, f"`{shlex.join(words)}` of {document.name} ended with {done}"


def _run(shell: Shell, words: list[str]) -> int:
    if words[1] == "init":
        shell.init()
        return 0
    if "recovery" in words and not (shell.cwd / KEY).exists():
        shell.init()
    if words[0] == "python":
        return _run_example(shell, words)
    done = shell.run(
        *words[1:],
        FIRSTPARTY_RECOVERY_FILE=str(shell.cwd / KEY),
        FIRSTPARTY_NEW_PASSPHRASE_FILE=str(shell.cwd / "new"),
        FIRSTPARTY_NOW=TODAY,
    )
    if words[1:3] == ["passphrase", "change"]:
        (shell.cwd / "passphrase").write_text((shell.cwd / "new").read_text())
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode


def _run_example(shell: Shell, words: list[str]) -> int:
    done = subprocess.run(
        [sys.executable, str(ROOT / words[1]), *words[2:]],
        cwd=shell.cwd,
        env={**shell.env, "FIRSTPARTY_NOW": TODAY},
        capture_output=True,
        text=True,
    )
    print(done.stdout, done.stderr)
    return done.returncode


def test_the_commands_of_the_documentation_are_found() -> None:
    assert sum(len(_commands(document)) for document in DOCUMENTS) > 30


def test_every_public_command_is_documented() -> None:
    text = "".join(document.read_text() for document in DOCUMENTS)
    for module in (ROOT / "web" / "commands").glob("*.py"):
        name = module.stem.rstrip("_").replace("_", "-")
        if not name.startswith("-") and module.stem != "__init__":
            assert f"firstparty {name}" in text or f"`{name} " in text or f"make {name}" in text, name
