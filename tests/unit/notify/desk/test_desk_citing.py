"""Sources of parameters are cited in the reader's language."""

from dataclasses import replace

from services.app.parameter_book import parameter_book
from services.notify.desk.views.parameter import parameter_view
from services.notify.desk.wording.language import Language, speech
from tests.support.judged import DAY

FR, EN = speech(Language.FRENCH), speech(Language.ENGLISH)


def test_every_source_is_cited_in_french_and_as_it_is_written_in_english():
    for parameter in parameter_book().values():
        for value in parameter.values:
            assert EN.cite(value.source) == value.source
            cited = FR.cite(value.source)
            assert "project assumption" not in cited
            assert "would replace" not in cited


def test_a_page_cites_it_so():
    sheet = parameter_book().on(DAY)
    said = parameter_view("firms.margin", sheet, FR)
    assert said.source.startswith("Source\u00a0: hypothèse du projet\u00a0: un gain plus petit")


def test_a_source_of_another_version_is_cited_as_it_was_written():
    sheet = parameter_book().on(DAY)
    other = {
        "firms.margin": replace(sheet["firms.margin"], source="a survey of 2031: 5 % of firms")
    }
    said = parameter_view("firms.margin", other, FR)
    assert said.source == "Source\u00a0: a survey of 2031: 5 % of firms"
