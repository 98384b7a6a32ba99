"""The day's parameters in the form the rooms use, built once per sheet.

Asking a sheet for forty values by name for every proposal would cost more than the arithmetic.
"""

from dataclasses import dataclass

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.parameters import ParameterSheet
from services.method.aid.parameters import AidParameters
from services.method.figures import range_of
from services.method.firms.factors import FactorParameters
from services.method.firms.found import FirmsParameters
from services.method.territory.carbon import CarbonParameters
from services.method.territory.concentration import ConcentrationParameters
from services.method.territory.glocalisation import GlocalParameters
from services.method.territory.image import ImageParameters
from services.method.territory.jobs import JobsParameters
from services.method.territory.pollution import PollutionParameters
from services.method.territory.potential.parameters import PotentialParameters
from services.method.territory.technology import TechnologyParameters
from services.method.verdict.aid import REFERENCE_COST
from services.method.verdict.moves import FARTHEST
from services.method.verdict.uniforms import DrawParameters

_SHEETS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Constants:
    """Every value of one day, by room."""

    sheet: ParameterSheet
    firms: FirmsParameters
    factors: FactorParameters
    jobs: JobsParameters
    technology: TechnologyParameters
    potential: PotentialParameters
    image: ImageParameters
    carbon: CarbonParameters
    pollution: PollutionParameters
    concentration: ConcentrationParameters
    reference_cost: Estimate
    draws: DrawParameters
    aid: AidParameters
    glocal: GlocalParameters
    farthest: float


# By identity: a sheet never changes, and the kept sheet keeps its identity from being reused.
_built: dict[int, Constants] = {}


def constants_of(sheet: ParameterSheet) -> Constants:
    """The constants of a sheet. Raises ``KeyError`` naming a parameter without a value that day."""
    found = _built.get(id(sheet))
    if found is None or found.sheet is not sheet:
        found = _build(sheet)
        if len(_built) >= _SHEETS_KEPT:
            _built.clear()
        _built[id(sheet)] = found
    return found


def _build(sheet: ParameterSheet) -> Constants:
    return Constants(
        sheet=sheet,
        firms=FirmsParameters.of(sheet),
        factors=FactorParameters.of(sheet),
        jobs=JobsParameters.of(sheet),
        technology=TechnologyParameters.of(sheet),
        potential=PotentialParameters.of(sheet),
        image=ImageParameters.of(sheet),
        carbon=CarbonParameters.of(sheet),
        pollution=PollutionParameters.of(sheet),
        concentration=ConcentrationParameters.of(sheet),
        reference_cost=range_of(sheet, REFERENCE_COST),
        draws=DrawParameters.of(sheet),
        aid=AidParameters.of(sheet),
        glocal=GlocalParameters.of(sheet),
        farthest=sheet.number(FARTHEST),
    )
