"""The runner: every way in which a subject can be wrong, broken or hostile, as a process and over HTTP."""

from __future__ import annotations

import json
import os
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from connectors.conformance import asking, command, posting, subject
from connectors.conformance.asking import NoAnswer, SubjectError
from connectors.conformance.report import Report, differing
from connectors.conformance.running import MAX_SILENT, run
from terms.conformance.corpus import Case, cases
from terms.conformance.verdicts import Verdict
from tests.conformance import documenting
from tests.web.conftest import Shell, shell_in

FEW = [case for case in cases() if case.id.startswith("roster/")][:6]
REFUSED = [case for case in cases() if case.id.startswith("roster/off-roster/")][:4]
ORDERED = [case for case in cases() if case.id.startswith("order/SD-BASE/")][:2]

# A subject in another program, by the documented protocol alone; `answer` is what each test puts in.
BODY = """
import json, os, sys, time
for place, line in enumerate(sys.stdin):
    asked = json.loads(line)
    answer = {"id": asked["id"], "outcome": "unsupported"}
%s
    print(json.dumps(answer), flush=True)
"""


def program(*lines: str) -> list[str]:
    return [sys.executable, "-c", BODY % textwrap.indent("\n".join(lines), "    ")]


def verdicts(report: Report) -> list[str]:
    return [result.verdict.value for result in report.results]


def asked(lines: str, over: list[Case] = FEW, seconds: float = 10) -> Report:
    return run(over, command.Command(program(lines), seconds=seconds))


def test_our_own_implementation_in_a_process_of_its_own_passes_and_the_report_is_in_the_documentation() -> None:
    seen: list[str] = []
    report = run(cases(), subject.command(), lambda result: seen.append(result.case.id))
    assert report.ok
    assert seen == [case.id for case in cases()]
    assert documenting.report_table(report) in documenting.DOCUMENT.read_text()


def test_a_subject_that_takes_everything_is_told_from_one_that_refuses_under_another_code() -> None:
    taken = asked("answer['outcome'] = 'taken'", REFUSED)
    assert set(verdicts(taken)) == {"wrongly taken"}
    coded = asked("answer.update(outcome='refused', code='too-large')", REFUSED)
    assert set(verdicts(coded)) == {"refused under another code"}
    assert not taken.ok
    assert not coded.ok
    assert differing(coded.results[0]) == ('code "off-roster"', 'code "too-large"')
    refusing = asked("answer.update(outcome='refused', code='off-roster')")
    assert set(verdicts(refusing)) == {"wrongly refused"}
    assert run(REFUSED, command.Command(program("answer.update(outcome='refused', code='off-roster')"))).ok


def test_an_answer_that_differs_fails_and_members_beyond_are_passed_over() -> None:
    right = {"outcome": "taken", "protects_at_least": True, "note": "more"}
    assert verdicts(asked(f"answer.update({right!r})", ORDERED)) == ["passed", "another answer"]
    assert verdicts(asked("answer.update(outcome='taken', protects_at_least=1)", ORDERED)) == ["another answer"] * 2
    assert verdicts(asked("answer.update(outcome='taken')", ORDERED)) == ["another answer"] * 2


def test_a_subject_that_leaves_operations_out_says_so_and_does_not_pass() -> None:
    report = asked("pass")
    assert set(verdicts(report)) == {"unsupported"}
    assert not report.ok


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("sys.stdout.write('garbage\\n'); sys.stdout.flush(); continue", "cannot be read"),
        ("answer = []", "no JSON object"),
        ("answer['id'] = 'another'", "the answer is to `another`"),
        ("del answer['id']", "the answer is to `None`"),
        ("answer['outcome'] = 'maybe'", "the outcome `maybe`"),
        ("answer['outcome'] = ['taken']", "the outcome"),
        ("answer['note'] = float('nan')", "cannot be read"),
        ('sys.stdout.write(\'{"id":1,"id":2}\\n\'); sys.stdout.flush(); continue', "cannot be read"),
        ("sys.stdout.write('[' * 60_000 + '\\n'); sys.stdout.flush(); continue", "cannot be read"),
        ("sys.stdout.write('\\ud800'.encode('utf-8', 'surrogatepass').decode('latin-1') + '\\n'); continue", ""),
        ("answer['note'] = 'x' * 70_000", "more than 65536 bytes"),
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 9)", "signal 9"),
        ("os.close(1); time.sleep(60)", "closed its output"),
        ("sys.stdout.write('{\"id\"'); sys.exit(0)", "exit code 0"),
    ],
)
def test_a_broken_subject_costs_the_case_and_not_the_run(lines: str, reason: str) -> None:
    report = asked(lines, FEW[:1], seconds=5)
    assert verdicts(report) == ["no answer"]
    assert reason in report.results[0].why


def test_a_subject_that_hangs_is_ended_with_what_it_started_and_begun_anew(tmp_path: Path) -> None:
    mark = tmp_path / "grandchild"
    hang = (
        "if asked['id'].endswith('SD-BASE'):",
        "    import subprocess",
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])",
        f"    open({str(mark)!r}, 'w').write(str(child.pid))",
        "    time.sleep(60)",
    )
    report = asked("\n".join(hang), FEW[:2], seconds=1)
    assert verdicts(report) == ["no answer", "unsupported"]
    assert "within 1 seconds" in report.results[0].why
    assert gone(int(mark.read_text()))


def gone(pid: int) -> bool:
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
            if state == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def test_a_subject_that_reads_nothing_does_not_block_a_long_request() -> None:
    long = [case for case in cases() if case.id == "envelopes/json/too-large"]
    report = run(long, command.Command([sys.executable, "-c", "import time; time.sleep(60)"], seconds=1))
    assert verdicts(report) == ["no answer"]


def test_a_subject_that_says_too_much_is_not_answered_for_the_next_case() -> None:
    report = asked("print(json.dumps(answer), flush=True)", FEW[:3])
    # The second line of the first answer is read for the second case, does not fit, and the subject is begun anew.
    assert verdicts(report) == ["unsupported", "no answer", "unsupported"]


def test_after_a_few_cases_without_an_answer_the_rest_is_not_asked() -> None:
    report = asked("sys.exit(1)")
    assert verdicts(report) == ["no answer"] * MAX_SILENT + ["not asked"] * (len(FEW) - MAX_SILENT)
    now_and_then = asked("if asked['id'].endswith('A'): sys.exit(1)")
    assert {result.verdict for result in now_and_then.results} == {Verdict.NO_ANSWER, Verdict.UNSUPPORTED}


def test_a_program_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(SubjectError, match="does not start"):
        run(FEW, command.Command(["no-such-program-at-all"]))
    with pytest.raises(SubjectError):
        run(FEW, command.Command(["a\0b"]))


def test_our_subject_says_what_it_cannot_read_and_goes_on() -> None:
    for request in (b"", b"[]", b"{", b'{"id":1}', b'{"id":"x","operation":"offer","input":{}}', b"\xff\n"):
        answer = json.loads(subject.answered(request))
        assert answer["outcome"] == "unreadable"
        assert answer["why"]
    with pytest.raises(NoAnswer):
        asking.read(subject.answered(b"{}"), FEW[0])


def test_no_run_is_no_success() -> None:
    assert not run([], command.Command(program("pass"))).ok


# HTTP


@contextmanager
def server(answer: Callable[[bytes, BaseHTTPRequestHandler], None]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer(self.rfile.read(int(self.headers["content-length"])), self)

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    thread = threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_port}/case"
    finally:
        made.shutdown()
        made.server_close()


def send(handler: BaseHTTPRequestHandler, content: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.send_header("content-length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def test_our_own_implementation_behind_http_passes() -> None:
    chosen = [case for case in cases() if case.group in ("offers", "order")]
    with server(lambda request, handler: send(handler, subject.answered(request))) as url:
        assert run(chosen, posting.Posting(url)).ok


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda request, handler: send(handler, b"no", 500), "status 500"),
        (lambda request, handler: send(handler, b"", 302, location="http://127.0.0.1:1/"), "status 302"),
        (lambda request, handler: send(handler, b"garbage"), "cannot be read"),
        (lambda request, handler: send(handler, b" " * 100_000), "more than 65536 bytes"),
        (lambda request, handler: handler.wfile.write(b"nonsense\r\n\r\n"), "cannot be reached"),
        (lambda request, handler: time.sleep(3), "in time"),
        (lambda request, handler: drip(handler), "within 1 seconds"),
    ],
)
def test_a_broken_server_costs_the_case_and_not_the_run(
    answer: Callable[[bytes, BaseHTTPRequestHandler], None], reason: str
) -> None:
    with server(answer) as url:
        report = run(FEW[:1], posting.Posting(url, seconds=1))
    assert verdicts(report) == ["no answer"]
    assert reason in report.results[0].why or "within 1 seconds" in report.results[0].why


def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte at a time, each in time for itself."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(15):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.2)
    except OSError:
        pass


def test_a_server_that_is_not_there_is_no_answer() -> None:
    report = run(FEW[:1], posting.Posting("http://127.0.0.1:9/case", seconds=2))
    assert verdicts(report) == ["no answer"]


@pytest.mark.parametrize(
    "url", ["", "ftp://127.0.0.1/", "127.0.0.1", "file:///etc/passwd", "http://", "http://me:pw@host/", "http://[/"]
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SubjectError):
        posting.Posting(url)


# The command


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return shell_in(tmp_path_factory.mktemp("conformance"))


def test_the_command_runs_our_own_and_counts_by_class(shell: Shell) -> None:
    done = shell.run("conformance", "--only", "order/")
    assert done.returncode == 0, done.stderr
    assert "firstparty: 46 passed, of 46 cases." in done.stdout


def test_the_command_shows_what_was_expected_and_what_was_answered(shell: Shell) -> None:
    script = shell.cwd / "taking.py"
    script.write_text(BODY % "    answer['outcome'] = 'taken'")
    words = f"{sys.executable} {script.name}"
    done = shell.run("conformance", "--command", words, "--only", "roster/off-roster/")
    assert done.returncode == 1
    assert "wrongly taken  roster/off-roster/empty: a name that is not on the roster" in done.stdout
    assert 'expected  code "off-roster", outcome "refused"' in done.stdout
    assert 'got       outcome "taken"' in done.stdout
    assert "19 of 19 cases did not pass" in done.stderr
    found = shell.json("conformance", "--command", words, "--only", "roster/off-roster/", code=1)
    assert (found["ok"], found["cases"], found["verdicts"]["wrongly taken"]) == (False, 19, 19)
    assert found["classes"] == [{"class": "roster", "cases": 19, "passed": 0}]
    assert found["failures"][0].keys() == {"id", "title", "why", "verdict", "expected", "got", "reason"}


def test_the_command_asks_a_server(shell: Shell) -> None:
    with server(lambda request, handler: send(handler, subject.answered(request))) as url:
        assert shell.json("conformance", "--url", url, "--only", "hashes/")["ok"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--command", "cat", "--url", "http://127.0.0.1:9/"), "a command or an address"),
        (("--only", "nothing/"), "no case begins with `nothing/`"),
        (("--command", "'"), "cannot be read"),
        (("--command", "no-such-program-at-all"), "does not start"),
        (("--url", "nowhere"), "http or https"),
    ],
)
def test_the_command_says_what_is_wrong_with_it(shell: Shell, words: tuple[str, ...], sentence: str) -> None:
    done = shell.run("conformance", *words)
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_subject_is_told_nothing_of_our_environment_when_it_is_our_own() -> None:
    os.environ["FIRSTPARTY_PASSPHRASE_FILE_TEST"] = "secret"
    try:
        environment = subject.command()._environment
    finally:
        del os.environ["FIRSTPARTY_PASSPHRASE_FILE_TEST"]
    assert environment is not None
    assert not [name for name in environment if name.startswith("FIRSTPARTY")]
