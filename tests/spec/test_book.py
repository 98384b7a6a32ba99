"""Every paragraph of the book, and the list of codes against what the book makes the method say."""

from typing import Any

import pytest

from contracts import codec
from contracts.vocabulary.assessment import Assessment
from contracts.vocabulary.verdict import Verdict
from services.method import METHOD_VERSION, assess
from services.method.claims import CODES, CodeKind
from tests.spec.cells import FIRMS, TERRITORY
from tests.spec.reading import (
    ROUEN,
    Paragraph,
    everything,
    paragraphs,
    proposal,
    reading,
    sheet,
    verdict_of,
)


@pytest.mark.parametrize("paragraph", paragraphs(), ids=str)
def test_the_verdict_is_what_the_paragraph_says(paragraph: Paragraph) -> None:
    found = reading(verdict_of(proposal(paragraph.given), paragraph.chapter))
    assert _only(found, paragraph.expect) == paragraph.expect


@pytest.mark.parametrize("paragraph", paragraphs(), ids=str)
def test_every_word_of_every_verdict_is_in_the_list_with_what_it_holds(
    paragraph: Paragraph,
) -> None:
    verdict = verdict_of(proposal(paragraph.given), paragraph.chapter)
    for claim in everything(verdict):
        meaning = CODES[claim.code]
        assert meaning.kind in (CodeKind.CLAIM, CodeKind.VETO), claim.code
        assert bool(meaning.unit) == bool(claim.unit), claim
        assert not claim.about or meaning.about, claim
        assert bool(meaning.value) == (claim.value is not None), claim
        for parameter in claim.parameters:
            assert parameter in sheet(), (claim.code, parameter)
    for code in verdict.warnings:
        assert CODES[code].kind is CodeKind.WARNING, code
    for code in verdict.territory.vetoes:
        assert CODES[code].kind is CodeKind.VETO, code


def test_the_book_makes_the_method_say_every_word_of_the_list() -> None:
    said: set[str] = set()
    given = [(paragraph.given, paragraph.chapter) for paragraph in paragraphs()]
    given += [(firms | here, "") for firms in FIRMS.values() for here in TERRITORY.values()]
    for change, chapter in given:
        verdict = verdict_of(proposal(change), chapter)
        said |= {claim.code for claim in everything(verdict)} | set(verdict.warnings)
    # No project of reasonable size makes the search give up, and the demo territory's indicator is
    # better than a plain count: unit tests make a small game and a poor past say so.
    assert said == set(CODES) - {"firms.search_ended", "technology.indicator_no_better"}


@pytest.mark.parametrize("paragraph", paragraphs(), ids=str)
def test_what_is_said_survives_the_journey_as_json(paragraph: Paragraph) -> None:
    project = proposal(paragraph.given)
    assessment = assess(project, ROUEN, sheet())
    verdict = verdict_of(project, paragraph.chapter)
    assert _there_and_back(Assessment, assessment) == assessment
    assert _there_and_back(Verdict, verdict) == verdict
    assert verdict.method_version == METHOD_VERSION
    assert verdict.parameters_on == sheet().on


def _there_and_back(words: type[Any], value: Any) -> Any:
    adapter = codec.adapter(words)
    return adapter.validate_json(adapter.dump_json(value))


def _only(found: Any, expected: Any) -> Any:
    """The part of what was found that the paragraph speaks about."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return {key: _only(found.get(key, "not said"), value) for key, value in expected.items()}
    return found
