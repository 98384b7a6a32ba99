"""FastStream in an environment of its own: nobody needs it to run or to test the services.

Made on first use in ``build/faststream`` from ``requirements-faststream.lock`` beside this file
(written by ``make lock``), and again when that has changed.
"""

import subprocess
import venv
from pathlib import Path

ROOT = Path(__file__).parents[3]
LOCK = ROOT / "tests/bench/requirements-faststream.lock"
FOLDER = ROOT / "build/faststream"


def python() -> str:
    """The interpreter that has FastStream. Raises ``SystemExit`` when it cannot be installed."""
    interpreter, made_from = FOLDER / "bin/python", FOLDER / LOCK.name
    if made_from.exists() and made_from.read_bytes() == LOCK.read_bytes():
        return str(interpreter)
    venv.create(FOLDER, clear=True, with_pip=True)
    command = [interpreter, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    done = subprocess.run([*command, "--require-hashes", "-r", LOCK], check=False)
    if done.returncode:
        raise SystemExit(
            f"FastStream could not be installed from {LOCK}: see above, or measure the other parts "
            f"with --part"
        )
    made_from.write_bytes(LOCK.read_bytes())
    return str(interpreter)
