import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.vocabulary.verdict import VerdictLabel
from services.notify.desk.queries import PAGE_SIZE
from tests.support.desk import (
    MEMBER,
    OFFICER,
    STRANGER,
    put_on_the_desk,
)
from tests.support.html import Outline
from tests.support.verdicts import (
    EVERY_STATE,
    PARAMETERS,
    PROPOSAL_ID,
    crowded,
    firm_shares,
    firms_judgement,
    issued,
    verdict,
    vetoed,
    winning,
)

VERDICT = f"/en/verdicts/{PROPOSAL_ID}"


# Rights


def test_a_member_sees_only_the_verdicts_of_their_territory(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(STRANGER)
    assert winning().title not in visitor.get("/en/verdicts").text
    refused = visitor.get(VERDICT)
    missing = visitor.get("/en/verdicts/" + "0" * 32)
    assert refused.status_code == missing.status_code == 404
    assert refused.text.replace(PROPOSAL_ID, "0" * 32) == missing.text


# The list


def test_an_empty_list_says_what_to_do(visitor):
    visitor.sign_in(OFFICER)
    assert "winwinwin submit project.yaml" in visitor.get("/en/verdicts").text
    assert "Show all verdicts" in visitor.get("/en/verdicts?label=lose").text


def test_the_list_names_who_does_not_win(store, visitor):
    events = [make() for make in EVERY_STATE.values()]
    put_on_the_desk(
        store, [replace(event, proposal_id=f"{n:032x}") for n, event in enumerate(events)]
    )
    visitor.sign_in(MEMBER)
    html = visitor.get("/en/verdicts").text
    for words in ("Fromagerie Lecœur et filles", "the territory", "nobody", "not known yet"):
        assert words in html


def test_a_fragile_group_in_which_everyone_would_win_is_not_said_to_lose_nobody(store, visitor):
    put_on_the_desk(
        store, [issued(verdict(VerdictLabel.FRAGILE_WIN, firms=firms_judgement(firm_shares())))]
    )
    visitor.sign_in(MEMBER)
    assert "the group, which does not hold" in visitor.get("/en/verdicts").text


def test_the_list_can_be_walked_by_its_links(store, visitor):
    put_on_the_desk(
        store,
        [
            issued(verdict(), proposal_id=f"{n:032x}", title=f"Projet {n}")
            for n in range(PAGE_SIZE + 3)
        ],
    )
    visitor.sign_in(OFFICER)
    seen: set[str] = set()
    path = "/en/verdicts?label=win_win_win&sort=title&order=asc"
    for _ in range(2):
        html = visitor.get(path).text
        seen |= set(re.findall(r"Projet \d+", html))
        following = re.search(r'href="([^"]+)">Next page', html)
        path = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == PAGE_SIZE + 3
    assert "Back to the first page" in html
    assert "label=win_win_win" in html


@pytest.mark.parametrize(
    "query",
    [
        "label=best",
        "sort=size",
        "order=up",
        "after=xyz",
        "after=%F0%9F%98%80",
        "sort=title&after=WyJcdWQ4MDAiLCAiYiJd",
    ],
)
def test_an_address_that_was_changed_is_explained(visitor, query):
    visitor.sign_in(OFFICER)
    answer = visitor.get(f"/en/verdicts?{query}")
    assert answer.status_code == 400
    assert "Start again from the first page" in answer.text


# The verdict page


@pytest.mark.parametrize("account", [OFFICER, MEMBER], ids=["officer", "member"])
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("state", EVERY_STATE)
def test_every_state_of_a_verdict_has_a_page(store, visitor, state, language, account):
    event = EVERY_STATE[state]()
    put_on_the_desk(store, [event])
    visitor.sign_in(account)
    answer = visitor.get(f"/{language}/verdicts/{event.proposal_id}")
    assert answer.status_code == 200
    assert "%(" not in answer.text
    assert "None" not in re.sub(r"<[^>]+>", "", answer.text)


def test_a_withdrawn_project_says_so(store, visitor):
    put_on_the_desk(store, [winning()], withdrawn_at=datetime(2026, 3, 2, 8, tzinfo=UTC))
    visitor.sign_in(OFFICER)
    assert "withdrew this project on 2 Mar 2026, 09:00" in visitor.get(VERDICT).text
    assert "withdrawn" in visitor.get("/en/verdicts").text


def test_vetoes_are_said_in_words(store, visitor):
    put_on_the_desk(store, [vetoed()])
    visitor.sign_in(MEMBER)
    assert "no carbon appraisal has been published" in visitor.get(VERDICT).text


def test_any_parameter_leads_to_its_source_and_the_day_it_was_checked(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(MEMBER)
    html = visitor.get(VERDICT).text
    assert "Displacement, when not said: 0% · 25% · 75%" in html
    assert "econstack-data, midpoints of published ranges" in html
    assert "since 1 January 2025, checked on 23 November 2026" in html


def test_a_parameter_of_a_newer_version_does_not_break_the_page(store, visitor, the_desk):
    the_desk.parameters_on = lambda _day: {"jobs.displacement": PARAMETERS["jobs.displacement"]}
    put_on_the_desk(store, [winning()])
    visitor.sign_in(OFFICER)
    assert "not among the parameters of this version" in visitor.get(VERDICT).text


def test_the_page_says_what_is_needed_to_compute_the_verdict_again(store, visitor):
    put_on_the_desk(store, [winning()])
    visitor.sign_in(MEMBER)
    html = visitor.get(VERDICT).text
    made = winning().verdict
    for word in (
        made.method_version,
        made.inputs_sha256,
        made.territory_ref.snapshot_sha256,
        "2 March 2026",
    ):
        assert word in html


def test_names_are_text_whatever_they_look_like(store, visitor):
    put_on_the_desk(store, [crowded()])
    visitor.sign_in(OFFICER)
    for path in (VERDICT, "/en/verdicts"):
        html = visitor.get(path).text
        tags = Outline(html).tags
        assert "<script>alert" not in html
        assert {tag for tag, _ in tags} & {"script", "img"} == set()
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
    assert "&lt;script&gt;alert" in html


def test_names_from_right_to_left_cannot_reorder_what_stands_beside_them(store, visitor):
    put_on_the_desk(store, [crowded()])
    visitor.sign_in(OFFICER)
    html = visitor.get(VERDICT).text
    assert "<bdi>חברת יצוא ושיווק</bdi>" in html


def test_each_veto_and_warning_leads_to_its_source(store, visitor):
    event = vetoed()
    judged = replace(
        event.verdict,
        warnings=("firms.unheard_of", "concentration.dominant_employer", "announced_partly"),
    )
    put_on_the_desk(store, [replace(event, verdict=judged)])
    visitor.sign_in(MEMBER)
    html = visitor.get(f"/en/verdicts/{event.proposal_id}").text

    def beside(words: str) -> str:
        return html[html.index(words) :].split("</details>")[0]

    assert "<code>carbon.veto_tonnes</code>" in beside("Net emissions are very large")
    assert "<code>concentration.employer_share</code>" in beside("One employer would hold")
    assert "Source: the applicant" in beside("Only some firms announced")
    assert "firms.unheard_of" in html, "a word of a newer method is shown as it is"
