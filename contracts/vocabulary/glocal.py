"""How far a project reaches into the world, and how deep it is rooted in its territory."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.asked import asked
from contracts.vocabulary.estimates import CLOSED, ShareEstimate
from contracts.vocabulary.text import ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLink:
    """A tie to a network in another country: its name, the country, the year since when."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    network: Annotated[ShortText, asked("Name of the network.", "Enterprise Europe Network")]
    country: Annotated[ShortText, asked("Country it is in.", "Allemagne")]
    since: Annotated[
        Annotated[int, Field(ge=1900, le=2100)] | None,
        asked("Year since when.", 2019, unit="calendar year"),
    ] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glocal:
    """The answers behind the glocalisation index, for the partners together.

    ``share_abroad``: share of turnover or of customers outside the country; ``countries``: how
    many; ``partners_inside``, ``suppliers_inside`` and ``jobs_inside``: shares inside the
    territory; ``relays``: those of the territory that take part, by name; ``past_projects``: joint
    projects before this one. An empty list says that there is none.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    share_abroad: Annotated[
        ShareEstimate | None,
        asked("Turnover or customers outside the country.", 0.25, unit="share from 0 to 1"),
    ] = None
    countries: Annotated[
        Annotated[int, Field(ge=0, le=limits.MAX_COUNTRIES)] | None,
        asked("Countries they sell to.", 6, unit="countries"),
    ] = None
    network_links: Annotated[
        Annotated[tuple[NetworkLink, ...], Field(max_length=limits.MAX_PARTS)] | None,
        asked("Ties to networks abroad; empty: none."),
    ] = None
    partners_inside: Annotated[
        ShareEstimate | None, asked("Partners inside the territory.", 0.8, unit="share from 0 to 1")
    ] = None
    suppliers_inside: Annotated[
        ShareEstimate | None,
        asked("Suppliers inside the territory.", 0.5, unit="share from 0 to 1"),
    ] = None
    jobs_inside: Annotated[
        ShareEstimate | None, asked("Jobs inside the territory.", 0.9, unit="share from 0 to 1")
    ] = None
    relays: Annotated[
        Annotated[tuple[ShortText, ...], Field(max_length=limits.MAX_PARTS)] | None,
        asked("Relays of the territory that take part; empty: none.", ["CCI Rouen Métropole"]),
    ] = None
    past_projects: Annotated[
        Annotated[int, Field(ge=0, le=1000)] | None,
        asked("Joint projects before this one.", 1, unit="projects"),
    ] = None
