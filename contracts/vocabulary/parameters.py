"""A number is a file: the values of the method on one day, each with its source."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Parameter:
    """One value in force on the day of its sheet: what it is, unit, since when, from where."""

    id: str
    value: float | tuple[float, ...]
    unit: str
    since: date
    source: str
    checked_on: date
    label_en: str
    label_fr: str


class ParameterSheet(Mapping[str, Parameter]):
    """All parameters in force on one day. Asking for one that has no value that day raises
    ``KeyError`` naming the parameter and the day: never a default.
    """

    def __init__(self, on: date, parameters: Mapping[str, Parameter]) -> None:
        self.on = on
        self._parameters = dict(parameters)

    def __getitem__(self, parameter_id: str) -> Parameter:
        try:
            return self._parameters[parameter_id]
        except KeyError:
            raise KeyError(
                f"parameter {parameter_id!r} has no value on {self.on}: add a dated, sourced value "
                f"to its file or judge with another day"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)

    def number(self, parameter_id: str) -> float:
        """The value of a single-valued parameter. Raises ``TypeError`` for a range."""
        value = self[parameter_id].value
        if isinstance(value, tuple):
            raise TypeError(f"parameter {parameter_id!r} holds {len(value)} values, not one")
        return value

    def numbers(self, parameter_id: str) -> tuple[float, ...]:
        """The values of a many-valued parameter (a range: low, central, high)."""
        value = self[parameter_id].value
        return value if isinstance(value, tuple) else (value,)
