"""How many events one transaction takes: as many as were over in good time, learnt on the way.

What an event costs is seen only once it was handled, and one may cost as much as a thousand others.
"""

TARGET_SECONDS = 1.0
"""What a transaction should take at most; whoever writes to the same store waits for it."""

TRANSACTION_SECONDS = 2.0
"""A transaction of several events that has taken longer is undone, and its events come again in
smaller ones: with its last part it is over long before the watchdog, or a database that ends idle
transactions, undoes everything again and again."""


class Pace:
    """The size of the next batch, at most ``most``."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = most

    def took(self, events: int, seconds: float) -> None:
        """So many events were handled in one transaction that took so long."""
        if seconds > TARGET_SECONDS:
            self.size = max(1, int(events * TARGET_SECONDS / seconds))
        else:
            self.size = min(self.most, max(self.size, 2 * events))

    def too_long(self) -> None:
        """A transaction was undone because it took too long: feel the way from one event on."""
        self.size = 1
