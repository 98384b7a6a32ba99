"""The examples as values: where the demo, the command line, tests and benchmark start from."""

import json
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from contracts import strict_yaml
from contracts.codec import adapter, read_proposal
from contracts.vocabulary.limits import MAX_BODY_BYTES
from contracts.vocabulary.proposal import Proposal
from contracts.vocabulary.territory import TerritorySnapshot

TERRITORY = "territory-rouen.json"
EMPLOYMENT_FILE = "urssaf-zone-2815-rouen.csv.gz"


def proposal_texts() -> dict[str, str]:
    """The example proposals as their authors wrote them: name to YAML text, sorted by name."""
    return {file.name.removesuffix(".yaml"): file.read_text("utf-8") for file in _yaml_files()}


def proposal_examples() -> dict[str, Proposal]:
    """The example proposals, name to value, sorted by name."""
    return {
        name: read_proposal(read_yaml_proposal(text)) for name, text in proposal_texts().items()
    }


def territory_text() -> str:
    """The demo territory as the JSON text that is loaded through the public API."""
    return (_examples() / TERRITORY).read_text("utf-8")


def territory_example() -> TerritorySnapshot:
    """The demo territory: private employment of the area of Rouen at the end of 2022."""
    snapshot: TerritorySnapshot = adapter(TerritorySnapshot).validate_json(territory_text())
    return snapshot


def employment_file() -> Path:
    """The publisher's extract of the area of Rouen, which the demo territory is made from."""
    return Path(str(_examples() / EMPLOYMENT_FILE))


def relays_file() -> Path:
    """A directory of relays for the demo territory; every one of them is made up."""
    return Path(str(_examples() / "milieu" / "relays-rouen.csv"))


def survey_file() -> Path:
    """A survey of the demo territory's milieu; everything in it is made up."""
    return Path(str(_examples() / "milieu" / "survey-rouen.yaml"))


def registry_file() -> Path:
    """Firms that look for partners (YAML): what groups are asked from."""
    return Path(str(_examples() / "registries" / "export-managers.yaml"))


def competences_file() -> Path:
    """The demo's directory of competences (CSV): fictitious partners of the area of Rouen."""
    return Path(str(_examples() / "competences-rouen.csv"))


def read_yaml_proposal(text: str) -> bytes:
    """A proposal written in YAML as the JSON bytes that intake takes; dates become ISO 8601.

    Only the notation is read here: ``contracts.codec.read_proposal`` judges the words. Raises
    ``contracts.strict_yaml.BadYaml`` when the text is longer than a request may be, is not YAML,
    repeats a key, uses an alias or holds a value that JSON does not have.
    """
    value = strict_yaml.load(text, max_chars=MAX_BODY_BYTES)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_iso).encode()


def five_firms_2kb() -> bytes:
    """The benchmark's proposal: five firms, every pair with a synergy, about 2 KB of JSON."""
    staff = (12, 18, 25, 33, 48)
    communes = ("76540", "76575", "76451", "76178", "76057")
    activities = ("2562B", "2550B", "2561Z", "2829B", "7112B")
    firms = [
        {
            "id": f"firm-{i}",
            "name": f"Atelier Exemple {i}",
            "naf": activities[i],
            "commune": communes[i],
            "staff": staff[i],
            "own": {"low": 2_000 * staff[i], "central": 2_500 * staff[i], "high": 3_000 * staff[i]},
        }
        for i in range(len(staff))
    ]
    synergies = [
        {
            "between": [f"firm-{i}", f"firm-{j}"],
            "yearly": {"low": 4_000 + 500 * i, "central": 6_000 + 500 * j, "high": 9_000 + 500 * j},
            "kind": "production",
        }
        for i in range(len(staff))
        for j in range(i + 1, len(staff))
    ]
    proposal = {
        "title": "Ligne de production partagée de cinq ateliers (banc d'essai)",
        "kind": "multi_firm",
        "territory": "fr-ze-2815",
        "starts_on": "2027-01-01",
        "horizon_years": 5,
        "price_year": 2026,
        "firms": firms,
        "synergies": synergies,
        "jobs": {
            "gross": {"low": 6, "central": 9, "high": 12},
            "tradable": True,
            "deadweight": 0.25,
            "displacement": {"low": 0.1, "central": 0.12, "high": 0.15},
            "leakage": 0.1,
            "substitution": 0,
            "destroyed": 0,
        },
        "carbon": {"emitted_t_per_year": 40, "avoided_t_per_year": 10},
        "technology": {"activity_leaves": False, "transferred_out": False},
        "aid_requested": 120_000,
    }
    return json.dumps(proposal, ensure_ascii=False, separators=(",", ":")).encode()


def _examples() -> Traversable:
    return files("contracts") / "examples"


def _yaml_files() -> Iterator[Traversable]:
    for file in sorted(_examples().iterdir(), key=lambda found: found.name):
        if file.name.endswith(".yaml"):
            yield file


def _iso(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no JSON form")
