"""Every metric is one entry in this list: name, kind, meaning, labels. There are no others.

A service shows the metrics it uses: one that nothing has touched is not registered. What is not
known has no series, because 0 would be a claim; a counter is touched with every value its labels
can have before its first event, because ``increase()`` cannot see the step from nothing to 1.
"""

import math
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client.metrics_core import Metric

Kind = Literal["counter", "gauge", "histogram"]

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
NOT_KNOWN = math.nan
"""Value of a gauge that has no series: never asked, or there is none."""

AGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 15.0, 60.0, 300.0, 3600.0)


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric: ``attribute`` is its name in code, ``name`` its name in Prometheus."""

    attribute: str
    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = FAST


DEFINITIONS: tuple[Definition, ...] = (
    Definition(
        "build",
        "winwinwin_build_info",
        "gauge",
        "1: which version of the program and of its method this is, on which Python and schema.",
        ("version", "method", "python", "schema"),
    ),
    Definition(
        "outbox_pending",
        "bus_outbox_pending_events",
        "gauge",
        "Events written but not yet delivered to every consumer.",
    ),
    Definition(
        "outbox_oldest",
        "bus_outbox_oldest_pending_timestamp_seconds",
        "gauge",
        "When the oldest undelivered event was written (Unix time); no series when there is none.",
    ),
    Definition(
        "outbox_published",
        "bus_outbox_published_total",
        "counter",
        "Events the bus took, by outcome: ok or failed.",
        ("topic", "outcome"),
    ),
    Definition(
        "relay_leases",
        "bus_relay_leases",
        "gauge",
        "Buckets of keys this relay sends, where several share an outbox (64 in all).",
    ),
    Definition(
        "relay_leases_lost",
        "bus_relay_lease_lost_total",
        "counter",
        "Buckets another relay took over because this one did not renew its lease in time.",
    ),
    Definition(
        "received",
        "bus_consumer_received_total",
        "counter",
        "Records that arrived from a topic.",
        ("topic", "group"),
    ),
    Definition(
        "processed",
        "bus_consumer_processed_total",
        "counter",
        "Records done with: ok, again, duplicate, retried, dead_lettered or unknown_type.",
        ("topic", "group", "outcome"),
    ),
    Definition(
        "stale",
        "bus_consumer_stale_total",
        "counter",
        "Events ignored because a newer revision was already known.",
        ("event",),
    ),
    Definition(
        "processing",
        "bus_consumer_processing_duration_seconds",
        "histogram",
        "Time to handle one batch, commit included.",
        ("group",),
    ),
    Definition(
        "lag",
        "bus_consumer_lag_records",
        "gauge",
        "Records of a partition this group has not committed.",
        ("topic", "partition", "group"),
    ),
    Definition(
        "event_age",
        "bus_event_age_seconds",
        "histogram",
        "Age of an event when it was handled.",
        ("group",),
        AGES,
    ),
    Definition(
        "commits",
        "bus_consumer_commits_total",
        "counter",
        "Commits of positions to the broker, by outcome: ok or failed.",
        ("outcome",),
    ),
    Definition(
        "rebalances",
        "bus_consumer_rebalances_total",
        "counter",
        "How often partitions changed hands, by event: assigned, revoked or lost.",
        ("event",),
    ),
    Definition(
        "positions_lost",
        "bus_consumer_positions_lost_total",
        "counter",
        "Partitions whose next record was gone before it was read (/readyz says how many were).",
        ("topic", "group"),
    ),
    Definition(
        "loop_last_tick",
        "bus_loop_last_tick_timestamp_seconds",
        "gauge",
        "When a loop last came round (Unix time).",
        ("loop",),
    ),
    Definition(
        "loop_failures",
        "bus_loop_failures_total",
        "counter",
        "Rounds of a loop that raised and will be tried again.",
        ("loop",),
    ),
    Definition(
        "dead_letters_open",
        "bus_dead_letters_open",
        "gauge",
        "Parked messages nobody has replayed or discarded.",
    ),
    Definition(
        "partition_paused",
        "bus_partition_paused",
        "gauge",
        "1 while a partition waits for its first record to become possible, or has stopped.",
        ("topic", "partition", "group"),
    ),
    Definition(
        "consumer_stopped",
        "bus_consumer_stopped",
        "gauge",
        "1 when a partition stopped because too many of its messages in a row were bad.",
        ("group",),
    ),
    Definition(
        "http_requests",
        "http_requests_total",
        "counter",
        "Requests answered.",
        ("method", "route", "status"),
    ),
    Definition(
        "http_duration",
        "http_request_duration_seconds",
        "histogram",
        "Time to answer a request.",
        ("method", "route"),
    ),
    Definition(
        "auth_failures",
        "auth_failures_total",
        "counter",
        "Who was not let in, by kind: key, login, throttled (a sign-in too soon) or csrf.",
        ("kind",),
    ),
    Definition(
        "refused",
        "intake_refused_total",
        "counter",
        "Proposals not taken because a limit was reached: latency or backlog.",
        ("limit",),
    ),
    Definition(
        "open",
        "intake_open",
        "gauge",
        "0 while a limit keeps intake from taking proposals: latency or backlog.",
        ("limit",),
    ),
    Definition(
        "unjudged",
        "intake_unjudged_proposals",
        "gauge",
        "Proposals whose newest revision has neither verdict nor another stated outcome.",
    ),
    Definition(
        "oldest_unjudged",
        "intake_unjudged_oldest_timestamp_seconds",
        "gauge",
        "When the oldest of them was submitted (Unix time), if there is any.",
    ),
    Definition(
        "verdicts_issued",
        "verdicts_issued_total",
        "counter",
        "Verdicts issued, by label.",
        ("label",),
    ),
    Definition(
        "deliveries",
        "notify_deliveries_total",
        "counter",
        "Notices handed over, by channel and outcome.",
        ("channel", "outcome"),
    ),
)


class Metrics:
    """The metrics of one service, in a registry of their own (several services share a process)."""

    build: Gauge
    outbox_pending: Gauge
    outbox_oldest: Gauge
    outbox_published: Counter
    relay_leases: Gauge
    relay_leases_lost: Counter
    received: Counter
    processed: Counter
    stale: Counter
    processing: Histogram
    lag: Gauge
    event_age: Histogram
    commits: Counter
    rebalances: Counter
    positions_lost: Counter
    loop_last_tick: Gauge
    loop_failures: Counter
    dead_letters_open: Gauge
    partition_paused: Gauge
    consumer_stopped: Gauge
    http_requests: Counter
    http_duration: Histogram
    auth_failures: Counter
    refused: Counter
    open: Gauge
    unjudged: Gauge
    oldest_unjudged: Gauge
    verdicts_issued: Counter
    deliveries: Counter

    def __init__(self) -> None:
        # They double the series and say when this process began to count, which it says itself.
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._making = threading.Lock()

    if not TYPE_CHECKING:  # for the type checker the annotations above are all there is

        def __getattr__(self, attribute: str) -> Counter | Gauge | Histogram:
            """Register a metric at its first use."""
            if attribute not in _BY_ATTRIBUTE:
                raise AttributeError(attribute)
            with self._making:
                if attribute not in self.__dict__:
                    self.__dict__[attribute] = self._make(_BY_ATTRIBUTE[attribute])
            return self.__dict__[attribute]

    def show_the_process(self) -> None:
        """Add the standard metrics of the process and of Python: in one service of a process."""
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)

    def _make(self, definition: Definition) -> Counter | Gauge | Histogram:
        common = (definition.name, definition.meaning, definition.labels)
        if definition.kind == "counter":
            return Counter(*common, registry=self.registry)
        if definition.kind == "histogram":
            return Histogram(*common, registry=self.registry, buckets=definition.buckets)
        gauge = _Gauge(*common, registry=self.registry)
        if not definition.labels:
            gauge.set(NOT_KNOWN)
        return gauge


@contextmanager
def known_only_if_asked(*gauges: Gauge) -> Iterator[None]:
    """What could not be asked is not known any more, whatever it was before."""
    try:
        yield
    except Exception:
        for gauge in gauges:
            gauge.set(NOT_KNOWN)
        raise


class _Gauge(Gauge):
    """A gauge that has no series while its value is not known."""

    def collect(self) -> Iterable[Metric]:
        for metric in super().collect():
            metric.samples = [each for each in metric.samples if not math.isnan(each.value)]
            yield metric


_BY_ATTRIBUTE = {each.attribute: each for each in DEFINITIONS}
