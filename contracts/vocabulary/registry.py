"""Firms that look for partners: what each needs of a shared function, what pairs declared."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.estimates import CLOSED, PositiveAmount
from contracts.vocabulary.partners import Firm, IfAlone, Synergy
from contracts.vocabulary.profile import Relation
from contracts.vocabulary.text import ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A registered firm and the full-time equivalents of the shared function that it needs."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: Firm
    need_fte: Annotated[float, Field(allow_inf_nan=False, ge=0, le=10)] = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFunction:
    """A function that a group would buy whole, one post, and share."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    what: ShortText
    full_time_cost: PositiveAmount
    if_alone: IfAlone
    coordination_per_extra_member: PositiveAmount = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """Who looks for partners, on what terms. ``longest_km`` bounds the distance of two members."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firms: Annotated[tuple[Candidate, ...], Field(min_length=3, max_length=limits.MAX_FIRMS)]
    shared: SharedFunction | None = None
    synergies: Annotated[tuple[Synergy, ...], Field(max_length=limits.MAX_SYNERGIES)] = ()
    relations: Annotated[tuple[Relation, ...], Field(max_length=limits.MAX_SYNERGIES)] = ()
    group_sizes: Annotated[
        tuple[Annotated[int, Field(ge=2, le=5)], ...], Field(min_length=1, max_length=4)
    ] = (3, 4, 5)
    longest_km: Annotated[float, Field(allow_inf_nan=False, gt=0)] | None = None
