"""What no file may hold, and how long one may be."""

import re
from pathlib import Path

from tests.support.repository import files, modules, text

LONGEST = 400
"""Lines of a file that still is one thing with one name."""

LONGER = {
    "tests/unit/chassis/messaging/test_consumer.py": "one machine, in the order of a message",
    "tests/unit/notify/desk/test_desk_pages.py": "every page, as somebody walks through the desk",
}
"""Python files beyond that, each with the reason."""

WRITTEN_BY_PEOPLE = {".py", ".md", ".toml", ".yaml", ".html", ".css", ".sh", ".po", ""}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|WIP)\b")
UNWRITTEN = re.compile(r"NotImplementedError")
LEFT_OUT = re.compile(r"pytest\.skip\(|mark\.skip|mark\.xfail|importorskip")
SOMEBODYS_MACHINE = re.compile(r"(?<![\w.$}/])/(home|Users|root|work|mnt|tmp|var/folders)/\w")
PACKAGE_INDEX = re.compile(r"(--(extra-)?index-url|--find-links|pypi\.org/simple|/simple/?['\"\s])")
SECRET = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY|www_[A-Za-z0-9_-]{43}\b")

THIS_FILE = Path(__file__).relative_to(Path(__file__).resolve().parents[2])


def written() -> list[Path]:
    """Text files written by people, without the rules of this file and the licence."""
    return [
        path
        for path in files()
        if path.suffix in WRITTEN_BY_PEOPLE and path not in {THIS_FILE, Path("LICENSE")}
    ]


def found(pattern: re.Pattern[str], *, but: frozenset[str] = frozenset()) -> list[str]:
    """Where the pattern stands, ``path:line: text``."""
    return [
        f"{path}:{number}: {line.strip()}"
        for path in written()
        if path.as_posix() not in but
        for number, line in enumerate(text(path).splitlines(), start=1)
        if pattern.search(line)
    ]


def test_no_file_outgrows_its_name() -> None:
    grown = {
        path.as_posix(): lines
        for path in modules()
        if (lines := len(text(path).splitlines())) > LONGEST
    }
    assert grown.keys() <= LONGER.keys(), f"split, or say why not: {grown}"


def test_nothing_is_left_to_do_in_the_code() -> None:
    """What is not done is an issue or a sentence in the README, where people look."""
    assert found(UNFINISHED) == []


def test_no_method_is_left_unwritten() -> None:
    """What a base class leaves to others is abstract: it cannot be forgotten at run time."""
    assert found(UNWRITTEN) == []


def test_no_test_is_left_out_on_a_condition_of_its_own() -> None:
    """A test that can be left out is one that nobody knows to have run. Those that need a browser
    or a broker go by one rule for all of them, in a ``conftest.py``; under CI they are required.
    """
    rules = frozenset({"tests/browser/conftest.py", "tests/conftest.py"})
    assert found(LEFT_OUT, but=rules) == []


def test_nobodys_machine_is_named() -> None:
    assert found(SOMEBODYS_MACHINE) == []


def test_no_file_names_a_package_index() -> None:
    """Where packages come from is the installer's business: theirs may be a mirror."""
    locks = [path for path in files() if path.suffix == ".lock"]
    named = [
        f"{path}: {line}"
        for path in locks
        for line in text(path).splitlines()
        if "://" in line or line.startswith("--")
    ]
    assert found(PACKAGE_INDEX) + named == []


def test_no_secret_is_committed() -> None:
    assert found(SECRET) == []


def test_an_exception_to_a_rule_has_its_reason_where_it_is_first_made() -> None:
    """Beside it, or in the comment above it; the next ones in the file are for the same reason.
    A test that writes what the types forbid is its own reason.
    """
    excuse = re.compile(
        r"#\s*(?:noqa: (?P<rule>[A-Z0-9, ]+)|type: ignore\[(?P<kind>[a-z, -]+)\])(.*)"
    )
    bare = []
    for path in modules("contracts/", "services/"):
        lines = text(path).splitlines()
        explained = set()
        for number, line in enumerate(lines):
            if (made := excuse.search(line)) is None:
                continue
            what = made["rule"] or made["kind"]
            if made[3].strip() or lines[number - 1].strip().startswith("#"):
                explained.add(what.strip())
            elif what.strip() not in explained:
                bare.append(f"{path}:{number + 1}: {line.strip()}")
    assert bare == []


def test_no_exception_is_made_without_naming_the_rule() -> None:
    assert found(re.compile(r"#\s*noqa(?!:)|#\s*type: ignore(?!\[)")) == []


def test_every_module_says_what_it_is() -> None:
    """Its first line is a sentence, except where the one class in it says it all."""
    silent = [
        path.as_posix()
        for path in modules("contracts/", "services/")
        if text(path).strip()
        and not text(path).startswith(('"""', 'r"""'))
        and not re.match(r"contracts/events/|.*/migrations/", path.as_posix())
    ]
    assert silent == []
