"""The join: firms' side and territory's side become one verdict with its explanation.

*Necessary* is the cell of the two worst levels, *possible* that of the two best, the verdict
itself that of the two central ones.
"""

from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import (
    FirmLevel,
    FirmsJudgement,
    Notion,
    Verdict,
    VerdictLabel,
)
from services.method.aid.checks import aid_checks
from services.method.answers import firms_computed, missing_of_firms
from services.method.constants import Constants
from services.method.firms.found import SEARCH_NODES
from services.method.firms.judgement import FirmsOutcome
from services.method.rules import Rules
from services.method.verdict.aid import aid_claim, requested_claim
from services.method.verdict.lattice import LATTICE
from services.method.verdict.territory import TerritoryOutcome

_EVERY_FIRM_WINS = (VerdictLabel.WIN_WIN_WIN, VerdictLabel.WIN_WIN)


def combine(
    proposal: Proposal,
    assessment: Assessment,
    firms: FirmsOutcome | None,
    territory: TerritoryOutcome,
    constants: Constants,
    *,
    rules: Rules,
    missing: tuple[str, ...],
    inputs_sha256: str,
) -> Verdict:
    """The verdict; ``firms`` is None when the firm level was not, or could not be, computed."""
    level = territory.judgement
    branches = [territory.claim]
    if missing:
        label = necessary = possible = VerdictLabel.NOT_COMPUTABLE_YET
    elif firms is None:
        label = necessary = possible = VerdictLabel.FIRMS_NOT_COMPUTED
    else:
        label = LATTICE[firms.judgement.level, level.level]
        necessary = LATTICE[firms.judgement.worst, level.worst]
        possible = LATTICE[firms.judgement.best, level.best]
    if label is VerdictLabel.FRAGILE_WIN and firms is not None and _aid_computed(firms.judgement):
        branches.append(_aid(firms.judgement, assessment, constants))
    if proposal.aid_requested:
        branches.append(
            requested_claim(
                proposal.aid_requested,
                assessment.net_jobs,
                assessment.carbon.price_year,
                constants.reference_cost,
                constants.firms.decimals,
            )
        )
    checks = aid_checks(proposal, assessment.parameters_on, constants.aid)
    branches.extend(() if checks is None else (checks,))
    branches.insert(0, firms.claim if firms else _no_firms(proposal))
    if missing:
        branches.append(Claim("verdict.missing", about=missing))
    warnings = [*assessment.warnings, *territory.warnings]
    if firms is not None:
        warnings += [code for code in firms.warnings if code not in warnings]
    return Verdict(
        label=label,
        necessary=necessary,
        possible=possible,
        under_contract=(
            label in _EVERY_FIRM_WINS
            and firms is not None
            and firms.judgement.level is FirmLevel.F2
        ),
        firms=firms.judgement if firms else None,
        territory=level,
        territory_ref=assessment.territory,
        net_jobs=assessment.net_jobs,
        warnings=tuple(warnings),
        missing=missing,
        unknown=assessment.unknown,
        explanation=Claim("verdict." + label, because=tuple(branches)),
        method_version=rules.version,
        parameters_on=assessment.parameters_on,
        inputs_sha256=inputs_sha256,
    )


def _aid_computed(firms: FirmsJudgement) -> bool:
    return Notion.NEEDED_AID not in firms.not_computed


def _no_firms(proposal: Proposal) -> Claim:
    count = float(len(proposal.firms))
    if not firms_computed(proposal):
        return Claim("firms.not_computed", count, "firms")
    if lacking := missing_of_firms(proposal):
        return Claim("firms.missing", about=lacking)
    return Claim("firms.search_ended", count, "firms", parameters=(SEARCH_NODES,))


def _aid(firms: FirmsJudgement, assessment: Assessment, constants: Constants) -> Claim:
    return aid_claim(
        firms.needed_aid,
        assessment.net_jobs,
        assessment.carbon,
        constants.reference_cost,
        constants.firms.decimals,
    )
