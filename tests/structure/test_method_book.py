"""The method's book is fresh and holds every worked case; beside it stands every published one."""

import ast
import json

from tests.spec.reading import paragraphs
from tests.support.repository import ROOT, text, tree
from tools import method_book


def test_the_book_is_what_the_code_and_the_cases_say() -> None:
    for path, written in method_book.generated(ROOT).items():
        assert text(path) == written, "run `make generate` and commit the result"


def test_every_worked_case_and_every_published_one_stands_in_the_book() -> None:
    book = text(method_book.BOOK).lower()
    missing = [str(each) for each in paragraphs() if each.case.lower() not in book]
    table = text(method_book.PUBLISHED).lower()
    published = json.loads(text("tests/spec/published.json"))
    missing += [case["id"] for case in published if f"| {case['id'].lower()} " not in table]
    assert missing == []
    assert table.count(": passed |") == len(published)


def test_the_book_lists_only_what_a_verdict_uses() -> None:
    """Mathematics of published cases only would be read as a rule."""
    book = text(method_book.BOOK)
    beside = (ROOT / "services/cli/reference").glob("*.py")
    functions = {n.name for p in beside for n in tree(p).body if isinstance(n, ast.FunctionDef)}
    assert [name for name in functions if f"`{name}`" in book] == []
