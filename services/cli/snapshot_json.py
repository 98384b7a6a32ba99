"""A territory's data as a file: JSON, one activity, commune or row a line."""

import json
from pathlib import Path
from typing import Any

from contracts import codec
from contracts.vocabulary.territory import TerritorySnapshot
from services.externalities.storage import not_loaded


def snapshot_text(snapshot: TerritorySnapshot) -> str:
    """The snapshot as JSON. Tables that are not loaded are left out."""
    return _object(
        codec.adapter(TerritorySnapshot).dump_python(
            snapshot, mode="json", exclude=not_loaded(snapshot)
        ),
        "",
    )


def write_whole(path: Path, text: str) -> None:
    """Written beside and renamed, so that a file that is there is whole."""
    unfinished = path.with_name(path.name + ".new")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _object(value: dict[str, Any], indent: str) -> str:
    """Plain fields first, then lists, then what has lists of its own."""
    inner = indent + "  "
    plain = {k: v for k, v in value.items() if not _tall(v)}
    lists = {k: v for k, v in value.items() if _tall(v) and isinstance(v, list)}
    objects = {k: v for k, v in value.items() if isinstance(v, dict)}
    parts = [f"{_dumps(key)}: {_dumps(item)}" for key, item in plain.items()]
    parts += [f"{_dumps(key)}: {_lines(item, inner + '  ')}" for key, item in lists.items()]
    parts += [f"{_dumps(key)}: {_object(item, inner)}" for key, item in objects.items()]
    end = "\n" if not indent else ""
    return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{indent}}}{end}"


def _tall(value: Any) -> bool:
    """Objects, and lists of objects."""
    return isinstance(value, dict) or (
        isinstance(value, list) and (not value or isinstance(value[0], dict))
    )


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _lines(items: list[Any], indent: str) -> str:
    if not items:
        return "[]"
    joined = f",\n{indent}".join(_dumps(item) for item in items)
    return f"[\n{indent}{joined}\n{indent[2:]}]"
