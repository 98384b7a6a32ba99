"""What is depended on: declared, used, locked by hash, and under a licence that fits ours."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions

from tests.support.repository import imports, modules, text

RUN, DEVELOP = "requirements.lock", "requirements-dev.lock"
COMPARE = "tests/bench/requirements-faststream.lock"

USED_UNSEEN = {
    "httptools": "uvicorn parses HTTP with it when it is there",
    "uvloop": "uvicorn runs on it when it is there",
}
"""Declared, but imported nowhere in our code, each with who asks for it."""

FITTING = (
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Apache-2.0",
    "PSF-2.0",
    "MPL-2.0",
    "Zlib",
    "CC0-1.0",
    "LGPL-2.1-or-later",
    "LGPL-3.0-only",
)
"""Licences of libraries that may be used from a work under EUPL-1.2 (see decision 0003)."""

FITTING_CLASSIFIERS = (
    "MIT License",
    "BSD License",
    "Apache Software License",
    "ISC License (ISCL)",
    "Mozilla Public License 2.0 (MPL 2.0)",
)
"""The same in the words of packages that do not use SPDX yet."""


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lock: str) -> dict[str, set[str]]:
    """Requirement with its condition to its hashes."""
    found: dict[str, set[str]] = {}
    requirement = ""
    for line in text(lock).splitlines():
        if line.startswith("    --hash="):
            found[requirement].add(line.strip(" \\"))
        else:
            requirement = line.rstrip(" \\")
            assert re.match(r"[a-z0-9-]+==\S+( ; .+)?$", requirement), f"{lock}: {line}"
            found[requirement] = set()
    return found


def declared() -> dict[str, list[str]]:
    project = tomllib.loads(text("pyproject.toml"))
    groups = {
        "run": project["project"]["dependencies"],
        **project["dependency-groups"],
    }
    return {
        group: [normal(re.split(r"[\[<>=~; ]", r)[0]) for r in listed if isinstance(r, str)]
        for group, listed in groups.items()
    }


def imported(*folders: str) -> set[str]:
    """Distributions whose modules are imported there."""
    owners = packages_distributions()
    tops = {name.split(".")[0] for path in modules(*folders) for _, name in imports(path)}
    tops -= set(sys.stdlib_module_names) | {"contracts", "services", "deploy", "tests"}
    return {normal(owner) for top in tops for owner in owners.get(top, [f"nobody's {top}"])}


def test_what_runs_is_locked_by_hash_as_it_was_tested() -> None:
    # Whoever tests may need on every platform what whoever runs needs on one.
    run, develop = (
        {pin.partition(" ; ")[0]: hashes for pin, hashes in pins(lock).items()}
        for lock in (RUN, DEVELOP)
    )
    assert all(run.values())
    assert all(develop.values())
    assert {pin: develop.get(pin) for pin in run} == run


def test_what_the_benchmark_compares_with_is_locked_and_shares_our_versions() -> None:
    run, compare = (
        dict(pin.split(" ; ")[0].split("==") for pin in pins(lock)) for lock in (RUN, COMPARE)
    )
    assert all(pins(COMPARE).values())
    assert set(declared()["faststream"]) <= compare.keys()
    assert {name: run[name] for name in run.keys() & compare.keys()}.items() <= compare.items()


def test_everything_declared_is_locked() -> None:
    def names(lock: str) -> set[str]:
        return {pin.split("==")[0] for pin in pins(lock)}

    wanted = declared()
    assert set(wanted["run"]) | set(wanted["build"]) <= names(RUN)
    assert set(wanted["dev"]) <= names(DEVELOP)


def test_what_the_product_imports_is_declared_by_itself_and_the_reverse() -> None:
    """What comes only because another library needs it goes when that one changes its mind."""
    wanted = set(declared()["run"])
    used = imported("contracts/", "services/", "deploy/")
    assert used - wanted == set(), "declare these"
    assert wanted - used - USED_UNSEEN.keys() == set(), "nothing imports these"


def test_every_licence_fits_ours() -> None:
    unfit = {}
    for name in {pin.split("==")[0] for pin in pins(RUN)}:
        try:
            found = metadata(name)
        except PackageNotFoundError:
            # Locked for another platform or version of Python.
            continue
        expression = found.get("License-Expression") or ""
        if not expression and found.get("License") in FITTING:
            expression = found["License"]
        parts = [part for part in re.split(r"\s+(?:AND|OR)\s+|[()]", expression) if part]
        classifiers = [
            line.rpartition(" :: ")[2]
            for line in found.get_all("Classifier") or []
            if line.startswith("License :: OSI Approved :: ")
        ]
        fits = (parts and all(part in FITTING for part in parts)) or (
            not parts and classifiers and all(each in FITTING_CLASSIFIERS for each in classifiers)
        )
        if not fits:
            unfit[name] = expression or classifiers or "says nothing"
    assert unfit == {}


def test_the_licence_is_the_european_public_one_in_full() -> None:
    licence = " ".join(text("LICENSE").split())
    assert licence.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert all(f"{number}. " in licence for number in range(1, 16))
    assert licence.endswith("require the production of a new EUPL version.")
    assert tomllib.loads(text("pyproject.toml"))["project"]["license"] == "EUPL-1.2"
