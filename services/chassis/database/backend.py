"""What a database is to a service. SQLite and PostgreSQL both keep this contract."""

from collections.abc import Callable
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from services.chassis.errors import StoreUnavailable


class Database(Protocol):
    """One service's database: how it is opened, and what its errors mean.

    Each engine is made anew and disposed of by whoever asked for it.
    """

    @property
    def shared(self) -> bool:
        """Whether several processes work on it, and a command of its own migrates it; False where
        it belongs to one process, which migrates it when it starts.
        """
        ...

    def reader(self) -> Engine:
        """Connections that see one snapshot each and cannot write."""
        ...

    def writer(self) -> Engine:
        """The connection that writes rows; it need not be able to change the schema."""
        ...

    def owner(self) -> Engine:
        """A connection that may change the schema. Two that do so at once wait for each other."""
        ...

    def is_unusable(self, error: DBAPIError) -> bool:
        """Whether the error speaks of the database, not of the statement: the whole transaction
        is void then, and the same work may succeed later.
        """
        ...

    def unavailable(self, store: str, error: DBAPIError) -> StoreUnavailable:
        """Such an error as a sentence that says what to do; ``store`` is the service's name."""
        ...


Databases = Callable[[str], Database]
"""Where each service's database is, by the service's name."""
