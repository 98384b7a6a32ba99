"""``docs/decisions/README.md``: the index by room, drawn from the heads of the decisions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = "docs/decisions"

ROOMS = {
    "house": "The house as a whole",
    "contracts": "Contracts and the door",
    "messaging": "Chassis: messaging",
    "database": "Chassis: database",
    "web": "Chassis: web",
    "ops": "Chassis: operations",
    "intake": "Intake",
    "externalities": "Externalities",
    "scoring": "Scoring",
    "desk": "Notify and its desk",
    "method": "The method",
    "app": "Processes and the command line",
    "deploy": "Deployment",
    "tests": "Tests and measurements",
}

_HEAD = re.compile(
    r"# (?P<number>\d{4})\. (?P<title>.+)\n\nRoom: (?P<room>\w+)\. Status: (?P<status>.+)\.\n\n"
)

_OPENING = """# Decisions

What was chosen where a sensible person could have chosen otherwise: why, what it costs, what would
reopen it. To add one: the next number, the form of its neighbours, then `make generate`. A decision
that falls keeps its file; its status names the one that took its place.
"""


@dataclass(frozen=True)
class Decision:
    """The head of one file. Raises ``ValueError`` where it has another form."""

    path: Path
    number: int
    title: str
    room: str
    status: str
    body: str

    @classmethod
    def read(cls, path: Path) -> "Decision":
        text = path.read_text("utf-8")
        head = _HEAD.match(text)
        if head is None:
            raise ValueError(
                f'{path.name} begins otherwise than "# NNNN. Title", an empty line and '
                '"Room: …. Status: ….": write it as its neighbours do'
            )
        return cls(
            path,
            int(head["number"]),
            head["title"],
            head["room"],
            head["status"],
            text[head.end() :],
        )


def decisions(root: Path) -> list[Decision]:
    return [Decision.read(path) for path in sorted((root / FOLDER).glob("[0-9]*.md"))]


def _lines(listed: list[Decision]) -> Iterator[str]:
    for each in listed:
        fallen = "" if each.status == "in force" else f" ({each.status})"
        yield f"- {each.number:04d} [{each.title}]({each.path.name}){fallen}\n"


def generated(root: Path) -> dict[str, str]:
    """Path in the repository to text: the index."""
    listed = decisions(root)
    rooms = (
        f"\n## {title}\n\n" + "".join(_lines([each for each in listed if each.room == room]))
        for room, title in ROOMS.items()
    )
    return {f"{FOLDER}/README.md": _OPENING + "".join(rooms)}
