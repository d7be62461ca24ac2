"""The cryptographic verbs against the vectors of their standards."""

from __future__ import annotations

import pytest

from vault import crypto


def test_signing_gives_the_signatures_of_rfc_8032() -> None:
    # RFC 8032, section 7.1, tests 1 and 2.
    first = crypto.Signer(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert first.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert first.sign(b"").hex() == (
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )
    second = crypto.Signer(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert second.sign(b"\x72").hex().startswith("92a009a9f0d4cab8720e820b5f642540")


def test_derived_keys_differ_by_purpose_and_by_vault() -> None:
    root = bytes(32)
    keys = {crypto.derive(root, purpose, context=vault) for purpose in ("a", "b") for vault in (b"x", b"y")}
    assert len(keys) == 4
    assert all(len(key) == crypto.KEY_BYTES for key in keys)


def test_a_wrapped_secret_opens_only_with_its_key_its_bytes_and_its_binding() -> None:
    key, secret = crypto.random_key(), b"the root"
    wrapped = crypto.wrap(key, secret, bound_to=b"slot 1")
    assert crypto.unwrap(key, wrapped, bound_to=b"slot 1") == secret
    assert crypto.unwrap(crypto.random_key(), wrapped, bound_to=b"slot 1") is None
    assert crypto.unwrap(key, wrapped, bound_to=b"slot 2") is None
    for at in range(len(wrapped)):
        changed = bytearray(wrapped)
        changed[at] ^= 1
        assert crypto.unwrap(key, bytes(changed), bound_to=b"slot 1") is None


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(12), bytes(27), bytes(28)])
def test_too_short_to_be_wrapped_is_no_secret(wrapped: bytes) -> None:
    assert crypto.unwrap(bytes(32), wrapped, bound_to=b"") is None


def test_wrapping_twice_never_gives_the_same_bytes() -> None:
    assert len({crypto.wrap(bytes(32), b"same", bound_to=b"") for _ in range(50)}) == 50
