"""From an outbox over a bus to reactions: every event once, in the order of its key."""
