"""A proposal on its way into the store, and what its partner gets for it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from contracts.vocabulary.proposal import Proposal
from services.chassis.web.places import At


@dataclass(frozen=True, slots=True)
class Submission:
    """A valid proposal on its way into the store. ``body`` is its JSON as written by the codec."""

    proposal_id: str
    partner: str
    proposal: Proposal
    body: bytes
    missing: tuple[str, ...]
    correlation_id: str
    idempotency_key: str | None = None
    notes: tuple[At, ...] = ()
    """What was read as something else than was written: a commune that was merged."""

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def fingerprint_of_revision(self) -> str:
        """Of the request to revise: the same words for another proposal are another request."""
        return hashlib.sha256(f"PUT {self.proposal_id} ".encode() + self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the partner gets for an accepted revision."""

    proposal_id: str
    reference: str
    revision: int
    submitted_at: datetime
    sha256: str
    missing: tuple[str, ...]
    notes: tuple[At, ...] = ()

    def as_json(self) -> bytes:
        return json.dumps(
            {
                "id": self.proposal_id,
                "reference": self.reference,
                "revision": self.revision,
                "state": "accepted",
                "submitted_at": self.submitted_at.isoformat(),
                "sha256": self.sha256,
                "missing": self.missing,
                **({"notes": [each.as_dict() for each in self.notes]} if self.notes else {}),
            }
        ).encode()
