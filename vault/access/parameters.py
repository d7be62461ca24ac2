"""The parameters of a request to the authorization server: each at most once, none over-long, unknown ones ignored.

RFC 6749, 3.1: a parameter without a value counts as left out, one that is not known is ignored, none comes twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from terms.refusals import quoted
from vault.access.refusals import AccessRefused

# A request has some fifteen.
MAX_PARAMETERS: Final = 64
# The longest is `authorization_details`.
MAX_CHARACTERS: Final = 16 * 1024

Parameters = Mapping[str, str]


def once(pairs: Iterable[tuple[str, str]]) -> Parameters:
    """Parameters by name, of pairs as they came."""
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in found:
            raise AccessRefused("invalid_request", f"the parameter {quoted(name)} comes twice")
        found[name] = value
    check(found)
    return {name: value for name, value in found.items() if value}


def check(parameters: Parameters) -> None:
    if len(parameters) > MAX_PARAMETERS:
        raise AccessRefused("invalid_request", f"a request has at most {MAX_PARAMETERS} parameters")
    for name, value in parameters.items():
        if len(value) > MAX_CHARACTERS:
            raise AccessRefused("invalid_request", f"the parameter {quoted(name)} is over-long")


def required(parameters: Parameters, name: str) -> str:
    value = parameters.get(name, "")
    if not value:
        raise AccessRefused("invalid_request", f"the parameter `{name}` is missing")
    return value


def optional(parameters: Parameters, name: str, longest: int) -> str | None:
    """The value, or None where it is left out."""
    value = parameters.get(name) or None
    if value is not None and len(value) > longest:
        raise AccessRefused("invalid_request", f"`{name}` has more than {longest} characters")
    return value
