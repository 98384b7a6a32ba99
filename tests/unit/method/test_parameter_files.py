"""The method's parameter files: all used, all sourced.

That no number stands in the code instead is in ``tests/structure/test_numbers.py``.
"""

import re
from datetime import date

import pytest

from contracts.vocabulary.parameters import Parameter, ParameterSheet
from services.method.constants import constants_of
from services.method.territory.nation import FEWEST_PLACES
from tests.spec.reading import PARAMETERS, ROUEN, parameters, proposal, sheet

WHERE_A_TERRITORY_IS_IMPORTED = {FEWEST_PLACES}


class Watched(ParameterSheet):
    """A sheet that remembers what it was asked for."""

    def __init__(self, sheet: ParameterSheet) -> None:
        super().__init__(sheet.on, dict(sheet))
        self.asked: set[str] = set()

    def __getitem__(self, parameter_id: str) -> Parameter:
        self.asked.add(parameter_id)
        return super().__getitem__(parameter_id)


def test_every_parameter_is_read_and_every_reading_has_a_file() -> None:
    watched = Watched(sheet())
    constants_of(watched)
    for parameter_id in WHERE_A_TERRITORY_IS_IMPORTED:
        assert watched.number(parameter_id) > 0
    assert watched.asked == set(parameters())


def test_every_parameter_has_a_value_from_the_first_day_a_project_may_start() -> None:
    assert set(parameters().on(date(2025, 1, 1))) == set(parameters())


def test_an_assumption_says_what_would_replace_it() -> None:
    for parameter in parameters().values():
        for value in parameter.values:
            if value.source.startswith("project assumption"):
                assert "replace" in value.source or "veto" in value.source, parameter.id


def test_a_missing_value_is_an_error_that_names_it() -> None:
    without = {name: value for name, value in sheet().items() if name != "carbon.discount_rate"}
    with pytest.raises(KeyError, match=r"carbon\.discount_rate"):
        constants_of(ParameterSheet(sheet().on, without))


def test_a_range_that_is_not_low_central_high_is_an_error_that_names_it() -> None:
    wrong = dict(sheet())
    leakage = wrong["jobs.leakage"]
    for points in ((0.5, 0.1, 0.05), (0.1, 0.5)):
        values = {name: getattr(leakage, name) for name in Parameter.__slots__}
        wrong["jobs.leakage"] = Parameter(**(values | {"value": points}))
        with pytest.raises(ValueError, match=r"jobs\.leakage.*low, central and high"):
            constants_of(ParameterSheet(sheet().on, wrong))


def test_a_parameter_changed_in_its_file_changes_the_verdict() -> None:
    from services.method import assess, judge  # noqa: PLC0415 - beside the sheet it is about

    changed = dict(sheet())
    margin = changed["firms.margin"]
    values = {name: getattr(margin, name) for name in Parameter.__slots__}
    changed["firms.margin"] = Parameter(**(values | {"value": 6000.0}))
    other = ParameterSheet(sheet().on, changed)
    project = proposal({})
    verdict = judge(project, assess(project, ROUEN, other), other, "0" * 64)
    assert verdict.firms is not None
    assert verdict.firms.level.value == "F1"


def test_every_parameter_a_claim_can_name_is_a_file() -> None:
    named = re.compile(r'"((?:jobs|carbon|firms|concentration|technology|image|aid)\.[a-z_]+)"')
    constants = re.compile(r"^[A-Z_]+ = " + named.pattern, re.MULTILINE)
    for file in PARAMETERS.parent.rglob("*.py"):
        for parameter_id in constants.findall(file.read_text("utf-8")):
            assert parameter_id in parameters(), (file.name, parameter_id)
