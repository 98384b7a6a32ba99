"""The territory's side at the join: five levels, vetoes, and the level they make together."""

from dataclasses import dataclass

from contracts.vocabulary.assessment import Assessment, Dimension, LevelRange
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
from services.method.verdict.lattice import VETO_LEVEL, territory_level

_VETO_CODES = {
    Dimension.JOBS: "veto.net_jobs_negative",
    Dimension.TECHNOLOGY: "veto.technology_lost",
    Dimension.CONCENTRATION: "veto.operation_prohibited",
}
"""What a dimension at its lowest level is called; carbon names its own vetoes."""

_FIGURE_UNITS = ("FTE", "level", "level", "tCO2e/year", "level")

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
    pollution = judge_pollution(assessment.carbon, None if firms is None else firms.gain, p)
    # In the order of Dimension, as territory_level expects them.
    ranges = (
        assessment.jobs,
        assessment.technology,
        assessment.image,
        pollution.level,
        assessment.concentration,
    )
    level = territory_level([found.central for found in ranges])
    vetoes = _vetoes(ranges, pollution) if level is TerritoryLevel.LOSES else ()
    judgement = TerritoryJudgement(
        level=level,
        worst=territory_level([found.low for found in ranges]),
        best=territory_level([found.high for found in ranges]),
        dimensions=_dimensions(assessment, ranges),
        vetoes=vetoes,
    )
    because = (*map(Claim, vetoes), *_dimension_claims(assessment, pollution))
    warnings = ("tie.carbon",) if pollution.central.tie else ()
    return TerritoryOutcome(judgement, Claim(_LEVEL_CODES[level], because=because), warnings)


def _vetoes(ranges: tuple[LevelRange, ...], pollution: Pollution) -> tuple[str, ...]:
    found = [
        _VETO_CODES[dimension]
        for dimension, level in zip(Dimension, ranges, strict=True)
        if level.central <= VETO_LEVEL and dimension in _VETO_CODES
    ]
    if pollution.central.veto is not None:
        found.append(pollution.central.veto)
    return tuple(found)


def _dimensions(
    assessment: Assessment, ranges: tuple[LevelRange, ...]
) -> tuple[DimensionJudgement, ...]:
    figures = (assessment.net_jobs, None, None, assessment.carbon.net_t_per_year, None)
    return tuple(
        DimensionJudgement(dimension=dimension, level=level, figure=figure, unit=unit)
        for dimension, level, figure, unit in zip(
            Dimension, ranges, figures, _FIGURE_UNITS, strict=True
        )
    )


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
