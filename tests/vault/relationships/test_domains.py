"""Addresses and app ids, reduced to registrable domains."""

from __future__ import annotations

import pytest

from vault.relationships.domains import country_of, host_of, label_of, label_words, registrable


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://mein.vattenfall.de/login?x=1", "vattenfall.de"),
        ("netflix.com", "netflix.com"),
        ("HTTPS://WWW.Example.CO.UK:8443/", "example.co.uk"),
        ("https://user:word@shop.amazon.co.uk/", "amazon.co.uk"),
        ("someone@mail.example.org", "example.org"),
        ("android://aGFzaA==@com.netflix.mediaclient/", "netflix.com"),
        ("androidapp://com.spotify.music", "spotify.com"),
        ("androidapp://uk.co.bbc.iplayer", "bbc.co.uk"),
        ("androidapp://com.ubercab", "uber.com"),
        ("https://foo.myshopify.com", "foo.myshopify.com"),
        ("https://members.joes-gym.example", "joes-gym.example"),
        ("https://www.münchen.de", "xn--mnchen-3ya.de"),
        ("www.xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
    ],
)
def test_an_address_gives_the_domain_somebody_registered(address: str, domain: str) -> None:
    assert registrable(address) == domain


@pytest.mark.parametrize(
    "address",
    "|192.168.1.1|http://192.168.0.1:8080/|http://[2001:db8::1]/|localhost|http://nas.local|fritz.box|a..b|foo bar|://|@".split(
        "|"
    ),
)
def test_what_belongs_to_nobody_outside_has_no_domain(address: str) -> None:
    assert registrable(address) == ""


def test_an_overlong_host_has_no_domain() -> None:
    assert host_of("a." * 500 + "de") == ""
    assert registrable("ß" * 300 + ".de") == ""


def test_a_label_is_read_in_unicode_and_its_words_are_folded() -> None:
    assert label_of("xn--mnchen-3ya.de") == "münchen"
    assert label_words("stadtwerke-koeln.de") == label_words("xn--stadtwerke-kln-6pb.de") == ("stadtwerke", "koln")


def test_only_country_codes_count_as_countries() -> None:
    assert [country_of(domain) for domain in ("a.at", "a.co.uk", "a.com", "de")] == ["at", "uk", "", ""]
