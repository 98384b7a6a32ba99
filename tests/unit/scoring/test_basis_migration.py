"""Verdicts issued before bases were kept get theirs from the halves that are still there."""

import sqlalchemy as sa

from services.chassis.database import migrations
from services.chassis.database.backend import Databases
from services.chassis.ops.metrics import Metrics
from services.method import METHOD_VERSION
from services.scoring.handlers import reactions
from services.scoring.recomputation import Bases, Outcome, recompute
from services.scoring.storage import BASES
from tests.support.chassis import rows
from tests.support.databases import sqlite_databases
from tests.support.halves import assessed, book, kept, submitted
from tests.support.listener import Listener


def test_a_database_of_before_is_filled_from_its_halves(tmp_path):
    with sqlite_databases(tmp_path) as databases:
        scoring = _heard(databases)
        _back_to_third(databases)
        migrations.upgrade("scoring", databases("scoring"))
        found = rows(scoring.store, BASES.c.revision, BASES.c.method_version)
        assert found == [(2, METHOD_VERSION)], "the first revision's halves are gone"
        with scoring.store.read() as connection:
            bases = Bases(connection, kept, book())
            first, second = recompute(bases, bases.after(("", 0)))
        assert (first.outcome, second.outcome) == (Outcome.IMPOSSIBLE, Outcome.SAME)
        assert "were not kept" in second.notes[0]
        scoring.store.close()


def _heard(databases: Databases) -> Listener:
    scoring = Listener(databases, "scoring", lambda: reactions(book(), Metrics()))
    scoring.hear(submitted(), assessed())
    scoring.hear(submitted(2), assessed(2))
    scoring.hear(submitted(id_="0" * 31 + "3"))
    return scoring


def _back_to_third(databases: Databases) -> None:
    engine = databases("scoring").owner()
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE bus_position"))
        connection.execute(sa.text("DROP TABLE basis"))
        connection.execute(sa.text("DROP TABLE parameter_sheet"))
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0003'"))
    engine.dispose()
