"""What clients were told. Nothing else counts as promised.

``Told`` is one answer, or the lack of one, in the words of Jepsen: *ok* is a definite yes, *fail* a
definite no, *info* means that the client cannot know. A client repeats until it knows, so *info*
stands in a history only where the run ended first.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path


class What(StrEnum):
    SUBMIT = "submit"
    REVISE = "revise"
    WITHDRAW = "withdraw"
    READ = "read"


class Outcome(StrEnum):
    OK = "ok"
    FAIL = "fail"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Told:
    """One answer. ``file`` is the client's own name of the project, which is also its
    ``Idempotency-Key``; ``body`` the number of the text it sent (see ``texts``).
    """

    client: str
    what: What
    file: str
    outcome: Outcome
    asked_at: float
    """When it was first asked (Unix time)."""
    told_at: float
    attempts: int = 1
    proposal_id: str | None = None
    revision: int = 0
    sha256: str = ""
    body: int = 0
    submitted_at: str = ""
    """As the receipt says it."""
    state: str = ""
    """Of a read: where the file stood."""
    verdict: str | None = None
    """Of a read: the label shown."""
    reason: str = ""
    """Of a failure: what was said."""


class History:
    """Answers in the order in which they came; kept in a file as they come, one JSON a line."""

    def __init__(self, path: Path) -> None:
        self.name = path.stem
        self._file = path.open("a", encoding="utf-8")
        self.all: list[Told] = []

    def note(self, told: Told) -> None:
        self.all.append(told)
        self._file.write(json.dumps(asdict(told)) + "\n")

    def close(self) -> None:
        self._file.close()

    def of(self, *whats: What, outcome: Outcome = Outcome.OK) -> Iterator[Told]:
        return (each for each in self.all if each.what in whats and each.outcome is outcome)


def accepted(told: Iterable[Told]) -> int:
    """Proposals whose submission was answered 202."""
    return sum(each.what is What.SUBMIT and each.outcome is Outcome.OK for each in told)
