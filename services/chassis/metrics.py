"""Every metric is one entry in this list: name, kind, meaning, labels. There are no others."""

from dataclasses import dataclass
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

Kind = Literal["counter", "gauge", "histogram"]

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
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
        "outbox_pending",
        "bus_outbox_pending_events",
        "gauge",
        "Events written but not yet delivered to every consumer.",
    ),
    Definition(
        "outbox_oldest",
        "bus_outbox_oldest_pending_timestamp_seconds",
        "gauge",
        "When the oldest undelivered event was written (Unix time); 0 when there is none.",
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
        "Records done with, by outcome: ok, duplicate, retried, dead_lettered or unknown_type.",
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
        "Age of the oldest event of a batch when it was handled.",
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
        "1 while a partition waits for its first record to become possible.",
        ("topic", "partition", "group"),
    ),
    Definition(
        "consumer_stopped",
        "bus_consumer_stopped",
        "gauge",
        "1 when the consumer stopped because too many messages in a row were bad.",
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
        "refused",
        "intake_refused_total",
        "counter",
        "Proposals not taken because a limit was reached: latency or backlog.",
        ("limit",),
    ),
    Definition(
        "oldest_unjudged",
        "intake_oldest_unjudged_timestamp_seconds",
        "gauge",
        "When the first proposal in the queue for a verdict was submitted (Unix time); 0: none.",
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
    loop_last_tick: Gauge
    loop_failures: Counter
    dead_letters_open: Gauge
    partition_paused: Gauge
    consumer_stopped: Gauge
    http_requests: Counter
    http_duration: Histogram
    refused: Counter
    oldest_unjudged: Gauge
    verdicts_issued: Counter
    deliveries: Counter

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        for each in DEFINITIONS:
            setattr(self, each.attribute, self._make(each))

    def _make(self, definition: Definition) -> Counter | Gauge | Histogram:
        common = (definition.name, definition.meaning, definition.labels)
        if definition.kind == "counter":
            return Counter(*common, registry=self.registry)
        if definition.kind == "gauge":
            return Gauge(*common, registry=self.registry)
        return Histogram(*common, registry=self.registry, buckets=definition.buckets)
