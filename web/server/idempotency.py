"""`Idempotency-Key`: a request that is sent twice has its effect once, and is answered the same twice.

* The same key and request: the first answer again, with `Idempotent-Replayed: true`. Another request under the key:
  `idempotency-mismatch`. One that is still under way: `idempotency-in-flight`.
* Keys belong to who asks: two clients never meet under one.
* The answer is kept in the transaction of the effect, so after a crash both are there or neither, for `KEPT`.
* A refusal by the effect itself is its answer and is kept too (what it wrote about the refusal stays). What is broken is
  not: then nothing is kept, and the same key may be tried again.

After draft-ietf-httpapi-idempotency-key-header; a key may be written as a quoted string (its form there) or bare.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

import msgspec
from msgspec import Struct

from terms.errors import FirstpartyError
from vault.session import Vault
from vault.store import idempotency as store
from vault.times import stamp
from web.server import problems
from web.server.answers import JSON, Answer
from web.server.catalogue import CATALOGUE
from web.server.opened import OpenVault

# Retries go on over a weekend at most; a key after that is a new request.
KEPT: Final = timedelta(days=3)
# A UUID has 36 characters; longer ones than 255 are no keys but content. `"` stands around a key or nowhere.
KEY_PATTERN: Final = '^("[!#-~]{1,255}"|[!#-~]{1,255})$'
REPLAYED: Final = "Idempotent-Replayed"


class KeyMissingError(FirstpartyError):
    code = "idempotency-key"


class MismatchError(FirstpartyError):
    code = "idempotency-mismatch"


class InFlightError(FirstpartyError):
    code = "idempotency-in-flight"


class Once(Struct, frozen=True):
    """`request_sha256` stands for the method, the address and the exact body."""

    client: str
    key_sha256: str
    request_sha256: str


def key_of(fields: list[str]) -> str:
    """The digest of the key that a request gives."""
    found = re.fullmatch(KEY_PATTERN, fields[0]) if len(fields) == 1 else None
    if found is None:
        raise KeyMissingError("give one `Idempotency-Key`")
    return hashlib.sha256(found[1].strip('"').encode()).hexdigest()


def digest_of(method: str, path: str, body: bytes) -> str:
    # The method and path hold no line break, so nothing can be moved from one part to another.
    return hashlib.sha256(f"{method} {path}\n".encode() + body).hexdigest()


class InFlight:
    """Which keys are under way; one for a server."""

    def __init__(self) -> None:
        self._keys: set[tuple[str, str]] = set()

    def check(self, one: Once) -> None:
        if (one.client, one.key_sha256) in self._keys:
            raise InFlightError("a request with this key is under way")

    async def once(
        self,
        vault: OpenVault,
        one: Once,
        effect: Callable[[Vault], Answer],
        admit: Callable[[Vault], object] | None = None,
    ) -> Answer:
        """What `effect` answers, now or when it had its effect. `admit` comes before either, in the same write."""
        self.check(one)
        place = (one.client, one.key_sha256)
        self._keys.add(place)
        try:
            return await vault.write(lambda opened: _admitted(opened, one, effect, admit), is_repeatable=True)
        finally:
            self._keys.discard(place)


def _admitted(
    vault: Vault, one: Once, effect: Callable[[Vault], Answer], admit: Callable[[Vault], object] | None
) -> Answer:
    if admit is not None:
        admit(vault)
    return _answered(vault, one, effect)


def _answered(vault: Vault, one: Once, effect: Callable[[Vault], Answer]) -> Answer:
    kept = store.find(vault.connection, one.client, one.key_sha256, at=stamp(vault.now))
    if kept is not None:
        return _again(one, kept)
    with vault.transaction():
        answer = _effect(vault, effect)
        headers = msgspec.json.encode({"Content-Type": answer.media_type, **answer.headers}).decode()
        row = store.Answered(one.request_sha256, answer.status, headers, answer.body)
        expires_at = stamp(vault.now + KEPT)
        store.put(vault.connection, one.client, one.key_sha256, row, at=stamp(vault.now), expires_at=expires_at)
    return answer


def _effect(vault: Vault, effect: Callable[[Vault], Answer]) -> Answer:
    try:
        return effect(vault)
    except FirstpartyError as error:
        if error.code not in CATALOGUE or CATALOGUE[error.code].status >= 500:
            raise
        return problems.answer(error)


def _again(one: Once, kept: store.Answered) -> Answer:
    if kept.request_sha256 != one.request_sha256:
        raise MismatchError("this key was used for another request")
    headers: dict[str, str] = msgspec.json.decode(kept.headers, type=dict[str, str])
    media_type = headers.pop("Content-Type", JSON)
    return Answer(kept.status, kept.body, media_type, {**headers, REPLAYED: "true"})
