"""``winwinwin verdict``: what was judged is computed again, by whoever has the stored data."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from contracts.samples import five_firms_2kb
from services.cli.verdicts import _all
from services.scoring import recomputation
from tests.support.all_in_one import query, running
from tests.support.command import FAILED, OK, USAGE, one_sentence, run
from tests.support.repository import ROOT
from tests.support.waiting import until

EXAMPLES = sorted((ROOT / "contracts/examples").glob("*.yaml"))

JSON = {"Content-Type": "application/json"}
VERDICTS = "SELECT proposal_id FROM verdict"
WANTED = len(EXAMPLES) + 2


@pytest.fixture
def judged(founded, winwinwin) -> Path:
    """A data directory in which every example was judged, one of them twice."""
    with running(founded.data_dir) as house:
        for file in EXAMPLES:
            done = winwinwin("submit", file, "--url", house.url, "--key", founded.key)
            assert done.status == OK, done.err
        with house.client(founded.key) as partner:
            first = partner.post("/v1/proposals", content=five_firms_2kb(), headers=JSON)
            address = first.headers["location"]
            until(lambda: partner.get(address).json()["state"] == "judged")
            revised = json.dumps(json.loads(five_firms_2kb()) | {"title": "Revised"})
            partner.put(address, content=revised, headers=JSON)
            until(
                lambda: len(query(founded.data_dir, "scoring", "SELECT 1 FROM verdict")) >= WANTED
            )
    return founded.data_dir


JSON = {"Content-Type": "application/json"}
WANTED = len(EXAMPLES) + 2


def test_every_verdict_of_a_house_is_computed_again_to_the_same_bytes(judged, winwinwin):
    done = winwinwin("verdict", "recompute", "--all", "--data-dir", judged)
    assert (done.status, done.out) == (OK, "")
    assert f"{WANTED} verdicts: {WANTED} the same to the byte" in done.err
    listed = winwinwin("verdict", "recompute", "--all", "--json", "--data-dir", judged)
    said = [json.loads(line) for line in listed.out.splitlines()]
    assert len(said) == WANTED
    assert {each["outcome"] for each in said} == {"same"}
    last = said[-2]["proposal_id"]
    rest = winwinwin("verdict", "recompute", "--all", "--after", last, "--data-dir", judged)
    assert rest.status == OK
    assert f"{WANTED} verdicts" not in rest.err, "a run that was stopped goes on"
    _on_other_threads_too(judged)
    _several_processes_say_the_same(judged, listed.out)
    _a_forged_one_is_seen(judged, winwinwin, said[0]["proposal_id"])


def _on_other_threads_too(judged: Path) -> None:
    """In a process of its own: how many threads compute, and the seed of sets and mappings."""
    for threads, seed in (("1", "1"), ("4", "2")):
        counts = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), threads)
        done = run(
            *("verdict", "recompute", "--all", "--data-dir", str(judged)),
            **counts,
            PYTHONHASHSEED=seed,
        )
        assert done.returncode == OK, done.stderr
        assert f"{WANTED} the same to the byte" in done.stderr


def _several_processes_say_the_same(judged: Path, listed: str) -> None:
    done = run(
        *("verdict", "recompute", "--all", "--json", "--processes", "2"),
        *("--data-dir", str(judged)),
    )
    assert (done.returncode, done.stdout) == (OK, listed)


def test_ctrl_c_says_how_to_go_on(judged, monkeypatch, capsys):
    monkeypatch.setattr(recomputation, "AT_ONCE", 3)
    found = _all(judged, "", 1)
    first = [next(found) for _ in range(4)]
    with pytest.raises(KeyboardInterrupt):
        found.throw(KeyboardInterrupt())
    said = capsys.readouterr().err
    # The last one may not have been told to its end.
    *first, _ = first
    last = first[-1].proposal_id
    assert f"Stopped: to go on, give the same command with --after {last}." in said
    rest = list(_all(judged, last, 1))
    names = [each.proposal_id for each in (*first, *rest)]
    assert names == sorted(names), "nothing twice, nothing left out"
    assert len(names) == WANTED


def _a_forged_one_is_seen(judged: Path, winwinwin, proposal_id: str) -> None:
    one = winwinwin("verdict", "recompute", proposal_id, "--data-dir", judged)
    assert (one.status, one.out.count("the same bytes")) == (OK, 1)
    with closing(sqlite3.connect(judged / "scoring.db")) as connection, connection:
        (body,) = connection.execute(
            "SELECT body FROM verdict WHERE proposal_id = ?", (proposal_id,)
        ).fetchone()
        said = json.loads(body)
        said["verdict"]["label"] = "subsidy"
        forged = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
        connection.execute(
            "UPDATE verdict SET body = ? WHERE proposal_id = ?", (forged, proposal_id)
        )
    one = winwinwin("verdict", "recompute", proposal_id, "--data-dir", judged)
    assert one.status == FAILED
    assert "DIFFERS; stored subsidy, computed again" in one.out
    assert '/verdict/label: "subsidy" →' in one.out
    every = winwinwin("verdict", "recompute", "--all", "--data-dir", judged)
    assert every.status == FAILED
    assert every.out == one.out, "of many, only those that differ are named"
    assert "1 different" in every.err


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("0" * 32,), FAILED, "no verdict of a proposal"),
        (("3F2A-90BC",), FAILED, "an id has 32 characters"),
        ((), USAGE, "name a proposal, or give --all"),
        (("0" * 32, "--all"), USAGE, "name a proposal, or give --all"),
        (("0" * 32, "--after", "1"), USAGE, "--after goes with --all"),
    ],
)
def test_what_is_asked_wrongly_is_said(founded, winwinwin, words, status, said):
    done = winwinwin("verdict", "recompute", *words, "--data-dir", founded.data_dir)
    assert (done.status, done.out) == (status, "")
    assert said in " ".join(done.err.replace("│", " ").split())


def test_a_folder_without_verdicts_is_named_and_not_made(winwinwin, tmp_path):
    done = winwinwin("verdict", "recompute", "--all", "--data-dir", tmp_path / "nowhere")
    assert done.status == FAILED
    said = one_sentence(done.err)
    assert f"{tmp_path / 'nowhere'}: name the folder" in said
    assert "--data-dir" in said
    assert not (tmp_path / "nowhere").exists()
