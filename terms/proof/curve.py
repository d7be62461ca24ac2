"""Which Ed25519 public keys are worth registering: arithmetic on edwards25519 (RFC 8032, section 5.1), no secrets.

A public key of small order (the identity and the seven other points whose order divides eight) lets anybody make
signatures that some libraries accept; one with a small-order part lets its owner make signatures that some accept
and others do not. Both also come in more than one encoding. `is_sound` says that a key is none of these: canonical, on the
curve, and in the subgroup of prime order. It takes about a millisecond and is asked once, when a key is registered;
nothing here is constant-time, so nothing secret may come here.
"""

from __future__ import annotations

from functools import lru_cache

_P = 2**255 - 19
_ORDER = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, -1, _P) % _P
_SQRT_MINUS_ONE = pow(2, (_P - 1) // 4, _P)
KEY_BYTES = 32

# Extended homogeneous coordinates (X, Y, Z, T): x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]
_IDENTITY: _Point = (0, 1, 1, 0)


# A key is met again with every document and token that names it.
@lru_cache(maxsize=4_096)
def is_sound(public: bytes) -> bool:
    """Whether signatures under this public key mean the same to every library, and need the private key."""
    point = _decoded(public)
    return point is not None and not _is_identity(point) and _is_identity(_times(_ORDER, point))


def _decoded(public: bytes) -> _Point | None:
    """RFC 8032 5.1.3 without its step for x = 0: those two points, however written, are of small order."""
    if len(public) != KEY_BYTES:
        return None
    number = int.from_bytes(public, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= _P:
        return None
    x = _recovered(y)
    if x is None:
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _recovered(y: int) -> int | None:
    numerator, denominator = (y * y - 1) % _P, (_D * y * y + 1) % _P
    x = numerator * denominator**3 * pow(numerator * denominator**7, (_P - 5) // 8, _P) % _P
    if (denominator * x * x - numerator) % _P == 0:
        return x
    if (denominator * x * x + numerator) % _P == 0:
        return x * _SQRT_MINUS_ONE % _P
    return None


def _plus(one: _Point, two: _Point) -> _Point:
    # RFC 8032 5.1.4; complete on this curve, so it doubles too.
    a = (one[1] - one[0]) * (two[1] - two[0]) % _P
    b = (one[1] + one[0]) * (two[1] + two[0]) % _P
    c = 2 * one[3] * two[3] * _D % _P
    d = 2 * one[2] * two[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _times(count: int, point: _Point) -> _Point:
    total = _IDENTITY
    while count:
        if count & 1:
            total = _plus(total, point)
        point = _plus(point, point)
        count >>= 1
    return total


def _is_identity(point: _Point) -> bool:
    return point[0] % _P == 0 and (point[1] - point[2]) % _P == 0
