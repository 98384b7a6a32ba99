"""Verdicts written by hand, one for each thing a page must be able to show. Illustrations all."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from contracts.events import VerdictIssued
from contracts.vocabulary.assessment import Dimension, LevelRange
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.parameters import Parameter
from contracts.vocabulary.proposal import ProjectKind
from contracts.vocabulary.territory import TerritoryRef
from contracts.vocabulary.verdict import (
    DimensionJudgement,
    FirmLevel,
    FirmShare,
    FirmsJudgement,
    SharingRule,
    TerritoryJudgement,
    TerritoryLevel,
    Verdict,
    VerdictLabel,
)

PROPOSAL_ID = "0199c1d2e3f40123456789abcdef0123"
ROUEN = TerritoryRef(
    id="fr-ze-2815",
    name="Zone d'emploi de Rouen",
    year=2022,
    private_employment=183_731,
    source="Urssaf, établissements et effectifs salariés du secteur privé par commune et APE",
    licence="Licence Ouverte 2.0 (Etalab)",
    snapshot_sha256="5f" * 32,
)

MARGIN = Parameter(
    id="firms.margin",
    value=500.0,
    unit="EUR/year",
    since=date(2025, 1, 1),
    source="project assumption",
    checked_on=date(2026, 11, 23),
    label_en="Least gain for which a firm is said to win",
    label_fr="Gain minimal pour dire qu'une entreprise gagne",
)
DISPLACEMENT = Parameter(
    id="jobs.displacement",
    value=(0.0, 0.25, 0.75),
    unit="share",
    since=date(2025, 1, 1),
    source="econstack-data, midpoints of published ranges",
    checked_on=date(2026, 11, 23),
    label_en="Displacement, when not said",
    label_fr="Effet de déplacement, s'il n'est pas déclaré",
)
PARAMETERS = {parameter.id: parameter for parameter in (MARGIN, DISPLACEMENT)}

FOUR_FIRMS = (
    ("boulangerie", "Boulangerie Desmarest", 41_237.0, 53_861.0, 2_417.0),
    ("cidrerie", "Cidrerie du Plateau", 128_459.0, 151_893.0, -9_316.0),
    ("conserverie", "Conserverie de la Seine", 87_013.0, 96_542.0, 6_899.0),
    ("fromagerie", "Fromagerie Lecœur et filles", 23_771.0, 40_108.0, None),
)
"""Id, name, result alone, share, transfer: figures odd enough to be searched for in a page."""


def firm_shares(
    firms: Sequence[tuple[str, str, float, float, float | None]] = FOUR_FIRMS,
) -> tuple[FirmShare, ...]:
    return tuple(
        FirmShare(
            firm=firm,
            name=name,
            alone=alone,
            share=share,
            gain=share - alone,
            threshold=max(500.0, 0.01 * abs(alone)),
            wins=share - alone > max(500.0, 0.01 * abs(alone)),
            transfer=transfer,
        )
        for firm, name, alone, share, transfer in firms
    )


def firms_judgement(
    shares: tuple[FirmShare, ...], level: FirmLevel = FirmLevel.F2, **changes: object
) -> FirmsJudgement:
    gain = sum(share.gain for share in shares)
    judgement = FirmsJudgement(
        level=level,
        worst=level,
        best=level,
        gain=Estimate(gain - 17_003, gain, gain + 21_007),
        rule=SharingRule.SHAPLEY,
        stable=level in {FirmLevel.F2, FirmLevel.F3},
        shares=shares,
    )
    return replace(judgement, **changes)


def _dimension(
    dimension: Dimension, level: LevelRange, figure: Estimate | None = None, unit: str = ""
) -> DimensionJudgement:
    return DimensionJudgement(dimension=dimension, level=level, figure=figure, unit=unit)


def territory_judgement(
    level: TerritoryLevel = TerritoryLevel.WINS, **changes: object
) -> TerritoryJudgement:
    judgement = TerritoryJudgement(
        level=level,
        worst=TerritoryLevel.INDIFFERENT,
        best=TerritoryLevel.WINS_TWICE,
        dimensions=(
            _dimension(Dimension.JOBS, LevelRange(0, 1, 1), Estimate(0.6, 7.4, 18.2), "FTE"),
            _dimension(Dimension.TECHNOLOGY, LevelRange(0, 1, 1)),
            _dimension(Dimension.IMAGE, LevelRange(0, 0, 0, known=False)),
            _dimension(
                Dimension.POLLUTION, LevelRange(-1, 0, 0), Estimate(-3, 0, 41), "tCO2e/year"
            ),
            _dimension(Dimension.CONCENTRATION, LevelRange(-1, 0, 0, known=False)),
        ),
        vetoes=(),
    )
    return replace(judgement, **changes)


def jobs_claim() -> Claim:
    def step(code: str, value: Estimate, unit: str, left: Estimate, *parameters: str) -> Claim:
        return Claim(code, value, unit, (), (Claim("jobs.remaining", left, "FTE"),), parameters)

    return Claim(
        "jobs.net",
        Estimate(0.6, 7.4, 18.2),
        "FTE",
        (),
        (
            Claim("jobs.gross.said", Estimate(8, 12, 16), "FTE"),
            step(
                "jobs.deadweight.said", Estimate(0.1, 0.2, 0.3), "share", Estimate(5.6, 9.6, 14.4)
            ),
            step("jobs.leakage.said", Estimate.exactly(0.1), "share", Estimate(5.0, 8.6, 13.0)),
            step(
                "jobs.displacement.unknown",
                Estimate(0, 0.25, 0.75),
                "share",
                Estimate(1.3, 6.5, 13.0),
                "jobs.displacement",
            ),
            step("jobs.substitution.said", Estimate.exactly(0), "share", Estimate(1.3, 6.5, 13.0)),
            step(
                "jobs.multiplier.said", Estimate(1.1, 1.3, 1.4), "factor", Estimate(1.4, 8.4, 18.2)
            ),
            step("jobs.destroyed.said", Estimate(0, 1, 0.8 + 0.2), "FTE", Estimate(0.6, 7.4, 18.2)),
        ),
    )


def explanation(firms: FirmsJudgement | None) -> Claim:
    branches: list[Claim] = []
    if firms is not None:
        lines = tuple(
            Claim(
                "firms.firm_wins" if share.wins else "firms.firm_does_not_win",
                share.gain,
                "EUR/year",
                (share.firm,),
            )
            for share in firms.shares
        )
        branches.append(
            Claim(
                "firms.win_under_contract",
                because=(
                    Claim("firms.gain", firms.gain, "EUR/year"),
                    Claim("firms.sharing.shapley", because=lines, parameters=("firms.margin",)),
                ),
            )
        )
    branches += [jobs_claim(), Claim("technology.level", 1.0, "level"), Claim("image.unknown")]
    return Claim("verdict.win_win_win", because=tuple(branches))


def verdict(
    label: VerdictLabel = VerdictLabel.WIN_WIN_WIN,
    *,
    firms: FirmsJudgement | None = None,
    territory: TerritoryJudgement | None = None,
    **changes: object,
) -> Verdict:
    made = Verdict(
        label=label,
        necessary=label,
        possible=label,
        under_contract=firms is not None and firms.level is FirmLevel.F2,
        firms=firms,
        territory=territory or territory_judgement(),
        territory_ref=ROUEN,
        net_jobs=Estimate(0.6, 7.4, 18.2),
        warnings=(),
        missing=(),
        unknown=(),
        explanation=explanation(firms),
        method_version="1.0.0",
        parameters_on=date(2026, 3, 2),
        inputs_sha256="a7" * 32,
    )
    return replace(made, **changes)


def issued(
    judged: Verdict,
    *,
    title: str = "Groupement export agroalimentaire du plateau",
    proposal_id: str = PROPOSAL_ID,
    kind: ProjectKind = ProjectKind.EXPORT_GROUP,
    **changes: object,
) -> VerdictIssued:
    event = VerdictIssued(
        proposal_id=proposal_id,
        revision=2,
        partner="cci-rouen",
        submitted_at=datetime(2026, 3, 1, 14, 5, tzinfo=UTC),
        title=title,
        kind=kind,
        summary="Quatre entreprises voisines partagent un responsable export et un stand commun.",
        aid_requested=24_000.0,
        verdict=judged,
    )
    return replace(event, **changes)


def winning() -> VerdictIssued:
    """Every firm wins under a contract and the territory wins; uncertain both ways."""
    return issued(
        verdict(
            firms=firms_judgement(firm_shares()),
            necessary=VerdictLabel.WIN_WIN,
            warnings=("jobs.interval_contains_zero", "technology.not_measured"),
            unknown=("/jobs/displacement", "/image", "/concentration/market"),
        )
    )


def fragile() -> VerdictIssued:
    """The firms gain together, but a pair would rather leave."""
    shares = firm_shares(
        (
            ("boulangerie", "Boulangerie Desmarest", 41_237.0, 53_861.0, 2_417.0),
            ("cidrerie", "Cidrerie du Plateau", 128_459.0, 151_893.0, None),
            ("fromagerie", "Fromagerie Lecœur et filles", 23_771.0, 23_902.0, -4_018.0),
        )
    )
    judgement = firms_judgement(
        shares,
        FirmLevel.F1,
        blocking=("boulangerie", "cidrerie"),
        gets_nothing=("fromagerie",),
        cost_of_stability=3_271.0,
        needed_aid=4_387.0,
    )
    return issued(
        verdict(VerdictLabel.FRAGILE_WIN, firms=judgement, necessary=VerdictLabel.FRAGILE),
        title="Conserverie partagée des boucles de la Seine",
        kind=ProjectKind.MULTI_FIRM,
    )


def vetoed() -> VerdictIssued:
    """Every firm wins and the territory pays for it."""
    territory = territory_judgement(
        TerritoryLevel.LOSES,
        worst=TerritoryLevel.LOSES,
        best=TerritoryLevel.LOSES,
        vetoes=("veto.carbon_without_appraisal",),
        dimensions=(
            _dimension(Dimension.JOBS, LevelRange(1, 1, 1), Estimate(2.1, 4.0, 6.3), "FTE"),
            _dimension(Dimension.TECHNOLOGY, LevelRange(-2, 0, 0)),
            _dimension(Dimension.IMAGE, LevelRange(0, 0, 0)),
            _dimension(
                Dimension.POLLUTION,
                LevelRange(-2, -2, -2),
                Estimate(21_000, 26_400, 31_000),
                "tCO2e/year",
            ),
            _dimension(Dimension.CONCENTRATION, LevelRange(0, 0, 0)),
        ),
    )
    return issued(
        verdict(
            VerdictLabel.WIN_WIN_LOSE, firms=firms_judgement(firm_shares()), territory=territory
        ),
        title="Plateforme logistique réfrigérée",
        kind=ProjectKind.CARRIER,
    )


def not_computable() -> VerdictIssued:
    """Answers without a default are missing."""
    judged = verdict(
        VerdictLabel.NOT_COMPUTABLE_YET,
        missing=("/firms/1/own", "/firms/3/own", "/synergies/0/yearly", "/jobs/gross"),
        net_jobs=None,
        explanation=Claim("verdict.not_computable_yet", because=(Claim("jobs.gross.missing"),)),
        questions=(Claim("question.too_little_in_common", about=("cidrerie", "fromagerie")),),
    )
    return issued(judged, title="Pépinière à l'international", kind=ProjectKind.EXPORT_INCUBATOR)


def firms_not_computed() -> VerdictIssued:
    """More firms than a game can hold."""
    return issued(
        verdict(VerdictLabel.FIRMS_NOT_COMPUTED),
        title="Pépinière technopolitaine",
        kind=ProjectKind.INCUBATOR,
    )


def two_firms() -> VerdictIssued:
    """With two firms the group's gain is twice each firm's: a total that gives them away."""
    shares = firm_shares(
        (
            ("tissage", "Tissage de l'Andelle", 41_237.0, 53_861.0, 2_417.0),
            ("teinture", "Teinturerie du Robec", 128_459.0, 141_083.0, -2_417.0),
        )
    )
    return issued(verdict(firms=firms_judgement(shares)), title="Atelier textile commun")


def crowded() -> VerdictIssued:
    """Forty firms, long names, names in another direction, and one that is an attack."""
    names = [
        "<script>alert('xss')</script>",
        "شركة التصدير المتوسطية",
        "חברת יצוא ושיווק",
        "S" + "o" * 120 + "ciété au nom sans espace",
        "Établissements Vve Le Tallec-Duchemin, successeurs réunis, matériaux et charpentes",
    ]
    shares = firm_shares(
        tuple(
            (
                f"firm-{n}",
                names[n] if n < len(names) else f"Atelier n° {n}",
                10_000.0 + 1_000 * n,
                10_000.0 + 1_000 * n + (n % 7) * 1_337 - 800,
                None,
            )
            for n in range(40)
        )
    )
    return issued(
        verdict(VerdictLabel.WIN_WIN, firms=firms_judgement(shares, FirmLevel.F3)),
        title='"><img src=x onerror=alert(1)> ' + "très longue dénomination de projet " * 4,
    )


EVERY_STATE = {
    "winning": winning,
    "fragile": fragile,
    "vetoed": vetoed,
    "not_computable": not_computable,
    "firms_not_computed": firms_not_computed,
    "two_firms": two_firms,
    "crowded": crowded,
}
