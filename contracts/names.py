"""Where the derived files of the contracts lie, and how they are called."""

SCHEMAS = "contracts/schemas"
FROZEN = f"{SCHEMAS}/frozen"


def schema_name(event_type: str, form: str) -> str:
    """The file name of an event's schema: ``VerdictIssued.v1.reader.json``."""
    return f"{event_type.removeprefix('winwinwin.')}.{form}.json"
