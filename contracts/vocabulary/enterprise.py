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
from contracts.vocabulary.asked import asked
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

    year: Annotated[
        Annotated[int, Field(ge=2000, le=2100)] | None,
        asked("Year in which the accounts closed.", 2025, unit="calendar year"),
    ] = None
    staff: Annotated[PositiveAmount | None, asked("Headcount.", 48, unit="annual work units")] = (
        None
    )
    turnover: Annotated[
        PositiveAmount | None, asked("Turnover without VAT.", 6200000, unit="EUR")
    ] = None
    balance_sheet: Annotated[
        PositiveAmount | None, asked("Balance-sheet total.", 4100000, unit="EUR")
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RelatedEnterprise:
    """Another enterprise that holds a part of the firm, or of which the firm holds one.

    ``share`` is that part of capital or voting rights, whichever is larger, from 0 to 1.
    ``controls`` says that one has the other in hand by something else than a majority of votes: the
    right to appoint its board, a contract, an agreement between shareholders.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    name: Annotated[ShortText, asked("Name of the enterprise.", "Holding du Bray")]
    siren: Annotated[Siren | None, asked("Its SIREN, nine digits.", "732829320")] = None
    share: Annotated[
        Share,
        asked("Part of capital or votes, the larger of the two.", 0.3, unit="share from 0 to 1"),
    ]
    controls: Annotated[
        bool | None, asked("Whether one has the other in hand by other means than votes.")
    ] = None
    accounts: Annotated[Accounts, asked("Its accounts.")] = field(default_factory=Accounts)


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAid:
    """One *de minimis* aid that was granted: when, how much (gross grant equivalent, in euros), by
    whom, under which regulation. ``received_by`` names a related enterprise; left out, the firm
    itself received it.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    granted_on: Annotated[
        date,
        Field(ge=FIRST_AID, le=limits.LAST_START),
        asked("Day on which it was granted.", "2025-03-14"),
    ]
    amount: Annotated[PositiveAmount, asked("Gross grant equivalent.", 40000, unit="EUR")]
    granted_by: Annotated[ShortText, asked("Who granted it.", "Région Normandie")]
    regulation: Annotated[
        AidRegulation | None, asked("Regulation of the Union it was granted under.")
    ] = None
    received_by: Annotated[
        ShortText | None,
        asked("The related enterprise that received it; left out, the firm.", "Holding du Bray"),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Enterprise:
    """The firm as an enterprise: its accounts, the enterprises it is tied to, *de minimis* aid of
    the last three years to all of them. Headcount not said here is the firm's ``staff``.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    accounts: Annotated[Accounts, asked("Accounts of the last closed year.")] = field(
        default_factory=Accounts
    )
    year_before: Annotated[Accounts | None, asked("Accounts of the year before.")] = None
    related: Annotated[
        Annotated[tuple[RelatedEnterprise, ...], Field(max_length=limits.MAX_RELATED)] | None,
        asked("Enterprises it is tied to; empty: there are none."),
    ] = None
    past_aid: Annotated[
        Annotated[tuple[PastAid, ...], Field(max_length=limits.MAX_PAST_AID)] | None,
        asked("De minimis aid of the last three years; empty: there is none."),
    ] = None


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
