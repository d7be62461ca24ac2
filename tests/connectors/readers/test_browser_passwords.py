"""Saved passwords of browsers and password managers: accounts come out, secrets never do."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.account_entries import moment, origin
from connectors.frame import ReadError, Source
from connectors.readers import browser_passwords
from connectors.readers.browser_passwords import READER
from vault.findings import FoundAccount, Problem

SAMPLES = Path(browser_passwords.__file__).parent / "samples"


def read(content: str | bytes) -> list[FoundAccount | Problem]:
    content = content if isinstance(content, bytes) else content.encode()
    return list(READER.read(Source(stream=io.BytesIO(content), size=len(content))))  # type: ignore[arg-type]


def said(content: bytes) -> str:
    """Everything that reading `content` says, errors included."""
    try:
        return msgspec.json.encode(read(content)).decode()
    except ReadError as error:
        return str(error)


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.csv")))
def test_no_secret_of_any_column_comes_out(sample: str) -> None:
    found = read((SAMPLES / sample).read_bytes())
    assert any(isinstance(item, FoundAccount) for item in found)
    assert b"canary" not in msgspec.json.encode(found).lower()


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.glob("*.csv")))
def test_no_secret_comes_out_of_a_file_cut_anywhere_or_with_its_rows_shifted(sample: str) -> None:
    content = (SAMPLES / sample).read_bytes()
    shifted = content.replace(b"\n", b"\nx,", 2)
    for spoiled in (shifted, *(content[:end] for end in range(0, len(content), 7))):
        assert "canary" not in said(spoiled).lower()


def test_firefox_s_dates_are_milliseconds_and_its_own_key_is_no_account() -> None:
    found = read((SAMPLES / "firefox.csv").read_bytes())
    assert len(found) == 2
    assert isinstance(found[0], FoundAccount)
    assert found[0].opened == datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert found[0].title == "www.example.org"


def test_secure_notes_cards_and_identities_of_password_managers_are_passed_over() -> None:
    assert [item.title for item in read((SAMPLES / "lastpass.csv").read_bytes()) if isinstance(item, FoundAccount)] == [
        "My bank"
    ]
    assert len(read((SAMPLES / "protonpass.csv").read_bytes())) == 1


def test_a_user_name_that_is_the_password_is_left_out() -> None:
    found = read("name,url,username,password\nShop,https://shop.example,same,same\n")[0]
    assert isinstance(found, FoundAccount)
    assert found.username == ""


@pytest.mark.parametrize(
    "row", ["A,https://a.example,user,pass,word,CANARY", "A,https://a.example,CANARY", '"A,https://a.example,u,CANARY,']
)
def test_a_row_with_other_columns_than_the_header_is_not_read(row: str) -> None:
    found = read(f"name,url,username,password,note\n{row}\n")
    assert [item.code for item in found if isinstance(item, Problem)] == ["misshapen-row"]
    assert len(found) == 1


def test_a_note_longer_than_any_cell_costs_its_row_only() -> None:
    note = "CANARY " * 30_000
    text = f'name,url,username,password,note\nA,https://a.example,u,CANARY,"{note}"\nB,https://b.example,u,CANARY,\n'
    found = read(text)
    assert [item.title for item in found if isinstance(item, FoundAccount)] == ["B"]
    assert b"CANARY" not in msgspec.json.encode(found)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_is_told_by_its_mark(encoding: str) -> None:
    content = "Title,URL,Username,Password,Notes,OTPAuth\nCafé,https://cafe.example,é,CANARY,,\n".encode(encoding)
    assert READER.sniff(content) > 50
    found = read(content)[0]
    assert isinstance(found, FoundAccount)
    assert (found.title, found.username) == ("Café", "é")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example/login?token=CANARY#CANARY", "https://shop.example"),
        ("https://user:CANARY@shop.example:8443/x", "https://shop.example:8443"),
        ("HTTPS://Shop.Example.", "https://shop.example"),
        ("shop.example/path", "https://shop.example"),
        ("http://192.168.0.1", "http://192.168.0.1"),
        ("http://[::1]:80/", "http://[::1]:80"),
        ("https://bücher.example/", "https://bücher.example"),
        ("androidapp://com.example.app", "androidapp://com.example.app"),
        ("android://CANARY==@com.example.app/", "androidapp://com.example.app"),
        ("data:text/html,CANARY", ""),
        ("javascript:CANARY", ""),
        ("file:///home/CANARY", ""),
        ("otpauth://totp/CANARY", ""),
        ("CANARY", ""),
        ("^https://(CANARY)$", ""),
        ("https://shop example/", ""),
        ("", ""),
    ],
)
def test_an_address_is_cut_to_its_origin(url: str, expected: str) -> None:
    assert origin(url) == expected


@given(st.text(max_size=60), st.text(alphabet="abcXYZ019-._~%&=", min_size=1, max_size=20))
def test_nothing_behind_the_host_ever_comes_out(path: str, token: str) -> None:
    marked = f"https://shop.example/{path}?t=SECRET{token}"
    assert "SECRET" not in origin(marked)
    assert origin(f"https://SECRET{token}@shop.example/") in ("https://shop.example", "")


@given(st.text(max_size=30))
def test_a_time_is_read_in_utc_or_is_none(text: str) -> None:
    found = moment(text)
    assert found is None or found.tzinfo is UTC


def test_a_header_of_no_known_tool_is_refused() -> None:
    with pytest.raises(ReadError) as caught:
        read("a,b,c\n1,2,3\n")
    assert caught.value.code == "unknown-columns"
