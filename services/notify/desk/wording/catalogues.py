"""Keeps the catalogue in step: ``python -m services.notify.desk.wording.catalogues``.

New messages appear in ``locale/fr/desk.po`` untranslated and old ones disappear; a test fails until
every one is translated.
"""

from collections.abc import Iterator
from importlib import resources
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import write_po

from services.chassis.parameters import ParameterBook
from services.method.claims import CODES
from services.notify.desk.wording.language import CATALOGUE, read_catalogue

_HERE = Path(str(resources.files("services.notify.desk")))
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural}\\n"

"""
Keywords = dict[str, tuple[int, ...] | None]

_PYTHON: Keywords = {"mark": None, "mark_plural": (1, 2), "say": None}
_TEMPLATES: Keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}


def messages() -> Catalog:
    """Every message of the desk, with the file that says it."""
    found = Catalog(project="winwinwin", charset="utf-8")
    for file, method, keywords in _sources():
        with file.open("rb") as source:
            for _line, message, comments, _context in extract(method, source, keywords=keywords):
                name = file.relative_to(_HERE).as_posix()
                # No line numbers: they would change the catalogue with every edit of the code.
                found.add(message, locations=[(name, 0)], auto_comments=comments)
    for text, code in _claimed():
        found.add(text, locations=[(f"claims/{code}", 0)])
    for text, parameter in _cited():
        found.add(text, locations=[(f"parameters/{parameter}", 0)])
    return found


def _claimed() -> Iterator[tuple[str, str]]:
    """The sentences of the method's claims, each with its code."""
    for code, meaning in CODES.items():
        for text in filter(None, (meaning.words, meaning.alone, meaning.rule)):
            yield text, code


def _cited() -> Iterator[tuple[str, str]]:
    """The sources of the method's parameters, as this version writes them, each once."""
    book = ParameterBook.load(resources.files("services.method") / "parameters")
    first: dict[str, str] = {}
    for name in sorted(book):
        for value in book[name].values:
            first.setdefault(value.source, name)
    yield from first.items()


def updated() -> Catalog:
    """The committed catalogue with exactly the messages of the code."""
    catalogue = read_catalogue()
    catalogue.update(messages(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as it is committed: sorted and without dates, so that changes are readable."""
    header = _HEADER.format(language=catalogue.locale_identifier, plural=catalogue.plural_forms)
    text = BytesIO()
    write_po(text, catalogue, sort_output=True, omit_header=True, width=100, include_lineno=False)
    return header.encode() + text.getvalue().lstrip()


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Messages without a translation, or with one that nobody confirmed."""
    for message in catalogue:
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and (message.fuzzy or not all(strings)):
            yield message


def _sources() -> Iterator[tuple[Path, str, Keywords]]:
    for file in sorted(_HERE.rglob("*.py")):
        yield file, "python", _PYTHON
    for file in sorted((_HERE / "templates").glob("*.html")):
        yield file, "jinja2", _TEMPLATES


if __name__ == "__main__":
    Path(str(CATALOGUE)).write_bytes(written(updated()))
