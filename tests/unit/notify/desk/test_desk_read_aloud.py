"""The sentences of the example projects as they are read aloud, in both languages."""

import re
from collections.abc import Iterator
from functools import cache

import pytest

from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.verdict import FirmLevel, firm_names
from services.notify.committee.roles import Role
from services.notify.desk.views.verdict import Reason, reason_view
from services.notify.desk.visibility import reader
from services.notify.desk.wording.claims import sentence
from services.notify.desk.wording.language import Language, speech
from services.notify.desk.wording.sentences import header
from tests.support.judged import judged_examples
from tests.support.verdicts import PARAMETERS

EXAMPLES = judged_examples()
FR, EN = speech(Language.FRENCH), speech(Language.ENGLISH)


@cache
def tree(example: str, language: Language, role: Role = Role.OFFICER) -> tuple[str, ...]:
    """Every sentence of the explanation, as this reader reads it."""
    verdict = EXAMPLES[example].verdict
    shares = verdict.firms.shares if verdict.firms is not None else ()
    names = firm_names(verdict)
    voice = speech(language)
    top = reason_view(verdict.explanation, reader(role, shares), PARAMETERS, names, voice)
    return tuple(_said(top))


def _said(reason: Reason) -> Iterator[str]:
    yield reason.said
    for each in reason.because:
        yield from _said(each)


@pytest.mark.parametrize("example", sorted(EXAMPLES))
def test_french_elides_before_no_name_and_counts_from_two(example):
    said = "\n".join(tree(example, Language.FRENCH))
    firms = EXAMPLES[example].verdict.firms
    for share in firms.shares if firms is not None else ():
        if share.name[0] in "AEIOUÉ":
            assert f" de {share.name}" not in said
            assert f" que {share.name}" not in said
    assert not re.findall(r"\b[01],\d équivalents", said)
    assert not re.findall(r"\b[2-9],\d équivalent ", said)
    assert "firmes" not in said, "one word for one thing: entreprises"
    assert "'" not in re.sub(r"Exemple .*|«.*?»|\(.*?\)", "", said), "typographic apostrophes"


@pytest.mark.parametrize("example", sorted(EXAMPLES))
@pytest.mark.parametrize("language", Language)
def test_no_sentence_has_a_figure_twice_introduced(example, language):
    for said in tree(example, language):
        colons = re.findall(r"\s?: ", re.sub(r"«.*?»|“.*?”|\(.*?\)", "", said))
        assert len(colons) <= 2, said


def test_whoever_holds_together_but_leaves_some_with_nothing_is_not_said_to_break_apart():
    held, broken = (
        EXAMPLES[name].verdict for name in ("carrier-one-seat", "shared-manager-oversized")
    )
    assert held.firms is not None
    assert held.firms.level is FirmLevel.F1
    assert held.firms.cost_of_stability == 0
    assert header(held, EN) == (
        "The territory wins, but without outside aid no stable sharing makes every firm win."
    )
    assert header(held, FR) == (
        "Le territoire gagne, mais sans aide extérieure aucun partage stable ne fait gagner "
        "chaque entreprise."
    )
    assert "does not hold without outside aid" in header(broken, EN)


def test_one_firm_that_would_rather_leave_is_spoken_of_in_the_singular():
    said = "\n".join(tree("subsidised-test-bench", Language.FRENCH))
    assert "Préférerait partir\u00a0: Mesure Exemple\u00a0; ce qu\u2019elle y gagnerait" in said
    several = "\n".join(tree("shared-manager-oversized", Language.FRENCH))
    assert "Préféreraient partir ensemble\u00a0: Grande" in several


def test_a_single_activity_is_not_shared_out():
    after = Claim("concentration.employment_after", 88.0, "HHI points", ("9499Z",))
    assert sentence(after, FR) == (
        "Avec les emplois annoncés, tous en 9499Z\u00a0: 88 points de l\u2019indice HHI"
    )
    both = Claim("concentration.employment_after", 88.0, "HHI points", ("9499Z", "2550B"))
    assert "répartis également entre 9499Z et 2550B" in sentence(both, FR)


def test_twenty_firms_are_not_listed_where_all_are_meant():
    said = "\n".join(tree("incubator-twenty", Language.FRENCH))
    assert "L\u2019aide laisse toutes les entreprises sous le plafond de minimis" in said


def test_the_firms_of_both_levels_are_all_the_firms():
    said = "\n".join(tree("export-incubator-two-levels", Language.ENGLISH))
    assert "The aid keeps all the firms within the de minimis ceiling" in said


def test_what_is_withheld_is_said_once_for_each_change():
    said = tree("shared-export-manager", Language.ENGLISH, Role.MEMBER)
    assert sum("Need of the shared post" in each for each in said) == 4
    assert sum("withheld" in each for each in said) == 4


def test_a_cost_shared_is_worded_so_that_its_sign_may_be_either():
    claim = Claim("firms.shared_cost_saved", -190_000.0, "EUR/year")
    assert sentence(claim, EN) == (
        "Effect of sharing a function, against each on its own: \u2212€190,000 a year"
    )
