"""One JSON body for each kind of request, from the examples that people keep as YAML and CSV.

``curl`` sends JSON; what is written twice by hand would differ one day.
"""

import json
from datetime import date
from typing import Any

from contracts import codec, samples, strict_yaml
from contracts.geography import geography
from contracts.vocabulary.competences import CompetenceDirectory
from contracts.vocabulary.funded import FundedProject, FundedProjects
from contracts.vocabulary.milieu import Directory, Survey
from services.cli.milieu import read_survey
from services.externalities.competences.csv_file import read_competences
from services.externalities.milieu.relays import read_relays

FOLDER = "contracts/examples/requests"
PROPOSAL = "shared-export-manager"


def generated() -> dict[str, str]:
    """Path in the repository to the JSON of a body that its address takes."""
    relays = Directory(relays=read_relays(samples.relays_file(), geography()))
    entries = read_competences(samples.competences_file(), geography())
    tied = tuple(relay.id for relay in relays.relays[:2])
    funded = FundedProject(
        proposal_id="0" * 32,
        revision=1,
        decided_on=date(2026, 1, 15),
        source="Illustration: deliberation of 15 January 2026",
        institutions=tied,
    )
    bodies: dict[str, Any] = {
        "proposal": json.loads(samples.read_yaml_proposal(samples.proposal_texts()[PROPOSAL])),
        "relays": _plain(Directory, relays),
        "survey": _plain(Survey, read_survey(samples.survey_file())),
        "funded": _plain(FundedProjects, FundedProjects(projects=(funded,))),
        "competences": _plain(CompetenceDirectory, CompetenceDirectory(entries=entries)),
        "groups": strict_yaml.load(samples.registry_file().read_text("utf-8")),
    }
    return {
        f"{FOLDER}/{name}.json": json.dumps(body, ensure_ascii=False, indent=2) + "\n"
        for name, body in bodies.items()
    }


def _plain(words: Any, value: Any) -> Any:
    return codec.adapter(words).dump_python(value, mode="json")
