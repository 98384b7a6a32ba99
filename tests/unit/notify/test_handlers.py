"""What the desk shows of what it hears, and what the console says of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from contracts import codec
from contracts.events import ProposalStalled, ProposalWithdrawn, VerdictIssued
from contracts.vocabulary.identifiers import reference_of
from contracts.vocabulary.verdict import VerdictLabel
from services.chassis.ops.metrics import Metrics
from services.notify.channels.console import BATCH, Console
from services.notify.committee.journal import Kind, entries
from services.notify.handlers import REACTIONS
from services.notify.storage import NOTICES, VERDICT_PAGES
from tests.support.chassis import MOMENT, SetClock, rows
from tests.support.listener import Listener
from tests.support.verdicts import issued, verdict

FILE = "0" * 31 + "1"
PAGE = VERDICT_PAGES.c


@pytest.fixture
def notify(databases):
    listener = Listener(databases, "notify", lambda: REACTIONS)
    yield listener
    listener.store.close()


def judged(revision: int = 1, id_: str = FILE, label: VerdictLabel = VerdictLabel.WIN_WIN_WIN):
    made: VerdictIssued = issued(verdict(label), title=f"Révision {revision}")
    return replace(made, proposal_id=id_, revision=revision)


def withdrawn(id_: str = FILE) -> ProposalWithdrawn:
    return ProposalWithdrawn(
        proposal_id=id_, revision=1, partner="cci-rouen", withdrawn_at=MOMENT + timedelta(hours=1)
    )


def pages(notify: Listener) -> list[tuple]:
    return rows(notify.store, PAGE.proposal_id, PAGE.revision, PAGE.title, PAGE.withdrawn_at)


def test_a_verdict_is_on_the_desk_as_it_came(notify):
    event = judged(label=VerdictLabel.WIN_WIN_LOSE)
    notify.hear(event)
    ((body, reference, territory, label, at, aid),) = rows(
        notify.store,
        PAGE.body,
        PAGE.reference,
        PAGE.territory,
        PAGE.label,
        PAGE.issued_at,
        PAGE.kind,
    )
    assert body == codec.encode(event)
    assert (reference, territory) == (reference_of(FILE), event.verdict.territory_ref.id)
    assert (label, at, aid) == (VerdictLabel.WIN_WIN_LOSE, MOMENT, event.kind)


def test_the_newest_revision_is_the_one_that_is_shown(notify):
    notify.hear(judged(1))
    notify.hear(judged(3))
    assert pages(notify) == [(FILE, 3, "Révision 3", None)]
    notify.hear(judged(2))
    notify.hear(judged(3))
    assert pages(notify) == [(FILE, 3, "Révision 3", None)], "an older one never overwrites"


def test_two_revisions_in_one_batch_leave_the_newer(notify):
    notify.hear(judged(2), judged(1), judged(1, id_="f" * 32))
    assert [(id_, revision) for id_, revision, *_ in pages(notify)] == [(FILE, 2), ("f" * 32, 1)]


@pytest.mark.parametrize("events", [(judged(), withdrawn()), (withdrawn(), judged())])
@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
def test_a_withdrawal_is_shown_whether_it_comes_before_or_after_the_verdict(
    notify, events, together
):
    for batch in [events] if together else [(each,) for each in events]:
        notify.hear(*batch)
    assert pages(notify) == [(FILE, 1, "Révision 1", withdrawn().withdrawn_at)]


def test_a_verdict_after_the_withdrawal_does_not_bring_the_file_back(notify):
    notify.hear(judged(1))
    notify.hear(withdrawn())
    notify.hear(judged(2))
    assert pages(notify) == [(FILE, 2, "Révision 2", withdrawn().withdrawn_at)]


def test_a_withdrawal_concerns_its_own_file_alone(notify):
    notify.hear(judged(), judged(id_="f" * 32))
    notify.hear(withdrawn("f" * 32))
    assert [each[3] is not None for each in pages(notify)] == [False, True]


def test_every_verdict_has_one_notice_in_the_order_in_which_it_came(notify):
    notify.hear(judged(2), judged(1, id_="f" * 32))
    notify.hear(judged(1))
    notify.hear(withdrawn())
    noticed = rows(notify.store, NOTICES.c.seq, NOTICES.c.proposal_id, NOTICES.c.revision)
    assert [each[1:] for each in noticed] == [(FILE, 2), ("f" * 32, 1), (FILE, 1)]
    assert len(set(rows(notify.store, NOTICES.c.event_id))) == 3


# -- the console -------------------------------------------------------------------------------


@pytest.fixture
def console(notify):
    """A console that has just not looked."""
    made = Console(notify.store, SetClock(), Metrics())

    def say() -> list[dict]:
        made._next_look = 0.0
        with capture_logs() as logs:
            made.run_once(0)
        assert made.trouble is None
        return logs

    made.say = say
    return made


def test_the_console_says_each_notice_once(notify, console):
    assert console.say() == []
    notify.hear(judged(), judged(id_="f" * 32, label=VerdictLabel.SUBSIDY))
    first = console.say()
    assert [(line["event"], line["verdict"]) for line in first] == [
        ("verdict issued", "win_win_win"),
        ("verdict issued", "subsidy"),
    ]
    assert first[0]["reference"] == reference_of(FILE)
    assert all(
        at is not None for (_, at) in rows(notify.store, NOTICES.c.seq, NOTICES.c.console_at)
    )
    assert console.say() == []
    notify.hear(judged(2))
    assert [line["revision"] for line in console.say()] == [2]
    delivered = console.metrics.deliveries.labels(channel="console", outcome="ok")
    assert delivered._value.get() == 3


def test_the_console_says_many_notices_batch_by_batch(notify, console):
    notify.hear(*(judged(id_=f"{number:032x}") for number in range(BATCH + 5)))
    assert [len(console.say()) for _ in range(3)] == [BATCH, 5, 0]


# A revision that could not be judged


def stalled(revision: int = 1, id_: str = FILE) -> ProposalStalled:
    return ProposalStalled(
        proposal_id=id_,
        revision=revision,
        partner="cci-rouen",
        submitted_at=MOMENT,
        title=f"Révision {revision}",
        kind=judged().kind,
        territory=judged().verdict.territory_ref.id,
        reference=f"{revision:032x}",
    )


def stands(notify: Listener) -> list[tuple]:
    return rows(notify.store, PAGE.revision, PAGE.label, PAGE.stalled_revision)


@pytest.mark.parametrize("together", [True, False], ids=["in one batch", "one by one"])
@pytest.mark.parametrize("events", [(judged(), stalled()), (stalled(), judged())])
def test_a_verdict_counts_for_more_in_either_order(notify, events, together):
    if together:
        notify.hear(*events)
    else:
        for event in events:
            notify.hear(event)
    ((revision, label, failed),) = stands(notify)
    assert (revision, label) == (1, VerdictLabel.WIN_WIN_WIN)
    assert failed <= revision, "what was judged is not shown as not judged"


@pytest.mark.parametrize("events", [(judged(1), stalled(2)), (stalled(2), judged(1))])
def test_a_newer_revision_that_could_not_be_judged_stands_beside_the_verdict(notify, events):
    for event in events:
        notify.hear(event)
    assert stands(notify) == [(1, VerdictLabel.WIN_WIN_WIN, 2)]
    assert pages(notify)[0][2] == "Révision 1"


@pytest.mark.parametrize("events", [(stalled(), withdrawn()), (withdrawn(), stalled())])
def test_a_withdrawal_of_what_could_not_be_judged_is_shown_in_either_order(notify, events):
    for event in events:
        notify.hear(event)
    assert pages(notify) == [(FILE, 0, "Révision 1", MOMENT + timedelta(hours=1))]


def test_what_could_not_be_judged_is_in_the_journal_and_on_the_console(notify):
    notify.hear(stalled())
    with notify.store.read() as connection:
        (entry,) = entries(connection, FILE)
    assert (entry.kind, entry.revision) == (Kind.NOT_JUDGED, 1)
    assert stalled().reference in entry.content
    console = Console(notify.store, SetClock(), Metrics())
    with capture_logs() as logs:
        console.poll()
    (line,) = logs
    assert line["event"] == "proposal could not be judged"
    assert (line["dead_letter"], "verdict" in line) == (stalled().reference, False)
