"""The aid that is asked for: on which legal basis, for what, for whom."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.estimates import CLOSED, PositiveAmount
from contracts.vocabulary.identifiers import FirmId
from contracts.vocabulary.text import ShortText


class LegalBasis(StrEnum):
    """Why the aid may be granted under the Union's rules on State aid."""

    DE_MINIMIS = "de_minimis"
    BLOCK_EXEMPTION = "block_exemption"
    APPROVED_SCHEME = "approved_scheme"
    NO_STATE_AID = "no_state_aid"


class AidPurpose(StrEnum):
    """What the aid pays for. The first three are current costs of exporting; fairs, studies and
    consultancy are paid once, to enter a market.
    """

    EXPORTED_QUANTITIES = "exported_quantities"
    DISTRIBUTION_NETWORK = "distribution_network"
    CURRENT_EXPORT_COSTS = "current_export_costs"
    PAY = "pay"
    """Pay of the shared manager or of other staff."""
    FAIRS = "fairs"
    STUDIES = "studies"
    CONSULTANCY = "consultancy"
    TRAINING = "training"
    INVESTMENT = "investment"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class AidUse:
    """One thing the aid pays for, with its part of the amount in euros where that is known."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    purpose: AidPurpose
    amount: PositiveAmount | None = None
    what: ShortText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AidPart:
    """What one firm of the project would receive, in euros."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: FirmId
    amount: PositiveAmount


@dataclass(frozen=True, slots=True, kw_only=True)
class AidAsked:
    """The aid asked for, in euros over the whole project.

    ``amount`` is the part that rests on ``basis``; left out, it is all of ``aid_requested``.
    ``planned_on`` is the day on which it would be granted. ``parts`` says who receives what,
    ``uses`` what is paid with it (empty: nothing but what is asked below). ``primary_production``:
    of agricultural products, fisheries or aquaculture; ``tied_to_products``: the amount follows
    the price or quantity of products bought from such producers or sold, or is passed on to them;
    ``favours_domestic_goods``: on condition that domestic goods are used instead of imported ones.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    basis: LegalBasis | None = None
    amount: PositiveAmount | None = None
    granted_by: ShortText | None = None
    planned_on: Annotated[date, Field(ge=limits.FIRST_START, le=limits.LAST_START)] | None = None
    parts: Annotated[tuple[AidPart, ...], Field(max_length=limits.MAX_FIRMS)] | None = None
    uses: Annotated[tuple[AidUse, ...], Field(max_length=limits.MAX_PARTS)] | None = None
    primary_production: bool | None = None
    tied_to_products: bool | None = None
    favours_domestic_goods: bool | None = None
