"""RESULTS.md: a head, and a section for each thing measured, each written by itself."""

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")

HEAD = """\
# What this machine measured

Written by `make bench`; each section says when and how. The load generator shares the processors.
Rates differ from machine to machine: compare the ratios.
"""


def write(title: str, body: str) -> None:
    """Put the section of that title in the place of the former one, or at the end."""
    found = _sections(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    found[title] = body.strip()
    text = "\n\n".join([HEAD.strip(), *(f"## {name}\n\n{said}" for name, said in found.items())])
    RESULTS.write_text(text + "\n", "utf-8")


def _sections(text: str) -> dict[str, str]:
    _, *parts = re.split(r"^## ", text, flags=re.MULTILINE)
    pairs = [part.partition("\n") for part in parts]
    return {title.strip(): body.strip() for title, _, body in pairs}
