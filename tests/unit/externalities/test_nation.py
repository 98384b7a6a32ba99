"""A territory on the map of its nation: from the whole file, or not at all."""

from collections import defaultdict
from dataclasses import replace

import econcomplex
import numpy as np
import pytest

from contracts import codec
from contracts.geography import geography
from contracts.samples import territory_example
from contracts.vocabulary.territory import TerritorySnapshot
from contracts.vocabulary.territory_tables import NationalActivity
from services.cli.files import snapshot_text
from services.externalities.employment.importing import Imported, import_employment
from services.externalities.nomenclature import sub_classes
from services.externalities.profile import profile_of
from services.externalities.storage import ref_of, snapshot_json
from services.method.territory.specialisation import standardised
from tests.support.chassis import MOMENT
from tests.support.employment import changed, written
from tests.support.halves import book
from tests.support.national import COUNT, ZONE, ZONES, national_file, national_lines

AFTER_THE_TEXTS = COUNT + 1 - ZONE


def imported(path, fewest: int) -> Imported:
    return import_employment(
        path,
        "zone:2815",
        2022,
        geography=geography(),
        activities=sub_classes(),
        progress=lambda *_: None,
        fewest_places=fewest,
    )


@pytest.fixture(scope="module")
def nation(tmp_path_factory) -> Imported:
    return imported(national_file(tmp_path_factory.mktemp("nation") / "france.csv"), 13)


def by_hand() -> tuple[list[str], list[str], np.ndarray]:
    """Employees by area and group of activities, summed from the lines of the file alone."""
    cells = defaultdict(int)
    for line in national_lines()[1:]:
        # From the end: texts before the codes may hold a quoted separator.
        zone, _epci, _commune, naf, *figures = line.split(";")[-AFTER_THE_TEXTS:]
        cells[zone, naf[:3]] += int(figures[-1] or 0)
    zones, groups = (sorted({key[i] for key in cells}) for i in (0, 1))
    matrix = np.array([[cells[zone, group] for group in groups] for zone in zones], dtype=float)
    keep = matrix.sum(axis=0) > 0
    return zones, [g for g, kept in zip(groups, keep, strict=True) if kept], matrix[:, keep]


def test_complexity_is_that_of_an_independent_program_on_the_same_file(nation):
    zones, groups, matrix = by_hand()
    assert zones == ["2815", *ZONES]
    special = (econcomplex.rca(matrix) >= 1).astype(float)
    kept = special.sum(axis=0) > 0
    _, theirs = econcomplex.eci_pci(special[:, kept], use_rca=False)
    found = {each.code: each.complexity for each in nation.snapshot.nation.activities}
    ours = np.array([found[group] for group, here in zip(groups, kept, strict=True) if here])
    np.testing.assert_allclose(
        np.abs(standardised(ours)), np.abs(standardised(np.asarray(theirs))), atol=2e-3
    )


def test_quotient_and_density_are_those_of_the_area_among_all(nation):
    zones, groups, matrix = by_hand()
    here = zones.index("2815")
    quotients = econcomplex.rca(matrix)
    special = (quotients >= 1).astype(float)
    density = np.nan_to_num(econcomplex.relatedness_density(special)) / 100
    found = {each.code: each for each in nation.snapshot.nation.activities}
    for i, group in enumerate(groups):
        assert found[group].quotient == pytest.approx(quotients[here, i], abs=1e-3)
        assert found[group].density == pytest.approx(density[here, i], abs=1e-3)
        assert found[group].ubiquity == special[:, i].sum()


def test_the_map_says_what_it_was_made_from(nation):
    table = nation.snapshot.nation
    assert (table.places, table.year, table.left_out) == (13, 2022, 0)
    assert table.file_sha256 == nation.snapshot.employment.file_sha256
    assert "13 zones d'emploi" in table.source
    assert {len(each.code) for each in table.activities} == {2, 3, 5}


def test_one_area_alone_has_no_map_and_the_report_says_why(tmp_path, nation):
    alone = imported(national_file(tmp_path / "france.csv"), 14)
    assert alone.snapshot.nation is None
    assert alone.report.places == 13
    assert alone.snapshot.employment == nation.snapshot.employment


def test_rows_elsewhere_that_cannot_be_used_are_left_out_and_counted(tmp_path):
    lines = national_lines()
    for line, column, text in ((-1, COUNT, "-4"), (-2, COUNT, "many"), (-3, 18, "9999Z")):
        lines[line] = changed(lines[line], column, text)
    lines[-4] = changed(lines[-4], ZONE, "")
    made = imported(written(tmp_path / "odd.csv", lines), 10).snapshot
    assert made.nation.left_out == 4
    assert made.private_employment == 183_731, "the area itself is whole"


def test_a_territory_without_a_map_keeps_the_hash_it_had(nation):
    """Stored verdicts name the data by this hash: a new optional table must not change it."""
    plain = territory_example()
    assert b'"nation"' not in snapshot_json(plain)
    assert ref_of(plain).snapshot_sha256 != ref_of(nation.snapshot).snapshot_sha256
    again = codec.adapter(TerritorySnapshot).validate_json(snapshot_text(nation.snapshot))
    assert again == nation.snapshot


def test_the_profile_puts_every_group_into_one_quadrant(nation):
    def group(code: str, quotient: float, density: float, complexity: float) -> NationalActivity:
        return NationalActivity(
            code=code, ubiquity=9, quotient=quotient, density=density, complexity=complexity
        )

    # The median is that of what the territory is not specialised in: 0.4.
    groups = (
        group("256", 1.5, 0.9, 1.0),
        group("265", 0.5, 0.4, 0.0),
        group("303", 0.2, 0.3, 0.7),
        group("620", 0.9, 0.5, -0.1),
        group("62", 0.9, 0.0, 0.0),
    )
    table = replace(nation.snapshot.nation, activities=groups)
    profile = profile_of(replace(nation.snapshot, nation=table), book().on(MOMENT.date())).nation
    assert [(each.code, each.related, each.complex) for each in profile.groups] == [
        ("256", True, True),
        ("265", True, True),
        ("303", False, True),
        ("620", True, False),
    ]
    assert profile_of(territory_example(), book().on(MOMENT.date())).nation is None
