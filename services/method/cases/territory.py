"""Kinds of cases about the territory: jobs, carbon, concentration, specialisation, multipliers."""

import numpy as np

from services.method.cases.bench import Bench, Figures, Input, Kind
from services.method.firms.coalitions import Array
from services.method.territory import carbon, concentration, jobs, multipliers, specialisation
from services.method.verdict.levers import displacement_for


def _additionality(data: Input, _: Bench) -> Figures:
    return {"net": _net(data)}


def _net(data: Input) -> float:
    return jobs.additional(
        data["gross"],
        data["deadweight"],
        data["leakage"],
        data["displacement"],
        data["substitution"],
        data["multiplier"],
    )


def _ratio(data: Input, _: Bench) -> Figures:
    return {"net_to_gross": data["net"] / data["gross"]}


def _multiplier(data: Input, _: Bench) -> Figures:
    return {"additional": multipliers.induced_jobs(data["direct"], data["extra_per_job"])}


def _survival_deadweight(data: Input, _: Bench) -> Figures:
    deadweight = jobs.survival_deadweight(data["survival_reference"], data["survival_supported"])
    net = jobs.additional(data["gross_jobs"], deadweight, 0, 0, 0, 1)
    return {"deadweight": deadweight, "net_jobs": net}


def _counterfactual_jobs(data: Input, _: Bench) -> Figures:
    net = _net(data)
    return {
        "net_now": net,
        "displacement_needed": displacement_for(
            data["target"],
            data["gross"],
            data["deadweight"],
            data["leakage"],
            data["substitution"],
            data["multiplier"],
        ),
        "gross_needed": data["gross"] * data["target"] / net,
    }


def _hhi(data: Input, _: Bench) -> Figures:
    return {"hhi": concentration.herfindahl_hirschman(data["shares"])}


def _vac2025(data: Input, bench: Bench) -> Figures:
    p = carbon.CarbonParameters.of(bench.sheet)
    return {"vac": [carbon.climate_action_value(year, p) for year in data["years"]]}


def _vac2019(data: Input, bench: Bench) -> Figures:
    return {"vac": [carbon.climate_action_value_2019(year, bench.sheet) for year in data["years"]]}


def _carbon_pv(data: Input, bench: Bench) -> Figures:
    p = carbon.CarbonParameters.of(bench.sheet)
    years = data["years"]
    listed = years if isinstance(years, list) else range(p.first_year, p.first_year + years)
    a_tonne_a_year = sum(
        carbon.present_value_of_a_yearly_tonne(year, 1, p.first_year, p, data["r"])
        for year in listed
    )
    return {"pv_2025": data["t_per_year"] * a_tonne_a_year}


def _matrix(data: Input, key: str) -> Array:
    return np.array(data[key], dtype=float)


def _lq(data: Input, _: Bench) -> Figures:
    return {"lq": specialisation.location_quotients(_matrix(data, "X")).tolist()}


def _density(data: Input, _: Bench) -> Figures:
    special = specialisation.specialised(_matrix(data, "X"))
    density = specialisation.relatedness_density(special, data["phi_diag"])
    return {"density_pct": (100 * density).tolist()}


def _network(data: Input) -> Array:
    edges = data["edges"]
    places = sorted({place for place, _ in edges})
    activities = sorted({activity for _, activity in edges})
    special = np.zeros((len(places), len(activities)))
    for place, activity in edges:
        special[places.index(place), activities.index(activity)] = 1.0
    return special


def _reflections(data: Input, _: Bench) -> Figures:
    found: Figures = {}
    for step, (places, activities) in enumerate(specialisation.reflections(_network(data), 2)):
        found[f"kc{step}"], found[f"kp{step}"] = places.tolist(), activities.tolist()
    return found


def _eci(data: Input, _: Bench) -> Figures:
    eigenvalue, score = specialisation.economic_complexity(_network(data))
    return {"second_eigenvalue": eigenvalue, "eci_z": score.tolist()}


def _hoover(data: Input, _: Bench) -> Figures:
    return {"hoover": specialisation.hoover(data["ind"], data["pop"])}


def _matrix_inverse(data: Input, _: Bench) -> Figures:
    return {"L": multipliers.leontief_inverse(_matrix(data, "A")).tolist()}


def _leontief(data: Input, _: Bench) -> Figures:
    flows, output = _matrix(data, "Z"), _matrix(data, "output")
    employment, value_added = _matrix(data, "employment_thousand"), _matrix(data, "gva")
    return {
        "employment_multipliers": multipliers.total_effects(employment, output, flows).tolist(),
        "gva_multipliers": multipliers.total_effects(value_added, output, flows).tolist(),
        "type1_job_ratio": multipliers.type_one_ratio(employment, output, flows).tolist(),
    }


def _leontief_w(data: Input, _: Bench) -> Figures:
    flows, output, component = _matrix(data, "Z"), _matrix(data, "output"), _matrix(data, "w")
    return {
        "total_effects": multipliers.total_effects(component, output, flows).tolist(),
        "multipliers": multipliers.type_one_ratio(component, output, flows).tolist(),
    }


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
