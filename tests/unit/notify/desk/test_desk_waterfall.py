import pytest

from contracts.vocabulary.explanation import Claim
from services.notify.desk.views.charts import Scale, Span
from services.notify.desk.views.waterfall import steps, waterfall
from services.notify.desk.wording.language import Language, speech
from services.notify.desk.wording.words import Tone
from tests.support.judged import judged_examples
from tests.support.verdicts import explanation

EN = speech(Language.ENGLISH)


def test_each_bar_starts_where_the_one_above_it_ended():
    chart = waterfall(explanation(None), EN)
    first, *changes, net = chart.rows
    assert first.bar.x == net.bar.x == chart.zero
    end = first.bar.end
    for row in changes:
        if row.tone is Tone.LOSE:
            assert row.bar.end == pytest.approx(end, abs=0.2)
            end = row.bar.x
        else:
            assert row.bar.x == pytest.approx(end, abs=0.2)
            end = row.bar.end
    assert net.bar.end == pytest.approx(end, abs=0.2)


def test_the_steps_add_up_to_the_net_jobs():
    path = steps(explanation(None))
    assert sum(step.after - step.before for step in path[:-1]) == pytest.approx(path[-1].after)


def test_a_factor_that_changes_nothing_has_no_bar():
    labels = [row.label for row in waterfall(explanation(None), EN).rows]
    assert "Replace others in the firm" not in labels
    assert labels[0] == "Jobs announced"
    assert labels[-1] == "Net jobs"


def test_without_announced_jobs_there_is_no_chart():
    assert waterfall(Claim("verdict.x", because=(Claim("jobs.gross.missing"),)), EN) is None


def test_where_every_figure_is_nothing_a_bar_has_a_place_and_no_length():
    scale = Scale.around([0.0, 0.0])
    assert scale.at(0) == 0
    assert scale.between(0, 0) == Span(0, 0)


@pytest.mark.parametrize("name", sorted(judged_examples()))
def test_the_method_s_own_explanations_can_be_drawn(name):
    verdict = judged_examples()[name].verdict
    chart = waterfall(verdict.explanation, EN)
    assert (chart is None) == (verdict.net_jobs is None)
    if chart is not None:
        assert chart.rows[-1].said == EN.number(verdict.net_jobs.central, 1)
        for row in chart.rows:
            assert 0 <= row.bar.x <= row.bar.end <= 100.1
