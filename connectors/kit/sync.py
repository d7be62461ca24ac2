"""The kit without `async`: the same methods, for programs that wait.

    with connect("https://vault.example", client=Credentials.load("keys")) as vault:
        for intent in vault.intents():
            vault.offer(offer, intent)

Each call runs in one event loop that belongs to the connection. An iterator is a generator: it asks for what follows when it
is asked itself.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from connectors.kit.connection import Vault
from connectors.kit.credentials import Credentials


class Waited:
    """A `Vault` whose methods wait. Typed loosely, as it stands for every method of the other."""

    def __init__(self, runner: asyncio.Runner, vault: Vault) -> None:
        self._runner, self._vault = runner, vault

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._vault, name)
        return self._called(found) if callable(found) else found

    def _called(self, method: Callable[..., object]) -> Callable[..., Any]:
        def called(*values: object, **named: object) -> Any:
            result = method(*values, **named)
            return self._each(result) if isinstance(result, AsyncIterator) else self._result(result)

        return called

    def _result(self, result: object) -> object:
        return self._runner.run(result) if inspect.iscoroutine(result) else result

    def _each(self, items: AsyncIterator[object]) -> Iterator[object]:
        done = object()
        while (one := self._runner.run(_next(items, done))) is not done:
            yield one

    def __enter__(self) -> Waited:
        return self

    def __exit__(self, *error: object) -> None:
        self._runner.run(self._vault.close())
        self._runner.close()


async def _next(items: AsyncIterator[object], done: object) -> object:
    return await anext(items, done)


def connect(url: str, *, client: Credentials, **named: Any) -> Waited:
    runner = asyncio.Runner()
    return Waited(runner, runner.run(Vault.connect(url, client=client, **named)))
