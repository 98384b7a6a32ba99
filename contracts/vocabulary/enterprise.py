"""What the SME definition and the *de minimis* rule ask of a firm, beside what the project does.

All of it is the firm's own and a business secret. ``None`` always means *not said*; an empty list
says that there is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.estimates import CLOSED, PositiveAmount
from contracts.vocabulary.identifiers import Siren
from contracts.vocabulary.profile import Share
from contracts.vocabulary.text import ShortText

FIRST_AID = date(2007, 1, 1)
"""Older *de minimis* aid is of no window that a project of today could fall into."""


class AidRegulation(StrEnum):
    """Under which regulation of the Union a *de minimis* aid was granted."""

    GENERAL = "2023/2831"
    GENERAL_BEFORE = "1407/2013"
    SERVICES = "2023/2832"
    """Services of general economic interest."""
    SERVICES_BEFORE = "360/2012"
    AGRICULTURE = "1408/2013"
    FISHERIES = "717/2014"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """One closed year: headcount in annual work units, turnover without VAT and balance-sheet total
    in euros. ``year`` is the one in which it closed.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    year: Annotated[int, Field(ge=2000, le=2100)] | None = None
    staff: PositiveAmount | None = None
    turnover: PositiveAmount | None = None
    balance_sheet: PositiveAmount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedEnterprise:
    """Another enterprise that holds a part of the firm, or of which the firm holds one.

    ``share`` is that part of capital or voting rights, whichever is larger, from 0 to 1.
    ``controls`` says that one has the other in hand by something else than a majority of votes: the
    right to appoint its board, a contract, an agreement between shareholders.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: ShortText
    siren: Siren | None = None
    share: Share
    controls: bool | None = None
    accounts: Accounts = field(default_factory=Accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAid:
    """One *de minimis* aid that was granted: when, how much (gross grant equivalent, in euros), by
    whom, under which regulation. ``received_by`` names a related enterprise; left out, the firm
    itself received it.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    granted_on: Annotated[date, Field(ge=FIRST_AID, le=limits.LAST_START)]
    amount: PositiveAmount
    granted_by: ShortText
    regulation: AidRegulation | None = None
    received_by: ShortText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """The firm as an enterprise: its accounts, the enterprises it is tied to, *de minimis* aid of
    the last three years to all of them. Headcount not said here is the firm's ``staff``.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    accounts: Accounts = field(default_factory=Accounts)
    year_before: Accounts | None = None
    related: (
        Annotated[tuple[RelatedEnterprise, ...], Field(max_length=limits.MAX_RELATED)] | None
    ) = None
    past_aid: Annotated[tuple[PastAid, ...], Field(max_length=limits.MAX_PAST_AID)] | None = None


IN_FORCE: Mapping[AidRegulation, tuple[date, date | None]] = MappingProxyType(
    {
        AidRegulation.GENERAL: (date(2024, 1, 1), date(2030, 12, 31)),
        AidRegulation.GENERAL_BEFORE: (date(2014, 1, 1), date(2024, 6, 30)),
        AidRegulation.SERVICES: (date(2024, 1, 1), date(2030, 12, 31)),
        AidRegulation.SERVICES_BEFORE: (date(2012, 4, 29), date(2024, 6, 30)),
        AidRegulation.AGRICULTURE: (date(2014, 1, 1), None),
        AidRegulation.FISHERIES: (date(2014, 7, 1), None),
    }
)
"""First and last day on which aid could be granted under each, with the half year after its end in
which the earlier ones still served. Where the end is None, we name none."""
