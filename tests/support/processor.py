"""``python -m tests.support.processor``: what the method says on this processor, as hashes.

Projects at random, two large groups, the examples, a registry and an input-output table, judged
from the bytes of their files to those of assessment and verdict. A test runs it with one variable
changed and compares.
"""

import ctypes
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from contracts import codec
from contracts.samples import proposal_examples, territory_example
from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.proposal import Firm, ProjectKind, Proposal, Synergy
from contracts.vocabulary.verdict import Verdict
from services.app.parameter_book import parameter_book
from services.externalities.storage import ref_of
from services.method import Case, assess, judge_all, territory_knowledge
from services.method.territory.input_output import leontief_inverse
from services.method.territory.nation import on_the_map
from tests.support.random_projects import random_project

PROJECTS = 60
LARGE = (9, 12, 14)
_DAY = date(2026, 11, 1)


def kernel() -> str:
    """The kernel that the library behind numpy has chosen; empty where it does not tell."""
    libraries = Path(np.__file__).parent.parent / "numpy.libs"
    for found in sorted(libraries.glob("*openblas*")):
        library = ctypes.CDLL(str(found))
        tells = getattr(library, "scipy_openblas_get_corename64_", None)
        if tells is not None:
            tells.restype = ctypes.c_char_p
            return str(tells().decode())
    return ""


def on_half_a_euro() -> Proposal:
    """Four firms whose gains end in half a euro: rounded by the last bit, once."""
    ids = "abcd"
    owns = (47_015.0, 172_462.0, 169_737.0, 187_487.0)
    shared = {"ab": 1_896.0, "ac": 1_328.0, "ad": 3_674.0, "bc": 7_305.0, "cd": 7_724.0}
    return replace(
        random_project(0),
        kind=ProjectKind.MULTI_FIRM,
        firms=tuple(
            Firm(id=name, name=name, own=Estimate.exactly(own))
            for name, own in zip(ids, owns, strict=True)
        ),
        synergies=tuple(
            Synergy(between=tuple(pair), yearly=Estimate.exactly(yearly))
            for pair, yearly in shared.items()
        ),
        shared_cost=None,
        excluded_groups=(),
    )


def large(firms: int) -> Proposal:
    """A group of so many firms, its synergies in euros and cents and of either sign."""
    random = Random(firms)  # noqa: S311 - a test, not a secret
    ids = [f"f{i:02d}" for i in range(firms)]
    synergies = []
    for i, one in enumerate(ids):
        for other in ids[i + 1 :]:
            value = round(random.uniform(-2_000, 30_000), 2)
            low, high = sorted((value, round(value * 0.8, 2)))
            synergies.append(Synergy(between=(one, other), yearly=Estimate(low, high, high)))
    return replace(
        on_half_a_euro(),
        firms=tuple(
            Firm(id=name, name=name, own=Estimate.exactly(random.randint(1, 90) * 1_000.0))
            for name in ids
        ),
        synergies=tuple(synergies),
    )


def projects(count: int) -> Iterator[tuple[str, Proposal]]:
    yield "half a euro", on_half_a_euro()
    yield from proposal_examples().items()
    for firms in LARGE:
        yield f"{firms} firms", large(firms)
    for seed in range(count):
        yield f"random {seed}", random_project(seed, most_firms=8)


def said(count: int) -> dict[str, str]:
    """Name of each project to the hash of what is said of it."""
    sheet = parameter_book().on(_DAY)
    snapshot = territory_example()
    ref, known = ref_of(snapshot), territory_knowledge(snapshot, sheet)
    named = [(name, replace(proposal, territory=ref.id)) for name, proposal in projects(count)]
    assessed = [assess(proposal, ref, sheet, known) for _, proposal in named]
    cases = [
        Case(proposal, assessment, sheet, "a7" * 32)
        for (_, proposal), assessment in zip(named, assessed, strict=True)
    ]
    found = {}
    for (name, _), assessment, verdict in zip(named, assessed, judge_all(cases), strict=True):
        found[name] = _hash(
            codec.adapter(Assessment).dump_json(assessment),
            codec.adapter(Verdict).dump_json(verdict),
        )
    return found | {name: _hash(repr(figures).encode()) for name, figures in _tables()}


def _tables() -> Iterator[tuple[str, Any]]:
    """What is computed of a whole table, before any project."""
    draw = np.random.default_rng(7)
    branches = draw.random((38, 38)) / 60
    yield "input-output table", leontief_inverse(branches).tolist()
    activities = [f"{division}.{sub}Z" for division in range(10, 60) for sub in ("11", "12", "21")]
    employees = np.floor(draw.pareto(1.0, (80, len(activities))) * 3)
    own = dict(zip(activities, employees[0].tolist(), strict=True))
    yield "the nation's map", on_the_map(employees, activities, own)


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else PROJECTS
    sys.stdout.write(json.dumps({"kernel": kernel(), "said": said(count)}))


if __name__ == "__main__":
    main()
