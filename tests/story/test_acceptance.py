"""What 202 means, and what happens to a file that is revised and withdrawn."""

import json
import threading

from sqlalchemy import func, select
from structlog.testing import capture_logs

from contracts.events import ProposalSubmitted, ProposalWithdrawn
from contracts.samples import five_firms_2kb
from services.chassis.database.tables import Outbox
from services.intake.storage import PROPOSALS
from services.notify.storage import NOTICES, VERDICT_PAGES
from services.scoring.storage import VERDICTS
from tests.support.chassis import pending, rows
from tests.support.waiting import until

OUTBOX = Outbox.__table__
JSON = {"Content-Type": "application/json"}


def body(title: str = "Un projet") -> bytes:
    return json.dumps(json.loads(five_firms_2kb()) | {"title": title}).encode()


def submit(partner, **headers: str) -> str:
    answer = partner.post("/v1/proposals", content=body(), headers=JSON | headers)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def at_rest(house) -> bool:
    return not any(pending(service.store) for service in house.services.values())


def test_202_is_answered_only_after_the_commit(house, partner):
    store = house.services["intake"].store
    committing, commit = threading.Event(), threading.Event()

    def hold(_connection: object) -> None:
        committing.set()
        commit.wait()

    answers: list[int] = []
    holder = threading.Thread(target=lambda: store.write(hold))
    caller = threading.Thread(
        target=lambda: answers.append(
            partner.post("/v1/proposals", content=body(), headers=JSON).status_code
        )
    )
    holder.start()
    committing.wait()
    caller.start()
    until(lambda: store._jobs)
    assert answers == [], "the proposal waits for its commit, and so does the answer"
    commit.set()
    caller.join()
    holder.join()
    assert answers == [202]
    with store.read() as connection:
        assert connection.execute(select(func.count()).select_from(PROPOSALS)).scalar_one() == 1


def test_what_cannot_be_committed_is_not_accepted_and_leaves_nothing(house, partner):
    store = house.services["intake"].store

    def fill_the_disk(connection):
        used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={used}")

    store.write(fill_the_disk)
    refused = 202
    while refused == 202:
        # Free space inside the file lets the first ones in; each of them was really stored.
        with capture_logs() as logged:
            answer = partner.post("/v1/proposals", content=body(), headers=JSON)
        refused = answer.status_code
    assert refused == 503
    assert answer.headers["retry-after"]
    (why,) = [each["why"] for each in logged if each["event"] == "answered 503"]
    assert "disk is full" in why
    assert "free space on the disk" in why
    store.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count=1000000"))
    until(lambda: at_rest(house))
    with store.read() as connection:
        before = connection.execute(select(func.count()).select_from(PROPOSALS)).scalar_one()
    accepted = submit(partner)
    listed = {each["id"] for each in partner.get("/v1/proposals?limit=100").json()["proposals"]}
    assert accepted in listed
    assert len(listed) == before + 1


def test_the_same_idempotency_key_is_stored_once_and_gets_the_first_answer(house, partner):
    first = submit(partner, **{"Idempotency-Key": "k-1"})
    assert submit(partner, **{"Idempotency-Key": "k-1"}) == first
    assert submit(partner, **{"Idempotency-Key": "k-2"}) != first
    assert len(partner.get("/v1/proposals").json()["proposals"]) == 2


def test_two_revisions_and_a_withdrawal_are_heard_by_all_in_their_order(house, partner):
    proposal_id = submit(partner)
    address = f"/v1/proposals/{proposal_id}"
    for title in ("Deuxième", "Troisième"):
        assert partner.put(address, content=body(title), headers=JSON).status_code == 202
    assert partner.post(f"{address}/withdrawal").status_code == 202
    late = partner.put(address, content=body("Trop tard"), headers=JSON)
    assert late.status_code == 409
    until(lambda: at_rest(house))

    intake, scoring, notify = (house.services[n].store for n in ("intake", "scoring", "notify"))
    said = rows(intake, OUTBOX.c.seq, OUTBOX.c.headers, where=OUTBOX.c.key == proposal_id)
    types = [dict(json.loads(headers))["ce_type"] for _, headers in said]
    assert types == [ProposalSubmitted.EVENT_TYPE] * 3 + [ProposalWithdrawn.EVENT_TYPE]

    judged = [revision for (revision,) in rows(scoring, VERDICTS.c.revision)]
    assert judged == sorted(set(judged)), "in order, none twice; a newer revision may overtake"
    noticed = [revision for _, revision in rows(notify, NOTICES.c.seq, NOTICES.c.revision)]
    assert noticed == judged
    shown = rows(notify, VERDICT_PAGES.c.revision, VERDICT_PAGES.c.withdrawn_at)
    assert [revision for revision, _ in shown] == judged[-1:]
    assert all(withdrawn_at is not None for _, withdrawn_at in shown)
    assert partner.get(address).json()["state"] == "withdrawn"
    assert partner.get(address).json()["revision"] == 3


def test_the_newest_revision_is_the_one_that_is_judged(house, partner):
    proposal_id = submit(partner)
    address = f"/v1/proposals/{proposal_id}"
    for number in range(2, 12):
        answer = partner.put(address, content=body(f"Version {number}"), headers=JSON)
        assert answer.json()["revision"] == number
    until(lambda: partner.get(address).json()["state"] == "judged")
    verdict = partner.get(f"{address}/verdict").json()
    assert (verdict["revision"], verdict["title"]) == (11, "Version 11")
    until(lambda: rows(house.services["notify"].store, VERDICT_PAGES.c.revision) == [(11,)])
