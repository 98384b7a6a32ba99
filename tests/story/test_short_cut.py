"""What is remembered in one process equals what is read from its bytes, for every example."""

from contracts import codec
from contracts.envelope import from_message
from contracts.samples import proposal_texts, read_yaml_proposal
from services.chassis.messaging.consumer import Consumer
from services.chassis.messaging.transaction import unpack_headers
from tests.support.chassis import OUTBOX, rows
from tests.support.waiting import until

JSON = {"Content-Type": "application/json"}


def test_an_event_recalled_is_the_event_decoded(house, partner, monkeypatch):
    (memory,) = {
        loop.effects._memory
        for service in house.services.values()
        for loop in service.loops
        if isinstance(loop, Consumer)
    }
    recall, recalled = memory.recall, {}

    def noted(event_id, event_type):
        event = recall(event_id, event_type)
        if event is not None:
            recalled[event_id] = event
        return event

    monkeypatch.setattr(memory, "recall", noted)
    bodies = [read_yaml_proposal(text) for text in proposal_texts().values()]
    for body in bodies:
        answer = partner.post("/v1/proposals", content=body, headers=JSON)
        assert answer.status_code == 202, answer.text
    until(
        lambda: all(
            each["state"] == "judged"
            for each in partner.get("/v1/proposals?limit=100").json()["proposals"]
        ),
        within=60.0,
    )
    compared = 0
    for service in house.services.values():
        columns = (OUTBOX.c.seq, OUTBOX.c.headers, OUTBOX.c.payload)
        for _, headers, payload in rows(service.store, *columns):
            envelope, body = from_message(unpack_headers(headers), payload)
            remembered = recalled.get(envelope.id)
            if remembered is not None:
                assert codec.decode(codec.EVENT_BY_TYPE[envelope.type], body) == remembered
                assert codec.encode(remembered) == body
                compared += 1
    assert compared == 3 * len(bodies), "submitted, assessed and judged, each once"
    until(lambda: not memory._events, within=10.0)
