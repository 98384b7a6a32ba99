"""Whatever the contract lets a partner write is judged, and everybody gets their page of it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markupsafe import escape
from sqlalchemy import delete

from contracts.samples import territory_example
from services.app.parameter_book import parameter_book
from services.cli.evaluate import judge_here
from services.cli.printing.console import stdout_console
from services.cli.printing.verdict import print_verdict
from services.notify.desk.wording.language import Language
from services.notify.storage import VERDICT_PAGES
from tests.support.any_proposal import any_proposal
from tests.support.desk import ISSUED_AT, MEMBER, OFFICER, Visitor, application, put_on_the_desk

BOOK = parameter_book()
TERRITORY = territory_example()
IN_THE_GATE = 100
"""Examples, the same in every gate. Many more, others each time, with ``--hypothesis-profile``."""


@pytest.fixture
def visitors(the_desk):
    the_desk.parameters_on = BOOK.on
    app = application(the_desk)
    return [Visitor(app).sign_in(account) for account in (OFFICER, MEMBER)]


@pytest.mark.timeout(7_200)
@settings(
    deadline=None,
    derandomize=settings.default.max_examples <= IN_THE_GATE,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(proposal=any_proposal(), languages=st.permutations(Language))
def test_whatever_is_valid_gets_its_pages_papers_and_lines(proposal, languages, store, visitors):
    judged = judge_here(proposal, TERRITORY, BOOK, ISSUED_AT)
    store.write(lambda connection: connection.execute(delete(VERDICT_PAGES)) and None)
    put_on_the_desk(store, [judged])
    for visitor, language in zip(visitors, languages, strict=True):
        queue = f"/{language.value}/verdicts"
        page = f"{queue}/{judged.proposal_id}"
        for path in (f"{queue}?sort=title", page, f"{page}/legal"):
            answer = visitor.get(path)
            assert answer.status_code == 200
            assert escape(proposal.title) in answer.text
            assert "<script" not in answer.text
        assert visitor.get(f"{page}/legal.json").json()["title"] == proposal.title
        for document in ("verdict.pdf", "legal.pdf"):
            assert visitor.get(f"{page}/{document}").content.startswith(b"%PDF")
    terminal = stdout_console()
    with terminal.capture() as printed:
        print_verdict(terminal, judged, BOOK.on(ISSUED_AT.date()), languages[0], why=True)
    assert "".join(proposal.title.split()) in "".join(printed.get().split())
