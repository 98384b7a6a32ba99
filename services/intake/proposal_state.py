"""The states of a file, pure: what has happened, and what may happen next."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a file stands. *Accepted* is not *judged*: two words, two states."""

    ACCEPTED = "accepted"
    """Stored and on its way; the verdict of the newest revision is not there yet."""
    JUDGED = "judged"
    """The newest revision has its verdict."""
    NOT_JUDGED = "not_judged"
    """The newest revision could not be judged; somebody has to mend something, or revise it."""
    WITHDRAWN = "withdrawn"
    """The partner took it back, for good."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """What decides a file's state: newest revision, newest judged one or 0, withdrawn or not, and
    the reference of what was set aside when the newest revision could not be judged.
    """

    revision: int
    judged_revision: int = 0
    withdrawn: bool = False
    not_judged: str | None = None

    @property
    def state(self) -> State:
        if self.withdrawn:
            return State.WITHDRAWN
        if self.judged_revision == self.revision:
            return State.JUDGED
        return State.ACCEPTED if self.not_judged is None else State.NOT_JUDGED

    def refusal_to_revise(self) -> str | None:
        """Why no new revision may be submitted; None when it may."""
        if self.withdrawn:
            return "the proposal was withdrawn, which is final: submit a new proposal"
        return None
