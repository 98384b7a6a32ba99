import pytest

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import ImageAnchor
from contracts.vocabulary.verdict import FirmLevel, TerritoryLevel, VerdictLabel
from services.method.claims import CODES, CodeKind
from services.notify.desk.wording.claims import warning_or_veto
from services.notify.desk.wording.language import Language, speech
from services.notify.desk.wording.sentences import claim_sentence, verdict_sentence
from tests.support.verdicts import (
    EVERY_STATE,
    firm_shares,
    firms_judgement,
    territory_judgement,
    verdict,
    winning,
)

EVERY_LABEL = [label for label in VerdictLabel if label is not VerdictLabel.NOT_COMPUTABLE_YET]


def judged(label: VerdictLabel, level: FirmLevel = FirmLevel.F2, **changes: object):
    firms = None
    if label is not VerdictLabel.FIRMS_NOT_COMPUTED:
        firms = firms_judgement(firm_shares(), level)
    return verdict(label, firms=firms, **changes)


def test_a_mayor_can_read_the_verdict_aloud_in_french():
    assert verdict_sentence(judged(VerdictLabel.WIN_WIN_WIN), "fr") == (
        "Gagnant pour les 4 entreprises et pour le territoire, à condition de signer un contrat "
        "de partage. Sûr, quelles que soient les incertitudes déclarées."
    )


def test_a_mayor_can_read_the_verdict_aloud_in_english():
    assert verdict_sentence(winning(), "en") == (
        "A win for each of the 4 firms and for the territory, provided the firms sign a sharing "
        "contract. Not certain: it could fall to “Win-Win”."
    )


def test_without_a_contract_none_is_asked_for():
    sentence = verdict_sentence(judged(VerdictLabel.WIN_WIN_WIN, FirmLevel.F3), "en")
    assert sentence.startswith("A win for each of the 4 firms and for the territory. ")


@pytest.mark.parametrize("language", Language)
def test_every_verdict_has_a_sentence_of_its_own(language):
    said = {label: verdict_sentence(judged(label), language) for label in EVERY_LABEL}
    assert len(set(said.values())) == len(EVERY_LABEL)
    assert all("%(" not in sentence and len(sentence) > 40 for sentence in said.values())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("level", TerritoryLevel)
def test_without_a_game_the_sentence_says_how_the_territory_fares(language, level):
    judgement = territory_judgement(level, worst=TerritoryLevel.LOSES, best=level)
    sentence = verdict_sentence(
        judged(VerdictLabel.FIRMS_NOT_COMPUTED, territory=judgement), language
    )
    certain = level is TerritoryLevel.LOSES
    assert "12" in sentence
    assert ("Sûr" in sentence or "Certain," in sentence) is certain


def test_a_missing_answer_is_counted_in_the_right_number():
    one = verdict(VerdictLabel.NOT_COMPUTABLE_YET, missing=("/jobs/gross",))
    four = verdict(VerdictLabel.NOT_COMPUTABLE_YET, missing=("/jobs/gross",) * 4)
    assert verdict_sentence(one, "fr") == "Pas encore de verdict\u00a0: il manque 1 réponse."
    assert verdict_sentence(four, "fr") == "Pas encore de verdict\u00a0: il manque 4 réponses."
    assert verdict_sentence(one, "en") == "No verdict yet: 1 answer is missing."


def test_certainty_says_how_low_and_how_high_the_verdict_can_go():
    def certainty(necessary: VerdictLabel, possible: VerdictLabel) -> str:
        uncertain = judged(VerdictLabel.WIN_WIN, necessary=necessary, possible=possible)
        return verdict_sentence(uncertain, "en").partition("loses. ")[2]

    lose, same, win = VerdictLabel.LOSE, VerdictLabel.WIN_WIN, VerdictLabel.WIN_WIN_WIN
    assert certainty(same, same) == "Certain, whatever the stated uncertainties."
    assert certainty(lose, same) == "Not certain: it could fall to “Lose”."
    assert certainty(same, win) == "Certain at least; at best it becomes “Win-Win-Win”."
    assert certainty(lose, win) == "Not certain: at worst “Lose”, at best “Win-Win-Win”."


@pytest.mark.parametrize("state", EVERY_STATE)
def test_the_sentence_holds_no_amount_so_that_every_reader_may_read_it(state):
    assert "€" not in verdict_sentence(EVERY_STATE[state](), "en")


@pytest.mark.parametrize("language", Language)
def test_every_code_makes_a_sentence(language):
    voice = speech(language)
    for code, meaning in CODES.items():
        if meaning.kind is not CodeKind.CLAIM:
            assert warning_or_veto(code, voice) == voice.say(meaning.words)
        if meaning.kind is CodeKind.WARNING:
            continue
        about = ("label_granted", "Label", "prefecture", "2025-05-01") if meaning.about else ()
        value = Estimate(1, 2, 3) if meaning.value else None
        sentence = claim_sentence(Claim(code, value, meaning.unit, about), language)
        assert "%(" not in sentence
        assert code not in sentence
        assert not sentence.endswith(": ")


def test_the_figure_of_a_claim_comes_with_its_interval_and_unit():
    claim = Claim("jobs.net", Estimate(3.5, 9.5, 17.25), "FTE")
    assert claim_sentence(claim, "en") == "Net jobs: 9.5 (between 3.5 and 17.2) full-time jobs"
    assert claim_sentence(claim, "fr") == (
        "Emplois nets\u00a0: 9,5 (entre 3,5 et 17,2) équivalents temps plein"
    )


@pytest.mark.parametrize("anchor", ImageAnchor)
def test_evidence_for_the_image_names_its_anchor_and_document(anchor):
    claim = Claim(
        "image.evidence", 1.0, "level", (anchor.value, "AOP", "Journal officiel", "2025-05-01")
    )
    sentence = claim_sentence(claim, "fr")
    assert anchor.value not in sentence
    assert sentence.endswith(
        "«\u00a0AOP\u00a0» (Journal officiel, 1er mai 2025)\u00a0; niveau\u00a0: +1 · favorable"
    )


def test_a_claim_names_what_is_missing_as_a_question():
    claim = Claim("verdict.missing", about=("/firms/1/own", "/jobs/gross"))
    assert claim_sentence(claim, "en") == (
        "Missing: the yearly result of firm no. 2 without the project and the number of jobs "
        "created, before any deduction"
    )


def test_a_code_of_a_newer_method_is_shown_as_it_is():
    assert claim_sentence(Claim("skills.gap", 3.0, "points"), "en") == "skills.gap: 3 points"
    assert warning_or_veto("skills.gap", speech(Language.ENGLISH)) == "skills.gap"


def test_a_name_written_like_a_day_that_no_calendar_has_stays_a_name():
    claim = Claim("verdict.missing", about=("2024-02-30", "2024-02-29"))
    assert claim_sentence(claim, "en") == "Missing: 2024-02-30 and 29 February 2024"
