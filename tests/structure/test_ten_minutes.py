"""What a reader does in the first ten minutes, where it can be tried without a person.

That the demo starts and shows verdicts is a story of its own; that an event can be followed from
the map to its reaction is in ``test_conversation.py``, that a number leads to its source in
``test_numbers.py``.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.repository import ROOT, files, text


def test_a_reader_who_changes_one_expected_figure_sees_exactly_that_case_fail(
    tmp_path: Path,
) -> None:
    for path in files():
        kept = {"contracts", "deploy", "services", "tests"}
        if path.parts[0] in kept or path.name == "pyproject.toml":
            (tmp_path / path.parent).mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, tmp_path / path)
    chapter = tmp_path / "tests/spec/book/carbon.yaml"
    before = chapter.read_text(encoding="utf-8")
    case = re.findall(r"^- case: (.+)$", before, flags=re.MULTILINE)[0]
    figure = re.compile(r"(?<=expect:)(.*?)(-?\d+)(?=[,\]}\s])", flags=re.DOTALL)
    changed = figure.sub(lambda m: f"{m[1]}{int(m[2]) + 1}", before, count=1)
    assert changed != before
    chapter.write_text(changed, encoding="utf-8")

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-rf",
            "-p",
            "no:cacheprovider",
            "tests/spec/test_book.py",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    failed = re.findall(r"^FAILED (.+)$", done.stdout, flags=re.MULTILINE)
    assert len(failed) == 1, failed
    assert case in failed[0]


def test_the_gate_runs_what_the_readme_tells_everyone_to_run() -> None:
    gate = text(".ci/run")
    for command in ("make test", "make check"):
        assert command in gate
    assert "\nmake test " in text("README.md")
    assert "export CI=true" in gate
    assert "make clean" in gate


def test_the_two_commands_install_from_the_locks() -> None:
    makefile = text("Makefile")
    assert "demo: .venv/.runs " in makefile
    assert "test: .venv/.tests " in makefile
    assert "--require-hashes" in text(".ci/environment")
