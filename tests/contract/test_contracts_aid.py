"""What is said of aid and enterprises: bounded, coherent, not written where nobody said it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from contracts import codec
from contracts.coherence import faults
from contracts.samples import five_firms_2kb, proposal_examples
from contracts.vocabulary.aid import AidAsked, AidPart, AidPurpose, AidUse
from contracts.vocabulary.enterprise import (
    Accounts,
    AidRegulation,
    Enterprise,
    PastAid,
    RelatedEnterprise,
)
from contracts.vocabulary.proposal import Proposal


def proposal(**changes: Any) -> Proposal:
    return replace(codec.read_proposal(five_firms_2kb()), **changes)


def with_enterprise(**said: Any) -> Proposal:
    first, *others = proposal().firms
    return proposal(firms=(replace(first, enterprise=Enterprise(**said)), *others))


def received(on: str, **more: Any) -> PastAid:
    return PastAid(granted_on=date.fromisoformat(on), amount=1.0, granted_by="Région", **more)


def test_what_nobody_said_is_not_written_and_changes_no_hash():
    written = codec.adapter(Proposal).dump_json(proposal())
    for name in (b'"aid":', b'"glocal":', b'"enterprise":'):
        assert name not in written


def test_what_was_said_comes_back_as_it_was():
    for name in ("shared-export-manager", "export-group-nine"):
        example = proposal_examples()[name]
        written = codec.adapter(Proposal).dump_json(example)
        assert codec.read_proposal(written) == example


HOLDING = RelatedEnterprise(name="Holding", share=0.6)
PARTS = (AidPart(firm="firm-0", amount=70_000), AidPart(firm="firm-1", amount=60_000))


@pytest.mark.parametrize(
    ("said", "pointer", "why"),
    [
        (proposal(aid=AidAsked(amount=120_001)), "/aid/amount", "120,000 EUR"),
        (proposal(aid=AidAsked(parts=PARTS)), "/aid/parts", "add up to 130,000 EUR"),
        (
            proposal(aid=AidAsked(parts=(AidPart(firm="nobody", amount=1),))),
            "/aid/parts/0",
            "no firm is called 'nobody'",
        ),
        (proposal(aid=AidAsked(parts=(PARTS[0], PARTS[0]))), "/aid/parts/1", "named twice"),
        (
            proposal(aid=AidAsked(amount=10, uses=(AidUse(purpose=AidPurpose.FAIRS, amount=11),))),
            "/aid/uses",
            "add up to 11 EUR",
        ),
        (
            with_enterprise(related=(HOLDING, HOLDING)),
            "/firms/0/enterprise/related/1/name",
            "two related enterprises",
        ),
        (
            with_enterprise(past_aid=(received("2025-01-01", received_by="Holding"),)),
            "/firms/0/enterprise/past_aid/0/received_by",
            "no related enterprise",
        ),
        (
            with_enterprise(past_aid=(received("2023-12-31", regulation=AidRegulation.GENERAL),)),
            "/firms/0/enterprise/past_aid/0/regulation",
            "from 2024-01-01",
        ),
        (
            with_enterprise(
                past_aid=(received("2024-07-01", regulation=AidRegulation.GENERAL_BEFORE),)
            ),
            "/firms/0/enterprise/past_aid/0/regulation",
            "until 2024-06-30",
        ),
        (
            with_enterprise(accounts=Accounts(year=2025), year_before=Accounts(year=2025)),
            "/firms/0/enterprise/year_before/year",
            "2025 is not before 2025",
        ),
    ],
)
def test_a_contradiction_is_named_at_its_place(said, pointer, why):
    found = {fault.pointer: fault for fault in faults(said)}
    assert why in found[pointer].why
    assert found[pointer].fix


def test_what_agrees_is_no_fault():
    aid = AidAsked(amount=120_000, parts=PARTS[:1])
    assert faults(proposal(aid=aid)) == ()
    past = (
        received("2024-06-30", regulation=AidRegulation.GENERAL_BEFORE),
        received("2024-01-01", regulation=AidRegulation.GENERAL, received_by="Holding"),
        received("2008-01-01"),
    )
    assert faults(with_enterprise(related=(HOLDING,), past_aid=past)) == ()


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ('"aid":{"basis":"gift"}', "basis"),
        ('"aid":{"amount":-1}', "amount"),
        ('"aid":{"uses":[{"purpose":"party"}]}', "purpose"),
        ('"aid":{"planned_on":"1999-01-01"}', "planned_on"),
        ('"glocal":{"countries":251}', "countries"),
        ('"glocal":{"share_abroad":1.01}', "share_abroad"),
        ('"glocal":{"network_links":[{"network":"N"}]}', "country"),
        ('"glocal":{"popularity":1}', "popularity"),
    ],
)
def test_what_is_out_of_bounds_is_refused_at_its_place(given, wrong):
    text = five_firms_2kb().decode()
    with pytest.raises(ValidationError) as refused:
        codec.read_proposal(text.replace('"title"', f'{given},"title"', 1))
    assert any(wrong in error["loc"] for error in refused.value.errors())
