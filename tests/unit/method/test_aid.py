"""Checks on the aid asked for, on cases small enough to count by hand.

Sources: Regulation (EU) 2023/2831, articles 1 to 5; Recommendation 2003/361/EC, annex.
"""

from datetime import date
from typing import Any

import pytest

from contracts.vocabulary.aid import AidAsked, AidPart, AidPurpose, AidUse, LegalBasis
from contracts.vocabulary.enterprise import Accounts, Enterprise, PastAid, RelatedEnterprise
from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.partners import Firm
from contracts.vocabulary.proposal import ProjectKind, Proposal
from services.method.aid.checks import aid_checks, aid_questions
from services.method.aid.parameters import AidParameters
from services.method.aid.size import Size, size_of
from services.method.aid.undertaking import undertakings
from services.method.aid.window import Grant, fits_from, fullest, leaves_on, total
from tests.support.halves import book

TODAY = date(2026, 11, 26)
P = AidParameters.of(book().on(TODAY))


def day(text: str) -> date:
    return date.fromisoformat(text)


def received(on: str, amount: float, **more: Any) -> PastAid:
    return PastAid(granted_on=day(on), amount=amount, granted_by="Région Normandie", **more)


def firm(id_: str = "a", **enterprise: Any) -> Firm:
    said = {"related": (), "past_aid": ()} | enterprise
    return Firm(id=id_, name=f"Firm {id_}", staff=20, enterprise=Enterprise(**said))


def project(*firms: Firm, kind: ProjectKind = ProjectKind.MULTI_FIRM, **more: Any) -> Proposal:
    return Proposal(
        title="A project",
        kind=kind,
        territory="fr-ze-2815",
        starts_on=day("2027-01-01"),
        horizon_years=5,
        firms=firms or (firm("a"), firm("b")),
        **more,
    )


def asked(amount: float = 100_000, **more: Any) -> AidAsked:
    said = {
        "basis": LegalBasis.DE_MINIMIS,
        "amount": amount,
        "planned_on": day("2027-03-01"),
        "uses": (),
    }
    return AidAsked(**(said | more))


def checks(proposal: Proposal) -> dict[tuple[str, ...], Claim]:
    """The checks by what they are and whom they are about."""
    branch = aid_checks(proposal, TODAY, P)
    assert branch is not None
    return {(claim.code.removeprefix("check."), *claim.about): claim for claim in branch.because}


def reason(claim: Claim, code: str) -> Claim:
    return next(each for each in claim.because if each.code == code)


# -- the window -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("granted", "gone"),
    [
        ("2024-03-01", "2027-03-01"),
        ("2024-02-29", "2027-03-01"),
        ("2025-02-28", "2028-02-28"),
        ("2024-12-31", "2027-12-31"),
    ],
)
def test_an_aid_counts_for_three_years_from_day_to_day(granted, gone):
    assert leaves_on(day(granted), 3) == day(gone)
    eve = date.fromordinal(day(gone).toordinal() - 1)
    assert total([Grant(day(granted), 1.0)], eve, 3) == 1.0
    assert total([Grant(day(granted), 1.0)], day(gone), 3) == 0.0


def test_years_roll_and_are_no_tax_years():
    grants = [Grant(day("2024-02-01"), 100.0), Grant(day("2025-06-30"), 50.0)]
    on = {"2027-01-31": 150.0, "2027-02-01": 50.0, "2028-06-29": 50.0, "2028-06-30": 0.0}
    assert {at: total(grants, day(at), 3) for at in on} == on


def test_aid_that_is_granted_after_the_planned_day_fills_a_window_of_its_own():
    grants = [Grant(day("2025-01-01"), 100.0), Grant(day("2027-06-01"), 250.0)]
    assert fullest(grants, day("2027-03-01"), 3) == (day("2027-06-01"), 350.0)
    assert total(grants, day("2027-03-01"), 3) == 100.0


def test_the_first_day_on_which_an_aid_would_fit():
    grants = [Grant(day("2024-05-12"), 200.0), Grant(day("2026-01-15"), 80.0)]
    planned = day("2027-03-01")
    assert fits_from(grants, planned, 20.0, 300.0, 3) == planned
    assert fits_from(grants, planned, 100.0, 300.0, 3) == day("2027-05-12")
    assert fits_from(grants, planned, 300.0, 300.0, 3) == day("2029-01-15")
    assert fits_from(grants, planned, 301.0, 300.0, 3) is None


# -- the ceiling ------------------------------------------------------------------------------

PAST = (received("2024-05-12", 190_000), received("2023-02-01", 99_000))


@pytest.mark.parametrize(
    ("amount", "state"),
    [(110_000, "no_objection"), (110_001, "objection"), (300_000, "objection")],
)
def test_the_ceiling_itself_is_within(amount, state):
    proposal = project(
        firm("a", past_aid=PAST),
        firm("b"),
        aid=asked(amount, parts=(AidPart(firm="a", amount=amount),)),
    )
    found = checks(proposal)
    assert found["de_minimis", "a"].value == state
    assert found["de_minimis", "b"].value == "no_objection"
    assert reason(found["de_minimis", "a"], "aid.past_total").value == 190_000
    assert reason(found["de_minimis", "a"], "aid.room").value == 110_000


def test_what_is_left_on_later_days_is_told_and_when_the_aid_would_fit():
    proposal = project(
        firm("a", past_aid=PAST), firm("b"), aid=asked(parts=(AidPart(firm="a", amount=250_000),))
    )
    claim = checks(proposal)["de_minimis", "a"]
    later = reason(claim, "aid.past_total_later")
    assert (later.about, later.value) == (("2027-05-12",), 0.0)
    assert reason(claim, "aid.fits_from").about == ("2027-05-12",)


def test_shares_that_were_not_said_are_between_nothing_and_all():
    proposal = project(firm("a", past_aid=PAST), firm("b"), aid=asked(120_000))
    found = checks(proposal)
    assert reason(found["de_minimis", "a"], "aid.asked_part").value == Estimate(0, 60_000, 120_000)
    assert found["de_minimis", "a"].value == "open", "all of it to one firm would be too much"
    assert found["de_minimis", "b"].value == "no_objection"


@pytest.mark.parametrize("silent", ["past_aid", "related"])
def test_silence_leaves_the_check_open_and_never_passes(silent):
    proposal = project(firm("a", **{silent: None}), firm("b"), aid=asked(10_000))
    assert checks(proposal)["de_minimis", "a"].value == "open"


def test_firms_of_which_nothing_was_said_share_one_open_check_without_a_figure():
    silent = (Firm(id="a", name="A"), Firm(id="b", name="B"))
    found = checks(project(*silent, firm("c"), aid_requested=10_000.0))
    claim = found["de_minimis", "a", "b"]
    assert claim.value == "open"
    assert {each.value for each in claim.because} == {None}, "no zero for what was not said"
    assert found["de_minimis", "c"].value == "no_objection"


def test_a_linked_enterprise_s_aid_counts_and_a_partner_s_does_not():
    related = (
        RelatedEnterprise(name="Holding", share=0.51),
        RelatedEnterprise(name="Half", share=0.5),
        RelatedEnterprise(name="Board", share=0.1, controls=True),
    )
    past = tuple(received("2025-01-01", 50_000, received_by=name.name) for name in related)
    proposal = project(firm("a", related=related, past_aid=past), firm("b"), aid=asked())
    claim = checks(proposal)["de_minimis", "a"]
    assert reason(claim, "aid.past_total").value == 100_000


def test_firms_with_one_parent_are_one_undertaking_and_its_aid_counts_once():
    parent = (RelatedEnterprise(name="Holding", siren="123456789", share=0.8),)
    twin = (RelatedEnterprise(name="The holding", siren="123456789", share=0.6),)
    to_the_parent = {"received_by": "Holding"}
    a = firm("a", related=parent, past_aid=(received("2025-01-01", 70_000, **to_the_parent),) * 2)
    c = firm("c", related=twin, past_aid=(received("2025-02-01", 40_000),))
    (one, other) = undertakings((a, firm("b"), c), P)
    assert [f.id for f in one.firms] == ["a", "c"]
    assert [f.id for f in other.firms] == ["b"]
    assert sum(aid.amount for aid in one.received) == 180_000, "two alike of one firm are two"
    again = firm("c", related=parent, past_aid=(received("2025-01-01", 70_000, **to_the_parent),))
    (both, _) = undertakings((a, firm("b"), again), P)
    assert sum(aid.amount for aid in both.received) == 140_000, "one that both name is one"


def test_two_firms_that_name_each_other_are_one():
    a = firm("a", related=(RelatedEnterprise(name="firm B", share=0.9),))
    assert len(undertakings((a, firm("b")), P)) == 1
    near = firm("a", related=(RelatedEnterprise(name="firm B", share=0.3),))
    assert len(undertakings((near, firm("b")), P)) == 2


def test_the_regulation_ends_in_2030():
    for planned, state in (("2030-12-31", "no_objection"), ("2031-01-01", "objection")):
        found = checks(project(aid=asked(planned_on=day(planned))))
        assert found["in_force",].value == state


def test_another_legal_basis_is_not_held_against_the_ceiling():
    found = checks(project(aid=asked(9e6, basis=LegalBasis.BLOCK_EXEMPTION)))
    assert {key[0] for key in found} == {"aid.basis", "size_between"}
    assert found["aid.basis", "block_exemption"]


# -- what the aid pays for --------------------------------------------------------------------


def uses(*purposes: AidPurpose) -> tuple[AidUse, ...]:
    return tuple(AidUse(purpose=purpose) for purpose in purposes)


@pytest.mark.parametrize(
    ("purposes", "state", "question"),
    [
        ((AidPurpose.EXPORTED_QUANTITIES,), "objection", None),
        ((AidPurpose.FAIRS, AidPurpose.DISTRIBUTION_NETWORK), "objection", None),
        ((AidPurpose.CURRENT_EXPORT_COSTS,), "objection", None),
        ((AidPurpose.FAIRS, AidPurpose.STUDIES, AidPurpose.CONSULTANCY), "no_objection", None),
        ((AidPurpose.PAY,), "open", "question.aid_pay"),
        (None, "open", "question.aid_use"),
    ],
)
def test_what_is_asked_of_a_shared_export_manager(purposes, state, question):
    said = None if purposes is None else uses(*purposes)
    proposal = project(kind=ProjectKind.SHARED_MANAGER, aid=asked(uses=said))
    assert checks(proposal)["export_use",].value == state
    assert [q.code for q in aid_questions(proposal)] == ([question] if question else [])


def test_every_kind_of_exporting_together_is_asked_and_the_others_are_not():
    asking = {
        kind for kind in ProjectKind if aid_questions(project(kind=kind, aid_requested=10_000.0))
    }
    assert asking == {
        ProjectKind.EXPORT_GROUP,
        ProjectKind.EXPORT_INCUBATOR,
        ProjectKind.SHARED_MANAGER,
        ProjectKind.CARRIER,
    }
    assert aid_questions(project(kind=ProjectKind.CARRIER)) == ()


def test_primary_production_is_seen_by_activity_and_by_answer():
    farm = Firm(id="farm", name="Farm", naf="0113Z")
    bakery = Firm(id="bakery", name="Bakery", naf="1071C")
    both = {"aid_requested": 10_000.0}
    found = checks(project(farm, bakery, **both))
    assert found["primary_production",].value == "open"
    assert found["tied_to_products",].value == "open"
    found = checks(
        project(farm, bakery, aid=asked(primary_production=False, tied_to_products=False), **both)
    )
    assert found["primary_production",].value == "open", "the activity says otherwise"
    assert found["tied_to_products",].value == "no_objection"
    found = checks(project(aid=asked(primary_production=True, favours_domestic_goods=True)))
    assert found["primary_production",].value == "objection"
    assert found["domestic_goods",].value == "objection"


# -- the size of an enterprise ----------------------------------------------------------------


def accounts(staff: float | None, turnover: float | None, total: float | None) -> Accounts:
    return Accounts(staff=staff, turnover=turnover, balance_sheet=total)


M = 1e6


@pytest.mark.parametrize(
    ("own", "size"),
    [
        (accounts(9, 2 * M, 9 * M), Size.MICRO),
        (accounts(10, 2 * M, 1 * M), Size.SMALL),
        (accounts(9, 3 * M, 2 * M), Size.MICRO),
        (accounts(9, 3 * M, 3 * M), Size.SMALL),
        (accounts(49, 11 * M, 10 * M), Size.SMALL),
        (accounts(249, 50 * M, 44 * M), Size.MEDIUM),
        (accounts(249, 51 * M, 43 * M), Size.MEDIUM),
        (accounts(249, 51 * M, 44 * M), Size.LARGE),
        (accounts(250, 1 * M, 1 * M), Size.LARGE),
    ],
)
def test_headcount_and_one_of_two_amounts_decide(own, size):
    assert size_of(own, (), P).known is size


def test_partners_count_in_proportion_and_linked_enterprises_whole():
    own = accounts(40, 8 * M, 8 * M)
    other = accounts(40, 4 * M, 4 * M)

    def with_share(share: float) -> Any:
        return size_of(own, (RelatedEnterprise(name="X", share=share, accounts=other),), P)

    assert with_share(0.249).totals.staff == 40
    assert with_share(0.25).totals.staff == 50
    assert with_share(0.25).known is Size.MEDIUM
    assert with_share(0.5).totals.staff == 60
    assert with_share(0.501).totals.staff == 80
    assert with_share(0.501).totals.turnover == 12 * M


def test_a_figure_that_was_not_said_leaves_the_category_open():
    found = size_of(accounts(20, None, None), (), P)
    assert (found.known, found.smallest, found.largest) == (None, Size.SMALL, Size.LARGE)
    assert size_of(accounts(20, 5 * M, None), (), P).known is Size.SMALL, "one amount suffices"
    found = size_of(accounts(5, 1 * M, 1 * M), None, P)
    assert (found.smallest, found.largest) == (Size.MICRO, Size.LARGE), "others were not said"
    unsaid = (RelatedEnterprise(name="X", share=0.3),)
    assert size_of(accounts(5, 1 * M, 1 * M), unsaid, P).known is None


def test_the_year_before_stands_beside_and_two_years_are_a_note():
    own = {"accounts": accounts(260, 20 * M, 20 * M), "year_before": accounts(240, 20 * M, 20 * M)}
    claim = checks(project(firm("a", **own), firm("b"), aid=asked()))["size", "a"]
    assert (claim.value, reason(claim, "size.year_before").value) == ("large", "medium")
    assert reason(claim, "size.two_years")


def test_headcount_is_the_firm_s_staff_where_its_accounts_do_not_say():
    own = Accounts(turnover=5 * M)
    claim = checks(project(firm("a", accounts=own), firm("b")))["size", "a"]
    assert claim.value == "small"
    assert reason(claim, "size.staff").value == 20


def test_nothing_said_of_aid_nor_of_enterprises_leaves_no_branch():
    silent = (Firm(id="a", name="A"), Firm(id="b", name="B"))
    assert aid_checks(project(*silent), TODAY, P) is None
