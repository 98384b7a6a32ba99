"""How far a project reaches into the world, and how deep it is rooted in its territory."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary import limits
from contracts.vocabulary.estimates import CLOSED, ShareEstimate
from contracts.vocabulary.text import ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkLink:
    """A tie to a network in another country: its name, the country, the year since when."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    network: ShortText
    country: ShortText
    since: Annotated[int, Field(ge=1900, le=2100)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Glocal:
    """The answers behind the glocalisation index, for the partners together.

    ``share_abroad``: share of turnover or of customers outside the country; ``countries``: how
    many; ``partners_inside``, ``suppliers_inside`` and ``jobs_inside``: shares inside the
    territory; ``relays``: those of the territory that take part, by name; ``past_projects``: joint
    projects before this one. An empty list says that there is none.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    share_abroad: ShareEstimate | None = None
    countries: Annotated[int, Field(ge=0, le=limits.MAX_COUNTRIES)] | None = None
    network_links: Annotated[tuple[NetworkLink, ...], Field(max_length=limits.MAX_PARTS)] | None = (
        None
    )
    partners_inside: ShareEstimate | None = None
    suppliers_inside: ShareEstimate | None = None
    jobs_inside: ShareEstimate | None = None
    relays: Annotated[tuple[ShortText, ...], Field(max_length=limits.MAX_PARTS)] | None = None
    past_projects: Annotated[int, Field(ge=0, le=1000)] | None = None
