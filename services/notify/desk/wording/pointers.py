"""Answers that are missing, named as a person would ask for them rather than by their address."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from contracts.vocabulary.identifiers import Pointer
from services.notify.desk.wording.language import Speech, isolated, mark

_QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "/summary": mark("a summary of the project"),
        "/price_year": mark("the year of the prices"),
        "/synergies": mark("what the firms gain together"),
        "/shared_cost": mark("the cost of the shared function"),
        "/jobs": mark("the effect on jobs"),
        "/jobs/gross": mark("the number of jobs created, before any deduction"),
        "/jobs/tradable": mark("whether the activity sells outside the territory"),
        "/jobs/deadweight": mark("the share of jobs that would have come anyway"),
        "/jobs/reference_jobs": mark("the jobs there would be without the project"),
        "/jobs/displacement": mark("the share of jobs taken from other firms of the territory"),
        "/jobs/leakage": mark("the share of jobs that go to people outside the territory"),
        "/jobs/substitution": mark("the share of jobs that only replace others in the same firm"),
        "/jobs/multiplier": mark("the jobs that follow elsewhere in the territory"),
        "/jobs/destroyed": mark("the number of jobs destroyed"),
        "/carbon": mark("the effect on greenhouse gases"),
        "/carbon/emitted_t_per_year": mark("the tonnes of CO2e emitted each year"),
        "/carbon/avoided_t_per_year": mark("the tonnes of CO2e avoided each year"),
        "/carbon/appraised": mark("whether a carbon appraisal has been published"),
        "/technology": mark("the effect on the technological and industrial potential"),
        "/technology/shared_asset_open_to_others": mark(
            "whether a shared asset is open to firms outside the group"
        ),
        "/technology/activity_leaves": mark("whether an activity leaves the territory"),
        "/technology/transferred_out": mark("whether a technology is transferred out"),
        "/technology/opens": mark("the activities that the project opens"),
        "/technology/deepens": mark("the activities that the project makes larger"),
        "/technology/leaves": mark("the activities that leave"),
        "/jobs/survival": mark("how many supported firms live on"),
        "/jobs/aid_kind": mark("what the aid is for"),
        "/jobs/full_time_share": mark("how many full-time jobs one announced job is"),
        "/jobs/permanent_share": mark("the share of permanent jobs"),
        "/image": mark("documents on the territory's image"),
        "/image_figures": mark("figures on the territory's image"),
        "/concentration": mark("the effect on competition"),
        "/concentration/prohibited": mark(
            "whether the competition authority has prohibited the operation"
        ),
        "/concentration/market": mark("the market, its definition and the firms' shares"),
        "/aid_requested": mark("the aid requested"),
        "/aid": mark("the legal basis, use and division of the aid"),
        "/glocal": mark("markets abroad, and ties to the territory"),
        "/sources": mark("the sources of the figures"),
        "/partnership": mark("how the partners work together"),
        "/export_group": mark("the feasibility of the export group"),
        "/export_incubator": mark("the groups and the funding of the incubator"),
        "/carrier": mark("who carries the others, and for what fee"),
        "/incubator": mark("the survival of the incubator's firms"),
    }
)

_OF_A_FIRM: Mapping[str, str] = MappingProxyType(
    {
        "own": mark("the yearly result of %(firm)s without the project"),
        "announced": mark("the yearly result that %(firm)s expects inside the project"),
        "naf": mark("the activity code of %(firm)s"),
        "siren": mark("the company number of %(firm)s"),
        "commune": mark("the commune of %(firm)s"),
        "staff": mark("the staff of %(firm)s"),
        "enterprise": mark("the accounts, ties and earlier aid of %(firm)s"),
        "profile": mark("the customers, ranges and technologies of %(firm)s"),
    }
)

_OF_A_SYNERGY: Mapping[str, str] = MappingProxyType(
    {
        "yearly": mark("what synergy no. %(n)s brings each year"),
        "what": mark("what synergy no. %(n)s consists of"),
    }
)

_IN_A_GROUP = r"(?:/export_incubator/groups/\d+)?"
"""Beside the group's name, an answer inside it is asked for like one of a project."""
_FIRM = re.compile(_IN_A_GROUP + r"/firms/(\d+)/(\w+)")
_SYNERGY = re.compile(_IN_A_GROUP + r"/synergies/(\d+)/(\w+)")


def question(pointer: Pointer, speech: Speech, firms: Sequence[str] = ()) -> str:
    """What the answer at ``pointer`` is about; ``firms`` are the names in order, where known.

    A pointer of a newer form, which this desk does not know, is named by its address.
    """
    if match := _FIRM.fullmatch(pointer):
        index, field = int(match[1]), match[2]
        if field in _OF_A_FIRM:
            known = index < len(firms)
            number = speech.number(index + 1)
            firm = isolated(firms[index]) if known else speech.say("firm no. %(n)s", n=number)
            return speech.say(_OF_A_FIRM[field], firm=firm)
    if match := _SYNERGY.fullmatch(pointer):
        index, field = int(match[1]), match[2]
        if field in _OF_A_SYNERGY:
            return speech.say(_OF_A_SYNERGY[field], n=speech.number(index + 1))
    if pointer in _QUESTIONS:
        return speech.say(_QUESTIONS[pointer])
    return speech.say("the answer %(pointer)s", pointer=pointer)
