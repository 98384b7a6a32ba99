"""A parameter loads complete or not at all, and answers for the day it is asked for."""

from datetime import date
from pathlib import Path

import pytest

from services.chassis.parameters import ParameterBook, ParameterError

COMPLETE = """\
label_en: Discount rate
label_fr: Taux d'actualisation
unit: share/year
values:
  - since: 2021-01-01
    value: 0.045
    source: Quinet 2013
    checked_on: 2026-11-23
  - since: 2025-01-01
    value: 0.032
    source: Complément opérationnel I, 2021
    checked_on: 2026-11-23
    note: 1.2 % without risk and 2.0 % of premium
"""


def book_of(folder: Path, text: str, name: str = "carbon/discount_rate.yaml") -> ParameterBook:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return ParameterBook.load(folder)


def test_the_path_of_the_file_is_the_name_and_the_day_chooses_the_value(tmp_path: Path) -> None:
    book = book_of(tmp_path, COMPLETE)
    assert list(book) == ["carbon.discount_rate"]
    assert book.on(date(2024, 12, 31)).number("carbon.discount_rate") == 0.045
    parameter = book.on(date(2025, 1, 1))["carbon.discount_rate"]
    assert parameter.value == 0.032
    assert parameter.since == date(2025, 1, 1)
    assert parameter.unit == "share/year"
    assert parameter.source == "Complément opérationnel I, 2021"
    assert parameter.checked_on == date(2026, 11, 23)
    assert (parameter.label_en, parameter.label_fr) == ("Discount rate", "Taux d'actualisation")
    assert book["carbon.discount_rate"].values[1].note.startswith("1.2 %")


def test_before_the_first_value_there_is_none_and_the_error_names_parameter_and_day(
    tmp_path: Path,
) -> None:
    sheet = book_of(tmp_path, COMPLETE).on(date(2020, 12, 31))
    assert "carbon.discount_rate" not in sheet
    with pytest.raises(KeyError, match=r"carbon\.discount_rate.*2020-12-31"):
        sheet["carbon.discount_rate"]


def test_the_same_day_is_the_same_sheet(tmp_path: Path) -> None:
    book = book_of(tmp_path, COMPLETE)
    assert book.on(date(2026, 1, 1)) is book.on(date(2026, 1, 1))


def test_a_list_is_a_range(tmp_path: Path) -> None:
    book = book_of(tmp_path, COMPLETE.replace("0.032", "[0.02, 0.032, 0.045]"))
    assert book.on(date(2026, 1, 1)).numbers("carbon.discount_rate") == (0.02, 0.032, 0.045)
    with pytest.raises(TypeError, match="holds 3 values"):
        book.on(date(2026, 1, 1)).number("carbon.discount_rate")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("unit: share/year\n", ""), "unit is missing"),
        (("unit: share/year", "unit:"), "unit must be a text"),
        (("label_fr: Taux d'actualisation\n", ""), "label_fr is missing"),
        (("label_en: Discount rate", 'label_en: " "'), "label_en must be a text"),
        (("unit: share/year", "unit: share/year\nunits: share/year"), "unknown key 'units'"),
        (("unit: share/year", "unit: share/year\nunit: percent"), "'unit' is given twice"),
        (("    source: Quinet 2013\n", ""), r"values\[0\]: source is missing"),
        (("    source: Quinet 2013", '    source: ""'), r"values\[0\]: source must be a text"),
        (("    source: Quinet 2013", "    src: Quinet 2013"), r"values\[0\]: unknown key 'src'"),
        (("since: 2021-01-01", "since: 2021"), r"values\[0\]: since must be a date"),
        (("since: 2021-01-01", "since: 2021-02-30"), "cannot be read"),
        (("since: 2021-01-01", "since: 2021-01-01 10:00:00"), r"values\[0\]: since must be a date"),
        (("since: 2021-01-01", "since: 2025-01-01"), "each date once"),
        (("since: 2021-01-01", "since: 2026-01-01"), "list the values by date"),
        (
            ("checked_on: 2026-11-23\n    note", "checked_on: lately\n    note"),
            "checked_on must be",
        ),
        (("value: 0.045", "value: .nan"), "not a figure"),
        (("value: 0.045", "value: .inf"), "not a figure"),
        (("value: 0.045", "value: yes"), "value must be a number, not True"),
        (("value: 0.045", "value: about 4 %"), "value must be a number, not 'about 4 %'"),
        (("value: 0.045", "value: []"), "empty list"),
        (("value: 0.045", "value: [1, two]"), "value must be a number, not 'two'"),
    ],
)
def test_a_file_that_says_less_or_more_does_not_load(
    tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    assert wrong[0] in COMPLETE
    with pytest.raises(ParameterError, match=rf"discount_rate\.yaml: .*{said}"):
        book_of(tmp_path, COMPLETE.replace(*wrong))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- a list", "must be a mapping with the keys label_en"),
        ("label_en: [", "this is not YAML"),
        (COMPLETE[: COMPLETE.index("values:")] + "values: []\n", "at least one"),
        (COMPLETE[: COMPLETE.index("values:")] + "values: 3\n", "must be a list of dated values"),
        (
            COMPLETE[: COMPLETE.index("values:")] + "values: [3]\n",
            r"values\[0\]: must be a mapping",
        ),
    ],
)
def test_a_file_of_another_shape_does_not_load(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ParameterError, match=said):
        book_of(tmp_path, text)


def test_a_file_that_is_not_utf_8_does_not_load(tmp_path: Path) -> None:
    (tmp_path / "rate.yaml").write_bytes(b"label_en: \xff")
    with pytest.raises(ParameterError, match=r"rate\.yaml"):
        ParameterBook.load(tmp_path)


def test_a_name_that_cannot_be_asked_for_does_not_load(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="'Discount-Rate' cannot be part of"):
        book_of(tmp_path, COMPLETE, "carbon/Discount-Rate.yaml")


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="no parameter file"):
        ParameterBook.load(tmp_path)
