"""Groups worth forming, on the command line: told, refused with the place, stopped half way."""

import json
import random
import signal
from itertools import combinations
from pathlib import Path

from tests.support.command import OK, PATIENCE_SECONDS, REFUSED, started
from tests.support.repository import ROOT

EXAMPLE = ROOT / "contracts" / "examples" / "registries" / "export-managers.yaml"

PAIRS = 300
SEARCH_SECONDS = "600"
"""Longer than anyone waits here: only Ctrl-C ends it."""


def hard_to_choose_from() -> str:
    """Forty firms of which 300 pairs declared something: no best set is proved in a minute."""
    draw = random.Random(3)  # noqa: S311 - groups, not secrets
    ids = [f"f{i:02}" for i in range(40)]
    return json.dumps(
        {
            "firms": [{"firm": {"id": i, "name": i, "own": 40_000}} for i in ids],
            "synergies": [
                {"between": pair, "yearly": 1_000 * draw.randint(-20, 30)}
                for pair in sorted(draw.sample(list(combinations(ids, 2)), PAIRS))
            ],
        }
    )


def test_groups_are_told_with_their_gains_and_with_why_not_the_others(winwinwin):
    printed = winwinwin("groups", EXAMPLE)
    assert printed.status == OK, printed.err
    said = " ".join(printed.out.split())
    assert "the best" in said
    assert "biscuits and galettes in no group: they sell much the same range" in said
    told = json.loads(winwinwin("groups", EXAMPLE, "--json").out)
    assert told["proved"]
    assert told["value"] == sum(group["value"] for group in told["groups"])
    members = [firm for group in told["groups"] for firm in group["members"]]
    assert len(members) == len(set(members))


def test_a_registry_that_is_none_is_refused_with_each_place(winwinwin, write):
    bad = write("bad.yaml", EXAMPLE.read_text("utf-8").replace("need_fte: 0.4", "need_fte: -1", 1))
    refused = winwinwin("groups", bad)
    assert (refused.status, refused.out) == (REFUSED, "")
    assert "/firms/2/need_fte" in refused.err


def test_whoever_does_not_wait_gets_the_best_so_far_with_its_bound(tmp_path: Path):
    registry = tmp_path / "registry.json"
    registry.write_text(hard_to_choose_from(), "utf-8")
    with started("groups", registry, "--json", "--seconds", SEARCH_SECONDS) as process:
        assert process.stderr is not None
        while "searching" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == OK, err
    assert err.strip() == "Stopped: the best found so far"
    told = json.loads(out)
    assert not told["proved"]
    assert told["value"] < told["bound"]
    assert told["value"] == sum(group["value"] for group in told["groups"])
