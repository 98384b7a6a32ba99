"""A file that could not be judged, from the partner's command to the operator's and back."""

import json
import sqlite3
from contextlib import closing

from contracts.not_judged import not_judged
from contracts.samples import five_firms_2kb, territory_text
from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.database.store import Store
from services.chassis.web import auth
from services.externalities.api import SCOPE as AUTHORITY
from tests.support.all_in_one import TERRITORY, running
from tests.support.command import FAILED, OK


def lose_the_territory(data_dir):
    """Intake goes on taking its proposals, and nobody can judge them."""
    with closing(sqlite3.connect(data_dir / "externalities.db")) as connection, connection:
        connection.execute("DELETE FROM territory")


def authority_key(data_dir) -> str:
    store = Store(files_in(data_dir)("externalities"), name="externalities")
    key = store.write(lambda c: auth.issue(c, SystemClock(), "tester", AUTHORITY))
    store.close()
    return key


def test_what_could_not_be_judged_is_told_mended_replayed_and_judged(winwinwin, write, founded):
    data_dir = founded.data_dir
    lose_the_territory(data_dir)
    authority = authority_key(data_dir)
    write("p.json", five_firms_2kb())
    with running(data_dir) as house:
        at = {"WWW_URL": house.url, "WWW_KEY": founded.key}
        submitted = winwinwin("submit", "p.json", "--lang", "fr", **at)
        assert submitted.status == FAILED
        file = json.loads(submitted.out)["id"]
        shown = winwinwin("show", file, "--json", **at)
        state = json.loads(shown.out)
        words = winwinwin("show", file, "--lang", "en", **at)
        reference = state["not_judged"]["reference"]
        assert (shown.status, state["state"]) == (OK, "not_judged")
        assert not_judged("fr", 1, reference) in submitted.err
        assert not_judged("en", 1, reference) in words.out
        for said in (submitted, shown, words):
            assert "externalities" not in said.err + said.out

        operator = {"WWW_DATA_DIR": str(data_dir)}
        letter = json.loads(winwinwin("dlq", "show", reference, "--json", **operator).out)
        assert "PUT it to /v1/territories" in letter["reason"]
        with house.client(authority) as client:
            address = f"/v1/territories/{TERRITORY}"
            answer = client.put(
                address, content=territory_text(), headers={"Content-Type": "application/json"}
            )
            assert answer.is_success, answer.text
        replayed = winwinwin("dlq", "replay", reference, **operator)
        assert json.loads(replayed.out)[0]["outcome"] == "replayed"
        again = winwinwin("submit", "p.json", **at)
        assert again.status == OK, again.err
        judged = winwinwin("show", file, "--json", **at)
    assert (judged.status, json.loads(judged.out)["verdict"]["label"]) == (OK, "win_win_win")
