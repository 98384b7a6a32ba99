"""One service by itself: it waits aloud, serves what it can, and ends in time."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from structlog.testing import capture_logs

from services.app import single_service as alone
from services.app.all_in_one import embedded_bus
from services.app.single_service import ReadinessLogger, SingleService
from services.chassis.clock import SystemClock
from services.chassis.database import migrations
from services.chassis.database.sqlite import files_in
from services.chassis.ops.settings import Settings
from tests.support.command import free_port
from tests.support.waiting import until


class Deaf:
    """A bus without a broker."""

    keeps_records = True

    def publish(self, *_):
        raise ConnectionError("no broker answers at 127.0.0.1:9")

    def subscribe(self, *_):
        raise ConnectionError("no broker answers at 127.0.0.1:9")

    def close(self):
        """Nothing to release."""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    monkeypatch.setattr(alone, "LOOK_EVERY_SECONDS", 0.02)
    monkeypatch.setattr(alone, "LONGEST_PAUSE_SECONDS", 0.05)
    made: list[SingleService] = []

    def start(name: str, bus: object | None = None) -> SingleService:
        settings = Settings(data_dir=tmp_path, port=free_port(), operations_port=free_port())
        one = SingleService(
            name, settings, files_in(tmp_path), bus or embedded_bus(), SystemClock()
        )
        one.__enter__()
        made.append(one)
        return one

    yield start
    for one in made:
        one.stop()


def get(one: SingleService, path: str) -> httpx2.Response:
    """Asked where anybody may ask."""
    return get_at(one.address + path)


def get_at(address: str) -> httpx2.Response:
    with httpx2.Client(trust_env=False) as http:
        return http.get(address)


def parts(one: SingleService, name: str = "not_ready") -> dict[str, str]:
    """Asked where only those who operate it may."""
    return get_at(f"{one.operations}/readyz").json().get(name, {})


def test_it_answers_and_says_what_it_waits_for_until_its_database_is_migrated(make, tmp_path):
    with capture_logs() as logged:
        one = make("scoring")
        until(lambda: "winwinwin migrate" in parts(one).get("store", ""))
        assert get(one, "/readyz").status_code == 503
        assert get(one, "/readyz").json() == {"status": "not ready"}, "reasons name the inside"
        assert get(one, "/healthz").status_code == 200, "alive: a restart would change nothing"
        migrations.upgrade("scoring", files_in(tmp_path)("scoring"))
        until(lambda: get(one, "/readyz").status_code == 200)
    waited = [each for each in logged if each["event"] == "the service waits"]
    assert len(waited) == 1, "not at every look, but once a minute"
    assert "winwinwin migrate" in waited[0]["waits_for"]["store"]


def test_intake_is_ready_without_a_broker_and_says_so_beside_it(make, tmp_path):
    migrations.upgrade("intake", files_in(tmp_path)("intake"))
    one = make("intake", Deaf())
    until(lambda: "no broker" in parts(one, "also").get("intake-consumer", ""))
    assert get(one, "/readyz").status_code == 200


def test_a_consumer_without_a_broker_is_not_ready_and_says_why(make, tmp_path):
    migrations.upgrade("scoring", files_in(tmp_path)("scoring"))
    one = make("scoring", Deaf())
    until(lambda: "no broker answers" in parts(one).get("scoring-consumer", ""))
    assert get(one, "/readyz").status_code == 503


def test_it_says_what_it_waits_for_again_every_minute_and_at_once_when_that_grows(monkeypatch):
    moment = [0.0]
    monkeypatch.setattr(alone.time, "monotonic", lambda: moment[0])
    herald = ReadinessLogger("scoring")

    def said(parts: dict[str, str], after: float) -> list[str]:
        moment[0] += after
        with capture_logs() as logged:
            herald.say(parts)
        return [each["event"] for each in logged]

    assert said({}, 1) == []
    assert said({"store": "gone"}, 1) == ["the service waits"]
    assert said({"store": "gone"}, 30) == []
    assert said({"store": "gone", "scoring-relay": "no broker"}, 1) == ["the service waits"]
    assert said({"store": "gone"}, 1) == []
    assert said({"store": "gone"}, 60) == ["the service waits"]
    assert said({}, 1) == ["the service waits no longer"]


def test_it_stops_while_it_still_waits(make):
    one = make("notify")
    until(lambda: parts(one))
    ended = threading.Thread(target=one.stop)
    ended.start()
    ended.join(5.0)
    assert not ended.is_alive()


def test_its_metrics_and_its_description_are_its_own(make, tmp_path):
    migrations.upgrade("externalities", files_in(tmp_path)("externalities"))
    one = make("externalities")
    assert "bus_outbox_pending_events" in get_at(f"{one.operations}/metrics").text
    assert get(one, "/metrics").status_code == 404, "not at the address that others reach"
    assert get_at(f"{one.operations}/v1/territories").status_code == 404
    assert "/v1/territories" in json.dumps(get(one, "/openapi.json").json())
