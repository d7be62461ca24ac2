"""What comes in: the traps of the framework, each asked over the wire, and the limits on bodies and heads."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.server import probes
from tests.server.conftest import Made, Server, started

CORPUS = Path(os.environ.get("FIRSTPARTY_CORPUS", Path(__file__).parents[2].parent / "shared" / "data")) / "vectors"
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An open server with the probes, for tests that do not mind what is in it."""
    import shutil

    home = tmp_path_factory.mktemp("probed") / "vault"
    shutil.copytree(template.home, home)
    made = template._replace(home=home)
    one = started(made, "--requests-per-minute", "1000000", secret=made.recovery_key, program=probes.PROGRAM)
    yield one
    one.stop()


def post(server: Server, body: bytes, path: str = "/v1/notes", **headers: str) -> Any:
    post.count += 1  # type: ignore[attr-defined]
    keyed = {"Idempotency-Key": f"request-{post.count}", **JSON}  # type: ignore[attr-defined]
    return server.client.post(
        path, content=body, headers={**keyed, **{k.replace("_", "-"): v for k, v in headers.items()}}
    )


post.count = 0  # type: ignore[attr-defined]


def test_a_sound_body_is_taken(server: Server) -> None:
    assert post(server, b'{"text":"x","count":4.0}').status_code == 201
    assert post(server, b'{"text":"x"}').status_code == 201


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"[" * 5_000 + b"]" * 5_000, 400, "too-deep"),  # the framework: 500
        (b'{"text":' + b"[" * 64 + b"]" * 64 + b"}", 400, "too-deep"),
        (b'{"text":"\xff\xfe"}', 400, "not-json"),  # the framework: 500
        (b'{"text":"\\ud800"}', 400, "lone-surrogate"),
        (b'{"text":"a","text":"b"}', 400, "duplicate-key"),  # the framework: takes the last
        (b'{"text":"a","count":"1"}', 422, "document"),  # the framework: takes it for 1, unless strict
        (b'{"text":"a","count":1.5}', 422, "not-whole"),
        (b'{"text":"a","count":NaN}', 400, "not-a-number"),
        (b'{"text":"a","extra":1}', 422, "unknown-field"),
        (b'{"text":null}', 422, "document"),
        (b"{}", 422, "document"),
        (b"[]", 422, "document"),
        (b"", 400, "not-json"),
        (b"null", 422, "document"),
        (b'{"text":"a"} {}', 400, "not-json"),
        (b'\xef\xbb\xbf{"text":"a"}', 400, "not-json"),
        (b'{"text":"' + b"x" * 1024 * 1024 + b'"}', 413, "too-large"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_a_body_that_others_read_otherwise_is_refused(server: Server, body: bytes, status: int, code: str) -> None:
    answer = post(server, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content_Type": "text/plain"},  # what a form of another site may send without asking; the framework takes it
        {"Content_Type": "application/x-www-form-urlencoded"},
        {"Content_Type": "application/json; charset=utf-16"},
        {"Content_Type": "application/jsonp"},
        {"Content_Type": ""},
        {"Content_Encoding": "gzip"},
    ],
    ids=str,
)
def test_a_body_of_another_content_type_is_refused(server: Server, headers: dict[str, str]) -> None:
    answer = post(server, b'{"text":"x"}', **headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "media-type")


def test_a_content_type_may_name_its_charset(server: Server) -> None:
    assert post(server, b'{"text":"x"}', Content_Type='Application/JSON; charset="UTF-8"').status_code == 201


def test_a_body_without_its_length_is_cut_off_at_the_limit(server: Server) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    answer = server.client.post("/v1/notes", content=chunks(), headers={**JSON, "Idempotency-Key": "chunks"})
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    "body",
    [
        b"&".join(b"a%d=1" % n for n in range(200_000)),
        b"a=1&a=2",
        b"a",
        b"a=%ff",
        b"a=\xc3\xa4",
        b"&".join([b"a=1"] * 65),
    ],
    ids=["200,000 fields", "twice", "no value", "not UTF-8", "not ASCII", "65 fields"],
)
def test_a_form_that_is_too_much_or_does_not_read_is_refused(server: Server, body: bytes) -> None:
    answer = post(server, body, "/form", Content_Type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["code"]) in ((400, "form"), (413, "too-large"))


def test_a_form_is_read(server: Server) -> None:
    answer = post(server, b"a=1&b=%C3%A4+x&c=", "/form", Content_Type="application/x-www-form-urlencoded")
    assert answer.json() == {"a": "1", "b": "ä x", "c": ""}
    assert post(server, b"", "/form", Content_Type="application/x-www-form-urlencoded").json() == {}


@pytest.mark.parametrize("query", ["x=1", "access_token=secret", "x", "%ff=1", "a=1&a=2", "="])
def test_a_query_that_the_route_does_not_take_is_refused(server: Server, query: str) -> None:
    answer = server.client.get(f"/v1/terms?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "query")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "localhost", "127.0.0.1:1", "localhost:{port}.evil.example"]
)
def test_a_request_for_another_name_is_refused(server: Server, host: str) -> None:
    answer = server.client.get("/health", headers={"Host": host.format(port=server.port)})
    assert (answer.status_code, answer.json()["code"]) == (400, "host")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n", 400),
        (b"GARBAGE\r\n\r\n", 400),
        (b"GET /health HTTP/1.1\r\nx: " + b"y" * 40_000, 431),
        (b"GET /" + b"y" * 40_000, 431),
        (b"GET /health HTTP/1.1\r\n" + b"a: b\r\n" * 8_000, 431),
        (b"POST /form HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ncontent-length: 4\r\n\r\nabc", 400),
        (b"POST /form HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\nabc", 400),
        (b"POST /form HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", 400),
        (b"GET /health\xff HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01", 400),
    ],
    ids=lambda value: value[:40].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_what_is_no_sound_request_is_answered_with_a_problem(server: Server, sent: bytes, status: int) -> None:
    head, _, body = server.raw(sent).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


@pytest.mark.parametrize(
    "path",
    ["//health", "/health//", "/./health", "/../health", "/%2e%2e/health", "/health%00", "/%ff", "/v1/terms/../terms",
     "/v1//terms", "/ｖ1/terms", "/v1/terms;x=1", "/" + "a/" * 5_000, "/{id}", "/v1/%7Bid%7D", "*"],
    ids=lambda path: path[:20],
)  # fmt: skip
def test_odd_paths_are_answered_without_a_fault(server: Server, path: str) -> None:
    sent = path.encode("utf-8").replace(b" ", b"%20")
    head = server.raw(
        b"GET " + sent + b" HTTP/1.1\r\nhost: localhost:%d\r\nconnection: close\r\n\r\n" % server.port
    ).partition(b"\r\n")[0]
    assert head.split(b" ")[1] in (b"200", b"400", b"404")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_another_method_is_refused_naming_those_there_are(server: Server, method: str) -> None:
    answer = server.client.request(method, "/v1/terms")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_head_answers_as_get_without_the_body(server: Server) -> None:
    got, head = server.client.get("/v1/terms"), server.client.head("/v1/terms")
    assert head.content == b""
    assert (head.status_code, head.headers["etag"]) == (200, got.headers["etag"])
    assert head.headers["content-length"] == str(len(got.content))


def test_what_a_client_has_already_is_not_sent_again(server: Server) -> None:
    tag = server.client.get("/v1/terms").headers["etag"]
    again = server.client.get("/v1/terms", headers={"If-None-Match": f'"other", W/{tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert server.client.get("/v1/terms", headers={"If-None-Match": '"other"'}).status_code == 200


def test_every_answer_has_the_fields_that_keep_browsers_from_harm_and_none_that_let_others_read(server: Server) -> None:
    answers = [
        server.client.get("/v1/terms", headers={"Origin": "https://evil.example"}),
        server.client.options(
            "/v1/terms", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
        ),
        server.client.get("/nothing"),
        server.client.get("/broken"),
        server.client.get("/v1/terms?x=1"),
        post(server, b"{}"),
    ]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] in ("no-store", "no-cache")
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert not [name for name in answer.headers if name.startswith("access-control")]
        assert not {"server", "set-cookie", "x-powered-by"} & set(answer.headers)


def test_a_fault_of_ours_is_told_without_its_inside_and_logged_with_its_place(server: Server) -> None:
    answer = server.client.get("/broken?q=canary-in-query")
    assert answer.status_code == 500
    assert answer.json() == {
        "type": "urn:firstparty:problem:internal",
        "title": "something is broken here; nothing of this request was kept",
        "status": 500,
        "code": "internal",
    }
    line = server.line(answer.headers["request-id"])
    assert line["fault"] == "RuntimeError"
    assert line["places"][-1].startswith("tests/server/probes.py:")


def test_no_secret_of_any_request_is_in_the_log_or_in_a_problem(server: Server) -> None:
    """A canary in every field of a request, on every kind of route."""
    canary = "Canary-7f3a9c"
    names = ("User-Agent", "Referer", "Cookie", "X-Anything", "Accept", "DPoP")
    headers = dict.fromkeys(names, canary) | {"Authorization": f"DPoP {canary}", "Idempotency-Key": canary}
    bodies: list[tuple[bytes, str]] = [
        (f'{{"text":"{canary}"}}'.encode(), "application/json"),
        (f'{{"text":1,"{canary}":2}}'.encode(), f"application/{canary}"),
        (f"{canary}={canary}&{canary}=2".encode(), "application/x-www-form-urlencoded"),
        (f'{{"text":{canary}'.encode(), "application/json"),
    ]
    for path in ("/v1/notes", f"/{canary}", "/form", f"/broken?q={canary}", f"/health?{canary}", "/owner/unlock"):
        for body, media_type in bodies:
            for method in ("GET", "POST", "PUT"):
                answer = server.client.request(
                    method, path, content=body, headers={**headers, "Content-Type": media_type}
                )
                if answer.status_code >= 400:
                    assert canary not in answer.text
                    assert canary not in str(answer.headers)
    assert canary not in server.log


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=300), media_type=st.sampled_from(["application/json", "text/plain", "", "\x7f"]))
def test_any_bytes_are_answered_with_a_result_or_a_problem(server: Server, body: bytes, media_type: str) -> None:
    answer = post(server, body, Content_Type=media_type)
    assert answer.status_code in (201, 400, 413, 415, 422)


def test_the_corpus_of_json_is_answered_without_a_fault(server: Server) -> None:
    files = sorted((CORPUS / "json").rglob("*.json"))
    if not files:
        pytest.skip("the corpora are not beside the project (set FIRSTPARTY_CORPUS)")
    for file in files:
        body = file.read_bytes()[:2_000_000]
        answer = post(server, body)
        assert answer.status_code in (400, 413, 422), file.name
    for text in json.loads((CORPUS / "blns.json").read_text()):
        answer = post(server, json.dumps({"text": text}).encode())
        assert answer.status_code in (201, 422), text  # 422: `refused` of the probe
