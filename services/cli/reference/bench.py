"""What a kind of case is given: its input, and the other cases of the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from contracts.vocabulary.parameters import ParameterSheet
from services.method.firms.coalitions import Array


class NotRunnableError(ValueError):
    """The case needs an input that its file does not hold."""


class Input(dict[str, Any]):
    """The input of a case; what it does not hold makes the case not runnable.

    Its figures are asked for by what they must be; ``ValueError`` says which are not that, and why.
    """

    def __missing__(self, key: str) -> Any:
        raise NotRunnableError(f"the input has no {key!r}")

    def number(self, key: str) -> float:
        return _number(self[key], key)

    def above_zero(self, key: str) -> float:
        value = self.number(key)
        if value <= 0:
            raise ValueError(f"{key!r} is {value:g}: it divides, and must be above 0")
        return value

    def numbers(self, key: str) -> list[float]:
        return _numbers(self[key], key)

    def amounts(self, key: str) -> list[float]:
        """Numbers of which none is negative."""
        values = self.numbers(key)
        if any(value < 0 for value in values):
            raise ValueError(f"{key!r} holds the negative figure {min(values):g}")
        return values

    def matrix(self, key: str) -> Array:
        """Rows of equal length, at least one of each."""
        rows = self[key]
        if not isinstance(rows, list) or not rows:
            raise ValueError(f"{key!r} is not a list of rows")
        lengths = {len(_numbers(row, f"{key}[{i}]")) for i, row in enumerate(rows)}
        if len(lengths) > 1 or 0 in lengths:
            raise ValueError(f"the rows of {key!r} are not of one length: {sorted(lengths)}")
        return np.array(rows, dtype=float)

    def square(self, key: str) -> Array:
        found = self.matrix(key)
        if found.shape[0] != found.shape[1]:
            rows, columns = found.shape
            raise ValueError(f"{key!r} has {rows} rows and {columns} columns: it must be square")
        return found


def _numbers(value: Any, key: str) -> list[float]:
    if not isinstance(value, list):
        raise ValueError(f"{key!r} is {value!r:.40}, not a list of numbers")  # noqa: TRY004 - a wrong figure
    return [_number(each, f"{key}[{i}]") for i, each in enumerate(value)]


def _number(value: Any, key: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        raise ValueError(f"{key!r} is {value!r:.40}, not a number")
    return value


@dataclass(frozen=True, slots=True)
class Bench:
    """The parameters to judge with, and every case of the file by its identifier."""

    sheet: ParameterSheet
    cases: Mapping[str, Mapping[str, Any]]

    def input_of(self, case_id: str) -> tuple[str, Input]:
        """Kind and input of another case. Raises ``NotRunnableError`` when it is not there."""
        case = self.cases.get(case_id)
        if case is None:
            raise NotRunnableError(f"case {case_id!r} is not in the file")
        return str(case["kind"]), Input(case.get("input") or {})


Figures = dict[str, Any]
Kind = Callable[[Input, Bench], Figures]
