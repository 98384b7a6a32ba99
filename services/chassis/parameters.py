"""A number is a file: loading the dated, sourced values of a method.

One YAML per parameter; its path is its name (``jobs/deadweight.yaml`` is ``jobs.deadweight``)::

    label_en: Deadweight, when not said
    label_fr: Effet d'aubaine, s'il n'est pas déclaré
    unit: share
    values:
      - since: 2025-01-01          # first day the method judges with this value
        value: [0.0, 0.2, 0.4]     # one number, or a list
        source: where it comes from
        checked_on: 2026-11-23     # last day somebody went back to the source
        note: anything a reader should know (optional)

A file that says less, or more, does not load.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from contracts import strict_yaml
from contracts.vocabulary.parameters import Parameter, ParameterSheet
from services.chassis.errors import BadData

_NAME = re.compile(r"[a-z0-9_]+")
_FILE_KEYS = ("label_en", "label_fr", "unit", "values")
_VALUE_KEYS = ("since", "value", "source", "checked_on")
_OPTIONAL_VALUE_KEYS = ("note",)
_SHEETS_KEPT = 512


class ParameterError(BadData, ValueError):
    """A parameter file cannot be used. The message names the file, the key, and what to write."""


@dataclass(frozen=True, slots=True)
class DatedValue:
    """One value of a parameter, in force from ``since`` until the next one."""

    since: date
    value: float | tuple[float, ...]
    source: str
    checked_on: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class DatedParameter:
    """A parameter with all its values, earliest first."""

    id: str
    label_en: str
    label_fr: str
    unit: str
    values: tuple[DatedValue, ...]

    def on(self, day: date) -> Parameter | None:
        """The value in force that day, None before the first one."""
        for dated in reversed(self.values):
            if dated.since <= day:
                return Parameter(
                    id=self.id,
                    value=dated.value,
                    unit=self.unit,
                    since=dated.since,
                    source=dated.source,
                    checked_on=dated.checked_on,
                    label_en=self.label_en,
                    label_fr=self.label_fr,
                )
        return None


class ParameterBook(Mapping[str, DatedParameter]):
    """Every parameter of a method with its whole history."""

    def __init__(self, parameters: Mapping[str, DatedParameter]) -> None:
        self._parameters = dict(parameters)
        # The same day gives the same object: whoever prepares something from a sheet can keep it.
        self._sheet = lru_cache(maxsize=_SHEETS_KEPT)(self._build_sheet)

    @classmethod
    def load(cls, folder: Traversable | Path) -> "ParameterBook":
        """Read every ``*.yaml`` under ``folder``.

        Raises ``ParameterError`` at the first file that is not a complete, sourced parameter, or
        when the folder holds none.
        """
        parameters = {}
        for parameter_id, file in sorted(_files(folder, ()), key=lambda found: found[0]):
            parameters[parameter_id] = _read(parameter_id, file)
        if not parameters:
            raise ParameterError(
                f"{folder}: no parameter file (*.yaml) is there; give the folder that holds them"
            )
        return cls(parameters)

    def on(self, day: date) -> ParameterSheet:
        """The values in force that day. A parameter without one is absent: asking for it raises."""
        return self._sheet(day)

    def _build_sheet(self, day: date) -> ParameterSheet:
        in_force = ((name, parameter.on(day)) for name, parameter in self._parameters.items())
        return ParameterSheet(day, {name: value for name, value in in_force if value is not None})

    def __getitem__(self, parameter_id: str) -> DatedParameter:
        return self._parameters[parameter_id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._parameters)

    def __len__(self) -> int:
        return len(self._parameters)


def _files(
    folder: Traversable | Path, above: tuple[str, ...]
) -> Iterator[tuple[str, Traversable | Path]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _files(entry, (*above, entry.name))
        elif entry.name.endswith(".yaml"):
            parts = (*above, entry.name.removesuffix(".yaml"))
            for part in parts:
                if not _NAME.fullmatch(part):
                    raise ParameterError(
                        f"{entry}: {part!r} cannot be part of a parameter's name; use lower-case "
                        f"letters, digits and _"
                    )
            yield ".".join(parts), entry


def _read(parameter_id: str, file: Traversable | Path) -> DatedParameter:
    try:
        content = strict_yaml.load(file.read_text(encoding="utf-8"))
    except (strict_yaml.BadYaml, UnicodeDecodeError) as error:
        raise ParameterError(f"{file}: {error}") from error
    where = str(file)
    keys = _keys(content, _FILE_KEYS, (), where)
    values = keys["values"]
    if not isinstance(values, list) or not values:
        raise ParameterError(f"{where}: values must be a list of dated values, at least one")
    dated = tuple(_dated_value(item, f"{where}: values[{i}]") for i, item in enumerate(values))
    for earlier, later in pairwise(dated):
        if later.since <= earlier.since:
            raise ParameterError(
                f"{where}: values: {later.since} comes after {earlier.since} in the file; list the "
                f"values by date, each date once"
            )
    return DatedParameter(
        id=parameter_id,
        label_en=_text(keys, "label_en", where),
        label_fr=_text(keys, "label_fr", where),
        unit=_text(keys, "unit", where),
        values=dated,
    )


def _dated_value(item: object, where: str) -> DatedValue:
    keys = _keys(item, _VALUE_KEYS, _OPTIONAL_VALUE_KEYS, where)
    return DatedValue(
        since=_date(keys, "since", where),
        value=_value(keys["value"], where),
        source=_text(keys, "source", where),
        checked_on=_date(keys, "checked_on", where),
        note=_text(keys, "note", where) if "note" in keys else "",
    )


def _keys(
    content: object, needed: tuple[str, ...], optional: tuple[str, ...], where: str
) -> dict[str, Any]:
    if not isinstance(content, dict):
        raise ParameterError(f"{where}: must be a mapping with the keys {', '.join(needed)}")
    for key in content:
        if key not in needed and key not in optional:
            raise ParameterError(
                f"{where}: unknown key {key!r}; the keys are {', '.join((*needed, *optional))}"
            )
    for key in needed:
        if key not in content:
            raise ParameterError(f"{where}: {key} is missing; a number without it is not used")
    return content


def _text(keys: dict[str, Any], key: str, where: str) -> str:
    text = keys[key]
    if not isinstance(text, str) or not text.strip():
        raise ParameterError(f"{where}: {key} must be a text, not {text!r}")
    return text.strip()


def _date(keys: dict[str, Any], key: str, where: str) -> date:
    day = keys[key]
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ParameterError(f"{where}: {key} must be a date such as 2025-01-31, not {day!r}")
    return day


def _value(value: object, where: str) -> float | tuple[float, ...]:
    if isinstance(value, list):
        if not value:
            raise ParameterError(f"{where}: value is an empty list; give at least one number")
        return tuple(_number(item, where) for item in value)
    return _number(value, where)


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ParameterError(f"{where}: value must be a number, not {value!r}")
    if not math.isfinite(value):
        raise ParameterError(f"{where}: value must be a finite number, not {value!r}")
    return float(value)
