"""A desk with verdicts on it, for tests of its pages."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx2
from fastapi import FastAPI
from sqlalchemy import insert

from contracts.codec import encode
from contracts.events import VerdictIssued
from contracts.vocabulary.identifiers import reference_of
from services.chassis.clock import Clock
from services.chassis.database.backend import Databases
from services.chassis.database.store import Store
from services.chassis.ops.metrics import Metrics
from services.chassis.web.http import make_app
from services.notify.committee.accounts import Account, save_account
from services.notify.committee.passwords import Passwords
from services.notify.committee.roles import Role
from services.notify.desk.queries import StoredVerdict
from services.notify.desk.routes.dependencies import Desk
from services.notify.desk.routes.pages import router as pages
from services.notify.feed import router as feed
from services.notify.storage import VERDICT_PAGES
from services.notify.verdict_rows import write_losers
from tests.support.verdicts import PARAMETERS, ROUEN

PASSWORD = "un mot de passe de démonstration"
OFFICER = Account("officer@example.org", "Dominique Roy", Role.OFFICER, ROUEN.id)
MEMBER = Account("member@example.org", "Camille Lefèvre", Role.MEMBER, ROUEN.id)
STRANGER = Account("elsewhere@example.org", "Alix Martin", Role.MEMBER, "fr-ze-1109")
ISSUED_AT = datetime(2026, 3, 1, 14, 5, 1, tzinfo=UTC)


def open_store(databases: Databases) -> Store:
    """The desk's database with its tables and nobody in it."""
    return Store(databases("notify"), name="notify")


def desk(store: Store, clock: Clock, passwords: Passwords, *, secure: bool = False) -> Desk:
    """A desk with one officer and one member of Rouen, and a member of another territory."""
    password_hash = passwords.hash(PASSWORD)
    for account in (OFFICER, MEMBER, STRANGER):
        store.write(
            lambda connection, account=account: save_account(
                connection, account, password_hash, clock.now()
            )
        )
    return Desk(
        store=store,
        parameters_on=lambda _day: PARAMETERS,
        clock=clock,
        secure=secure,
        passwords=passwords,
    )


def application(desk: Desk) -> FastAPI:
    app = make_app("notify", "The desk.", Metrics(), desk.clock, dict)
    app.state.desk = desk
    app.include_router(feed)
    app.include_router(pages)
    return app


class Visitor:
    """A browser without JavaScript: keeps cookies, follows nothing, says where a form came from."""

    def __init__(self, app: FastAPI, *, https: bool = False) -> None:
        self.app = app
        self._base = "https://desk.test" if https else "http://desk.test"
        self.cookies = httpx2.Cookies()

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.send("GET", path, headers=headers)

    def post(
        self, path: str, form: dict[str, str] | bytes = b"", *, site: str = "same-origin"
    ) -> httpx2.Response:
        body = form if isinstance(form, bytes) else urlencode(form).encode()
        return self.send("POST", path, content=body, headers={"Sec-Fetch-Site": site})

    def send(self, method: str, path: str, **request: object) -> httpx2.Response:
        async def send() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(
                transport=transport, base_url=self._base, cookies=self.cookies
            ) as client:
                answer = await client.request(method, path, **request)
                self.cookies = client.cookies
                return answer

        return asyncio.run(send())

    def sign_in(self, account: Account, password: str = PASSWORD) -> "Visitor":
        answer = self.post("/en/login", {"email": account.email, "password": password})
        assert answer.status_code == 303, answer.text
        return self


def stored(event: VerdictIssued, withdrawn_at: datetime | None = None) -> StoredVerdict:
    return StoredVerdict(
        reference=reference_of(event.proposal_id),
        event=event,
        issued_at=ISSUED_AT,
        withdrawn_at=withdrawn_at,
    )


def put_on_the_desk(
    store: Store, events: Iterable[VerdictIssued], *, withdrawn_at: datetime | None = None
) -> None:
    """Store verdicts as the handlers do."""
    rows = [
        {
            "proposal_id": event.proposal_id,
            "reference": reference_of(event.proposal_id),
            "revision": event.revision,
            "territory": event.verdict.territory_ref.id,
            "partner": event.partner,
            "title": event.title,
            "kind": event.kind,
            "label": event.verdict.label,
            "necessary": event.verdict.necessary,
            "possible": event.verdict.possible,
            "losers": write_losers(event.verdict),
            "submitted_at": event.submitted_at,
            "issued_at": ISSUED_AT,
            "withdrawn_at": withdrawn_at,
            "body": encode(event),
        }
        for event in events
    ]
    if rows:
        store.write(lambda connection: connection.execute(insert(VERDICT_PAGES), rows) and None)
