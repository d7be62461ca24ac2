"""A server that is slow, endless, over-large or broken ends in a code, in time and in bounded memory."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.outbound import Limits, Outbound, OutboundError, Outcome
from connectors.outbound.limits import MOST_SECONDS
from tests.connectors.outbound.serving import Answer, response, run, says, says_for_ever, serving

# For what never ends by itself; everything else is over at once, however busy the machine is.
HURRIED, PATIENT = Limits(seconds=0.4), Limits(seconds=MOST_SECONDS)
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"


async def answer_of(answer: Answer, limits: Limits) -> Outcome:
    async with serving(answer) as server:
        return await Outbound(development=True).get(server.url, limits=limits)


def code_of(answer: Answer, limits: Limits = PATIENT) -> str:
    with pytest.raises(OutboundError) as refused:
        asyncio.run(answer_of(answer, limits))
    assert "canary" not in str(refused.value)
    return refused.value.code


async def silence(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
    await asyncio.sleep(30)


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        says_for_ever(b"", b"", 0.05),
        says_for_ever(OK, b"X", 0.01),
        says_for_ever(OK + b"Content-Length: 1000\r\n\r\n", b"x", 0.01),
        says_for_ever(OK + b"\r\n", b"x", 0.01),
        says_for_ever(CHUNKED, b"1\r\nx\r\n", 0.01),
        says_for_ever(b"", b"HTTP/1.1 102 Wait\r\n\r\n", 0.01),
        says_for_ever(b"", b"HTTP/1.1 103 Hints\r\nLink: </x>\r\n\r\n", 0.0),
    ],
    ids="silent empty slow-header slow-body slow-to-close slow-chunks waiting endless-hints".split(),
)
def test_a_slow_answer_ends_with_its_time_and_not_with_each_byte(answer: Answer) -> None:
    assert code_of(answer, HURRIED) == "too-slow"


@pytest.mark.parametrize(
    "answer",
    [
        says(response(b"x" * 70_000)),
        says_for_ever(OK + b"Content-Length: 99999999999\r\n\r\n", b"x" * 10_000),
        says_for_ever(OK + b"\r\n", b"canary" * 10_000),
        says_for_ever(CHUNKED, b"4\r\nabcd\r\n" * 500),
        says(OK + b"X: y\r\n" * 101 + b"\r\n"),
        says(OK + b"X: " + b"y" * 20_000 + b"\r\n\r\n"),
    ],
    ids="long announced endless endless-chunks many-headers long-header".split(),
)
def test_a_large_answer_ends_at_its_limit(answer: Answer) -> None:
    assert code_of(answer, PATIENT) == "too-large"


@pytest.mark.parametrize(("most", "read"), [(0, b""), (7, b"xxxxxxx")])
def test_whoever_wants_the_status_only_leaves_a_body_unread(most: int, read: bytes) -> None:
    endless = says_for_ever(OK + b"\r\n", b"x" * 10_000)
    answer = asyncio.run(answer_of(endless, Limits(body_bytes=most, cut=True)))
    assert (answer.status, answer.body) == (200, read)


def test_headers_without_end_are_not_gathered() -> None:
    assert code_of(says_for_ever(OK, b"X: y\r\n" * 1000), PATIENT) == "bad-answer"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "x-unknown", "identity, gzip"])
def test_an_encoded_answer_is_not_decoded(encoding: str) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    assert code_of(says(response(bomb, headers=(f"Content-Encoding: {encoding}",)))) == "bad-answer"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: canary\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\ncanary\r\n",
        b"HTTP/1.1 999 canary\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: canary\r\nConnection: upgrade\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nCache-Control: \xe9\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nETag: a\r\nETag: b\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: " + b"x" * 2000 + b"\r\nContent-Length: 0\r\n\r\n",
        b"\x16\x03\x01\x00\x00",
    ],
)
def test_what_is_not_http_is_a_bad_answer_and_is_not_repeated(raw: bytes) -> None:
    assert code_of(says(raw), PATIENT) == "bad-answer"


def test_only_the_headers_that_the_vault_acts_on_are_kept() -> None:
    headers = ("Cache-Control: max-age=60", "cache-control: no-cache", "Set-Cookie: canary=1", "X-Other: canary")
    answer = asyncio.run(answer_of(says(response(b"{}", headers=(*headers, "Content-Type: A/B; c=d"))), PATIENT))
    assert answer.headers == {"cache-control": "max-age=60, no-cache", "content-type": "A/B; c=d"}
    assert answer.media_type == "a/b"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=200)
    | st.lists(
        st.sampled_from([OK, CHUNKED, b"\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"X: \x00", b"Content-Length: 3\r\n"])
    ).map(b"".join)
)
def test_any_bytes_are_an_outcome_or_our_error(raw: bytes) -> None:
    codes: list[str] = []
    try:
        assert asyncio.run(answer_of(says(raw), PATIENT)).status == 200
    except OutboundError as error:
        codes.append(error.code)
    assert set(codes) <= {"bad-answer", "unreachable"}


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_in_place_of_tls_are_our_error(raw: bytes) -> None:
    async def throw(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        writer.close()

    async def ask() -> None:
        server = await asyncio.start_server(throw, "127.0.0.1", 0)
        url = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(OutboundError):
            await Outbound(development=True).get(url, limits=PATIENT)
        server.close()

    run(ask())
