"""``winwinwin method diff``: what a change would change is seen before it is in force."""

import json
import re
import signal
from pathlib import Path

import pytest

from contracts.samples import five_firms_2kb
from tests.support.all_in_one import query, running
from tests.support.command import OK, REFUSED, USAGE, one_sentence, run, started
from tests.support.copies import copied
from tests.support.repository import ROOT
from tests.support.waiting import until

JSON = {"Content-Type": "application/json"}
LEVEL_ONE = (ROOT / "services/method/parameters/jobs/level_one.yaml").read_text("utf-8").rstrip()
STOPPED = 130
"""What a shell calls a process that Ctrl-C ended."""

STORED, SOME = 600, 3
LATER = """
  - since: 2030-01-01
    value: 1000
    source: project assumption, of a test
    checked_on: 2026-11-26
"""


def a_set(folder: Path, text: str, name: str = "level_one") -> Path:
    """A folder with one parameter file."""
    file = folder / "next" / "jobs" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return folder / "next"


def test_a_change_is_shown_before_it_is_in_force_and_nothing_is_written(founded, winwinwin):
    data = founded.data_dir
    with running(data) as house, house.client(founded.key) as partner:
        for title in ("One", "Two"):
            body = json.dumps(json.loads(five_firms_2kb()) | {"title": title})
            assert partner.post("/v1/proposals", content=body, headers=JSON).status_code == 202
        until(lambda: len(query(data, "scoring", "SELECT 1 FROM basis")) == 2)
    before = query(data, "scoring", "SELECT body FROM verdict")
    folder = a_set(winwinwin.folder, LEVEL_ONE + LATER)

    same = winwinwin("method", "diff", "--parameters", folder, "--data-dir", data)
    assert (same.status, same.out) == (OK, "")
    assert "2 verdicts: 2 keep verdict and levels" in same.err
    assert "give --on 2030-01-01" in same.err, "why nothing changes is said"

    asked = ("method", "diff", "--parameters", folder, "--on", "2030-01-01", "--data-dir", data)
    later = winwinwin(*asked)
    assert later.status == OK, "that verdicts would change is an answer"
    assert "  label: win_win_win → win_win\n" in later.out
    assert "  by jobs.level_one: 1 FTE → 1000 FTE (moves label" in later.out
    assert "2 would change (win_win_win → win_win: 2)" in later.err

    first, second = (each[0] for each in query(data, "scoring", "SELECT proposal_id FROM verdict"))
    rest = winwinwin(*asked, "--json", "--after", min(first, second))
    (said,) = (json.loads(line) for line in rest.out.splitlines())
    assert said["proposal_id"] == max(first, second), "a run that was stopped goes on"
    assert said["effect"] == "changed"
    assert "jobs.level_one" in {cause["name"] for cause in said["causes"]}
    assert query(data, "scoring", "SELECT body FROM verdict") == before


def test_ctrl_c_says_how_far_it_came_and_the_rest_is_the_rest(founded, winwinwin):
    data = founded.data_dir
    with running(data) as house, house.client(founded.key) as partner:
        body = five_firms_2kb()
        assert partner.post("/v1/proposals", content=body, headers=JSON).status_code == 202
        until(lambda: len(query(data, "scoring", "SELECT 1 FROM basis")) == 1)
    copied(data / "scoring.db", STORED)
    before = query(data, "scoring", "SELECT * FROM verdict")
    asked = ("method", "diff", "--json", "--processes", "1", "--data-dir", str(data))
    first, said = stopped(*asked)
    (last,) = re.findall(r"--after ([0-9a-f]{32})\.", said)
    assert f"Stopped: to go on, give the same command with --after {last}." in said
    (so_far,) = map(int, re.findall(r"So far: (\d+) verdicts: \1 keep", said))
    sure = first.index(last) + 1
    assert sure <= so_far <= len(first) <= sure + 1, "one may just have been told"
    assert query(data, "scoring", "SELECT * FROM verdict") == before, "nothing is written"

    rest = run(*asked, "--after", last)
    assert rest.returncode == OK, rest.stderr
    every = [*first[:sure], *proposals(rest.stdout)]
    assert every == sorted(each[0] for each in before), "nothing twice, nothing left out"
    assert proposals(run(*asked).stdout) == every, "or it starts over"


def stopped(*asked: str) -> tuple[list[str], str]:
    """The proposals named by a command that Ctrl-C ends after some lines, and what it says."""
    with started(*asked) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        lines = [process.stdout.readline() for _ in range(SOME)]
        process.send_signal(signal.SIGINT)
        # What stands in the buffer behind that line is lost to communicate().
        out, err = process.stdout.read(), process.stderr.read()
    assert process.returncode == STOPPED, err
    assert "Traceback" not in err
    return proposals("".join(lines) + out), err


def proposals(out: str) -> list[str]:
    return [json.loads(line)["proposal_id"] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (LEVEL_ONE, "level_nine", "no rule reads a parameter 'jobs.level_nine'"),
        (LEVEL_ONE.replace("FTE", "firms"), "level_one", "the rules read it in 'FTE'"),
        ("unit: FTE", "level_one", "is missing"),
    ],
)
def test_parameters_that_no_rule_can_use_are_refused(founded, winwinwin, text, name, said):
    folder = a_set(winwinwin.folder, text, name)
    refused = winwinwin("method", "diff", "--parameters", folder, "--data-dir", founded.data_dir)
    assert (refused.status, refused.out) == (REFUSED, "")
    assert said in one_sentence(refused.err)


def test_a_day_that_is_none_is_a_wrong_usage(founded, winwinwin):
    asked = winwinwin("method", "diff", "--on", "tomorrow", "--data-dir", founded.data_dir)
    assert asked.status == USAGE
