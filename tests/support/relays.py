"""A relay among several, turned by hand."""

from services.chassis.database.store import Store
from services.chassis.messaging.leased_outbox_relay import LeasedOutboxRelay
from services.chassis.ops.metrics import Metrics
from tests.support.chassis import ScriptedBus, SetClock


class Replica:
    """A relay with a bus whose outcomes the test decides, in a process of its own so to speak."""

    def __init__(self, store: Store, clock: SetClock) -> None:
        self.store = store
        self.bus = ScriptedBus()
        self.metrics = Metrics()
        self.relay = LeasedOutboxRelay("service", store, self.bus, clock, self.metrics)

    def look(self) -> None:
        """A turn in which the leases are looked at, whenever that was done last."""
        self.relay.leases._next_look = self.relay.leases._next_renewal = 0.0
        self.run_once()

    def run_once(self) -> None:
        self.relay._next_poll = 0.0
        self.relay.poll()

    @property
    def buckets(self) -> set[int]:
        return set(self.relay.leases.tokens)

    def keys(self) -> list[str]:
        return [each.record.key or "" for each in self.bus.taken]

    def lost(self) -> float:
        return self.metrics.registry.get_sample_value("bus_relay_lease_lost_total") or 0.0
