"""Decisions are one file each, in one form, counted from 1, and all in the index."""

import re
from collections import Counter

import pytest

from tests.support.repository import ROOT, files, text
from tools.decisions import FOLDER, ROOMS, Decision, decisions, generated

DECISIONS = decisions(ROOT)


def test_every_file_of_the_folder_is_a_decision_or_the_index() -> None:
    there = {path.as_posix() for path in files() if path.as_posix().startswith(f"{FOLDER}/")}
    listed = {each.path.relative_to(ROOT).as_posix() for each in DECISIONS}
    assert there - listed == {f"{FOLDER}/README.md"}


def test_numbers_count_from_1_and_no_title_comes_twice() -> None:
    assert [each.number for each in DECISIONS] == list(range(1, len(DECISIONS) + 1))
    assert [t for t, n in Counter(each.title.lower() for each in DECISIONS).items() if n > 1] == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda each: each.path.stem)
def test_a_decision_says_what_why_at_what_cost_and_what_reopens_it(decision: Decision) -> None:
    assert decision.path.name.startswith(f"{decision.number:04d}-")
    assert decision.room in ROOMS
    paragraphs = [each.strip() for each in decision.body.split("\n\n")]
    assert not paragraphs[0].startswith("**"), "what was decided and why comes first"
    if decision.status == "in force":
        assert [each.split(":")[0] for each in paragraphs[-2:]] == ["**Cost**", "**Reopens**"]
        return
    successor = re.fullmatch(r"superseded by \[(\d{4})\]\(\1-[a-z0-9-]+\.md\)", decision.status)
    assert successor is not None, "in force, or superseded by which one?"
    assert int(successor[1]) != decision.number


def test_the_index_is_what_the_decisions_say() -> None:
    for path, written in generated(ROOT).items():
        assert text(path) == written, "run `make generate` and commit the result"
        assert all(f"({each.path.name})" in written for each in DECISIONS), "each in a room"
