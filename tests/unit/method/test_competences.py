"""Who here could …? In two languages, with accents, plurals and endings, and why it answers."""

from datetime import date

import pytest

from contracts.geography import geography
from contracts.samples import competences_file
from contracts.vocabulary.competences import CompetenceEntry, Holder, Side
from services.externalities.competences.csv_file import read_competences
from services.externalities.competences.directory import lexicon
from services.method.competences.asking import Index
from services.method.competences.words import Lexicon


def entry(id_: str, *offers: str, needs: tuple[str, ...] = ()) -> CompetenceEntry:
    return CompetenceEntry(
        id=id_,
        kind=Holder.LABORATORY,
        name=id_.capitalize(),
        contact="Accueil",
        commune="76540",
        offers=offers,
        needs=needs,
        since=date(2026, 9, 1),
        source="essai",
    )


@pytest.fixture(scope="module")
def rouen() -> Index:
    return Index(read_competences(competences_file(), geography()), lexicon())


def first(index: Index, question: str, among: Side = Side.OFFERS) -> str:
    return index.ask(question, among).answers[0].entry.id


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Qui, ici, pourrait souder de l'aluminium ?", "atelier-soudure"),
        ("Who here could weld aluminum?", "atelier-soudure"),
        ("mesures vibratoires sur une pompe", "labo-vibrations"),
        ("Could anybody measure the vibrations of a pump?", "labo-vibrations"),
        ("ECOCONCEPTION D\u2019EMBALLAGES", "labo-emballage"),
        ("écoconception d'un emballage", "labo-emballage"),
        ("Qui saurait traduire en allemand ?", "formation-langues"),
        ("help with customs", "chambre-exemple"),
        ("analyse microbiologique d\u2019une boisson", "labo-gout"),
    ],
)
def test_a_question_in_either_language_finds_who_could(rouen: Index, question, answers):
    assert first(rouen, question) == answers


def test_needs_are_asked_apart_from_offers(rouen: Index):
    found = rouen.ask("aluminium", Side.NEEDS).answers
    assert [answer.entry.id for answer in found] == ["club-dechets"]
    assert rouen.ask("aluminium").answers[0].entry.id == "atelier-soudure"


def test_an_answer_says_which_words_it_holds_where_and_which_it_does_not(rouen: Index):
    said = rouen.ask("Qui pourrait souder du titane ?")
    assert said.counted == ("souder", "titane")
    (answer, *_) = said.answers
    assert (answer.words, answer.missing) == (("souder",), ("titane",))
    (phrase,) = answer.phrases
    (start, end), *_ = phrase.marks
    assert (phrase.text[start:end], phrase.words) == ("Soudage", ("Soudage",))


@pytest.mark.parametrize(
    "question", ["", "?!", "Qui, ici, pourrait nous aider ?", "who here could help us", "the de"]
)
def test_a_question_without_a_word_that_counts_has_no_answer(rouen: Index, question):
    said = rouen.ask(question)
    assert (said.counted, said.total, said.answers) == ((), 0, ())


def test_who_holds_more_of_the_question_comes_first():
    index = Index(
        [entry("one", "laser laser laser"), entry("both", "laser sur cuivre et verre")], lexicon()
    )
    assert [each.entry.id for each in index.ask("laser cuivre").answers] == ["both", "one"]


def test_ties_go_by_id_whatever_the_order_of_the_entries():
    entries = [entry("b", "laser"), entry("a", "laser"), entry("c", "laser")]
    for order in (entries, entries[::-1]):
        assert [each.entry.id for each in Index(order, lexicon()).ask("laser").answers] == [
            "a",
            "b",
            "c",
        ]


def test_the_number_of_answers_is_bounded_and_the_total_said():
    index = Index([entry(f"e{n}", "laser") for n in range(30)], lexicon())
    said = index.ask("laser", most=5)
    assert (len(said.answers), said.total) == (5, 30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("procédés", "procede"),
        ("métaux", "METAL"),
        ("cœur", "coeur"),
        ("l\u2019usinage", "usinages"),
        ("cafe\u0301", "café"),
        ("tests", "testing"),
        ("exportateurs", "exporter"),
        ("laboratoires", "laboratory"),
    ],
)
def test_accents_plurals_elisions_and_families_are_one_word(one, other):
    (a,), (b,) = lexicon().words_of(one), lexicon().words_of(other)
    assert a.keys & b.keys


@pytest.mark.parametrize(("one", "other"), [("poisson", "poison"), ("machine", "marine")])
def test_other_words_stay_other_words(one, other):
    (a,), (b,) = lexicon().words_of(one), lexicon().words_of(other)
    assert not a.keys & b.keys


def test_a_word_stands_where_it_says(rouen: Index):
    text = "L\u2019analyse d'œufs, cafe\u0301 et eau"
    assert [text[w.start : w.end] for w in lexicon().words_of(text)] == [
        "analyse",
        "œufs",
        "cafe\u0301",
        "eau",
    ]


def test_needs_meet_the_offers_of_others_never_ones_own(rouen: Index):
    met = {(m.entry.id, m.need): [a.entry.id for a in m.answers] for m in rouen.meetings}
    assert met["pompes-exemple", "Mesurer les vibrations d'une nouvelle pompe"] == [
        "labo-vibrations"
    ]
    assert met["cidre-exemple", "Place de transport vers la Pologne"][0] == "biscuits-exemple"
    own = Index([entry("self", "laser cuivre", needs=("laser cuivre",))], lexicon())
    assert own.meetings == ()


def test_one_word_in_common_of_a_long_need_is_no_meeting():
    entries = [
        entry("a", "laser"),
        entry("b", "verre", needs=("laser pour découper le cuivre",)),
        entry("c", "verre", needs=("laser",)),
    ]
    assert [(m.entry.id, m.need) for m in Index(entries, lexicon()).meetings] == [("c", "laser")]


def test_an_empty_directory_answers_nothing():
    assert Index([], lexicon()).ask("laser").answers == ()
    assert Index([entry("a", "et de la")], lexicon()).ask("laser").answers == ()


def test_without_families_a_verb_and_its_noun_are_two_words():
    (verb,), (noun,) = Lexicon().words_of("souder"), Lexicon().words_of("soudage")
    assert not verb.keys & noun.keys
