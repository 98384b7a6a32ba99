"""Figures about image are shown with their source and score nothing; absent tables are named."""

import json
from dataclasses import replace
from datetime import date

import pytest
from pydantic import ValidationError

from contracts import codec
from contracts.samples import proposal_examples, territory_example
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.image import SHARES, ImageFigure, ImageMeasure
from services.externalities.storage import ref_of
from services.method import assess, territory_knowledge
from services.method.territory.image import FIGURE
from tests.spec.made_up import rouen_in_a_nation
from tests.support.halves import book

DAY = date(2026, 11, 26)
SHEET = book().on(DAY)
ROUEN = territory_example()
PROJECT = replace(proposal_examples()["shared-export-manager"], image_figures=None)


def figure(measure: ImageMeasure, value: float, dated: date = DAY) -> ImageFigure:
    return ImageFigure(measure=measure, value=value, source="Enquête", dated=dated)


def found(claims: tuple[Claim, ...], beginning: str) -> list[Claim]:
    here = [claim for claim in claims if claim.code.startswith(beginning)]
    return here + [each for claim in claims for each in found(claim.because, beginning)]


ALL = tuple(figure(measure, 1) for measure in ImageMeasure)


@pytest.mark.parametrize("evidence", [None, (), PROJECT.image])
def test_every_figure_is_shown_with_source_and_day_and_no_level_moves(evidence):
    bare = replace(PROJECT, image=evidence)
    before = assess(bare, ref_of(ROUEN), SHEET)
    after = assess(replace(bare, image_figures=ALL), ref_of(ROUEN), SHEET)
    shown = found(after.claims, FIGURE)
    assert [claim.code for claim in shown] == [FIGURE + measure for measure in ImageMeasure]
    assert {claim.about for claim in shown} == {("Enquête", "2026-11-26")}
    assert {claim.unit for claim in shown} == {"share", ""}
    assert not any(claim.parameters for claim in shown)
    assert replace(after, claims=before.claims) == before


def test_a_figure_of_a_day_to_come_is_not_read_and_that_is_said():
    late = figure(ImageMeasure.EVENTS, 3, date(2026, 11, 27))
    for image in (None, ()):
        assessed = assess(
            replace(PROJECT, image=image, image_figures=(late,)), ref_of(ROUEN), SHEET
        )
        assert found(assessed.claims, FIGURE) == []
        assert assessed.warnings.count("image.evidence_in_the_future") == 1


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        *((measure, 1.01) for measure in sorted(SHARES)),
        *((measure, 1.5) for measure in ImageMeasure if measure not in SHARES),
        (ImageMeasure.EVENTS, -1),
        (ImageMeasure.EVENTS, float("inf")),
    ],
)
def test_a_share_is_at_most_one_and_a_count_is_whole(measure, value):
    said = {"measure": measure, "value": value, "source": "x", "dated": "2026-01-01"}
    with pytest.raises(ValidationError):
        codec.adapter(ImageFigure).validate_json(json.dumps(said))


def test_tables_that_are_not_loaded_are_named_and_no_others():
    claims = assess(PROJECT, ref_of(ROUEN), SHEET, territory_knowledge(ROUEN, SHEET)).claims
    (absent,) = found(claims, "tables.absent")
    assert [each.code for each in absent.because] == [
        "tables.no_complexity",
        "tables.no_input_output",
        "tables.no_skills",
    ]
    whole = rouen_in_a_nation()
    assert (
        found(
            assess(PROJECT, ref_of(whole), SHEET, territory_knowledge(whole, SHEET)).claims,
            "tables.",
        )
        == []
    )
    only = replace(whole, skills=None)
    claims = assess(PROJECT, ref_of(only), SHEET, territory_knowledge(only, SHEET)).claims
    (absent,) = found(claims, "tables.absent")
    assert [each.code for each in absent.because] == ["tables.no_skills"]
