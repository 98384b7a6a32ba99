"""A project on its whole way, by HTTP alone: submitted, judged, revised, read, withdrawn.

Against all four services as they are served, on a port of their own.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from contracts.samples import five_firms_2kb
from services.app.serving import Serving
from services.chassis.ops.metrics import DEFINITIONS
from services.chassis.ops.settings import Settings
from services.cli import demo
from services.cli.data_dir import lock_data_dir
from services.cli.demo import Access, ServiceUrls
from services.scoring.storage import WITHDRAWN
from tests.support.chassis import rows
from tests.support.command import FAILED, OK, REFUSED, free_port, one_sentence
from tests.support.disk import locked
from tests.support.forms import PATIENCE_SECONDS, Form
from tests.support.waiting import until

JSON = {"Content-Type": "application/json"}
SERVICES = ("intake", "externalities", "scoring", "notify")
OF_THE_DISTRIBUTED_FORM = {
    "bus_consumer_commits_total",
    "bus_consumer_positions_lost_total",
    "bus_consumer_rebalances_total",
    "bus_relay_lease_lost_total",
    "bus_relay_leases",
}
"""Metrics of brokers, and of relays that share an outbox."""


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("served")
    with lock_data_dir(folder), Serving(Settings(data_dir=folder, port=free_port())) as running:
        yield running


@pytest.fixture(scope="module")
def granted(serving: Serving) -> Access:
    return demo.access(serving.house, serving.settings.data_dir)


@pytest.fixture(scope="module")
def form(serving: Serving, granted: Access) -> Form:
    return Form("single process", ServiceUrls.one(serving.address), granted)


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


def test_the_house_says_that_it_is_ready_and_every_metric_is_shown_by_a_service(serving, partner):
    assert partner.get("/readyz").json() == {"status": "ready", "not_ready": {}}
    shown: set[str] = set()
    for name in SERVICES:
        assert partner.get(f"/services/{name}/healthz").json() == {"status": "alive"}
        assert partner.get(f"/services/{name}/readyz").status_code == 200
        exposed = partner.get(f"/services/{name}/metrics").text
        shown |= set(re.findall(r"^# TYPE (\w+)", exposed, flags=re.MULTILINE))
        assert re.search(r"^bus_outbox_pending_events \d", exposed, flags=re.MULTILINE)
    left = {each.name for each in DEFINITIONS if each.name not in shown}
    assert left == OF_THE_DISTRIBUTED_FORM


def test_a_project_is_submitted_and_shown_from_the_command_line(
    serving, granted, loaded, winwinwin, write
):
    settings = {"WWW_URL": serving.address, "WWW_KEY": granted.partner_key}
    write("mine.json", body(title="Depuis la ligne de commande"))
    sent = winwinwin("submit", "mine.json", "--json", "--idempotency-key", "k", **settings)
    assert sent.status == OK
    event = json.loads(sent.out)
    assert event["verdict"]["label"] == "win_win_win"
    assert sent.err.startswith("Accepted: ")
    again = winwinwin("submit", "mine.json", "--json", "--idempotency-key", "k", **settings)
    assert again.out == sent.out, "stored once"

    shown = winwinwin("show", event["proposal_id"], "--json", **settings)
    assert json.loads(shown.out) == event
    words = winwinwin("show", event["proposal_id"], "--lang", "fr", **settings)
    assert "judged, revision 1" in words.err
    assert "Depuis la ligne de commande" in words.out

    write("bad.json", body(kind="cartel"))
    refused = winwinwin("submit", "bad.json", **settings)
    assert (refused.status, refused.out) == (REFUSED, "")
    assert "/kind: must be " in refused.err
    french = winwinwin("submit", "bad.json", "--lang", "fr", **settings)
    assert (french.status, french.out) == (REFUSED, "")
    assert "La proposition ne peut pas être acceptée telle quelle (422)" in french.err
    assert "/kind: doit être " in french.err
    for wrong, said in ((("show", "0" * 32), "No such proposal"), (("show", "a/../b"), "40")):
        done = winwinwin(*wrong, **settings)
        assert (done.status, done.out) == (REFUSED, "")
        assert said in one_sentence(done.err)
    nobody = winwinwin("show", "x", **(settings | {"WWW_KEY": "www_nobody"}))
    assert nobody.status == REFUSED
    assert "not known or was revoked" in one_sentence(nobody.err)

    port = str(serving.settings.port)
    taken = winwinwin("up", "--data-dir", "other", "--port", port)
    assert (taken.status, taken.out) == (FAILED, "")
    assert f"port {port} on 127.0.0.1 is taken" in one_sentence(taken.err)
    doctor = winwinwin("doctor", "--json", WWW_PORT=port, WWW_DATA_DIR="other")
    (other,) = [each for each in json.loads(doctor.out) if each["name"] == "service"]
    assert not other["ok"]
    assert "not the one of" in other["found"]
    own = {"WWW_PORT": port, "WWW_DATA_DIR": str(serving.settings.data_dir)}
    (ours,) = [
        each
        for each in json.loads(winwinwin("doctor", "--json", **own).out)
        if each["name"] == "service"
    ]
    assert (ours["ok"], ours["found"]) == (True, f"answers on port {port}")
    lost = winwinwin(
        "doctor", "--json", WWW_PORT=str(free_port()), WWW_DATA_DIR=own["WWW_DATA_DIR"]
    )
    found = {each["name"]: each for each in json.loads(lost.out)}
    assert "--port" in found["service"]["fix"]
    assert str(serving.settings.data_dir) in found["service"]["found"]


def test_a_file_withdrawn_before_its_verdict_does_not_stop_the_next_demo(
    serving, granted, loaded, partner, winwinwin
):
    services = serving.house.services
    with locked(services["externalities"].store):
        answer = partner.post("/v1/proposals", content=body(title="Retiré"), headers=JSON)
        address = answer.headers["location"]
        assert partner.post(f"{address}/withdrawal").status_code == 202
        heard = WITHDRAWN.c.proposal_id
        until(
            lambda: rows(services["scoring"].store, heard, where=heard == answer.json()["id"]),
            within=PATIENCE_SECONDS,
        )
    assert partner.get(f"{address}/verdict").status_code == 404
    asked = ("show", answer.json()["id"], "--url", serving.address, "--key", granted.partner_key)
    shown = winwinwin(*asked, "--lang", "fr")
    reference = answer.json()["reference"]
    assert (shown.status, shown.err) == (OK, "")
    assert shown.out.startswith(f"{reference}: La proposition a été retirée, ce qui est définitif")
    assert json.loads(winwinwin(*asked, "--json").out)["state"] == "withdrawn"
    assert demo.load(ServiceUrls.one(serving.address), granted) == loaded
    assert demo.access(serving.house, serving.settings.data_dir) == granted


def test_a_demo_whose_first_start_was_killed_starts_again(serving, tmp_path: Path):
    (tmp_path / "demo-access.new").write_text('{"partner_key": ')
    made = demo.access(serving.house, tmp_path)
    assert demo.access(serving.house, tmp_path) == made
    assert (tmp_path / "demo-access.json").stat().st_mode & 0o077 == 0, "its owner's alone"
