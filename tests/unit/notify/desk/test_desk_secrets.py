"""Each firm's own figures are business secrets: searched for in everything a member receives."""

import re
from collections.abc import Iterable
from dataclasses import replace
from io import BytesIO

import httpx2
import pytest
from pypdf import PdfReader

from contracts.events import VerdictIssued
from contracts.vocabulary.explanation import Claim
from services.app.parameter_book import parameter_book
from services.method.claims import CODES, Visibility
from services.notify.committee.roles import Role
from services.notify.desk.visibility import BAND_EDGES, Band, band, reader
from services.notify.desk.wording.claims import sentence
from services.notify.desk.wording.language import Language, speech
from tests.support.desk import MEMBER, OFFICER, put_on_the_desk
from tests.support.desk_pages import addresses
from tests.support.judged import judged_examples
from tests.support.territories import put_the_directory, put_the_milieu, put_the_territory
from tests.support.verdicts import (
    firm_shares,
    fragile,
    two_firms,
    vetoed,
    winning,
)

WITH_FIRMS = {"winning": winning, "fragile": fragile, "vetoed": vetoed, "two_firms": two_firms}


def digits(figure: float) -> str:
    return str(abs(round(figure)))


def own_figures(event: VerdictIssued) -> set[str]:
    """The digits of every figure that is one firm's own; short ones stand anywhere by accident."""
    assert event.verdict.firms is not None
    figures: list[float] = []
    for share in event.verdict.firms.shares:
        figures += [share.alone, share.share, share.gain, share.transfer or 0]
        if share.threshold != 500:
            figures.append(share.threshold)
    edges = {str(edge) for edge in BAND_EDGES}
    return {said for said in map(digits, figures) if len(said) > 2} - edges


def numbers_in(html: str) -> set[str]:
    """Every number of a page, its separators taken out."""
    # A fingerprint (of a static file, of inputs, of a reading) may hold the digits of a figure.
    plain = re.sub(r"\?[0-9a-f]{12}\"|\b[0-9a-f]{64}\b", '"', html)
    plain = re.sub(r"(?<=\d)[\u202f\u00a0,.](?=\d{3})", "", plain)
    return set(re.findall(r"\d+", plain))


def words_of(answer: httpx2.Response) -> str:
    """What a page, a paper or a feed says."""
    if answer.headers["content-type"] != "application/pdf":
        return answer.text
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)


def shown(store, visitor, account, event: VerdictIssued, languages: Iterable[str] = ("fr", "en")):
    put_on_the_desk(store, [event])
    visitor.sign_in(account)
    pages = []
    for language in languages:
        answer = visitor.get(f"/{language}/verdicts/{event.proposal_id}")
        assert answer.status_code == 200
        pages += [answer.text, visitor.get(f"/{language}/verdicts").text]
    return "".join(pages)


@pytest.mark.parametrize("state", WITH_FIRMS)
def test_no_figure_of_a_firm_reaches_a_member_of_the_committee(state, store, visitor):
    event = WITH_FIRMS[state]()
    page = shown(store, visitor, MEMBER, event)
    assert own_figures(event) & numbers_in(page) == set()


@pytest.mark.parametrize("state", WITH_FIRMS)
def test_nothing_the_desk_gives_a_member_shows_a_figure_of_a_firm(state, store, visitor):
    """Every page, paper and feed there is: none shows a figure that it did not show before the
    verdict came.
    """
    put_the_territory(store)
    put_the_milieu(store)
    put_the_directory(store)
    visitor.sign_in(MEMBER)
    paths = [path for language in ("fr", "en") for path in addresses(visitor.app, language)]
    before = {path: numbers_in(words_of(visitor.get(path))) for path in paths}
    event = WITH_FIRMS[state]()
    put_on_the_desk(store, [event])
    given = {
        path: own_figures(event) & (numbers_in(words_of(visitor.get(path))) - before[path])
        for path in paths
    }
    assert {path: figures for path, figures in given.items() if figures} == {}


@pytest.mark.parametrize("state", WITH_FIRMS)
def test_the_instructing_officer_sees_every_figure(state, store, visitor):
    event = WITH_FIRMS[state]()
    page = shown(store, visitor, OFFICER, event)
    assert own_figures(event) - numbers_in(page) == set()


@pytest.mark.parametrize("name", sorted(judged_examples()))
def test_no_example_gives_a_firm_away_to_a_member(name, store, visitor, the_desk):
    event = judged_examples()[name]
    if event.verdict.firms is None:
        return
    the_desk.parameters_on = parameter_book().on
    page = shown(store, visitor, MEMBER, event)
    # Figures that the file itself makes public may equal a firm's by accident.
    public = numbers_in(event.summary + event.title + str(event.verdict.territory))
    public |= numbers_in(str(event.verdict.territory_ref))
    claims = "".join(public_figures(event.verdict.explanation))
    assert own_figures(event) & numbers_in(page) <= public | numbers_in(claims)


def public_figures(claim: Claim) -> Iterable[str]:
    if claim.code in CODES and CODES[claim.code].whose in {Visibility.PUBLIC, Visibility.GROUP}:
        yield sentence(claim, speech(Language.ENGLISH)) + " "
        yield " ".join(claim.parameters)
    for reason in claim.because:
        yield from public_figures(reason)


def test_a_member_sees_who_wins_and_the_order_of_size(store, visitor):
    page = shown(store, visitor, MEMBER, winning(), ["en"])
    assert "Boulangerie Desmarest" in page
    assert "€5,000 to €20,000 a year" in page
    assert "business secrets" in page


def test_bars_of_a_member_s_chart_do_not_measure_gains(store, visitor):
    """Two gains of one order of size are drawn alike."""
    page = shown(store, visitor, MEMBER, two_firms(), ["en"])
    chart = page[page.index('aria-labelledby="firms-chart-title') :]
    chart = chart[: chart.index("</svg>")]
    bars = re.findall(r'class="value win" x="([^"]+)" y="[^"]+" width="([^"]+)"', chart)
    assert len(bars) == 2
    assert len(set(bars)) == 1


def test_a_total_of_two_firms_is_withheld_because_it_gives_each_away(store, visitor):
    event = two_firms()
    assert event.verdict.firms is not None
    gain = event.verdict.firms.gain
    page = shown(store, visitor, MEMBER, event)
    assert {digits(f) for f in (gain.low, gain.central, gain.high)} & numbers_in(page) == set()


def test_a_total_that_one_firm_dominates_is_withheld():
    dominated = firm_shares(
        (
            ("a", "A", 0.0, 90_000.0, None),
            ("b", "B", 0.0, 900.0, None),
            ("c", "C", 0.0, 800.0, None),
        )
    )
    assert not reader(Role.MEMBER, dominated).sees(Visibility.GROUP)
    assert reader(Role.OFFICER, dominated).sees(Visibility.GROUP)
    assert reader(Role.MEMBER, firm_shares()).sees(Visibility.GROUP)


def test_a_total_over_no_gain_at_all_is_shown_without_dividing_by_it():
    idle = firm_shares(tuple((name, name, 0.0, 0.0, None) for name in "abc"))
    assert reader(Role.MEMBER, idle).sees(Visibility.GROUP)


def test_needed_aid_is_an_order_of_size_because_it_may_be_a_threshold_and_a_euro(store, visitor):
    page = shown(store, visitor, MEMBER, fragile())
    assert {"4387", "3271"} & numbers_in(page) == set()


def test_a_claim_of_an_unknown_code_is_treated_as_a_secret():
    member = reader(Role.MEMBER, firm_shares())
    claim = Claim("firms.margin_of_manoeuvre", 12_345.0, "EUR", ("boulangerie",))
    assert "12" not in sentence(claim, speech(Language.ENGLISH), seen_by=member)


def test_every_claim_in_euros_a_year_about_firms_is_marked_as_a_secret():
    """A new code with a yearly amount must say whose it is before it can be shown to anyone."""
    public = {
        code
        for code, meaning in CODES.items()
        if meaning.unit == "EUR/year" and meaning.whose is Visibility.PUBLIC
    }
    # Computed from tonnes and their official value, which are public, and from nothing of a firm.
    assert public == {"change.small_gain"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (-1, Band(None, 0)),
        (0, Band(0, 1_000)),
        (999.9, Band(0, 1_000)),
        (1_000, Band(1_000, 5_000)),
        (499_999, Band(100_000, 500_000)),
        (500_000, Band(500_000, None)),
    ],
)
def test_bands_have_no_gap_and_no_overlap(value, expected):
    assert band(value) == expected


@pytest.mark.parametrize(
    ("gains", "totals"),
    [
        ((8_500, 1_000, 500), True),
        ((8_501, 1_000, 500), False),
        ((-8_501, 1_000, 500), False),
        ((5_000, 5_000), False),
        ((5_000, 5_000, 0), True),
    ],
)
def test_a_total_is_shown_where_no_firm_makes_up_more_than_85_percent_of_it(gains, totals):
    """Statistical secrecy: three firms at least, none of which is nearly all."""
    (share, *_) = firm_shares()
    shares = [replace(share, firm=f"f{i}", gain=float(gain)) for i, gain in enumerate(gains)]
    assert reader(Role.MEMBER, shares).totals is totals
    assert reader(Role.OFFICER, shares).totals
