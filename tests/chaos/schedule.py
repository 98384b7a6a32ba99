"""What will be broken, when and for how long: drawn from a seed, printed before it happens.

Faults come in four lanes which run at once, so that a dead broker and a paused service and a slow
database meet. Within a lane one fault ends before the next begins. Each lane deals its kinds like
cards: none comes again before all have come.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle

BROKERS = ("broker-1", "broker-2", "broker-3")
SERVICES = ("intake", "externalities", "scoring", "notify")
READERS = ("externalities", "scoring", "notify")
REPLICAS = tuple(f"{service}-{number}" for service in SERVICES for number in (1, 2))
DATABASE = "database"


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """``at`` and ``lasting`` in seconds from the start of the run."""

    at: float
    lasting: float
    kind: str
    targets: tuple[str, ...]

    def __str__(self) -> str:
        return (
            f"{self.at:7.1f} s  {self.kind:<10} {', '.join(self.targets)} for {self.lasting:.1f} s"
        )


@dataclass(frozen=True, slots=True)
class Card:
    """A kind of fault, how long it lasts, and how many of its targets it hits at once."""

    kind: str
    targets: Sequence[str]
    shortest: float
    longest: float
    hits: int = 1


LANES: dict[str, tuple[Card, ...]] = {
    "brokers": (
        Card("kill", BROKERS, 3, 8),
        Card("pause", BROKERS, 2, 9),
        # Two of three: nothing can be acknowledged until one is back.
        Card("kill", BROKERS, 9, 12, hits=2),
        Card("pause", BROKERS, 2, 9),
    ),
    "database": (
        Card("kill", (DATABASE,), 1, 4),
        Card("pause", (DATABASE,), 1, 7),
    ),
    "services": (
        Card("kill", REPLICAS, 0.2, 3),
        Card("pause", REPLICAS, 2, 8),
        Card("kill", REPLICAS, 0.2, 3),
        # Longer than a consumer's session: somebody else takes its partitions, then it comes back.
        # A relay that sleeps through its lease (45 s): tests/contract/relay/test_relay_shares.py.
        Card("pause", REPLICAS, 14, 18),
        Card("leave", REPLICAS, 2, 8),
        Card("join", SERVICES, 6, 12),
        # What a service has not read of the proposals is deleted while it is away.
        Card("forget", READERS, 3, 8),
    ),
    "network": (
        Card("reset", (*BROKERS, DATABASE), 0, 0),
        Card("delay", (*BROKERS, DATABASE), 2, 6),
        Card("reset", (DATABASE,), 0, 0),
        Card("shut", BROKERS, 2, 6),
    ),
}
GAPS = {
    "brokers": (3.0, 8.0),
    "database": (8.0, 16.0),
    "services": (1.0, 4.0),
    "network": (4.0, 9.0),
}
"""Seconds between two faults of a lane."""


def draw(seed: int, seconds: float) -> list[Fault]:
    """All faults of a run that end within ``seconds``, by time; the same for the same seed."""
    return sorted(
        fault for lane, cards in LANES.items() for fault in _lane(seed, lane, cards, seconds)
    )


def _lane(seed: int, lane: str, cards: Sequence[Card], seconds: float) -> Iterator[Fault]:
    dice = random.Random(f"{seed}/{lane}")  # noqa: S311 - a schedule, not a secret
    shuffled = dice.sample(cards, len(cards))
    at = dice.uniform(2.0, GAPS[lane][1])
    for card in cycle(shuffled):
        lasting = dice.uniform(card.shortest, card.longest)
        if at + lasting > seconds:
            return
        targets = tuple(sorted(dice.sample(card.targets, card.hits)))
        yield Fault(round(at, 1), round(lasting, 1), card.kind, targets)
        at += lasting + dice.uniform(*GAPS[lane])


def table(faults: Iterable[Fault]) -> str:
    return "\n".join(map(str, faults))
