"""The questions that each of the paper's kinds of project has of its own.

Each form belongs to one kind; the answers are checked and shown, and never become euros. ``None``
means *not said*.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
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

    partners_searched: Annotated[bool | None, asked("Whether partners were searched for.")] = None
    competition_avoided: Annotated[bool | None, asked("Whether no two members compete.")] = None
    common_strategy: Annotated[bool | None, asked("Whether a common strategy is written.")] = None
    commitment_contract: Annotated[
        bool | None, asked("Whether a contract commits the members.")
    ] = None
    same_kind_of_customers: Annotated[
        bool | None, asked("Whether they sell to the same kind of customers.")
    ] = None
    ranges_overlap: Annotated[bool | None, asked("Whether their ranges overlap.")] = None
    territories_complementary: Annotated[
        bool | None, asked("Whether their markets abroad complete each other.")
    ] = None
    longest_travel_minutes: Annotated[
        Annotated[float, Field(allow_inf_nan=False, ge=0, le=1440)] | None,
        asked("Longest way between two members.", 45, unit="minutes"),
    ] = None
    pay_rule: Annotated[PayRule | None, asked("How the shared manager is paid.")] = None
    years_before_return: Annotated[
        Annotated[float, Field(allow_inf_nan=False, ge=0, le=30)] | None,
        asked("Years until the group earns what it costs.", 3, unit="years"),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerGroup:
    """One export group inside an incubator: the firms of the lower level.

    ``player`` is the firm of the proposal that stands for the group at the upper level.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    player: Annotated[
        FirmId, asked("Id of the firm that stands for the group at the upper level.", "groupe-lait")
    ]
    firms: Annotated[
        tuple[Firm, ...],
        Field(min_length=limits.MIN_FIRMS, max_length=limits.MAX_PLAYERS),
        asked("Firms inside the group."),
    ]
    synergies: Annotated[
        tuple[Synergy, ...],
        Field(max_length=limits.MAX_SYNERGIES),
        asked("What sets of them gain together."),
    ] = ()
    shared_cost: Annotated[SharedCost | None, asked("What they share.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Funder:
    """One line of a plan of co-funding, in euros over the horizon."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: Annotated[ShortText, asked("Who pays.", "Région Normandie")]
    amount: Annotated[PositiveAmount, asked("How much, over the horizon.", 80000, unit="EUR")]
    decided: Annotated[bool | None, asked("Whether it is decided.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportIncubatorForm:
    """A house for several export groups: who is inside each, who pays, the NF X50-770 label."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    groups: Annotated[
        tuple[InnerGroup, ...],
        Field(max_length=limits.MAX_PLAYERS),
        asked("Groups inside the incubator."),
    ] = ()
    total_cost: Annotated[
        PositiveAmount | None, asked("Cost over the horizon.", 240000, unit="EUR")
    ] = None
    funders: Annotated[
        tuple[Funder, ...], Field(max_length=limits.MAX_PARTS), asked("Plan of co-funding.")
    ] = ()
    label_nf_x50_770: Annotated[LabelState | None, asked("Where the label NF X50-770 stands.")] = (
        None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierForm:
    """Carriage by a large firm: which firm carries the others."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    carrier: Annotated[
        FirmId, asked("Id of the large firm that carries the others.", "grand-groupe")
    ]
    fee_agreed: Annotated[bool | None, asked("Whether its fee is agreed.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncubatorForm:
    """An incubator: the survival of its firms at five years, and of firms like them elsewhere."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    survival_supported: Annotated[
        Share | None,
        asked("Firms alive after five years, of those supported.", 0.7, unit="share from 0 to 1"),
    ] = None
    survival_reference: Annotated[
        Share | None,
        asked(
            "Firms alive after five years, of those like them elsewhere.",
            0.5,
            unit="share from 0 to 1",
        ),
    ] = None
    label_nf_x50_770: Annotated[LabelState | None, asked("Where the label NF X50-770 stands.")] = (
        None
    )
