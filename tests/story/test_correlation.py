"""One request can be followed through every service by its id."""

import json

from contracts.samples import five_firms_2kb
from services.chassis.database.tables import Outbox
from tests.support.chassis import rows
from tests.support.waiting import until

OUTBOX = Outbox.__table__
REQUEST_ID = "request-of-tuesday.1"


def test_one_request_id_is_in_every_event_from_the_proposal_to_the_verdict(house, partner):
    answer = partner.post(
        "/v1/proposals",
        content=five_firms_2kb(),
        headers={"Content-Type": "application/json", "X-Request-ID": REQUEST_ID},
    )
    assert answer.headers["x-request-id"] == REQUEST_ID
    proposal_id = answer.json()["id"]
    until(lambda: partner.get(f"/v1/proposals/{proposal_id}").json()["state"] == "judged")

    said = {}
    for name in ("intake", "externalities", "scoring"):
        store = house.services[name].store
        for _, headers in rows(
            store, OUTBOX.c.seq, OUTBOX.c.headers, where=OUTBOX.c.key == proposal_id
        ):
            found = dict(json.loads(headers))
            said[found["ce_type"].split(".")[1]] = (found["ce_source"], found["ce_correlationid"])
    assert said == {
        "ProposalSubmitted": ("intake", REQUEST_ID),
        "ExternalitiesAssessed": ("externalities", REQUEST_ID),
        "VerdictIssued": ("scoring", REQUEST_ID),
    }
