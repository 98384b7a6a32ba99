"""The questions that each of the paper's kinds of project has of its own.

Each form belongs to one kind; the answers are checked and shown, and never become euros. ``None``
means *not said*.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.estimates import CLOSED, PositiveAmount
from contracts.vocabulary.identifiers import FirmId
from contracts.vocabulary.partners import Firm, SharedCost, Synergy
from contracts.vocabulary.profile import Share
from contracts.vocabulary.text import ShortText


class PayRule(StrEnum):
    """How the shared manager is paid (the paper, section 2.3)."""

    FIXED = "fixed"
    BONUS_ON_CONTRACTS = "bonus_on_contracts"
    BONUS_ON_EXPORT_TURNOVER = "bonus_on_export_turnover"


class LabelState(StrEnum):
    """Where a label or a certification stands."""

    NONE = "none"
    INTENDED = "intended"
    APPLIED_FOR = "applied_for"
    GRANTED = "granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportGroupForm:
    """The paper's points of feasibility of an export group, and what practitioners ask besides.

    Balance of sizes and evaluated synergies are read from the firms and synergies themselves.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    partners_searched: bool | None = None
    competition_avoided: bool | None = None
    common_strategy: bool | None = None
    commitment_contract: bool | None = None
    same_kind_of_customers: bool | None = None
    ranges_overlap: bool | None = None
    territories_complementary: bool | None = None
    longest_travel_minutes: Annotated[float, Field(allow_inf_nan=False, ge=0, le=1440)] | None = (
        None
    )
    pay_rule: PayRule | None = None
    years_before_return: Annotated[float, Field(allow_inf_nan=False, ge=0, le=30)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerGroup:
    """One export group inside an incubator: the firms of the lower level.

    ``player`` is the firm of the proposal that stands for the group at the upper level.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    player: FirmId
    firms: Annotated[
        tuple[Firm, ...], Field(min_length=limits.MIN_FIRMS, max_length=limits.MAX_PLAYERS)
    ]
    synergies: Annotated[tuple[Synergy, ...], Field(max_length=limits.MAX_SYNERGIES)] = ()
    shared_cost: SharedCost | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funder:
    """One line of a plan of co-funding, in euros over the horizon."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: ShortText
    amount: PositiveAmount
    decided: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportIncubatorForm:
    """A house for several export groups: who is inside each, who pays, the NF X50-770 label."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    groups: Annotated[tuple[InnerGroup, ...], Field(max_length=limits.MAX_PLAYERS)] = ()
    total_cost: PositiveAmount | None = None
    funders: Annotated[tuple[Funder, ...], Field(max_length=limits.MAX_PARTS)] = ()
    label_nf_x50_770: LabelState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierForm:
    """Carriage by a large firm: which firm carries the others."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    carrier: FirmId
    fee_agreed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncubatorForm:
    """An incubator: the survival of its firms at five years, and of firms like them elsewhere."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    survival_supported: Share | None = None
    survival_reference: Share | None = None
    label_nf_x50_770: LabelState | None = None
