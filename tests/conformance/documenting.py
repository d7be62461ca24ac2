"""The tables of docs/conformance.md that are made: `python -m tests.conformance.documenting` writes them anew."""

from __future__ import annotations

import re
from pathlib import Path

from connectors.conformance.report import Report
from connectors.conformance.running import run
from connectors.conformance.subject import command
from terms.conformance.corpus import cases
from terms.refusals import CODES
from tests.conformance.mutations import Mutation, rows

DOCUMENT = Path(__file__).parents[2] / "docs" / "conformance.md"


def report_table(report: Report) -> str:
    lines = [f"| `{one.group}` | {one.cases} | {one.passed} |" for one in report.tallies()]
    total = f"| all | {len(report.results)} | {report.verdicts()['passed']} |"
    return "\n".join(["| class | cases | passed |", "|---|---|---|", *lines, total])


def mutation_table(found: list[tuple[Mutation, list[str]]]) -> str:
    lines = [
        f"| {one.defect} | {one.planted} | {len(failed)} | " + ", ".join(f"`{id}`" for id in failed[:2]) + " |"
        for one, failed in found
    ]
    return "\n".join(["| class of defect | planted | cases that fail | such as |", "|---|---|---|---|", *lines])


def code_table() -> str:
    counted = {code: sum(case.expected.get("code") == code for case in cases()) for code in CODES}
    lines = [f"| `{code}` | {sentence} | {counted[code]} |" for code, sentence in CODES.items()]
    return "\n".join(["| code | means | cases |", "|---|---|---|", *lines])


def put(text: str, name: str, table: str) -> str:
    """The document with what stands between the marks of `name` replaced."""
    return re.sub(
        rf"(<!-- {name} -->\n).*?(\n<!-- end -->)", lambda found: found[1] + table + found[2], text, flags=re.S
    )


def main() -> None:
    text = put(DOCUMENT.read_text(), "report", report_table(run(cases(), command())))
    DOCUMENT.write_text(put(put(text, "codes", code_table()), "mutations", mutation_table(rows())))


if __name__ == "__main__":
    main()
