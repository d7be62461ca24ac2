"""Limits on how often somebody may ask, against a clock of our own; and what a client sees of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.server.conftest import Server, Start
from web.server.limits import MAX_KNOWN, Limit, Limits, TooManyError, by_address


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


LIMIT = Limit("test", 10, 60)


def test_a_quota_may_be_spent_at_once_and_comes_back_evenly() -> None:
    clock = Clock()
    limits = Limits(clock)
    assert [limits.take(LIMIT, "a").remaining for _ in range(10)] == list(range(9, -1, -1))
    refused = limits.take(LIMIT, "a")
    assert (refused.remaining, refused.wait_seconds) == (0, 6)
    clock.now += 6
    assert not limits.take(LIMIT, "a").wait_seconds
    assert limits.take(LIMIT, "a").wait_seconds == 6
    clock.now += 60
    assert limits.take(LIMIT, "a").remaining == 9


def test_what_one_spends_is_not_anothers_nor_another_limits() -> None:
    limits = Limits(Clock())
    for _ in range(11):
        limits.take(LIMIT, "a")
    assert limits.take(LIMIT, "b").remaining == 9
    assert limits.take(Limit("other", 10, 60), "a").remaining == 9
    with pytest.raises(TooManyError):
        limits.charge(LIMIT, "a")


@given(st.lists(st.floats(0, 30), max_size=60), st.integers(1, 50), st.integers(1, 100))
def test_no_window_holds_more_than_twice_the_quota_and_waiting_as_told_gets_through(
    pauses: list[float], quota: int, window: int
) -> None:
    clock, limit = Clock(), Limit("test", quota, window)
    limits, taken = Limits(clock), list[float]()
    for pause in pauses:
        clock.now += pause
        room = limits.take(limit, "a")
        assert 0 <= room.remaining < max(quota, 1)
        if room.wait_seconds:
            clock.now += room.wait_seconds
            assert not limits.take(limit, "a").wait_seconds
        taken.append(clock.now)
    for begin in taken:
        assert sum(begin <= when < begin + window for when in taken) <= 2 * quota


def test_a_limit_remembers_so_many_and_no_more() -> None:
    limits = Limits(Clock())
    for number in range(MAX_KNOWN + 100):
        limits.take(LIMIT, str(number))
    assert len(limits._whole_at) == MAX_KNOWN


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
    ],
)
def test_an_ipv6_customer_is_one_however_many_addresses_they_have(address: str, name: str) -> None:
    assert by_address(address) == name


def test_a_client_sees_what_is_left_and_when_to_come_back(start: Start) -> None:
    server = start("--requests-per-minute", "3", secret=None)
    answers = [server.client.get("/health") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"address";q=3;w=60'
    assert answers[0].headers["ratelimit"].startswith('"address";r=2;t=')
    assert answers[3].json()["code"] == "too-many-requests"
    assert 0 < int(answers[3].headers["retry-after"]) <= 20
    assert answers[3].headers["ratelimit"].startswith('"address";r=0;t=')
    assert server.owner.get("/health").status_code == 200  # the owner is not held up by others


def test_a_named_proxy_is_believed_about_its_clients_and_nobody_else(start: Start) -> None:
    def asked(server: Server, *said: str) -> int:
        headers = [("X-Forwarded-For", one) for one in said]
        return server.client.get("/health", headers=headers).status_code

    behind = start("--requests-per-minute", "2", "--trust-proxy", "127.0.0.1", secret=None)
    assert [asked(behind, "192.0.2.1") for _ in range(3)] == [200, 200, 429]
    assert asked(behind, "192.0.2.1, 192.0.2.2") == 200  # the proxy heard from .2; what .2 wrote is not believed
    assert asked(behind, "192.0.2.9", "192.0.2.1, 127.0.0.1") == 429
    behind.stop()
    alone = start("--requests-per-minute", "2", secret=None)
    assert [asked(alone, f"192.0.2.{number}") for number in range(3)] == [200, 200, 429]


def test_passphrases_are_tried_so_often_and_no_more(start: Start) -> None:
    server = start(secret=None)
    # None of these takes the time of stretching one, in which a try would come back.
    answers = [server.owner.post("/owner/unlock", json={"secret": ""}).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]
