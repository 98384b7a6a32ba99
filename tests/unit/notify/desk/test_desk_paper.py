"""A verdict on paper: what its page says, and nothing that its reader may not see."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from services.app.parameter_book import parameter_book
from services.notify.committee.roles import Role
from services.notify.desk.print.verdict import verdict_pdf
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.views.verdict import VerdictView, verdict_view
from services.notify.desk.wording.language import Language, speech
from tests.support.desk import MEMBER, OFFICER, STRANGER, put_on_the_desk
from tests.support.judged import judged_examples
from tests.support.verdicts import PROPOSAL_ID, winning
from tests.unit.notify.desk.test_desk_secrets import numbers_in, own_figures, public_figures

DAY = datetime(2026, 3, 1, tzinfo=UTC)
EXAMPLES = judged_examples()
PAPER = f"verdicts/{PROPOSAL_ID}/verdict.pdf"


def view(example: str, role: Role, language: Language) -> VerdictView:
    stored = StoredVerdict(
        reference="0000-0000", event=EXAMPLES[example], issued_at=DAY, withdrawn_at=None
    )
    return verdict_view(stored, role, parameter_book().on(DAY.date()), speech(language))


def printed(example: str, role: Role, language: Language) -> PdfReader:
    shown = view(example, role, language)
    return PdfReader(BytesIO(verdict_pdf(shown, None, "", DAY, speech(language))))


def text(document: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in document.pages)


def bare(said: str) -> str:
    return re.sub(r"\W+", "", said)


@pytest.mark.parametrize("example", sorted(EXAMPLES))
@pytest.mark.parametrize("language", Language)
def test_every_example_is_printed_as_its_page_reads_and_can_be_read_aloud(example, language):
    document = printed(example, Role.OFFICER, language)
    root = document.trailer["/Root"]
    assert root["/Lang"] == language.value
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    shown = view(example, Role.OFFICER, language)
    said = [shown.title, shown.header, shown.certainty, shown.territory.sentence, *shown.missing]
    said += [row.name for row in shown.territory.rows]
    if shown.firms is not None:
        said += [row.name for row in shown.firms.rows]
        said += [figure for row in shown.firms.rows for figure in row.figures]
    if shown.changes is not None:
        said += [shown.changes.better, shown.changes.worse, *shown.changes.without]
        said += [each for need in shown.changes.needs for each in need.levers]
        said += [row.what for row in shown.changes.rows]
    whole = bare(text(document))
    assert [each for each in said if bare(each) not in whole] == []
    assert "R311-3-1-1" in text(document)
    assert all(page.extract_text().count("\n") > 4 for page in document.pages), "no page for a line"


@pytest.mark.parametrize("example", [n for n, e in sorted(EXAMPLES.items()) if e.verdict.firms])
def test_a_member_takes_no_figure_of_a_firm_to_the_meeting(example):
    event = EXAMPLES[example]
    public = numbers_in("".join(public_figures(event.verdict.explanation)))
    public |= numbers_in(event.summary + event.title + str(event.verdict.territory))
    public |= numbers_in(str(event.verdict.territory_ref))
    read = numbers_in(text(printed(example, Role.MEMBER, Language.ENGLISH)))
    assert own_figures(event) & read <= public


def test_the_page_leads_to_the_paper_and_the_journal_says_who_took_it(store, visitor):
    put_on_the_desk(store, [winning()])
    assert visitor.get(f"/fr/{PAPER}").status_code == 303
    visitor.sign_in(STRANGER)
    assert visitor.get(f"/fr/{PAPER}").status_code == 404
    visitor.sign_in(MEMBER)
    assert f'/fr/{PAPER}"' in visitor.get(f"/fr/verdicts/{PROPOSAL_ID}").text
    visitor.sign_in(OFFICER)
    answer = visitor.get(f"/fr/{PAPER}")
    assert answer.headers["content-type"] == "application/pdf"
    assert "verdict.pdf" in answer.headers["content-disposition"]
    with store.read() as connection:
        said = connection.exec_driver_sql("select * from journal order by seq desc").first()
    assert "verdict on paper" in str(said)
    assert OFFICER.email in str(said)
