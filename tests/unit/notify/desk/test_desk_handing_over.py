"""Copies of the legal sheet that the instructing officer hands over, and whose secrets stay out."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from contracts.vocabulary.verdict import FirmShare
from services.method.claims import Visibility
from services.notify.committee.journal import Entry
from services.notify.committee.roles import Role
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.views.legal import ANYONE, LegalSheet, copies, legal_sheet
from services.notify.desk.views.verdict import Seals
from services.notify.desk.visibility import BAND_EDGES, firm_reader
from services.notify.desk.wording.language import Language, speech
from tests.support.desk import MEMBER, OFFICER, put_on_the_desk
from tests.support.judged import judged_examples
from tests.support.verdicts import PARAMETERS, PROPOSAL_ID, firm_shares, winning
from tests.unit.notify.desk.test_desk_secrets import digits, numbers_in, public_figures

DAY = datetime(2026, 3, 1, tzinfo=UTC)
SEALS = Seals(None, Entry(1, DAY, "access", PROPOSAL_ID, 1, "", "", "", ""))
SHEET = f"verdicts/{PROPOSAL_ID}/legal"
GROUPS = sorted(name for name, e in judged_examples().items() if e.verdict.firms is not None)


def stored(example: str) -> StoredVerdict:
    return StoredVerdict(
        reference="0000-0000", event=judged_examples()[example], issued_at=DAY, withdrawn_at=None
    )


def sheet(example: str, copy_for: str) -> LegalSheet:
    voice = speech(Language.ENGLISH)
    return legal_sheet(stored(example), Role.OFFICER, PARAMETERS, voice, "", SEALS, copy_for)


def written(example: str, copy_for: str) -> str:
    return json.dumps(asdict(sheet(example, copy_for).operations), ensure_ascii=False)


def own(share: FirmShare) -> set[str]:
    figures = (share.alone, share.share, share.gain, share.transfer or 0)
    edges = {str(edge) for edge in BAND_EDGES}
    return {said for said in map(digits, figures) if len(said) > 3} - edges


@pytest.mark.parametrize("example", GROUPS)
def test_a_firm_reads_its_own_gain_and_no_figure_of_another(example):
    firms = judged_examples()[example].verdict.firms
    assert firms is not None
    told = judged_examples()[example].verdict
    # A public figure, or a total of three others, may equal a firm's by accident.
    public = numbers_in("".join(public_figures(told.explanation)) + str(told.territory))
    for share in firms.shares:
        read = numbers_in(written(example, share.firm))
        others = set().union(*(own(each) for each in firms.shares if each.firm != share.firm))
        assert digits(share.gain) in read
        assert others & read <= public | own(share)


@pytest.mark.parametrize("example", GROUPS)
def test_a_copy_for_anyone_is_what_a_member_of_the_committee_reads(example):
    voice = speech(Language.ENGLISH)
    member = legal_sheet(stored(example), Role.MEMBER, PARAMETERS, voice, "", SEALS)
    assert sheet(example, ANYONE).operations == member.operations


def test_what_is_below_a_claim_about_one_firm_is_that_firm_s():
    said = written("shared-export-manager", "mecanique")
    assert "De minimis aid received in the three years" in said
    assert "284,000" in said
    theirs = written("shared-export-manager", "aeraulique")
    assert "284,000" not in theirs
    assert "Région Normandie" not in theirs, "nor who granted it"


def test_a_firm_knows_its_own_part_of_a_total_and_sees_none_that_gives_another_away():
    three = firm_shares(tuple((n, n, 0.0, 1_000.0, None) for n in "abc"))
    assert not firm_reader("a", three).sees(Visibility.GROUP)
    four = firm_shares(tuple((n, n, 0.0, 1_000.0, None) for n in "abcd"))
    assert firm_reader("a", four).sees(Visibility.GROUP)


def test_only_the_officer_hands_copies_over_and_the_journal_says_for_whom(store, visitor):
    put_on_the_desk(store, [winning()])
    firm = winning().verdict.firms.shares[0]
    visitor.sign_in(MEMBER)
    assert "To hand over" not in visitor.get(f"/en/{SHEET}").text
    assert visitor.get(f"/en/{SHEET}?for={firm.firm}").status_code == 404
    visitor.sign_in(OFFICER)
    page = visitor.get(f"/en/{SHEET}").text
    assert "To hand over" in page
    assert f"legal.pdf?for={firm.firm}" in page
    assert visitor.get(f"/en/{SHEET}?for=nobody-of-them").status_code == 404
    copy = visitor.get(f"/en/{SHEET}?for={firm.firm}").text
    assert f"Copy for {firm.name}." in copy
    assert f"legal.json?for={firm.firm}" in copy
    printed = visitor.get(f"/en/{SHEET}.pdf?for={firm.firm}").content
    assert "Copy for" in PdfReader(BytesIO(printed)).pages[0].extract_text()
    with store.read() as connection:
        said = connection.exec_driver_sql("select * from journal order by seq desc").first()
    assert f"legal sheet, copy for {firm.firm}" in str(said)


def test_each_firm_has_its_copy():
    listed = copies(stored("carrier-one-seat"), Role.OFFICER, speech(Language.FRENCH))
    assert len(listed) == 4
    assert copies(stored("carrier-one-seat"), Role.MEMBER, speech(Language.FRENCH)) == ()
