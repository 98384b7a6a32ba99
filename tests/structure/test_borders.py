"""Who may know whom. Each border is a rule with its reason, and a rule that is broken fails here.

import-linter (``pyproject.toml``) follows chains of imports and knows what is forbidden; the
tables below say what is *allowed*, so that a new folder has to find its place first.
"""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.repository import ROOT, calls, imports, modules, tree, within

COMPUTES_ONLY = (
    "__future__",
    "bisect",
    "collections",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "itertools",
    "json",
    "math",
    "operator",
    "re",
    "statistics",
    "types",
    "typing",
)
"""The part of the standard library that turns values into values: no file, clock or network."""

PURE = {
    "services/method/": (
        *COMPUTES_ONLY,
        "numpy",
        "scipy",
        # Words of texts, for the directory of competences: from arguments alone, like the rest.
        "bm25s",
        "snowballstemmer",
        "unicodedata",
        "contracts.vocabulary",
        "services.method",
    ),
    "services/intake/proposal_state.py": COMPUTES_ONLY,
}

IMPURE_CALLS = (
    "open",
    "input",
    "print",
    "eval",
    "exec",
    "__import__",
    "breakpoint",
)
IMPURE_METHODS = (
    ".now",
    ".today",
    ".utcnow",
    ".random",
    ".default_rng",
    ".seed",
    ".load",
    ".loadtxt",
    ".genfromtxt",
    ".fromfile",
    ".save",
    ".savetxt",
    ".tofile",
    ".memmap",
)
"""The doors to files, the clock and chance in what the method may import."""

MAY_IMPORT = {
    # Words are read by everyone; a word that needed a service could not be read without it.
    "contracts/": ("contracts",),
    # Machinery that knew what it carries could not carry anything else.
    "services/chassis/": ("contracts", "services.chassis"),
    # The method is one package that any service may ask and that asks nobody.
    "services/method/": ("contracts.vocabulary", "services.method"),
    # Services speak in events only: what one needs of another is a word in contracts.
    "services/intake/": ("contracts", "services.chassis", "services.method", "services.intake"),
    "services/externalities/": (
        "contracts",
        "services.chassis",
        "services.method",
        "services.externalities",
    ),
    "services/scoring/": ("contracts", "services.chassis", "services.method", "services.scoring"),
    "services/notify/": ("contracts", "services.chassis", "services.method", "services.notify"),
    # Puts services together, and knows nothing of the terminal.
    "services/app/": (
        "contracts",
        "services.chassis",
        "services.method",
        "services.intake",
        "services.externalities",
        "services.scoring",
        "services.notify",
        "services.app",
    ),
    # The outside: a command may ask whatever it needs.
    "services/cli/": ("contracts", "services"),
}
"""What each part of the repository may import from the others."""


def test_import_linter_keeps_its_contracts() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_part_of_the_house_knows_only_its_own_neighbours(folder: str) -> None:
    strangers = [
        f"{path}:{line} imports {name}"
        for path in modules(folder)
        for line, name in imports(path)
        if within(name, "contracts", "services", "tests") and not within(name, *MAY_IMPORT[folder])
    ]
    assert not strangers, "\n".join(strangers)


def test_every_folder_of_the_services_has_its_borders() -> None:
    folders = {f"services/{path.parts[1]}/" for path in modules("services/") if path.parts[2:]}
    assert folders <= MAY_IMPORT.keys(), (
        f"say in MAY_IMPORT what {folders - MAY_IMPORT.keys()} may import"
    )


@pytest.mark.parametrize("where", PURE)
def test_what_is_pure_imports_only_what_computes(where: str) -> None:
    """A verdict must be computed again to the same bytes years later: from arguments alone."""
    strangers = [
        f"{path}:{line} imports {name}"
        for path in modules(where)
        for line, name in imports(path)
        if not within(name, *PURE[where])
    ]
    assert not strangers, "\n".join(strangers)


@pytest.mark.parametrize("where", PURE)
def test_what_is_pure_asks_no_file_clock_or_chance(where: str) -> None:
    asked = [
        f"{path}:{line} calls {name}"
        for path in modules(where)
        for line, name in calls(path)
        if name in IMPURE_CALLS or name.endswith(IMPURE_METHODS)
    ]
    assert not asked, "\n".join(asked)


def test_nobody_imports_relatively() -> None:
    """One name for one thing: the path in the import is the path on the disk."""
    relative = [
        f"{path}:{line}"
        for path in modules("contracts/", "services/")
        for line, name in imports(path)
        if name.startswith(".")
    ]
    assert not relative, "\n".join(relative)


def test_only_the_clock_asks_what_time_it_is() -> None:
    """Time is an argument, so that a test can move it and a verdict does not depend on it."""
    asked = [
        f"{path}:{line} calls {name}"
        for path in modules("contracts/", "services/")
        for line, name in calls(path)
        if path != Path("services/chassis/clock.py")
        and name.startswith(("datetime.", "date."))
        and name.endswith((".now", ".today", ".utcnow"))
    ]
    assert not asked, "\n".join(asked)


def test_nothing_connects_or_writes_when_it_is_imported() -> None:
    """Only ``main.py`` chooses implementations, and only when it is called."""
    names = [".".join(path.with_suffix("").parts) for path in modules("contracts/", "services/")]
    program = f"""
import importlib, sys
forbidden = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen"):
        forbidden.append((event, str(arguments)))
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        forbidden.append((event, str(arguments)))
import pydantic, sqlmodel, fastapi, typer, uvicorn, scipy.optimize, alembic, structlog, rich.console
sys.addaudithook(watch)
for name in {names!r}:
    if "migrations" not in name and not name.endswith("__main__"):
        importlib.import_module(name)
if forbidden:
    sys.exit(repr(forbidden))
"""
    done = subprocess.run(
        [sys.executable, "-B", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_borders_would_be_seen_to_break(tmp_path: Path) -> None:
    """The rules themselves: what they look for is found where it stands."""
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import os\nfrom datetime import date\n"
        "def f():\n    from services.chassis.database import store\n"
        "    return open('x'), date.today()\n",
        encoding="utf-8",
    )
    tree.cache_clear()
    assert [name for _, name in imports(bad)] == [
        "os",
        "datetime.date",
        "services.chassis.database.store",
    ]
    assert {name for _, name in calls(bad)} == {"open", "date.today"}
    assert within("numpy.linalg", "numpy")
    assert not within("numpyish", "numpy")
