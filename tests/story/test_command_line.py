"""The command line: stdout is data, stderr is progress, the exit status says how it ended."""

import json
import os
import pty
import re
import subprocess

import pytest

from contracts.samples import five_firms_2kb
from tests.support.command import (
    COMMAND,
    FAILED,
    OK,
    REFUSED,
    UNREACHABLE,
    USAGE,
    answering,
    environment,
    free_port,
    one_sentence,
)
from tests.support.repository import ROOT

EXAMPLES = ROOT / "contracts/examples"
EXPORT_MANAGER = EXAMPLES / "shared-export-manager.yaml"
ESCAPE = "\x1b"
COLOUR = re.compile(r"\x1b\[[0-9;]*[349][0-9][0-9;]*m")


# -- evaluate ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "A win for each of the 4 firms and for the territory."),
        ("fr", "Gagnant pour les 4 entreprises et pour le territoire."),
    ],
)
def test_a_proposal_is_judged_here_in_words(winwinwin, language, sentence):
    done = winwinwin("evaluate", EXPORT_MANAGER, "--lang", language)
    assert (done.status, done.err) == (OK, "")
    assert sentence in done.out
    assert "…" not in done.out, "nothing is cut where there is no terminal"
    assert ESCAPE not in done.out


def test_a_proposal_is_judged_here_as_one_json_document(winwinwin):
    done = winwinwin("evaluate", EXPORT_MANAGER, "--json")
    assert (done.status, done.err) == (OK, "")
    event = json.loads(done.out)
    assert event["verdict"]["label"] == "win_win_win"
    assert event["verdict"]["explanation"]["because"]


def test_why_shows_the_reasons_down_to_the_source_of_each_number(winwinwin):
    plain = winwinwin("evaluate", EXPORT_MANAGER)
    why = winwinwin("evaluate", EXPORT_MANAGER, "--why")
    assert why.out.startswith(plain.out)
    assert re.search(r"^ +\[[^\]]+; [^\]]+\]$", why.out, flags=re.MULTILINE)


def test_json_and_yaml_are_the_same_words(winwinwin, write):
    write("p.json", five_firms_2kb())
    write("p.yaml", five_firms_2kb())
    verdicts = [
        json.loads(winwinwin("evaluate", name, "--json").out)["verdict"]
        for name in ("p.json", "p.yaml")
    ]
    assert verdicts[0] == verdicts[1]


def test_a_bad_file_is_refused_with_every_place_to_correct(winwinwin, write):
    write("bad.yaml", "title: x\nkind: cartel\nfirms: [{id: A, name: a}]\nsurprise: 1\n")
    done = winwinwin("evaluate", "bad.yaml")
    assert (done.status, done.out) == (REFUSED, "")
    assert done.err.startswith("winwinwin: bad.yaml is not a proposal:\n")
    for place in ("/kind", "/territory", "/firms", "/firms/0/id", "/surprise"):
        assert f"  {place}: " in done.err
    assert "→ correct its name or leave it out" in done.err


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("p.json", b'{"title": ', "is not JSON: EOF while parsing"),
        ("p.json", b"\xff{}", "is not JSON: byte 0 is not UTF-8"),
        ("p.json", b"[" * 9_999, "is not JSON: it is nested far deeper than anything"),
        ("p.yaml", b"title: \xe9", "is not UTF-8 (byte 7)"),
        ("p.yaml", b"title: a\ntitle: b\n", "title"),
        ("p.yaml", b"a: &x 1\nb: *x\n", ""),
        ("p.yaml", b"x" * 300_000, "262,144"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
    winwinwin, write, name, content, why
):
    write(name, content)
    done = winwinwin("evaluate", name)
    assert (done.status, done.out) == (REFUSED, "")
    assert done.err.startswith(f"winwinwin: {name}")
    assert why in done.err
    assert "Traceback" not in done.err


def test_what_only_the_notation_hides_is_found_in_files_too(winwinwin, write):
    body = five_firms_2kb()
    write("mark.json", b"\xef\xbb\xbf" + body.replace(b'"76540"', b'"76003"'))
    done = winwinwin("evaluate", "mark.json")
    assert done.status == OK
    assert "/firms/0/commune: 76003 is part of 76020 Anneville-Ambourville today" in done.err
    write("twice.json", body.replace(b'"aid_requested":', b'"aid_requested":1,"aid_requested":'))
    done = winwinwin("evaluate", "twice.json")
    assert done.status == REFUSED
    assert "/aid_requested: is given twice: 1, then 120000" in done.err


def test_another_territory_than_the_data_at_hand_is_refused(winwinwin, write):
    other = json.loads(five_firms_2kb()) | {"territory": "fr-ze-0001"}
    write("p.json", json.dumps(other))
    done = winwinwin("evaluate", "p.json")
    assert done.status == REFUSED
    assert "--territory" in one_sentence(done.err)
    write("t.json", "{}")
    bad = winwinwin("evaluate", "p.json", "--territory", "t.json")
    assert bad.status == REFUSED
    assert "t.json is not a territory" in bad.err


def test_a_file_that_is_not_there_is_a_usage_error(winwinwin):
    done = winwinwin("evaluate", "nowhere.yaml")
    assert (done.status, done.out) == (USAGE, "")
    assert "nowhere.yaml" in done.err


# -- colours -------------------------------------------------------------------------------------


def on_a_terminal(**settings: str) -> str:
    """What a refused start writes to a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [COMMAND, "doctor"],
        stdout=theirs,
        stdin=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color", WWW_PROT="1", **settings),
    ):
        os.close(theirs)
        written = b""
        while True:
            try:
                piece = os.read(ours, 65_536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not piece:
                break
            written += piece
    os.close(ours)
    return written.decode()


def test_a_terminal_gets_colour_unless_no_color_is_set():
    assert COLOUR.search(on_a_terminal())
    assert COLOUR.search(on_a_terminal(NO_COLOR="1")) is None


# -- a service -----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("show", "0" * 32), ("submit", EXPORT_MANAGER)])
def test_without_a_key_it_is_a_usage_error_that_says_how_to_give_one(winwinwin, command):
    done = winwinwin(*command)
    assert (done.status, done.out) == (USAGE, "")
    assert "give --key or set WWW_KEY" in done.err


@pytest.mark.parametrize("command", [("show", "0" * 32), ("submit", EXPORT_MANAGER)])
def test_where_nothing_answers_it_says_so(winwinwin, command):
    url = f"http://127.0.0.1:{free_port()}"
    done = winwinwin(*command, WWW_URL=url, WWW_KEY="www_x")
    assert (done.status, done.out) == (UNREACHABLE, "")
    assert f"nothing answers at {url}" in one_sentence(done.err)


PROBLEM = "application/problem+json"
FULL = {"title": "Try again in a moment", "status": 503, "detail": "The disk is full."}


@pytest.mark.parametrize(
    ("answer", "status", "said"),
    [
        ((200, "text/html", b"<h1>It works!</h1>"), UNREACHABLE, "is not Winwinwin"),
        ((302, "text/html", b""), UNREACHABLE, "is not Winwinwin"),
        ((404, "text/html", b"<h1>404</h1>"), REFUSED, "404 Not Found"),
        ((503, PROBLEM, json.dumps(FULL).encode()), FAILED, "The disk is full."),
        ((502, "text/html", b"<h1>Bad gateway</h1>"), FAILED, "502 Bad Gateway"),
        (
            (200, "application/json", b'{"state":"judged","reference":"x","revision":1}'),
            FAILED,
            "not one this version can show",
        ),
    ],
    ids=["a web page", "a redirection", "another 404", "503", "502", "another version"],
)
def test_whatever_answers_it_is_one_sentence(winwinwin, answer, status, said):
    with answering(*answer) as url:
        done = winwinwin("show", "0" * 32, WWW_URL=url, WWW_KEY="www_x")
    assert (done.status, done.out) == (status, "")
    assert "Traceback" not in done.err
    assert said in done.err.splitlines()[-1]


def test_this_machine_is_reached_without_the_proxy_of_the_outside_world(winwinwin):
    with answering(404, PROBLEM, json.dumps({"title": "No such proposal"}).encode()) as url:
        nowhere = f"http://127.0.0.1:{free_port()}"
        done = winwinwin("show", "x", WWW_URL=url, WWW_KEY="www_x", HTTP_PROXY=nowhere)
    assert done.status == REFUSED
    assert "No such proposal" in one_sentence(done.err)


@pytest.mark.parametrize(
    ("url", "key"),
    [("here", "www_x"), ("http://[::1", "www_x"), ("ftp://x", "www_x"), ("http://x", "clé")],
)
def test_what_is_no_address_or_no_key_is_a_usage_error(winwinwin, url, key):
    done = winwinwin("show", "x", "--url", url, "--key", key)
    assert (done.status, done.out) == (USAGE, "")
    assert "Traceback" not in done.err


# -- settings ------------------------------------------------------------------------------------


def test_a_setting_that_is_not_known_is_refused_with_the_nearest_one(winwinwin):
    done = winwinwin("doctor", WWW_PROT="9000")
    assert (done.status, done.out) == (USAGE, "")
    assert one_sentence(done.err).endswith(
        "unknown setting WWW_PROT in the environment: did you mean WWW_PORT?"
    )


def test_a_setting_with_a_bad_value_is_refused_by_name(winwinwin):
    done = winwinwin("doctor", WWW_PORT="eighty")
    assert (done.status, done.out) == (USAGE, "")
    assert "WWW_PORT" in one_sentence(done.err)


@pytest.mark.parametrize(
    ("command", "setting"),
    [(("topics", "plan"), "WWW_KAFKA_BOOTSTRAP_SERVERS"), (("service", "intake"), "DATABASE_URL")],
)
def test_a_setting_that_is_missing_is_named(winwinwin, command, setting):
    done = winwinwin(*command)
    assert (done.status, done.out) == (USAGE, "")
    assert f"set {setting}" in one_sentence(done.err).replace("set WWW_D", "set D")


@pytest.mark.parametrize(
    "command",
    [
        ("service",),
        ("doctor",),
        ("migrate",),
        ("dlq", "list", "--service"),
        ("resend", "--service"),
    ],
    ids=" ".join,
)
def test_a_service_that_there_is_not_is_a_usage_error(winwinwin, command):
    done = winwinwin(*command, "nobody")
    assert (done.status, done.out) == (USAGE, "")
    assert "no service is called 'nobody'" in done.err


# -- method run ----------------------------------------------------------------------------------


def case(name: str, kind: str = "carbon_pv", expected: float = 0.0, **input_: object) -> dict:
    figures = {"pv_2025": expected}
    return {"id": name, "kind": kind, "input": input_, "expected": figures, "tol": 1.0}


def test_cases_are_computed_compared_and_counted(winwinwin, write):
    listed = [case("good", t_per_year=0, years=3, r=0.032), case("odd", kind="astrology")]
    write("cases.json", json.dumps([*listed, case("bare")]))
    done = winwinwin("method", "run", "--cases", "cases.json")
    *lines, counts = done.out.splitlines()
    assert [line.split()[0] for line in lines] == ["good", "odd", "bare"]
    assert counts == "1 passed, 0 failed, 1 unknown kind, 1 not runnable"
    assert (done.status, done.err) == (OK, "")


def test_a_case_with_another_figure_fails_the_run(winwinwin, write):
    write("cases.json", json.dumps([case("bad", expected=5, t_per_year=0, years=3, r=0.032)]))
    done = winwinwin("method", "run", "--cases", "cases.json")
    assert done.status == FAILED
    assert done.out.endswith("0 passed, 1 failed, 0 unknown kind, 0 not runnable\n")


def test_a_case_that_is_none_is_counted_and_does_not_hide_the_others(winwinwin, write):
    good = case("good", expected=0, t_per_year=0, years=3, r=0.032)
    write("cases.json", json.dumps([{"id": 1}, good]))
    done = winwinwin("method", "run", "--cases", "cases.json")
    assert done.out.endswith("1 passed, 0 failed, 0 unknown kind, 1 not runnable\n")
    assert "the case has no 'kind'" in done.out
    assert (done.status, done.err) == (OK, "")


@pytest.mark.parametrize("content", ["{", '{"a": 1}', "[1]", "null", b"\xff"])
def test_a_file_that_is_no_list_of_cases_is_refused(winwinwin, write, content):
    write("cases.json", content)
    done = winwinwin("method", "run", "--cases", "cases.json")
    assert (done.status, done.out) == (REFUSED, "")
    assert "cases.json is not a list of cases" in one_sentence(done.err)
