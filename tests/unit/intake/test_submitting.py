"""202: what was accepted is stored, said once, and can be asked for again."""

import asyncio
import hashlib
import json
import re
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from contracts import codec
from contracts.envelope import from_message
from contracts.events import ProposalSubmitted
from contracts.samples import five_firms_2kb
from contracts.vocabulary.identifiers import reference_of
from services.chassis.messaging.transaction import unpack_headers
from services.intake.acceptance import IDEMPOTENCY_KEPT
from services.intake.storage import PROPOSALS, REVISIONS
from tests.support.chassis import OUTBOX
from tests.support.disk import full_disk, locked
from tests.support.turned import JSON

BODY = five_firms_2kb()
OTHER = json.dumps(json.loads(BODY) | {"title": "Une autre ligne"}).encode()


def stored(house, partner) -> list[str]:
    """The ids of a partner's proposals as they lie in the database."""
    query = select(PROPOSALS.c.id).where(PROPOSALS.c.partner == partner.holder)
    with house.store("intake").read() as connection:
        return list(connection.execute(query).scalars())


def said(house, proposal_id: str) -> list[tuple[dict, bytes]]:
    """Envelope and payload of every event intake said of a proposal."""
    query = select(OUTBOX.c.headers, OUTBOX.c.payload).where(OUTBOX.c.key == proposal_id)
    with house.store("intake").read() as connection:
        rows = connection.execute(query.order_by(OUTBOX.c.seq)).all()
    return [from_message(unpack_headers(headers), payload) for headers, payload in rows]


def test_an_accepted_proposal_has_a_receipt_and_an_address(house, partner):
    answer = partner.submit(BODY)
    receipt = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/proposals/{receipt['id']}"
    assert answer.headers["content-type"] == "application/json"
    assert receipt == {
        "id": receipt["id"],
        "reference": reference_of(receipt["id"]),
        "revision": 1,
        "state": "accepted",
        "submitted_at": house.clock.now().isoformat(),
        "sha256": receipt["sha256"],
        "missing": [],
    }
    assert stored(house, partner) == [receipt["id"]]


def test_the_receipt_lists_what_was_not_said(partner):
    body = json.loads(BODY)
    del body["firms"][1]["own"], body["synergies"][2]["yearly"], body["jobs"]["gross"]
    receipt = partner.submit(json.dumps(body)).json()
    assert set(receipt["missing"]) == {"/firms/1/own", "/synergies/2/yearly", "/jobs/gross"}


def test_the_request_id_comes_back_and_goes_with_the_event(house, partner):
    answer = partner.submit(BODY, **{"X-Request-ID": "from-the-partner.7"})
    assert answer.headers["x-request-id"] == "from-the-partner.7"
    ((envelope, _payload),) = said(house, answer.json()["id"])
    assert envelope.correlation_id == "from-the-partner.7"


def test_what_is_stored_is_what_was_said_and_what_the_receipt_is_for(house, partner):
    receipt = partner.submit(BODY).json()
    with house.store("intake").read() as connection:
        row = connection.execute(
            select(REVISIONS).where(REVISIONS.c.proposal_id == receipt["id"])
        ).one()
    ((_envelope, payload),) = said(house, receipt["id"])
    event = codec.decode(ProposalSubmitted, payload)
    assert event.proposal == codec.read_proposal(row.body) == codec.read_proposal(BODY)
    assert hashlib.sha256(row.body).hexdigest() == row.sha256 == receipt["sha256"]
    assert codec.encode(event) == payload, "written by hand for speed, and equal to the codec's"


@pytest.mark.parametrize("microseconds", [0, 7, 120_000])
def test_the_moment_of_acceptance_is_said_as_the_codec_would_say_it(house, partner, microseconds):
    house.clock.moment = house.clock.moment.replace(microsecond=microseconds)
    ((_envelope, payload),) = said(house, partner.submit(BODY).json()["id"])
    assert codec.encode(codec.decode(ProposalSubmitted, payload)) == payload


# -- the same request again --------------------------------------------------------------------


@pytest.mark.parametrize("again", ["a-key", '"a-key"'], ids=["bare", "quoted"])
def test_a_repeated_key_gets_the_first_receipt_and_stores_nothing(house, partner, again):
    first = partner.submit(BODY, **{"Idempotency-Key": "a-key"})
    before = house.everything("intake")
    spaced = json.dumps(json.loads(BODY), indent=2)
    second = partner.submit(spaced, **{"Idempotency-Key": again})
    assert second.status_code == 202
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert house.everything("intake") == before
    assert stored(house, partner) == [first.json()["id"]]


def test_a_key_used_for_another_proposal_is_refused_and_stores_nothing(house, partner):
    partner.submit(BODY, **{"Idempotency-Key": "one"})
    before = house.everything("intake")
    refused = partner.submit(OTHER, **{"Idempotency-Key": "one"})
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:winwinwin:problem:idempotency-key-reused"
    assert house.everything("intake") == before


def test_a_key_is_the_partners_own(house, partner):
    neighbour = house.partner()
    mine = partner.submit(BODY, **{"Idempotency-Key": "shared"}).json()["id"]
    theirs = neighbour.submit(BODY, **{"Idempotency-Key": "shared"}).json()["id"]
    assert mine != theirs
    assert (stored(house, partner), stored(house, neighbour)) == ([mine], [theirs])


def test_a_key_is_forgotten_after_a_day(house, partner):
    first = partner.submit(BODY, **{"Idempotency-Key": "daily"}).json()["id"]
    house.clock.advance(IDEMPOTENCY_KEPT - timedelta(seconds=1))
    assert partner.submit(BODY, **{"Idempotency-Key": "daily"}).json()["id"] == first
    house.clock.advance(timedelta(seconds=1))
    second = partner.submit(BODY, **{"Idempotency-Key": "daily"}).json()["id"]
    assert stored(house, partner) == [first, second]


@pytest.mark.parametrize(
    ("other", "statuses"), [(BODY, [202, 202]), (OTHER, [202, 422])], ids=["same", "another"]
)
def test_twins_that_are_committed_together_are_stored_once(house, partner, other, statuses):
    store = house.store("intake")

    async def both() -> list[httpx2.Response]:
        async with httpx2.AsyncClient(
            transport=httpx2.ASGITransport(house.app),
            base_url="http://house",
            headers=JSON | {"Authorization": f"Bearer {partner.key}", "Idempotency-Key": "twin"},
        ) as client:
            twins = [
                asyncio.create_task(client.post("/v1/proposals", content=body))
                for body in (BODY, other)
            ]
            while len(store._jobs) < len(twins):
                await asyncio.sleep(0)
            store.drain()
            return await asyncio.gather(*twins)

    partner.get("/v1/proposals")  # so that the key is known, and nobody waits for it
    before = house.everything("intake")
    store.woken_by(lambda: None)
    try:
        first, second = asyncio.run(both())
    finally:
        store.woken_by(store.drain)
    assert [first.status_code, second.status_code] == statuses
    assert stored(house, partner) == [first.json()["id"]]
    assert house.everything("intake")["outbox"] == before["outbox"] + 1
    if statuses == [202, 202]:
        assert second.content == first.content


@pytest.mark.parametrize(
    "key", ["", '"', '""', '"half', 'half"', "two words", "x" * 201, "tab\there", b"\xe9t\xe9"]
)
def test_a_key_that_cannot_be_kept_is_refused(house, partner, key):
    before = house.everything("intake")
    refused = partner.submit(BODY, **{"Idempotency-Key": key})
    assert refused.status_code == 400
    assert refused.json()["type"] == "urn:winwinwin:problem:bad-idempotency-key"
    assert "1 to 200 visible ASCII characters" in refused.json()["detail"]
    assert house.everything("intake") == before


def test_the_longest_key_is_kept(partner):
    longest = {"Idempotency-Key": "x" * 200}
    assert partner.submit(BODY, **longest).content == partner.submit(BODY, **longest).content


# -- a database that cannot be written ---------------------------------------------------------


@pytest.mark.parametrize("door", ["submit", "revise"])
def test_a_full_disk_answers_503_and_says_when_to_come_again(house_on_files, door):
    full = full_disk(house_on_files.store("intake"), pages=0)
    refused_and_later_accepted(house_on_files, full, "free space on the disk", door)


@pytest.mark.parametrize("door", ["submit", "revise"])
def test_a_locked_database_answers_503_and_says_when_to_come_again(house, door):
    holder = locked(house.store("intake"))
    refused_and_later_accepted(house, holder, "wait|holds a lock", door)


def refused_and_later_accepted(house, trouble, what_to_do, door):
    partner = house.partner()
    address = partner.submitted(BODY)
    large = json.dumps(json.loads(BODY) | {"summary": "x" * 4000})
    knock = {
        "submit": lambda: partner.submit(large),
        "revise": lambda: partner.revise(address, large),
    }[door]
    before = house.everything("intake")
    with trouble, capture_logs() as logged:
        refused = knock()
    assert refused.status_code == 503
    assert refused.headers["content-type"] == "application/problem+json"
    assert int(refused.headers["retry-after"]) > 0
    assert refused.json()["type"] == "urn:winwinwin:problem:store-unavailable"
    # What to do is for whoever reads the log; the partner is told how to name it.
    (line,) = [each for each in logged if each["event"] == "answered 503"]
    assert re.search(what_to_do, line["why"])
    assert not re.search(what_to_do, refused.text)
    assert house.everything("intake") == before
    assert knock().status_code == 202, "afterwards it works again"
