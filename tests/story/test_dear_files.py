"""Many files that are dear to judge: all are judged, bit by bit, and the process lives."""

import time
from dataclasses import replace
from math import ceil

from contracts.codec import read_proposal
from services.app.all_in_one import AllInOne, PathRouter
from services.chassis.clock import SystemClock
from services.chassis.database.sqlite import files_in
from services.chassis.ops.loops import Watchdog
from services.chassis.ops.settings import Settings
from services.chassis.web import auth
from services.intake.api import SCOPE
from services.method import Case, judge_all
from tests.support.all_in_one import query
from tests.support.asgi import Http
from tests.support.dear import pairwise
from tests.support.halves import assessed, book
from tests.support.waiting import until

FIRMS = 16
TOGETHER_SECONDS = 10.0
"""What they would take in one step: twice as long as a step may."""
JSON = {"Content-Type": "application/json"}


def seconds_of_one() -> float:
    proposal = read_proposal(pairwise(FIRMS))
    assessment = assessed().assessment
    case = Case(proposal, assessment, book().on(assessment.parameters_on), "0" * 64)
    started = time.thread_time()
    judge_all([case])
    return time.thread_time() - started


def test_dear_files_are_judged_bit_by_bit_and_no_loop_is_held_for_stuck(founded):
    files = ceil(TOGETHER_SECONDS / seconds_of_one())
    data_dir = founded.data_dir
    house = AllInOne.build(files_in(data_dir), SystemClock(), Settings(data_dir=data_dir))
    loops = [loop for service in house.services.values() for loop in service.loops]
    # The test looks itself: the watchdog of the house would end the process.
    house = replace(house, watchdog=Watchdog(loops, stuck_after=1e9))
    dog = Watchdog(loops)
    key = house.write("intake", lambda c: auth.issue(c, SystemClock(), "tester", SCOPE))
    partner = Http(PathRouter(house), Authorization=f"Bearer {key}")
    commits: set[int] = set()
    house.start()
    try:
        for _ in range(files):
            answer = partner.post("/v1/proposals", content=pairwise(FIRMS), headers=JSON)
            assert answer.status_code == 202, answer.text

        def all_judged() -> bool:
            assert dog.stuck() == []
            ((judged,),) = query(data_dir, "scoring", "SELECT count(*) FROM verdict")
            commits.add(judged)
            return judged == files

        until(all_judged, within=120.0)
    finally:
        house.stop()
    assert len(commits) > 2, "what is done is committed before all is done"
