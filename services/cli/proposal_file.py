"""A proposal in a file, as JSON: what every command reads before it looks at what is said."""

from pathlib import Path

from contracts import samples, strict_json, strict_yaml
from contracts.vocabulary.limits import MAX_BODY_BYTES
from services.chassis.errors import BadData


class BadFile(BadData):
    """A file that is not a proposal (or territory); the message names every place to correct."""


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
