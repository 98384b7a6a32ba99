"""The draws that all projects share: the same numbers for the same question, whoever asks.

Each kind of input has a stream of its own, so that an input that is added to one project moves no
other, and neither the order of a batch nor the number of threads changes a draw. The bits come
from PCG64, whose stream numpy keeps for ever; nothing of numpy's distributions is used.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

import numpy as np
import numpy.typing as npt

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.parameters import ParameterSheet
from services.method.firms.coalitions import Array

COUNT = "draws.count"
COUNT_LARGE = "draws.count_large"
SEED = "draws.seed"
CLASSES = "draws.classes"

_STREAMS_KEPT = 128
_RANGES_KEPT = 64
_UNUSED_BITS = 11
"""A double holds 53 of 64 bits."""


@dataclass(frozen=True, slots=True)
class DrawParameters:
    count: int
    count_large: int
    seed: int
    classes: int
    decimals: int

    @classmethod
    def of(cls, sheet: ParameterSheet) -> "DrawParameters":
        return cls(
            count=int(sheet.number(COUNT)),
            count_large=int(sheet.number(COUNT_LARGE)),
            seed=int(sheet.number(SEED)),
            classes=int(sheet.number(CLASSES)),
            decimals=int(sheet.number("rounding.shares")),
        )


@dataclass(frozen=True, slots=True)
class Uniform:
    """One stream of numbers in [0, 1), sorted, so that a law can be followed piece by piece: the
    numbers, their roots, those of what is left to 1, and the place of each draw among them. Also
    the class of each draw, and how many draws are in each class.
    """

    ascending: Array
    root: Array
    rest: Array
    places: npt.NDArray[np.int64]
    classes: npt.NDArray[np.int64]
    sizes: Array


@lru_cache(maxsize=_STREAMS_KEPT)
def uniform(stream: str, seed: int, count: int, classes: int) -> Uniform:
    """The first ``count`` numbers of a stream."""
    named = np.random.SeedSequence([seed, int.from_bytes(stream.encode())])
    bits = np.random.PCG64(named).random_raw(count)
    drawn = (np.asarray(bits) >> np.uint64(_UNUSED_BITS)).astype(np.float64) * 2.0**-53
    order = np.argsort(drawn, kind="stable")
    found = (drawn * classes).astype(np.int64)
    ascending = drawn[order]
    return Uniform(
        ascending,
        np.sqrt(ascending),
        np.sqrt(1 - ascending),
        np.argsort(order).astype(np.int64),
        found,
        np.bincount(found, minlength=classes).astype(np.float64),
    )


def triangular(said: Estimate, u: Uniform) -> Array:
    """Draws between low and high, most often near central (method, section 12)."""
    width = said.high - said.low
    at = (said.central - said.low) / width
    below = int(u.ascending.searchsorted(at))
    ascending = np.empty(len(u.ascending))
    np.multiply(u.root[:below], width * sqrt(at), out=ascending[:below])
    ascending[:below] += said.low
    np.multiply(u.rest[below:], -(width * sqrt(1 - at)), out=ascending[below:])
    ascending[below:] += said.high
    drawn: Array = ascending.take(u.places)
    return drawn


@lru_cache(maxsize=_RANGES_KEPT)
def usual(said: Estimate, stream: str, p: DrawParameters, count: int) -> Array:
    """The draws of a range that many projects share: that of an answer nobody gave."""
    drawn = triangular(said, uniform(stream, p.seed, count, p.classes))
    drawn.flags.writeable = False
    return drawn
