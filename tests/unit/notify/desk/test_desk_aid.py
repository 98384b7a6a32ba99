"""The checks on the aid: what each reader sees of them, on the page and on the legal sheet."""

from dataclasses import replace

import pytest

from contracts.events import VerdictIssued
from services.notify.desk.wording.language import Language
from tests.support.desk import MEMBER, OFFICER, put_on_the_desk
from tests.support.judged import judged_examples
from tests.unit.notify.desk.test_desk_secrets import numbers_in

MANAGER = "shared-export-manager"
OWN_FIGURES = {"180000", "104000", "284000", "16000", "280000", "6880000", "11700000"}
"""Past aid, what is left of the ceiling, turnover and balance sheet of its single firms."""

OWN_WORDS = ("Holding Exemple de Seine", "Fonds régional Exemple", "Métropole", "Bpifrance")
"""Who owns a part of a firm, and who gave it aid."""


def pages(store, visitor, account, event: VerdictIssued) -> str:
    put_on_the_desk(store, [event])
    visitor.sign_in(account)
    found = []
    for language in Language:
        home = f"/{language}/verdicts/{event.proposal_id}"
        for address in (home, f"{home}/legal", f"{home}/legal.json"):
            answer = visitor.get(address)
            assert answer.status_code == 200, address
            found.append(answer.text)
    return "".join(found)


@pytest.fixture
def manager() -> VerdictIssued:
    event = judged_examples()[MANAGER]
    # The summary and the title may hold any number by accident.
    return replace(event, summary="", title="Cadre export")


def test_past_aid_and_accounts_of_a_firm_reach_no_member_not_even_their_words(
    store, visitor, manager
):
    seen = pages(store, visitor, MEMBER, manager)
    assert OWN_FIGURES & numbers_in(seen) == set()
    assert [word for word in OWN_WORDS if word in seen] == []
    assert "within the de minimis ceiling" in seen
    assert "à vérifier" in seen


def test_the_instructing_officer_sees_all_of_it(store, visitor, manager):
    seen = pages(store, visitor, OFFICER, manager)
    assert OWN_FIGURES - numbers_in(seen) == set()
    assert [word for word in OWN_WORDS if word not in seen] == []


def test_no_check_is_worded_as_a_decision(store, visitor, manager):
    seen = pages(store, visitor, OFFICER, manager)
    assert "to be verified" in seen
    for decided in ("eligible", "éligible", "compliant", "conforme"):
        assert decided not in seen.casefold()
