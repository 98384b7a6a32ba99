"""What is there to be seen when all is healed and quiet: at the partner's door, at the desk, in the
feed, and in the topics.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class File:
    """One proposal as intake shows it to its partner."""

    proposal_id: str
    title: str
    state: str
    revisions: Mapping[int, "Revision"]
    verdict: bytes | None
    """The verdict of the newest revision, as it was served."""


@dataclass(frozen=True, slots=True)
class Revision:
    sha256: str
    label: str | None
    """Of its verdict; None while it has none."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One item of the desk's feed."""

    event_id: str
    proposal_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Page:
    """One file on the desk."""

    revision: int
    label: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Logged:
    """One record of a topic."""

    topic: str
    partition: int
    offset: int
    at: float
    """When it was sent (Unix time)."""
    event_id: str
    event_type: str
    key: str
    revision: int
    again: bool = False
    """Said before, and published again because records were lost."""


@dataclass(frozen=True, slots=True)
class Seen:
    """All of it. ``notices`` are oldest first, ``log`` by topic, partition and offset."""

    files: Mapping[str, File] = field(default_factory=dict)
    notices: Sequence[Notice] = ()
    desk: Mapping[str, Page] = field(default_factory=dict)
    log: Sequence[Logged] = ()
    parked: Sequence[str] = ()
    """Reasons of messages in any dead-letter table."""
    journal: Sequence[str] = ()
    """What does not fit in notify's journal."""
    pending: Mapping[str, int] = field(default_factory=dict)
    """Per service, events its outbox still holds."""
