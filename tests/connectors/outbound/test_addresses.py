"""Only public addresses are connected to, whatever they are wrapped in."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.outbound.addresses import DENIED_V4, MAPPED, NAT64, carried, is_public

PUBLIC = ["1.1.1.1", "8.8.8.8", "9.9.9.9", "185.15.59.224", "2a02:ec80:300:ed1a::1", "2606:4700:4700::1111"]
REFUSED = """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.255 168.63.129.16 169.254.169.254
    169.254.170.2 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255
    198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1
    64:ff9b::10.0.0.1 64:ff9b:1::1 64:ff9b:1:7f00:0:100:: 100::1 2001::1 2001:0:4136:e378:8000:63bf:807f:fffe 2001:2::1
    2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:a9fe:a9fe::1 2002:c0a8:1::1 2a00:1450::5efe:10.0.0.1
    2a00:1450::200:5efe:127.0.0.1 3fff::1 3ffe::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fd20:ce::254 fe80::1 fec0::1
    fe80::1%eth0 2606:4700:4700::1111%eth0 ff02::1 ffff::1
""".split()

v4 = st.integers(0, 2**32 - 1).map(IPv4Address)
denied_v4 = st.sampled_from(DENIED_V4).flatmap(
    lambda block: st.integers(int(block[0]), int(block[-1])).map(IPv4Address)
)
WRAPPERS = {
    "mapped": lambda inner, salt: 0xFFFF << 32 | inner,
    "compatible": lambda inner, salt: inner,
    "translated": lambda inner, salt: 0xFFFF << 48 | inner,
    "nat64": lambda inner, salt: 0x64FF9B << 96 | inner,
    "local nat64": lambda inner, salt: 0x64FF9B0001 << 80 | (salt & 0xFFFF_FFFF) << 32 | inner,
    "6to4": lambda inner, salt: 0x2002 << 112 | inner << 80 | salt,
    "teredo server": lambda inner, salt: 0x20010000 << 96 | inner << 64 | salt & (2**64 - 1),
    "teredo client": lambda inner, salt: 0x20010000 << 96 | (salt & 0xFFFF_FFFF) << 64 | inner ^ 0xFFFF_FFFF,
    "isatap": lambda inner, salt: 0x2A00 << 112 | (salt & 0xFFFF_FFFF) << 64 | 0x5EFE << 32 | inner,
    "isatap, universal": lambda inner, salt: 0x2A00 << 112 | 0x02005EFE << 32 | inner,
}


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", REFUSED)
def test_a_special_address_is_refused(address: str) -> None:
    assert not is_public(ip_address(address))


@given(denied_v4, st.sampled_from(sorted(WRAPPERS)), st.integers(0, 2**80 - 1))
def test_a_refused_address_is_refused_in_every_wrapping(inner: IPv4Address, wrapping: str, salt: int) -> None:
    assert not is_public(inner)
    assert not is_public(IPv6Address(WRAPPERS[wrapping](int(inner), salt)))


@given(v4)
def test_an_ipv4_address_behind_nat64_is_as_public_as_itself(inner: IPv4Address) -> None:
    wrapped = IPv6Address(WRAPPERS["nat64"](int(inner), 0))
    assert list(carried(wrapped)) == [inner]
    assert is_public(wrapped) == is_public(inner)


@given(v4 | st.integers(0, 2**128 - 1).map(IPv6Address))
def test_what_the_standard_library_calls_special_is_never_public(address: IPv4Address | IPv6Address) -> None:
    # It calls the whole of mapped and NAT64 special; those two are judged by what they carry.
    if isinstance(address, IPv6Address) and (address in MAPPED or address in NAT64):
        return
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert not is_public(address)
