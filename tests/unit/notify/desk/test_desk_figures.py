from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.vocabulary.estimates import Estimate
from services.app.parameter_book import parameter_book
from services.chassis.parameters import ParameterBook
from services.notify.desk.wording.figures import UNITS, said, said_values
from services.notify.desk.wording.language import Language, isolated, speech

FR, EN = speech(Language.FRENCH), speech(Language.ENGLISH)
THIN, FIXED, MINUS = "\u202f", "\u00a0", "\u2212"


def test_money_is_whole_euros_as_each_language_writes_them():
    assert FR.money(12_345.4) == f"12{THIN}345{FIXED}€"
    assert EN.money(12_345.4) == "€12,345"


def test_a_negative_figure_carries_a_true_minus_sign():
    assert FR.money(-800) == f"{MINUS}800{FIXED}€"
    assert EN.number(-1_234.5, 1) == f"{MINUS}1,234.5"
    assert EN.signed(-2) == f"{MINUS}2"
    assert EN.signed(2) == "+2"
    assert EN.signed(0) == "0"


def test_a_figure_that_rounds_to_zero_is_zero_not_minus_zero():
    assert EN.number(-0.04, 1) == "0.0"
    assert EN.money(-0.3) == "€0"


def test_shares_are_said_in_per_cent():
    assert FR.percent(0.255) == f"25,5{FIXED}%"
    assert EN.percent(0.25) == "25%"


def test_dates_are_those_of_the_office_clock():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert FR.moment(late) == "1er juil. 2026, 00:30"
    assert EN.moment(late) == "1 Jul 2026, 00:30"
    assert FR.short_day(late) == "1er juil. 2026"
    assert EN.day(date(2026, 3, 1)) == "1 March 2026"
    assert FR.day(date(2026, 3, 1)) == "1er mars 2026"
    assert FR.day(date(2026, 3, 11)) == "11 mars 2026"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=-5), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=45), "45 days ago"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(age, words):
    assert EN.age(age) == words


def test_an_uncertain_figure_has_its_interval_and_a_certain_one_has_not():
    assert said(Estimate(1, 2, 3), "FTE", EN) == "2.0 (between 1.0 and 3.0) full-time jobs"
    assert said(Estimate.exactly(2), "FTE", EN) == "2.0 full-time jobs"


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        (0.0, "0,0 équivalent temps plein", "0.0 full-time jobs"),
        (1.0, "1,0 équivalent temps plein", "1.0 full-time job"),
        (1.9, "1,9 équivalent temps plein", "1.9 full-time jobs"),
        (1.96, "2,0 équivalents temps plein", "2.0 full-time jobs"),
        (-2.0, "\u22122,0 équivalents temps plein", "\u22122.0 full-time jobs"),
        (
            Estimate(0.5, 1, 3),
            "1,0 (entre 0,5 et 3,0) équivalents temps plein",
            "1.0 (between 0.5 and 3.0) full-time jobs",
        ),
    ],
)
def test_a_unit_agrees_with_its_figure_as_each_language_counts(value, french, english):
    assert said(value, "FTE", FR) == french
    assert said(value, "FTE", EN) == english


def test_levels_of_a_parameter_are_told_apart_and_a_seed_is_no_amount():
    assert said_values((-2.0, 0.0), "level", EN) == "\u22122 · very unfavourable; 0 · neutral"
    assert said_values(20_251.0, "seed", FR) == "20251"


def test_euros_of_a_year_say_the_year():
    assert said(1_000.0, "EUR2026", EN) == "€1,000 (prices of 2026)"
    assert said(256.0, "EUR2023/tCO2e", EN) == "€256 per tonne of CO2e (prices of 2023)"
    assert said(9e4, "EUR2026 per net job", EN) == "€90,000 per net job (prices of 2026)"


def test_a_year_has_no_thousands_separator():
    assert said(2050.0, "year", FR) == "2050"


def test_an_unknown_unit_is_written_as_it_is_called():
    assert said(3.0, "furlongs", EN) == "3 furlongs"


def test_every_unit_of_a_parameter_is_known():
    book: ParameterBook = parameter_book()
    sheet = book.on(date(2026, 3, 1))
    unknown = {
        parameter.unit
        for parameter in sheet.values()
        if parameter.unit not in UNITS and not parameter.unit.startswith("EUR20")
    }
    assert unknown == set()


def test_a_name_from_right_to_left_is_fenced_and_others_are_left_alone():
    hebrew = "חברת יצוא"
    assert isolated(hebrew) == f"\u2068{hebrew}\u2069"
    assert isolated("Lecœur") == "Lecœur"
    assert EN.listing(["A", "B", "C"]) == "A, B and C"
    assert FR.listing(["A", "B", "C"]) == "A, B et C"
