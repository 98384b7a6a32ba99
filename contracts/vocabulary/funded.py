"""Projects that an authority decided to fund: what was funded yesterday shapes the milieu today."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from contracts.vocabulary.estimates import CLOSED
from contracts.vocabulary.identifiers import ProposalId, RelayId, Revision
from contracts.vocabulary.limits import MAX_FUNDED, MAX_INSTITUTIONS
from contracts.vocabulary.text import ShortText


@dataclass(frozen=True, slots=True, kw_only=True)
class FundedProject:
    """One decision to fund. ``revision`` is the one that was decided on, ``source`` names the
    deliberation; ``institutions`` are the relays of the directory that carry the project, two or
    more of which it ties.
    """

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    proposal_id: ProposalId
    revision: Revision
    decided_on: date
    source: ShortText
    institutions: Annotated[tuple[RelayId, ...], Field(max_length=MAX_INSTITUTIONS)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FundedProjects:
    """Every project that a territory has funded and that has not been taken back."""

    __pydantic_config__: ClassVar[dict[str, object]] = CLOSED

    projects: Annotated[tuple[FundedProject, ...], Field(max_length=MAX_FUNDED)]

    def __post_init__(self) -> None:
        ids = [project.proposal_id for project in self.projects]
        twice = sorted({each for each in ids if ids.count(each) > 1})
        if twice:
            raise ValueError(
                f"proposal {', '.join(twice)} stands there twice: a project is funded once, at one "
                f"revision"
            )
