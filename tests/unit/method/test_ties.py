"""A figure that equals its line is a tie: it counts against the project and is said."""

from dataclasses import replace

import pytest

from contracts.samples import territory_example
from contracts.vocabulary.assessment import LevelRange
from contracts.vocabulary.proposal import ConcentrationClaim, Firm, Market
from services.externalities.storage import ref_of
from services.method.constants import constants_of
from services.method.figures import rounded_up
from services.method.territory.concentration import assess_concentration, of_concern
from services.method.territory.pollution import (
    VETO_ABSOLUTE_CODE,
    VETO_SHARE_CODE,
    PollutionPoint,
    pollution_point,
)
from tests.spec.reading import sheet

CONSTANTS = constants_of(sheet())
P = replace(
    CONSTANTS.pollution, significant=100.0, veto_tonnes=20_000.0, veto_share=0.5, strong_share=0.25
)
C = replace(
    CONSTANTS.concentration,
    index_low=1_000.0,
    index_high=2_000.0,
    change_low=250.0,
    change_high=150.0,
    employer_share=0.1,
)


@pytest.mark.parametrize(
    ("net", "cost", "appraised", "level", "veto", "tie"),
    [
        (-99.0, -9.0, False, 0, None, False),
        (-100.0, -9.0, False, 0, None, True),
        (-101.0, -9.0, False, 1, None, False),
        (-101.0, -249.0, False, 1, None, False),
        (-101.0, -250.0, False, 1, None, True),
        (-101.0, -251.0, False, 2, None, False),
        (99.0, 900.0, False, 0, None, False),
        (100.0, 499.0, False, -1, None, True),
        (101.0, 499.0, False, -1, None, False),
        (101.0, 500.0, False, -2, VETO_SHARE_CODE, True),
        (101.0, 501.0, False, -2, VETO_SHARE_CODE, False),
        (19_999.0, 9.0, False, -1, None, False),
        (20_000.0, 9.0, False, -2, VETO_ABSOLUTE_CODE, True),
        (20_001.0, 9.0, False, -2, VETO_ABSOLUTE_CODE, False),
        (20_000.0, 9.0, True, -1, None, False),
    ],
)
def test_carbon_on_its_line(net, cost, appraised, level, veto, tie):
    point = pollution_point(net, cost, 1_000.0, appraised, P)
    assert point == PollutionPoint(level, veto, share=abs(cost) / 1_000, tie=tie)


@pytest.mark.parametrize(
    ("after", "change", "concern"),
    [
        (999.0, 900.0, False),
        (1_000.0, 249.0, False),
        (1_000.0, 250.0, True),
        (1_999.0, 249.0, False),
        (2_000.0, 150.0, True),
        (2_000.0, 149.0, False),
    ],
)
def test_a_market_on_its_line_is_looked_at(after, change, concern):
    assert of_concern(after, change, C) is concern


def market(before: tuple[float, ...], after: tuple[float, ...]) -> ConcentrationClaim:
    return ConcentrationClaim(
        market=Market(
            definition="bread in Rouen", source="a study", shares_before=before, shares_after=after
        ),
        prohibited=False,
    )


@pytest.mark.parametrize(
    ("before", "after", "warned"),
    [
        # 30 and 10 squared are 1,000, the lower index; and 250 more than before.
        ((25.0, 10.0, 5.0), (30.0, 10.0), ["concentration.to_be_examined", "tie.concentration"]),
        ((20.0, 20.0), (40.0, 0.5), ["concentration.to_be_examined"]),
        ((35.0, 5.0), (40.0,), ["concentration.to_be_examined"]),
        ((15.0, 5.0), (20.0,), []),
    ],
)
def test_a_market_s_tie_is_said(before, after, warned):
    found = assess_concentration(market(before, after), (), ref_of(territory_example()), C)
    assert list(found.warnings) == warned
    assert (found.level.central == -1) is bool(warned)


@pytest.mark.parametrize(
    ("staff", "warned"),
    [
        (99.0, []),
        (100.0, ["concentration.dominant_employer", "tie.employer"]),
        (101.0, ["concentration.dominant_employer"]),
    ],
)
def test_an_employer_s_tie_is_said(staff, warned):
    territory = replace(ref_of(territory_example()), private_employment=1_000)
    firms = [Firm(id="a", name="Alpha", staff=staff), Firm(id="b", name="Beta", staff=1.0)]
    found = assess_concentration(ConcentrationClaim(prohibited=False), firms, territory, C)
    assert list(found.warnings) == warned
    expected = LevelRange(-1, -1, -1, known=True) if warned else LevelRange(-1, 0, 0, known=False)
    assert found.level == expected


@pytest.mark.parametrize(
    ("value", "tolerance", "shown"),
    [
        (0.01, 0.01, 0.0),
        (0.011, 0.01, 1.0),
        (7.01, 0.01, 7.0),
        (7.0101, 0.01, 8.0),
        (7.5, 0.5, 7.0),
        (7.5, 0.49, 8.0),
        (-3.0, 0.01, 0.0),
    ],
)
def test_an_amount_of_aid_is_rounded_up_beyond_the_tolerance_alone(value, tolerance, shown):
    assert rounded_up(value, 0, tolerance) == shown
