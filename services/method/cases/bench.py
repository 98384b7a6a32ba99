"""What a kind of case is given: its input, and the other cases of the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from contracts.vocabulary.parameters import ParameterSheet


class NotRunnableError(ValueError):
    """The case needs an input that its file does not hold."""


class Input(dict[str, Any]):
    """The input of a case; what it does not hold makes the case not runnable."""

    def __missing__(self, key: str) -> Any:
        raise NotRunnableError(f"the input has no {key!r}")


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
