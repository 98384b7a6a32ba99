"""What a consumer group tells its member: partitions that came, went, or were lost."""

from collections.abc import Iterable

from kafka import ConsumerRebalanceListener, TopicPartition

from services.chassis.ops.metrics import Metrics


class Listener(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Called on the client's own thread, where nothing may block: it counts and sets flags."""

    def __init__(self, metrics: Metrics | None) -> None:
        self._metrics = metrics
        self.changed = False
        self.joined = False
        for event in ("assigned", "revoked", "lost"):
            if metrics is not None:
                metrics.rebalances.labels(event=event)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:  # noqa: ARG002 - the listener's form
        self.changed = self.joined = True
        self._count("assigned")

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        self.changed = True
        if revoked:
            self._count("revoked")

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        self.changed = True
        if lost:
            self._count("lost")

    def _count(self, event: str) -> None:
        if self._metrics is not None:
            self._metrics.rebalances.labels(event=event).inc()
