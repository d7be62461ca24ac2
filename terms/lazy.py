"""A property that is found once: `functools.cached_property` without its lock, which costs more than most of what is found.

For values that one thread makes and throws away, such as what is looked up for one decision.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class lazy(Generic[T]):
    """Of an object with a `__dict__`, in which the value stands from then on, before this."""

    def __init__(self, find: Callable[..., T]) -> None:
        self._find, self.__doc__ = find, find.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, one: None, owner: type) -> lazy[T]: ...
    @overload
    def __get__(self, one: object, owner: type | None = None) -> T: ...
    def __get__(self, one: object | None, owner: type | None = None) -> lazy[T] | T:
        if one is None:
            return self
        found = one.__dict__[self._name] = self._find(one)
        return found
