"""One run: start the cluster, break it while clients work, heal it, drain it, look, check."""

import asyncio
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.cli import demo
from tests.chaos import observe, report, texts
from tests.chaos.checker import Findings, Peace, check
from tests.chaos.clients import Client
from tests.chaos.history import History, Told, accepted
from tests.chaos.proxy import Proxy
from tests.chaos.ruin import Ruin
from tests.chaos.schedule import BROKERS, DATABASE, draw, table
from tests.support.cluster.cluster import Cluster
from tests.support.forms import passable_folder

CLIENTS = 24
SETTLE_SECONDS = 5.0
"""Between the moment when nothing was under way any more and the stretch of peace."""

PEACE_SHARE = 0.1
"""Of the proposals, submitted at the end while nothing is broken."""

DRAIN_SECONDS = 150.0
LOOK_AGAIN_SECONDS = 0.5
ON_TERRITORY_SECONDS = 30.0
PARTNER = "demo-partner"


@dataclass(frozen=True, slots=True)
class Plan:
    """``accepted`` proposals at least, with faults for ``seconds``."""

    seed: int
    accepted: int
    seconds: float

    @property
    def per_second(self) -> float:
        return self.accepted * (1 - PEACE_SHARE) / self.seconds


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def run(plan: Plan, folder: Path) -> bool:
    """Answers whether every promise was kept. ``folder`` is emptied first, and has the history, the
    result and the services' logs at the end.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    faults = draw(plan.seed, plan.seconds)
    say(f"seed {plan.seed}: {plan.accepted} proposals, {len(faults)} faults in {plan.seconds:g} s")
    say(table(faults))
    began = time.monotonic()
    with ExitStack() as stack:
        proxy = Proxy()
        stack.callback(proxy.close)
        history = History(folder / "history.jsonl")
        stack.callback(history.close)
        place = stack.enter_context(passable_folder())
        stack.callback(_keep_logs, place, folder)
        cluster = Cluster(place, brokers=3, replicas=2, quick=True)
        stack.callback(cluster.kill)
        _lay_links(cluster, proxy)
        cluster.start_services()
        say(f"{time.monotonic() - began:6.1f} s  everything runs")
        granted = demo.access(cluster, folder)
        _load_territory(cluster, granted)
        ruin = Ruin(cluster, proxy, say)
        stack.callback(ruin.close)
        work = _Work(plan, cluster, granted.partner_key, history, ruin)
        peace = asyncio.run(work.all_of_it(faults))
        seen = observe.look(
            work.doors,
            cluster.replicas["notify-1"].url,
            granted,
            work.databases,
            cluster.kafka.bootstrap_servers,
        )
        say(
            f"{time.monotonic() - began:6.1f} s  seen: "
            f"{len(seen.files)} files, {len(seen.log)} records"
        )
    findings = check(history.all, seen, recompute, peace)
    done = report.Run(
        plan.seed,
        accepted(history.all),
        dict(ruin.done),
        ruin.ended_by_themselves,
        ruin.slow_stops,
        work.drained_in,
        time.monotonic() - began,
    )
    return _tell(folder, done, findings)


def _keep_logs(place: Path, folder: Path) -> None:
    for log in place.glob("*.log"):
        shutil.copy(log, folder)
    for log in place.glob("kafka/node-*/broker.log"):
        shutil.copy(log, folder / f"{log.parent.name}.log")


def _tell(folder: Path, done: report.Run, findings: Findings) -> bool:
    report.write(folder / "result.json", done, findings)
    print(report.text(done, findings), flush=True)
    return report.good(done, findings)


def recompute(told: Told) -> bytes:
    assert told.proposal_id is not None
    body = texts.text(told.file, told.body)
    return texts.verdict(body, told.proposal_id, told.revision, PARTNER, told.submitted_at)


def _lay_links(cluster: Cluster, proxy: Proxy) -> None:
    """Between the services and what they stand on; brokers speak to each other directly."""
    nodes = dict(zip(BROKERS, cluster.kafka.nodes, strict=True))
    for name, node in nodes.items():
        link = proxy.link(name, node.ports.clients)
        node.advertise(link.port)
    cluster.kafka_at = ",".join(f"127.0.0.1:{proxy.links[name].port}" for name in nodes)
    cluster.start_parts()
    cluster.postgres_at = proxy.link(DATABASE, cluster.postgres.port).port


def _load_territory(cluster: Cluster, granted: demo.Access) -> None:
    demo.load_territory(cluster.replicas["externalities-1"].url, granted)
    stores = observe.Databases(cluster.database_urls())
    deadline = time.monotonic() + ON_TERRITORY_SECONDS
    while not stores.rows("intake", "SELECT id FROM territory"):
        if time.monotonic() > deadline:
            raise AssertionError("intake never heard of the territory")
        time.sleep(LOOK_AGAIN_SECONDS)


class _Work:
    """Clients and faults at once, then clients alone, then quiet."""

    def __init__(
        self, plan: Plan, cluster: Cluster, key: str, history: History, ruin: Ruin
    ) -> None:
        self._plan = plan
        self._history = history
        self._ruin = ruin
        self._cluster = cluster
        self._since = datetime.now(UTC)
        self.databases = observe.Databases(cluster.database_urls())
        self.drained_in: float | None = None
        self.doors = [cluster.replicas[f"intake-{number}"].url for number in (1, 2)]
        self._clients = [
            Client(f"client-{number}", key, self.doors, history, plan.seed)
            for number in range(CLIENTS)
        ]
        self._free = asyncio.Queue[Client]()

    async def all_of_it(self, faults: Sequence[object]) -> Peace:
        """Answers the stretch of time in which nothing was broken any more."""
        for client in self._clients:
            self._free.put_nowait(client)
        began = time.monotonic()
        self._ruin.start(faults, began)
        mended = asyncio.get_running_loop().run_in_executor(None, self._ruin.join)
        enough = int(self._plan.accepted * (1 - PEACE_SHARE))
        await self._submit(lambda: mended.done() and accepted(self._history.all) >= enough)
        await mended
        say(f"{time.monotonic() - began:6.1f} s  everything is mended")
        if self._ruin.forgot:
            # As an operator would who reads on /readyz that records are gone.
            since = self._since.isoformat()
            await asyncio.to_thread(
                self._cluster.run, "resend", "--since", since, "--service", "intake"
            )
            say(f"{time.monotonic() - began:6.1f} s  what was submitted is published again")
        await self._drain()
        await asyncio.sleep(SETTLE_SECONDS)
        since = time.time()
        await self._submit(lambda: accepted(self._history.all) >= self._plan.accepted)
        if self.drained_in is not None:
            await self._drain(again=True)
        for client in self._clients:
            await client.close()
        return Peace(since, time.time())

    async def _submit(self, enough: Callable[[], bool]) -> None:
        """Files at the plan's pace until it is enough, then those under way to their ends."""
        began = time.monotonic()
        begun = 0
        under_way: set[asyncio.Task[None]] = set()
        while not enough():
            client = await self._free.get()
            task = asyncio.create_task(self._file(client))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
            begun += 1
            ahead = begun / self._plan.per_second - (time.monotonic() - began)
            await asyncio.sleep(max(0.0, ahead))
        await asyncio.gather(*under_way)

    async def _file(self, client: Client) -> None:
        try:
            await client.file()
        finally:
            self._free.put_nowait(client)

    async def _drain(self, *, again: bool = False) -> None:
        """Wait until no outbox holds anything and no judged revision is missing, twice in a row."""
        began = time.monotonic()
        quiet = 0
        while quiet < 2:
            left = await asyncio.to_thread(self._left)
            quiet = quiet + 1 if not left else 0
            if time.monotonic() - began > DRAIN_SECONDS:
                say(f"not drained after {DRAIN_SECONDS:g} s: {left}")
                self.drained_in = None
                return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        if not again:
            self.drained_in = time.monotonic() - began

    def _left(self) -> dict[str, int]:
        """What is still under way, by kind."""
        left = self.databases.pending() | {
            "unjudged": self.databases.unjudged(),
            "unseen": self.databases.unseen(),
        }
        return {kind: count for kind, count in left.items() if count}


def fresh_seed() -> int:
    return secrets.randbelow(1_000_000)
