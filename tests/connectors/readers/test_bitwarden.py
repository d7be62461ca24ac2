"""Bitwarden exports: what is kept, what never is, and how protected ones are opened."""

from __future__ import annotations

import base64
import io
import json
import traceback
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from connectors.frame import PassphraseNeeded, ReadError, Source
from connectors.readers import bitwarden
from connectors.readers.bitwarden import READER, exported_json, sealed
from tests.connectors.readers.bitwarden_sealing import protected
from vault.findings import FoundAccount, Problem

SAMPLES = Path(bitwarden.__file__).parent / "samples"
CANARY = "CANARY"
PASSPHRASE = "example passphrase"
PLAIN = (SAMPLES / "plain.json").read_bytes()


def read(content: bytes, passphrase: str = "") -> list[FoundAccount | Problem]:
    source = Source(stream=io.BytesIO(content), size=len(content), passphrase=passphrase)
    return list(READER.read(source))  # type: ignore[arg-type]


def refused(content: bytes, passphrase: str = "") -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(content, passphrase)
    return caught.value


def everything_said(error: BaseException) -> str:
    """The error with every error behind it, as a log would show them, local variables left out."""
    return "".join(traceback.format_exception(error, chain=True)) + repr(error.__context__) + repr(error.__cause__)


def export(*items: dict[str, object]) -> bytes:
    return json.dumps({"encrypted": False, "folders": [], "items": list(items)}).encode()


def login(**fields: object) -> dict[str, object]:
    return {"type": 1, "name": "Shop", "login": {"username": "owner", "password": "CANARY", **fields}}


def test_a_log_in_keeps_its_name_origins_user_name_dates_and_id() -> None:
    assert read(PLAIN)[0] == FoundAccount(
        title="Filmfreund",
        urls=("https://www.filmfreund.example", "androidapp://com.example.filmfreund"),
        username="owner@example.org",
        own_id="aaaaaaaa-0000-4000-8000-000000000001",
        opened=datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC),
        changed=datetime(2024, 2, 3, 4, 5, 6, 789_000, tzinfo=UTC),
    )


def test_cards_identities_notes_and_the_bin_are_passed_over() -> None:
    assert [item.title for item in read(PLAIN) if isinstance(item, FoundAccount)] == [
        "Filmfreund",
        "Stadtwerke",
        "Zeitung",
    ]


@pytest.mark.parametrize(
    "sample", sorted(path.name for path in SAMPLES.glob("*") if not path.name.endswith(".json.json"))
)
def test_no_secret_of_any_field_comes_out(sample: str) -> None:
    content = (SAMPLES / sample).read_bytes()
    try:
        said = msgspec.json.encode(read(content, PASSPHRASE)).decode()
    except ReadError as error:
        said = everything_said(error)
    assert CANARY.lower() not in said.lower()


@pytest.mark.parametrize("cut", range(0, len(PLAIN), 97))
def test_no_secret_comes_out_of_a_file_cut_anywhere(cut: int) -> None:
    try:
        said = msgspec.json.encode(read(PLAIN[:cut])).decode()
    except ReadError as error:
        said = everything_said(error)
    assert CANARY.lower() not in said.lower()


@pytest.mark.parametrize(
    "fields",
    [
        {"username": ["CANARY"]},
        {"uris": "CANARY"},
        {"uris": [{"uri": 5}]},
        {"password": {"CANARY": 1}},
        {"totp": 7},
    ],
)
def test_an_entry_built_otherwise_is_a_problem_without_its_content_and_the_rest_goes_on(
    fields: dict[str, object],
) -> None:
    found = read(export(login(**fields), login()))
    assert found[0] == Problem("entry 1", "unreadable-entry", "this entry is not built like an entry of Bitwarden")
    assert isinstance(found[1], FoundAccount)


def test_a_user_name_or_name_that_is_a_secret_is_left_out() -> None:
    totp = "otpauth://totp/Shop?secret=CANARY"
    entries = [
        login(username="CANARY"),
        login(username=totp),
        login(username="x", totp="x"),
        {**login(uris=[{"uri": "https://shop.example"}]), "name": "CANARY"},
    ]
    found = read(export(*entries))
    assert [item.username for item in found if isinstance(item, FoundAccount)] == ["", "", "", "owner"]
    assert isinstance(found[3], FoundAccount)
    assert found[3].title == "shop.example"


def test_an_address_that_is_the_password_is_left_out() -> None:
    found = read(
        export(login(password="hunter2.example", uris=[{"uri": "hunter2.example"}, {"uri": "https://hunter2.example"}]))
    )
    assert isinstance(found[0], FoundAccount)
    assert found[0].urls == ()


@pytest.mark.parametrize("argon2", [False, True], ids=["pbkdf2", "argon2id"])
def test_a_protected_export_opened_with_its_password_gives_what_the_plain_one_gives(argon2: bool) -> None:
    sealed_export = protected(PLAIN, "Pässwort ☕", argon2=argon2)
    assert read(sealed_export, "Pässwort ☕") == read(PLAIN)


def test_the_stored_protected_sample_opens() -> None:
    assert read((SAMPLES / "protected.json").read_bytes(), PASSPHRASE) == read(PLAIN)


def test_a_protected_export_asks_for_its_password_and_tells_a_wrong_one() -> None:
    content = protected(PLAIN, "right")
    assert isinstance(refused(content), PassphraseNeeded)
    wrong = refused(content, "wr0ng-CANARY")
    assert wrong.code == "wrong-passphrase"
    assert CANARY not in everything_said(wrong)


def flipped(part: str) -> str:
    """A base64 text whose last byte has one other bit."""
    content = bytearray(base64.b64decode(part))
    content[-1] ^= 1
    return base64.b64encode(content).decode()


@pytest.mark.parametrize("place", [0, 1, 2], ids=["vector", "ciphertext", "mac"])
def test_a_protected_export_changed_by_one_bit_is_refused(place: int) -> None:
    content = json.loads(protected(PLAIN + b" " * 64, "right"))
    parts = content["data"][2:].split("|")
    parts[place] = flipped(parts[place])
    assert refused(json.dumps({**content, "data": "2." + "|".join(parts)}).encode(), "right").code == "damaged"


@pytest.mark.parametrize("text", ["", "2.", "2.a|b", "2.AAAA|AAAA|AAAA", "0.AAAA|AAAA", "2.€|€|€"])
def test_a_protected_export_with_no_ciphertext_is_refused(text: str) -> None:
    content = json.loads(protected(PLAIN, "right"))
    assert refused(json.dumps({**content, "data": text}).encode(), "right").code == "damaged"


@pytest.mark.parametrize(
    "cost",
    [
        {"kdfIterations": sealed.MAX_PBKDF2_ITERATIONS + 1},
        {"kdfIterations": 0},
        {"kdfType": 1, "kdfIterations": 3, "kdfMemory": 64 * 1024, "kdfParallelism": 4},
        {"kdfType": 1, "kdfIterations": 1_000, "kdfMemory": 64, "kdfParallelism": 4},
        {"kdfType": 1, "kdfIterations": 3, "kdfMemory": 64, "kdfParallelism": 1_000_000},
        {"kdfType": 1, "kdfIterations": 3},
        {"salt": "x" * 2_000},
    ],
)
def test_a_file_that_asks_for_more_work_than_bitwarden_allows_is_refused_before_any_is_done(
    cost: dict[str, object],
) -> None:
    assert refused(protected(PLAIN, "right", **cost), "right").code == "excessive-key-derivation"


def test_an_unknown_key_derivation_is_refused() -> None:
    assert refused(protected(PLAIN, "right", kdfType=7), "right").code == "unknown-key-derivation"


def test_an_export_bound_to_an_account_is_refused_with_what_to_do() -> None:
    error = refused((SAMPLES / "account-restricted.json").read_bytes())
    assert error.code == "account-restricted"
    assert "export again" in error.hint


def test_a_file_larger_than_any_export_is_refused_unread() -> None:
    source = Source(stream=io.BytesIO(PLAIN), size=exported_json.MAX_JSON_BYTES + 1)
    with pytest.raises(ReadError) as caught:
        list(READER.read(source))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    "text", ["{}", '{"items": []}', '{"encrypted": "no"}', "[]", "", "name,url,username,password\n", '{"a": {"b": 1}}']
)
def test_what_is_no_bitwarden_export_is_not_recognised(text: str) -> None:
    assert READER.sniff(text.encode()) == 0


def test_a_csv_row_with_one_comma_too_many_is_not_read() -> None:
    found = read((SAMPLES / "plain.csv").read_bytes())
    assert [item.code for item in found if isinstance(item, Problem)] == ["misshapen-row"]
