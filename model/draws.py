"""Keyed random draws: each is a pure function of (seed, replicate) and of what it is drawn for.

A draw is made by Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"),
checked against the vectors published with it. Its counter holds two 64-bit identities (firm and partner, stream,
pair …); its key is itself drawn from (seed, replicate) by (purpose, time). So no draw depends on how many others
were made, in which order, or by whom.
"""

from collections.abc import Callable
from enum import IntEnum, auto
from functools import lru_cache
from typing import Any

import numpy as np

from .kept import kernel

_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
_WEYL = (np.uint64(0x9E3779B9), np.uint64(0xBB67AE85))
_SHIFT = np.uint64(11)
_NOBODY_ELSE = np.uint64(0)


class Purpose(IntEnum):
    """What a draw is for. World purposes shape the region; the others are the luck of a month or of a case."""

    PARAMETER = auto()
    SIZE = auto()
    PLACE_RADIUS = auto()
    PLACE_ANGLE = auto()
    HAS_STREAM = auto()
    STREAM_QUANTITY = auto()
    DISPOSITION = auto()
    HURDLE = auto()
    FIRST_MARGIN = auto()
    FIRST_AWARE = auto()
    ENTRY_COUNT = auto()
    ENTRY_MONTH = auto()
    ACQUAINTANCE = auto()
    PRICE_INDEX = auto()
    MARGIN = auto()
    AWARENESS = auto()
    STUMBLE = auto()
    FIND_PARTNER = auto()
    ACCEPT_SCREENING = auto()
    SCREENING_REVEALS = auto()
    WALK_IN = auto()
    TAKER_STARTS = auto()
    NO_TIME = auto()
    VIABLE = auto()
    PERMIT = auto()
    RETRY = auto()
    CONTRACT_AGE = auto()
    FAILURE = auto()
    CLOSURE = auto()
    PROGRAMME_RANK = auto()
    PROGRAMME_ACCEPT = auto()
    PROGRAMME_REVEALS = auto()
    PLATFORM_JOIN = auto()
    TAKER_ASKS = auto()
    SOCIAL_EVENT = auto()
    LEARNING = auto()


@kernel(forceinline=True)
def philox4x32(c0, c1, c2, c3, k0, k1):
    """Return the four 32-bit words (as uint64) that Philox4x32-10 makes of a counter and a key of 32-bit words."""
    for _ in range(10):
        product0 = _MULTIPLIERS[0] * c0
        product1 = _MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (
            (product1 >> _HALF) ^ c1 ^ k0,
            product1 & _MASK,
            (product0 >> _HALF) ^ c3 ^ k1,
            product0 & _MASK,
        )
        k0 = (k0 + _WEYL[0]) & _MASK
        k1 = (k1 + _WEYL[1]) & _MASK
    return c0, c1, c2, c3


@kernel(forceinline=True)
def _open_unit(high, low):
    """Map two 32-bit words to a float strictly between 0 and 1, on a grid of 2**-53 shifted by half a step."""
    return (np.float64(((high << _HALF) | low) >> _SHIFT) + 0.5) * 1.1102230246251565e-16


@kernel()
def mixed(first, second, key):
    """Return a 64-bit identity (uint64) for a pair of identities, under a third one."""
    words = philox4x32(first & _MASK, first >> _HALF, second & _MASK, second >> _HALF, key & _MASK, key >> _HALF)
    return (words[0] << _HALF) | words[1]


@kernel(forceinline=True)
def uniform_of(first, second, k0, k1):
    """Return the uniform number that a pair of identities has under a key of two words."""
    words = philox4x32(first & _MASK, first >> _HALF, second & _MASK, second >> _HALF, k0, k1)
    return _open_unit(words[0], words[1])


@kernel(forceinline=True)
def normal_of(first, second, k0, k1):
    """Return the standard normal number of a pair of identities: Box and Muller's transform of the two uniforms of a block."""
    w0, w1, w2, w3 = philox4x32(first & _MASK, first >> _HALF, second & _MASK, second >> _HALF, k0, k1)
    return np.sqrt(-2.0 * np.log(_open_unit(w0, w1))) * np.cos(2.0 * np.pi * _open_unit(w2, w3))


@kernel()
def key_of(purpose, time, root0, root1):
    """Return the two key words of a purpose at a time, drawn from those of seed and replicate."""
    words = philox4x32(np.uint64(purpose), np.uint64(time), np.uint64(0), np.uint64(0), root0, root1)
    return words[0], words[1]


@kernel()
def fill_uniform(firsts, second, k0, k1, out):
    """Write the uniform number of each identity with a second one into the first places of `out`, a float64 array."""
    for i in range(firsts.size):
        out[i] = uniform_of(firsts[i], second, k0, k1)


@kernel()
def count_below(numbers, chances, factor):
    """Return how many numbers lie below the chance, times a factor, that stands beside them."""
    hits = 0
    for i in range(chances.size):
        hits += numbers[i] < factor * chances[i]
    return hits


@kernel()
def fill_normal(firsts, k0, k1, out):
    """Write the standard normal number of each identity into the first places of `out`, a float64 array."""
    for i in range(firsts.size):
        out[i] = normal_of(firsts[i], _NOBODY_ELSE, k0, k1)


@kernel()
def _uniforms(firsts, seconds, k0, k1, out):
    for i in range(out.size):
        out[i] = uniform_of(firsts[i], seconds[i], k0, k1)


@kernel()
def _normals(firsts, seconds, k0, k1, out):
    for i in range(out.size):
        out[i] = normal_of(firsts[i], seconds[i], k0, k1)


Listener = Callable[[Purpose, int, int, int], None]


class Draws:
    """All random numbers of one replicate.

    `uniform` and `normal` take arrays of 64-bit identities and return float64 arrays of the same length; `one` draws a
    single uniform number. `listener`, where given, is told the full key of every draw made.
    """

    def __init__(self, seed: int, replicate: int, listener: Listener | None = None) -> None:
        self.root = (np.uint64(seed & 0xFFFFFFFF), np.uint64(replicate & 0xFFFFFFFF))
        self._listener = listener
        self._key = lru_cache(maxsize=4096)(self._new_key)

    def uniform(self, purpose: Purpose, time: int, firsts: Any, seconds: Any = 0) -> np.ndarray:
        """Return one uniform number in (0, 1) per identity, or per pair of identities."""
        return self._fill(_uniforms, purpose, time, firsts, seconds)

    def normal(self, purpose: Purpose, time: int, firsts: Any, seconds: Any = 0) -> np.ndarray:
        """Return one standard normal number per identity, or per pair of identities."""
        return self._fill(_normals, purpose, time, firsts, seconds)

    def one(self, purpose: Purpose, time: int, first: int, second: int = 0) -> float:
        """Return one uniform number in (0, 1)."""
        return float(self.uniform(purpose, time, np.array([first], np.uint64), second)[0])

    def _fill(self, kernel: Any, purpose: Purpose, time: int, firsts: Any, seconds: Any) -> np.ndarray:
        firsts = np.asarray(firsts, np.uint64)
        seconds = np.asarray(seconds, np.uint64)
        if seconds.shape != firsts.shape:
            seconds = np.full(firsts.shape, seconds, np.uint64)
        out = np.empty(firsts.size)
        kernel(firsts, seconds, *self._key(purpose, time), out)
        if self._listener is not None:
            for first, second in zip(firsts.tolist(), seconds.tolist(), strict=True):
                self._listener(purpose, time, first, second)
        return out

    def _new_key(self, purpose: Purpose, time: int) -> tuple[np.uint64, np.uint64]:
        words = key_of(int(purpose), time, *self.root)
        return np.uint64(words[0]), np.uint64(words[1])


@kernel()
def mixed_identities(firsts, seconds, key):
    """Return a 64-bit identity (uint64 array) for each pair of identities, under a third one."""
    out = np.empty(firsts.size, np.uint64)
    for i in range(firsts.size):
        out[i] = mixed(firsts[i], seconds[i], key)
    return out


def mixed_identity(first: int, second: int, key: int) -> int:
    """Return the 64-bit identity of one pair of identities under a third one."""
    return int(mixed(np.uint64(first), np.uint64(second), np.uint64(key)))
