from dataclasses import fields
from typing import get_type_hints

import pytest

from contracts.samples import proposal_examples
from contracts.vocabulary.proposal import (
    CarbonClaim,
    ConcentrationClaim,
    Firm,
    JobsClaim,
    Proposal,
    Synergy,
    TechnologyClaim,
)
from services.method import missing, unknown
from services.notify.desk.wording.language import Language, speech
from services.notify.desk.wording.pointers import question

PLACES = {
    Proposal: "",
    Firm: "/firms/0",
    Synergy: "/synergies/0",
    JobsClaim: "/jobs",
    CarbonClaim: "/carbon",
    TechnologyClaim: "/technology",
    ConcentrationClaim: "/concentration",
}


def optional_answers() -> list[str]:
    """A pointer to every answer of the form that may be left unsaid."""
    return [
        f"{place}/{field.name}"
        for words, place in PLACES.items()
        for field in fields(words)
        if type(None) in getattr(get_type_hints(words)[field.name], "__args__", ())
    ]


@pytest.mark.parametrize("language", Language)
def test_every_answer_that_may_be_unsaid_is_asked_for_in_words(language):
    voice = speech(language)
    asked = {pointer: question(pointer, voice) for pointer in optional_answers()}
    assert len(asked) > 20
    assert [pointer for pointer, words in asked.items() if "/" in words] == []


@pytest.mark.parametrize("language", Language)
def test_whatever_the_examples_leave_out_is_asked_for_in_words(language):
    voice = speech(language)
    for proposal in proposal_examples().values():
        for pointer in (*missing(proposal), *unknown(proposal)):
            assert pointer not in question(pointer, voice)


def test_a_firm_is_named_where_its_name_is_known_and_numbered_where_not():
    voice = speech(Language.ENGLISH)
    asked = question("/firms/1/own", voice, ["Lecœur", "Desmarest"])
    assert asked == "the yearly result of Desmarest without the project"
    assert question("/firms/1/own", voice, ["Lecœur"]) == (
        "the yearly result of firm no. 2 without the project"
    )


def test_an_answer_of_a_newer_form_is_named_by_its_address():
    assert question("/skills/gap", speech(Language.ENGLISH)) == "the answer /skills/gap"
