"""The glocalisation index, on examples small enough to count by hand."""

from dataclasses import fields, replace
from math import exp
from typing import Any

import pytest

from contracts.vocabulary.estimates import Estimate
from contracts.vocabulary.explanation import Claim
from contracts.vocabulary.glocal import Glocal, NetworkLink
from contracts.vocabulary.profile import Partnership, Relation
from services.method.territory.glocalisation import GlocalParameters, glocalisation
from tests.support.chassis import MOMENT
from tests.support.halves import book, five_firms

P = GlocalParameters.of(book().on(MOMENT.date()))
LINK = NetworkLink(network="Enterprise Europe Network", country="DE", since=2019)
HERE = {"76540", "76575", "76451", "76178", "76057"}


def said(**answers: Any) -> Glocal:
    everything = {
        "share_abroad": Estimate.exactly(0.3),
        "countries": 0,
        "network_links": (),
        "partners_inside": Estimate.exactly(1),
        "suppliers_inside": Estimate.exactly(0.5),
        "jobs_inside": Estimate.exactly(1),
        "relays": ("Chambre de commerce",),
        "past_projects": 0,
    }
    return Glocal(**(everything | answers))


def index(glocal: Glocal | None, communes: set[str] | None = None, **changes: Any) -> Claim:
    return glocalisation(five_firms(glocal=glocal, **changes), communes, P)


def side(claim: Claim, name: str) -> Claim:
    return next(each for each in claim.because if each.code.startswith(f"glocalisation.{name}"))


def test_the_index_is_the_smaller_of_reach_and_embedding():
    claim = index(said())
    assert side(claim, "reach").value == Estimate.exactly(0.1)
    assert side(claim, "embedding").value == Estimate.exactly(0.7)
    assert (claim.code, claim.value) == ("glocalisation.index", Estimate.exactly(0.1))
    wide = index(said(share_abroad=Estimate.exactly(1), countries=250, network_links=(LINK,)))
    assert side(wide, "reach").value == Estimate.exactly(1.0)
    assert wide.value == Estimate.exactly(0.7), "never the product, never the mean"


@pytest.mark.parametrize("countries", [1, 5, 34])
def test_the_first_countries_count_most(countries):
    reach = side(index(said(share_abroad=Estimate.exactly(0), countries=countries)), "reach")
    assert reach.value == Estimate.exactly(round((1 - exp(-countries / 5)) / 3, 3))


def test_an_answer_that_was_not_given_widens_and_never_helps():
    full = index(said()).value
    assert isinstance(full, Estimate)
    for answer in fields(Glocal):
        silent = index(replace(said(), **{answer.name: None}))
        assert isinstance(silent.value, Estimate)
        assert silent.value.low <= full.low
        assert silent.value.central <= full.central
        assert silent.value.high >= full.high


def test_a_side_of_which_nothing_was_said_leaves_the_index_unknown():
    assert index(None).code == "glocalisation.unknown"
    assert [each.code for each in index(None).because] == [
        "glocalisation.reach_unknown",
        "glocalisation.embedding_unknown",
    ]
    local = index(said(share_abroad=None, countries=None, network_links=None))
    assert (local.code, local.value) == ("glocalisation.unknown", None)
    assert side(local, "embedding").value == Estimate.exactly(0.7)


def test_partners_inside_are_counted_by_their_communes_where_nobody_said():
    unsaid = said(partners_inside=None)

    def partners(communes: set[str] | None, **changes: Any) -> Claim:
        return side(side(index(unsaid, communes, **changes), "embedding"), "partners")

    assert partners(HERE).value == Estimate.exactly(1.0)
    assert partners({"76540", "76575"}).value == Estimate.exactly(0.4)
    assert partners(None).code == "glocalisation.partners.unknown"
    firms = five_firms().firms
    moved = (replace(firms[0], commune=None), *firms[1:])
    assert partners(HERE, firms=moved).value == Estimate(0.8, 0.8, 1.0)


def test_joint_projects_before_are_read_from_the_pairs_too():
    pair = Relation(between=("firm-0", "firm-1"), past_projects=2)
    partnership = Partnership(relations=(pair,))
    silent = said(past_projects=None)
    before = side(side(index(silent, partnership=partnership), "embedding"), "before")
    assert before.value == Estimate.exactly(1.0)
    assert side(side(index(silent), "embedding"), "before").code.endswith("before.unknown")
