"""What a service says to whom it does not know names nothing of the inside, whatever is broken.

Every route of every service is called while its database, PostgreSQL or a file, cannot be used.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from contracts.catalogue import SERVICES
from services.app.all_in_one import embedded_bus
from services.app.parameter_book import parameter_book
from services.app.registry import build
from services.chassis.clock import SystemClock
from services.chassis.database.backend import Databases
from services.chassis.database.postgres import databases_at
from services.chassis.database.sqlite import files_in
from services.chassis.ops.settings import Settings
from services.chassis.service import Service
from services.chassis.web.auth import SCHEME
from tests.support.asgi import Http
from tests.support.routes import routes

INSIDE = ("127.0.0.1", "port 9", "winwinwin_", "WWW_", "psycopg", "sqlite", ".db", "the store")
"""Hosts, ports, roles, settings, libraries and files, as errors of databases name them."""

HEADERS = {
    "Authorization": f"Bearer {SCHEME}{'x' * 43}",
    "Cookie": "www_session=AAAA; __Host-www_session=AAAA",
    "Content-Type": "application/json",
    "Sec-Fetch-Site": "same-origin",
    "X-Request-Id": "the-reference",
}

VALUES = {"proposal_id": "0" * 32, "territory_id": "fr-ze-2815", "language": "fr", "name": "x"}
VALUES |= {"naf": "1071C", "rest": "x"}


def _nowhere(_folder: Path) -> Databases:
    return databases_at(SecretStr("postgresql://winwinwin_{service}@127.0.0.1:9/winwinwin"))


def _no_files(folder: Path) -> Databases:
    for name in SERVICES:
        (folder / f"{name}.db").mkdir()
    return files_in(folder)


@pytest.fixture(params=[_nowhere, _no_files])
def services(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[dict[str, Service]]:
    databases, bus, clock = request.param(tmp_path), embedded_bus(), SystemClock()
    book = parameter_book()
    built = {n: build(n, databases, bus, clock, book, Settings()) for n in SERVICES}
    yield built
    for service in built.values():
        service.store.close()
    bus.close()


def test_no_answer_names_the_inside_while_the_database_cannot_be_used(services):
    told, unavailable = [], 0
    with capture_logs() as logged:
        for name, method, path in routes(services):
            address = path.replace(":path", "").format(**VALUES)
            answer = Http(services[name].app).request(method, address, headers=HEADERS)
            said = answer.text + str(answer.headers)
            if answer.status_code == 500 or any(word in said for word in INSIDE):
                told.append(f"{name}: {method} {path} answered {answer.status_code}: {said[:300]}")
            if answer.status_code == 503 and path != "/readyz":
                unavailable += 1
                assert "the-reference" in answer.text, f"{name}: {method} {path}"
    assert not told, "\n".join(told)
    reasons = [each["why"] for each in logged if each["event"] == "answered 503"]
    assert len(reasons) == unavailable > len(SERVICES), "each has its line"
    assert all(any(word in why for word in INSIDE) for why in reasons), "the operator is told why"


def test_those_who_operate_are_told_why(services):
    for service in services.values():
        assert service.store_probe is not None
        with capture_logs():
            service.store_probe.run_once(0)
        answer = Http(service.operations()).get("/readyz")
        assert answer.status_code == 503
        assert any(word in answer.json()["not_ready"]["store"] for word in INSIDE)
