"""Who here could …? on the command line: asked, refused with the place, sent and fetched again."""

import json

from contracts.samples import competences_file
from tests.support.all_in_one import running
from tests.support.command import OK, REFUSED, USAGE


def test_a_question_is_answered_with_its_words(winwinwin):
    asked = winwinwin("competences", "ask", "Who here could weld aluminium?", "--json")
    assert asked.status == OK, asked.err
    (answer, *_) = json.loads(asked.out)["answers"]
    assert (answer["entry"]["id"], answer["words"]) == ("atelier-soudure", ["weld", "aluminium"])
    printed = winwinwin("competences", "ask", "souder", "--file", competences_file())
    assert "Soudage" in printed.out
    nothing = winwinwin("competences", "ask", "who could")
    assert (nothing.status, nothing.out) == (OK, "")
    assert "name the work or the thing itself" in nothing.err
    assert winwinwin("competences", "ask", "x" * 301).status == USAGE
    met = winwinwin("competences", "meetings", "--json")
    assert json.loads(met.out)["total"] > 0


def test_a_bad_directory_is_refused_by_line_and_column(winwinwin, write):
    text = competences_file().read_text("utf-8")
    assert winwinwin("competences", "check", competences_file()).status == OK
    bad = write("bad.csv", text.replace(";laboratory;", ";labo;", 1))
    refused = winwinwin("competences", "check", bad)
    assert refused.status == REFUSED
    assert "line 2, column 'kind': 'labo'" in refused.err


def test_a_directory_is_sent_asked_and_fetched_as_it_was(winwinwin, founded):
    made = winwinwin("keys", "add", "ville", "--scope", "authority", "--data-dir", founded.data_dir)
    assert made.status == OK, made.err
    with running(founded.data_dir) as house:
        there = ("--territory", "fr-ze-2815", "--url", house.url, "--key", made.out.strip())
        sent = winwinwin("competences", "import", competences_file(), *there)
        assert sent.status == OK, sent.err
        assert "12 entries of fr-ze-2815" in sent.err
        fetched = winwinwin("competences", "export", *there)
        assert fetched.out == competences_file().read_text("utf-8")
        asked = winwinwin("competences", "ask", "douane", "--json", *there)
        assert json.loads(asked.out)["total"] > 0
