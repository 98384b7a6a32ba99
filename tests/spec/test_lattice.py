"""The sixteen cells of the lattice, each reached by a project."""

import pytest

from contracts.vocabulary.verdict import VerdictLabel
from services.method.verdict.lattice import LATTICE
from tests.spec.cells import CELLS, FIRMS, TERRITORY
from tests.spec.reading import proposal, reading, verdict_of


@pytest.mark.parametrize("firms", FIRMS)
@pytest.mark.parametrize("territory", TERRITORY)
def test_each_pair_of_levels_has_its_verdict(firms: str, territory: str) -> None:
    found = reading(verdict_of(proposal(FIRMS[firms] | TERRITORY[territory])))
    expected = CELLS[firms][list(TERRITORY).index(territory)]
    assert (found["firms"]["level"], found["territory"]["level"]) == (firms, territory)
    assert found["label"] == found["necessary"] == found["possible"] == expected
    assert found["under_contract"] == (firms == "F2" and territory != "T-")


def test_the_table_holds_every_verdict_that_can_be_computed() -> None:
    not_computed = {VerdictLabel.NOT_COMPUTABLE_YET, VerdictLabel.FIRMS_NOT_COMPUTED}
    assert set(LATTICE.values()) == set(VerdictLabel) - not_computed
    assert len(LATTICE) == 16
