"""What routes ask for with ``Depends``: the service's parts, the caller's key, a body as words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from services.chassis.clock import Clock
from services.chassis.database.store import Store
from services.chassis.messaging.transaction import Transaction
from services.chassis.web.auth import Holder, KeyRing
from services.chassis.web.places import At
from services.chassis.web.problems import Problem, read_words
from services.chassis.web.requests import authorization, read_json_body

T = TypeVar("T")
W = TypeVar("W")

BEARER = HTTPBearer(
    scheme_name="key", description="An API key, `www_…`: `winwinwin keys add`.", auto_error=False
)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes of a service work with; its wiring puts it into ``app.state.parts``."""

    store: Store
    clock: Clock
    keys: KeyRing


async def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]


class Key:
    """Whoever calls holds a key of this scope; problems 401 and 403 otherwise."""

    def __init__(self, scope: str) -> None:
        self._scope = scope

    def __call__(
        self,
        request: Request,
        parts: PartsOf,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(BEARER)],
    ) -> Holder:
        return parts.keys.verify(authorization(request), self._scope)


class JsonBody(Generic[W]):
    """A body of at most ``most_bytes``, as words; ``refused`` makes a problem of what is wrong."""

    def __init__(
        self, words: type[W], most_bytes: int, refused: Callable[[Sequence[At]], Problem]
    ) -> None:
        self._words = words
        self._most_bytes = most_bytes
        self._refused = refused

    async def __call__(self, request: Request) -> W:
        body = await read_json_body(request, self._most_bytes)
        return await run_in_threadpool(read_words, self._words, body, self._refused)


class Commit:
    """Runs a job in one transaction, with the events it says, on behalf of this request."""

    def __init__(self, request: Request, parts: PartsOf) -> None:
        self.correlation_id: str = request.state.correlation_id
        self._parts = parts

    def __call__(self, job: Callable[[Transaction], T]) -> T:
        def write(connection: Connection) -> T:
            transaction = Transaction.begin(connection, self._parts.clock, self._parts.store.name)
            done = job(transaction)
            transaction.flush()
            return done

        return self._parts.store.write(write)


CommitOf = Annotated[Commit, Depends()]
