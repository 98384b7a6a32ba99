"""What a verdict costs: judged in a batch, and a hundred thousand stored ones computed again.

The stored ones are 500 random projects that went through the house, each copied under other names,
so that every step (reading, judging, writing, comparing) is done for each. The second half of the
work is done by a second command that goes on where the first one was interrupted.
"""

import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import httpx2

from contracts import codec
from contracts.samples import five_firms_2kb, territory_example
from contracts.vocabulary.proposal import Proposal
from services.app.parameter_book import parameter_book
from services.externalities.storage import ref_of
from services.method import Case, assess, judge_all, territory_knowledge
from tests.bench import machine, results
from tests.bench.embedded import serving
from tests.support.copies import copied
from tests.support.dear import pairwise
from tests.support.judged import DAY
from tests.support.random_projects import random_project

TITLE = "Verdicts"
FIRMS, BATCH, BATCHES, ROUNDS = 5, 64, 10, 3
DEAREST_FIRMS = 25
PROJECTS, STORED = 500, 100_000
QUICK_STORED = 4_000
INTERRUPTED_AT = 0.4
PATIENCE_SECONDS = 300


def run(*, quick: bool) -> None:
    """Measure, print, and write the section of RESULTS.md; quick prints only."""
    said = [machine.description(), "", *_judged(1 if quick else BATCHES), "", _dearest(), ""]
    said += _computed_again(QUICK_STORED if quick else STORED)
    text = "\n".join(said)
    print(text)
    if not quick:
        results.write(TITLE, text)


def _judged(batches: int) -> list[str]:
    one = codec.adapter(Proposal).validate_json(five_firms_2kb())
    asked = {
        "the 2 KB proposal of the other tables": [one] * BATCH * batches,
        "random projects": list(_of_five(BATCH * batches)),
    }
    what = (
        f"The whole verdict of {FIRMS} firms: explanation, levers and margins, every solution, and "
        f"10,000 draws where the verdict is uncertain; batches of {BATCH}, the territory's side "
        f"assessed before; processor time."
    )
    lines = [what, "", "| | ms each | aim |", "|---|---|---|"]
    for name, projects in asked.items():
        cases = list(_cases(projects))
        taken = []
        for _ in range(ROUNDS + 1):
            started = time.process_time()
            for start in range(0, len(cases), BATCH):
                judge_all(cases[start : start + BATCH])
            taken.append(time.process_time() - started)
        lines.append(f"| {name} | {1e3 * statistics.median(taken[1:]) / len(cases):.2f} | 2 |")
    return lines


def _dearest() -> str:
    """The dearest file found among those the schema allows: a pair synergy of every two of as many
    firms as there may be pairs for, gains and losses mixed, everything uncertain. More firms leave
    pairs out and cut apart sooner; a two-level incubator of 144 firms costs a tenth.
    """
    body = pairwise(DEAREST_FIRMS)
    projects = [codec.read_proposal(each) for each in (body, five_firms_2kb())]
    dear, ordinary = (_alone(case) for case in _cases(projects))
    pairs = len(projects[0].synergies)
    return (
        f"The dearest valid file that was found ({DEAREST_FIRMS} firms, all {pairs} pair "
        f"synergies, {len(body):,} bytes): {1e3 * dear:,.0f} ms of processor time, as much as "
        f"{dear / ordinary:,.0f} of the 2 KB proposal judged alone. One step of the consumer."
    )


def _alone(case: Case) -> float:
    taken = []
    for _ in range(ROUNDS):
        started = time.process_time()
        judge_all([case])
        taken.append(time.process_time() - started)
    return statistics.median(taken)


def _of_five(count: int) -> Iterator[Proposal]:
    seed, found = 0, 0
    while found < count:
        project = random_project(seed)
        seed += 1
        if len(project.firms) == FIRMS:
            found += 1
            yield project


def _cases(projects: Sequence[Proposal]) -> Iterator[Case]:
    snapshot, sheet = territory_example(), parameter_book().on(DAY)
    ref, known = ref_of(snapshot), territory_knowledge(snapshot, sheet)
    for project in projects:
        yield Case(project, assess(project, ref, sheet, known), sheet, "0" * 64)


def _computed_again(stored: int) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        _through_the_house(Path(folder))
        copied(Path(folder) / "scoring.db", stored)
        size = (Path(folder) / "scoring.db").stat().st_size / 1e9
        first, half, at = _recompute(folder, stop_at=round(stored * INTERRUPTED_AT))
        rest, other, _ = _recompute(folder, after=at)
    if half + other < stored:
        raise SystemExit(f"{half} and {other} verdicts are not {stored}: nothing was measured")
    twice = half + other - stored
    said = (
        f"`winwinwin verdict recompute --all` on {stored:,} stored verdicts of {PROJECTS} random "
        f"projects ({size:.1f} GB, SQLite), interrupted by Ctrl-C after {half:,} and gone on with "
        f"`--after`: {first:.0f} + {rest:.0f} s, {stored / (first + rest):,.0f} a second "
        f"(aim: 100,000 in 180 s on 2 cores). All the same to the byte; "
        f"{twice} of them computed twice."
    )
    return [said]


def _through_the_house(folder: Path) -> None:
    with (
        serving("house", folder) as server,
        httpx2.Client(base_url=f"http://127.0.0.1:{server.port}") as partner,
    ):
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {server.key}"}
        for seed in range(PROJECTS):
            body = codec.adapter(Proposal).dump_json(random_project(seed))
            partner.post("/v1/proposals", content=body, headers=headers).raise_for_status()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while server.verdicts() < PROJECTS:
            if time.monotonic() > deadline:
                raise SystemExit("verdicts are missing: nothing was measured")
            time.sleep(0.1)


def _recompute(folder: str, *, after: str = "", stop_at: int = 0) -> tuple[float, int, str]:
    """Seconds, how many verdicts, and behind which one to go on.

    With ``stop_at`` it is interrupted once so many are there.
    """
    command = [str(Path(sys.executable).with_name("winwinwin")), "verdict", "recompute", "--all"]
    command += ["--json", "--data-dir", folder, *(["--after", after] if after else [])]
    started = time.monotonic()
    counted = 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            if '"outcome": "same"' not in line:
                raise SystemExit(f"a verdict is not the same: {line}")
            counted += 1
            if counted == stop_at:
                process.send_signal(signal.SIGINT)
        said = process.stderr.read()
    found = re.search(r"--after ([0-9a-f]+)", said)
    return time.monotonic() - started, counted, found[1] if found else ""
