"""Formulas that have an answer by hand: closeness, specialisation."""

import numpy as np
import pytest

from services.method.firms import closeness
from services.method.territory import specialisation


def test_a_naf_code_needs_its_section() -> None:
    with pytest.raises(ValueError, match="C1071C"):
        closeness.naf_similarity("1071C", "C1071C")


def test_market_overlap_of_the_same_and_of_separate_markets() -> None:
    assert closeness.market_overlap([0.2, 0.8], [0.2, 0.8]) == 1
    assert closeness.market_overlap([1, 0], [0, 1]) == 0
    assert closeness.market_overlap([0.5, 0.5, 0], [0, 0.5, 0.5]) == 0.5
    assert closeness.cosine([1, 1, 0], [0, 1, 1]) == pytest.approx(0.5)


def test_an_activity_nobody_has_is_neither_specialised_nor_close() -> None:
    employment = np.array([[10.0, 0.0, 5.0], [10.0, 0.0, 0.0]])
    assert specialisation.location_quotients(employment)[:, 1].tolist() == [0, 0]
    special = specialisation.specialised(employment)
    assert np.isfinite(specialisation.relatedness_density(special)).all()
