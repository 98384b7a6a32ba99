"""Loops that stumble go on; loops that hang end the process, with every stack on stderr."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from services.chassis.ops.loops import EXIT_STUCK, Loop, LoopThread, PeriodicLoop, Watchdog
from services.chassis.ops.metrics import Metrics
from tests.support.waiting import until


class Counting(Loop):
    FIRST_PAUSE = 0.001
    works = True

    def __init__(self, name: str, what: Callable[[int], None]) -> None:
        super().__init__(name, Metrics())
        self.count = 0
        self.finished = False
        self._what = what

    def poll(self, timeout: float = 0.0) -> bool:
        self.count += 1
        self.timeout = timeout
        self._what(self.count)
        return self.works

    def finish(self) -> None:
        self.finished = True


def nothing(_count: int) -> None:
    """A step that does nothing."""


def fail_first(count: int) -> None:
    if count < 4:
        raise OSError(f"attempt {count}")


def test_a_loop_that_stumbles_says_so_rests_and_goes_on():
    loop = Counting("writer", fail_first)
    runner = LoopThread("runner", [loop])
    with capture_logs() as logs:
        runner.start()
        until(lambda: loop.count > 4)
        runner.stop()
    (line,) = logs
    assert (line["event"], line["failures"]) == ("loop stumbled, will try again", 1)
    failures = loop.metrics.registry.get_sample_value("bus_loop_failures_total", {"loop": "writer"})
    assert failures == 3
    assert loop.trouble is None, "the trouble is over"


def test_a_loop_in_trouble_says_which():
    loop = Counting("writer", fail_first)
    with capture_logs():
        loop.run_once(0.0)
    assert loop.trouble == "OSError: attempt 1"


def test_a_resting_loop_gives_up_its_turns_and_the_others_have_theirs():
    stumbling, working = Counting("a", fail_first), Counting("b", nothing)
    stumbling.FIRST_PAUSE = 1_000.0
    with capture_logs():
        for _ in range(5):
            stumbling.run_once(0.0)
            working.run_once(0.0)
    assert (stumbling.count, working.count) == (1, 5)


@pytest.mark.parametrize("attempt", [1, 5, 1_000])
def test_a_pause_is_never_longer_than_the_longest(attempt, monkeypatch):
    loop = Counting("a", nothing)
    moment = 1_000.0
    monkeypatch.setattr("services.chassis.ops.loops.time.monotonic", lambda: moment)
    loop.back_off(attempt)
    assert 0 < loop.resume_at - moment <= Loop.LONGEST_PAUSE


def test_stopping_lets_every_loop_finish_even_behind_one_that_cannot():
    def refuse() -> None:
        raise OSError("locked")

    first, second = Counting("a", nothing), Counting("b", nothing)
    first.finish = refuse
    runner = LoopThread("runner", [first, second])
    with capture_logs() as logs:
        runner.start()
        until(lambda: second.count)
        runner.stop()
    assert second.finished
    assert logs[-1]["event"] == "loop could not finish cleanly"


def test_a_waiting_runner_is_woken(monkeypatch):
    monkeypatch.setattr("services.chassis.ops.loops.IDLE_SECONDS", 60.0)
    loop, other = Counting("a", nothing), Counting("b", nothing)
    loop.works = other.works = False
    runner = LoopThread("runner", [loop, other])
    runner.start()
    until(lambda: loop.count)
    before = loop.count
    loop.wake()
    until(lambda: loop.count > before)
    runner.stop()


@pytest.mark.parametrize("count", [1, 2])
def test_only_a_loop_alone_on_its_thread_may_wait_inside_its_step(count):
    loops = [Counting(str(i), nothing) for i in range(count)]
    runner = LoopThread("runner", loops)
    runner.start()
    until(lambda: loops[0].count)
    runner.stop()
    assert (loops[0].timeout > 0) == (count == 1)


def test_a_loop_that_waits_inside_its_step_has_its_next_turn_at_once(monkeypatch):
    monkeypatch.setattr("services.chassis.ops.loops.IDLE_SECONDS", 0.2)
    ended: list[float] = []
    gaps: list[float] = []

    def wait_inside(_count: int) -> None:
        gaps.extend(time.monotonic() - last for last in ended[-1:])
        time.sleep(0.2)
        ended.append(time.monotonic())

    loop = Counting("consumer", wait_inside)
    loop.works = False
    runner = LoopThread("runner", [loop])
    runner.start()
    until(lambda: len(gaps) >= 3)
    runner.stop()
    assert min(gaps) < 0.1


def test_a_loop_with_nothing_to_do_does_not_spin(monkeypatch):
    monkeypatch.setattr("services.chassis.ops.loops.IDLE_SECONDS", 60.0)
    loop = Counting("consumer", nothing)
    loop.works = False
    runner = LoopThread("runner", [loop])
    runner.start()
    until(lambda: loop.count)
    runner.stop()
    assert loop.count == 1


def test_a_loop_that_hangs_is_noticed():
    release = threading.Event()
    loop = Counting("relay", lambda _count: release.wait())
    watchdog = Watchdog([loop, Counting("idle", nothing)], stuck_after=0.05)
    runner = LoopThread("runner", [loop])
    runner.start()
    assert until(lambda: "relay" in watchdog.stuck())
    release.set()
    until(lambda: "relay" not in watchdog.stuck())
    runner.stop()


def test_a_long_step_that_ticks_is_not_stuck():
    loop = Counting("relay", nothing)
    watchdog = Watchdog([loop], stuck_after=1_000.0)
    loop.last_tick -= 1_001.0
    assert watchdog.stuck() == ["relay"]
    loop.tick()
    assert watchdog.stuck() == []


HANGING_PROCESS = """
import threading
from services.chassis.ops.loops import Loop, LoopThread, Watchdog
from services.chassis.ops.metrics import Metrics

class Hanging(Loop):
    def poll(self, timeout=0.0):
        self.hang_here()
    def hang_here(self):
        threading.Event().wait()

loop = Hanging("relay", Metrics())
LoopThread("runner", [loop]).start()
Watchdog([loop], stuck_after=0.2).start()
threading.Event().wait()
"""


def test_the_watchdog_ends_a_process_that_hangs_and_leaves_every_stack():
    ended = subprocess.run(
        [sys.executable, "-c", HANGING_PROCESS],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == EXIT_STUCK
    assert "a loop is stuck" in ended.stdout + ended.stderr
    assert "in hang_here" in ended.stderr


class Looking(PeriodicLoop):
    def __init__(self, what: Callable[[int], None]) -> None:
        super().__init__("looking", Metrics(), pause=1_000.0)
        self.looks = 0
        self._what = what

    def look(self) -> bool:
        self.looks += 1
        self._what(self.looks)
        return True


def test_a_periodic_loop_looks_once_in_its_pause_and_waits_no_longer_than_it_may():
    loop = Looking(nothing)
    assert [loop.poll(), loop.poll(), loop.poll(0.001)] == [True, False, False]
    assert loop.looks == 1
    loop.pause = loop._next_look = 0.0
    assert [loop.poll(), loop.poll()] == [True, True]


def test_a_look_that_failed_is_not_repeated_before_its_pause_is_over():
    loop = Looking(fail_first)
    with capture_logs():
        loop.run_once(0.0)
    loop.resume_at = 0.0
    assert loop.run_once(0.0) is False
    assert loop.looks == 1
