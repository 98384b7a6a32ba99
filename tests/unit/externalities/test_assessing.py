"""Each submitted revision is assessed with the territory in force and the day's parameters."""

import hashlib
import json
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from contracts import codec
from contracts.events import ExternalitiesAssessed, TerritoryPublished
from contracts.samples import proposal_examples, territory_example
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis.database.tables import DeadLetter
from services.chassis.errors import Park, TakesTooLong
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.metrics import Metrics
from services.externalities import handlers
from services.externalities.storage import (
    SNAPSHOTS,
    TERRITORIES,
    load_snapshot,
    ref_of,
    snapshot_of,
)
from services.method import assess
from tests.support.chassis import MOMENT, CarelessBus, record_of, rows
from tests.support.halves import assessed, book, past, submitted, territory
from tests.support.listener import Listener

ROUEN = territory_example()
LATER = replace(ROUEN, year=ROUEN.year + 1)
DEAD = DeadLetter.__table__


def load(externalities: Listener, snapshot: TerritorySnapshot) -> TerritoryPublished:
    def write(connection):
        transaction = Transaction.begin(connection, externalities.clock, "externalities")
        return load_snapshot(transaction, snapshot, "test-0001")

    return externalities.store.write(write)


# -- territories -------------------------------------------------------------------------------


def test_a_territory_is_put_in_force_and_published(externalities):
    event = load(externalities, ROUEN)
    assert (event.revision, event.territory) == (1, ref_of(ROUEN))
    ((envelope, said, _),) = externalities.said()
    assert said == event
    assert envelope.correlation_id == "test-0001"


def test_the_same_snapshot_twice_says_nothing(externalities):
    first = load(externalities, ROUEN)
    assert load(externalities, ROUEN) == first
    assert len(externalities.said()) == 1
    assert len(rows(externalities.store, SNAPSHOTS.c.sha256)) == 1


def test_a_new_snapshot_is_a_new_revision_and_the_old_one_is_kept(externalities):
    revisions = [load(externalities, each).revision for each in (ROUEN, LATER, ROUEN)]
    assert revisions == [1, 2, 3], "going back is news as well"
    assert [event.revision for _, event, _ in externalities.said()] == [1, 2, 3]
    assert len(rows(externalities.store, SNAPSHOTS.c.sha256)) == 2
    assert rows(externalities.store, TERRITORIES.c.revision) == [(3,)]


def test_a_snapshot_is_known_by_the_hash_of_what_is_stored(externalities):
    load(externalities, ROUEN)
    ((sha256, body),) = rows(externalities.store, SNAPSHOTS.c.sha256, SNAPSHOTS.c.body)
    assert hashlib.sha256(body).hexdigest() == sha256 == territory().snapshot_sha256
    with externalities.store.read() as connection:
        assert snapshot_of(connection, ROUEN.id) == body
        assert snapshot_of(connection, "fr-ze-0001") is None
    assert codec.adapter(TerritorySnapshot).validate_json(body) == ROUEN


# -- assessments -------------------------------------------------------------------------------


def test_an_assessment_is_what_the_method_says(externalities):
    load(externalities, ROUEN)
    externalities.hear(submitted(), correlation_id="the-request-1")
    envelope, event, payload = externalities.said()[-1]
    assert event == assessed()
    assert codec.encode(event) == payload
    assert envelope.correlation_id == "the-request-1"
    assert event.assessment.parameters_on == MOMENT.date()


@pytest.mark.parametrize("name", proposal_examples())
def test_every_example_is_assessed_and_is_read_as_it_was_said(externalities, name):
    load(externalities, ROUEN)
    proposal = proposal_examples()[name]
    externalities.hear(replace(submitted(), proposal=proposal))
    _, event, payload = externalities.said()[-1]
    said = assess(proposal, territory(), book().on(MOMENT.date()), past())
    assert event == ExternalitiesAssessed(
        proposal_id=submitted().proposal_id, revision=1, assessment=said
    )
    assert codec.decode(ExternalitiesAssessed, codec.encode(event)) == event
    assert json.loads(payload) == json.loads(codec.encode(event))


def test_all_of_a_batch_are_assessed(externalities):
    load(externalities, ROUEN)
    files = [f"{number:032x}" for number in range(3)]
    externalities.hear(*(submitted(id_=file) for file in files), submitted(2, id_=files[0]))
    said = [(event.proposal_id, event.revision) for _, event, _ in externalities.said()[1:]]
    assert said == [*((file, 1) for file in files), (files[0], 2)]


def test_a_batch_that_is_not_over_in_time_is_undone_between_two_assessments(
    externalities, monkeypatch
):
    load(externalities, ROUEN)
    begin, made = Transaction.begin, []
    monkeypatch.setattr(Transaction, "begin", lambda *given: made.append(begin(*given)) or made[-1])

    def slow(*given):
        made[-1].deadline = time.monotonic() - 1
        return assess(*given)

    monkeypatch.setattr(handlers, "assess", slow)
    with pytest.raises(TakesTooLong):
        externalities.hear(*(submitted(id_=f"{number:032x}") for number in range(3)))
    assert len(externalities.said()) == 1, "the territory's own event and nothing more"
    externalities.hear(submitted())
    assert len(externalities.said()) == 2


def test_the_territory_in_force_is_the_one_that_is_used(externalities):
    load(externalities, ROUEN)
    load(externalities, LATER)
    externalities.hear(submitted())
    assert externalities.said()[-1][1].assessment.territory == ref_of(LATER)


def test_without_its_territory_a_proposal_cannot_be_assessed_and_the_reason_says_what_to_do(
    externalities,
):
    load(externalities, ROUEN)
    with pytest.raises(Park, match=r"'fr-ze-0001' .* not loaded: PUT it to /v1/territories"):
        externalities.hear(submitted(territory="fr-ze-0001"))
    assert len(externalities.said()) == 1, "the territory's own event and nothing more"


def test_a_proposal_without_its_territory_is_parked_and_its_neighbours_go_on(externalities):
    load(externalities, ROUEN)
    bus = CarelessBus({"proposals": (1, ["externalities"])})
    consumer = Consumer(
        "externalities",
        externalities.store,
        bus,
        ["proposals"],
        externalities._reactions,
        externalities.clock,
        Metrics(),
    )
    lost, fine = submitted(territory="fr-ze-0001"), submitted(id_="f" * 32)
    bus.put(record_of(lost, id_="a" * 32), record_of(fine, id_="b" * 32))
    while consumer.run_once(0):
        assert consumer.trouble is None
    consumer.finish()
    with externalities.store.read() as connection:
        (parked,) = connection.execute(select(DEAD)).all()
    assert "territory 'fr-ze-0001'" in parked.reason
    assert parked.value == codec.encode(lost)
    assert [event.proposal_id for _, event, _ in externalities.said()[1:]] == ["f" * 32]


def test_the_day_is_that_of_the_submission_and_not_of_the_assessment(externalities):
    load(externalities, ROUEN)
    externalities.clock.advance(timedelta(days=400))
    externalities.hear(submitted())
    assert externalities.said()[-1][1].assessment.parameters_on == MOMENT.date()
