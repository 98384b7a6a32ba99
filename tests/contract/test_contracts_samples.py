"""The examples can be read, are coherent, lie in the demo territory and name their sources."""

import json
from datetime import date

import pytest
from jsonschema import Draft202012Validator

from contracts.codec import read_proposal
from contracts.coherence import faults
from contracts.generate import generated
from contracts.samples import (
    five_firms_2kb,
    proposal_examples,
    proposal_texts,
    read_yaml_proposal,
    territory_example,
    territory_text,
)
from contracts.strict_yaml import BadYaml
from contracts.vocabulary.limits import MAX_BODY_BYTES, MAX_PLAYERS
from contracts.vocabulary.proposal import ProjectKind, Proposal, SourceKind

EXAMPLES = sorted(proposal_examples().items())
NAMES = [name for name, _ in EXAMPLES]
each_example = pytest.mark.parametrize(("name", "proposal"), EXAMPLES, ids=NAMES)


def test_every_kind_of_project_of_the_paper_has_an_example() -> None:
    assert {proposal.kind for _, proposal in EXAMPLES} == set(ProjectKind)


@each_example
def test_an_example_is_coherent(name: str, proposal: Proposal) -> None:
    assert faults(proposal) == ()


@each_example
def test_an_example_lies_in_the_demo_territory_and_in_its_activities(
    name: str, proposal: Proposal
) -> None:
    territory = territory_example()
    activities = {activity.naf for activity in territory.activities}
    assert proposal.territory == territory.id
    for firm in proposal.firms:
        assert firm.naf is None or firm.naf in activities
        assert firm.commune is None or firm.commune.startswith("76")


@each_example
def test_an_example_says_where_its_figures_come_from(name: str, proposal: Proposal) -> None:
    assert SourceKind.ILLUSTRATION in {source.kind for source in proposal.sources}
    said = json.loads(read_yaml_proposal(proposal_texts()[name]))
    for source in proposal.sources:
        found = said
        for step in source.about.split("/")[1:]:
            found = found[int(step)] if isinstance(found, list) else found[step]
        assert found is not None
    about = " ".join(source.about for source in proposal.sources)
    assert "/jobs" in about
    assert "/firms" in about


@each_example
def test_the_firms_of_an_example_are_plainly_fictitious(name: str, proposal: Proposal) -> None:
    assert all("Exemple" in firm.name for firm in proposal.firms)
    assert "fictif" in proposal.summary.lower() or "fictives" in proposal.summary.lower()


@each_example
def test_an_example_opens_with_the_verdict_that_is_expected(name: str, proposal: Proposal) -> None:
    head = proposal_texts()[name].partition("\ntitle:")[0]
    assert head.startswith("# ")
    assert "\n# Expected: " in head


@each_example
def test_an_example_satisfies_the_schema_for_partners(name: str, proposal: Proposal) -> None:
    schema = json.loads(generated()["contracts/schemas/Proposal.json"])
    said = json.loads(read_yaml_proposal(proposal_texts()[name]))
    assert not list(Draft202012Validator(schema).iter_errors(said))


def test_the_export_group_has_the_published_orders_of_magnitude() -> None:
    staff = [firm.staff for firm in dict(EXAMPLES)["export-group-nine"].firms if firm.staff]
    assert (len(staff), sum(staff), max(staff), min(staff)) == (9, 270, 62, 3)


def test_one_incubator_has_more_firms_than_a_game_can_hold() -> None:
    assert len(dict(EXAMPLES)["incubator-twenty"].firms) > MAX_PLAYERS


def test_the_demo_territory_adds_up_to_the_published_total() -> None:
    territory = territory_example()
    assert territory.private_employment == 183_731
    assert sum(activity.employees for activity in territory.activities) == 183_731
    assert len({activity.naf for activity in territory.activities}) == len(territory.activities)
    assert all(activity.establishments >= 1 for activity in territory.activities)
    assert (territory.id, territory.name, territory.year) == ("fr-ze-2815", "Rouen", 2022)
    assert territory.communes == 218
    assert json.loads(territory_text())["licence"] == "Licence Ouverte"


def test_yaml_and_json_say_the_same() -> None:
    body = read_yaml_proposal("title: Été\nstarts_on: 2027-01-01\nhorizon_years: 3\nfirms: []\n")
    said = {"title": "Été", "starts_on": "2027-01-01", "horizon_years": 3, "firms": []}
    assert json.loads(body) == said


def test_json_is_yaml_too() -> None:
    assert read_proposal(read_yaml_proposal(five_firms_2kb().decode())) == read_proposal(
        five_firms_2kb()
    )


def test_a_proposal_longer_than_a_request_may_be_is_refused() -> None:
    with pytest.raises(BadYaml, match="shorten"):
        read_yaml_proposal("summary: " + "x" * MAX_BODY_BYTES)


def test_a_repeated_key_and_an_alias_are_refused() -> None:
    with pytest.raises(BadYaml, match="'title' is given twice"):
        read_yaml_proposal("title: a\ntitle: b\n")
    with pytest.raises(BadYaml, match="alias"):
        read_yaml_proposal("title: &t a\nsummary: *t\n")


def test_the_benchmark_proposal_has_five_firms_no_conflict_and_about_two_kilobytes() -> None:
    body = five_firms_2kb()
    proposal = read_proposal(body)
    assert 1_900 <= len(body) <= 2_300
    assert body == five_firms_2kb()
    assert len(proposal.firms) == 5
    assert len(proposal.synergies) == 10
    assert all(synergy.yearly and synergy.yearly.low >= 0 for synergy in proposal.synergies)
    assert faults(proposal) == ()
    assert proposal.starts_on > date(2025, 1, 1)
