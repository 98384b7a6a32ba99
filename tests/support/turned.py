"""The four services in this process, whose loops a test turns by hand."""

import itertools
from typing import Any

import httpx2
from sqlalchemy import inspect

from contracts.samples import territory_text
from services.app.all_in_one import AllInOne as Services
from services.app.all_in_one import PathRouter
from services.chassis.database.backend import Databases
from services.chassis.database.store import Store
from services.chassis.ops.settings import Settings
from services.chassis.web import auth
from services.externalities.api import SCOPE as AUTHORITY
from services.intake.api import SCOPE as PARTNER
from tests.support.asgi import Http
from tests.support.chassis import SetClock

TERRITORY = "fr-ze-2815"
JSON = {"Content-Type": "application/json"}


class Caller(Http):
    """Somebody with a key, who sends JSON."""

    def __init__(self, app: PathRouter, holder: str, key: str) -> None:
        super().__init__(app, Authorization=f"Bearer {key}")
        self.holder = holder
        self.key = key

    def submit(self, body: bytes | str, **headers: str) -> httpx2.Response:
        return self.post("/v1/proposals", content=body, headers=JSON | headers)

    def submitted(self, body: bytes | str) -> str:
        """Submit what is certainly accepted; answers its address."""
        answer = self.submit(body)
        assert answer.status_code == 202, answer.text
        return answer.headers["location"]

    def revise(self, address: str, body: bytes | str, **headers: str) -> httpx2.Response:
        return self.put(address, content=body, headers=JSON | headers)

    def withdraw(self, address: str) -> httpx2.Response:
        return self.post(f"{address}/withdrawal")


class TurnedHouse:
    """The whole house. A request's write is committed on the request's own thread."""

    def __init__(self, databases: Databases, settings: Settings | None = None) -> None:
        self.clock = SetClock()
        self.services = Services.build(databases, self.clock, settings or Settings())
        self.app = PathRouter(self.services)
        self._callers = itertools.count(1)
        for service in self.services.services.values():
            service.store.woken_by(service.store.drain)

    def store(self, service: str) -> Store:
        return self.services.services[service].store

    def key(self, service: str, holder: str, scope: str, *, days: int = 365) -> str:
        return self.store(service).write(
            lambda c: auth.issue(c, self.clock, holder, scope, days=days)
        )

    def partner(self) -> Caller:
        """A partner nobody knew before: what it sees is what its own test did."""
        holder = f"partner-{next(self._callers)}"
        return Caller(self.app, holder, self.key("intake", holder, PARTNER))

    def authority(self) -> Caller:
        holder = f"authority-{next(self._callers)}"
        return Caller(self.app, holder, self.key("externalities", holder, AUTHORITY))

    def load_territory(self) -> None:
        address = f"/v1/territories/{TERRITORY}"
        answer = self.authority().put(address, content=territory_text(), headers=JSON)
        assert answer.is_success, answer.text
        self.settle()

    def settle(self) -> None:
        """Turn every loop until none has anything left to do."""
        loops = [loop for each in self.services.services.values() for loop in each.loops]
        while sum(loop.run_once(0) for loop in loops):
            assert [loop.trouble for loop in loops if loop.trouble] == []

    def everything(self, service: str) -> dict[str, Any]:
        """How many rows each table of a service holds, and the newest event it said."""
        with self.store(service).read() as connection:
            tables = set(inspect(connection).get_table_names()) - {
                "api_key",
                "relay",
                "relay_lease",
            }
            counted = {
                name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one()  # noqa: S608
                for name in tables
            }
            newest = connection.exec_driver_sql("SELECT max(seq) FROM outbox").scalar_one()
        return counted | {"newest event": newest}

    def close(self) -> None:
        for service in self.services.services.values():
            for loop in service.loops:
                loop.finish()
            service.store.close()
        self.services.bus.close()
