import ast
import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pydantic import TypeAdapter, ValidationError
from pydantic_core._pydantic_core import list_all_errors

from contracts.not_judged import not_judged
from services.chassis.web.languages import CATALOGUE, accepted, french, language_asked
from services.intake.proposal_state import Dossier
from services.intake.validation_messages import SHAPES

ROOT = Path(__file__).parents[4]
RAISED = {"Problem", "At", "Fault", "ValueError", "NoValidKey", "_unauthorized", "nul", "not_json"}
DAYS = {"first", "last"}
ALTERNATIVES = {"belongs"}
"""Variables that hold several quoted words."""
PLACE = re.compile(r"\{([a-z_]+)\}")
NARROW = "[\u00a0\u202f]"
NOT_SAID = (
    # Of types that no contract uses, or of Python objects, which JSON does not hold.
    r"(model|named_tuple|frozen|ordered|counter|mapping|deque|set|bytes|time|url|uuid|decimal|"
    r"fraction|complex|is_|callable|union_tag|arguments|url|recursion|iter|default|needs|get_|no_"
    r"|json|missing_sentinel|ellipsis|invalid_key|dataclass_exact|string_not|string_unicode|"
    r"date_past|date_future|datetime_past|datetime_future|datetime_object|timezone_naive|"
    r"timezone_offset|unexpected_pos|missing_pos|multiple_arg|assertion|value_error|none_|"
    r"datetime_from)"
)


def raised() -> Iterator[tuple[str, str]]:
    """Every message that the doors of the services raise, a value in its places, and its file."""
    files = [
        *(ROOT / "contracts").glob("coherence*.py"),
        *(ROOT / "contracts/vocabulary").glob("*.py"),
        *(ROOT / "contracts").glob("fault.py"),
        ROOT / "contracts/strict_json.py",
        ROOT / "contracts/geography/__init__.py",
        *(ROOT / "services/chassis").glob("*.py"),
        *(ROOT / "services/intake").glob("*.py"),
        *(ROOT / "services/externalities").glob("*.py"),
        ROOT / "services/method/territory/input_output.py",
        ROOT / "services/notify/feed.py",
    ]
    for file in files:
        tree = ast.parse(file.read_text("utf-8"))
        name = file.relative_to(ROOT).as_posix()
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for message in _raised_in(function, name):
                    yield message, name


def _raised_in(function: ast.AST, name: str) -> Iterator[str]:
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            assigned.setdefault(node.targets[0].id, []).append(node.value)
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in RAISED and not (
                # Raised for who writes code or settings, never for who calls.
                node.func.id == "ValueError" and name.startswith("services/chassis/")
            ):
                skipped = {"Problem": 2, "NoValidKey": 2, "At": 1, "Fault": 1}.get(node.func.id, 0)
                for given in node.args[skipped:]:
                    yield from _written(given, assigned)
        elif isinstance(node, ast.Return) and "geography" in name:
            yield from _written(node.value, assigned) if isinstance(node.value, ast.Tuple) else ()


def _written(said: ast.AST, assigned: dict[str, list[ast.expr]]) -> Iterator[str]:
    match said:
        case ast.Constant(value=str(text)) if re.search(r"[a-z]", text):
            yield text
        case ast.JoinedStr(values=values):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else _sample(part)
                for part in values
            )
            for part in values:
                if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name):
                    yield from _written(part.value, assigned)
        case ast.IfExp(body=one, orelse=other):
            yield from _written(one, assigned)
            yield from _written(other, assigned)
        case ast.Tuple(elts=several):
            for each in several:
                yield from _written(each, assigned)
        case ast.Name(id=variable):
            for value in assigned.get(variable, ()):
                yield from _written(value, {})


def _sample(part: ast.expr) -> str:
    assert isinstance(part, ast.FormattedValue)
    if ast.unparse(part.value) in DAYS:
        return "2027-01-31"
    quoted = part.conversion == ord("r") or ast.unparse(part.value) in ALTERNATIVES
    return "'7'" if quoted else "7"


def test_every_message_that_a_door_raises_has_its_french_sentence():
    messages = sorted(set(raised()))
    assert len(messages) > 120
    assert [each for each in messages if french(each[0]) is None] == []


def test_every_error_of_a_type_that_json_can_have_has_its_french_sentence():
    left = []
    for each in list_all_errors():
        if re.match(NOT_SAID, each["type"]):
            continue
        message = each.get("message_template_json") or each["message_template_python"]
        message = message.replace("{expected}", "'a' or 'b'").replace("{expected_plural}", "s")
        if french(re.sub(r"\{\w+\}", "7", message)) is None:
            left.append(message)
    assert left == []


NO_JSON = (
    *(
        "",
        "[",
        '{"a":1',
        '"a',
        '["',
        '{"a" 1}',
        "[1 2]",
        '{"a":1 2}',
        "nul",
        "x",
        r'"\x"',
        "01",
        "1.",
    ),
    *(
        "1e",
        '"\n"',
        "{1:2}",
        r'"\ud800"',
        r'"\u12',
        "[1,]",
        '{"a":1,}',
        "{} x",
        "-",
        r'"\u12xy"',
        "tru",
    ),
)
NO_DAYS = (
    *("", "2", "2027-13-01", "2027-02-30", "2027/02/03", "x027-01-01", "2027-0x-01", "2027-01-0x"),
    *("2027-01-01x", "2027-01-01T08:00", "2027-01", "20270101", "1e5"),
)


def test_why_a_text_is_no_json_and_no_day_is_said_in_french():
    for text in NO_JSON:
        with pytest.raises(ValidationError) as wrong:
            TypeAdapter(dict).validate_json(text)
        why = wrong.value.errors()[0]["msg"].removeprefix("Invalid JSON: ")
        assert french(why), why
        assert french(why.partition(" at line ")[0]), why
    for text in NO_DAYS:
        with pytest.raises(ValidationError) as wrong:
            TypeAdapter(date).validate_json(f'"{text}"', strict=True)
        why = wrong.value.errors()[0]["msg"]
        assert french(why), why
        assert french(why.partition(", ")[2]), why


def test_what_is_said_in_words_of_its_own_has_its_french_sentence():
    assert [shape for shape in SHAPES.values() if french(shape) is None] == []
    assert french(not_judged("en", 2, "scoring 7")) == not_judged("fr", 2, "scoring 7")
    assert french(
        "Nothing stored: " + str(Dossier(1, withdrawn=True).refusal_to_revise()) + "."
    ) == (
        "Rien n\u2019a été enregistré\u00a0: la proposition a été retirée, "
        "ce qui est définitif\u00a0: déposez une nouvelle proposition."
    )


def test_a_translation_has_places_of_its_message_and_french_typography():
    for message in read_po(StringIO(CATALOGUE.read_text("utf-8")), locale="fr"):
        if message.id:
            assert message.string, message.id
            assert not message.fuzzy
            assert "}{" not in message.id, "where one place ends and the next begins is not known"
            assert set(PLACE.findall(message.string)) <= set(PLACE.findall(message.id)), message.id
            assert not re.search(r" [;:?!»]|« ", message.string), message.string
            assert not re.search(rf"(?<!{NARROW})[;?!»](?!q=)", message.string), message.string
            assert "'" not in message.string, message.string


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("fr-CA", "fr"),
        ("de, fr;q=0.1", "fr"),
        ("en;q=0.5, fr;q=0.8", "fr"),
        ("fr ; q=0.5 , en", "en"),
        ("fr;q=0", "en"),
        ("fr;q=nan, en;q=0.1", "en"),
        ("*", "en"),
        ("\u00e9" * 5000, "en"),
    ],
)
def test_the_language_is_the_one_with_the_most_weight(header, language):
    assert language_asked(header) == language


def test_what_is_not_wanted_is_not_accepted():
    assert accepted("en;q=0.3, fr;q=0, de;q=x, nl") == ["nl", "en"]


def test_a_name_that_looks_like_a_sentence_is_only_quoted():
    assert (
        french("no firm is called 'is missing'")
        == "aucune entreprise ne s\u2019appelle «\u00a0is missing\u00a0»"
    )
    assert french("nobody wrote this") is None
