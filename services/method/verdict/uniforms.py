"""The draws that all projects share: the same numbers for the same question, whoever asks.

Each kind of input has a stream of its own, so that an input that is added to one project moves no
other, and neither the order of a batch nor the number of threads changes a draw. The bits come
from PCG64, whose stream numpy keeps for ever; nothing of numpy's distributions is used.
"""

from dataclasses import dataclass
from functools import lru_cache

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
    """One stream of numbers in [0, 1): themselves, their roots, those of what is left to 1, and
    the class of each.
    """

    drawn: Array
    root: Array
    rest: Array
    classes: npt.NDArray[np.int64]
    sizes: Array


@lru_cache(maxsize=_STREAMS_KEPT)
def uniform(stream: str, seed: int, count: int, classes: int) -> Uniform:
    """The first ``count`` numbers of a stream."""
    named = np.random.SeedSequence([seed, int.from_bytes(stream.encode())])
    bits = np.random.PCG64(named).random_raw(count)
    drawn = (np.asarray(bits) >> np.uint64(_UNUSED_BITS)).astype(np.float64) * 2.0**-53
    found = (drawn * classes).astype(np.int64)
    return Uniform(
        drawn,
        np.sqrt(drawn),
        np.sqrt(1 - drawn),
        found,
        np.bincount(found, minlength=classes).astype(np.float64),
    )


def triangular(said: Estimate, u: Uniform) -> Array:
    """Draws between low and high, most often near central (method, section 12)."""
    width = said.high - said.low
    at = (said.central - said.low) / width
    drawn: Array = u.root * (width * at**0.5)
    drawn += said.low
    above = u.rest * -(width * (1 - at) ** 0.5)
    above += said.high
    np.copyto(drawn, above, where=u.drawn >= at)
    return drawn
