"""Every veto and every warning says what it rests on."""

import pytest

from services.method.claims import CODES, CodeKind
from tests.support.chassis import MOMENT
from tests.support.halves import book

SPOKEN = {code for code, meaning in CODES.items() if meaning.kind is not CodeKind.CLAIM}


def test_no_other_word_has_grounds():
    assert not [c for c in CODES.keys() - SPOKEN if CODES[c].rests_on or CODES[c].rule]


@pytest.mark.parametrize("code", sorted(SPOKEN))
def test_they_are_dated_parameters_with_a_source_or_a_rule_in_words(code):
    sheet = book().on(MOMENT.date())
    meaning = CODES[code]
    assert bool(meaning.rests_on) != bool(meaning.rule), "a number or a rule, not both, not neither"
    for parameter in meaning.rests_on:
        assert sheet[parameter].source
        assert sheet[parameter].checked_on
