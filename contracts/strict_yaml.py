"""YAML as people should write it: no repeated key, no alias, one document, JSON values only.

YAML lets the second of two equal keys win in silence, a few aliases expand to gigabytes, and 076
and 1:30 are the numbers 62 and 90 to it. All are refused here, once, for topic files, parameters
and proposals.
"""

import math
import re
from collections.abc import Hashable
from datetime import date, datetime
from typing import Any

import yaml

_AS_READ = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
"""Numbers that are what they look like; what is no figure at all is refused by its value."""
_NO_FIGURES = (".inf", ".nan")


class BadYaml(ValueError):
    """A text that is not strict YAML; says what is wrong, and in which line."""


class _StrictLoader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            # The stubs leave this one method of PyYAML without types.
            line = self.get_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise BadYaml(f"line {line}: aliases (*name) are not read: write it out")
        return super().compose_node(parent, index)

    def construct_number(self, node: yaml.ScalarNode) -> Any:
        said = node.value
        plain = _AS_READ.fullmatch(said) or said.lower().endswith(_NO_FIGURES)
        whole = node.tag.endswith(":int")
        value = self.construct_yaml_int(node) if whole else self.construct_yaml_float(node)
        if not plain:
            raise BadYaml(
                f"line {node.start_mark.line + 1}: {said} would be read as the number {value}: "
                f"put a code or a time in quotes, and write a number in digits alone"
            )
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            line = key_node.start_mark.line + 1
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, str):
                raise BadYaml(f"line {line}: the key {key!r} is not a text: put it in quotes")
            if key in seen:
                raise BadYaml(f"line {line}: the key {key!r} is given twice: keep one")
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


for _kind in ("int", "float"):
    _StrictLoader.add_constructor(f"tag:yaml.org,2002:{_kind}", _StrictLoader.construct_number)


def load(text: str, *, max_chars: int = 1_000_000) -> Any:
    """The value the text describes; dates become ``datetime.date``.

    Raises ``BadYaml`` when the text is longer than ``max_chars``, is not YAML, repeats a key or
    uses an alias, a key that is not a text, or a value that JSON does not have.
    """
    if len(text) > max_chars:
        raise BadYaml(f"the text has {len(text)} characters, more than {max_chars}: shorten it")
    try:
        value = yaml.load(text, _StrictLoader)  # noqa: S506 - derived from SafeLoader
    except yaml.YAMLError as broken:
        raise BadYaml(f"this is not YAML: {broken}") from None
    except RecursionError:
        raise BadYaml("the text is nested too deeply to be read") from None
    except ValueError as broken:
        # PyYAML lets impossible dates such as 2025-02-30 through to the datetime constructor.
        if isinstance(broken, BadYaml):
            raise
        raise BadYaml(f"a value cannot be read: {broken}") from None
    _only_json(value)
    return value


def _only_json(value: Any) -> None:
    if isinstance(value, dict):
        for item in value.values():
            _only_json(item)
    elif isinstance(value, list):
        for item in value:
            _only_json(item)
    elif isinstance(value, float) and not math.isfinite(value):
        raise BadYaml(f"{value} is not a figure: leave out what is not known")
    elif not isinstance(value, (str, int, float, date, datetime, type(None))):
        raise BadYaml(f"a {type(value).__name__} has no meaning here: use texts, numbers or dates")
