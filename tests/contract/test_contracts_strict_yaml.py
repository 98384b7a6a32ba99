"""YAML is read strictly: what a person cannot have meant is refused, with its line."""

from datetime import date

import pytest

from contracts.strict_yaml import BadYaml, load


def test_plain_yaml_is_read() -> None:
    text = "a: 1\nb: [x, 2.5, null, true]\nc: {d: 2026-01-31}\n"
    assert load("[0, -1, +5, 1.50, .5, 5., 1.5e+3]") == [0, -1, 5, 1.5, 0.5, 5, 1500]
    assert load(text) == {"a": 1, "b": ["x", 2.5, None, True], "c": {"d": date(2026, 1, 31)}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1\na: 2\n", "line 2: the key 'a' is given twice"),
        ("a:\n  b: 1\n  b: 2\n", "line 3"),
        ("a: &x [1]\nb: *x\n", "line 2: aliases"),
        ("a: &x {c: 1}\nb:\n  <<: *x\n", "line 3: aliases"),
        ("1: a\n", "the key 1 is not a text"),
        ("a: !!binary aGVsbG8=\n", "a bytes has no meaning here"),
        ("a: !!set {b, c}\n", "a set has no meaning here"),
        ("a: !!python/object/apply:os.getcwd []\n", "not YAML"),
        ("a: 1\n---\nb: 2\n", "not YAML"),
        ("a: [1\n", "not YAML"),
        ("a: .nan\n", "nan is not a figure"),
        ("a: [-.inf]\n", "-inf is not a figure"),
        ("a: 2026-02-30\n", "cannot be read"),
        ("a: \x00\n", "not YAML"),
        ("[" * 20_000, "too deeply"),
        ("a: 1\nsiren: 012345670\n", "line 2: 012345670 would be read as the number 2739128"),
        (
            "naf: 0111\n",
            "line 1: 0111 would be read as the number 73: put a code or a time in quotes",
        ),
        ("a: 1:30\n", "1:30 would be read as the number 90"),
        ("a: 1_250\n", "1_250 would be read as the number 1250"),
        ("a: 0x1F\n", "0x1F would be read as the number 31"),
        ("a: 1:30.5\n", "1:30.5 would be read as the number 90.5"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, says: str) -> None:
    with pytest.raises(BadYaml, match=says):
        load(text)


def test_a_bomb_of_aliases_is_refused_at_its_first_alias() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    with pytest.raises(BadYaml, match="line 2: aliases"):
        load(bomb)


def test_a_text_that_is_too_long_is_not_parsed() -> None:
    with pytest.raises(BadYaml, match="more than 10"):
        load("a: 12345678", max_chars=10)
