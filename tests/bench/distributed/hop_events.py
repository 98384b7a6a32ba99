"""One proposal on four topics: what the hops carry from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import ClassVar

from contracts.codec import read_proposal
from contracts.events import ProposalSubmitted
from contracts.samples import five_firms_2kb

HOPS = 3
PARTITIONS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTopic0(ProposalSubmitted):
    EVENT_TYPE: ClassVar[str] = "bench.Hop0.v1"
    TOPIC: ClassVar[str] = "hop-0"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTopic1(ProposalSubmitted):
    EVENT_TYPE: ClassVar[str] = "bench.Hop1.v1"
    TOPIC: ClassVar[str] = "hop-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTopic2(ProposalSubmitted):
    EVENT_TYPE: ClassVar[str] = "bench.Hop2.v1"
    TOPIC: ClassVar[str] = "hop-2"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnTopic3(ProposalSubmitted):
    EVENT_TYPE: ClassVar[str] = "bench.Hop3.v1"
    TOPIC: ClassVar[str] = "hop-3"


ON = (OnTopic0, OnTopic1, OnTopic2, OnTopic3)
"""By the number of the topic: hop ``n`` reads topic ``n`` and writes topic ``n + 1``."""

_NAMES = tuple(field.name for field in fields(ProposalSubmitted))


def onward(event: ProposalSubmitted, number: int) -> ProposalSubmitted:
    """The same for the topic of that number."""
    said: Mapping[str, object] = {name: getattr(event, name) for name in _NAMES}
    return ON[number](**said)


def first(proposal_id: str) -> OnTopic0:
    return OnTopic0(
        proposal_id=proposal_id,
        revision=1,
        partner="bench",
        submitted_at=datetime(2026, 11, 1, tzinfo=UTC),
        proposal=read_proposal(five_firms_2kb()),
    )
