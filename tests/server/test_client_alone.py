"""A client that shows who it is, and nothing else."""

from __future__ import annotations

from tests.server.conftest import Made, Start
from tests.server.vendors import vendor


def test_an_independent_client_gets_a_token_that_says_who_it_is_and_one_for_a_grant_of_its_own(
    made: Made, start: Start
) -> None:
    with vendor(made) as one:
        one.server = start("--dev")
        client = one.client()
        alone = one.identified(client)
        assert "grant_id" not in alone.as_dict()
        granted = one.granted(client)
        grant = granted.as_dict()["grant_id"]
        path = f"/oauth/grants/{grant}"
        again = client.client_credentials(grant_id=grant)
        assert again.as_dict()["grant_id"] == grant
        assert one.shown(again, path).json()["state"] == "active"
        assert one.shown(alone, path).status_code == 404  # the token stands for no grant
        assert one.shown(again, path, "DELETE").status_code == 204
        assert one.shown(again, path).status_code == 401
        assert one.shown(alone, "/v1/terms").status_code == 200
