"""A project on its whole way, by HTTP alone, in both forms: one process with SQLite, and a process
per service with Apache Kafka and PostgreSQL. Nobody who uses the product can tell them apart.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx2
import pytest

from contracts import codec
from contracts.events import VerdictIssued
from contracts.samples import five_firms_2kb, proposal_examples, proposal_texts, read_yaml_proposal
from services.app.parameter_book import parameter_book
from services.cli import demo
from services.cli.evaluate import judge_here
from services.cli.files import read_snapshot
from tests.support.command import OK
from tests.support.forms import PATIENCE_SECONDS, Form, judged, many_processes, single_process
from tests.support.served import as_issued
from tests.support.waiting import until
from tests.support.whom_to_ask import whom_to_ask_in_the_demo

JSON = {"Content-Type": "application/json"}

DISTRIBUTED = pytest.param(
    "many",
    id="many-processes",
    marks=[
        pytest.mark.kafka_cluster,
        pytest.mark.postgres_here,
    ],
)


@pytest.fixture(scope="module", params=[pytest.param("one", id="one-process"), DISTRIBUTED])
def form(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Form]:
    if request.param == "one":
        with single_process(tmp_path_factory.mktemp("one")) as running:
            yield running
    else:
        with many_processes(request.getfixturevalue("cluster")) as running:
            yield running


@pytest.fixture(scope="module")
def loaded(form: Form) -> list[str]:
    """The ids of the examples, each with its verdict."""
    return demo.load(form.doors, form.granted)


@pytest.fixture
def partner(form: Form, loaded: list[str]) -> Iterator[httpx2.Client]:
    with form.partner() as client:
        yield client


@pytest.fixture
def browser(form: Form) -> Iterator[httpx2.Client]:
    with form.browser() as client:
        yield client


def body(**changes: Any) -> str:
    return json.dumps(json.loads(five_firms_2kb()) | changes)


def test_the_services_judge_every_example_as_the_command_line_does(partner, loaded):
    examples = {proposal.title: proposal for proposal in proposal_examples().values()}
    territory, book = read_snapshot(None), parameter_book()
    assert len(loaded) == len(examples)
    for proposal_id in loaded:
        said = partner.get(f"/v1/proposals/{proposal_id}/verdict").content
        event = codec.decode(VerdictIssued, said)
        here = judge_here(examples[event.title], territory, book, event.submitted_at)
        beside = whom_to_ask_in_the_demo(examples[event.title])
        assert event == replace(
            here, proposal_id=proposal_id, partner=event.partner, whom_to_ask=beside
        )
        assert codec.encode(event) == as_issued(said)


def test_a_project_goes_its_whole_way(partner, browser):
    request = {"X-Request-ID": "a-whole-journey.1"}
    answer = partner.post("/v1/proposals", content=body(title="Atelier A"), headers=JSON | request)
    assert (answer.status_code, answer.headers["x-request-id"]) == (202, "a-whole-journey.1")
    address = answer.headers["location"]
    assert judged(partner, address, 1)["verdict"] == "win_win_win"

    emits = {"emitted_t_per_year": 90_000, "avoided_t_per_year": 0}
    revised = partner.put(
        address,
        content=body(title="Atelier B", carbon=emits),
        headers=JSON | {"If-Match": partner.get(address).headers["etag"]},
    )
    assert (revised.status_code, revised.json()["revision"]) == (202, 2)
    file = judged(partner, address, 2)
    assert file["verdict"] == "win_win_lose"
    assert [each["verdict"] for each in file["revisions"]] == ["win_win_win", "win_win_lose"]
    verdict = partner.get(f"{address}/verdict").json()["verdict"]
    assert any("carbon" in veto for veto in verdict["territory"]["vetoes"])

    page = address.replace("/v1/proposals/", "/en/verdicts/")
    reference = file["reference"]
    until(lambda: "Atelier B" in browser.get(page).text, within=PATIENCE_SECONDS)
    assert reference in browser.get(page).text
    assert "Atelier A" not in browser.get("/en/verdicts").text
    assert "Atelier B" in browser.get("/fr/verdicts").text

    items = browser.get("/en/feed.json").json()["items"]
    mine = [each for each in items if each["url"].endswith(page)]
    assert [each["title"] for each in mine] == ["Atelier B", "Atelier A"], "newest first"
    assert all(reference in each["content_text"] for each in mine)

    withdrawn = partner.post(f"{address}/withdrawal")
    assert (withdrawn.status_code, withdrawn.json()["state"]) == (202, "withdrawn")
    until(lambda: "The partner withdrew" in browser.get(page).text, within=PATIENCE_SECONDS)
    assert partner.get(address).json()["state"] == "withdrawn"
    assert partner.put(address, content=body(), headers=JSON).status_code == 409


def test_the_examples_that_are_loaded_are_the_ones_that_are_published(partner, loaded):
    listed = partner.get("/v1/proposals?limit=100").json()["proposals"]
    by_id = {each["id"]: each for each in listed}
    titles = {json.loads(read_yaml_proposal(text))["title"] for text in proposal_texts().values()}
    assert {by_id[each]["title"] for each in loaded} == titles
    assert all(datetime.fromisoformat(by_id[each]["created_at"]).tzinfo for each in loaded)


def test_a_project_is_submitted_and_shown_from_the_command_line(form, loaded, winwinwin, write):
    settings = {"WWW_URL": form.doors.intake, "WWW_KEY": form.granted.partner_key}
    write("mine.json", body(title="Depuis la ligne de commande"))
    sent = winwinwin("submit", "mine.json", "--json", "--idempotency-key", "k", **settings)
    assert sent.status == OK
    event = json.loads(sent.out)
    assert event["verdict"]["label"] == "win_win_win"
    again = winwinwin("submit", "mine.json", "--json", "--idempotency-key", "k", **settings)
    assert again.out == sent.out, "stored once"
    shown = winwinwin("show", event["proposal_id"], "--json", **settings)
    assert json.loads(shown.out) == event


def test_loading_the_demo_again_changes_nothing(form, loaded):
    assert demo.load(form.doors, form.granted) == loaded
