"""Events are published again by command: a service that lost everything is told what it needs."""

import json

from contracts.samples import five_firms_2kb
from tests.support.all_in_one import query, running
from tests.support.command import OK, USAGE
from tests.support.waiting import until


def test_a_service_that_starts_from_nothing_is_told_verdicts_and_territories_again(
    founded, winwinwin
):
    data = founded.data_dir
    with running(data) as house, house.client(founded.key) as partner:
        partner.headers["Content-Type"] = "application/json"
        answer = partner.post("/v1/proposals", content=five_firms_2kb())
        assert answer.status_code == 202
        until(lambda: query(data, "notify", "SELECT 1 FROM notice"))
        (before,) = query(data, "notify", "SELECT event_id, label FROM notice")
    for file in data.glob("notify.db*"):
        file.unlink()
    with running(data):
        assert query(data, "notify", "SELECT 1 FROM notice") == []
        done = winwinwin("resend", "--since", "2020-01-01", "--json", WWW_DATA_DIR=str(data))
        assert done.status == OK, done.err
        said = json.loads(done.out)["published"]
        assert all(said[name] for name in ("intake", "externalities", "scoring"))
        until(lambda: query(data, "notify", "SELECT 1 FROM notice"))
        until(lambda: query(data, "notify", "SELECT 1 FROM territory_profile"))
        assert query(data, "notify", "SELECT event_id, label FROM notice") == [before]
        assert query(data, "scoring", "SELECT count(*) FROM verdict") == [(1,)]


def test_what_is_to_be_said_again_is_named_and_a_day_that_is_none_is_a_sentence(founded, winwinwin):
    for arguments in ([], ["--unjudged", "--since", "2026-01-01"], ["--since", "yesterday"]):
        done = winwinwin("resend", *arguments, WWW_DATA_DIR=str(founded.data_dir))
        assert done.status == USAGE
    assert "write 2026-11-30" in done.err
