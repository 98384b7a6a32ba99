"""The list of metrics keeps the conventions of Prometheus and of this project."""

import re
from typing import get_type_hints

import pytest
from prometheus_client import Counter, Gauge, Histogram

from services.chassis.metrics import DEFINITIONS, Definition, Metrics

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
    assert other.registry.get_sample_value("bus_outbox_pending_events") == 0
