"""Files that commands read and write: proposals, territories."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contracts import codec, samples, strict_json, strict_yaml
from contracts.coherence import faults
from contracts.coherence_of_firms import settled
from contracts.fault import Fault
from contracts.vocabulary.limits import MAX_BODY_BYTES
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis.errors import BadData
from services.chassis.web.places import At, errors_of, why_not_json
from services.externalities.storage import not_loaded
from services.intake.validation_messages import places
from services.method.territory.input_output import multipliers_of


class BadFile(BadData):
    """A file that is not a proposal (or territory); the message names every place to correct."""


def bad(path: Path, what: str, found: Iterable[At | Fault]) -> BadFile:
    """The refusal of a file, each place in a line."""
    lines = [
        f"  {each.pointer or '/'}: {each.why}" + (f" → {each.fix}" if each.fix else "")
        for each in found
    ]
    return BadFile("\n".join([f"{path} is not a {what}:", *lines]))


def read_file(path: Path) -> bytes:
    """The proposal in a YAML or JSON file as JSON. Raises ``BadFile``; ``OSError`` as usual."""
    text = strict_json.without_mark(path.read_bytes())
    if len(text) > MAX_BODY_BYTES:
        raise BadFile(f"{path} has {len(text):,} bytes, a proposal has at most {MAX_BODY_BYTES:,}")
    if path.suffix == ".json":
        return text
    try:
        return samples.read_yaml_proposal(text.decode())
    except UnicodeDecodeError as error:
        raise BadFile(f"{path} is not UTF-8 (byte {error.start}): save it as UTF-8") from error
    except strict_yaml.BadYaml as error:
        raise BadFile(f"{path}: {error}") from error


def read_proposal(path: Path) -> tuple[Proposal, tuple[Fault, ...]]:
    """The coherent proposal in a file, with firms in communes of today, and a note of each code
    that was replaced. Raises ``BadFile`` naming each place to correct.
    """
    body = read_file(path)
    unseen = strict_json.faults(body)
    try:
        proposal = codec.read_proposal(body)
    except ValidationError as error:
        if (why := why_not_json(body, error)) is not None:
            raise BadFile(f"{path} is not JSON: {why}") from error
        raise bad(path, "proposal", [*places(body, error), *unseen]) from error
    if found := (*unseen, *faults(proposal)):
        raise bad(path, "proposal", found)
    return settled(proposal)


def read_snapshot(path: Path | None) -> TerritorySnapshot:
    """The territory in a JSON snapshot file, or the demo territory. Raises ``BadFile``."""
    if path is None:
        return samples.territory_example()
    body = strict_json.without_mark(path.read_bytes())
    unseen = strict_json.faults(body)
    try:
        snapshot: TerritorySnapshot = codec.adapter(TerritorySnapshot).validate_json(body)
    except ValidationError as error:
        raise bad(path, "territory", [*errors_of(error), *unseen]) from error
    if unseen:
        raise bad(path, "territory", unseen)
    if snapshot.input_output is not None:
        try:
            multipliers_of(snapshot.input_output)
        except ValueError as error:
            raise BadFile(f"{path}: /input_output/branches: {error}") from error
    return snapshot


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
