"""Same rooms in every house: who knows one service knows four."""

import ast
from pathlib import Path

import pytest

from contracts.catalogue import SERVICES
from tests.support.repository import ROOT, files, modules, tree

ROOMS = {
    "main.py": "the only wiring",
    "handlers.py": "what it does when others speak, the table of reactions at its foot",
    "storage.py": "what it stores",
    "migrations/env.py": "how its database came to its present form",
}
"""What every service has. A service that answers requests of its own has an ``api.py`` besides."""


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("room", ROOMS)
def test_every_service_has_the_room(service: str, room: str) -> None:
    assert Path(f"services/{service}/{room}") in files(), f"{room} is {ROOMS[room]}"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_a_first_migration(service: str) -> None:
    first = f"services/{service}/migrations/versions/0001_"
    assert any(path.as_posix().startswith(first) for path in files())


@pytest.mark.parametrize("service", SERVICES)
def test_every_room_opens_with_what_it_is(service: str) -> None:
    silent = [
        str(path)
        for path in modules(f"services/{service}/")
        if "migrations" not in path.parts and not ast.get_docstring(tree(path))
    ]
    assert not silent


@pytest.mark.parametrize("service", SERVICES)
def test_the_reactions_stand_at_the_foot_of_the_handlers(service: str) -> None:
    """The whole conversation of a service is on the last screen of one file."""
    foot = tree(f"services/{service}/handlers.py").body[-1]
    if isinstance(foot, ast.FunctionDef):
        assert foot.name == "reactions"
        table = foot.body[-1]
        assert isinstance(table, ast.Return)
    else:
        assert isinstance(foot, ast.AnnAssign)
        assert isinstance(foot.target, ast.Name)
        assert foot.target.id == "REACTIONS"
        table = foot
    assert isinstance(table.value, ast.Dict), "a table: event class on the left, reaction beside it"


@pytest.mark.parametrize("service", SERVICES)
def test_the_wiring_is_one_function(service: str) -> None:
    """``main.py`` chooses implementations and decides nothing: no branch, no loop, no class."""
    body = tree(f"services/{service}/main.py")
    defined = [node.name for node in body.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert defined == ["build"]
    deciding = ast.If | ast.For | ast.While | ast.Try | ast.Match | ast.IfExp
    assert not [node.lineno for node in ast.walk(body) if isinstance(node, deciding)]


def test_only_the_wiring_and_the_house_open_services() -> None:
    """``build`` is called where processes are put together and nowhere else."""
    openers = {
        path.as_posix()
        for path in modules("services/")
        if any(
            isinstance(node, ast.ImportFrom) and any(name.name == "main" for name in node.names)
            for node in ast.walk(tree(path))
        )
    }
    assert openers == {"services/app/registry.py"}


DESK = {
    "routes": "the addresses: who may ask for what",
    "queries.py": "all that is read from the store",
    "visibility.py": "who may see which figure",
    "views": "what one page shows, as values",
    "wording": "codes and figures in words",
    "print": "papers",
    "templates": "how it is laid out",
    "static": "style sheet and mark",
}


def test_the_desk_has_its_rooms_and_no_others() -> None:
    desk = "services/notify/desk/"
    rooms = {path.as_posix().removeprefix(desk) for path in files() if path.is_relative_to(desk)}
    assert {room.partition("/")[0] for room in rooms} == {"__init__.py", *DESK}


def test_the_tests_mirror_the_services() -> None:
    """A unit test lies where the thing it tests lies."""
    strays = [
        path.as_posix()
        for path in files()
        if path.parts[:2] == ("tests", "unit")
        and len(path.parts) > 3
        and not (ROOT / "services" / path.parts[2]).is_dir()
        and path.parts[2] != "support"
    ]
    assert not strays
