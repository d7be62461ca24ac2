"""What a monitor is told, and who may ask."""

from __future__ import annotations

import re

import httpx

from tests.server.conftest import Made, Server, Start

TOKEN = "a-token-for-the-monitor"
LINE = re.compile(r'[a-z_]+(\{[a-z]+="[^"\n\\]*"(,[a-z]+="[^"\n\\]*")*\})? [0-9.]+')


def served(made: Made, start: Start, **more: str | None) -> Server:
    path = made.home.parent / "token"
    path.write_text(TOKEN + "\n")
    return start("--metrics-token-file", str(path), "--dev", **more)


def asked(server: Server, token: str = TOKEN) -> httpx.Response:
    return server.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})


def test_a_monitor_with_its_token_reads_figures_in_the_text_format(made: Made, start: Start) -> None:
    server = served(made, start)
    for path in ("/v1/terms", "/v1/terms", "/v1/offers/req_secret", "/no/such/place"):
        server.client.get(path)
    server.client.request("SECRETLY", "/health")
    answer = asked(server)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    lines = answer.text.splitlines()
    assert all(line.startswith("# ") or LINE.fullmatch(line) for line in lines), answer.text
    assert 'firstparty_requests_total{method="GET",route="/v1/terms",status="200"} 2' in lines
    assert 'firstparty_requests_total{method="GET",route="/v1/offers/{id}",status="401"} 1' in lines
    assert 'firstparty_request_seconds_bucket{route="/v1/terms",le="+Inf"} 2' in lines
    assert 'firstparty_request_seconds_count{route="/v1/terms"} 2' in lines
    assert {"firstparty_open 1", "firstparty_outbox 0"} <= set(lines)
    assert "secret" not in answer.text.lower()


def test_a_locked_vault_has_figures_too(made: Made, start: Start) -> None:
    lines = asked(served(made, start, secret=None)).text.splitlines()
    assert "firstparty_open 0" in lines
    assert not [line for line in lines if line.startswith("firstparty_outbox")]


def test_nobody_else_reads_them_and_the_token_opens_nothing_else(made: Made, start: Start) -> None:
    server = served(made, start)
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Bearer {TOKEN}x"}, {"Authorization": TOKEN}):
        assert server.client.get("/metrics", headers=headers).status_code == 401
    shown = {"Authorization": f"Bearer {TOKEN}"}
    for path in ("/owner/state", "/owner/requests"):
        assert server.client.get(path, headers=shown).status_code in (401, 404)
    assert server.client.get("/v1/offers", headers=shown).status_code == 401
    assert server.owner.get("/metrics").status_code == 200
    assert TOKEN not in server.log


def test_without_the_setting_no_token_opens_them(opened: Server) -> None:
    assert asked(opened).status_code == 401
    assert asked(opened, "None").status_code == 401
