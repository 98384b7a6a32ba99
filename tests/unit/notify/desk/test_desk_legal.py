"""The legal sheet: what the person concerned is owed, and nothing that belongs to somebody else."""

import json
import re
import unicodedata
from dataclasses import replace
from io import BytesIO

import pytest
from markupsafe import escape
from pypdf import PdfReader

from services.method.claims import CODES
from services.notify.desk.print.document import legal_pdf
from services.notify.desk.routes.dependencies import Desk
from services.notify.desk.views.legal import legal_sheet
from services.notify.desk.wording.language import Language, speech
from tests.support.desk import MEMBER, OFFICER, STRANGER, Visitor, application, put_on_the_desk
from tests.support.verdicts import EVERY_STATE, PARAMETERS, PROPOSAL_ID, winning

SHEET = f"verdicts/{PROPOSAL_ID}/legal"


@pytest.fixture
def officer(store, visitor):
    put_on_the_desk(store, [winning()])
    return visitor.sign_in(OFFICER)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            [
                "il ne décide pas",
                "L311-3-1, R311-3-1-1 et R311-3-1-2",
                "aux documents administratifs (CADA)",
                "1. Part du traitement dans la décision",
                "2. Données traitées et leurs sources",
                "3. Paramètres appliqués à ce dossier",
                "4. Opérations effectuées",
                "Trace au journal",
                "pas de pondération",
            ],
        ),
        ("en", ["it does not decide", "R311-3-1-1", "CADA", "There are no weights"]),
    ],
)
def test_the_sheet_says_the_four_things_and_the_right_to_ask(officer, language, said):
    page = officer.get(f"/{language}/{SHEET}").text
    for each in said:
        assert each in page


def test_the_sheet_names_data_and_every_parameter_of_the_file(officer):
    data = json.loads(officer.get(f"/fr/{SHEET}.json").text)
    verdict = winning().verdict
    facts = {fact["said"] for fact in data["data"]}
    assert {verdict.territory_ref.source, verdict.territory_ref.licence} <= facts
    assert {verdict.territory_ref.snapshot_sha256, verdict.inputs_sha256} <= facts

    def used(claim):
        return set(claim.parameters).union(*(used(reason) for reason in claim.because))

    listed = [parameter["id"] for parameter in data["parameters"]]
    assert set(listed) == used(verdict.explanation)
    assert len(listed) == len(set(listed))
    page = officer.get(f"/fr/{SHEET}").text
    for parameter in data["parameters"]:
        assert parameter["id"] in page


@pytest.mark.parametrize("state", EVERY_STATE)
def test_every_verdict_has_a_sheet(store, visitor, state):
    put_on_the_desk(store, [replace(EVERY_STATE[state](), proposal_id=PROPOSAL_ID)])
    visitor.sign_in(MEMBER)
    for language in ("fr", "en"):
        assert visitor.get(f"/{language}/{SHEET}").status_code == 200
        assert json.loads(visitor.get(f"/{language}/{SHEET}.json").text)["operations"]["said"]


def test_a_member_of_the_committee_gets_less_than_the_officer(store, the_desk):
    put_on_the_desk(store, [winning()])
    app = application(the_desk)
    texts = [Visitor(app).sign_in(who).get(f"/fr/{SHEET}.json").text for who in (OFFICER, MEMBER)]
    officers, members = (json.loads(text) for text in texts)
    assert officers["operations"] != members["operations"]
    assert officers["parameters"] == members["parameters"]


def test_nobody_else_gets_it(store, visitor):
    put_on_the_desk(store, [winning()])
    for end in ("", ".json", ".pdf"):
        answer = visitor.get(f"/fr/{SHEET}{end}")
        assert answer.status_code == 303
        assert "/fr/login" in answer.headers["location"]
    visitor.sign_in(STRANGER)
    assert visitor.get(f"/fr/{SHEET}").status_code == 404
    assert visitor.get(f"/fr/{SHEET}.json").status_code == 404
    assert visitor.get(f"/fr/{SHEET}.pdf").status_code == 404


def test_whom_to_write_to_is_what_the_authority_said(store, the_desk: Desk):
    put_on_the_desk(store, [winning()])
    unsaid = Visitor(application(the_desk)).get("/fr/processing").text
    assert "écrivez à la collectivité à laquelle le projet a été soumis" in unsaid
    contact = "Métropole <test>, 1 place de l'Exemple"
    app = application(replace(the_desk, contact=contact))
    page = Visitor(app).get("/fr/processing").text
    assert "Métropole &lt;test&gt;, 1 place" in page


def test_the_processing_is_described_to_anybody_with_every_parameter_in_force(visitor):
    page = visitor.get("/fr/processing")
    assert page.status_code == 200
    for name in PARAMETERS:
        assert name in page.text
    assert "2. Données traitées et leurs sources" in page.text


def test_the_verdict_leads_to_the_sheet_and_every_page_to_the_description(officer):
    assert f'href="/en/{SHEET}"' in officer.get(f"/en/verdicts/{PROPOSAL_ID}").text
    for path in ("verdicts", "login", SHEET):
        assert 'href="/en/processing"' in officer.get(f"/en/{path}").text


def test_the_sheet_is_a_pdf_that_can_be_read_aloud_and_says_what_the_page_says(officer):
    answer = officer.get(f"/fr/{SHEET}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert "winwinwin-" in answer.headers["content-disposition"]
    document = PdfReader(BytesIO(answer.content))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"] == "fr"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document.trailer["/Root"]["/Metadata"].get_data()
    printed = "".join("".join(page.extract_text() for page in document.pages).split())
    sheet = json.loads(officer.get(f"/fr/{SHEET}.json").text)
    said = [
        *sheet["mention"].values(),
        *sheet["degree"],
        *(fact["said"] for fact in sheet["data"]),
        *sheet["unknown"],
        *(parameter["id"] for parameter in sheet["parameters"]),
        sheet["result"],
        *(warning["said"] for warning in sheet["warnings"]),
        *(warning["rule"] for warning in sheet["warnings"]),
        *_claims(sheet["operations"]),
    ]
    first = document.pages[0].extract_text()
    assert sheet["result"][:30] in first, "what the reader came for stands on the first page"
    for page in document.pages:
        assert not re.search("[\u00ad\u2010-]\n", page.extract_text()), "no word is cut"
    missing = [each for each in said if _bare(each) not in _bare(printed)]
    assert missing == []


def _claims(step):
    yield step["said"]
    for reason in step["because"]:
        yield from _claims(reason)


def _bare(text: str) -> str:
    kept = (c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    return "".join(kept)


@pytest.mark.parametrize("title", ["株式会社 🎉", '"#panic()"', "$x$ *y* _z_ @w <v>", "مشروع"])
def test_whatever_an_applicant_called_the_project_is_printed_and_not_run(store, visitor, title):
    put_on_the_desk(store, [replace(winning(), title=title)])
    visitor.sign_in(MEMBER)
    document = PdfReader(BytesIO(visitor.get(f"/en/{SHEET}.pdf").content))
    assert title in document.metadata.title


def test_vetoes_and_warnings_stand_on_the_sheet_with_what_they_rest_on(store, visitor):
    judged = winning().verdict
    vetoed = replace(
        judged,
        territory=replace(judged.territory, vetoes=("veto.carbon_without_appraisal",)),
        warnings=("jobs.interval_contains_zero", "image.damage"),
    )
    put_on_the_desk(store, [replace(winning(), verdict=vetoed)])
    visitor.sign_in(MEMBER)
    sheet = json.loads(visitor.get(f"/en/{SHEET}.json").text)
    (veto,), (rule, damage) = sheet["vetoes"], sheet["warnings"]
    assert [each["id"] for each in veto["parameters"]] == list(
        CODES[vetoed.territory.vetoes[0]].rests_on
    )
    assert rule["rule"].startswith("Source: the figures of the jobs chain")
    assert [each["id"] for each in damage["parameters"]] == list(CODES["image.damage"].rests_on)
    page = visitor.get(f"/en/{SHEET}").text
    pdf = PdfReader(BytesIO(visitor.get(f"/en/{SHEET}.pdf").content))
    printed = "".join("".join(each.extract_text() for each in pdf.pages).split())
    for said in (veto["said"], damage["said"], *(p["said"] for p in damage["parameters"])):
        assert escape(said) in page
        assert "".join(said.split()) in printed, said


def test_the_same_sheet_at_the_same_moment_is_the_same_document(store, the_desk):
    put_on_the_desk(store, [winning()])
    stored = the_desk.queries.verdict(PROPOSAL_ID, MEMBER.territory)
    seals = the_desk.note_reading(stored.event, MEMBER, "test")
    made = {
        legal_pdf(
            legal_sheet(stored, MEMBER.role, PARAMETERS, speech(Language.FRENCH), "", seals),
            the_desk.clock.now(),
            speech(Language.FRENCH),
        )
        for _ in range(2)
    }
    assert len(made) == 1
