"""What is derived from the contracts is fresh, and staleness would be noticed."""

import shutil
from pathlib import Path

import pytest

from contracts import generate

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A fresh copy of the derived files, to be spoilt."""
    shutil.copytree(REPOSITORY / generate.FROZEN, tmp_path / generate.FROZEN)
    generate.write(tmp_path)
    assert generate.stale(tmp_path) == []
    return tmp_path


def test_the_derived_files_of_the_contracts_are_fresh() -> None:
    stale = generate.stale(REPOSITORY)
    assert stale == [], "run `python -m contracts.generate` and commit the result"


def test_generating_twice_gives_the_same_text() -> None:
    assert generate.generated() == generate.generated()


def test_a_changed_a_missing_and_a_superfluous_file_are_noticed(copy: Path) -> None:
    changed, missing, superfluous = (
        copy / "contracts/FLOW.md",
        copy / "contracts/schemas/Proposal.json",
        copy / "contracts/schemas/Forgotten.v1.reader.json",
    )
    changed.write_text(changed.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    missing.unlink()
    superfluous.write_text("{}", encoding="utf-8")
    expected = [path.relative_to(copy).as_posix() for path in (changed, superfluous, missing)]
    assert generate.stale(copy) == sorted(expected)


def test_writing_mends_what_is_stale_and_nothing_else(copy: Path) -> None:
    (copy / "contracts/asyncapi.yaml").unlink()
    (copy / "contracts/schemas/Forgotten.v1.reader.json").write_text("{}", encoding="utf-8")
    assert generate.write(copy) == [
        "contracts/asyncapi.yaml",
        "contracts/schemas/Forgotten.v1.reader.json",
    ]
    assert generate.stale(copy) == []


def test_the_command_says_which_files_are_stale_and_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "stale", lambda: ["contracts/FLOW.md"])
    assert generate.main(["--check"]) == 1
    out, err = capsys.readouterr()
    assert out == "contracts/FLOW.md\n"
    assert "python -m contracts.generate" in err


def test_the_command_succeeds_in_silence_when_all_is_fresh(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "stale", list)
    assert generate.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_freezing_never_overwrites_what_was_promised(copy: Path) -> None:
    frozen = sorted((copy / generate.FROZEN).glob("*.json"))
    first, second = frozen[0], frozen[1]
    first.write_text("promised", encoding="utf-8")
    second.unlink()
    assert generate.freeze(copy) == [second.relative_to(copy).as_posix()]
    assert first.read_text(encoding="utf-8") == "promised"
    assert second.exists()
