"""The list of metrics keeps the conventions of Prometheus and of this project."""

import re
from typing import get_type_hints

import pytest
from prometheus_client import Counter, Gauge, Histogram, generate_latest

from services.chassis.errors import StoreUnavailable
from services.chassis.ops.metrics import (
    DEFINITIONS,
    NOT_KNOWN,
    Definition,
    Metrics,
    known_only_if_asked,
)

KINDS = {"counter": Counter, "gauge": Gauge, "histogram": Histogram}
UNBOUNDED = {"id", "event_id", "proposal_id", "key", "url", "path", "partner", "correlation_id"}


def by_name(definition: Definition) -> str:
    return definition.name


def test_names_and_attributes_are_unique():
    for values in ([d.name for d in DEFINITIONS], [d.attribute for d in DEFINITIONS]):
        assert len(set(values)) == len(values)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=by_name)
def test_a_name_is_well_formed_and_in_base_units(definition):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", definition.name)
    assert (definition.kind == "counter") == definition.name.endswith("_total")
    assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent)(_|$)", definition.name)
    if definition.kind == "histogram":
        assert definition.name.endswith("_seconds")


@pytest.mark.parametrize("definition", DEFINITIONS, ids=by_name)
def test_no_label_is_unbounded(definition):
    assert not UNBOUNDED & set(definition.labels)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=by_name)
def test_a_meaning_is_a_sentence(definition):
    assert definition.meaning.endswith(".")


def test_every_metric_is_annotated_with_its_kind_and_nothing_else_is():
    hints = get_type_hints(Metrics)
    assert hints == {d.attribute: KINDS[d.kind] for d in DEFINITIONS}


def test_two_services_of_one_process_do_not_share_their_metrics():
    one, other = Metrics(), Metrics()
    one.outbox_pending.set(3)
    other.outbox_pending.set(1)
    assert other.registry.get_sample_value("bus_outbox_pending_events") == 1


def test_what_a_service_does_not_use_it_does_not_show():
    metrics = Metrics()
    metrics.loop_failures.labels(loop="intake-relay")
    text = generate_latest(metrics.registry).decode()
    assert "bus_loop_failures_total" in text
    assert "intake_refused" not in text


def test_what_is_not_known_has_no_series():
    metrics = Metrics()
    gauges = metrics.dead_letters_open, metrics.lag.labels(topic="t", partition=0, group="g")
    names = "\nbus_dead_letters_open ", "\nbus_consumer_lag_records{"
    for gauge in gauges:
        gauge.set(NOT_KNOWN)
    assert not [name for name in names if name in generate_latest(metrics.registry).decode()]
    for gauge in gauges:
        gauge.set(0)
    text = generate_latest(metrics.registry).decode()
    assert [name for name in names if name in text] == [*names]
    with pytest.raises(StoreUnavailable), known_only_if_asked(metrics.dead_letters_open):
        raise StoreUnavailable("gone")
    assert names[0] not in generate_latest(metrics.registry).decode()


def test_no_counter_has_a_twin_that_says_when_it_was_made():
    metrics = Metrics()
    for each in DEFINITIONS:
        getattr(metrics, each.attribute)
    metrics.http_requests.labels(method="GET", route="/", status=200).inc()
    assert "_created" not in generate_latest(metrics.registry).decode()


def test_the_process_and_python_are_shown_where_they_are_asked_for():
    metrics = Metrics()
    assert metrics.registry.get_sample_value("process_start_time_seconds") is None
    metrics.show_the_process()
    assert metrics.registry.get_sample_value("process_start_time_seconds") > 0
    text = generate_latest(metrics.registry).decode()
    assert "python_gc_collections_total" in text
    assert "python_info" in text
