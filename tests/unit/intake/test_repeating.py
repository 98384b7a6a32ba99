"""What was accepted and is not judged is counted and published again, whatever its event became."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from contracts.samples import five_firms_2kb
from services.chassis.messaging.resending import republish
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.settings import Settings
from services.intake import admission as admission_module
from services.intake import repeating
from services.intake.repeating import TIMES, repeat_unjudged
from tests.support.chassis import OUTBOX, rows
from tests.support.databases import BOTH, lent
from tests.support.turned import Caller, TurnedHouse

AFTER = timedelta(minutes=10)
ONCE = {"notice": "event_id, proposal_id, revision, label"}
"""Of notices what the console has taken meanwhile is left out."""


@pytest.fixture(params=BOTH)
def house(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TurnedHouse]:
    for module in (admission_module, repeating):
        monkeypatch.setattr(module, "LOOK_EVERY_SECONDS", 0.0)
    monkeypatch.setattr(admission_module, "SHARE_OF_LOOKING", 0)
    with lent(request, tmp_path) as databases:
        made = TurnedHouse(databases, Settings(waiting_limit_seconds=1e9))
        made.load_territory()
        yield made
        made.close()


@pytest.fixture
def partner(house: TurnedHouse) -> Caller:
    return house.partner()


def change(house: TurnedHouse, service: str, *statements: str) -> None:
    house.store(service).write(lambda c: [c.execute(text(each)) for each in statements])


def lose(house: TurnedHouse) -> None:
    """What intake has to say is taken by the bus, and nobody ever reads it."""
    change(house, "intake", "UPDATE outbox SET published = 1")
    for loop in house.services.services["intake"].loops:
        getattr(loop, "_committed", {}).clear()


def gauge(house: TurnedHouse, name: str) -> float | None:
    return house.services.services["intake"].metrics.registry.get_sample_value(name)


def unjudged(house: TurnedHouse) -> float | None:
    return gauge(house, "intake_unjudged_proposals")


def said(house: TurnedHouse) -> list[str]:
    """Names of what is pending at intake."""
    found = rows(
        house.store("intake"), OUTBOX.c.seq, OUTBOX.c.event_id, where=OUTBOX.c.published == 0
    )
    return [name for _, name in found]


def look(house: TurnedHouse) -> None:
    """Intake looks at its files, and nobody else does anything."""
    _, *others = house.services.services["intake"].loops
    for loop in others:
        if "admission" in loop.name or "repeating" in loop.name:
            loop.run_once(0)
            assert loop.trouble is None


def name_of(address: str) -> str:
    return f"{address.rpartition('/')[2]}.1.ProposalSubmitted"


def effects(house: TurnedHouse) -> dict[str, dict[str, list[Any]]]:
    """All that the services store, leaving out what they say and have heard."""
    machinery = {"outbox", "inbox", "bus_position", "relay", "relay_lease", "proposal"}
    found: dict[str, dict[str, list[Any]]] = {}
    for service in house.services.services:
        tables = house.everything(service).keys() - machinery - {"newest event"}
        with house.store(service).read() as connection:
            found[service] = {
                table: sorted(map(repr, connection.execute(text(f"SELECT {what} FROM {table}"))))  # noqa: S608 - names of our own
                for table in tables
                for what in [ONCE.get(table, "*")]
            }
    return found


def differing(house: TurnedHouse, before: dict[str, dict[str, list[Any]]]) -> list[str]:
    return [
        f"{service}.{table}: {row}"
        for service, tables in effects(house).items()
        for table, found in tables.items()
        for row in set(found) ^ set(before[service][table])
    ]


def test_what_was_lost_is_counted_though_later_ones_are_judged_and_is_said_again(house, partner):
    since = house.clock.now()
    lost = partner.submitted(five_firms_2kb())
    lose(house)
    house.clock.advance(timedelta(minutes=1))
    later = partner.submitted(five_firms_2kb())
    house.settle()
    assert partner.get(later).json()["state"] == "judged"
    assert partner.get(lost).json()["state"] == "accepted"
    look(house)
    assert unjudged(house) == 1
    assert gauge(house, "intake_unjudged_oldest_timestamp_seconds") == since.timestamp()

    house.clock.advance(AFTER - timedelta(minutes=2))
    look(house)
    assert said(house) == [], "not too long yet"
    house.clock.advance(timedelta(minutes=1))
    look(house)
    assert said(house) == [name_of(lost)]
    house.settle()
    assert partner.get(lost).json()["state"] == "judged"
    look(house)
    assert unjudged(house) == 0
    assert gauge(house, "intake_unjudged_oldest_timestamp_seconds") is None


def test_a_service_that_is_merely_away_finds_one_of_them_twice_and_not_all(house, partner):
    addresses = [partner.submitted(five_firms_2kb()) for _ in range(4)]
    lose(house)
    for _ in range(8):
        house.clock.advance(AFTER)
        look(house)
    assert said(house) == [name_of(addresses[-1])]
    # It was there all the time, and theirs were lost: the newest has overtaken the others.
    house.settle()
    house.settle()
    assert {partner.get(each).json()["state"] for each in addresses} == {"judged"}


def test_it_is_said_three_times_with_growing_pauses_and_then_left_to_the_operator(house, partner):
    lost = partner.submitted(five_firms_2kb())
    lose(house)
    house.clock.advance(timedelta(seconds=1))
    partner.submitted(five_firms_2kb())
    house.settle()
    minutes: list[int] = []
    for minute in range(1, 400):
        house.clock.advance(timedelta(minutes=1))
        look(house)
        if said(house) == [name_of(lost)]:
            minutes.append(minute)
        lose(house)
    assert len(minutes) == TIMES
    assert [b - a for a, b in pairwise(minutes)] == [30, 90]
    assert unjudged(house) == 1, "and is counted for as long as it takes"


def test_what_the_outbox_holds_no_more_is_said_from_what_is_stored_under_the_same_name(
    house, partner
):
    lost = partner.submitted(five_firms_2kb())
    lose(house)
    (event,) = rows(house.store("intake"), OUTBOX.c.event_id, OUTBOX.c.payload)
    change(house, "intake", "DELETE FROM outbox")
    house.store("intake").write(
        lambda c: repeat_unjudged(Transaction.begin(c, house.clock, "intake"))
    )
    assert rows(house.store("intake"), OUTBOX.c.event_id, OUTBOX.c.payload) == [event]
    house.settle()
    assert partner.get(lost).json()["state"] == "judged"


@pytest.mark.parametrize("on_the_way", ["verdict", "assessment"])
def test_a_loss_further_along_the_way_is_made_good_and_nothing_happens_twice(
    house, partner, on_the_way
):
    """The others have handled the proposal: they handle it again, and answer again."""
    address = partner.submitted(five_firms_2kb())
    house.settle()
    before = effects(house)
    change(
        house,
        "intake",
        "DELETE FROM verdict",
        "DELETE FROM inbox WHERE source = 'scoring'",
        "UPDATE proposal SET waits_since = created_at",
    )
    if on_the_way == "assessment":
        change(
            house,
            "scoring",
            "DELETE FROM verdict",
            "DELETE FROM basis",
            "DELETE FROM assessed",
            "DELETE FROM inbox WHERE source = 'externalities'",
            "UPDATE outbox SET event_id = 'never said'",
        )
    assert partner.get(address).json()["state"] == "accepted"
    house.store("intake").write(
        lambda c: repeat_unjudged(Transaction.begin(c, house.clock, "intake"))
    )
    house.settle()
    assert partner.get(address).json()["state"] == "judged"
    assert differing(house, before) == []


@pytest.mark.parametrize("forgotten", [False, True], ids=["in the inbox", "past the inbox"])
def test_all_that_was_ever_said_is_said_again_and_changes_nothing(house, partner, forgotten):
    first, second = (partner.submitted(five_firms_2kb()) for _ in range(2))
    house.settle()
    partner.revise(first, five_firms_2kb())
    partner.withdraw(second)
    house.settle()
    before = effects(house)
    everybody = list(house.services.services)
    if forgotten:
        for service in everybody:
            change(house, service, "DELETE FROM inbox")
    for service in everybody:
        house.store(service).write(
            lambda c, s=service: republish(Transaction.begin(c, house.clock, s))
        )
    house.settle()
    assert differing(house, before) == []
