"""Kinds of cases about the territory: jobs, carbon, concentration, specialisation, multipliers."""

import re

import numpy as np

from services.cli.reference import relatedness
from services.cli.reference.bench import Bench, Figures, Input, Kind
from services.method.arithmetic import product
from services.method.firms.coalitions import Array
from services.method.territory import carbon, concentration, jobs, specialisation
from services.method.territory.input_output import leontief_inverse

_LONGEST = 1_000
"""Years of a present value; a century of them tells nothing more."""

_STEPS = 20
"""Steps of the method of reflections: more than anybody publishes."""

_THRESHOLDS = (">=1", ">1")


def _additionality(data: Input, _: Bench) -> Figures:
    return {"net": _net(data)}


def _net(data: Input) -> float:
    return _undisplaced(data) * (1 - data.number("displacement"))


def _undisplaced(data: Input) -> float:
    """Net jobs if nothing were displaced: gross times what each other factor leaves."""
    net = data.number("gross") * data.number("multiplier")
    for taken in ("deadweight", "leakage", "substitution"):
        net *= 1 - data.number(taken)
    return net


def _ratio(data: Input, _: Bench) -> Figures:
    return {"net_to_gross": data.number("net") / data.above_zero("gross")}


def _multiplier(data: Input, _: Bench) -> Figures:
    """Extra local jobs of so many tradable ones (Moretti)."""
    return {"additional": data.number("direct") * data.number("extra_per_job")}


def _survival_deadweight(data: Input, _: Bench) -> Figures:
    reference, supported = data.number("survival_reference"), data.above_zero("survival_supported")
    # As in the chain: no more can be deadweight than everything.
    deadweight = min(1.0, jobs.survival_deadweight(reference, supported))
    return {"deadweight": deadweight, "net_jobs": data.number("gross_jobs") * (1 - deadweight)}


def _counterfactual_jobs(data: Input, _: Bench) -> Figures:
    net = _net(data)
    if not net:
        raise ValueError("the net jobs are 0: no gross figure leads from them to the target")
    return {
        "net_now": net,
        "displacement_needed": 1 - data.number("target") / _undisplaced(data),
        "gross_needed": data.number("gross") * data.number("target") / net,
    }


def _hhi(data: Input, _: Bench) -> Figures:
    return {"hhi": concentration.herfindahl_hirschman(data.amounts("shares"))}


def _vac2025(data: Input, bench: Bench) -> Figures:
    p = carbon.CarbonParameters.of(bench.sheet)
    years = data.numbers("years")
    if any(year < p.first_year for year in years):
        raise ValueError(f"the path of 2025 begins in {p.first_year}, not in {min(years):g}")
    return {"vac": [carbon.climate_action_value(year, p) for year in years]}


_PATH_OF_2019 = {2018: 54, 2030: 250, 2040: 500, 2050: 775}
"""EUR2018 a tonne: AGEFI (54 in 2018) and strategie.gouv.fr, checked on 2026-11-23. Linear between
the published years; after 2030 that is a project assumption.
"""


def _vac2019(data: Input, _: Bench) -> Figures:
    years, first, last = data.numbers("years"), min(_PATH_OF_2019), max(_PATH_OF_2019)
    for year in years:
        if not first <= year <= last:
            raise ValueError(f"the path of 2019 goes from {first} to {last}, not to {year:g}")
    return {"vac": np.interp(years, [*_PATH_OF_2019], [*_PATH_OF_2019.values()]).tolist()}


def _carbon_pv(data: Input, bench: Bench) -> Figures:
    p = carbon.CarbonParameters.of(bench.sheet)
    rate = data.number("r")
    if rate <= -1:
        raise ValueError(f"'r' is {rate:g}: a rate of discount is above -1")
    a_tonne_a_year = sum(
        carbon.present_value_of_a_yearly_tonne(year, 1, p.first_year, p, rate)
        for year in _years(data, p.first_year)
    )
    return {"pv_2025": data.number("t_per_year") * a_tonne_a_year}


def _years(data: Input, first: int) -> list[int]:
    """The years as they are listed, or so many from the first of the path on."""
    said = data["years"]
    years = (
        [int(year) for year in data.numbers("years")]
        if isinstance(said, list)
        else list(range(first, first + min(int(data.number("years")), _LONGEST + 1)))
    )
    if not 1 <= len(years) <= _LONGEST or min(years) < first:
        raise ValueError(f"'years' is {said!r:.40}: 1 to {_LONGEST} years, from {first} on")
    return years


def _employment(data: Input) -> Array:
    found = data.matrix("X")
    if (found < 0).any():
        raise ValueError(f"'X' holds the negative figure {found.min():g}")
    return found


def _lq(data: Input, _: Bench) -> Figures:
    return {"lq": specialisation.location_quotients(_employment(data)).tolist()}


def _density(data: Input, _: Bench) -> Figures:
    quotients = specialisation.location_quotients(_employment(data))
    threshold, diagonal = data.get("rca_threshold", ">=1"), data.get("phi_diag", 0)
    if threshold not in _THRESHOLDS or diagonal not in (0, 1):
        raise ValueError(
            f"'rca_threshold' is {threshold!r:.20} and 'phi_diag' {diagonal!r:.20}: they must be "
            f"'>=1' or '>1', and 0 or 1"
        )
    special = (quotients > 1 if threshold == ">1" else quotients >= 1).astype(float)
    return {"density_pct": (100 * specialisation.relatedness_density(special, diagonal)).tolist()}


def _network(data: Input) -> Array:
    """Places by activities, each in the order of their names, in which P2 comes before P10."""
    edges = data["edges"]
    if not isinstance(edges, list) or not edges or any(len(edge) != len("ab") for edge in edges):
        raise ValueError("'edges' is not a list of pairs of a place and an activity")
    places = sorted({str(place) for place, _ in edges}, key=_by_number)
    activities = sorted({str(activity) for _, activity in edges}, key=_by_number)
    special = np.zeros((len(places), len(activities)))
    for place, activity in edges:
        special[places.index(str(place)), activities.index(str(activity))] = 1.0
    return special


def _by_number(name: str) -> list[tuple[int, str]]:
    parts = re.split(r"([0-9]+)", name)
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]


def _reflections(data: Input, _: Bench) -> Figures:
    found: Figures = {}
    for step, (places, activities) in enumerate(relatedness.reflections(_network(data), _STEPS)):
        found[f"kc{step}"], found[f"kp{step}"] = places.tolist(), activities.tolist()
    return found


def _eci(data: Input, _: Bench) -> Figures:
    eigenvalue, score, _activities = specialisation.economic_complexity(_network(data))
    return {"second_eigenvalue": eigenvalue, "eci_z": score.tolist()}


def _hoover(data: Input, _: Bench) -> Figures:
    spread, reference = data.amounts("ind"), data.amounts("pop")
    if len(spread) != len(reference) or not sum(spread) or not sum(reference):
        raise ValueError(
            f"'ind' has {len(spread)} figures of {sum(spread):g} in all and 'pop' "
            f"{len(reference)} of {sum(reference):g}: as many of each, and neither all 0"
        )
    return {"hoover": relatedness.hoover(spread, reference)}


def _matrix_inverse(data: Input, _: Bench) -> Figures:
    return {"L": _inverse(data.square("A")).tolist()}


def _inverse(coefficients: Array) -> Array:
    try:
        return leontief_inverse(coefficients)
    except np.linalg.LinAlgError as error:
        raise ValueError("I - A has no inverse: some sectors use up all they make") from error


def _effects(data: Input, key: str) -> tuple[Array, Array]:
    """Effects of a component in all, and those in the sector itself, per unit of final demand.

    A sector that makes nothing and takes nothing has neither.
    """
    flows, output, component = data.square("Z"), data.amounts("output"), data.numbers(key)
    if not len(flows) == len(output) == len(component):
        raise ValueError(f"'Z', 'output' and {key!r} are not of one length")
    made = np.array(output)
    idle = made == 0
    if flows[:, idle].any() or np.array(component)[idle].any():
        raise ValueError("'output' is 0 for a sector that takes or employs something")
    divisor = np.where(idle, 1.0, made)
    direct = np.array(component) / divisor
    return product(direct, _inverse(flows / divisor)), direct


def _in_all_for_one(effects: Array, direct: Array) -> list[float | None]:
    """None where a sector has nothing of its own to be multiplied."""
    return [float(total / own) if own else None for total, own in zip(effects, direct, strict=True)]


def _leontief(data: Input, _: Bench) -> Figures:
    """What there is input for: a table may hold employment, value added or both."""
    found: Figures = {}
    if "employment_thousand" in data or "gva" not in data:
        effects, direct = _effects(data, "employment_thousand")
        found["employment_multipliers"] = effects.tolist()
        found["type1_job_ratio"] = _in_all_for_one(effects, direct)
    if "gva" in data:
        found["gva_multipliers"] = _effects(data, "gva")[0].tolist()
    return found


def _leontief_w(data: Input, _: Bench) -> Figures:
    effects, direct = _effects(data, "w")
    return {"total_effects": effects.tolist(), "multipliers": _in_all_for_one(effects, direct)}


TERRITORY_KINDS: dict[str, Kind] = {
    "additionality": _additionality,
    "ratio": _ratio,
    "multiplier": _multiplier,
    "survival_deadweight": _survival_deadweight,
    "counterfactual_jobs": _counterfactual_jobs,
    "hhi": _hhi,
    "vac2025": _vac2025,
    "vac2019": _vac2019,
    "carbon_pv": _carbon_pv,
    "lq": _lq,
    "density": _density,
    "reflections": _reflections,
    "eci": _eci,
    "hoover": _hoover,
    "matrix_inverse": _matrix_inverse,
    "leontief": _leontief,
    "leontief_w": _leontief_w,
}
