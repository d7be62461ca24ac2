"""How a vendor's client comes to the person over the wire: introductions, the screener, invitations and their page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest

from tests import warm
from tests.server.conftest import PATIENCE_SECONDS, Made, Server, Start, environment
from tests.server.trading import Side
from tests.server.vendors import Vendor, vendor
from web import invitation_output
from web.pages.invite.page import prefers_html

HELLO = {"name": "Example <b>Shop</b>", "intro": "We sell <script>shoes</script>.", "category": None}
PATH = "/v1/introduction"
SCALE = 8


@pytest.fixture
def shop(made: Made, start: Start) -> Iterator[Vendor]:
    with vendor(made) as one:
        one.server = start("--dev", "--requests-per-minute", "100000")
        yield one


def command(made: Made, *words: str, json_out: bool = True) -> Any:
    secret = made.home.parent / "key"
    secret.write_text(made.recovery_key)
    done = warm.run(
        *words, *(["--json"] if json_out else []), env={**environment(made.home), "FIRSTPARTY_PASSPHRASE_FILE": str(secret)},
        cwd=made.home.parent, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if json_out else done.stdout


def test_who_introduces_itself_waits_is_listed_and_let_in_by_the_owner(shop: Vendor, made: Made) -> None:
    assert shop.server
    token = shop.identified()
    assert shop.shown(token, PATH).json() == {"standing": "new", "vendor": None}
    answer = shop.shown(token, PATH, "POST", json=HELLO)
    assert (answer.status_code, answer.json()) == (200, {"standing": "waiting", "vendor": None})
    (one,) = shop.server.owner.get("/owner/requests").json()["requests"]
    assert (one["kind"], one["client"], one["verdict"], one["expires"]) == ("first-contact", shop.shop.url, "ask", None)
    assert one["asks"] == {"kind": "first-contact", **HELLO, "linked": None, "proposed": None}
    listed = command(made, "requests")["requests"]
    assert [(each["id"], each["kind"]) for each in listed] == [(one["id"], "first-contact")]
    assert "We sell <script>shoes</script>." in command(made, "requests", json_out=False)
    assert shop.server.owner.post(f"/owner/requests/{one['id']}/approve", json={}).json() == {
        "id": one["id"],
        "grant": None,
        "redirect": None,
    }
    assert shop.shown(token, PATH).json()["standing"] == "yes"
    assert shop.server.owner.get("/owner/requests").json() == {"requests": []}
    again = shop.server.owner.post(f"/owner/requests/{one['id']}/deny", json={})
    assert (again.status_code, again.json()["code"]) == (409, "illegal-event")
    events = shop.shown(token, "/v1/events").json()["events"]
    assert [each["type"] for each in events if each["type"].startswith("introduction")] == ["introduction.decided"]


def test_who_is_denied_is_turned_away_until_the_owner_says_otherwise(shop: Vendor, made: Made) -> None:
    assert shop.server
    token = shop.identified()
    shop.shown(token, PATH, "POST", json=HELLO)
    (one,) = shop.server.owner.get("/owner/requests").json()["requests"]
    assert shop.server.owner.post(f"/owner/requests/{one['id']}/deny", json={"because": "no"}).status_code == 200
    assert shop.shown(token, PATH).json()["standing"] == "not-now"
    for path, body in ((PATH, HELLO), ("/v1/agreements", {"terms": "SD-BASE"})):
        answer = shop.shown(token, path, "POST", json=body)
        assert (answer.status_code, answer.json()["code"]) == (403, "turned-away")
    assert shop.shown(token, "/v1/agreements").status_code == 200
    assert command(made, "vendor", "screen", shop.shop.url, "yes")["clients"] == [shop.shop.url]
    assert shop.shown(token, PATH, "POST", json=HELLO).json()["standing"] == "yes"
    (listed,) = command(made, "vendor", "screener")["clients"]
    assert (listed["client"], listed["standing"], listed["says"]) == (shop.shop.url, "yes", HELLO["name"])


@pytest.mark.parametrize("door", ["approve", "screen", "invitation"])
def test_what_was_held_is_judged_once_the_client_is_let_in_by_whatever_door(
    shop: Vendor, made: Made, door: str
) -> None:
    assert shop.server
    side = Side(shop, shop.identified())
    offer = side.offers(2500)
    message = side.post("/v1/messages", {"kind": "service", "subject": "Hello", "body": "We are here."}).json()
    assert (offer["state"], message["state"]) == ("held", "held")
    if door == "invitation":
        command(made, "vendor", "add", "Shoe Shop")
        code = command(made, "invite", "Shoe Shop")["code"]
        assert side.post(PATH, {**HELLO, "invitation": code}).json()["standing"] == "yes"
    elif door == "screen":
        assert command(made, "vendor", "screen", side.url, "yes")["clients"] == [side.url]
    else:
        side.post(PATH, HELLO)
        (one,) = shop.server.owner.get("/owner/requests").json()["requests"]
        assert shop.server.owner.post(f"/owner/requests/{one['id']}/approve", json={}).status_code == 200
    judged = side.get(f"/v1/offers/{offer['id']}").json()
    assert (judged["state"], judged["answer"] is not None) == ("stands", True)
    assert "offer.decided" in [each["type"] for each in side.get("/v1/events").json()["events"]]
    decided = {each["kind"] for each in command(made, "decisions")["decisions"]}
    assert {"offer", "message"} <= decided


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "document"),
        ({"name": ""}, "document"),
        ({"name": "x" * 201}, "document"),
        ({"name": "x", "intro": "x" * 2001}, "document"),
        ({"name": "x", "extra": 1}, "unknown-field"),
        ({"name": "x", "category": "no.such"}, "unknown-category"),
        ({"name": "x", "invitation": "meet_0123456789abcdefghjkmnpqrs"}, "invitation"),
    ],
)
def test_what_does_not_read_is_refused(reading: Vendor, body: dict[str, object], code: str) -> None:
    answer = reading.shown(reading.identified(), PATH, "POST", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert reading.shown(reading.identified(), PATH).json()["standing"] == "new"


@pytest.fixture(scope="module")
def reading(template: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vendor]:
    """One server for what changes nothing."""
    import shutil

    from tests.server.conftest import started

    made = template._replace(home=tmp_path_factory.mktemp("reading") / "vault")
    shutil.copytree(template.home, made.home)
    with vendor(made) as one:
        one.server = started(made, "--dev", "--requests-per-minute", "100000", secret=made.recovery_key)
        yield one
        one.server.stop()


def test_an_invitation_made_while_the_server_runs_lets_a_client_in_once(shop: Vendor, made: Made) -> None:
    assert shop.server
    command(made, "vendor", "add", "Shoe Shop")
    made_one = command(made, "invite", "Shoe Shop", "--expires", "2")
    assert made_one["link"] == f"{shop.server.url}/invite/{made_one['code']}"
    page = shop.server.client.get(f"/invite/{made_one['code']}")
    assert page.json() == {"issuer": shop.server.url, "code": made_one["code"]}
    token = shop.identified()
    answer = shop.shown(token, PATH, "POST", json={**HELLO, "invitation": page.json()["code"]}, key="one")
    assert answer.json() == {"standing": "yes", "vendor": "Shop"}
    repeated = shop.shown(token, PATH, "POST", json={**HELLO, "invitation": page.json()["code"]}, key="one")
    assert repeated.json() == answer.json()
    again = shop.shown(token, PATH, "POST", json={**HELLO, "invitation": made_one["code"]})
    assert (again.status_code, again.json()["code"]) == (422, "invitation")
    (listed,) = command(made, "invite", "--list")["invitations"]
    assert (listed["state"], listed["client"], listed["client_fits"]) == ("used", shop.shop.url, False)


def test_a_revoked_invitation_opens_nothing(shop: Vendor, made: Made) -> None:
    command(made, "vendor", "add", "Shoe Shop")
    made_one = command(made, "invite", "Shoe Shop")
    assert command(made, "invite", "--revoke", made_one["id"])["state"] == "revoked"
    answer = shop.shown(shop.identified(), PATH, "POST", json={**HELLO, "invitation": made_one["code"]})
    assert answer.json()["code"] == "invitation"


# --- the page -------------------------------------------------------------------------------------------------------


def test_a_browser_gets_a_page_that_runs_and_fetches_nothing(opened: Server) -> None:
    answer = opened.client.get("/invite/meet_0123", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert (answer.headers["vary"], answer.headers["referrer-policy"]) == ("Accept, Accept-Language", "no-referrer")
    assert opened.url in answer.text
    assert "meet_0123" in answer.text
    assert '<html lang="en">' in answer.text
    german = opened.client.get(
        "/invite/meet_0123", headers={"Accept": "text/html", "Accept-Language": "de-AT,de;q=0.9"}
    )
    assert '<html lang="de">' in german.text
    assert not re.search(r"<(script|img|link|iframe|form|style)|https?://(?!127\.0\.0\.1)|\son\w+=", answer.text)


@pytest.mark.parametrize("code", ["%3Cscript%3E", "a%22b", "x" * 65, "%C3%A9", "a%00b", "a.b", "a%20b"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_what_cannot_be_a_code_is_not_found_and_not_repeated(opened: Server, code: str, accept: str) -> None:
    answer = opened.client.get(f"/invite/{code}", headers={"Accept": accept})
    assert answer.status_code in (400, 404)
    assert unquote(code) not in answer.text


def test_the_page_is_there_while_the_vault_is_locked_and_says_nothing_of_the_code(shut: Server, opened: Server) -> None:
    for server in (shut, opened):
        assert server.client.get("/invite/anything").json() == {"issuer": server.url, "code": "anything"}


@pytest.mark.parametrize(
    ("accept", "is_html"),
    [
        ([], False),
        (["*/*"], False),
        (["application/json"], False),
        (["text/html"], True),
        (["TEXT/HTML; q=0.9, application/json;q=0.8"], True),
        (["text/html;q=0.5", "application/json"], False),
        (["text/html;q=0"], False),
        (["text/html;q=x"], False),
        ([",;,"], False),
    ],
)
def test_who_asks_for_a_page_gets_one(accept: list[str], is_html: bool) -> None:
    assert prefers_html(accept) == is_html


def test_the_qr_code_of_a_link_is_read_by_another_program(tmp_path: Path) -> None:
    zxing = pytest.importorskip("zxingcpp", reason="the independent reader is not installed")
    link = "https://vault.example/invite/meet_0123456789abcdefghjkmnpqrs"
    invitation_output.write_svg(link, str(tmp_path / "code.svg"))
    (read,) = zxing.read_barcodes(_bitmap((tmp_path / "code.svg").read_text()))
    assert (read.text, read.format) == (link, zxing.BarcodeFormat.QRCode)


def _bitmap(svg: str) -> memoryview:
    """The picture in grey, drawn here from the path of the SVG: horizontal lines one unit thick, by relative moves."""
    root = ElementTree.fromstring(svg)
    line = next(one.attrib["d"] for one in root.iter("{http://www.w3.org/2000/svg}path") if "stroke" in one.attrib)
    units, x, y = int(root.attrib["width"]) // SCALE, 0.0, 0.0
    rows = [bytearray(b"\xff" * units) for _ in range(units)]
    for verb, numbers in re.findall(r"([Mmh])([-0-9. ]+)", line):
        values = [float(one) for one in numbers.split()]
        if verb == "h":
            rows[int(y)][int(x) : int(x + values[0])] = bytes(int(values[0]))
            x += values[0]
        else:
            x, y = (x + values[0], y + values[1]) if verb == "m" else (values[0], values[1])
    pixels = b"".join(bytes(dot for dot in row for _ in range(SCALE)) * SCALE for row in rows)
    return memoryview(pixels).cast("B", (units * SCALE, units * SCALE))
