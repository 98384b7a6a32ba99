"""The method's book is fresh, and holds every worked case and every published one."""

import json

from tests.spec.reading import paragraphs
from tests.support.repository import ROOT, text
from tools import method_book


def test_the_book_is_what_the_code_and_the_cases_say() -> None:
    for path, written in method_book.generated(ROOT).items():
        assert text(path) == written, "run `make generate` and commit the result"


def test_every_worked_case_and_every_published_one_stands_in_the_book() -> None:
    book = text(method_book.BOOK).lower()
    missing = [str(each) for each in paragraphs() if each.case.lower() not in book]
    published = json.loads(text("tests/spec/published.json"))
    missing += [case["id"] for case in published if f"| {case['id'].lower()} " not in book]
    assert missing == []
    assert book.count(": passed |") == len(published)
