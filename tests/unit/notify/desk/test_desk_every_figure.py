"""Every figure shown anywhere is a value of the verdict it explains: none is made by a page."""

import re
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pytest
from pypdf import PdfReader
from rich.console import Console

from contracts.vocabulary.identifiers import reference_of
from services.notify.desk.language import Language, speech
from services.printing import print_verdict
from services.wiring import parameter_book
from tests.support.desk import ISSUED_AT, MEMBER, OFFICER, Visitor, application, put_on_the_desk
from tests.support.figures import Text, allowed, figures_in, moments, names_of
from tests.support.judged import DAY, judged_examples

EXAMPLES = judged_examples()
PAGES = ("", "/legal")
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
    known = allowed(event, parameters)
    return [
        f"{figure:g} in «{around}»"
        for figure, around in figures_in(text, language, names)
        if figure not in known and not NOT_OF_THE_VERDICT.search(around)
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
        pdf = visitor.get(f"/{language.value}/verdicts/{event.proposal_id}/legal.pdf").content
        page = {figure for figure, _ in figures_in(texts["/legal"], language, ())}
        assert [
            around
            for figure, around in figures_in(printed_text(pdf), language, ())
            if figure not in page and not NOT_OF_THE_VERDICT.search(around)
        ] == [], account.role


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


def test_a_figure_that_is_no_value_of_the_verdict_is_found():
    event = EXAMPLES["carbon-vetoed"]
    said = "La somme de 4 711,3 € ne figure nulle part."
    assert len(strangers(said, event, Language.FRENCH)) == 1
    assert datetime.now(UTC) > event.submitted_at
