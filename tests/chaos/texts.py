"""What clients send: small proposals that differ in what decides, so that a verdict that went to
the wrong file, or to the wrong revision of it, is another verdict.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from contracts import codec
from contracts.codec import read_proposal
from contracts.events import VerdictIssued
from contracts.samples import five_firms_2kb
from contracts.vocabulary.proposal import Proposal
from services.app.parameter_book import parameter_book
from services.cli.evaluate import judge_here
from services.cli.files import read_snapshot
from tests.support.whom_to_ask import whom_to_ask_in_the_demo

TONNES = (5, 40, 900, 12_000, 90_000)
"""Emitted per year: from none that counts to a veto."""


@cache
def _base() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(five_firms_2kb())
    return found


def text(title: str, number: int) -> bytes:
    """The proposal of that title in its version ``number``; versions differ in carbon and jobs."""
    jobs = 3 + number % 17
    return json.dumps(
        _base()
        | {
            "title": title,
            "summary": f"Version {number}.",
            "carbon": {
                "emitted_t_per_year": TONNES[number % len(TONNES)],
                "avoided_t_per_year": number % 7,
            },
            "jobs": _base()["jobs"]
            | {"gross": {"low": jobs, "central": jobs + 2, "high": jobs + 4}},
        }
    ).encode()


def fingerprint(body: bytes) -> str:
    """What the receipt of this body says in ``sha256``."""
    return sha256(codec.adapter(Proposal).dump_json(read_proposal(body))).hexdigest()


def verdict(body: bytes, proposal_id: str, revision: int, partner: str, submitted_at: str) -> bytes:
    """The verdict that follows from the body alone, as it should be served."""
    moment = datetime.fromisoformat(submitted_at).astimezone(UTC)
    territory = _territory()
    proposal = read_proposal(body)
    event: VerdictIssued = judge_here(proposal, territory, _book(), moment)
    return codec.encode(
        replace(
            event,
            proposal_id=proposal_id,
            revision=revision,
            partner=partner,
            whom_to_ask=whom_to_ask_in_the_demo(proposal),
        )
    )


@cache
def _territory() -> Any:
    return read_snapshot(None)


@cache
def _book() -> Any:
    return parameter_book()
