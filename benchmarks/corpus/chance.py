"""Chance that is the same everywhere: streams of 64-bit integers, in kernels and outside.

A stream starts at the corpus' seed, a purpose and two numbers; so anything can be drawn at
any time and any number of times, without what was drawn before it.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_STEP = 0x9E3779B97F4A7C15  # 2**64 divided by the golden ratio


@numba.njit(cache=True, nogil=True)
def mix(value: Any) -> Any:
    """A bijection of 64-bit integers without pattern (splitmix64); scalar or array of uint64."""
    value = value + np.uint64(_STEP)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def stream(seed: Any, purpose: Any, number: Any, member: Any) -> Any:
    """The state of a stream: uint64[1]."""
    state = np.empty(1, np.uint64)
    state[0] = mix(mix(mix(np.uint64(seed)) + np.uint64(purpose)) + np.uint64(number))
    state[0] = mix(state[0] + np.uint64(member))
    return state


@numba.njit(cache=True, nogil=True)
def draw_bits(state: Any) -> Any:
    """The next uint64."""
    state[0] += np.uint64(_STEP)
    return mix(state[0])


@numba.njit(cache=True, nogil=True)
def draw(state: Any, below: Any) -> Any:
    """An integer from 0 to below - 1; below < 2**31."""
    return np.int64((draw_bits(state) >> np.uint64(33)) * np.uint64(below) >> np.uint64(31))


@numba.njit(cache=True, nogil=True)
def draw_from(state: Any, bounds: Any) -> Any:
    """An integer of a half-open range."""
    return np.int64(bounds[0] + draw(state, bounds[1] - bounds[0]))
