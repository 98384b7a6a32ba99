"""The desk in a real browser: Debian's Chromium, driven by Playwright, served on loopback."""

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import insert, update

from contracts.vocabulary.funded import FundedProject
from services.chassis.database import migrations
from services.chassis.database.sqlite import files_in
from services.notify.committee.accounts import Account
from services.notify.committee.passwords import Passwords
from services.notify.storage import VERDICT_PAGES
from tests.spec.made_up import rouen_in_a_nation
from tests.support.chassis import SetClock
from tests.support.desk import PASSWORD, application, desk, open_store, put_on_the_desk
from tests.support.territories import (
    milieu,
    put_the_directory,
    put_the_milieu,
    put_the_territory,
    whom,
)
from tests.support.verdicts import EVERY_STATE, winning
from tests.support.waiting import until
from tests.unit.notify.desk.test_desk_not_judged import FILE, LETTER, PAGE

CHROMIUM = os.environ.get("WWW_CHROMIUM") or shutil.which("chromium")
REQUIRED = os.environ.get("CI") == "true"
WHY = (
    "no Chromium here: install the package chromium, or set WWW_CHROMIUM to its path; "
    "with CI=true these tests fail instead of being left out"
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not REQUIRED:
                item.add_marker(pytest.mark.skip(reason=WHY))


@dataclass(frozen=True, slots=True)
class Site:
    """A served desk: its application, its address, the id of each verdict on it."""

    app: FastAPI
    address: str
    ids: dict[str, str]

    def verdict(self, language: str, state: str) -> str:
        return f"{self.address}/{language}/verdicts/{self.ids[state]}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A desk with one verdict of each state, and one withdrawn."""
    databases = files_in(tmp_path_factory.mktemp("desk"))
    migrations.upgrade("notify", databases("notify"))
    store = open_store(databases)
    ids = {}
    for number, (state, make) in enumerate(EVERY_STATE.items(), start=1):
        event = replace(make(), proposal_id=f"{number:032x}", whom_to_ask=whom())
        put_on_the_desk(store, [event])
        ids[state] = event.proposal_id
    event = replace(winning(), proposal_id="f" * 32)
    put_on_the_desk(store, [event], withdrawn_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
    ids["withdrawn"] = event.proposal_id
    put_on_the_desk(store, [replace(winning(), proposal_id="d" * 32)])
    ids |= {"not_judged": "c" * 32, "overtaken": "d" * 32}
    without = FILE | PAGE | {"proposal_id": ids["not_judged"], "reference": "CCCC-CCCC"}
    store.write(lambda c: c.execute(insert(VERDICT_PAGES).values(without)) and None)
    newer = update(VERDICT_PAGES).where(VERDICT_PAGES.c.proposal_id == ids["overtaken"])
    newer = newer.values(stalled_revision=event.revision + 1, stalled_reference=LETTER)
    store.write(lambda c: c.execute(newer) and None)
    put_the_territory(store, rouen_in_a_nation())
    funded = [
        FundedProject(
            proposal_id=proposal_id,
            revision=2,
            decided_on=date(2026, 3, 12),
            source="Délibération 12 du conseil de la Métropole (exemple)",
            institutions=("cci-exemple", "club-exemple"),
        )
        for proposal_id in (ids["winning"], ids["fragile"], ids["withdrawn"], "e" * 32)
    ]
    put_the_milieu(store, replace(milieu(), milieu=replace(milieu().milieu, funded=tuple(funded))))
    put_the_directory(store)
    the_desk = desk(store, SetClock(), Passwords())
    app = application(the_desk)
    with serve(app) as address:
        yield Site(app, address, ids)
    store.close()


class serve:  # noqa: N801 - used as a statement
    """Serves a desk on a free port of the loopback interface while the block lasts."""

    def __init__(self, app: FastAPI) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        config = uvicorn.Config(app, log_level="warning", lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="desk"
        )

    def __enter__(self) -> str:
        self._thread.start()
        until(lambda: self._server.started)
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


# Not for the whole session: Playwright keeps an event loop running in this thread while it is open,
# and beside a running loop no other test could start its own.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.fail(WHY)
    with sync_playwright() as playwright:
        # Chromium refuses its sandbox as root, which is who runs tests in a container.
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[Open]:
    """Opens the desk's pages in a fresh browser profile, signed in when given an account."""
    contexts: list[BrowserContext] = []

    def open_(account: Account | None = None, language: str = "en", **options: object) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{site.address}/{language}/login")
        if account is not None:
            page.fill("#email", account.email)
            page.fill("#password", PASSWORD)
            page.click("main button")
            # Until the list is loaded, a key that is pressed may still go to the form.
            page.wait_for_url("**/verdicts")
        return page

    yield open_
    for context in contexts:
        context.close()
