"""What a proxy says of a browser counts where the proxy is trusted, and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest
from structlog.testing import capture_logs

from services.app.serving import Web
from services.notify.desk.routes.dependencies import Desk
from tests.support.command import free_port
from tests.support.desk import OFFICER, PASSWORD, application

FORWARDED = {
    "X-Forwarded-For": "198.51.100.1, 203.0.113.9",
    "X-Forwarded-Proto": "https",
    "Sec-Fetch-Site": "same-origin",
}
"""As a proxy writes it: the last address is the one it saw, the first is what the browser said."""


@contextmanager
def served(desk: Desk, trusted_proxies: str) -> Iterator[httpx2.Client]:
    web = Web("127.0.0.1", free_port())
    web.start(application(desk), trusted_proxies)
    try:
        with httpx2.Client(base_url=web.address, headers=FORWARDED, trust_env=False) as client:
            yield client
    finally:
        web.stop()


@pytest.mark.parametrize(
    ("trusted", "address", "cookie"),
    [
        ("127.0.0.1,::1", "203.0.113.9", "__Host-www_session="),
        ("127.0.0.0/8", "203.0.113.9", "__Host-www_session="),
        ("10.0.0.7", "127.0.0.1", "www_session="),
        ("", "127.0.0.1", "www_session="),
    ],
)
def test_address_and_https_are_believed_from_trusted_proxies_alone(
    the_desk, trusted, address, cookie
):
    with served(the_desk, trusted) as client, capture_logs() as logged:
        client.post("/en/login", data={"email": OFFICER.email, "password": "wrong"})
        form = {"email": OFFICER.email, "password": PASSWORD}
        answer = client.post("/en/login", data=form)
        back = client.get("/en/verdicts", headers={"Cookie": answer.headers["set-cookie"]})
    assert [line["address"] for line in logged] == [address]
    given = answer.headers["set-cookie"]
    assert given.startswith(cookie)
    assert ("Secure" in given) is cookie.startswith("__Host-")
    assert back.status_code == 200
    language = back.headers["set-cookie"]
    assert ("Secure" in language) is cookie.startswith("__Host-")
