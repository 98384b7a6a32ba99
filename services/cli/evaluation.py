"""One proposal judged here and now, without any server: what ``winwinwin evaluate`` does."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from contracts import codec, samples, strict_json
from contracts.coherence import faults
from contracts.coherence_of_firms import settled
from contracts.events import VerdictIssued
from contracts.fault import Fault
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis.parameters import ParameterBook
from services.chassis.web.places import At, errors_of, why_not_json
from services.cli.proposal_file import BadFile, read_file
from services.externalities.storage import ref_of
from services.intake.validation_messages import places
from services.method import assess, judge, know
from services.method.territory.input_output import multipliers_of

NOWHERE = "0" * 32
"""Id of a proposal that was judged locally and submitted to nobody."""


def read_proposal(path: Path) -> tuple[Proposal, tuple[Fault, ...]]:
    """The coherent proposal in a file, with firms in communes of today, and a note of each code
    that was replaced. Raises ``BadFile`` naming each place to correct.
    """
    body = read_file(path)
    unseen = strict_json.faults(body)
    try:
        proposal = codec.read_proposal(body)
    except ValidationError as error:
        if (why := why_not_json(body, error)) is not None:
            raise BadFile(f"{path} is not JSON: {why}") from error
        raise bad(path, "proposal", [*places(body, error), *unseen]) from error
    if found := (*unseen, *faults(proposal)):
        raise bad(path, "proposal", found)
    return settled(proposal)


def read_snapshot(path: Path | None) -> TerritorySnapshot:
    """The territory in a JSON snapshot file, or the demo territory. Raises ``BadFile``."""
    if path is None:
        return samples.territory_example()
    body = strict_json.without_mark(path.read_bytes())
    unseen = strict_json.faults(body)
    try:
        snapshot: TerritorySnapshot = codec.adapter(TerritorySnapshot).validate_json(body)
    except ValidationError as error:
        raise bad(path, "territory", [*errors_of(error), *unseen]) from error
    if unseen:
        raise bad(path, "territory", unseen)
    if snapshot.input_output is not None:
        try:
            multipliers_of(snapshot.input_output)
        except ValueError as error:
            raise BadFile(f"{path}: /input_output/branches: {error}") from error
    return snapshot


def evaluate(
    proposal: Proposal, snapshot: TerritorySnapshot, book: ParameterBook, now: datetime
) -> VerdictIssued:
    """The verdict as the services would issue it. Raises ``BadFile`` for the wrong territory."""
    territory = ref_of(snapshot)
    if proposal.territory != territory.id:
        raise BadFile(
            f"/territory is {proposal.territory!r}, the data at hand are of {territory.id!r}: give "
            f"the right ones with --territory"
        )
    sheet = book.on(now.date())
    inputs = codec.adapter(Proposal).dump_json(proposal)
    verdict = judge(
        proposal,
        assess(proposal, territory, sheet, know(snapshot, sheet)),
        sheet,
        hashlib.sha256(inputs).hexdigest(),
    )
    return VerdictIssued(
        proposal_id=NOWHERE,
        revision=1,
        partner="local",
        submitted_at=now,
        title=proposal.title,
        kind=proposal.kind,
        summary=proposal.summary,
        aid_requested=proposal.aid_requested,
        verdict=verdict,
    )


def bad(path: Path, what: str, found: Iterable[At | Fault]) -> BadFile:
    """The refusal of a file, each place in a line."""
    places = [
        f"  {each.pointer or '/'}: {each.why}" + (f" → {each.fix}" if each.fix else "")
        for each in found
    ]
    return BadFile("\n".join([f"{path} is not a {what}:", *places]))
