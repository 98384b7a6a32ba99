"""What a terminal shows beside the table: the lower level, and what to ask the applicant."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from contracts.samples import proposal_examples, territory_example
from services.app.parameter_book import parameter_book
from services.cli.evaluate import judge_here
from services.cli.printing.console import stdout_console
from services.cli.printing.verdict import print_verdict
from services.notify.desk.wording.language import Language


def printed(
    name: str, *, why: bool = False, language: Language = Language.ENGLISH, width: int = 300
) -> str:
    book = parameter_book()
    now = datetime(2026, 11, 25, tzinfo=UTC)
    event = judge_here(proposal_examples()[name], territory_example(), book, now)
    console = Console(width=width, record=True, file=StringIO())
    print_verdict(console, event, book.on(now.date()), language, why=why)
    return console.export_text()


def test_a_question_to_the_applicant_is_asked_with_its_figures() -> None:
    assert "do they avoid one?; Their customers overlap by: 70%" in printed("export-group-nine")


def test_each_group_of_an_incubator_has_its_line() -> None:
    said = printed("export-incubator-two-levels")
    assert "Groupement Exemple Mécanique: Win-Win-Win; every firm wins" in said
    assert "Groupement Exemple Textile: Subsidy; the firms gain nothing together" in said


def test_why_says_what_each_veto_and_each_warning_rests_on() -> None:
    said = printed("carbon-vetoed", why=True)
    veto = said[said.rindex("! The cost of the carbon emitted") :].splitlines()
    assert "expense: 50%" in veto[1]
    assert "project assumption" in veto[1]
    assert "checked on" in veto[1] + veto[2], "the line goes on below"
    lost = printed("net-jobs-lost", why=True)
    assert "[Source: the rule of the method itself" in lost
    assert "[Source: the rule of the method itself" not in printed("net-jobs-lost")


@pytest.mark.parametrize("width", range(60, 130, 10))
def test_french_keeps_its_double_marks_with_the_word_before_them(width: int) -> None:
    said = printed("carbon-vetoed", why=True, language=Language.FRENCH, width=width)
    assert "\u00a0:" in said
    lost = [line for line in said.splitlines() if re.search(r"^ *[;:»]| [;:?!»]|«$|« |\w;", line)]
    # What begins a line of ours: a veto, a question.
    assert [line for line in lost if not re.match(r"[!?] [^;:»]*$", line)] == []


def test_what_a_partner_wrote_is_printed_as_it_was_written(capsys) -> None:
    book = parameter_book()
    now = datetime(2026, 11, 25, tzinfo=UTC)
    example = proposal_examples()["shared-export-manager"]
    name = "[bold]Cap[/] :warning: {0} %s"
    firms = (replace(example.firms[0], name=name), *example.firms[1:])
    event = judge_here(replace(example, firms=firms), territory_example(), book, now)
    print_verdict(stdout_console(), event, book.on(now.date()), Language.ENGLISH, why=True)
    said = " ".join(capsys.readouterr().out.split())
    assert said.count(name) > 2, "in the table and in sentences"
    assert said.count("\N{WARNING SIGN}") == 0
