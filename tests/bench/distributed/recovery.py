"""The broker is down while partners submit; how long after its return is everything judged?"""

import time
from dataclasses import dataclass

from tests.bench.distributed.rig import Rig, say

LOOK_SECONDS = 0.25
STALLED_SECONDS = 120.0
_PENDING = "SELECT count(*) FROM outbox WHERE published = 0"
_JUDGED = "SELECT count(*) FROM verdict"


@dataclass(frozen=True, slots=True)
class Recovery:
    """``waiting`` proposals lay in intake's outbox; the rest are seconds since the broker was
    started again, and ``accepted_per_second`` what the door took without it.
    """

    waiting: int
    accepted_per_second: float
    broker_answers: float
    first_judged: float
    outbox_empty: float
    last_judged: float


def recover(rig: Rig, waiting: int) -> Recovery:
    say(f"the broker stops; {waiting} proposals are submitted…")
    kafka = rig.cluster.kafka
    before = rig.count("intake", _JUDGED)
    for node in kafka.nodes:
        node.stop()
    told = rig.load(waiting)
    pending = rig.count("intake", _PENDING)
    say("the broker starts again…")
    started = time.monotonic()
    for node in kafka.nodes:
        node.start()
    kafka.wait()
    answers = time.monotonic() - started
    first = empty = None
    judged, changed = 0, time.monotonic()
    while judged < waiting:
        time.sleep(LOOK_SECONDS)
        now = rig.count("intake", _JUDGED) - before
        moment = time.monotonic()
        if now != judged:
            judged, changed = now, moment
        if first is None and judged:
            first = moment - started
        if empty is None and not rig.count("intake", _PENDING):
            empty = moment - started
        if moment - changed > STALLED_SECONDS:
            raise SystemExit(
                f"{waiting - judged} verdicts are missing, and none has come for "
                f"{STALLED_SECONDS:g} s: nothing was measured"
            )
    last = time.monotonic() - started
    return Recovery(pending, waiting / told.seconds, answers, first or last, empty or last, last)


def report(seen: Recovery) -> list[str]:
    judged = seen.waiting / (seen.last_judged - seen.broker_answers)
    return [
        f"### The broker comes back, {seen.waiting:,} proposals are waiting",
        "",
        f"Without a broker the door took {seen.accepted_per_second:,.0f} a second.",
        "",
        "| seconds after the broker was started again | |",
        "|---|---|",
        f"| it answers | {seen.broker_answers:.1f} |",
        f"| the first is judged | {seen.first_judged:.1f} |",
        f"| intake's outbox is empty | {seen.outbox_empty:.1f} |",
        f"| the last is judged | {seen.last_judged:.1f} |",
        "",
        f"Counted from the broker's first answer: {judged:,.0f} a second.",
        "",
    ]
