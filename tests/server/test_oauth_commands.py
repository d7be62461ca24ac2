"""The owner answers by command what waits in a running server."""

from __future__ import annotations

import json
from typing import Any

from tests.server.conftest import Made, Start
from tests.server.test_running import command
from tests.server.vendors import EMAIL, vendor


def test_the_owner_sees_what_waits_approves_a_part_and_denies_the_rest_by_command(made: Made, start: Start) -> None:
    with vendor(made) as shop:
        shop.server = start("--dev")
        client = shop.client()
        assert command(made, "requests").stdout == "Nothing waits for you.\n"
        first, second = shop.asked(client), shop.asked(client)
        listed = command(made, "requests", "--json")
        ids = [one["id"] for one in json.loads(listed.stdout)["requests"]]
        shown = command(made, "requests").stdout
        assert all(one in shown for one in ids)
        given = json.loads(command(made, "approve", ids[0], "--only", EMAIL, "--json").stdout)
        assert command(made, "deny", ids[1], "--because", "not now").stdout == "Denied.\n"
        token: Any = client.ciba(first)
        assert (token.grant_id, given["redirect"]) == (given["grant"], None)
        form = {"auth_req_id": second, "grant_type": "urn:openid:params:grant-type:ciba"}
        refused = client.session.post(client.token_endpoint, data=form, auth=client.auth, timeout=60)
        assert refused.json()["error"] == "invalid_dpop_proof"
        again = command(made, "approve", ids[1])
        assert (again.returncode, again.stdout) == (1, "")
        assert command(made, "requests").stdout == "Nothing waits for you.\n"


def test_without_a_server_the_commands_say_so(made: Made) -> None:
    for words in (("requests",), ("approve", "x"), ("deny", "x")):
        answer = command(made, *words)
        assert (answer.returncode, "firstparty serve" in answer.stderr) == (1, True)
