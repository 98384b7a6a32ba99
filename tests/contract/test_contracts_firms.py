"""A firm is one firm in the whole project, also inside the groups of an incubator."""

from dataclasses import replace

from contracts.coherence import faults
from contracts.coherence_of_firms import settled
from contracts.samples import proposal_examples
from contracts.vocabulary.proposal import Proposal

INCUBATOR = proposal_examples()["export-incubator-two-levels"]


def with_firms_of(*said: dict[str, str]) -> Proposal:
    """The incubator with these answers of the first firm of its first groups."""
    form = INCUBATOR.export_incubator
    assert form is not None
    groups = list(form.groups)
    for i, answers in enumerate(said):
        first, *others = groups[i].firms
        groups[i] = replace(groups[i], firms=(replace(first, **answers), *others))
    return replace(INCUBATOR, export_incubator=replace(form, groups=tuple(groups)))


def test_a_firm_in_two_groups_of_an_incubator_is_one_firm() -> None:
    one = {"siren": "552100554"}
    (fault,) = faults(with_firms_of(one, one))
    assert fault.pointer == "/export_incubator/groups/1/firms/0/siren"
    assert "/export_incubator/groups/0/firms/0 has this SIREN too" in fault.why
    named = {"name": "Usinage Exemple", "commune": "76540"}
    (fault,) = faults(with_firms_of(named, named | {"name": "USINAGE exemple."}))
    assert fault.pointer == "/export_incubator/groups/1/firms/0/name"
    assert faults(with_firms_of(named, named | {"commune": "76575"})) == ()


def test_a_merged_commune_inside_a_group_is_settled_and_noted_at_its_place() -> None:
    proposal, notes = settled(with_firms_of({"commune": "76003"}))
    assert [note.pointer for note in notes] == ["/export_incubator/groups/0/firms/0/commune"]
    assert proposal.export_incubator is not None
    assert proposal.export_incubator.groups[0].firms[0].commune == "76020"
    assert settled(proposal) == (proposal, ())
