"""The demo: a real territory and the example proposals, loaded through the public API."""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection

from contracts import codec
from contracts.geography import geography
from contracts.samples import (
    competences_file,
    proposal_texts,
    read_yaml_proposal,
    relays_file,
    survey_file,
    territory_text,
)
from contracts.vocabulary.funded import FundedProject, FundedProjects
from contracts.vocabulary.milieu import Directory, Survey
from services.chassis.clock import SystemClock
from services.chassis.errors import Refuse
from services.chassis.web import auth
from services.cli.client import Client, Refused
from services.cli.competences import directory_json
from services.cli.milieu import read_survey
from services.externalities.api import SCOPE as AUTHORITY
from services.externalities.milieu.relays import read_relays
from services.intake.api import SCOPE as PARTNER
from services.notify.committee.accounts import Account, save_account
from services.notify.committee.passwords import Passwords
from services.notify.committee.roles import Role

PARTNER_NAME = "demo-partner"
AUTHORITY_NAME = "demo-authority"
FUNDED = "shared-export-manager"
"""The example that the demo's authority is said to have funded."""

VERDICTS_WITHIN_SECONDS = 30.0
POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Login:
    """A demo account of the desk."""

    email: str
    password: str
    role: str


@dataclass(frozen=True, slots=True)
class Access:
    """Keys and logins of a demo, made at its first start and kept in its data directory."""

    partner_key: str
    authority_key: str
    logins: tuple[Login, ...]


T = TypeVar("T")


class Stores(Protocol):
    """The databases of running services: a house's or a cluster's."""

    def write(self, service: str, job: Callable[[Connection], T]) -> T:
        """Run a write in the database of one service; back after the commit."""
        ...


@dataclass(frozen=True, slots=True)
class ServiceUrls:
    """Where each of those who come finds the service that is theirs: partners intake, authorities
    externalities, committees the desk, those who operate it intake's reasons and metrics.
    """

    intake: str
    externalities: str
    desk: str
    operations: str

    @classmethod
    def one(cls, url: str) -> "ServiceUrls":
        """All behind one address, as in the single process."""
        return cls(url, url, url, url)


def access(stores: Stores, data_dir: Path) -> Access:
    """The demo's keys and logins: those of the first start, or fresh random ones."""
    file = data_dir / "demo-access.json"
    if file.exists():
        kept = json.loads(file.read_text("utf-8"))
        logins = tuple(Login(**each) for each in kept["logins"])
        return Access(kept["partner_key"], kept["authority_key"], logins)
    made = _make(stores)
    # Created for its owner alone, for it holds keys and passwords in clear; renamed when whole, so
    # that a start that is killed leaves no half of it.
    unfinished = file.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(asdict(made), out, indent=2)
    unfinished.replace(file)
    return made


def load_territory(url: str, granted: Access) -> None:
    """Put the demo's territory, with its made-up relays, survey and directory of competences,
    in force at externalities; twice changes nothing.
    """
    relays = Directory(relays=read_relays(relays_file(), geography()))
    with Client(url, granted.authority_key) as authority:
        body = territory_text().encode()
        address = f"/v1/territories/{json.loads(body)['id']}"
        authority.call("PUT", address, body)
        authority.call("PUT", f"{address}/relays", codec.adapter(Directory).dump_json(relays))
        survey = read_survey(survey_file())
        authority.call("PUT", f"{address}/survey", codec.adapter(Survey).dump_json(survey))
        entries = directory_json(competences_file())
        authority.call("PUT", f"{address}/competences", entries)


def load(doors: ServiceUrls, granted: Access) -> list[str]:
    """Load the territory and every example that is not there yet; answers the ids of the examples
    that nobody withdrew, each with its verdict. Raises ``Refuse`` when a verdict does not come.
    """
    load_territory(doors.externalities, granted)
    with Client(doors.intake, granted.partner_key) as partner:
        # Newest first, so that of two with one title the example itself, which is older, stays.
        known = {each["title"]: each for each in _all(partner)}
        examples: dict[str, str] = {}
        for text in proposal_texts().values():
            body = read_yaml_proposal(text)
            title = json.loads(body)["title"]
            if title not in known:
                examples[title] = _submit(partner, body, hashlib.sha256(body).hexdigest())
            elif known[title]["state"] != "withdrawn":
                examples[title] = known[title]["id"]
        for title, proposal_id in examples.items():
            if partner.wait_for_verdict(proposal_id, VERDICTS_WITHIN_SECONDS) is None:
                raise Refuse(
                    f"no verdict for {title!r} after {VERDICTS_WITHIN_SECONDS:g} s: "
                    f"look at /readyz and at the log above"
                )
        funded = examples.get(json.loads(read_yaml_proposal(proposal_texts()[FUNDED]))["title"])
        first = None if funded is None else partner.call("GET", f"/v1/proposals/{funded}").body
    if first is not None:
        _fund(doors.externalities, granted, first)
    return list(examples.values())


def _fund(url: str, granted: Access, file: Mapping[str, Any]) -> None:
    """Say that an example was funded, by a made-up decision of the day it came in: always the same,
    so that a later start changes nothing.
    """
    submitted = datetime.fromisoformat(file["revisions"][0]["submitted_at"])
    decision = FundedProject(
        proposal_id=file["id"],
        revision=1,
        decided_on=submitted.astimezone(UTC).date(),
        source="Délibération fictive, illustration",
        institutions=("cci-exemple", "club-exemple"),
    )
    with Client(url, granted.authority_key) as authority:
        body = codec.adapter(FundedProjects).dump_json(FundedProjects(projects=(decision,)))
        authority.call("PUT", f"/v1/territories/{file['territory']}/funded", body)


def _make(stores: Stores) -> Access:
    clock = SystemClock()

    def key(service: str, holder: str, scope: str) -> str:
        return stores.write(
            service, lambda connection: auth.issue(connection, clock, holder, scope)
        )

    territory = json.loads(territory_text())["id"]
    passwords = Passwords()
    logins = []
    for name, role in (("agent", Role.OFFICER), ("elue", Role.MEMBER)):
        login = Login(f"{name}@demo.example", secrets.token_urlsafe(9), role)
        account = Account(login.email, name.capitalize(), role, territory)
        hashed = passwords.hash(login.password)

        def save(connection: Connection, account: Account = account, hashed: str = hashed) -> None:
            save_account(connection, account, hashed, clock.now())

        stores.write("notify", save)
        logins.append(login)
    return Access(
        key("intake", PARTNER_NAME, PARTNER),
        key("externalities", AUTHORITY_NAME, AUTHORITY),
        tuple(logins),
    )


def _all(partner: Client) -> list[dict[str, str]]:
    """Every proposal of the demo partner, page by page."""
    found: list[dict[str, str]] = []
    address: str | None = "/v1/proposals?limit=100"
    while address is not None:
        page = partner.call("GET", address).body
        found += page["proposals"]
        address = page.get("next")
    return found


def _submit(partner: Client, body: bytes, key: str) -> str:
    """Submit, waiting for intake to hear of the territory that was loaded a moment ago."""
    deadline = time.monotonic() + VERDICTS_WITHIN_SECONDS
    while True:
        try:
            return str(partner.submit(body, key).body["id"])
        except Refused as refused:
            if "/territory" not in refused.pointers or time.monotonic() > deadline:
                raise
        time.sleep(POLL_SECONDS)


def welcome(doors: ServiceUrls, granted: Access, data_dir: Path, count: int) -> str:
    """What to do next: addresses, logins, keys, three commands, where the data lies."""
    logins = "\n".join(
        f"    {each.role:<9}{each.email:<22}password {each.password}" for each in granted.logins
    )
    return f"""
Winwinwin is ready: {count} example projects of the Rouen area, each with its verdict.

  Desk       {doors.desk}/fr/verdicts   (English: {doors.desk}/en/verdicts)
{logins}
  API        {doors.intake}/v1/proposals
    partner key    {granted.partner_key}
    authority key  {granted.authority_key}   (for {doors.externalities}/v1/territories)
  Health     {_health(doors)}

Next, in another terminal:
  export WWW_URL={doors.intake} WWW_KEY={granted.partner_key}
  .venv/bin/winwinwin submit contracts/examples/shared-export-manager.yaml
  .venv/bin/winwinwin evaluate contracts/examples/carbon-vetoed.yaml --lang fr --why
{_third_command(doors, data_dir)}

Data: {data_dir} (delete the folder to start afresh). Ctrl-C stops.
"""


def _health(doors: ServiceUrls) -> str:
    if doors == ServiceUrls.one(doors.intake):
        return f"{doors.intake}/readyz   metrics: {doors.intake}/services/scoring/metrics"
    own = doors.operations
    return f"{own}/readyz   metrics: {own}/metrics   (each service has its own)"


def _third_command(doors: ServiceUrls, data_dir: Path) -> str:
    if doors == ServiceUrls.one(doors.intake):
        port = doors.intake.rpartition(":")[2]
        return f"  .venv/bin/winwinwin doctor --data-dir {data_dir} --port {port}"
    return f"  curl -s {doors.operations}/readyz"
