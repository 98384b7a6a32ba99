"""What a package says of its modules is there: a name in its docstring leads to a file."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.repository import ROOT

FOLDERS = ("contracts", "services", "tests", "tools")
PACKAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in FOLDERS
    for path in (ROOT / folder).rglob("__init__.py")
)
NAMED = re.compile(r"``([a-z_]+(?:[./][a-z_]+)*/?)``")
"""A module (``web.http``, ``game.py``) or a folder (``firms/``), as docstrings write them."""

NOT_A_MODULE = {"winwinwin", "expected"}
"""The command; a key of the published cases."""


def missing(package: Path, docstring: str) -> list[str]:
    """What the docstring names and neither the package nor a folder above it has."""
    return [
        name
        for name in NAMED.findall(docstring)
        if name not in NOT_A_MODULE
        and not any(there(above, name) for above in (package, *package.parents))
    ]


def there(folder: Path, name: str) -> bool:
    path = folder / name.removesuffix(".py").replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").exists() or (folder / name).exists()


@pytest.mark.parametrize("path", PACKAGES)
def test_what_a_package_names_is_there(path: str) -> None:
    said = ast.get_docstring(ast.parse((ROOT / path).read_text("utf-8"))) or ""
    assert missing((ROOT / path).parent, said) == []


def test_a_module_that_moved_is_missed() -> None:
    package = ROOT / "services/chassis"
    assert missing(package, "``database.store`` and ``ops``, ``clock.py``, ``web/``") == []
    assert missing(package, "``database.shop``, ``hops/``") == ["database.shop", "hops/"]


def test_there_are_names_to_follow() -> None:
    texts = [(ROOT / path).read_text("utf-8") for path in PACKAGES]
    assert sum(len(NAMED.findall(each)) for each in texts) >= 30
