"""Our indicators against an independent program (econcomplex) on random matrices and odd ones."""

from collections.abc import Iterator

import econcomplex
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.reference.relatedness import reflections
from services.method.firms.coalitions import Array
from services.method.territory import specialisation, variety

MATRICES = 60


def matrices() -> Iterator[Array]:
    """Counts of 3 to 12 places and 3 to 15 activities, half of them sparse."""
    drawn = np.random.default_rng(20261125)
    for number in range(MATRICES):
        shape = drawn.integers(3, 13), drawn.integers(3, 16)
        counts = drawn.integers(0, 200, shape).astype(float)
        if number % 2:
            counts *= drawn.random(shape) < 0.4
        yield counts


def whole(counts: Array) -> bool:
    return bool((counts.sum(axis=0) > 0).all() and (counts.sum(axis=1) > 0).all())


def test_quotients_and_density_agree_where_the_oracle_is_defined():
    compared = 0
    for counts in matrices():
        if not whole(counts):
            continue
        ours = specialisation.location_quotients(counts)
        np.testing.assert_allclose(ours, econcomplex.rca(counts), atol=1e-9)
        density = specialisation.relatedness_density(specialisation.specialised(counts))
        theirs = np.nan_to_num(econcomplex.relatedness_density(counts)) / 100
        np.testing.assert_allclose(density, theirs, atol=1e-9)
        compared += 1
    assert compared > MATRICES / 2


def test_complexity_agrees_where_the_places_differ():
    compared = 0
    for counts in matrices():
        special = specialisation.specialised(counts)
        if not whole(special) or len(np.unique(special, axis=0)) < len(special):
            continue
        eigenvalue, ours, mine = specialisation.economic_complexity(special)
        if eigenvalue > 0.98:
            continue  # Two nearly separate economies: the second eigenvector is not unique.
        theirs, activities = econcomplex.eci_pci(special, use_rca=False)
        np.testing.assert_allclose(
            np.abs(ours), np.abs(specialisation.standardised(np.asarray(theirs))), atol=1e-6
        )
        np.testing.assert_allclose(
            np.abs(mine),
            np.abs(specialisation.standardised(np.asarray(activities))),
            atol=1e-6,
        )
        compared += 1
    assert compared > MATRICES / 4


def test_concentration_and_entropy_agree():
    for counts in matrices():
        row = counts[0]
        if row.sum() == 0:
            continue
        employment = {f"{10 + i}10A": float(value) for i, value in enumerate(row)}
        hhi = np.asarray(econcomplex.hhi(counts[:1], normalize=False))[0]
        assert variety.employment_concentration(employment) == pytest.approx(10_000 * hhi)
        bits = np.asarray(econcomplex.shannon_entropy(counts[:1]))[0]
        assert variety.entropy(employment) == pytest.approx(bits)


def test_related_and_unrelated_variety_add_up_to_the_whole_entropy():
    """Frenken, van Oort & Verburg 2007: entropy decomposes exactly."""
    employment = {"1071A": 30.0, "1071C": 50.0, "1082Z": 5.0, "6201Z": 40.0, "6202A": 0.0}
    parts = variety.unrelated_variety(employment) + variety.related_variety(employment)
    assert parts == pytest.approx(variety.entropy(employment))
    assert variety.related_variety({"1071C": 7.0}) == 0.0
    assert variety.entropy({}) == variety.employment_concentration({}) == 0.0


@pytest.mark.parametrize(
    "counts",
    [
        np.zeros((3, 4)),
        np.array([[5.0, 0, 1]]),
        np.array([[5.0], [3.0], [0.0]]),
        np.array([[4.0, 0, 0], [0, 0, 0], [1, 2, 0]]),
        np.ones((4, 4)),
        np.eye(4),
    ],
    ids=["nothing", "one place", "one activity", "zero row and column", "all alike", "all apart"],
)
def test_an_odd_matrix_gives_figures_and_no_error(counts):
    special = specialisation.specialised(counts)
    eigenvalue, places, complexity = specialisation.economic_complexity(special)
    found = [
        specialisation.location_quotients(counts),
        specialisation.relatedness_density(special),
        places,
        complexity,
        *(part for step in reflections(special, 3) for part in step),
    ]
    assert all(np.isfinite(each).all() for each in found)
    assert np.isfinite(eigenvalue)
    nobody = special.sum(axis=1) == 0
    assert (places[nobody] == 0).all()


def test_a_quadrant_counts_its_line_as_high():
    def lies(density: float, complexity: float) -> str:
        return variety.quadrant(density, complexity, median_density=0.3, mean_complexity=0.0)

    assert lies(0.3, 0.0) == variety.Quadrant.RELATED_COMPLEX
    assert lies(0.3, -0.1) == variety.Quadrant.RELATED_SIMPLE
    assert lies(0.2, 0.1) == variety.Quadrant.UNRELATED_COMPLEX
    assert lies(0.2, -0.1) == variety.Quadrant.UNRELATED_SIMPLE


@pytest.mark.parametrize(("characters", "count"), [(2, 2), (3, 3), (5, 4)])
def test_activities_are_summed_at_each_level(characters, count):
    employment = {"1071A": 1.0, "1071C": 2.0, "1082Z": 4.0, "6201Z": 8.0}
    summed = variety.at_level(employment, characters)
    assert len(summed) == count
    assert sum(summed.values()) == 15


@given(
    st.dictionaries(st.sampled_from("ABCDEFGH"), st.integers(0, 9_000), max_size=8),
    st.dictionaries(st.sampled_from("FGHIJ"), st.one_of(st.integers(0, 60), st.just(2.5))),
    st.integers(0, 3),
)
def test_the_concentration_with_jobs_added_is_that_of_the_whole_added_up(
    employment: dict[str, int], jobs: dict[str, float], decimals: int
) -> None:
    before = {naf: float(count) for naf, count in employment.items()}
    after = before
    if jobs:
        after = {n: before.get(n, 0.0) + jobs.get(n, 0.0) for n in sorted({*before, *jobs})}
    found = variety.Employment.of(before).concentration(jobs, decimals)
    # The same figure to the last bit, also where it lies on a half.
    assert found == round(variety.employment_concentration(after), decimals)
