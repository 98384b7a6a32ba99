"""What would change a verdict, tried: each proposed change is made and the project judged again."""

from collections.abc import Iterator

import pytest

from contracts.samples import proposal_examples
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.verdict import Verdict, VerdictLabel
from tests.spec.reading import paragraphs, proposal, verdict_of, walk
from tests.support.changed import applied, farther, nearer, now
from tests.support.random_projects import random_project

EXAMPLES = proposal_examples()
BEST = VerdictLabel.WIN_WIN_WIN
WINNING = (VerdictLabel.WIN_WIN_WIN, VerdictLabel.WIN_WIN)
SEEDS, TOGETHER = 120, 10
"""Random projects tried here; ``python -m tests.bench.promises`` tries ten thousand."""

SEVERAL_FIRMS = tuple(f"lever.firms.{kind}" for kind in ("pair", "two", "several", "joins"))
MANY_KINDS = 20
NO_LEVEL = (VerdictLabel.NOT_COMPUTABLE_YET, VerdictLabel.FIRMS_NOT_COMPUTED)


def branch(verdict: Verdict, start: str) -> Claim | None:
    return next((c for c in verdict.explanation.because if c.code.startswith(start)), None)


def needs(verdict: Verdict) -> list[Claim]:
    better = branch(verdict, "change.better.")
    return [c for c in better.because if c.code.startswith("change.need.")] if better else []


def levers(verdict: Verdict) -> Iterator[Claim]:
    """Every lever that is promised to be enough alone, or with its parts."""
    better = branch(verdict, "change.better.")
    if better is None:
        return
    found = needs(verdict)
    if len(found) == 1:
        yield from found[0].because
    yield from (c for c in better.because if c.code.startswith("lever."))


def margins(verdict: Verdict) -> list[Claim]:
    falls = branch(verdict, "change.falls")
    return list(falls.because) if falls else []


def check_levers(project: Proposal, verdict: Verdict) -> int:
    """Each lever gives the promised verdict, and a figure one digit nearer does not."""
    tried = 0
    for lever in levers(verdict):
        assert verdict_of(applied(project, lever)).label is BEST, (lever, project)
        tried += 1
        if lever.code in SEVERAL_FIRMS:
            for less in slightly_less(project, lever):
                assert verdict_of(less).label is not BEST, (lever, project)
            continue
        if lever.value is None:
            continue
        # An amount for the whole group leaves each firm a whole euro above its margin.
        steps = len(project.firms) if lever.code == "lever.firms.group" else 1
        less = nearer(lever, steps)
        if less is not None:
            after = verdict_of(applied(project, lever, less)).label
            assert after is not BEST, (lever, less, project)
    for lever in together(verdict):
        others = [part for part in together(verdict) if part is not lever]
        if lever.value is None or lever.code in ("lever.firms.group", *SEVERAL_FIRMS):
            continue
        if (less := nearer(lever)) is not None:
            changed = applied(project, lever, less)
            for other in others:
                changed = applied(changed, other)
            assert verdict_of(changed).label is not BEST, (lever, less, project)
    return tried


def slightly_less(project: Proposal, lever: Claim) -> Iterator[Proposal]:
    """The project with a little less than is said to be the least."""
    euros = len(project.firms) + len(lever.because) + 2
    if lever.code == "lever.firms.joins":
        yield applied(project, lever, lever.value - euros)
    elif lever.code == "lever.firms.pair":
        one, other = lever.because
        yield applied(applied(project, one, nearer(one)), other, nearer(other))
    else:
        assert lever.value == sum(c.value - now(c) for c in lever.because)
        for part in lever.because:
            if (less := nearer(part, euros)) is not None:
                changed = applied(project, part, less)
                for rest in lever.because:
                    changed = changed if rest is part else applied(changed, rest)
                yield changed


def together(verdict: Verdict) -> tuple[Claim, ...]:
    better = branch(verdict, "change.better.")
    if better is None:
        return ()
    return next((c.because for c in better.because if c.code == "lever.together"), ())


def check_margins(project: Proposal, verdict: Verdict) -> int:
    """At the last figure the verdict is the same, one digit beyond it has fallen."""
    tried = 0
    for margin in margins(verdict):
        if margin.code == "change.large_group":
            continue
        tried += 1
        if margin.value is None:
            after = verdict_of(applied(project, margin)).label
            assert after is not verdict.label, (margin, project)
            if margin.code == "safety.firms.leaves":
                assert after.value == margin.about[1], (margin, project)
            continue
        there = verdict_of(applied(project, margin)).label
        assert there is verdict.label, (margin, there, project)
        beyond = farther(margin)
        assert beyond is not None
        after = verdict_of(applied(project, margin, beyond)).label
        assert after is not verdict.label, (margin, beyond, project)
    return tried


def check(project: Proposal) -> int:
    verdict = verdict_of(project)
    if verdict.label in NO_LEVEL:
        assert branch(verdict, "change.") is None
        return 0
    assert (branch(verdict, "change.better.") is not None) is (verdict.label is not BEST)
    assert (branch(verdict, "change.falls") is not None) is (verdict.label in WINNING)
    if verdict.label is not BEST:
        assert needs(verdict)
    return check_levers(project, verdict) + check_margins(project, verdict)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_change_of_an_example_keeps_its_promise(name: str) -> None:
    tried = check(EXAMPLES[name])
    assert tried or verdict_of(EXAMPLES[name]).label in NO_LEVEL


def test_every_change_of_the_book_keeps_its_promise() -> None:
    tried = sum(check(proposal(one.given)) for one in paragraphs() if one.chapter != "measured")
    assert tried > 500


@pytest.mark.parametrize("first", range(0, SEEDS, TOGETHER))
def test_every_change_of_a_random_project_keeps_its_promise(first: int) -> None:
    for seed in range(first, first + TOGETHER):
        check(random_project(seed))


def test_a_cost_that_parts_the_firms_before_they_gain_enough_for_the_climate_is_no_lever() -> None:
    """Where carbon asks for a further move, the cost that moves with a synergy goes too far."""
    project = random_project(4456)
    assert check(project)
    assert not any(c.code == "lever.firms.pair" for c in levers(verdict_of(project)))


def test_the_random_projects_reach_every_verdict_and_many_changes() -> None:
    verdicts = [verdict_of(random_project(seed)) for seed in range(SEEDS)]
    said = {c.code for v in verdicts for c in walk(v.explanation)}
    assert {v.label for v in verdicts} >= set(VerdictLabel) - set(NO_LEVEL)
    assert said >= set(SEVERAL_FIRMS)
    assert len([code for code in said if code.startswith(("lever.", "safety."))]) > MANY_KINDS
