"""What every service shows of itself from its first moment, before anything happened."""

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from contracts.catalogue import SERVICES
from services.chassis.database.sqlite import files_in
from tests.support.turned import TurnedHouse


@pytest.fixture(scope="module")
def registries(tmp_path_factory) -> dict[str, CollectorRegistry]:
    house = TurnedHouse(files_in(tmp_path_factory.mktemp("house")))
    found = {n: s.metrics.registry for n, s in house.services.services.items()}
    house.close()
    return found


def names(registry: CollectorRegistry) -> set[str]:
    return {metric.name for metric in registry.collect()}


@pytest.mark.parametrize("service", SERVICES)
def test_the_build_says_program_method_python_and_schema(registries, service):
    (build,) = [m for m in registries[service].collect() if m.name == "winwinwin_build_info"]
    (sample,) = build.samples
    assert sample.value == 1
    assert all(sample.labels[name] for name in ("version", "method", "python", "schema"))


def test_the_process_is_shown_once_in_a_process(registries):
    showing = [n for n, each in registries.items() if "process_cpu_seconds" in names(each)]
    assert showing == ["notify"]


def test_a_service_shows_only_what_it_uses(registries):
    for name, owner in (
        ("intake_open", "intake"),
        ("intake_refused", "intake"),
        ("verdicts_issued", "scoring"),
        ("notify_deliveries", "notify"),
    ):
        assert [n for n, each in registries.items() if name in names(each)] in ([owner], [])


@pytest.mark.parametrize(
    ("service", "series"),
    [
        ("intake", 'intake_refused_total{limit="backlog"} 0.0'),
        ("intake", 'bus_outbox_published_total{outcome="failed",topic="proposals"} 0.0'),
        ("scoring", 'bus_loop_failures_total{loop="scoring-consumer"} 0.0'),
        ("scoring", 'verdicts_issued_total{label="win_win_win"} 0.0'),
        ("scoring", 'bus_consumer_stopped{group="scoring"} 0.0'),
        ("notify", 'notify_deliveries_total{channel="console",outcome="ok"} 0.0'),
    ],
)
def test_what_counts_begins_at_nothing(registries, service, series):
    assert series in generate_latest(registries[service]).decode()


@pytest.mark.parametrize("service", SERVICES)
def test_no_time_is_told_of_what_never_was(registries, service):
    for line in generate_latest(registries[service]).decode().splitlines():
        assert "_timestamp_seconds" not in line or line.startswith("#") or not line.endswith(" 0.0")
