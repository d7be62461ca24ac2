"""What is compressed on its way, for whom, and what is never: lengths tell secrets apart (BREACH)."""

from __future__ import annotations

import gzip

import httpx
import pytest

from tests.server.conftest import PASSPHRASE, Server
from web.pages.frame.assets import address_of
from web.server.answers import Answer
from web.server.compressing import compressed

OF_THE_PERSON = {"Sec-Fetch-Site": "none"}
OF_THE_VAULT = {"Sec-Fetch-Site": "same-origin"}
OF_ANOTHER_SITE = {"Sec-Fetch-Site": "cross-site"}
LONG = b"<p>A page of the owner</p>" * 200


def got(server: Server, path: str, **headers: str) -> httpx.Response:
    asked = {"Accept-Encoding": "gzip", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return server.client.get(path, headers=asked)


def page(**headers: str) -> Answer:
    return Answer(200, LONG, "text/html", {"Cache-Control": "no-store", **headers})


@pytest.fixture(scope="module")
def owner(opened: Server) -> dict[str, str]:
    """The fields of a browser that is logged in."""
    form = {"passphrase": PASSPHRASE, "next": "/"}
    answer = opened.client.post("/login", data=form, headers={"Origin": opened.url, **OF_THE_VAULT})
    assert answer.status_code == 303
    opened.client.cookies.clear()
    return {"Cookie": answer.headers["set-cookie"].partition(";")[0]}


@pytest.mark.parametrize("name", ["style.css", "script.js"])
@pytest.mark.parametrize("asked_by", [{}, OF_THE_VAULT, OF_ANOTHER_SITE])
def test_style_and_script_are_compressed_for_everybody(opened: Server, name: str, asked_by: dict[str, str]) -> None:
    plain = got(opened, address_of(name), Accept_Encoding="identity")
    packed = got(opened, address_of(name), **asked_by)
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


def test_each_form_of_an_asset_has_a_name_of_its_own(opened: Server) -> None:
    address = address_of("style.css")
    plain, packed = got(opened, address, Accept_Encoding="identity"), got(opened, address)
    assert plain.headers["etag"] != packed.headers["etag"]
    again = got(opened, address, If_None_Match=packed.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "content-encoding" not in again.headers
    assert again.headers["vary"] == "Accept-Encoding"
    other = got(opened, address, Accept_Encoding="identity", If_None_Match=packed.headers["etag"])
    assert (other.status_code, other.content) == (200, plain.content)


def test_asking_for_the_head_alone_tells_the_same(opened: Server) -> None:
    address = address_of("style.css")
    head = opened.client.head(address, headers={"Accept-Encoding": "gzip"})
    for name in ("etag", "content-encoding", "content-length", "vary"):
        assert head.headers[name] == got(opened, address).headers[name]
    assert head.content == b""


@pytest.mark.parametrize("asked_by", [OF_THE_PERSON, OF_THE_VAULT])
def test_a_page_is_compressed_for_the_person_and_for_pages_of_the_vault(
    opened: Server, owner: dict[str, str], asked_by: dict[str, str]
) -> None:
    answer = got(opened, "/settings", **owner, **asked_by)
    assert answer.status_code == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding, Sec-Fetch-Site"
    assert "</html>" in answer.text


@pytest.mark.parametrize("asked_by", [{}, OF_ANOTHER_SITE, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "x"}])
def test_a_page_that_another_site_asks_for_is_not(
    opened: Server, owner: dict[str, str], asked_by: dict[str, str]
) -> None:
    """A guess of theirs, beside what the page says of the owner."""
    answer = got(opened, "/vendors?q=guess", **owner, **asked_by)
    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept-Encoding, Sec-Fetch-Site"
    assert int(answer.headers["content-length"]) == len(answer.content)


def test_the_length_of_what_another_site_asks_for_tells_no_guess_from_another(
    opened: Server, owner: dict[str, str]
) -> None:
    lengths = {
        got(opened, f"/vendors?q={guess}", **owner, **OF_ANOTHER_SITE).headers["content-length"]
        for guess in ("form_token", "qjzxkvwpyh")
    }
    assert len(lengths) == 1


def test_answers_to_forms_and_the_api_are_not_compressed(opened: Server, owner: dict[str, str]) -> None:
    refused = opened.client.post(
        "/login", data={"passphrase": "no"}, headers={"Accept-Encoding": "gzip", "Origin": opened.url, **OF_THE_VAULT}
    )
    assert refused.status_code >= 400
    described = got(opened, "/openapi.json", **OF_THE_VAULT)
    assert described.status_code == 200
    for answer in (refused, described, got(opened, "/v1/terms", **OF_THE_VAULT)):
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "is_taken"),
    [
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0.001, *;q=0", True),
        ("", False),
        ("br", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
    ],
)
def test_what_a_browser_does_not_take_it_does_not_get(accepted: str, is_taken: bool) -> None:
    answer = compressed(page(), {"accept-encoding": accepted, "sec-fetch-site": "same-origin"})
    assert (answer.headers.get("Content-Encoding") == "gzip") == is_taken
    assert (gzip.decompress(answer.body) if is_taken else answer.body) == LONG


def test_what_the_answer_depended_on_before_is_still_said() -> None:
    answer = compressed(page(Vary="Cookie"), {"accept-encoding": "gzip"})
    assert answer.headers["Vary"] == "Cookie, Accept-Encoding, Sec-Fetch-Site"


@pytest.mark.parametrize(
    "answer", [Answer(200, b"short", "text/html"), Answer(200, LONG, "image/png"), Answer(200, LONG)]
)
def test_short_answers_and_what_is_no_text_stay_as_they_are(answer: Answer) -> None:
    assert compressed(answer, {"accept-encoding": "gzip", "sec-fetch-site": "same-origin"}) == answer


def test_the_same_page_is_the_same_bytes() -> None:
    asked = {"accept-encoding": "gzip", "sec-fetch-site": "none"}
    assert compressed(page(), asked).body == compressed(page(), asked).body
