"""Every word of the glossary stands there once, in both languages, and lives where it says."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (REPOSITORY / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| English")
]


def test_every_row_has_both_languages_one_sentence_and_a_place() -> None:
    for row in ROWS:
        english, french, meaning, where = row
        assert english, row
        assert french, row
        assert where, row
        assert meaning.endswith("."), row
        assert not re.search(r"[a-z]\. [A-Z]", meaning.replace("rev. ", "")), (
            f"two sentences: {row}"
        )


def test_every_term_stands_there_once() -> None:
    for language in (0, 1):
        terms = [term for row in ROWS for term in row[language].lower().split(", ")]
        assert [term for term in set(terms) if terms.count(term) > 1] == []


def test_the_terms_of_a_section_are_in_alphabetical_order() -> None:
    text = (REPOSITORY / "GLOSSARY.md").read_text(encoding="utf-8")
    for section in text.split("\n## ")[1:]:
        terms = [
            line.split("|")[1].strip().lower()
            for line in section.splitlines()
            if line.startswith("| ") and not line.startswith("| English")
        ]
        assert terms == sorted(terms), section.partition("\n")[0]


def test_every_word_lives_where_the_glossary_says() -> None:
    for english, _, _, where in ROWS:
        path, *names = re.findall(r"`([^`]+)`", where) or [""]
        assert (REPOSITORY / path).exists(), f"{english}: {path} does not exist"
        for name in names:
            text = (REPOSITORY / path).read_text(encoding="utf-8")
            assert re.search(rf"\b{name}\b", text), f"{english}: {path} does not say {name}"
