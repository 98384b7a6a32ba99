"""No route is open by accident: whoever adds one asks for a key or a session, or says here why not.

Every route of every service is called without credentials, and with some that are nobody's.
"""

import asyncio

import httpx2
import pytest

from services.app.all_in_one import AllInOne, PathRouter
from services.chassis.web.auth import SCHEME
from tests.support.routes import routes

OPEN = {
    "/healthz": "a supervisor asks whether the process lives; it says nothing else",
    "/readyz": "a load balancer asks whether to send requests; it says nothing else",
    "/openapi.json": "the description of the API is public",
    "/": "leads to the list, which asks for a session",
    "/{language}": "the same",
    "/static/{name}": "style sheet and mark",
    "/{language}/processing": "French law has it published (CRPA L312-1-3); it is about no file",
    "/{language}/login": "where a session begins",
    "/{language}/{rest:path}": "says that there is no such page",
}
"""Paths anybody may call, each with the reason."""

NOBODY = {
    "none": {},
    "not a key": {"Authorization": "Bearer"},
    "unknown key": {"Authorization": f"Bearer {SCHEME}{'x' * 43}"},
    "another scheme": {"Authorization": "Basic dXNlcjpwYXNzd29yZA=="},
    "unknown session": {"Cookie": "www_session=AAAA; __Host-www_session=AAAA"},
}

VALUES = {
    "proposal_id": "0" * 32,
    "territory_id": "fr-ze-2815",
    "language": "fr",
    "name": "x",
    "naf": "1071C",
}


def ask(
    house: AllInOne, name: str, method: str, path: str, headers: dict[str, str]
) -> httpx2.Response:
    async def call() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=house.services[name].app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, path.format(**VALUES), headers=headers)

    return asyncio.run(call())


def refused(answer: httpx2.Response) -> bool:
    to_login = answer.status_code == 303 and "/login" in answer.headers["Location"]
    return answer.status_code in {401, 403} or to_login


@pytest.mark.parametrize("credentials", NOBODY)
def test_every_route_asks_who_is_there(house: AllInOne, credentials: str) -> None:
    let_in = []
    for name, method, path in routes(house.services):
        if path not in OPEN:
            answer = ask(house, name, method, path, NOBODY[credentials])
            if not refused(answer):
                let_in.append(f"{name}: {method} {path} answered {answer.status_code}")
    assert not let_in, "\n".join(let_in)


def test_every_open_path_exists(house: AllInOne) -> None:
    assert OPEN.keys() <= {path for _, _, path in routes(house.services)}


def test_there_are_routes_to_ask(house: AllInOne) -> None:
    """A change of framework that hid the routes from this test would make it say yes to all."""
    closed = {path for _, _, path in routes(house.services)} - OPEN.keys()
    assert {"/v1/proposals", "/v1/territories/{territory_id}", "/{language}/verdicts"} <= closed


def test_the_front_door_opens_nothing_more(house: AllInOne) -> None:
    async def call(path: str) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=PathRouter(house))
        async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get(path)

    for path in (
        "/v1/proposals",
        "/v1/territories",
        "/services/intake/v1/proposals",
        "/services/externalities/v1/territories",
        "/fr/verdicts",
        "/services/notify/fr/verdicts",
        "/en/feed.json",
    ):
        answer = asyncio.run(call(path))
        assert refused(answer), f"{path} answered {answer.status_code}"
