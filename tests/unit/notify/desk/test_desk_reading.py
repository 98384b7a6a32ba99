from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contracts.vocabulary.verdict import TerritoryLevel, VerdictLabel
from services.notify.desk.queries import (
    PAGE_SIZE,
    BadCursorError,
    Queries,
    QueueQuery,
    Sort,
)
from services.notify.verdict_rows import BEST_FIRST, Losers, read_losers, write_losers
from tests.support.databases import BOTH, lent
from tests.support.desk import put_on_the_desk
from tests.support.verdicts import (
    ROUEN,
    fragile,
    issued,
    territory_judgement,
    verdict,
    vetoed,
    winning,
)

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(params=BOTH)
def databases(request, tmp_path):
    with lent(request, tmp_path) as both:
        yield both


@pytest.fixture
def pages(store) -> Queries:
    return Queries(store)


def put_many(store, count: int) -> None:
    """Files whose titles, verdicts and times are in different orders, some of them equal."""
    put_on_the_desk(
        store,
        [
            issued(
                verdict(BEST_FIRST[n * 5 % len(BEST_FIRST)]),
                proposal_id=f"{n:032x}",
                title=f"{'Projet' if n % 2 else 'projet'} {n * 37 % 11}",
                submitted_at=START + timedelta(hours=n // 3),
            )
            for n in range(count)
        ],
    )


def walk(pages: Queries, query: QueueQuery) -> list[str]:
    """The ids of every page, first to last."""
    found: list[str] = []
    while True:
        page = pages.queue(query)
        found += [row.proposal_id for row in page.rows]
        if page.next_cursor is None:
            return found
        query = replace(query, cursor=page.next_cursor)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", Sort)
def test_pages_follow_each_other_without_gap_or_repetition(store, pages, sort, descending):
    count = 2 * PAGE_SIZE + 7
    put_many(store, count)
    query = QueueQuery(ROUEN.id, sort=sort, descending=descending)
    found = walk(pages, query)
    assert len(found) == len(set(found)) == count
    assert walk(pages, replace(query, descending=not descending)) == found[::-1]


def test_the_newest_come_first(store, pages):
    put_many(store, 9)
    rows = pages.queue(QueueQuery(ROUEN.id)).rows
    assert [row.submitted_at for row in rows] == sorted(
        (row.submitted_at for row in rows), reverse=True
    )


def test_sorted_by_verdict_the_best_come_first(store, pages):
    put_many(store, len(BEST_FIRST))
    rows = pages.queue(QueueQuery(ROUEN.id, sort=Sort.VERDICT, descending=False)).rows
    assert [row.label for row in rows] == list(BEST_FIRST)


def test_every_label_has_a_place_in_the_order():
    assert set(BEST_FIRST) == set(VerdictLabel)


def test_a_filter_keeps_one_verdict(store, pages):
    put_many(store, 30)
    query = QueueQuery(ROUEN.id, label=VerdictLabel.WIN_WIN, sort=Sort.TITLE, descending=False)
    assert {row.label for row in pages.queue(query).rows} == {VerdictLabel.WIN_WIN}


def test_a_territory_s_verdicts_are_seen_by_nobody_else(store, pages):
    put_on_the_desk(store, [winning()])
    assert pages.queue(QueueQuery("fr-ze-1109")).rows == ()
    assert pages.verdict(winning().proposal_id, "fr-ze-1109") is None
    assert pages.territory_name("fr-ze-1109") is None
    assert pages.verdict(winning().proposal_id, ROUEN.id).event == winning()
    assert pages.territory_name(ROUEN.id) == ROUEN.name


@pytest.mark.parametrize(
    ("sort", "cursor"),
    [
        (Sort.SUBMITTED, "not a cursor"),
        (Sort.SUBMITTED, "é"),
        (Sort.SUBMITTED, "WzEsMl0"),
        (Sort.TITLE, "WzEsMl0"),
        (Sort.TITLE, "e30"),
        (Sort.VERDICT, "WyJhIiwgImIiXQ"),
        (Sort.VERDICT, "Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OTksICJiIl0"),
        (Sort.SUBMITTED, "WyIyMDI2LTAxLTAxIiwgImIiXQ"),
    ],
)
def test_a_cursor_that_was_changed_is_refused(pages, sort, cursor):
    with pytest.raises(BadCursorError):
        pages.queue(QueueQuery(ROUEN.id, sort=sort, cursor=cursor))


def test_losers_are_the_firms_that_do_not_win_and_a_territory_that_does_not():
    assert read_losers(write_losers(winning().verdict)) == Losers((), territory=False)
    assert read_losers(write_losers(vetoed().verdict)) == Losers((), territory=True)
    assert read_losers(write_losers(fragile().verdict)) == Losers(
        ("Fromagerie Lecœur et filles",), territory=False
    )
    indifferent = verdict(territory=territory_judgement(TerritoryLevel.INDIFFERENT))
    assert read_losers(write_losers(indifferent)) == Losers((), territory=True)


def test_no_firm_can_pass_for_the_territory():
    """A name holds no control character, which is what stands for the territory."""
    assert read_losers("territory\nle territoire") == Losers(
        ("territory", "le territoire"), territory=False
    )
