"""What a page of the desk's list costs, by how many verdicts are stored.

The stored ones are the examples, copied under other names, days, titles and labels, and read by
a signed-in officer through the whole application: query, template, headers.
"""

import re
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from contracts.vocabulary.identifiers import reference_of
from services.chassis.clock import SystemClock
from services.chassis.database.store import Store
from services.notify.committee.passwords import Passwords
from services.notify.desk.queries import BEST_FIRST
from services.notify.storage import VERDICT_PAGES
from tests.bench import machine, results
from tests.support.databases import sqlite_databases
from tests.support.desk import OFFICER, Visitor, application, desk, open_store, put_on_the_desk
from tests.support.judged import judged_examples

TITLE = "Lists"
STORED, QUICK_STORED = (100, 10_000, 100_000), (100, 1_000)
ROUNDS = 40
AT_ONCE = 5_000
ASKED = {
    "latest first": "/en/verdicts",
    "by title": "/en/verdicts?sort=title",
    "by verdict": "/en/verdicts?sort=verdict",
    "one label, by reference": f"/en/verdicts?sort=reference&label={BEST_FIRST[0]}",
}


def run(*, quick: bool) -> None:
    """Measure, print, and write the section of RESULTS.md; quick prints only."""
    names = [*ASKED, "the next page"]
    said = [
        machine.description(),
        "",
        f"A page of the desk's list, signed in, in English; medians of {ROUNDS}, milliseconds.",
        "",
        f"| stored verdicts | {' | '.join(names)} |",
        f"|{'---|' * (len(names) + 1)}",
    ]
    with tempfile.TemporaryDirectory() as folder, sqlite_databases(Path(folder)) as databases:
        store = open_store(databases)
        visitor = Visitor(application(desk(store, SystemClock(), Passwords())))
        visitor.sign_in(OFFICER)
        put_on_the_desk(store, judged_examples().values())
        there = len(judged_examples())
        for wanted in QUICK_STORED if quick else STORED:
            _copy(store, range(there, wanted))
            there = wanted
            taken = " | ".join(f"{each:.1f}" for each in _milliseconds(visitor))
            said.append(f"| {wanted:,} | {taken} |")
        size = sum(each.stat().st_size for each in Path(folder).iterdir()) / 1e9
    said += ["", f"{there:,} of them are {size:.1f} GB. Aim: the last row as the first."]
    text = "\n".join(said)
    print(text)
    if not quick:
        results.write(TITLE, text)


def _milliseconds(visitor: Visitor) -> Iterator[float]:
    paths = list(ASKED.values())
    following = re.search(r'href="([^"]*after=[^"]*)"', visitor.get(paths[0]).text)
    if following is None:
        raise SystemExit("the list has no next page: nothing was measured")
    for path in [*paths, unescape(following[1])]:
        address = path if path.startswith("/") else f"/en/verdicts{path}"
        seconds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            answer = visitor.get(address)
            seconds.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}: nothing was measured")
        yield 1e3 * statistics.median(seconds)


def _copy(store: Store, numbers: range) -> None:
    with store.read() as connection:
        rows = connection.execute(select(VERDICT_PAGES).limit(len(judged_examples()))).mappings()
        copies = cycle([dict(row) for row in rows])
    made = (_renamed(row, number) for row, number in zip(copies, numbers, strict=False))
    while some := list(islice(made, AT_ONCE)):
        store.write(lambda connection, some=some: connection.execute(insert(VERDICT_PAGES), some))


def _renamed(row: dict[str, Any], number: int) -> dict[str, Any]:
    name = uuid.uuid5(uuid.NAMESPACE_OID, str(number)).hex
    return {
        **row,
        "proposal_id": name,
        "reference": reference_of(name),
        "title": f"{name[:4]} {row['title']}",
        "label": BEST_FIRST[number % 3],
        "submitted_at": row["submitted_at"] - timedelta(minutes=number),
    }
