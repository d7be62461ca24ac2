"""What opens a keyring and what does not: passphrases, recovery keys, key files, slots that were moved."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terms.errors import FirstpartyError
from vault import keyring
from vault.keyring import Keyring, Keys

PASSPHRASE = "Grüße, blaßes Fräulein Ångström"
RECOVERY_KEY = keyring.new_recovery_key()
KEY_FILE = keyring.new_key_file()
NOW = "2026-03-31T12:00:00Z"
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def ring_and_keys() -> tuple[Keyring, Keys]:
    ring, keys = keyring.create(PASSPHRASE, RECOVERY_KEY, now=NOW)
    return keyring.with_slot(ring, "key-file", KEY_FILE, keys, now=NOW), keys


@pytest.fixture(scope="module")
def ring(ring_and_keys: tuple[Keyring, Keys]) -> Keyring:
    return ring_and_keys[0]


@pytest.fixture(scope="module")
def keys(ring_and_keys: tuple[Keyring, Keys]) -> Keys:
    return ring_and_keys[1]


def without_passphrase(ring: Keyring) -> Keyring:
    """Slots that open without stretching, so that wrong keys are refused quickly."""
    return msgspec.structs.replace(ring, slots=tuple(slot for slot in ring.slots if slot.kind != "passphrase"))


# --- what opens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_passphrase_opens_however_the_keyboard_composes_it(ring: Keyring, keys: Keys, form: str) -> None:
    written = unicodedata.normalize(form, PASSPHRASE)  # type: ignore[arg-type]
    found, kind = keyring.unlock(ring, written)
    assert (found.root, found.database, kind) == (keys.root, keys.database, "passphrase")


def test_a_key_file_opens_with_or_without_its_last_newline(ring: Keyring, keys: Keys) -> None:
    for written in (KEY_FILE, KEY_FILE.strip(), f"\n{KEY_FILE}\n"):
        found, kind = keyring.unlock(ring, written)
        assert (found.root, kind) == (keys.root, "key-file")


@pytest.mark.parametrize(
    "spelling",
    [
        str.lower,
        lambda key: key.replace("-", ""),
        lambda key: key.replace("-", " "),
        lambda key: key.replace("-", "\u2013"),
        lambda key: key.replace("-", "\u2011"),
        lambda key: f"  {key}\n",
        lambda key: "\n".join(key.split("-")),
        lambda key: key.replace("0", "O").replace("1", "I"),
        lambda key: key.lower().replace("0", "o").replace("1", "l"),
        lambda key: key.replace("V", "U"),
    ],
)
def test_a_recovery_key_opens_in_any_spelling_of_its_letters(ring: Keyring, keys: Keys, spelling: object) -> None:
    assert callable(spelling)
    found, kind = keyring.unlock(ring, spelling(RECOVERY_KEY))
    assert (found.root, kind) == (keys.root, "recovery")


def test_every_recovery_key_survives_being_copied_by_hand() -> None:
    for _ in range(200):
        key = keyring.new_recovery_key()
        assert re.fullmatch(r"([A-HJKMNP-TV-Z0-9]{4}-){8}[A-HJKMNP-TV-Z0-9]{4}", key)
        by_hand = key.lower().replace("0", "o").replace("1", "i").replace("-", " ")
        assert keyring.as_recovery_key(by_hand) == key.replace("-", "")[:32]


@given(st.integers(0, 35), st.sampled_from("ABCDEFGHJKMNPQRSTVWXYZ0123456789"))
def test_one_mistyped_letter_is_noticed_by_the_check(at: int, letter: str) -> None:
    # Four check letters miss one mistake in a million, so the key is a fixed one that misses none.
    letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ5CE4"
    mistyped = letters[:at] + letter + letters[at + 1 :]
    assert (keyring.as_recovery_key(mistyped) is None) == (mistyped != letters)


def test_the_kinds_to_try_can_be_limited(ring: Keyring) -> None:
    with pytest.raises(keyring.WrongKeyError):
        keyring.unlock(ring, RECOVERY_KEY, kinds=("key-file",))
    assert keyring.unlock(ring, RECOVERY_KEY, kinds=("recovery",))[1] == "recovery"


def test_keys_of_one_vault_are_all_different(keys: Keys) -> None:
    assert len({keys.root, keys.database, keys.signer.public}) == 3


# --- what does not ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", ["", PASSPHRASE.upper(), f"{PASSPHRASE} ", "\udcff\udc80 surrogates", "x" * 5_000])
def test_a_wrong_passphrase_is_refused_with_what_to_check(ring: Keyring, wrong: str) -> None:
    with pytest.raises(keyring.WrongKeyError, match="does not open this vault; check the passphrase") as caught:
        keyring.unlock(ring, wrong)
    assert not wrong.strip() or wrong not in str(caught.value)


@given(st.text(st.characters(codec=None)))
def test_no_text_is_taken_for_a_recovery_key_or_a_key_file(text: str) -> None:
    assert keyring.as_recovery_key(text) is None
    assert keyring._as_key_file(text) is None
    assert keyring._as_key_file(f"firstparty-key-1 {text}") is None


def test_another_vaults_recovery_key_and_key_file_are_refused(ring: Keyring) -> None:
    for wrong in (keyring.new_recovery_key(), keyring.new_key_file()):
        with pytest.raises(keyring.WrongKeyError):
            keyring.unlock(without_passphrase(ring), wrong)


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaa", "abababab", "abcabcabc", "x" * 1_025])
def test_a_passphrase_that_a_first_guess_would_find_is_not_accepted(ring: Keyring, keys: Keys, weak: str) -> None:
    with pytest.raises(keyring.WeakPassphraseError):
        keyring.create(weak, RECOVERY_KEY, now=NOW)
    with pytest.raises(keyring.WeakPassphraseError):
        keyring.with_slot(ring, "passphrase", weak, keys, now=NOW)


@pytest.mark.parametrize("kind", ["recovery", "key-file"])
def test_a_slot_is_not_made_for_what_is_no_key(ring: Keyring, keys: Keys, kind: keyring.SlotKind) -> None:
    with pytest.raises(FirstpartyError, match="as firstparty makes them"):
        keyring.with_slot(ring, kind, "not a key", keys, now=NOW)


def test_a_replaced_slot_no_longer_opens(ring: Keyring, keys: Keys) -> None:
    fresh = keyring.new_recovery_key()
    changed = keyring.with_slot(ring, "recovery", fresh, keys, now=NOW)
    assert keyring.unlock(changed, fresh)[0].root == keys.root
    with pytest.raises(keyring.WrongKeyError):
        keyring.unlock(without_passphrase(changed), RECOVERY_KEY)
    assert {slot.id for slot in ring.slots} - {slot.id for slot in changed.slots}


# --- slots that were moved --------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"kind": "key-file"}, {"id": "0" * 16}])
def test_a_slot_passed_off_as_another_does_not_open(ring: Keyring, change: dict[str, str]) -> None:
    moved = tuple(
        msgspec.structs.replace(slot, **change) if slot.kind == "recovery" else slot
        for slot in without_passphrase(ring).slots
    )
    with pytest.raises(keyring.WrongKeyError):
        keyring.unlock(msgspec.structs.replace(ring, slots=moved), RECOVERY_KEY)


def test_a_slot_does_not_open_under_another_vaults_id(ring: Keyring) -> None:
    moved = msgspec.structs.replace(without_passphrase(ring), vault_id="vlt_000000000000000000000000")
    for secret in (RECOVERY_KEY, KEY_FILE):
        with pytest.raises(keyring.WrongKeyError):
            keyring.unlock(moved, secret)


def test_a_foreign_signing_key_in_the_keyring_is_found_out(ring: Keyring) -> None:
    with pytest.raises(keyring.KeyringDamagedError, match="signing key is not this vault's"):
        keyring.unlock(msgspec.structs.replace(ring, signing_key=bytes(32)), RECOVERY_KEY)


# --- the cost of a guess ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"memory_kib": 64 * 1024 - 1},
        {"memory_kib": 2 * 1024 * 1024 + 1},
        {"memory_kib": -1},
        {"passes": 2},
        {"passes": 65},
        {"lanes": 3},
        {"lanes": 65},
        {"salt": bytes(15)},
    ],
)
def test_a_keyring_edited_to_cheaper_or_ruinous_guesses_is_refused(ring: Keyring, change: dict[str, int]) -> None:
    edited = tuple(
        msgspec.structs.replace(slot, argon2id=slot.argon2id and msgspec.structs.replace(slot.argon2id, **change))
        for slot in ring.slots
    )
    weakened = msgspec.structs.replace(ring, slots=edited)
    with pytest.raises(keyring.KeyringDamagedError, match="outside what is safe"):
        keyring.unlock(weakened, PASSPHRASE)
    assert keyring.unlock(weakened, RECOVERY_KEY)[1] == "recovery"


def test_a_passphrase_slot_without_parameters_is_refused(ring: Keyring) -> None:
    bare = tuple(msgspec.structs.replace(slot, argon2id=None) for slot in ring.slots)
    with pytest.raises(keyring.KeyringDamagedError):
        keyring.unlock(msgspec.structs.replace(ring, slots=bare), PASSPHRASE)


def test_new_slots_cost_what_the_documentation_promises(ring: Keyring) -> None:
    (cost,) = [slot.argon2id for slot in ring.slots if slot.argon2id]
    assert (cost.memory_kib, cost.passes, cost.lanes, len(cost.salt)) == (131_072, 3, 4, 16)


def test_too_little_memory_for_a_guess_is_said_so(tmp_path: Path, ring: Keyring) -> None:
    keyring.save(tmp_path, ring)
    script = (
        "import resource, sys; from pathlib import Path; from vault import keyring\n"
        "resource.setrlimit(resource.RLIMIT_AS, (120 << 20, 120 << 20))\n"
        "try: keyring.unlock(keyring.load(Path(sys.argv[1])), 'some passphrase')\n"
        "except keyring.FirstpartyError as error: print(error.code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("out-of-memory\n", "")
