"""What only a browser shows: accessibility as axe sees it, reflow, enlarged text, the Tab key."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from services.notify.committee.accounts import Account
from tests.support.desk import MEMBER, OFFICER
from tests.support.desk_pages import pages

STATES = [
    "winning",
    "fragile",
    "vetoed",
    "not_computable",
    "firms_not_computed",
    "two_firms",
    "crowded",
    "withdrawn",
    "not_judged",
    "overtaken",
]
PHONE = {"width": 320, "height": 640}
ACCOUNTS = pytest.mark.parametrize("account", [OFFICER, MEMBER], ids=["officer", "member"])
LANGUAGES = pytest.mark.parametrize("language", ["fr", "en"])


def addresses(site, language: str) -> list[str]:
    """Every page of the desk in one language, and the page of each state of a verdict."""
    walked = pages(site.app, language, site.ids["winning"])
    verdicts = [site.verdict(language, state) for state in STATES if state != "winning"]
    return [*(f"{site.address}{path}" for path in walked), *verdicts]


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, with everything on it unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


@LANGUAGES
@ACCOUNTS
def test_axe_finds_nothing_wrong_with_any_page(open_page, site, language, account):
    page = open_page(account, language, bypass_csp=True)
    found = {}
    for address in addresses(site, language):
        page.goto(address)
        found[address] = violations(page)
    assert {address: wrong for address, wrong in found.items() if wrong} == {}


def test_axe_finds_nothing_wrong_in_the_dark(open_page, site):
    page = open_page(OFFICER, "en", color_scheme="dark", bypass_csp=True)
    for address in addresses(site, "en"):
        page.goto(address)
        assert violations(page) == [], address


def test_axe_sees_what_is_wrong_when_something_is(open_page):
    """So that silence means something: a page spoilt on purpose."""
    page = open_page(bypass_csp=True)
    page.evaluate("document.documentElement.removeAttribute('lang')")
    assert any(found.startswith("html-has-lang") for found in violations(page))


@LANGUAGES
@ACCOUNTS
def test_without_javascript_everything_works(open_page, site, language, account):
    page = open_page(account, language, java_script_enabled=False)
    page.select_option("#label", "win_win_win")
    page.click("form.filter button")
    assert page.url.endswith("label=win_win_win")
    page.click("table.queue tbody th a >> nth=0")
    assert page.locator("h1").count() == 1
    page.click("figure details summary >> nth=0")
    assert page.locator("figure details table").first.is_visible()
    page.click("nav.languages a:not([aria-current])")
    assert f"/{language}/" not in page.url
    page.click("header form button")
    assert page.url.endswith("/login")


@LANGUAGES
@ACCOUNTS
def test_at_320_pixels_nothing_needs_scrolling_sideways(open_page, site, language, account):
    page = open_page(account, language, viewport=PHONE)
    for address in addresses(site, language):
        page.goto(address)
        assert sideways(page) == 0, address


@LANGUAGES
def test_between_a_telephone_and_a_desk_nothing_needs_scrolling_sideways(open_page, site, language):
    page = open_page(OFFICER, language)
    for width in (480, 768, 1023, 1025):
        page.set_viewport_size({"width": width, "height": 800})
        for address in addresses(site, language):
            page.goto(address)
            assert sideways(page) == 0, f"{address} at {width}"


@LANGUAGES
def test_text_twice_as_large_stays_on_the_page_and_in_its_charts(open_page, site, language):
    page = open_page(OFFICER, language, viewport={"width": 1280, "height": 800})
    for address in addresses(site, language):
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert sideways(page) == 0, address
        assert overlapping_labels(page) == [], address


@LANGUAGES
@ACCOUNTS
def test_words_of_a_chart_do_not_touch_each_other_on_a_telephone(
    open_page, site, language, account
):
    page = open_page(account, language, viewport=PHONE)
    for state in STATES:
        page.goto(site.verdict(language, state))
        assert overlapping_labels(page) == [], state


@pytest.mark.parametrize("address", ["login", "verdicts", "winning"])
def test_the_tab_key_reaches_everything_in_reading_order_and_shows_where_it_is(
    open_page, site, address
):
    account: Account | None = None if address == "login" else OFFICER
    page = open_page(account)
    page.goto(
        site.verdict("en", address) if address == "winning" else f"{site.address}/en/{address}"
    )
    wanted = page.evaluate(
        """() => [...document.querySelectorAll('a[href], button, select, summary, input')]
              .filter(e => e.type !== 'hidden' && e.checkVisibility())
              .map(e => e.outerHTML)"""
    )
    page.evaluate("document.activeElement.blur()")
    reached = []
    for _ in wanted:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.outerHTML"))
        outline = page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)")
        assert outline >= 2, reached[-1]
    assert reached == wanted


def test_the_first_tab_skips_to_the_content(open_page):
    page = open_page(OFFICER)
    page.keyboard.press("Tab")
    assert page.locator(".skip:focus").bounding_box()["y"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@LANGUAGES
def test_everything_to_press_is_large_enough_for_a_finger(open_page, site, language):
    """WCAG 2.2, 2.5.8: 24 by 24 pixels, except links inside a sentence."""
    page = open_page(OFFICER, language, viewport=PHONE)
    for address in addresses(site, language):
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll('a[href], button, select, summary, input')]
                  .filter(e => e.type !== 'hidden' && e.checkVisibility())
                  .filter(e => { const b = e.getBoundingClientRect(); return b.height < 24; })
                  .map(e => e.outerHTML)"""
        )
        assert small == [], address


def test_no_page_asks_anything_of_another_host_or_breaks_its_own_policy(open_page, site):
    page = open_page(OFFICER)
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    for address in addresses(site, "en"):
        page.goto(address)
    assert [url for url in asked if not url.startswith(site.address)] == []
    # Chromium reports the 404 and 400 pages themselves; nothing else may be said.
    assert [said for said in complaints if "Failed to load resource" not in said] == []


def sideways(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def overlapping_labels(page: Page) -> list[str]:
    """Words of charts that lie on each other."""
    return page.evaluate(
        """() => [...document.querySelectorAll('figure > svg')].flatMap(svg => {
             const boxes = [...svg.querySelectorAll('text')]
               .map(text => [text, text.getBoundingClientRect()]);
             return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
               .filter(([b, q]) => p.left < q.right && q.left < p.right
                                && p.top + 2 < q.bottom && q.top + 2 < p.bottom)
               .map(([b, q]) => a.textContent + ' / ' + b.textContent));
           })"""
    )


def test_what_is_missing_is_on_the_printed_page(open_page, site):
    page = open_page(OFFICER, "fr")
    page.goto(site.verdict("fr", "not_computable"))
    page.emulate_media(media="print")
    for heading in ("Ce qui manque", "Questions au porteur du projet"):
        asked = page.get_by_role("heading", name=heading).locator("~ ul.ask > li")
        assert asked.count() > 0
        assert all(line.is_visible() for line in asked.all()), heading
    assert not page.locator(".back").is_visible(), "what leads elsewhere is not printed"
