"""A program in a process of its own that runs many commands, one after the other: starting it is most of what one costs.

Each command gets its own arguments, folder, environment and output, and ends as it would alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.web.conftest import Shell

_DRIVER = """
import importlib.util, io, json, os, sys
spec = importlib.util.spec_from_file_location("program", sys.argv[1])
program = importlib.util.module_from_spec(spec)
spec.loader.exec_module(program)
answers, asked = sys.stdout, sys.stdin
for line in asked:
    order = json.loads(line)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    sys.argv = ["program", *order["words"]]
    sys.stdin = open(os.devnull)
    sys.stdout, sys.stderr = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
    try:
        code = program.main()
    except SystemExit as ended:
        code = ended.code
    said = [stream.buffer.getvalue().decode() for stream in (sys.stdout, sys.stderr)]
    print(json.dumps([code or 0, *said]), file=answers, flush=True)
"""
ROOT = Path(__file__).parents[2]
COMMAND_LINE = ROOT / "web" / "cli.py"


class Program:
    """`path` is a file with a `main`; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _DRIVER, str(path)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def run(self, words: tuple[str, ...], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin
        assert stdout
        stdin.write(json.dumps({"words": words, "cwd": str(cwd), "env": env}) + "\n")
        stdin.flush()
        code, said, complained = json.loads(stdout.readline())
        return subprocess.CompletedProcess(list(words), code, said, complained)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()


@dataclass
class LastingShell(Shell):
    """A shell whose commands all run in one process."""

    program: Program

    def run(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.program.run(words, self.cwd, {**self.env, **env})


def lasting(shell: Shell, program: Program) -> LastingShell:
    return LastingShell(shell.home, shell.cwd, shell.env, program)
