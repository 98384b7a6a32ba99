"""No address makes a service fail, whatever is written into it, before and after signing in.

Every route of every service is called on both databases with odd values in each parameter of its
path and query, in its form and in its body.
"""

import re
from collections.abc import Iterator

import httpx2
import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import iter_route_contexts

from services.app.all_in_one import AllInOne
from services.chassis.clock import SystemClock
from services.chassis.database.backend import Databases
from services.chassis.ops.settings import Settings
from services.chassis.web import auth
from services.externalities.api import SCOPE as AUTHORITY
from services.intake.api import SCOPE as PARTNER
from services.notify.committee.accounts import Account, save_account
from services.notify.committee.roles import Role
from services.notify.committee.sessions import open_session
from tests.support.asgi import Http
from tests.support.routes import routes

NUL = "%00"
ODD = (
    NUL,
    "%FF",
    "9" * 40,
    "-1",
    "x%00y",
    "%ED%A0%80",
    "1e999",
    "%27%22%5C",
    "x" * 3_000,
    "%F0%9F%A7%A8",
)
VALUES = {
    "proposal_id": "0" * 32,
    "territory_id": "fr-ze-2815",
    "language": "fr",
    "name": "desk.css",
    "naf": "1071C",
    "rest": "x",
}
BODIES = (rb'{"title": "a\u0000b"}', rb'{"a\u0000": 1}', rb'["\\\u0000"]', b'{"a": "\0"}')
WITHOUT_BODY = ("/withdrawal", "/logout")
FORMS = (b"email=a%00@b.org&password=x", b"email=a@b.org&password=%00", b"next=%00", b"email=\0")


@pytest.fixture
def house(databases: Databases) -> Iterator[AllInOne]:
    built = AllInOne.build(databases, SystemClock(), Settings())
    for thread in built.threads:
        thread.start()
    yield built
    built.stop()


@pytest.fixture
def let_in(house: AllInOne) -> dict[str, str]:
    """Headers of somebody who may: a key of the service, and a session of the desk."""
    clock = SystemClock()
    now = clock.now()
    officer = Account("a@b.org", "A B", Role.OFFICER, "fr-ze-2815")
    house.write("notify", lambda c: save_account(c, officer, "hash", now))
    session = house.write("notify", lambda c: open_session(c, "a@b.org", "hash", now))
    keys = {
        name: house.write(name, lambda c, scope=scope: auth.issue(c, clock, "acme", scope))
        for name, scope in (("intake", PARTNER), ("externalities", AUTHORITY))
    }
    cookie = {"Cookie": f"www_session={session}"}
    return {n: {"Authorization": f"Bearer {k}"} for n, k in keys.items()} | {"notify": cookie}


def addresses(path: str, parameters: set[str], odd_values: tuple[str, ...]) -> Iterator[str]:
    """The path with each of its parameters odd, and with each parameter of its query odd."""
    plain = path.replace(":path", "")
    for name in re.findall(r"{(\w+)}", plain):
        yield from (plain.format(**{**VALUES, name: odd}) for odd in odd_values)
    for name in sorted(parameters):
        yield from (f"{plain.format(**VALUES)}?{name}={odd}" for odd in odd_values[:4])


def test_no_route_fails_whatever_is_asked(house, let_in):
    failed, refused = [], 0

    def judge(name: str, method: str, address: str, answer: httpx2.Response, *, nul: bool) -> None:
        nonlocal refused
        refused += nul
        if answer.status_code >= 500 or (nul and answer.status_code not in {400, 401, 403, 405}):
            failed.append(f"{name}: {method} {address[:120]} answered {answer.status_code}")

    for name, service in house.services.items():
        own = {
            route.path: {p.alias for p in get_flat_params(d) if isinstance(p.field_info, Query)}
            for route in iter_route_contexts(service.app.routes)
            if (d := getattr(route.original_route, "dependant", None)) is not None
        }
        for headers in ({}, let_in.get(name, {})):
            http = Http(service.app, **headers, **{"Sec-Fetch-Site": "same-origin"})
            for _, method, path in routes({name: service}):
                odd = ODD if headers else (NUL,)
                for address in addresses(path, own.get(path, set()), odd):
                    answer = http.request(method, address)
                    judge(name, method, address, answer, nul=NUL in address)
                if method in {"POST", "PUT"}:
                    kind, bodies = "application/json", BODIES
                    if name == "notify":
                        kind, bodies = "application/x-www-form-urlencoded", FORMS
                    for body in bodies:
                        plain = path.format(**VALUES)
                        answer = http.request(
                            method, plain, content=body, headers={"Content-Type": kind}
                        )
                        judge(name, method, plain, answer, nul=not path.endswith(WITHOUT_BODY))
    assert not failed, "\n".join(failed)
    assert refused > 100


@pytest.mark.parametrize("header", ["X-Request-Id", "Idempotency-Key", "Authorization", "Cookie"])
def test_a_nul_in_a_header_is_refused_by_the_application_too(house, header):
    """A server refuses it already; not every one does."""
    for service in house.services.values():
        answer = Http(service.app).get("/healthz", headers={header: b"a\0b"})
        assert (answer.status_code, answer.json()["type"]) == (
            400,
            "urn:winwinwin:problem:nul-character",
        )


def test_letters_that_look_like_the_escape_of_a_nul_are_letters(house, let_in):
    http = Http(house.services["intake"].app, **let_in["intake"])
    headers = {"Content-Type": "application/json"}
    answer = http.post("/v1/proposals", content=rb'{"title": "\\u0000"}', headers=headers)
    assert answer.json()["type"] != "urn:winwinwin:problem:nul-character"
