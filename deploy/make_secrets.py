"""Writes ``deploy/.env``: a fresh random password for everything in ``compose.yaml`` that has one.

    python3 deploy/make_secrets.py [FILE]

Needs nothing but Python. A file that is there stays as it is: the databases were made with it.
"""

import os
import re
import secrets
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    """The variables without which ``compose.yaml`` refuses to start."""
    found = re.findall(r"\$\{(\w+):\?", (HERE / "compose.yaml").read_text("utf-8"))
    return list(dict.fromkeys(found))


def make(file: Path) -> bool:
    """Write them for the owner alone; False when the file is there already."""
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        # Without the characters that an address or a shell would read as something else.
        out.writelines(f"{name}={secrets.token_hex(24)}\n" for name in names())
    return True


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / ".env"
    said = "written" if make(target) else "is there already and stays as it is"
    print(f"{target} {said}", file=sys.stderr)
