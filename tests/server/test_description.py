"""The description of the API: it is whole, it holds, and a fuzzer that works from it finds nothing."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    missing_required_header,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from terms.proof import offer_signature
from tests.server import asking, probes
from tests.server.conftest import Made, Server, started
from web.server import application
from web.server.catalogue import CATALOGUE
from web.server.openapi import PATH, document
from web.server.routes import Route

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    missing_required_header,
    unsupported_method,
]
ROUTES = application.collected()


def read(server: Server) -> Any:
    """The description as schemathesis reads it. It does not count 413 as a refusal, and a text of one character more than is
    taken, each written as an escape, makes a body of more bytes than are taken."""
    found: Any = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    rejection = found.config.checks.negative_data_rejection
    rejection.expected_statuses = [*rejection.expected_statuses, "413"]
    return found


@pytest.fixture(scope="module")
def described(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A server with the probes (so that there is a POST to fuzz), and its description as schemathesis reads it."""
    import shutil

    home = tmp_path_factory.mktemp("described") / "vault"
    shutil.copytree(template.home, home)
    server = started(
        template._replace(home=home), "--requests-per-minute", "1000000", secret=template.recovery_key,
        program=probes.PROGRAM,
    )  # fmt: skip
    yield read(server)
    server.stop()


# What the probes stream never ends, and a fuzzer would wait.
_FUZZED = [one.path for one in (*ROUTES, *probes.ROUTES) if one.is_public and "stream" not in one.summary]


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("path", sorted({*_FUZZED, PATH} - {"/broken", "/form"}))
def test_a_fuzzer_that_reads_the_description_finds_no_failure(described: Any, path: str, mode: GenerationMode) -> None:
    for operation in described[path].values():

        @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(case=operation.as_strategy(generation_mode=mode))
        def fuzz(case: Any) -> None:
            if mode is GenerationMode.POSITIVE and "Idempotency-Key" in (case.headers or {}):
                case.headers["Idempotency-Key"] = uuid.uuid4().hex  # else it tries one key with two bodies
            case.call_and_validate(checks=CHECKS)

        try:
            fuzz()
        except Unsatisfiable:
            assert mode is GenerationMode.NEGATIVE  # nothing about it can be wrong


# Sound data may still be refused by what is there, so nothing is said of what a stranger's data is answered with.
AS_VENDOR = [one for one in CHECKS if one not in (positive_data_acceptance, missing_required_header)]


@pytest.fixture(scope="module")
def world(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[asking.World]:
    with asking.world(template, tmp_path_factory.mktemp("fuzzed")) as found:
        yield found


@pytest.fixture(scope="module")
def told(world: asking.World) -> Any:
    return read(world.server)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("path", sorted({one.path for one in ROUTES if one.is_public and one.access.nobody == 401}))
def test_a_vendor_that_fuzzes_by_the_description_finds_no_failure(
    world: asking.World, told: Any, path: str, mode: GenerationMode
) -> None:
    for operation in told[path].values():

        @settings(
            max_examples=12, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def fuzz(case: Any) -> None:
            if mode is GenerationMode.POSITIVE and "Idempotency-Key" in (case.headers or {}):
                case.headers["Idempotency-Key"] = uuid.uuid4().hex
            url = requests.Request("GET", f"{world.server.url}{case.formatted_path}").prepare().url
            shown = world.vendor.headers(world.tokens["granted"], case.method, str(url))
            answer = case.call_and_validate(checks=AS_VENDOR, headers=shown)
            assert answer.status_code != 401, answer.text

        with contextlib.suppress(Unsatisfiable):
            fuzz()
    log = world.server.log
    assert "internal" not in log, log[log.index("internal") - 300 :][:600]


@pytest.mark.parametrize(("sign", "status"), [("a", 422), ("\u00e9", 413)])
def test_a_text_that_is_too_long_is_refused_as_a_value_or_where_its_escapes_are_too_many_bytes_as_a_body(
    world: asking.World, sign: str, status: int
) -> None:
    path = f"/v1/intents/{world.intent}/offers"
    told = {"offer": sign * (offer_signature.MAX_CHARACTERS + 1)}
    answer = world.vendor.shown(world.tokens["granted"], path, "POST", json=told)
    assert answer.status_code == status, answer.text


def test_every_public_route_is_described_with_an_example_and_its_problems(opened: Server) -> None:
    found = opened.client.get("/openapi.json").json()
    assert found["openapi"] == "3.1.0"
    for one in ROUTES:
        if not one.is_public:
            assert one.path not in found["paths"], "the owner's routes are nobody else's"
            continue
        operation = found["paths"][one.path][one.method.lower()]
        answers = operation["responses"]
        assert operation["summary"]
        done = [answer for status, answer in answers.items() if status.startswith("2")]
        assert done, one.path
        for each in done:
            assert one.method == "DELETE" or "example" in each["content"]["application/json"], one.path
        for status, answer in answers.items():
            if int(status) >= 400:
                examples = answer["content"]["application/problem+json"]["examples"]
                assert all(value["value"]["status"] == int(status) for value in examples.values())
                assert set(examples) <= set(CATALOGUE)


def test_examples_are_of_the_form_that_is_described() -> None:
    described = json.loads(json.dumps(document(ROUTES), default=lambda raw: json.loads(bytes(raw))))
    checked = 0
    for operations in described["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                for content in answer.get("content", {}).values():
                    whole = {**content["schema"], "components": described["components"]}
                    examples = [one["value"] for one in content.get("examples", {}).values()]
                    for example in examples + [content[name] for name in ("example",) if name in content]:
                        jsonschema.Draft202012Validator(whole).validate(example)
                        checked += 1
    assert checked > 10


def test_terms_are_as_anybody_can_verify_them(opened: Server) -> None:
    from terms.record import terms_hash

    offered = opened.client.get("/v1/terms").json()["agreements"]
    assert [one["preferred"] for one in offered] == [True]
    for one in offered:
        assert one["hash"] == terms_hash(one["text"], one["rules"])
    card = opened.client.get("/.well-known/firstparty.json").json()
    assert card["agreements"] == [{name: one[name] for name in ("id", "iri", "hash", "preferred")} for one in offered]


def test_the_description_names_every_route_once() -> None:
    described = document(ROUTES)["paths"]
    assert isinstance(described, dict)
    ids = [operation["operationId"] for operations in described.values() for operation in operations.values()]
    assert len(ids) == len(set(ids)) == sum(isinstance(one, Route) and one.is_public for one in ROUTES)
