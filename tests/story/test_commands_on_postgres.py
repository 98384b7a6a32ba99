"""The commands of whoever runs the services on PostgreSQL: migrate, keys, doctor."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from contracts.catalogue import SERVICES
from contracts.samples import territory_example
from services.chassis.clock import SystemClock
from services.chassis.database.postgres_roles import Administered
from services.chassis.database.store import Store
from services.chassis.messaging.transaction import Transaction
from services.chassis.ops.metrics import Metrics
from services.externalities.storage import load_snapshot
from services.scoring.handlers import reactions
from tests.support.command import FAILED, OK, Done
from tests.support.databases import Postgres
from tests.support.halves import FILE, assessed, book, submitted
from tests.support.listener import Listener

pytestmark = pytest.mark.postgres

Run = Callable[..., Done]


@pytest.fixture
def made(postgres: Postgres) -> Iterator[dict[str, Administered]]:
    """Databases of the four services, not there yet; taken away afterwards."""
    databases = {name: postgres.administered(f"of_{name}") for name in SERVICES}
    yield databases
    postgres.remove(*databases.values())


@pytest.fixture
def run(winwinwin, postgres: Postgres, made: dict[str, Administered]) -> Run:
    """The command as the services' operator has it set."""
    url = made["intake"].url.render_as_string(hide_password=True).replace("intake", "{service}")
    settings = {
        "WWW_DATABASE_URL": url.replace("+psycopg", "").replace(":***@", "@"),
        "WWW_DATABASE_PASSWORD": postgres.password.get_secret_value(),
    }
    return lambda *words, **more: winwinwin(*words, **(settings | more))


def administrator(postgres: Postgres) -> dict[str, str]:
    passwords = {name: postgres.password.get_secret_value() for name in SERVICES}
    return {
        "WWW_DATABASE_ADMIN_URL": postgres.admin,
        "WWW_DATABASE_PASSWORDS": json.dumps(passwords),
    }


def findings(done: Done) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in json.loads(done.out)}


def test_from_nothing_to_a_key_in_two_commands(run, postgres):
    done = run("migrate", **administrator(postgres))
    assert (done.status, done.out.splitlines()) == (OK, [f"{s}: migrated" for s in SERVICES])
    assert run("migrate", **administrator(postgres)).status == OK, "again changes nothing"
    assert run("keys", "add", "tester").out.startswith("www_")
    assert "tester" in run("keys", "list").out


def test_before_the_migration_a_command_says_what_to_do_and_leaks_no_password(run, postgres):
    refused = run("keys", "add", "tester")
    assert refused.status == FAILED
    assert "check WWW_DATABASE_PASSWORD" in refused.err
    run("migrate", "scoring", **administrator(postgres))
    refused = run("keys", "add", "tester")
    assert postgres.password.get_secret_value() not in refused.err


def test_the_role_of_a_service_cannot_migrate_and_is_told_who_can(run, postgres, made):
    run("migrate", **administrator(postgres))
    stamp(postgres, made["scoring"], "0001")
    refused = run("migrate", "scoring")
    assert refused.status == FAILED
    assert "run `winwinwin migrate` with WWW_DATABASE_ADMIN_URL" in refused.err


def test_the_doctor_looks_at_every_database(run, postgres):
    run("migrate", **administrator(postgres))
    found = findings(run("doctor", "--json"))
    for name in SERVICES:
        assert found[f"database of {name}"]["ok"], found
        assert found[f"database of {name}: clock"]["ok"]
        assert found[f"database of {name}: server"]["found"].startswith("PostgreSQL 1")
    assert f"database of {SERVICES[0]}: power cut" in found


def test_the_doctor_names_what_is_wrong_with_a_database(run, postgres, made):
    run("migrate", **administrator(postgres))
    wrong = findings(run("doctor", "intake", "--json", WWW_DATABASE_PASSWORD="wrong"))
    assert not wrong["database of intake"]["ok"]
    assert "check WWW_DATABASE_PASSWORD" in wrong["database of intake"]["found"]
    assert "database of scoring" not in wrong, "only what was asked for"
    for version, sentence in (
        ("9999", "which this version does not know"),
        ("0001", "run `winwinwin migrate` of this version"),
    ):
        stamp(postgres, made["intake"], version)
        found = findings(run("doctor", "intake", "--json"))["database of intake"]
        assert not found["ok"]
        assert sentence in found["found"]


def test_verdicts_are_computed_again(run, postgres, made):
    run("migrate", **administrator(postgres))
    none = run("verdict", "recompute", "--all")
    assert (none.status, none.err.strip()) == (OK, "0 verdicts: none is stored")
    scoring = Listener(lambda _: made["scoring"], "scoring", lambda: reactions(book(), Metrics()))
    scoring.hear(submitted(), assessed())
    scoring.store.close()
    externalities = Store(made["externalities"], name="externalities")
    externalities.write(
        lambda c: load_snapshot(
            Transaction.begin(c, SystemClock(), "externalities"), territory_example(), "test"
        )
    )
    externalities.close()
    done = run("verdict", "recompute", FILE)
    assert (done.status, done.out) == (OK, f"{FILE} revision 1: win_win_win, the same bytes\n")


def stamp(postgres: Postgres, database: Administered, version: str) -> None:
    url = f"{postgres.admin.rpartition('/')[0]}/{database.url.database}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE alembic_version SET version_num = %s", (version,))
