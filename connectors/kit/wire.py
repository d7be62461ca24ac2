"""HTTP to one vault: patient with a busy one, deaf to redirects, and silent about what it carries.

* A request that may be repeated (everything but redeeming a code) is repeated after 429 and 503, and after no answer, as long
  as the vault asks for (`Retry-After`) or a little longer each time; `Patience` bounds it. Then it is an error with the time.
* What is shown (assertion, proof) is made anew for each attempt, as each counts once.
* No redirect is followed and no proxy or credential of the environment is used: what is sent goes to the vault and nowhere else.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
import msgspec

from connectors.kit.clock import Clock
from connectors.kit.errors import KitError, NotVerified, OAuthError, Problem, Unreachable

# A body has at most 1 MiB there; a list of a hundred messages is the longest answer.
MAX_ANSWER_BYTES: Final = 8 * 1024 * 1024
_BUSY: Final = (429, 503)

Sleep = Callable[[float], Awaitable[None]]
# Header fields and body, for one attempt.
Shown = Callable[[], Awaitable[tuple[Mapping[str, str], bytes | None]]]


@dataclass(frozen=True, slots=True)
class Patience:
    """`timeout` for one answer; at most `attempts`, and at most `wait` seconds between two: a vault that asks for more is
    told as an error, for the caller to come back."""

    timeout: float = 30
    attempts: int = 5
    wait: float = 60


class _Wrong(msgspec.Struct):
    """A problem (RFC 9457), or an error of OAuth."""

    code: str = ""
    title: str = ""
    detail: str = ""
    hint: str = ""
    error: str = ""
    error_description: str = ""


class Wire:
    """One vault's. Belongs to one event loop."""

    def __init__(
        self,
        clock: Clock,
        patience: Patience,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._clock, self._patience, self._sleep = clock, patience, sleep
        self._http = httpx.AsyncClient(
            timeout=patience.timeout, follow_redirects=False, trust_env=False, transport=transport
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def sent(self, method: str, url: str, shown: Shown, *, repeatable: bool = True) -> httpx.Response:
        """The answer, whatever its status but 429 and 503; those are waited out, or raised."""
        for attempt in range(1, self._patience.attempts + 1):
            last = attempt == self._patience.attempts
            fields, content = await shown()
            try:
                answer = await self._http.request(method, url, headers=dict(fields), content=content)
            except httpx.HTTPError as error:
                if last or not repeatable:
                    raise Unreachable(f"no answer from the vault ({type(error).__name__})") from None
                await self._sleep(self._pause(attempt))
                continue
            self._check(answer)
            if answer.status_code not in _BUSY:
                return answer
            pause = _asked_for(answer, self._clock)
            if last or (pause or 0) > self._patience.wait:
                raise problem(answer, pause)
            await self._sleep(self._pause(attempt) if pause is None else pause + random.random() / 4)  # noqa: S311
        raise AssertionError("the last attempt returns or raises")

    async def pause(self, seconds: float) -> None:
        await self._sleep(seconds)

    def _pause(self, attempt: int) -> float:
        # Twice as long each time, and by chance, so that those who failed together do not come back together.
        return min(self._patience.wait, float(2**attempt) / 4 * (1 + random.random()))  # noqa: S311

    def _check(self, answer: httpx.Response) -> None:
        self._clock.heard(answer.headers.get("date", ""))
        if answer.is_redirect:
            raise NotVerified(
                "the vault answers with a redirect, which is not followed", hint="connect to its own address"
            )
        if len(answer.content) > MAX_ANSWER_BYTES:
            raise NotVerified("the answer is longer than any of a vault's")


def problem(answer: httpx.Response, retry_after: float | None = None) -> KitError:
    """What an answer of 400 or more says."""
    try:
        said = msgspec.json.decode(answer.content, type=_Wrong)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = _Wrong(title=f"the vault answered with status {answer.status_code}")
    if said.error:
        sentence = said.error_description or said.error
        return OAuthError(answer.status_code, said.error, sentence, retry_after=retry_after)
    sentence = said.detail or said.title
    return Problem(answer.status_code, said.code or "unknown", sentence, hint=said.hint, retry_after=retry_after)


def _asked_for(answer: httpx.Response, clock: Clock) -> float | None:
    written = answer.headers.get("retry-after", "")
    if written.isascii() and written.isdigit() and len(written) < 7:
        return float(written)
    try:
        return max(0.0, (parsedate_to_datetime(written) - clock()).total_seconds())
    except (ValueError, TypeError):
        return None
