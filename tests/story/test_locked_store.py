"""Another process holds the lock of a database: the partner and the operator are told, in words."""

import json
import sqlite3
from contextlib import closing

from contracts.samples import five_firms_2kb
from tests.support.all_in_one import query, running
from tests.support.waiting import until

HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "the-same"}


def log_lines(house, event: str) -> list[dict]:
    lines = [line for line in house.log.read_text().splitlines() if line.startswith("{")]
    return [each for line in lines if (each := json.loads(line)).get("event") == event]


def test_a_locked_database_is_503_with_retry_after_and_a_sentence_in_the_log(founded):
    with running(founded.data_dir) as house, house.client(founded.key) as partner:
        with closing(
            sqlite3.connect(founded.data_dir / "intake.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            assert partner.get("/services/intake/readyz").json()["status"] == "ready"
            refused = partner.post("/v1/proposals", content=five_firms_2kb(), headers=HEADERS)
            told = partner.get("/services/intake/readyz")
            assert told.status_code == 503
            assert "another process holds its lock" in told.json()["not_ready"]["store"]
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) > 0
        assert refused.headers["content-type"] == "application/problem+json"
        assert "Nothing was stored" in refused.json()["detail"]
        reference = refused.headers["x-request-id"]
        assert reference in refused.json()["detail"], "the reason is for those who read the log"
        (line,) = log_lines(house, "answered 503")
        assert line["correlation_id"] == reference
        assert "another process holds its lock" in line["why"]

        line = log_lines(house, "nothing could be stored")[0]
        assert line["store"] == "intake"
        assert line["level"] == "error"
        assert "end the other process or wait" in line["reason"]

        accepted = partner.post("/v1/proposals", content=five_firms_2kb(), headers=HEADERS)
        assert accepted.status_code == 202
        address = accepted.headers["location"]
        until(lambda: partner.get(address).json()["state"] == "judged")
        until(lambda: log_lines(house, "the store can be written again"), within=30.0)
    assert query(founded.data_dir, "intake", "SELECT count(*) FROM proposal") == [(1,)]


def test_while_a_later_service_is_locked_proposals_are_accepted_and_judged_afterwards(founded):
    with running(founded.data_dir) as house, house.client(founded.key) as partner:
        with closing(
            sqlite3.connect(founded.data_dir / "scoring.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            accepted = partner.post("/v1/proposals", content=five_firms_2kb(), headers=HEADERS)
            assert accepted.status_code == 202
            until(lambda: partner.get("/readyz").status_code == 503)
            assert "scoring" in partner.get("/readyz").text
        address = accepted.headers["location"]
        until(lambda: partner.get(address).json()["state"] == "judged", within=30.0)
        until(lambda: partner.get("/readyz").status_code == 200, within=30.0)
    assert query(founded.data_dir, "scoring", "SELECT reason FROM dead_letter") == []
