"""A URL is read strictly: what parsers read differently is refused, and numbers are no names in any notation."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.outbound import OutboundError, target

NUMBERS = """
    127.0.0.1 127.1 127.0.1 2130706433 0x7f.1 0x7f.0.0.1 0x7f000001 0177.0.0.1 0177.1 017700000001 127.0.0.1. 0 0x
    0x7F.1 １２７.０.０.１ １２７。０。０。１ ①②⑦.⓪.⓪.① 0x7ｆ.1 127.0.0.0x1 1.1.1.1 8.8.8.8 169.254.169.254 2852039166
    256.256.256.256 99999999999 example.0x7f example.1 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] [64:ff9b::7f00:1]
    [fe80::1%25eth0] [2606:4700:4700::1111] [::1 [] [127.0.0.1] [v1.x]
""".split()
BAD = [
    "",
    "https",
    "https:/",
    "https://",
    "https:///path",
    "https:shop.example/",
    "//shop.example/",
    "ftp://shop.example/",
    "file:///etc/passwd",
    "gopher://shop.example/",
    "HTTPS://shop.example/",
    "http://shop.example/",
    "http://localhost/",
    "https://user@shop.example/",
    "https://user:secret@shop.example/",
    "https://shop.example@127.0.0.1/",
    "https://shop.example:443@evil.example/",
    "https://shop.example#@evil.example/",
    "https://shop.example/#fragment",
    "https://shop.example\\@evil.example/",
    "https://shop.example\\.evil.example/",
    "https://shop.example/\\evil",
    "https://shop.example:/",
    "https://shop.example:0/",
    "https://shop.example:65536/",
    "https://shop.example:443443/",
    "https://shop.example:+443/",
    "https://shop.example:４４３/",
    "https://shop.example:443:443/",
    "https://shop.example/a b",
    "https://shop.example/\r\nHost: evil.example",
    "https://shop.example/\nx",
    "https://shop.exa\tmple/",
    "\thttps://shop.example/",
    " https://shop.example/",
    "https://shop.example/ ",
    "https://shop.example/\x00",
    "https://shop.example/\x7f",
    "https://shop.example/é",
    "https://shop.example/?q=é",
    "https://shop.example%00.evil.example/",
    "https://shop%2eexample/",
    "https://127.0.0.1%2f@shop.example/",
    "https://shop.example./",
    "https://.shop.example/",
    "https://shop..example/",
    "https://-shop.example/",
    "https://shop-.example/",
    "https://sh_op.example/",
    "https://shop/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://ｌｏｃａｌｈｏｓｔ/",
    "https://ⓛocalhost/",
    "https://shop.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://router.home.arpa/",
    "https://shop.onion/",
    "https://xn--localhost-.example/",
    "https://xn--a.example/",
    "https://xn--/",
    "https://" + "a" * 64 + ".example/",
    "https://" + "a." * 150 + "example/",
    "https://shop.example/" + "a" * 2048,
    "https://ab\u202ecd.example/",
]


@pytest.mark.parametrize("host", NUMBERS)
@pytest.mark.parametrize("development", [False, True])
def test_a_number_is_no_host_in_any_notation(host: str, development: bool) -> None:
    if development and host in ("127.0.0.1", "[::1]"):
        assert target(f"https://{host}/", development=True).local
        return
    with pytest.raises(OutboundError) as refused:
        target(f"https://{host}/", development=development)
    assert refused.value.code == "bad-url"


@pytest.mark.parametrize("url", BAD)
def test_what_parsers_read_differently_is_refused(url: str) -> None:
    with pytest.raises(OutboundError) as refused:
        target(url)
    assert refused.value.code in ("bad-url", "forbidden-port")


@pytest.mark.parametrize("port", [0, 22, 25, 80, 444, 6379, 8080, 11211])
def test_other_ports_are_not_connected_to(port: int) -> None:
    with pytest.raises(OutboundError) as refused:
        target(f"https://shop.example:{port}/")
    assert refused.value.code == "forbidden-port"


@pytest.mark.parametrize(
    ("url", "host", "authority", "path"),
    [
        ("https://shop.example", "shop.example", "shop.example", "/"),
        ("https://shop.example?x=1", "shop.example", "shop.example", "/?x=1"),
        ("https://SHOP.Example:443/a/../b?c=d&e=%0d", "shop.example", "shop.example", "/a/../b?c=d&e=%0d"),
        ("https://shop.example:8443/x", "shop.example", "shop.example:8443", "/x"),
        ("https://münchen.example/", "xn--mnchen-3ya.example", "xn--mnchen-3ya.example", "/"),
        ("https://faß.example/", "xn--fa-hia.example", "xn--fa-hia.example", "/"),
        ("https://ｓｈｏｐ。example/", "shop.example", "shop.example", "/"),
        ("https://xn--mnchen-3ya.example/", "xn--mnchen-3ya.example", "xn--mnchen-3ya.example", "/"),
    ],
)
def test_a_good_url_is_read_once_for_all(url: str, host: str, authority: str, path: str) -> None:
    read = target(url)
    assert (read.scheme, read.host, read.authority, read.path, read.local) == ("https", host, authority, path, False)


def test_a_look_alike_is_shown_as_the_name_that_it_is() -> None:
    assert target("https://\N{CYRILLIC SMALL LETTER A}pple.com/").host == "xn--pple-43d.com"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_in_development_the_machine_itself_may_be_asked_by_http_on_any_port(host: str) -> None:
    read = target(f"http://{host}:5000/x", development=True)
    assert (read.scheme, read.port, read.local, read.authority) == ("http", 5000, True, f"{host}:5000")


@pytest.mark.parametrize("host", ["shop.example", "127.0.0.2", "127.1", "localhost.example", "a.localhost", "[::2]"])
def test_in_development_others_are_not_asked_by_http(host: str) -> None:
    with pytest.raises(OutboundError):
        target(f"http://{host}:5000/x", development=True)


@given(st.text(max_size=40), st.sampled_from(["", "https://", "https://shop.example/", "http://", "https://shop"]))
def test_any_text_is_a_target_or_our_error(text: str, start: str) -> None:
    try:
        read = target(start + text)
    except OutboundError:
        return
    assert read.scheme == "https"
    assert read.port in (443, 8443)
    assert "." in read.host
    assert read.host.isascii()
    assert not {*"\r\n\t @\\#"} & {*read.host, *read.path}


@given(st.from_regex(r"\A[0-9a-fx.]{1,20}\Z"))
def test_what_the_system_reads_as_a_number_is_never_a_host(host: str) -> None:
    try:
        socket.inet_aton(host)
    except OSError:
        return
    with pytest.raises(OutboundError):
        target(f"https://{host}/")
