"""Fetching a vendor's Client ID Metadata Document (draft-ietf-oauth-client-id-metadata-document) and its keys.

* A client id is the https URL of the document: with a path, without user, fragment, `.` and `..`, and with its host written
  as it is looked up, so that one client has one id and a look-alike shows as `xn--…`.
* The document is fetched from that very URL through the outbound guard: status 200, no redirect, JSON, small, in time. The
  `client_id` in it has to be the URL, sign by sign; so who answers at the URL is who the document speaks of.
* Keys stand in it (`jwks`) or at its `jwks_uri`, which is fetched in the same way; having both is refused (RFC 7591,
  section 2).
* It is kept for as long as its HTTP headers say, but within `KEPT_LEAST` and `KEPT_MOST`. What failed or was malformed is
  never kept as a document; for `FAILED_FOR` it is not asked for again.

What the members mean is the reader's (`vault.agreements.metadata`), which takes `completed`: the document with the keys in
it. The bytes are a stranger's until then.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final, TypeVar

from connectors.outbound import Limits, Outbound, OutboundError, Outcome, target
from connectors.outbound.freshness import freshness
from terms.errors import FirstpartyError
from terms.proof import jcs
from terms.record import MAX_URL
from terms.refusals import Refused

# The draft advises to stop at 5 kB; a name in many languages takes more. With the keys it is what the reader takes.
DOCUMENT_BYTES: Final = 16 * 1024
KEYS_BYTES: Final = 16 * 1024
# A vendor that says "do not keep" is not asked again for every request of its own making.
KEPT_LEAST: Final = timedelta(minutes=1)
# A key that was withdrawn is trusted for a day at most.
KEPT_MOST: Final = timedelta(days=1)
KEPT_UNSAID: Final = timedelta(hours=1)
# Whoever sends wrong ids cannot have a third person's server asked more often than this.
FAILED_FOR: Final = timedelta(seconds=15)
# Documents, or failures, in memory: some MiB. A person has some dozen vendors.
KEPT_AT_ONCE: Final = 256

CODES: Final[dict[str, str]] = {
    "bad-client-id": "not the https URL of a client's document",
    "unavailable": "the client's document cannot be fetched",
    "wrong-type": "what is at the client's URL does not come as JSON",
    "malformed": "the client's document is not a JSON object as the vault reads it",
    "wrong-client": "the document's `client_id` is not the URL that it lies at",
    "no-keys": "the client's document needs either `jwks` or `jwks_uri`",
}
_JSON: Final = re.compile(r"application/([a-z0-9.-]+\+)?json")
_DOTS: Final = re.compile(r"/(\.|%2e){1,2}(/|$|\?)", re.IGNORECASE)
_ASKED: Final = {"accept": "application/json"}
_Kept = TypeVar("_Kept")


class ClientMetadataError(FirstpartyError):
    """No document, with a code of `CODES`. The sentence repeats nothing of what was fetched."""

    code = "client-metadata"

    def __init__(self, code: str, sentence: str = "", *, hint: str = "") -> None:
        assert code in CODES, code
        super().__init__(sentence or CODES[code], hint=hint, code=code)


@dataclass(frozen=True, slots=True)
class ClientDocument:
    """`document` is what lay at the URL, `completed` the same with its keys under `jwks`."""

    client_id: str
    document: bytes = field(repr=False)
    completed: bytes = field(repr=False)
    fetched_at: datetime
    fresh_until: datetime


async def fetched(outbound: Outbound, client_id: str, now: datetime) -> ClientDocument:
    """The client's document, or `ClientMetadataError`."""
    _check_id(client_id, development=outbound.development)
    answer = await _json_at(outbound, client_id, DOCUMENT_BYTES)
    members = _object(answer.body)
    if members.get("client_id") != client_id:
        raise ClientMetadataError("wrong-client")
    if ("jwks" in members) == ("jwks_uri" in members):
        raise ClientMetadataError("no-keys")
    keep = _kept_for(answer, now)
    if "jwks" in members:
        return ClientDocument(client_id, answer.body, answer.body, now, now + keep)
    keys = await _keys_at(outbound, members["jwks_uri"])
    keep = min(keep, _kept_for(keys, now))
    return ClientDocument(client_id, answer.body, _completed(members, keys.body), now, now + keep)


class ClientDocuments:
    """Documents in memory, each asked for once at a time. Belongs to one event loop, as its `outbound` does."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound
        self._kept: OrderedDict[str, ClientDocument] = OrderedDict()
        self._failed: OrderedDict[str, tuple[datetime, ClientMetadataError]] = OrderedDict()
        self._asked: dict[str, asyncio.Task[ClientDocument]] = {}

    async def get(self, client_id: str, now: datetime, *, renew: bool = False) -> ClientDocument:
        """The document, fetched if it is not fresh. `renew`: also if it is, but not within `KEPT_LEAST` of the last time;
        for a signature by a key that is not in it."""
        kept = self._kept.get(client_id)
        if kept is not None and now < (kept.fetched_at + KEPT_LEAST if renew else kept.fresh_until):
            self._kept.move_to_end(client_id)
            return kept
        self._refuse_failed(client_id, now)
        # Shielded: whoever waits may give up; the others that wait for the same document do not lose it.
        return await asyncio.shield(self._asked.get(client_id) or self._begun(client_id, now))

    def _refuse_failed(self, client_id: str, now: datetime) -> None:
        failed = self._failed.get(client_id)
        if failed is not None and now < failed[0] + FAILED_FOR:
            raise ClientMetadataError(failed[1].code, failed[1].sentence, hint="try again later")

    def _begun(self, client_id: str, now: datetime) -> asyncio.Task[ClientDocument]:
        task = asyncio.create_task(fetched(self._outbound, client_id, now))
        self._asked[client_id] = task
        task.add_done_callback(lambda done: self._ended(client_id, now, done))
        return task

    def _ended(self, client_id: str, now: datetime, done: asyncio.Task[ClientDocument]) -> None:
        del self._asked[client_id]
        error = None if done.cancelled() else done.exception()
        if isinstance(error, ClientMetadataError):
            _put(self._failed, client_id, (now, error))
        elif not done.cancelled() and error is None:
            _put(self._kept, client_id, done.result())
            self._failed.pop(client_id, None)


def _put(kept: OrderedDict[str, _Kept], client_id: str, value: _Kept) -> None:
    kept[client_id] = value
    kept.move_to_end(client_id)
    if len(kept) > KEPT_AT_ONCE:
        kept.popitem(last=False)


def _check_id(client_id: str, *, development: bool) -> None:
    try:
        where = target(client_id, development=development)
    except OutboundError as error:
        raise ClientMetadataError("bad-client-id", hint=error.hint) from None
    start = f"{where.scheme}://{where.authority}/"
    if len(client_id) > MAX_URL or not client_id.startswith(start) or _DOTS.search(client_id):
        raise ClientMetadataError(
            "bad-client-id", hint="write the host in lower case and ASCII, and a path without dots"
        )


async def _json_at(outbound: Outbound, url: str, most: int) -> Outcome:
    try:
        answer = await outbound.get(url, headers=_ASKED, limits=Limits(body_bytes=most), as_person=True)
    except OutboundError as error:
        raise ClientMetadataError("unavailable", f"{CODES['unavailable']}: {error.sentence}") from None
    if answer.status != HTTPStatus.OK:
        raise ClientMetadataError("unavailable", f"{CODES['unavailable']}: the status is {answer.status}")
    if not _JSON.fullmatch(answer.media_type):
        raise ClientMetadataError("wrong-type", hint="serve it as application/json")
    return answer


async def _keys_at(outbound: Outbound, url: jcs.JsonValue) -> Outcome:
    if not isinstance(url, str):
        raise ClientMetadataError("no-keys")
    return await _json_at(outbound, url, KEYS_BYTES)


def _completed(members: dict[str, jcs.JsonValue], keys: bytes) -> bytes:
    try:
        return jcs.canonical({**members, "jwks": _object(keys)})
    except Refused as refused:
        raise _malformed(refused) from None


def _malformed(refused: Refused) -> ClientMetadataError:
    return ClientMetadataError("malformed", f"{CODES['malformed']}: `{refused.code}`")


def _object(raw: bytes) -> dict[str, jcs.JsonValue]:
    try:
        value = jcs.parse(raw)
    except Refused as refused:
        raise _malformed(refused) from None
    if not isinstance(value, dict):
        raise ClientMetadataError("malformed")
    return value


def _kept_for(answer: Outcome, now: datetime) -> timedelta:
    said = freshness(answer.headers, now)
    return KEPT_UNSAID if said is None else min(max(said, KEPT_LEAST), KEPT_MOST)
