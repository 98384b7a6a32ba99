"""The Win-Win-Win method: every partner firm wins, and the territory wins, or not.

Pure: a function of the proposal, the territory's data and the parameters of one day. It reads no
file, clock, setting or network. Read it in this order:

1. ``firms/``     do the firms win? The co-operative game of the declared synergies, F0 to F3.
2. ``territory/`` does the territory win? Jobs, technology, image, pollution, concentration, each
   from -2 to +2 at the worst, central and best points.
3. ``aid/``       checks on the aid asked for, to be verified; they decide nothing.
4. ``verdict/``   the lattice firms x territory: no averaging, no weights; the *necessary* verdict
   at the worst corner, the *possible* one at the best.

What was not said takes the whole sourced range of its factor: silence can hurt, never help. Every
figure is rounded as it is shown before it is compared, a tie counts against the applicant and is
a warning, every step leaves a claim (``claims/`` says what each means) and every number is a
dated, sourced file under ``parameters/``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import ParameterSheet
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritoryRef, TerritorySnapshot
from contracts.vocabulary.verdict import (
    FirmsJudgement,
    InnerJudgement,
    NamedFirm,
    Verdict,
    VerdictLabel,
)
from services.method.aid.checks import aid_questions
from services.method.answers import firms_computed, missing, missing_of_firms, unknown
from services.method.constants import Constants, constants_of
from services.method.firms.factors import pairs_of, partnership_claims, shown, skill_table
from services.method.firms.found import FirmsParameters
from services.method.firms.game import FirmsGame
from services.method.firms.judgement import FirmsOutcome, judge_firms
from services.method.firms.kinds import feasibility_of, inner_proposal
from services.method.firms.questions import questions_of
from services.method.rules import KEPT, NEWEST, Rules, rules_of
from services.method.territory.assessment import assess_territory
from services.method.territory.potential.knowledge import Knowledge, knowledge_of
from services.method.territory.potential.parameters import PotentialParameters
from services.method.verdict.changes import Judged, changes_of
from services.method.verdict.combination import combine
from services.method.verdict.draws import draws_claim
from services.method.verdict.lattice import LATTICE
from services.method.verdict.territory import judge_territory

__all__ = [
    "KEPT",
    "METHOD_VERSION",
    "NEWEST",
    "Case",
    "Knowledge",
    "Rules",
    "assess",
    "judge",
    "judge_all",
    "missing",
    "rules_of",
    "territory_knowledge",
    "unknown",
]

METHOD_VERSION = NEWEST.version


def assess(
    proposal: Proposal,
    territory: TerritoryRef,
    sheet: ParameterSheet,
    knowledge: Knowledge | None = None,
    rules: Rules = NEWEST,
) -> Assessment:
    """The territory's side of a proposal, judged with the parameters of ``sheet.on``.

    ``knowledge`` is what ``territory_knowledge`` makes of the same territory's data; without it new
    activities are read as declared and not measured. The assessment names the version of ``rules``,
    and the firms' side follows it.

    Raises ``ValueError`` when the data are those of another territory.
    """
    if territory.id != proposal.territory:
        raise ValueError(
            f"the proposal is on {proposal.territory!r} and the data are those of "
            f"{territory.id!r}: give the territory's own data"
        )
    return assess_territory(
        proposal,
        territory,
        constants_of(sheet),
        knowledge,
        rules=rules,
        missing=missing(proposal),
        unknown=unknown(proposal),
    )


def territory_knowledge(snapshot: TerritorySnapshot, sheet: ParameterSheet) -> Knowledge:
    """What a territory's own past and the nation's tables say. Computed once for a snapshot, which
    is kept with it, and the parameters it depends on: a quarter of a second for every proposal
    would be too much.
    """
    p = constants_of(sheet).potential
    key = id(snapshot), p
    if key not in _known:
        if len(_known) >= _KNOWN_AT_MOST:
            _known.clear()
        _known[key] = snapshot, knowledge_of(snapshot, p)
    return _known[key][1]


_KNOWN_AT_MOST = 32
_Known = dict[tuple[int, PotentialParameters], tuple[TerritorySnapshot, Knowledge]]
_known: _Known = {}


@dataclass(frozen=True, slots=True)
class Case:
    """A proposal with its territory's side, the parameters of that day and the inputs' hash."""

    proposal: Proposal
    assessment: Assessment
    sheet: ParameterSheet
    inputs_sha256: str


def judge(
    proposal: Proposal, assessment: Assessment, sheet: ParameterSheet, inputs_sha256: str
) -> Verdict:
    """The verdict of a proposal whose territory's side was assessed on the same day's parameters,
    by the rules the assessment names.

    Raises ``ValueError`` when the sheet is of another day: a verdict names one day.
    """
    return judge_all([Case(proposal, assessment, sheet, inputs_sha256)])[0]


def judge_all(cases: Sequence[Case]) -> list[Verdict]:
    """The verdicts of several proposals, each as ``judge`` gives it.

    Games of the same size are solved together, which costs little more than one of them.
    """
    firms: list[FirmsOutcome | None] = [None] * len(cases)
    sheets: dict[int, list[int]] = {}
    for i, case in enumerate(cases):
        if case.assessment.parameters_on != case.sheet.on:
            raise ValueError(
                f"the territory was assessed with the parameters of "
                f"{case.assessment.parameters_on}, not of {case.sheet.on}: judge with the sheet of "
                f"the assessment's day"
            )
        if firms_computed(case.proposal) and not missing_of_firms(case.proposal):
            sheets.setdefault(id(case.sheet), []).append(i)
    for rows in sheets.values():
        p = constants_of(cases[rows[0]].sheet).firms
        for i, outcome in zip(rows, judge_firms([cases[i].proposal for i in rows], p), strict=True):
            firms[i] = outcome
    verdicts = [_verdict(case, outcome) for case, outcome in zip(cases, firms, strict=True)]
    judged = [
        Judged(case.proposal, case.assessment, case.sheet, verdict, _game(outcome))
        for case, verdict, outcome in zip(cases, verdicts, firms, strict=True)
    ]
    return [
        _with(verdict, found) for verdict, found in zip(verdicts, changes_of(judged), strict=True)
    ]


def _game(firms: FirmsOutcome | None) -> FirmsGame | None:
    """The game of a group that is small enough to have a worth for each subgroup."""
    return firms.game if firms and isinstance(firms.game, FirmsGame) else None


def _with(verdict: Verdict, changes: tuple[Claim, ...]) -> Verdict:
    """The verdict whose explanation also says what would change it."""
    explanation = verdict.explanation
    because = (*explanation.because, *changes)
    return replace(verdict, explanation=replace(explanation, because=because))


def _verdict(case: Case, firms: FirmsOutcome | None) -> Verdict:
    rules = rules_of(case.assessment.method_version)
    constants = constants_of(case.sheet)
    territory = judge_territory(
        case.assessment, firms.judgement if firms else None, constants.pollution
    )
    verdict = combine(
        case.proposal,
        case.assessment,
        firms,
        territory,
        constants,
        rules=rules,
        missing=missing(case.proposal),
        inputs_sha256=case.inputs_sha256,
    )
    verdict = replace(verdict, explanation=_graded(case, verdict, constants, _game(firms)))
    skills = case.assessment.skills
    pairs = pairs_of(case.proposal, constants.factors, skill_table(skills))
    return replace(
        verdict,
        questions=(
            *questions_of(case.proposal, pairs, constants.factors),
            *aid_questions(case.proposal),
        ),
        feasibility=feasibility_of(case.proposal, pairs, verdict.firms, constants.factors),
        partnership=partnership_claims(case.proposal, skills),
        pairs=shown(pairs, constants.factors),
        inner=_inner(case.proposal, verdict, constants.firms),
        named=None if verdict.firms else _named(case.proposal.firms),
    )


def _graded(case: Case, verdict: Verdict, constants: Constants, game: FirmsGame | None) -> Claim:
    """The explanation, with the draws where the two corners are not one verdict."""
    firms, explanation = verdict.firms, verdict.explanation
    if firms is None or verdict.missing or verdict.necessary is verdict.possible:
        return explanation
    drawn = draws_claim(case.proposal, case.assessment, firms, game, verdict.label, constants)
    return replace(explanation, because=(*explanation.because, drawn or Claim("draws.none")))


def _inner(proposal: Proposal, verdict: Verdict, p: FirmsParameters) -> tuple[InnerJudgement, ...]:
    """The lower level of a two-level incubator: each group of firms as a game of its own."""
    form = proposal.export_incubator
    if form is None or not form.groups:
        return ()
    inside = [inner_proposal(proposal, group) for group in form.groups]
    lacking = [missing_of_firms(project) for project in inside]
    rows = [i for i, absent in enumerate(lacking) if not absent]
    judged: dict[int, FirmsJudgement] = {}
    for i, outcome in zip(rows, judge_firms([inside[i] for i in rows], p), strict=True):
        if outcome is not None:
            judged[i] = outcome.judgement
    return tuple(
        InnerJudgement(
            player=group.player,
            label=LATTICE[judged[i].level, verdict.territory.level]
            if i in judged
            else VerdictLabel.NOT_COMPUTABLE_YET,
            firms=judged.get(i),
            missing=tuple(f"/export_incubator/groups/{i}{pointer}" for pointer in lacking[i]),
            named=None if i in judged else _named(group.firms),
        )
        for i, group in enumerate(form.groups)
    )


def _named(firms: Iterable[Firm]) -> tuple[NamedFirm, ...]:
    return tuple(NamedFirm(firm=firm.id, name=firm.name) for firm in firms)
