"""Every veto and every warning says what it rests on."""

import pytest

from services.method.codes import CODES, CodeKind
from services.method.grounds import GROUNDS
from services.notify.desk.wording.words_grounds import RULES
from tests.support.chassis import MOMENT
from tests.support.halves import book

SPOKEN = {code for code, meaning in CODES.items() if meaning.kind is not CodeKind.CLAIM}


def test_every_veto_and_warning_has_its_grounds_and_no_other_word_has():
    assert set(GROUNDS) == SPOKEN


@pytest.mark.parametrize("code", sorted(SPOKEN))
def test_they_are_dated_parameters_with_a_source_or_a_rule_in_words(code):
    sheet = book().on(MOMENT.date())
    assert bool(GROUNDS[code]) != (code in RULES), "a number or a rule, not both and not neither"
    for parameter in GROUNDS[code]:
        assert sheet[parameter].source
        assert sheet[parameter].checked_on
