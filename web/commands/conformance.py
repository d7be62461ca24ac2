"""`firstparty conformance`: hold an implementation against the conformance corpus."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from web import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from connectors.conformance.asking import Subject
    from connectors.conformance.report import Report
    from terms.conformance.corpus import Case
    from terms.conformance.verdicts import Result

    OnResult = Callable[[Result], None]

# More of them say no more than the first.
MAX_SHOWN = 20


@click.command("conformance")
@click.option("--command", "words", metavar='"CMD …"', help="Ask this program: a request a line on its standard input.")
@click.option("--url", metavar="URL", help="Ask a server: each request is posted to this address.")
@click.option(
    "--only", metavar="PREFIX", default="", help="Only the cases whose id begins like this, such as `offers/`."
)
@options.json_option
def COMMAND(words: str | None, url: str | None, only: str, as_json: bool) -> None:
    """Hold an implementation of these agreements against the conformance corpus.

    Without `--command` or `--url` it is our own, in a process of its own. Exits with 0 only when every case passes. The
    format of cases, requests and answers is in docs/conformance.md. Needs no vault.
    """
    from connectors.conformance.running import run
    from terms.errors import FirstpartyError, UsageError
    from web import output

    if words and url:
        raise UsageError("a subject is a command or an address", hint="give one of `--command` and `--url`")
    chosen = _chosen(only)
    subject = _subject(words, url)
    with _progress(len(chosen), quiet=as_json) as on_result:
        report = run(chosen, subject, on_result)
    if as_json:
        output.as_json(report.to_json())
    else:
        _show(report)
    if not report.ok:
        raise FirstpartyError(f"{len(report.failures())} of {len(chosen)} cases did not pass", code="not-conformant")


def _chosen(prefix: str) -> list[Case]:
    from terms.conformance.corpus import cases
    from terms.errors import UsageError

    found = [case for case in cases() if case.id.startswith(prefix)]
    if not found:
        classes = ", ".join(dict.fromkeys(case.group for case in cases()))
        raise UsageError(f"no case begins with `{prefix}`", hint=f"the classes are: {classes}")
    return found


def _subject(words: str | None, url: str | None) -> Subject:
    import shlex

    from terms.errors import UsageError

    if url:
        from connectors.conformance.posting import Posting

        return Posting(url)
    from connectors.conformance import command, subject

    if not words:
        return subject.command()
    try:
        split = shlex.split(words)
    except ValueError:
        split = []
    if not split:
        raise UsageError("the command cannot be read", hint='give it in quotes, such as --command "node subject.js"')
    return command.Command(split)


@contextmanager
def _progress(cases: int, *, quiet: bool) -> Iterator[OnResult | None]:
    """A bar on standard error, when somebody is there to see it."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from web.output import console

    columns = (TextColumn("Asking"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console(err=True), transient=True) as progress:
        task = progress.add_task("", total=cases)
        yield lambda _: progress.advance(task)


def _show(report: Report) -> None:
    from web import output

    table = output.table("Class", ">Cases", ">Passed")
    for one in report.tallies():
        table.add_row(
            one.group, str(one.cases), str(one.passed) if one.passed == one.cases else f"[red]{one.passed}[/]"
        )
    output.show(table, empty="", rows=len(report.results))
    counted = ", ".join(f"{count} {verdict}" for verdict, count in report.verdicts().items() if count)
    output.console().print(f"\n{output.plain(report.subject)}: {counted}, of {len(report.results)} cases.")
    asked = [failure for failure in report.failures() if failure.verdict.value != "not asked"]
    for failure in asked[:MAX_SHOWN]:
        _show_failure(failure)
    if len(asked) > MAX_SHOWN:
        output.console().print(f"\n… and {len(asked) - MAX_SHOWN} more; `--json` lists all.")


def _show_failure(failure: Result) -> None:
    from connectors.conformance.report import differing
    from web import output

    expected, got = map(output.plain, differing(failure))
    case = failure.case
    output.console().print(
        f"\n[red]{failure.verdict}[/]  {case.id}: {output.plain(case.title)}\n"
        f"  [dim]{output.plain(case.why)}[/]\n  expected  {expected}\n  got       {got}",
        soft_wrap=True,
    )
