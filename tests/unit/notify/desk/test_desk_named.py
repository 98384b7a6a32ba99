"""Firms are called by their names where their side of the verdict was not computed."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from contracts.codec import read_proposal
from contracts.samples import five_firms_2kb, proposal_examples, territory_example
from contracts.vocabulary.proposal import Proposal
from services.app.parameter_book import parameter_book
from services.cli.evaluate import judge_here
from services.cli.printing.console import stdout_console
from services.cli.printing.verdict import print_verdict
from services.notify.desk.wording.language import Language
from tests.support.desk import ISSUED_AT, MEMBER, OFFICER, put_on_the_desk

BOOK = parameter_book()
FIVE = read_proposal(five_firms_2kb())
FIRST, *OTHERS = FIVE.firms
UNSAID = replace(FIRST, own=None, staff=None)
TOO_MANY = [
    replace(FIRST, id=f"firm-{n}", name=f"Fabrique Exemple {n}", siren=None) for n in range(5, 36)
]
NOT_COMPUTED = {
    "an answer is missing": replace(FIVE, firms=(UNSAID, *OTHERS)),
    "too many firms": replace(FIVE, firms=(replace(FIRST, staff=None), *OTHERS, *TOO_MANY)),
}
EVERY_FILE = pytest.mark.parametrize("proposal", NOT_COMPUTED.values(), ids=NOT_COMPUTED)
EVERY_LANGUAGE = pytest.mark.parametrize("language", Language)


def lines(proposal: Proposal, language: Language) -> str:
    """What the command line prints of it, whole, in one line."""
    terminal = stdout_console()
    judged = judge_here(proposal, territory_example(), BOOK, ISSUED_AT)
    with terminal.capture() as printed:
        print_verdict(terminal, judged, BOOK.on(ISSUED_AT.date()), language, why=True)
    return " ".join(printed.get().split())


@EVERY_FILE
@EVERY_LANGUAGE
@pytest.mark.parametrize("account", [OFFICER, MEMBER], ids=["officer", "member"])
def test_pages_and_papers_say_names_and_no_ids(
    store, visitor, the_desk, proposal, language, account
):
    judged = judge_here(proposal, territory_example(), BOOK, ISSUED_AT)
    assert judged.verdict.firms is None
    the_desk.parameters_on = BOOK.on
    put_on_the_desk(store, [judged])
    visitor.sign_in(account)
    address = f"/{language}/verdicts/{judged.proposal_id}"
    said = [visitor.get(f"{address}{end}").text for end in ("", "/legal", "/legal.json")]
    for end in ("/verdict.pdf", "/legal.pdf"):
        pages = PdfReader(BytesIO(visitor.get(f"{address}{end}").content)).pages
        said.append(" ".join(" ".join(page.extract_text() for page in pages).split()))
    for words in said:
        assert FIRST.name in words
        assert FIRST.id not in words


@EVERY_FILE
@EVERY_LANGUAGE
def test_the_command_line_says_names_and_no_ids(proposal, language):
    said = lines(proposal, language)
    assert FIRST.id not in said
    # Where all are meant, the checks say so.
    assert FIRST.name in said or "all the firms" in said or "toutes les entreprises" in said


@EVERY_LANGUAGE
def test_inside_a_group_the_firm_whose_answer_is_missing_is_named(language):
    proposal = proposal_examples()["export-incubator-two-levels"]
    assert proposal.export_incubator is not None
    group, *groups = proposal.export_incubator.groups
    first, second, *firms = group.firms
    lacking = replace(group, firms=(first, replace(second, own=None), *firms))
    form = replace(proposal.export_incubator, groups=(lacking, *groups))
    said = lines(replace(proposal, export_incubator=form), language)
    assert second.name in said
    assert "/export_incubator" not in said
