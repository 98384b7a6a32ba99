"""What of a milieu can be counted, on examples small enough to count by hand."""

import pytest

from services.method.territory import milieu


def test_density_and_diversity_of_relays():
    assert milieu.relay_density(30, 15_000) == 2.0
    with pytest.raises(ValueError, match="no density"):
        milieu.relay_density(1, 0)
    assert milieu.relay_diversity({"bank": 2, "chamber": 2}, 2) == pytest.approx(1.0)
    assert milieu.relay_diversity({"bank": 2, "chamber": 2}, 4) == pytest.approx(0.5)
    assert milieu.relay_diversity({"bank": 5}, 4) == 0.0


def test_interaction_is_a_network_of_joint_projects():
    found = milieu.interaction("abcde", [("a", "b"), ("b", "c"), ("d", "x")])
    assert (found.institutions, found.ties) == (5, 2)
    assert found.density == pytest.approx(0.2)
    assert found.largest_part == pytest.approx(0.6)
    alone = milieu.interaction("a", [])
    assert (alone.density, alone.largest_part) == (0.0, 1.0)
