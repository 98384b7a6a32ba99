"""The example proposals as the method judges them, as the events that reach the desk."""

from datetime import UTC, date, datetime
from functools import cache

from contracts.events import VerdictIssued
from contracts.samples import proposal_examples, territory_example
from contracts.vocabulary.territory import TerritoryRef
from services.app.parameter_book import parameter_book
from services.method import assess, judge

DAY = date(2026, 3, 1)


@cache
def judged_examples() -> dict[str, VerdictIssued]:
    """Name of the example to its verdict on the demo territory."""
    territory = territory_example()
    data = TerritoryRef(
        id=territory.id,
        name=territory.name,
        year=territory.year,
        private_employment=territory.private_employment,
        source=territory.source,
        licence=territory.licence,
        snapshot_sha256="5f" * 32,
    )
    sheet = parameter_book().on(DAY)
    return {
        name: VerdictIssued(
            proposal_id=f"{number:032x}",
            revision=1,
            partner="cci-rouen",
            submitted_at=datetime(2026, 2, 20, 9, number, tzinfo=UTC),
            title=proposal.title,
            kind=proposal.kind,
            summary=proposal.summary,
            aid_requested=proposal.aid_requested,
            verdict=judge(proposal, assess(proposal, data, sheet), sheet, "a7" * 32),
        )
        for number, (name, proposal) in enumerate(proposal_examples().items(), start=1)
    }
