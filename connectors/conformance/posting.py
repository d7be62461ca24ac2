"""A subject behind HTTP: each request is posted to one address, the answer is the body of a 200.

No redirect is followed and no proxy or credential of the environment is used: what is asked goes to the address that
was named, and nowhere else.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx

from connectors.conformance.asking import MAX_ANSWER_BYTES, PATIENCE_SECONDS, NoAnswer, SubjectError, within

_HEADERS: Final = {"accept": "application/json", "accept-encoding": "identity", "content-type": "application/json"}


class Posting:
    """The subject at `url`, which is http or https."""

    def __init__(self, url: str, *, seconds: float = PATIENCE_SECONDS) -> None:
        try:
            parts = urlsplit(url)
            fits = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        except ValueError:
            fits = False
        if not fits:
            raise SubjectError(
                "the address of a subject is an http or https URL", hint="write http://127.0.0.1:8000/case"
            )
        self.name = url
        self._url = url
        self._seconds = seconds
        self._client: httpx.Client | None = None

    def ask(self, request: bytes) -> bytes:
        if self._client is None:
            self._client = httpx.Client(timeout=self._seconds, follow_redirects=False, trust_env=False)
        client = self._client
        try:
            # httpx limits each read; a subject that sends a byte at a time is stopped by the limit on the whole.
            return within(self._seconds, lambda: _posted(client, self._url, request))
        except NoAnswer:
            self.restart()
            raise

    def restart(self) -> None:
        self.close()

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None


def _posted(client: httpx.Client, url: str, request: bytes) -> bytes:
    answer = bytearray()
    try:
        with client.stream("POST", url, content=request, headers=_HEADERS) as response:
            if response.status_code != httpx.codes.OK:
                raise NoAnswer(f"the subject answered with status {response.status_code}")
            for part in response.iter_raw():
                answer += part
                if len(answer) > MAX_ANSWER_BYTES:
                    raise NoAnswer(f"the answer has more than {MAX_ANSWER_BYTES} bytes")
    except httpx.TimeoutException:
        raise NoAnswer("the subject does not answer in time") from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError) as error:
        # RuntimeError: the client was closed under a request that took too long.
        raise NoAnswer(f"the subject cannot be reached ({type(error).__name__})") from None
    return bytes(answer)
