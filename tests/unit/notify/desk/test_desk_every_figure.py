"""Every figure shown anywhere is a value of the verdict it explains: none is made by a page."""

import re
from collections.abc import Iterator
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from rich.console import Console

from contracts.mention import mention
from contracts.vocabulary.identifiers import reference_of
from services.app.parameter_book import parameter_book
from services.cli.printing.verdict import print_verdict
from services.notify.desk.wording.language import Language, speech
from tests.support.desk import ISSUED_AT, MEMBER, OFFICER, Visitor, application, put_on_the_desk
from tests.support.figures import Text, figures_in, moments, names_of, written
from tests.support.judged import DAY, judged_examples

EXAMPLES = judged_examples()
PAGES = ("", "/legal")
MANY_SENTENCES = 20
NOT_OF_THE_VERDICT = re.compile(
    r"journal|Référence|Reference|page \d|WWW-|une page sur|two months|deux mois|one month"
)
"""Around what belongs to the page itself: entries of the journal, references, terms of the law."""


def strangers(text: str, event, language: Language) -> list[str]:
    """Figures of a text that are no value of the verdict."""
    book = parameter_book().on(DAY)
    parameters = [book[name] for name in book]
    names = names_of(event, parameters, speech(language)) | {reference_of(event.proposal_id)}
    names |= moments(ISSUED_AT, event.submitted_at, language=language)
    known = written(event, parameters, language)
    return [
        f"{figure.size:g}{figure.kind} in «{figure.around}»"
        for figure in figures_in(text, language, names)
        if figure.size not in known[figure.kind] and not NOT_OF_THE_VERDICT.search(figure.around)
    ]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_figure_of_the_pages_is_a_value_of_the_verdict(name, language, store, the_desk):
    event = EXAMPLES[name]
    the_desk.parameters_on = parameter_book().on
    put_on_the_desk(store, [event])
    app = application(the_desk)
    for account in (OFFICER, MEMBER):
        visitor = Visitor(app).sign_in(account)
        texts = {}
        for page in PAGES:
            answer = visitor.get(f"/{language.value}/verdicts/{event.proposal_id}{page}")
            assert answer.status_code == 200
            texts[page] = str(Text(answer.text))
            assert len(texts[page]) > 2_000
            assert strangers(texts[page], event, language) == [], (account.role, page)
        said = visitor.get(f"/{language.value}/verdicts/{event.proposal_id}/legal.json").json()
        sentences = list(strings(said))
        assert len(sentences) > MANY_SENTENCES
        assert strangers("\n".join(sentences), event, language) == [], (account.role, "json")
        pdf = visitor.get(f"/{language.value}/verdicts/{event.proposal_id}/legal.pdf").content
        page = {(each.size, each.kind) for each in figures_in(texts["/legal"], language, ())}
        assert [
            each
            for each in figures_in(printed_text(pdf), language, ())
            if (each.size, each.kind) not in page and not NOT_OF_THE_VERDICT.search(each.around)
        ] == [], account.role


def strings(said: object) -> Iterator[str]:
    """Every text of an answer in JSON; a figure that is no text would be one nobody checks."""
    if isinstance(said, str):
        yield said
    elif isinstance(said, dict | list):
        for each in said.values() if isinstance(said, dict) else said:
            yield from strings(each)
    else:
        assert said is None or isinstance(said, bool), said


def printed_text(pdf: bytes) -> str:
    """What a PDF says, less the number of the page at the foot of each."""
    sheets = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
    text = " ".join(" ".join(re.sub(r"\d+ / \d+", "", sheet).split("\n")) for sheet in sheets)
    # A fingerprint of 64 digits may be cut at the end of a line.
    return re.sub(r"([0-9a-f]{20,})\s+([0-9a-f]{1,44})\b", r"\1\2", text)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", EXAMPLES)
def test_every_figure_of_the_terminal_is_a_value_of_the_verdict(name, language):
    event = EXAMPLES[name]
    console = Console(width=10_000, record=True, file=StringIO())
    print_verdict(console, event, parameter_book().on(DAY), language, why=True)
    assert strangers(console.export_text(), event, language) == []


@pytest.mark.parametrize("language", Language)
def test_the_mention_in_what_the_api_answers_holds_no_figure(language):
    said = str(mention(language, "dsi@example.org"))
    assert strangers(said, EXAMPLES["carbon-vetoed"], language) == []


@pytest.mark.parametrize(
    "said",
    [
        "La somme de 4\u202f711,3\u00a0€ ne figure nulle part.",
        "Un montant de 310\u202f000\u00a0€ n'est pas un nombre de 310\u202f000 emplois.",
        "Une part de 50\u00a0% n'est pas un montant de 50\u00a0€.",
        "Une somme de 377\u202f501\u00a0€ n'est pas 377\u202f500\u00a0€.",
    ],
)
def test_a_figure_that_is_no_value_of_the_verdict_is_found(said):
    assert len(strangers(said, EXAMPLES["carbon-vetoed"], Language.FRENCH)) == 1
