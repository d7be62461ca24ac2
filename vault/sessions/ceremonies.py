"""The two ceremonies of passkeys (WebAuthn Level 3, §7.1 and §7.2), checked by the library `webauthn`; nothing of how keys are kept.

Promises
* Whatever a browser sends, the answer is a value: what was verified, or None.
* The user was verified by the authenticator (by a finger, a face, its PIN), not merely present. The challenge, the origin and the
  host are those that were expected, and the page was no frame of another site's.
* The authenticator's counter is told, not judged: the library would judge it before it has looked at the signature, and then
  anybody could have a key suspected.

It does not ask what make an authenticator is (no attestation): the owner chooses what to trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from webauthn.helpers.structs import AuthenticationCredential

# The largest honest one has an attestation with certificates: some 5 KiB.
MAX_ANSWER: Final = 32 * 1024
# §6.5.1
MAX_CREDENTIAL_ID: Final = 1023
_NAME: Final = "Firstparty"
_USER: Final = "owner"


class RelyingParty(Struct, frozen=True):
    """Whom a passkey is for: `id` is a host's name, which is never an address in digits, `origin` that of its pages."""

    id: str
    origin: str


class Created(Struct, frozen=True):
    """A new key: its id, its public half in COSE form, and how often its authenticator says that it was used."""

    credential: bytes
    public_key: bytes
    sign_count: int


class Assertion(Struct, frozen=True):
    """An answer that was read and not yet verified: by which key, for which user."""

    credential: bytes
    user: bytes
    read: AuthenticationCredential


def creation_options(
    party: RelyingParty, challenge: bytes, *, user: bytes, known: Sequence[bytes], lasts_ms: int
) -> str:
    """What a browser is asked for a new key with, as JSON. An authenticator that has one of `known` makes no second."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=_NAME,
        user_name=_USER,
        user_id=user,
        challenge=challenge,
        timeout=lasts_ms,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return webauthn.options_to_json(options)


def request_options(party: RelyingParty, challenge: bytes, *, lasts_ms: int) -> str:
    """What a browser is asked to show a key with. It names none, so that whoever asks learns of none."""
    import webauthn
    from webauthn.helpers.structs import UserVerificationRequirement

    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=lasts_ms,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def created(party: RelyingParty, challenge: bytes, answer: str) -> Created | None:
    """The key that `answer` (`RegistrationResponseJSON`) brings."""
    import webauthn
    from webauthn.helpers import parse_registration_credential_json

    if len(answer) > MAX_ANSWER:
        return None
    try:
        read = parse_registration_credential_json(answer)
        found = webauthn.verify_registration_response(
            credential=read,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
        is_framed = _is_framed(read.response.client_data_json)
    except Exception:  # what the readers of JSON, CBOR, keys and certificates raise for hostile bytes is no list
        return None
    if is_framed or not 0 < len(found.credential_id) <= MAX_CREDENTIAL_ID:
        return None
    return Created(found.credential_id, found.credential_public_key, found.sign_count)


def read(answer: str) -> Assertion | None:
    """What `answer` (`AuthenticationResponseJSON`) says that it is. A passkey names its user (§7.2, step 6)."""
    from webauthn.helpers import parse_authentication_credential_json

    if len(answer) > MAX_ANSWER:
        return None
    try:
        found = parse_authentication_credential_json(answer)
    except Exception:  # as in `created`
        return None
    return Assertion(found.raw_id, found.response.user_handle or b"", found)


def asserted(party: RelyingParty, challenge: bytes, shown: Assertion, public_key: bytes) -> int | None:
    """The counter of the authenticator that holds the other half of `public_key`, if this is its answer to the challenge."""
    import webauthn

    try:
        found = webauthn.verify_authentication_response(
            credential=shown.read,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,  # every counter passes; see the module's promises
            require_user_verification=True,
        )
        is_framed = _is_framed(shown.read.response.client_data_json)
    except Exception:  # as in `created`
        return None
    return None if is_framed else found.new_sign_count


def _is_framed(client_data: bytes) -> bool:
    """§7.2, step 13: our pages are framed by nobody."""
    from webauthn.helpers import parse_client_data_json

    return bool(parse_client_data_json(client_data).cross_origin)
