"""The territory's side of a project before the join."""

from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritoryRef
from services.method.constants import Constants
from services.method.figures import beyond_scale
from services.method.rules import Rules
from services.method.territory.carbon import assess_carbon
from services.method.territory.concentration import assess_concentration
from services.method.territory.glocalisation import glocalisation
from services.method.territory.image import assess_image
from services.method.territory.input_output import activities_of, table_multiplier
from services.method.territory.jobs import assess_jobs
from services.method.territory.potential.knowledge import Knowledge, absent_tables
from services.method.territory.skills import firm_skills
from services.method.territory.technology import assess_technology


def assess_territory(
    proposal: Proposal,
    territory: TerritoryRef,
    constants: Constants,
    knowledge: Knowledge | None,
    *,
    rules: Rules,
    missing: tuple[str, ...],
    unknown: tuple[str, ...],
) -> Assessment:
    """Assess the dimensions one by one; the day of the parameters is the day of the decision."""
    today = constants.sheet.on
    multipliers = knowledge.multipliers if knowledge else None
    table = (
        table_multiplier(activities_of(proposal), multipliers, constants.jobs.local_share)
        if multipliers is not None
        else None
    )
    jobs = assess_jobs(
        proposal.jobs, proposal.kind, proposal.firms, territory, constants.jobs, table
    )
    technology = assess_technology(
        proposal.technology, proposal.firms, knowledge, constants.technology
    )
    image = assess_image(proposal.image, today, constants.image, proposal.image_figures or ())
    carbon = assess_carbon(proposal, today.year, constants.carbon)
    concentration = assess_concentration(
        proposal.concentration,
        proposal.firms,
        territory,
        constants.concentration,
        _announced(proposal),
        knowledge.past.employment if knowledge and knowledge.past else None,
    )
    by_table = any(claim.code == "jobs.multiplier.table" for claim in jobs.claim.because)
    answered = ("/jobs/multiplier",) if by_table else ()
    found = (jobs, technology, image, carbon, concentration)
    claims = [one.claim for one in found]
    communes = knowledge.communes if knowledge else None
    claims.append(glocalisation(proposal, communes, constants.glocal))
    if absent := absent_tables(knowledge):
        claims.append(Claim("tables.absent", because=absent))
    warnings = [code for one in found for code in one.warnings]
    if beyond_scale((jobs.net, carbon.assessment.net_t_per_year, carbon.assessment.present_value)):
        warnings.append("beyond_scale")
    return Assessment(
        territory=territory,
        method_version=rules.version,
        parameters_on=today,
        net_jobs=jobs.net,
        jobs=jobs.level,
        technology=technology.level,
        image=image.level,
        concentration=concentration.level,
        carbon=carbon.assessment,
        warnings=tuple(warnings),
        missing=missing,
        unknown=tuple(each for each in unknown if each not in answered),
        claims=tuple(claims),
        skills=firm_skills(
            (firm.naf for firm in proposal.firms if firm.naf is not None),
            knowledge.skills if knowledge else None,
        ),
    )


def _announced(proposal: Proposal) -> dict[str, float]:
    """The announced jobs by activity: spread evenly over those the project opens or deepens, or,
    where it names none, over the firms' own; nothing where jobs or activities were not said.
    """
    gross = proposal.jobs.gross
    activities = activities_of(proposal)
    if gross is None or not activities:
        return {}
    return {naf: gross.central / len(activities) for naf in activities}
