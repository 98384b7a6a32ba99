"""The territory's side at the join: five levels, vetoes, and the level they make together."""

from dataclasses import dataclass

from contracts.vocabulary.assessment import Assessment, Dimension, LevelRange
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.verdict import (
    DimensionJudgement,
    FirmsJudgement,
    TerritoryJudgement,
    TerritoryLevel,
)
from services.method.territory.pollution import (
    LEVEL_PARAMETERS,
    Pollution,
    PollutionParameters,
    judge_pollution,
)
from services.method.verdict.lattice import territory_level

VETO_LEVEL = -2

VETO_CODES = {
    Dimension.JOBS: "veto.net_jobs_negative",
    Dimension.TECHNOLOGY: "veto.technology_lost",
    Dimension.CONCENTRATION: "veto.operation_prohibited",
}
"""Dimensions whose lowest level is a veto; carbon names its own, image never vetoes."""

_LEVEL_CODES = {
    TerritoryLevel.LOSES: "territory.loses",
    TerritoryLevel.INDIFFERENT: "territory.indifferent",
    TerritoryLevel.WINS: "territory.wins",
    TerritoryLevel.WINS_TWICE: "territory.wins_twice",
}


@dataclass(frozen=True, slots=True)
class TerritoryOutcome:
    """The territory's side with its branch of the explanation."""

    judgement: TerritoryJudgement
    claim: Claim
    warnings: tuple[str, ...]


def judge_territory(
    assessment: Assessment, firms: FirmsJudgement | None, p: PollutionParameters
) -> TerritoryOutcome:
    """Judge the five dimensions at the worst, central and best points."""
    carbon = assessment.carbon
    pollution = judge_pollution(carbon, None if firms is None else firms.gain, p)
    ranges = {
        Dimension.JOBS: assessment.jobs,
        Dimension.TECHNOLOGY: assessment.technology,
        Dimension.IMAGE: assessment.image,
        Dimension.POLLUTION: pollution.level,
        Dimension.CONCENTRATION: assessment.concentration,
    }
    vetoes = [
        code for dimension, code in VETO_CODES.items() if ranges[dimension].central <= VETO_LEVEL
    ]
    if pollution.central.veto is not None:
        vetoes.append(pollution.central.veto)
    level = _level({dimension: found.central for dimension, found in ranges.items()})
    judgement = TerritoryJudgement(
        level=level,
        worst=_level({dimension: found.low for dimension, found in ranges.items()}),
        best=_level({dimension: found.high for dimension, found in ranges.items()}),
        dimensions=_dimensions(assessment, ranges),
        vetoes=tuple(vetoes),
    )
    because = (*map(Claim, vetoes), *_dimension_claims(assessment, pollution))
    warnings = ("tie.carbon",) if pollution.central.tie else ()
    return TerritoryOutcome(judgement, Claim(_LEVEL_CODES[level], because=because), warnings)


def _level(levels: dict[Dimension, int]) -> TerritoryLevel:
    vetoed = levels[Dimension.POLLUTION] <= VETO_LEVEL or any(
        levels[dimension] <= VETO_LEVEL for dimension in VETO_CODES
    )
    return territory_level(levels, vetoed)


def _dimensions(
    assessment: Assessment, ranges: dict[Dimension, LevelRange]
) -> tuple[DimensionJudgement, ...]:
    figures: dict[Dimension, tuple[Estimate | None, str]] = {
        Dimension.JOBS: (assessment.net_jobs, "FTE"),
        Dimension.POLLUTION: (assessment.carbon.net_t_per_year, "tCO2e/year"),
    }
    judged = []
    for dimension, level in ranges.items():
        figure, unit = figures.get(dimension, (None, "level"))
        judged.append(
            DimensionJudgement(dimension=dimension, level=level, figure=figure, unit=unit)
        )
    return tuple(judged)


def _dimension_claims(assessment: Assessment, pollution: Pollution) -> list[Claim]:
    """The assessment's branches, with carbon set under the level it was judged at."""
    claims = []
    for claim in assessment.claims:
        if not claim.code.startswith("carbon."):
            claims.append(claim)
            continue
        because = [claim]
        if pollution.central.share is not None:
            because.append(Claim("pollution.share_of_gain", pollution.central.share, "share"))
        claims.append(
            Claim(
                "pollution.level",
                float(pollution.level.central),
                "level",
                (),
                tuple(because),
                LEVEL_PARAMETERS,
            )
        )
    return claims
