"""What the documents say is so: tests, files, targets, commands, settings and addresses exist."""

import ast
import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from contracts.vocabulary import limits
from services.app.all_in_one import AllInOne
from services.chassis.ops.settings import ALL, PREFIX
from services.cli.main import COMMANDS, command
from tests.support.repository import ROOT, files, text, tree
from tests.support.routes import routes

LONGEST_README = 8_000
"""Bytes: what somebody reads who has ten minutes for everything."""

DOCUMENTS = [path for path in files() if path.suffix == ".md"]
PROSE = [p for p in DOCUMENTS if p.name in {"README.md", "CONTRIBUTING.md"} or p.parts[0] == "docs"]


def headings(path: Path) -> set[str]:
    """The anchors of a document, as web pages of repositories make them."""
    titles = re.findall(r"^#{1,6} (.+)$", text(path), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def outside_code(path: Path) -> str:
    return re.sub(r"```.*?```", "", text(path), flags=re.DOTALL)


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", outside_code(path)):
        if re.match(r"https?://|mailto:", target):
            continue
        name, _, anchor = target.partition("#")
        there = (ROOT / path.parent / name).resolve() if name else ROOT / path
        if not there.exists() or (anchor and anchor not in headings(there.relative_to(ROOT))):
            lost.append(target)
    assert not lost


@pytest.mark.parametrize("path", DOCUMENTS, ids=str)
def test_every_test_that_is_named_exists(path: Path) -> None:
    lost = []
    for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text(path)):
        defined = {n.name for n in ast.walk(tree(file)) if isinstance(n, ast.FunctionDef)}
        defined |= {n.name for n in ast.walk(tree(file)) if isinstance(n, ast.AsyncFunctionDef)}
        if name not in defined:
            lost.append(f"{file}::{name}")
    known = {
        node.name
        for file in files()
        if file.parts[0] == "tests" and file.suffix == ".py"
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    lost += [name for name in re.findall(r"`(test_\w+)`", text(path)) if name not in known]
    assert not lost


@pytest.mark.parametrize("path", PROSE, ids=str)
def test_files_that_are_named_exist(path: Path) -> None:
    """Code spans that look like a path of this repository, from its root."""
    tops = {file.parts[0] for file in files() if len(file.parts) > 1}
    lost = [
        name
        for name in re.findall(r"`([\w.]+/[\w./-]*)`", outside_code(path))
        if name.split("/")[0] in tops and not (ROOT / name).exists()
    ]
    assert not lost


@pytest.mark.parametrize("path", PROSE, ids=str)
def test_make_targets_that_are_named_exist(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", text("Makefile"), flags=re.MULTILINE))
    named = re.findall(r"(?:^|`)make ((?:[a-z-]+ ?)+)", text(path), flags=re.MULTILINE)
    assert named or path.parent != Path()
    assert {word for words in named for word in words.split()} <= targets


def test_make_help_lists_every_target() -> None:
    makefile = text("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    explained = set(re.findall(r"^([a-z-]+):.*## \S", makefile, flags=re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert targets == explained
    assert phony is not None
    assert targets == set(phony[1].split())


def test_commands_that_are_named_exist() -> None:
    lost = []
    for words in re.findall(r"`winwinwin ([a-z]+(?: [a-z-]+)?)", text("docs/cli.md")):
        first, _, second = words.partition(" ")
        if first not in COMMANDS or (
            second and second not in getattr(command(first), "commands", ())
        ):
            lost.append(words)
    assert not lost


def test_every_command_is_explained() -> None:
    said = text("docs/cli.md")
    for name in COMMANDS:
        assert f"winwinwin {name}" in said, name


@pytest.mark.parametrize("settings", ALL)
def test_every_setting_is_explained(settings: type[BaseSettings]) -> None:
    rows = re.findall(r"^\| `(WWW_\w+)` \|", text("docs/settings.md"), flags=re.MULTILINE)
    assert {PREFIX + name.upper() for name in settings.model_fields} <= set(rows)
    assert [name for name, field in settings.model_fields.items() if not field.description] == []


def test_no_setting_is_explained_that_does_not_exist() -> None:
    known = {PREFIX + n.upper() for s in ALL for n in s.model_fields}
    for path in DOCUMENTS:
        assert set(re.findall(r"\bWWW_[A-Z_]+\b", text(path))) <= known, path


def test_every_promise_names_its_place_and_its_proof() -> None:
    said = text("docs/promises.md")
    rows = [line for line in said.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(rows) == 8, "the eight promises of the system"
    for row in rows:
        _, _, promise, place, proof, _ = (cell.strip() for cell in row.split("|"))
        assert promise
        assert re.search(r"`[\w/.]+`", place) or "not kept yet" in place, row
        assert "::test_" in proof or "not kept yet" in place, row


def test_the_readme_is_short_and_proves_each_promise() -> None:
    said = text("README.md")
    assert len(said.encode()) <= LONGEST_README, "the rest has its page under docs"
    section = re.search(r"^## Promises$(.*?)^## ", said, re.DOTALL | re.MULTILINE)
    assert section is not None
    assert len(re.findall(r"^\| .+ \| .*`test_\w+`.* \|$", section[1], re.MULTILINE)) == 8


def test_the_api_page_shows_calls_that_the_services_answer(house: AllInOne) -> None:
    answered = {path for _, _, path in routes(house.services)}
    shown = re.findall(r"\$URL(/[\w/-]+)", text("docs/api.md"))
    assert len(shown) >= 8
    for address in shown:
        path = re.sub(r"(?<=/proposals/)ID", "{proposal_id}", address)
        path = re.sub(r"(?<=/territories/)[\w-]+", "{territory_id}", path)
        assert path in answered, address


def test_the_limits_say_how_large_a_proposal_may_be() -> None:
    said = text("docs/operations.md")
    assert f"{limits.MIN_FIRMS} to {limits.MAX_FIRMS} firms" in said
    assert (
        f"at most {limits.MAX_SYNERGIES} synergies and {limits.MAX_BODY_BYTES // 1024} KiB" in said
    )
    assert f"beyond {limits.MAX_PLAYERS} firms, a group of up to {limits.MAX_PAIR_PLAYERS}" in said
