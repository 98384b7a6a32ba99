"""The nomenclature is whole, and a wrong code is refused with the nearest right ones."""

from dataclasses import replace

import pytest

from contracts.coherence import faults
from contracts.nomenclature import naf_labels, nearest_naf
from contracts.samples import proposal_examples, territory_example
from contracts.vocabulary.activities import with_section


def test_every_sub_class_is_there_with_a_label_and_a_section() -> None:
    labels = naf_labels()
    assert len(labels) == 732
    assert labels["1071C"] == "Boulangerie et boulangerie-pâtisserie"
    assert labels["9900Z"] == "Activités des organisations et organismes extraterritoriaux"
    assert all(label.strip() == label and label for label in labels.values())
    assert {with_section(code)[0] for code in labels} == set("ABCDEFGHIJKLMNOPQRSTU")


def test_the_activities_of_a_real_territory_are_among_them() -> None:
    assert {activity.naf for activity in territory_example().activities} <= naf_labels().keys()


def test_a_code_of_no_division_has_no_section() -> None:
    with pytest.raises(ValueError, match="0400Z"):
        with_section("0400Z")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("1071E", "1071A"),  # no such letter in the class
        ("0171C", "1071C"),  # two digits exchanged
        ("6201A", "6201Z"),
        ("2562C", "2562A"),
    ],
)
def test_a_wrong_code_is_refused_with_the_nearest_right_ones(wrong: str, right: str) -> None:
    assert right in nearest_naf(wrong)
    project = proposal_examples()["shared-export-manager"]
    firms = (replace(project.firms[0], naf=wrong), *project.firms[1:])
    (fault,) = faults(replace(project, firms=firms))
    assert fault.pointer == "/firms/0/naf"
    assert wrong in fault.why
    assert right in fault.fix
    assert naf_labels()[right] in fault.fix


def test_an_activity_that_is_opened_must_exist_too() -> None:
    project = proposal_examples()["subsidised-test-bench"]
    opens = replace(project.technology, opens=("7219Z", "0000A"))
    (fault,) = faults(replace(project, technology=opens))
    assert fault.pointer == "/technology/opens/1"
