"""Checks on the aid reach the firms inside the groups of an incubator, not only the groups."""

from dataclasses import replace

from contracts.vocabulary.aid import AidPart
from contracts.vocabulary.enterprise import Accounts, RelatedEnterprise
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.forms import ExportIncubatorForm, InnerGroup
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import ProjectKind, Proposal
from services.method.aid.states import Check
from tests.unit.method.test_aid import asked, checks, firm, project, reason, received

NEAR_THE_CEILING = 290_000.0


def incubator(*inside: Firm, **more: object) -> Proposal:
    """Two groups are the players; the firms given are inside the first."""
    groups = (InnerGroup(player="a", firms=inside),)
    return project(
        firm("a"),
        firm("b"),
        kind=ProjectKind.EXPORT_INCUBATOR,
        export_incubator=ExportIncubatorForm(groups=groups),
        **more,
    )


def weaver(**enterprise: object) -> Firm:
    return replace(firm("x", **enterprise), name="Weaver")


def dyer(**enterprise: object) -> Firm:
    return replace(firm("y", **enterprise), name="Dyer")


def test_a_firm_inside_a_group_is_checked_against_the_ceiling_by_its_name():
    full = weaver(past_aid=(received("2026-01-10", NEAR_THE_CEILING),))
    found = checks(incubator(full, dyer(), aid=asked(40_000)))
    check = found["de_minimis", "Weaver"]
    # The group's part is not said: nothing to all of it, a quarter at the centre.
    assert reason(check, "aid.asked_part").value == Estimate(0, 10_000, 40_000)
    assert reason(check, "aid.past_total").value == NEAR_THE_CEILING
    assert check.value == Check.OPEN
    assert found["de_minimis", "Dyer"].value == Check.NO_OBJECTION


def test_a_part_said_for_the_group_bounds_what_its_firms_may_receive():
    parts = (AidPart(firm="a", amount=6_000), AidPart(firm="b", amount=34_000))
    full = weaver(past_aid=(received("2026-01-10", NEAR_THE_CEILING),))
    found = checks(incubator(full, dyer(), aid=asked(40_000, parts=parts)))
    check = found["de_minimis", "Weaver"]
    assert reason(check, "aid.asked_part").value == Estimate(0, 3_000, 6_000)
    assert check.value == Check.NO_OBJECTION


def test_a_firm_inside_linked_to_a_player_is_one_undertaking_with_it():
    parent = RelatedEnterprise(name="Parent", share=0.9)
    linked = weaver(related=(parent,), past_aid=(received("2026-01-10", NEAR_THE_CEILING),))
    given = incubator(linked, dyer(), aid=asked(40_000))
    given = replace(given, firms=(firm("a"), firm("b", related=(parent,))))
    check = checks(given)["de_minimis", "b", "Weaver"]
    assert check.value == Check.OPEN
    # Half as a player, and what may come through the other group; never more than the whole.
    assert reason(check, "aid.asked_part").value == Estimate(0, 30_000, 40_000)


def test_size_and_activity_of_a_firm_inside_a_group_are_checked():
    large = weaver(accounts=Accounts(staff=900, turnover=9e7, balance_sheet=9e7))
    grower = replace(dyer(), naf="0113Z")
    found = checks(incubator(large, grower, aid=asked()))
    assert found["size", "Weaver"].value == "large"
    assert [c.about for c in found["primary_production",].because] == [("Dyer", "0113Z")]


def test_firms_inside_of_which_nothing_was_said_are_named_among_the_others():
    silent = (Firm(id="x", name="Weaver"), Firm(id="y", name="Dyer"))
    found = checks(incubator(*silent, aid=asked()))
    assert found["de_minimis", "Weaver", "Dyer"].value == Check.OPEN
