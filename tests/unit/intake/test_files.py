"""Where a file stands: its states, its revisions, its verdict, its withdrawal, and whose it is."""

import json
from dataclasses import asdict
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from contracts.mention import mention
from contracts.samples import five_firms_2kb
from services.chassis.ops.settings import Settings
from services.chassis.web import auth
from services.intake.proposal_state import Dossier, State
from services.intake.storage import PROPOSALS
from services.scoring.storage import VERDICTS
from tests.support.asgi import Http
from tests.support.databases import sqlite_databases
from tests.support.refusals import problem_of
from tests.support.served import as_issued
from tests.support.turned import TERRITORY, TurnedHouse

BODY = five_firms_2kb()
NOBODYS = "/v1/proposals/" + "0" * 32


def titled(title: str) -> str:
    return json.dumps(json.loads(BODY) | {"title": title})


@pytest.mark.parametrize(
    ("dossier", "state"),
    [
        (Dossier(1), State.ACCEPTED),
        (Dossier(1, judged_revision=1), State.JUDGED),
        (Dossier(2, judged_revision=1), State.ACCEPTED),
        (Dossier(2, judged_revision=2), State.JUDGED),
        (Dossier(1, withdrawn=True), State.WITHDRAWN),
        (Dossier(2, judged_revision=2, withdrawn=True), State.WITHDRAWN),
    ],
)
def test_the_state_says_what_has_happened(dossier, state):
    assert dossier.state is state
    assert (dossier.refusal_to_revise() is not None) == (state is State.WITHDRAWN)


def test_a_file_goes_its_whole_way(house, partner):
    address = partner.submitted(BODY)
    assert partner.get(address).json()["state"] == "accepted"
    house.settle()
    judged = partner.get(address).json()
    assert judged["state"] == "judged"
    assert judged["whom_to_ask"] is None
    instead = judged["ask_instead"]
    assert "Ask the authority to which the project was submitted" in instead["en"]
    assert "Adressez-vous à la collectivité à laquelle le projet a été soumis" in instead["fr"]
    revised = partner.revise(address, titled("Second"))
    assert (revised.status_code, revised.json()["revision"]) == (202, 2)
    assert revised.headers["location"] == address
    file = partner.get(address).json()
    assert (file["state"], file["revision"], file["title"]) == ("accepted", 2, "Second")
    assert file["verdict"] is None, "the first revision's verdict is not the file's"
    house.settle()
    assert partner.get(address).json()["state"] == "judged"
    withdrawn = partner.withdraw(address)
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (202, "withdrawn")
    house.settle()
    assert partner.get(address).json()["state"] == "withdrawn"


def test_a_file_shows_its_revisions_and_what_is_missing(house, partner):
    address = partner.submitted(BODY)
    house.settle()
    house.clock.advance(timedelta(hours=1))
    body = json.loads(BODY)
    del body["jobs"]["gross"]
    receipt = partner.revise(address, json.dumps(body)).json()
    house.settle()
    answer = partner.get(address)
    file = answer.json()
    assert answer.headers["etag"] == '"2"'
    assert file["missing"] == ["/jobs/gross"] == receipt["missing"]
    assert file["territory"] == TERRITORY
    assert file["links"] == {"self": address, "verdict": f"{address}/verdict"}
    first, second = file["revisions"]
    assert (first["revision"], first["verdict"]) == (1, "win_win_win")
    assert (second["revision"], second["sha256"]) == (2, receipt["sha256"])
    assert second["verdict"] == file["verdict"] == "not_computable_yet"
    assert second["submitted_at"] > first["submitted_at"] == file["created_at"]


def test_a_verdict_is_what_scoring_issued_byte_for_byte(house, partner):
    address = partner.submitted(BODY)
    house.settle()
    query = select(VERDICTS.c.body).where(VERDICTS.c.proposal_id == address[-32:])
    with house.store("scoring").read() as connection:
        issued = connection.execute(query).scalar_one()
    answer = partner.get(f"{address}/verdict")
    assert as_issued(answer.content) == issued
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["etag"] == '"1"'


def test_state_and_verdict_carry_the_mention_the_law_asks_for_in_the_words_of_the_notices(
    house, partner
):
    address = partner.submitted(BODY)
    waiting = partner.get(address).json()["mention"]
    assert waiting["fr"]["purpose"].startswith("Les projets sont instruits")
    house.settle()
    for answer in (partner.get(address), partner.get(f"{address}/verdict")):
        said = answer.json()["mention"]
        assert said == {each: asdict(mention(each, "")) for each in ("fr", "en")}
        assert "Sa finalité est" in said["fr"]["purpose"]
        assert "communication des règles" in said["fr"]["right"]
        assert "principales caractéristiques" in said["fr"]["right"]
        assert "écrivez à la collectivité" in said["fr"]["exercise"]
        assert "(CADA)" in said["fr"]["exercise"]


@pytest.mark.parametrize("contact", ["Mairie d'Exemple, 1 place de l'Hôtel {de} Ville"])
def test_the_mention_names_whom_the_authority_named(tmp_path, contact):
    with sqlite_databases(tmp_path) as databases:
        made = TurnedHouse(databases, Settings(authority_contact=contact))
        made.load_territory()
        partner = made.partner()
        address = partner.submitted(BODY)
        made.settle()
        for path in (address, f"{address}/verdict"):
            assert contact in partner.get(path).json()["mention"]["fr"]["exercise"]
        made.close()


def test_a_verdict_that_is_not_there_yet_says_when_to_ask_again(house, partner):
    address = partner.submitted(BODY)
    for revision in (1, 2):
        answer = partner.get(f"{address}/verdict")
        assert problem_of(answer, 404)["type"] == "urn:winwinwin:problem:verdict-pending"
        assert f"Revision {revision} is accepted" in answer.json()["detail"]
        assert int(answer.headers["retry-after"]) > 0
        house.settle()
        assert partner.get(f"{address}/verdict").json()["revision"] == revision
        partner.revise(address, BODY)


def test_the_newest_revision_is_guarded_by_its_etag(partner):
    address = partner.submitted(BODY)
    assert partner.revise(address, titled("b"), **{"If-Match": '"1"'}).status_code == 202
    lost = partner.revise(address, titled("c"), **{"If-Match": '"1"'})
    problem = problem_of(lost, 412)
    assert problem["type"] == "urn:winwinwin:problem:revision-changed"
    assert "the newest is 2" in problem["detail"]
    assert partner.get(address).json()["title"] == "b"
    for accepted in ("2", '"3"', "*", '"1", "5"'):
        assert partner.revise(address, BODY, **{"If-Match": accepted}).status_code == 202


def test_who_submitted_can_revise_without_reading_first(partner):
    answer = partner.submit(BODY)
    address = answer.headers["location"]
    for title in ("b", "c"):
        assert answer.headers["etag"] == partner.get(address).headers["etag"]
        answer = partner.revise(address, titled(title), **{"If-Match": answer.headers["etag"]})
        assert answer.status_code == 202
    assert answer.headers["etag"] == '"3"'


@pytest.mark.parametrize("etag", ['W/"1"', '"1-gzip"', 'W/"1--gzip"', '"1;br"', "1-gzip"])
def test_an_etag_is_known_again_after_a_proxy_has_marked_it(partner, etag):
    address = partner.submitted(BODY)
    assert partner.revise(address, titled("b"), **{"If-Match": etag}).status_code == 202
    problem_of(partner.revise(address, titled("c"), **{"If-Match": etag}), 412)


def test_a_revision_sent_again_with_its_key_is_one_revision(house, partner):
    address = partner.submitted(BODY)
    headers = {"If-Match": '"1"', "Idempotency-Key": "lost-answer"}
    first = partner.revise(address, titled("b"), **headers)
    stored = house.everything("intake")
    again = partner.revise(address, titled("b"), **headers)
    assert (again.status_code, again.content) == (202, first.content)
    assert again.headers["location"] == address
    assert house.everything("intake") == stored


def test_a_key_repeats_one_request_and_no_other(partner):
    key = {"Idempotency-Key": "one-request"}
    address, other = partner.submitted(BODY), partner.submitted(titled("other"))
    assert partner.revise(address, titled("b"), **key).status_code == 202
    for answer in (
        partner.revise(address, titled("c"), **key),
        partner.revise(other, titled("b"), **key),
        partner.submit(titled("b"), **key),
    ):
        assert problem_of(answer, 422)["type"].endswith("idempotency-key-reused")
    assert partner.get(other).json()["revision"] == 1


def test_a_file_is_found_by_the_reference_people_say_on_the_phone(house, partner):
    address = partner.submitted(BODY)
    reference = partner.get(address).json()["reference"]
    for said in (reference, reference.lower(), reference.replace("-", "")):
        assert partner.get(f"/v1/proposals/{said}").json()["id"] == address[-32:]
    named = f"/v1/proposals/{reference}"
    assert partner.revise(named, titled("b")).headers["location"] == address
    house.settle()
    assert partner.get(f"{named}/verdict").json()["revision"] == 2
    assert partner.withdraw(named).json() == {"id": address[-32:], "state": "withdrawn"}


def test_a_reference_is_not_known_to_other_partners(house, partner):
    reference = partner.get(partner.submitted(BODY)).json()["reference"]
    stranger = house.partner()
    for answer in (
        stranger.get(f"/v1/proposals/{reference}"),
        stranger.get(f"/v1/proposals/{reference}/verdict"),
        stranger.revise(f"/v1/proposals/{reference}", BODY),
        stranger.withdraw(f"/v1/proposals/{reference}"),
    ):
        assert problem_of(answer, 404)["type"].endswith("proposal-not-found")


def test_a_reference_that_two_files_share_names_both_and_changes_none(house, partner):
    address = partner.submitted(BODY)
    twin, strangers = ("0" * 23 + digit + address[-8:] for digit in "12")

    def add(**other):
        def write(connection):
            (row,) = connection.execute(select(PROPOSALS).where(PROPOSALS.c.id == address[-32:]))
            connection.execute(insert(PROPOSALS), row._asdict() | other)

        house.store("intake").write(write)

    add(id=strangers, partner="somebody-else")
    assert partner.get(f"/v1/proposals/{address[-8:]}").json()["id"] == address[-32:]
    add(id=twin)
    problem = problem_of(partner.withdraw(f"/v1/proposals/{address[-8:]}"), 409)
    assert twin in problem["detail"]
    assert address[-32:] in problem["detail"]
    assert partner.get(address).json()["state"] == "accepted"


@pytest.mark.parametrize(
    "etag", ["", '"one"', '"1', '1"', '""', "-1", "1.0", '"1-"', '"1-GZIP!"', '"1",']
)
def test_an_etag_that_intake_did_not_give_is_400(house, partner, etag):
    address = partner.submitted(BODY)
    before = house.everything("intake")
    problem = problem_of(partner.revise(address, BODY, **{"If-Match": etag}), 400)
    assert problem["type"] == "urn:winwinwin:problem:bad-if-match"
    assert house.everything("intake") == before


def test_a_withdrawal_is_for_good_and_is_said_once(house, partner):
    address = partner.submitted(BODY)
    house.settle()
    verdict = partner.get(f"{address}/verdict").content
    assert partner.withdraw(address).json() == {"id": address[-32:], "state": "withdrawn"}
    before = house.everything("intake")
    assert partner.withdraw(address).json() == {"id": address[-32:], "state": "withdrawn"}
    refused = partner.revise(address, BODY)
    assert problem_of(refused, 409)["type"] == "urn:winwinwin:problem:withdrawn"
    assert house.everything("intake") == before, "nothing more is stored or said"
    assert partner.get(f"{address}/verdict").content == verdict, "what was judged stays readable"


def test_a_file_withdrawn_before_its_verdict_gets_none(house_on_files):
    # On files: a leased relay sends the withdrawal only when the submission was heard by all, and
    # with the bus of one process the verdict is then there before it.
    partner = house_on_files.partner()
    address = partner.submitted(BODY)
    taken_back = partner.withdraw(address)
    assert taken_back.status_code == 202, taken_back.text
    # Between topics there is no order: here scoring hears of the withdrawal before the assessment.
    for name in ("intake", "scoring"):
        for loop in house_on_files.services.services[name].loops:
            loop.run_once(0)
    house_on_files.settle()
    problem = problem_of(partner.get(f"{address}/verdict"), 404)
    assert problem["type"] == "urn:winwinwin:problem:withdrawn"
    assert partner.get(address).json()["state"] == "withdrawn"


# -- whose it is -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "knock",
    [
        lambda caller, address: caller.get(address),
        lambda caller, address: caller.get(f"{address}/verdict"),
        lambda caller, address: caller.revise(address, BODY),
        lambda caller, address: caller.withdraw(address),
    ],
    ids=["file", "verdict", "revision", "withdrawal"],
)
def test_somebody_elses_file_is_not_there(house, partner, knock):
    address = partner.submitted(BODY)
    house.settle()
    before = house.everything("intake")
    stranger = house.partner()
    theirs, nobodys = knock(stranger, address), knock(stranger, NOBODYS)
    assert problem_of(theirs, 404)["type"] == "urn:winwinwin:problem:proposal-not-found"
    same = {"title", "type", "status"}
    assert {k: theirs.json()[k] for k in same} == {k: nobodys.json()[k] for k in same}
    assert house.everything("intake") == before
    assert partner.get(address).json()["state"] == "judged"


def test_the_list_holds_ones_own_files_newest_first_page_by_page(house, partner):
    stranger = house.partner()
    submitted = []
    for number in range(7):
        house.clock.advance(timedelta(seconds=1))
        submitted.append(partner.submitted(titled(f"n° {number}")))
        stranger.submitted(titled("elsewhere"))
    pages, address = [], "/v1/proposals?limit=3"
    while address is not None:
        page = partner.get(address).json()
        pages.append([each["links"]["self"] for each in page["proposals"]])
        address = page.get("next")
    assert [len(page) for page in pages] == [3, 3, 1]
    assert [each for page in pages for each in page] == submitted[::-1]
    assert len(partner.get("/v1/proposals").json()["proposals"]) == 7


def test_a_list_without_files_is_a_list(partner):
    assert partner.get("/v1/proposals").json() == {"proposals": []}


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many", "after=" + "0" * 33])
def test_a_page_that_cannot_be_is_a_clear_refusal(partner, query):
    problem = problem_of(partner.get(f"/v1/proposals?{query}"), 422)
    assert problem["errors"][0]["pointer"] == "/query/" + query.partition("=")[0]


# -- who may knock -----------------------------------------------------------------------------

DOORS = {
    "partner": ("intake", [("GET", "/v1/proposals"), ("POST", "/v1/proposals"), ("GET", NOBODYS)]),
    "authority": (
        "externalities",
        [("GET", "/v1/territories"), ("PUT", f"/v1/territories/{TERRITORY}")],
    ),
}
KNOCKS = [
    (scope, service, *knock) for scope, (service, knocks) in DOORS.items() for knock in knocks
]


@pytest.mark.parametrize(("scope", "service", "method", "path"), KNOCKS)
def test_without_a_valid_key_the_door_stays_shut(house, scope, service, method, path):
    before = house.everything(service)

    def knock(authorization: str | None) -> dict[str, str]:
        sent = {} if authorization is None else {"Authorization": authorization}
        answer = Http(house.app).request(method, path, content=b"{}", headers=sent)
        assert answer.headers["www-authenticate"].startswith("Bearer")
        return problem_of(answer, 401)

    expired = house.key(service, "late", scope, days=1)
    house.clock.advance(timedelta(days=1))
    for header in (None, "Bearer", "Basic d3d3Og==", f"Token {expired}", expired):
        assert "Authorization: Bearer" in knock(header)["detail"]
    unknown = knock("Bearer www_nobody")["detail"]
    assert "not known or was revoked" in unknown
    assert f"one of scope '{scope}'; a key for another service does not open it" in unknown
    assert "ended on" in knock(f"Bearer {expired}")["detail"]
    assert house.everything(service) == before


@pytest.mark.parametrize(("scope", "service", "method", "path"), KNOCKS)
def test_a_key_for_something_else_is_403(house, scope, service, method, path):
    other = Http(house.app, Authorization=f"Bearer {house.key(service, 'other', 'reader')}")
    for _ in range(2):  # the second time the key is remembered
        problem = problem_of(other.request(method, path), 403)
        assert problem["type"] == "urn:winwinwin:problem:wrong-scope"
        assert f"needs '{scope}'" in problem["detail"]


@pytest.mark.parametrize("scope", DOORS)
def test_a_revoked_key_opens_nothing_after_five_seconds(house, monkeypatch, scope):
    service, ((method, path), *_) = DOORS[scope]
    key = house.key(service, "fired", scope)
    caller = Http(house.app, Authorization=f"Bearer {key}")
    now = auth.time.monotonic()
    monkeypatch.setattr(auth.time, "monotonic", lambda: now)
    assert caller.request(method, path).is_success
    house.store(service).write(lambda c: auth.revoke(c, house.clock, key[: auth.PREFIX_LENGTH]))
    now += 5.0 + 1e-6
    assert problem_of(caller.request(method, path), 401)
