"""The aid that is asked for: on which legal basis, for what, for whom."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
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

    purpose: Annotated[AidPurpose, asked("What the aid pays for.")]
    amount: Annotated[PositiveAmount | None, asked("Its part of the aid.", 20000, unit="EUR")] = (
        None
    )
    what: Annotated[ShortText | None, asked("The use in words.", "Two fairs a year")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AidPart:
    """What one firm of the project would receive, in euros."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    firm: Annotated[FirmId, asked("Id of the firm.", "laiterie-bray")]
    amount: Annotated[PositiveAmount, asked("What it would receive.", 15000, unit="EUR")]


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

    basis: Annotated[LegalBasis | None, asked("Legal basis under the rules on State aid.")] = None
    amount: Annotated[
        PositiveAmount | None,
        asked("The part that rests on this basis; left out, all of it.", 60000, unit="EUR"),
    ] = None
    granted_by: Annotated[ShortText | None, asked("Who would grant it.", "Région Normandie")] = None
    planned_on: Annotated[
        Annotated[date, Field(ge=limits.FIRST_START, le=limits.LAST_START)] | None,
        asked("Day on which it would be granted.", "2027-03-01"),
    ] = None
    parts: Annotated[
        Annotated[tuple[AidPart, ...], Field(max_length=limits.MAX_FIRMS)] | None,
        asked("Who receives what."),
    ] = None
    uses: Annotated[
        Annotated[tuple[AidUse, ...], Field(max_length=limits.MAX_PARTS)] | None,
        asked("What is paid with it; empty: nothing but what is asked below."),
    ] = None
    primary_production: Annotated[
        bool | None, asked("Whether it goes to agriculture, fisheries or aquaculture.")
    ] = None
    tied_to_products: Annotated[
        bool | None, asked("Whether it follows the price or quantity of such products.")
    ] = None
    favours_domestic_goods: Annotated[
        bool | None, asked("Whether domestic goods must be used instead of imported ones.")
    ] = None
