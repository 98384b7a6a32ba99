"""A figure nobody knows exactly: low, central, high."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BeforeValidator, Field

from contracts.vocabulary.asked import asked
from contracts.vocabulary.limits import MAX_AMOUNT

CLOSED = {"extra": "forbid", "strict": True}
"""Writer's form: unknown fields, strings for numbers and the like are refused."""

Amount = Annotated[float, Field(allow_inf_nan=False, ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
PositiveAmount = Annotated[float, Field(allow_inf_nan=False, ge=0, le=MAX_AMOUNT)]


@dataclass(frozen=True, slots=True)
class Estimate:
    """Three points of one figure, ``low <= central <= high``, in the unit of its field.

    Raises ``ValueError`` when the three are not in order.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    low: Annotated[Amount, asked("At least.", 3, unit="as the field that holds it")]
    central: Annotated[Amount, asked("Most likely.", 5, unit="as the field that holds it")]
    high: Annotated[Amount, asked("At most.", 6, unit="as the field that holds it")]

    def __post_init__(self) -> None:
        if not self.low <= self.central <= self.high:
            raise ValueError(
                f"low, central and high must be in that order, got "
                f"{self.low:g}, {self.central:g}, {self.high:g}: sort the three figures"
            )

    @classmethod
    def exactly(cls, value: float) -> "Estimate":
        """The estimate of a figure that is certain."""
        return cls(value, value, value)

    @property
    def certain(self) -> bool:
        return self.low == self.high


def _from_number(value: object) -> object:
    # A partner who is sure writes one number instead of three.
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return {"low": value, "central": value, "high": value}
    return value


def _not_negative(value: Estimate) -> Estimate:
    if value.low < 0:
        raise ValueError(f"must not be negative, got low = {value.low:g}: give 0 or more")
    return value


def _share(value: Estimate) -> Estimate:
    if value.low < 0 or value.high > 1:
        raise ValueError(
            f"must be a share between 0 and 1, got {value.low:g} to {value.high:g}: "
            f"write 25 % as 0.25"
        )
    return value


_Number = BeforeValidator(_from_number, json_schema_input_type=Estimate | Amount)

SaidEstimate = Annotated[Estimate, _Number]
"""An estimate as partners write it: ``{low, central, high}`` or one number."""

PositiveEstimate = Annotated[Estimate, _Number, AfterValidator(_not_negative)]
ShareEstimate = Annotated[Estimate, _Number, AfterValidator(_share)]
