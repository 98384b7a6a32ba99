"""``winwinwin evaluate FILE``: a proposal judged here and now, without any server."""

import hashlib
from datetime import datetime

from contracts import codec
from contracts.events import VerdictIssued
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritorySnapshot
from services.app.parameter_book import parameter_book
from services.chassis.clock import SystemClock
from services.chassis.parameters import ParameterBook
from services.cli.files import BadFile, read_proposal, read_snapshot
from services.cli.options import AsJson, Lang, ProposalFile, SnapshotFile, Why
from services.cli.printing.console import say
from services.cli.printing.verdict import print_said
from services.externalities.storage import ref_of
from services.method import assess, judge, territory_knowledge

NOWHERE = "0" * 32
"""Id of a proposal that was judged locally and submitted to nobody."""


def evaluate(
    file: ProposalFile,
    territory: SnapshotFile = None,
    as_json: AsJson = False,
    lang: Lang = "en",
    why: Why = False,
) -> None:
    """Judge a proposal (YAML or JSON) here and now, without any server."""
    proposal, notes = read_proposal(file)
    for note in notes:
        say(f"{note.pointer}: {note.why}")
    now = SystemClock().now()
    event = judge_here(proposal, read_snapshot(territory), parameter_book(), now)
    print_said(event, as_json=as_json, language=lang, why=why)


def judge_here(
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
        assess(proposal, territory, sheet, territory_knowledge(snapshot, sheet)),
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
