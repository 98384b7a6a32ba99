"""Sums, products and solutions that are the same to the last bit on every processor.

The library behind ``a @ b`` and ``numpy.linalg`` chooses its routines by the processor and shares
them out by the number of threads, and with the routine the order of additions changes: the last bit
differs, and a gain of half a euro is rounded by it. The method multiplies and solves by this module
alone (``tests/structure/test_numbers.py``): in one order, or on whole numbers so small that no
order rounds. A figure that comes out of a search is put on a grid far above what floating point
adds and far below a euro, once, before it is compared or shown.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

EXACT_DIGITS = 11
"""Whole numbers of so many digits keep every sum of a game of 12 players exact in 53 bits."""

CENTS = 2

FOUND_DIGITS = 12
"""Of what a search finds: beyond them there is only what floating point added."""

_EXPONENTS = range(22, -23, -1)
_STEPS = np.array([float(f"1e{each}") for each in _EXPONENTS])
_LIMITS = {
    digits: np.array([float(f"1e{digits - each}") for each in _EXPONENTS][:-1])
    for digits in (EXACT_DIGITS - 1, EXACT_DIGITS, FOUND_DIGITS)
}
"""Up to which figure each step leaves so many digits. Found by comparison: near a power of ten a
logarithm is the processor's own.
"""


def product(left: Array, right: Array) -> Array:
    """``left @ right`` for a matrix ``right``, each sum in the order of its terms: neither the
    processor nor the other rows of ``left`` change a bit of one.
    """
    result: Array = np.einsum("...i,ij->...j", left, right)
    return result


def whole_product(left: Array, right: Array) -> Array:
    """``left @ right`` of whole numbers whose sums stay below 2**53: no order of additions rounds,
    so that the fastest one may be taken.
    """
    result: Array = left @ right
    return result


def listed_product(table: Any, right: Array) -> Array:
    """``table @ right`` of a sparse table, which adds in the order of its list by itself."""
    result: Array = table @ right
    return result


def whole_inverse(matrix: Array) -> tuple[Array, float]:
    """The inverse of a small matrix of 0 and 1: whole numbers, over a whole number above 0."""
    determinant = float(np.rint(np.linalg.det(matrix)))
    adjoint = np.rint(np.linalg.inv(matrix) * determinant)
    return (adjoint, determinant) if determinant > 0 else (-adjoint, -determinant)


def solved(matrix: Array, right: Array) -> Array:
    """The solution of ``matrix x = right`` by elimination in the order of the rows.

    For matrices whose pivots are positive in any order: ``I - A`` of a productive table (Hawkins
    and Simon 1949), or one that is symmetric and positive definite. Raises
    ``numpy.linalg.LinAlgError`` for another.
    """
    n = len(matrix)
    both = np.column_stack([matrix, right]).astype(np.float64)
    for k in range(n):
        if not both[k, k] > _NO_PIVOT:
            raise np.linalg.LinAlgError("a pivot is not positive")
        both[k] /= both[k, k]
        others = np.arange(n) != k
        both[others] -= both[others, k, None] * both[k]
    result: Array = both[:, n:].reshape(right.shape)
    return result


def eigen(symmetric: Array) -> tuple[Array, Array]:
    """Eigenvalues in ascending order and the vectors, a column each, without the last digits."""
    values, vectors = np.linalg.eigh(symmetric)
    return settled(values), settled(vectors)


def settled(values: Array) -> Array:
    """Figures of size 1 that a library finds by its own way, without the digits that are its own:
    what is equal on paper is equal.
    """
    result: Array = np.round(values, 9) + 0.0
    return result


_NO_PIVOT = 1e-12
"""What elimination leaves of a pivot that is 0 on paper, for coefficients of size 1."""


def steps(largest: Array, digits: int) -> Array:
    """Steps per unit of the decimal grid on which figures up to ``largest`` have ``digits``."""
    result: Array = _STEPS[np.searchsorted(_LIMITS[digits], largest)]
    return result


def on_grid(values: Array, largest: Array) -> Array:
    """Found figures without what floating point added, among others as large as ``largest``."""
    per_unit = steps(largest, FOUND_DIGITS)
    result: Array = np.rint(values * per_unit) / per_unit
    return result


def in_cents(values: Array) -> Array:
    """Money as it is declared, and sums of it: whole cents."""
    result: Array = np.round(values, CENTS)
    return result
