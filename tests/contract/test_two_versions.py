"""A rolling upgrade: services of two versions hear each other.

``frozen/said-by-0.1.0.json`` holds what the services of 0.1.0 really said, bytes and headers: three
proposals on their way to a verdict, a withdrawal, a territory. What is said by today's services is
held against the readers of then (``contracts/schemas/frozen``).
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from contracts.catalogue import SERVICES, topics
from contracts.events import EVENTS
from contracts.generate import FROZEN, ROOT
from contracts.names import schema_name
from services.app.parameter_book import parameter_book
from services.app.registry import build
from services.chassis.clock import SystemClock
from services.chassis.database import migrations
from services.chassis.database.sqlite import files_in
from services.chassis.database.tables import DeadLetter, Outbox
from services.chassis.messaging.bus import Record
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.transaction import unpack_headers
from services.chassis.ops.settings import Settings
from tests.support.all_in_one import found
from tests.support.chassis import CarelessBus, rows
from tests.support.waiting import until

OUTBOX, DEAD = Outbox.__table__, DeadLetter.__table__
SAID = Path(__file__).parent / "frozen" / "said-by-0.1.0.json"


def said_then() -> list[Record]:
    """What 0.1.0 said, as it travelled."""
    return [
        Record(
            each["topic"],
            each["key"],
            each["value"].encode(),
            tuple((name, value.encode()) for name, value in each["headers"]),
        )
        for each in json.loads(SAID.read_text("utf-8"))
    ]


def said_tomorrow() -> list[Record]:
    """The same by a newer version, which knows more: an optional field in every object."""
    return [
        Record(r.topic, r.key, json.dumps(_more(json.loads(r.value or b""))).encode(), r.headers)
        for r in said_then()
    ]


def _more(value: Any) -> Any:
    if isinstance(value, dict):
        return {"said_by_a_newer_version": {"deep": [1]}} | {k: _more(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_more(each) for each in value]
    return value


def type_of(record: Record) -> str:
    return str(dict(record.headers)["ce_type"], "utf-8")  # type: ignore[arg-type]


class Today:
    """One service of today on a bus on which somebody else speaks."""

    def __init__(self, name: str, folder: Path) -> None:
        folder.mkdir()
        found(folder)
        databases = files_in(folder)
        migrations.upgrade(name, databases(name))
        self.bus = CarelessBus({t.name: (t.says.partitions, t.consumers()) for t in topics()})
        self.service = build(
            name, databases, self.bus, SystemClock(), parameter_book(), Settings(data_dir=folder)
        )
        (self.consumer,) = (each for each in self.service.loops if isinstance(each, Consumer))
        self._before = len(self.outbox())

    def hear(self, records: list[Record]) -> dict[str, float]:
        """Hear all of these; answers how many ended how."""
        wanted = [r for r in records if self.listens(r.topic)]
        self.bus.put(*wanted)
        until(lambda: self.consumer.poll() or sum(self.outcomes().values()) >= len(wanted))
        return self.outcomes()

    def listens(self, topic: str) -> bool:
        return any(t.name == topic and self.service.name in t.consumers() for t in topics())

    def outcomes(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for family in self.service.metrics.processed.collect():
            for sample in family.samples:
                if sample.name.endswith("_total"):
                    outcome = sample.labels["outcome"]
                    found[outcome] = found.get(outcome, 0.0) + sample.value
        # A counter is there from the start, at nothing.
        return {outcome: count for outcome, count in found.items() if count}

    def outbox(self) -> list[tuple[int, str, bytes]]:
        columns = (OUTBOX.c.seq, OUTBOX.c.headers, OUTBOX.c.payload)
        return [
            (seq, str(dict(unpack_headers(headers))["ce_type"], "utf-8"), payload)  # type: ignore[arg-type]
            for seq, headers, payload in rows(self.service.store, *columns)
        ]

    def said(self) -> list[tuple[str, bytes]]:
        return [(kind, payload) for _, kind, payload in self.outbox()[self._before :]]

    def parked(self) -> list[str]:
        with self.service.store.read() as connection:
            return list(connection.execute(select(DEAD.c.reason)).scalars())

    def close(self) -> None:
        self.consumer.finish()
        self.service.store.close()


@pytest.fixture(params=SERVICES)
def today(request, tmp_path):
    made = Today(request.param, tmp_path / "data")
    yield made
    made.close()


def test_the_frozen_words_are_those_of_every_event_of_that_version() -> None:
    assert {type_of(record) for record in said_then()} == {
        "winwinwin.ProposalSubmitted.v1",
        "winwinwin.ProposalWithdrawn.v1",
        "winwinwin.TerritoryPublished.v1",
        "winwinwin.ExternalitiesAssessed.v1",
        "winwinwin.VerdictIssued.v1",
    }


@pytest.mark.parametrize(
    "words", [said_then, said_tomorrow], ids=["an older version", "a newer version"]
)
def test_what_another_version_says_is_handled_and_nothing_is_parked(
    today: Today, words: Callable[[], list[Record]]
) -> None:
    outcomes = today.hear(words())
    assert today.parked() == []
    assert set(outcomes) <= {"ok", "unknown_type"}
    assert outcomes["ok"] > 0


@pytest.mark.parametrize("name", ["externalities", "scoring"])
def test_what_today_answers_to_an_older_version_its_readers_understand(name, tmp_path) -> None:
    service = Today(name, tmp_path / "data")
    service.hear(said_then())
    said = service.said()
    assert said, f"{name} answers"
    for kind, payload in said:
        reader = json.loads((ROOT / FROZEN / schema_name(kind, "reader")).read_text("utf-8"))
        Draft202012Validator(reader).validate(json.loads(payload))
    service.close()


def test_a_newer_version_that_knows_more_changes_no_answer(tmp_path) -> None:
    """What is not understood is ignored, and not taken for something else."""
    answers = []
    for words, folder in ((said_then, "old"), (said_tomorrow, "new")):
        service = Today("scoring", tmp_path / folder)
        service.hear(words())
        answers.append(
            {
                value["proposal_id"]: value["verdict"]
                for _, payload in service.said()
                for value in [json.loads(payload)]
            }
        )
        service.close()
    assert answers[0]
    assert answers[0] == answers[1]


def test_events_of_an_unknown_major_version_are_kept_and_replayed_after_the_upgrade(
    tmp_path,
) -> None:
    """The old reader keeps what it cannot read; the upgraded one is handed it back."""
    (verdict, *_) = (r for r in said_then() if type_of(r).endswith("VerdictIssued.v1"))
    newer = Record(
        verdict.topic,
        verdict.key,
        verdict.value,
        tuple(
            (name, b"winwinwin.VerdictIssued.v2" if name == "ce_type" else value)
            for name, value in verdict.headers
        ),
    )
    old = Today("notify", tmp_path / "data")
    assert old.hear([newer]) == {"dead_lettered": 1.0}
    assert "upgrade the service, then replay" in old.parked()[0]
    reactions = old.consumer.effects.reactions
    (event,) = (each for each in reactions if each.EVENT_TYPE.endswith("VerdictIssued.v1"))

    class Upgraded(event):
        EVENT_TYPE = "winwinwin.VerdictIssued.v2"

    upgraded = Consumer(
        "notify",
        old.service.store,
        CarelessBus({"verdicts": (6, ["notify"])}),
        ["verdicts"],
        {Upgraded: reactions[event]},
        SystemClock(),
        old.service.metrics,
    )
    old.service.store.write(lambda c: c.execute(DEAD.update().values(replay_by="ada")))
    until(lambda: upgraded.poll() or rows(old.service.store, DEAD.c.status) == [("replayed",)])
    old.close()


def test_every_event_has_its_readers_of_then() -> None:
    assert all((ROOT / FROZEN / schema_name(e.EVENT_TYPE, "reader")).exists() for e in EVENTS)
