"""What a project says of jobs: how many, and how many of them are additional."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
from contracts.vocabulary.estimates import CLOSED, PositiveEstimate, ShareEstimate
from contracts.vocabulary.text import ShortText


class MultiplierKind(StrEnum):
    """``composite`` multiplies the jobs; ``local`` adds jobs per job, M = 1 + value."""

    COMPOSITE = "composite"
    LOCAL = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    kind: Annotated[MultiplierKind, asked("What the value multiplies.")]
    value: Annotated[
        PositiveEstimate,
        asked("Its value.", {"low": 0.2, "central": 0.4, "high": 0.6}, unit="jobs per job"),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survival:
    """How many supported firms live on after some years, and how many would anyway (shares).

    What survives anyway over what survives with support is the deadweight of an incubator.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    supported: Annotated[
        ShareEstimate,
        asked("Firms that live on, of those supported.", 0.7, unit="share from 0 to 1"),
    ]
    reference: Annotated[
        ShareEstimate,
        asked("Firms that live on, of those not supported.", 0.5, unit="share from 0 to 1"),
    ]
    years: Annotated[
        int,
        Field(ge=1, le=limits.MAX_HORIZON_YEARS),
        asked("After how many years.", 5, unit="years"),
    ]
    source: Annotated[
        ShortText, asked("Where the figures come from.", "Survey of the chamber, 2025")
    ]

    def __post_init__(self) -> None:
        if self.supported.low <= 0:
            raise ValueError("supported survival must be above 0: nothing survived to be counted")


class AidKind(StrEnum):
    """What the aid is for; each has published central values of the additionality chain."""

    LOCAL_GROWTH = "local_growth"
    EMPLOYMENT_AND_SKILLS = "employment_and_skills"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsClaim:
    """Jobs in full-time equivalents at the end of the horizon, and how many are additional.

    ``deadweight`` (share that would have come anyway), ``survival`` (from which it follows) and
    ``reference_jobs`` (net jobs of the reference case) are three ways to say one thing: giving
    two is refused. Where ``gross`` counts people, ``full_time_share`` says how many full-time
    equivalents one of them is. ``permanent_share`` is shown and changes no figure.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    gross: Annotated[
        PositiveEstimate | None,
        asked(
            "Jobs at the end of the horizon, before any deduction.",
            {"low": 3, "central": 5, "high": 6},
            unit="full-time equivalents",
        ),
    ] = None
    tradable: Annotated[bool | None, asked("Whether the activity sells outside the territory.")] = (
        None
    )
    deadweight: Annotated[
        ShareEstimate | None,
        asked(
            "Jobs that would have come anyway.",
            {"low": 0.2, "central": 0.3, "high": 0.5},
            unit="share from 0 to 1",
        ),
    ] = None
    reference_jobs: Annotated[
        PositiveEstimate | None,
        asked("Net jobs without the project.", 1, unit="full-time equivalents"),
    ] = None
    survival: Annotated[
        Survival | None, asked("How many supported firms live on, and how many would anyway.")
    ] = None
    aid_kind: Annotated[AidKind | None, asked("What the aid is for.")] = None
    full_time_share: Annotated[
        ShareEstimate | None,
        asked(
            "Full-time equivalents of one announced job.",
            0.8,
            unit="full-time equivalents per job, 0 to 1",
        ),
    ] = None
    permanent_share: Annotated[
        ShareEstimate | None,
        asked("Permanent jobs; shown, and changes no figure.", 0.9, unit="share from 0 to 1"),
    ] = None
    displacement: Annotated[
        ShareEstimate | None,
        asked("Jobs taken from other firms of the territory.", 0.2, unit="share from 0 to 1"),
    ] = None
    leakage: Annotated[
        ShareEstimate | None,
        asked("Jobs that go to people outside the territory.", 0.1, unit="share from 0 to 1"),
    ] = None
    substitution: Annotated[
        ShareEstimate | None,
        asked("Jobs that only replace others in the same firm.", 0.05, unit="share from 0 to 1"),
    ] = None
    multiplier: Annotated[
        Multiplier | None, asked("Jobs that follow elsewhere in the territory.")
    ] = None
    destroyed: Annotated[
        PositiveEstimate | None, asked("Jobs destroyed.", 0, unit="full-time equivalents")
    ] = None

    def __post_init__(self) -> None:
        if self.deadweight is not None and self.reference_jobs is not None:
            raise ValueError(
                "deadweight and reference_jobs both say what would have come anyway: give only one"
            )
        if self.survival is not None and (self.deadweight or self.reference_jobs) is not None:
            raise ValueError(
                "survival says what would have come anyway, as deadweight and reference_jobs do: "
                "give only one"
            )
