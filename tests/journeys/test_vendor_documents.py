"""What the documents for vendors tell to run, runs, and prints what they say it prints: against a sandbox, line by line.

A `sh` block has commands after `$ ` (going on after `> `) and, below each, what it prints. All of a document run in one shell.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.journeys.sandboxes import PATIENCE_SECONDS, ROOT, Sandbox, sandbox

_BLOCK = re.compile(r"```sh\n(.*?)```", re.S)
_PYTHON = re.compile(r"```python\n(.*?)```", re.S)
# What the test does by itself: the environment is there, and the sandbox runs.
_BY_ITSELF = (". .venv/bin/activate", "firstparty sandbox")
_MARK = "== done with "


class Command(NamedTuple):
    words: str
    printed: tuple[str, ...]


def commands(document: str) -> list[Command]:
    found: list[Command] = []
    for line in "".join(_BLOCK.findall((ROOT / "docs" / document).read_text())).splitlines():
        if line.startswith("$ "):
            found.append(Command(line[2:], ()))
        elif line.startswith("> "):
            found[-1] = Command(f"{found[-1].words}\n{line[2:]}", ())
        else:
            found[-1] = Command(found[-1].words, (*found[-1].printed, line))
    return [one for one in found if one.words not in _BY_ITSELF]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Sandbox]:
    """One for each document: what a document does to the clock is its own."""
    with sandbox(tmp_path) as one:
        yield one


@pytest.fixture
def free() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


def run(found: list[Command], one: Sandbox, folder: Path, port: str) -> list[list[str]]:
    """What each command printed. The last of them is there only if none before it failed."""
    (folder / "bin").mkdir()
    for name, starts in (("firstparty", "-c 'from web.cli import main; main()'"), ("python", "")):
        # No links: a link to an environment's Python is not in the environment.
        (folder / "bin" / name).write_text(f"#!/bin/sh\nexec '{sys.executable}' {starts} \"$@\"\n")
        (folder / "bin" / name).chmod(0o700)
    (folder / "examples").symlink_to(ROOT / "examples")
    lines = ["set -e -o pipefail", "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"]
    for number, each in enumerate(found):
        # A server in the background needs a moment until it answers.
        waiting = (
            f"until curl -s -o /dev/null http://127.0.0.1:{port}/; do sleep 0.1; done"
            if each.words.endswith("&")
            else ""
        )
        lines += [each.words, waiting, f"echo '{_MARK}{number}'"]
    script = "\n".join(lines).replace("http://127.0.0.1:8643", one.url).replace("8700", port)
    env = one.shell.env | {"PATH": f"{folder / 'bin'}:{one.shell.env['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=folder, env=env, capture_output=True, text=True, timeout=PATIENCE_SECONDS * 2
    )
    printed = re.split(f"{_MARK}\\d+\n", done.stdout)
    assert len(printed) == len(found) + 1, f"{found[len(printed) - 1].words}\n{printed[-1]}\n{done.stderr}"
    return [one.splitlines() for one in printed[:-1]]


@pytest.mark.parametrize("document", ["vendors.md", "vendor-curl.md"])
def test_every_command_runs_and_prints_what_the_document_shows(
    document: str, served: Sandbox, free: str, tmp_path: Path
) -> None:
    if shutil.which("bash") is None or shutil.which("curl") is None:
        pytest.skip("no bash or curl here")
    found = commands(document)
    assert len(found) > 5
    for one, printed in zip(found, run(found, served, tmp_path, free), strict=True):
        assert [line for line in one.printed if line not in printed] == [], f"{one.words}\n{printed}"
    if document == "vendor-curl.md":
        _library(served, tmp_path, free)


def _library(served: Sandbox, folder: Path, port: str) -> None:
    """The program with somebody else's library, with the keys and the agreement that curl made."""
    pytest.importorskip("requests_oauth2client")
    (program,) = _PYTHON.findall((ROOT / "docs" / "vendor-curl.md").read_text())
    (folder / "program.py").write_text(program.replace("http://127.0.0.1:8643", served.url))
    words = [sys.executable, "-m", "http.server", port, "--bind", "127.0.0.1", "--directory", "public"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            done = subprocess.run(
                [sys.executable, "program.py"],
                cwd=folder,
                env=served.shell.env,
                capture_output=True,
                text=True,
                timeout=60,
            )
        finally:
            server.terminate()
    assert "alex@example.com" in done.stdout, done.stderr


@pytest.mark.parametrize("document", ["vendors.md", "vendor-kit.md", "vendor-curl.md"])
def test_every_program_of_the_documents_reads_and_names_what_there_is(document: str) -> None:
    import ast

    import connectors.kit
    import connectors.kit.sync

    for program in _PYTHON.findall((ROOT / "docs" / document).read_text()):
        tree = compile(program, document, "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("connectors.kit"):
                module = connectors.kit.sync if node.module == "connectors.kit.sync" else connectors.kit
                assert not [one.name for one in node.names if not hasattr(module, one.name)]
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "vault":
                assert hasattr(connectors.kit.Vault, node.attr), node.attr
