"""Looks at everything there is to be seen: as a partner, as the committee, as a reader of the
topics, and into the databases as an operator with psql would.
"""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import httpx2
import psycopg
from kafka import KafkaConsumer, TopicPartition

from contracts.catalogue import SERVICES, topics
from contracts.envelope import SAID_AGAIN, from_message
from services.cli.demo import Access
from services.notify.committee.journal import Check, Entry, Kind
from tests.chaos.seen import File, Logged, Notice, Page, Revision, Seen
from tests.support.served import as_issued

PATIENCE = httpx2.Timeout(20.0)
AT_ONCE = 12
"""Requests under way."""

READ_AGAIN = 3
"""How often a reading is done again whose connection was lost."""

QUIET_MS = 3_000
_NUMBER = re.compile(r"\((\d+)\)")

_UNJUDGED = """
SELECT count(*) FROM proposal p
WHERE p.withdrawn_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM verdict v WHERE v.proposal_id = p.id AND v.revision = p.revision)
"""


class Databases:
    """The four databases, by the administrator's hand."""

    def __init__(self, url_of: Mapping[str, str]) -> None:
        self._url_of = url_of

    def rows(self, service: str, sql: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self._url_of[service], connect_timeout=5) as connection:
            return connection.execute(sql).fetchall()

    def parked(self) -> list[str]:
        return [
            f"{service}: {topic} at {offset}: {reason}"
            for service in SERVICES
            for topic, offset, reason in self.rows(
                service, "SELECT topic, record_offset, reason FROM dead_letter"
            )
        ]

    def pending(self) -> dict[str, int]:
        """Per service, events its outbox holds and nobody has confirmed."""
        return {
            service: self.rows(service, "SELECT count(*) FROM outbox WHERE published = 0")[0][0]
            for service in SERVICES
        }

    def unjudged(self) -> int:
        """Files nobody withdrew whose newest revision has no verdict at intake."""
        (row,) = self.rows("intake", _UNJUDGED)
        count: int = row[0]
        return count

    def unseen(self) -> int:
        """Verdicts that were issued and have no notice yet."""
        (issued,), (noticed,) = (
            self.rows(service, f"SELECT count(*) FROM {table}")[0]  # noqa: S608 - two constants
            for service, table in (("scoring", "verdict"), ("notify", "notice"))
        )
        count: int = issued - noticed
        return count

    def journal(self) -> list[str]:
        """What does not fit in notify's journal, and notices that have not one entry each."""
        said = [
            Entry(seq, datetime.fromtimestamp(at / 1_000_000, UTC), *rest)
            for seq, at, *rest in self.rows("notify", "SELECT * FROM journal ORDER BY seq")
        ]
        written = Counter(
            json.loads(each.content)["event"] for each in said if each.kind == Kind.VERDICT
        )
        noticed = Counter(each for (each,) in self.rows("notify", "SELECT event_id FROM notice"))
        return [
            *(fault.what for fault in Check().faults(said)),
            *(f"the verdict {each} has {written[each]} entries" for each in noticed - written),
            *(f"the verdict {each} has {written[each]} entries" for each in written - noticed),
        ]

    def desk(self) -> dict[str, Page]:
        return {
            proposal_id: Page(revision, label, withdrawn_at is not None)
            for proposal_id, revision, label, withdrawn_at in self.rows(
                "notify", "SELECT proposal_id, revision, label, withdrawn_at FROM verdict_page"
            )
        }


def log_of(bootstrap_servers: str, retries: int = 3) -> list[Logged]:
    """Every record of every topic, from its beginning to its end as it is now."""
    consumer = KafkaConsumer(
        bootstrap_servers=bootstrap_servers.split(","),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        allow_auto_create_topics=False,
        consumer_timeout_ms=QUIET_MS * retries,
    )
    try:
        places = [
            TopicPartition(topic.name, number)
            for topic in topics()
            for number in range(topic.says.partitions)
        ]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = {place: end for place, end in consumer.end_offsets(places).items() if end}
        found: list[Logged] = []
        while any(consumer.position(place) < end for place, end in ends.items()):
            for batch in consumer.poll(timeout_ms=1_000, max_records=2_000).values():
                found += [_logged(record) for record in batch]
        return sorted(found, key=lambda one: (one.topic, one.partition, one.offset))
    finally:
        consumer.close()


def _logged(record: Any) -> Logged:
    envelope, payload = from_message(tuple(record.headers), record.value)
    said = json.loads(payload)
    return Logged(
        record.topic,
        record.partition,
        record.offset,
        record.timestamp / 1000,
        envelope.id,
        envelope.type,
        record.key.decode(),
        said["revision"],
        SAID_AGAIN in dict(record.headers),
    )


async def files_of(doors: Sequence[str], key: str) -> dict[str, File]:
    """Every file of this partner with its newest verdict, as the replicas of intake show it."""
    found: dict[str, File] = {}
    async with AsyncExitStack() as stack:
        replicas = [await stack.enter_async_context(_partner(door, key)) for door in doors]
        free = asyncio.Semaphore(AT_ONCE)
        address: str | None = "/v1/proposals?limit=100"
        while address is not None:
            page = (await _get(replicas[0], address)).json()
            shown = [
                _file(http, free, each["id"])
                for each, http in zip(page["proposals"], cycle(replicas), strict=False)
            ]
            found |= {file.proposal_id: file for file in await asyncio.gather(*shown)}
            address = page.get("next")
    return found


def _partner(door: str, key: str) -> httpx2.AsyncClient:
    headers = {"Authorization": f"Bearer {key}"}
    return httpx2.AsyncClient(base_url=door, headers=headers, timeout=PATIENCE, trust_env=False)


async def _get(http: httpx2.AsyncClient, address: str) -> httpx2.Response:
    """An answer. A server may close a connection that was idle while it is being written to; of a
    reading that was lost so nothing follows, and it is done again.
    """
    for _ in range(READ_AGAIN):
        with suppress(httpx2.RemoteProtocolError, httpx2.ReadError, httpx2.WriteError):
            return (await http.get(address)).raise_for_status()
    return (await http.get(address)).raise_for_status()


async def _file(http: httpx2.AsyncClient, free: asyncio.Semaphore, proposal_id: str) -> File:
    async with free:
        shown = (await _get(http, f"/v1/proposals/{proposal_id}")).json()
        verdict = None
        if shown["verdict"] is not None:
            answer = await _get(http, f"/v1/proposals/{proposal_id}/verdict")
            verdict = as_issued(answer.content)
    return File(
        proposal_id,
        shown["title"],
        shown["state"],
        {
            each["revision"]: Revision(each["sha256"], each["verdict"])
            for each in shown["revisions"]
        },
        verdict,
    )


def notices_of(desk: str, email: str, password: str) -> list[Notice]:
    """The feed as a member of the committee reads it, oldest first."""
    found: list[Notice] = []
    with httpx2.Client(base_url=desk, timeout=PATIENCE, trust_env=False) as http:
        form = {"email": email, "password": password, "next": ""}
        http.post("/en/login", data=form, headers={"Sec-Fetch-Site": "same-origin"})
        address: str | None = "/en/feed.json"
        while address is not None:
            page = http.get(address).raise_for_status().json()
            for item in page["items"]:
                number = _NUMBER.search(item["content_text"])
                assert number is not None, item
                found.append(
                    Notice(item["id"], item["url"].rpartition("/")[2], int(number.group(1)))
                )
            address = page.get("next_url")
    return found[::-1]


def look(
    doors: Sequence[str],
    desk: str,
    granted: Access,
    databases: Databases,
    bootstrap_servers: str,
) -> Seen:
    """All of it. ``doors`` are the replicas of intake, ``desk`` is one of notify."""
    officer = granted.logins[0]
    return Seen(
        files=asyncio.run(files_of(doors, granted.partner_key)),
        notices=notices_of(desk, officer.email, officer.password),
        desk=databases.desk(),
        log=log_of(bootstrap_servers),
        parked=databases.parked(),
        journal=databases.journal(),
        pending=databases.pending(),
    )


def only(seen: Seen, proposals: Collection[str | None]) -> Seen:
    """What there is to be seen of these proposals, where others were there before."""
    return replace(
        seen,
        files={key: file for key, file in seen.files.items() if key in proposals},
        notices=[each for each in seen.notices if each.proposal_id in proposals],
        desk={key: page for key, page in seen.desk.items() if key in proposals},
        log=[each for each in seen.log if each.key in proposals],
    )
