"""The authority's directory of competences over HTTP, and what the desk hears of it."""

import json
from urllib.parse import urlencode

import pytest

from contracts.samples import competences_file
from services.cli.competences import directory_json
from services.notify.storage import COMPETENCE_DIRECTORIES
from tests.support.chassis import rows
from tests.support.refusals import places, problem_of
from tests.support.territories import listed
from tests.support.turned import JSON, TERRITORY, TurnedHouse

ADDRESS = f"/v1/territories/{TERRITORY}/competences"
BODY = directory_json(competences_file())


def on_the_desk(house: TurnedHouse) -> list[tuple[str, int]]:
    house.settle()
    table = COMPETENCE_DIRECTORIES.c
    return [tuple(row) for row in rows(house.store("notify"), table.territory, table.revision)]


def ask(authority, question: str, **more: object):
    return authority.get(f"{ADDRESS}/answers?{urlencode({'q': question} | more)}")


def changed(**changes: object) -> bytes:
    said = json.loads(BODY)
    said["entries"][1] |= changes
    return json.dumps(said).encode()


def test_a_directory_is_put_in_force_shown_asked_and_heard(house, authority):
    assert problem_of(authority.put(ADDRESS, content=BODY, headers=JSON), 404)
    assert problem_of(authority.get(ADDRESS), 404)["type"].endswith(":directory-not-found")
    house.load_territory()
    first = authority.put(ADDRESS, content=BODY, headers=JSON)
    assert first.json() == {"territory": TERRITORY, "revision": 1, "entries": 12}
    assert on_the_desk(house) == [(TERRITORY, 1)]
    before = house.everything("externalities")
    assert authority.put(ADDRESS, content=BODY, headers=JSON).json() == first.json()
    assert house.everything("externalities") == before
    shown = authority.get(ADDRESS)
    assert (shown.json(), shown.headers["etag"]) == (json.loads(BODY), '"1"')
    found = ask(authority, "Who here could weld aluminium?", limit=1).json()
    assert found["counted"] == ["weld", "aluminium"]
    (answer,) = found["answers"]
    assert answer["entry"]["id"] == "atelier-soudure"
    assert answer["phrases"] == [
        {
            "text": "Soudage d'aluminium et d'acier inoxydable",
            "words": ["Soudage", "aluminium"],
        }
    ]
    assert ask(authority, "aluminium", among="needs").json()["total"] == 1
    meetings = authority.get(f"{ADDRESS}/meetings?limit=2").json()
    assert meetings["total"] > len(meetings["meetings"]) == 2


def test_a_new_directory_replaces_the_old_one_at_once(house, authority):
    house.load_territory()
    authority.put(ADDRESS, content=BODY, headers=JSON)
    before = authority.get(ADDRESS).headers["etag"]
    authority.put(ADDRESS, content=changed(offers=["Tomographie"]), headers=JSON)
    assert authority.get(ADDRESS).headers["etag"] != before
    assert ask(authority, "tomographie").json()["total"] == 1
    authority.put(ADDRESS, content=b'{"entries": []}', headers=JSON)
    assert ask(authority, "tomographie").json()["total"] == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (changed(commune="99999"), "/entries/1/commune"),
        (changed(kind="labo"), "/entries/1/kind"),
        (changed(offers=[], needs=[]), "/entries/1"),
        (changed(id="labo-vibrations"), ""),
        (changed(offers=["x"] * 13), "/entries/1/offers"),
        (changed(surprise=1), "/entries/1/surprise"),
    ],
)
def test_a_directory_with_a_fault_is_refused_with_its_place(house, authority, body, pointer):
    house.load_territory()
    before = house.everything("externalities")
    problem = problem_of(authority.put(ADDRESS, content=body, headers=JSON), 422)
    assert problem["type"].endswith(":invalid-directory")
    assert pointer in places(problem)
    assert house.everything("externalities") == before


def test_questions_are_bounded(house, authority):
    house.load_territory()
    authority.put(ADDRESS, content=BODY, headers=JSON)
    for query in ("", "?q=", f"?q={'x' * 301}", "?q=a&limit=0", "?q=a&limit=101", "?q=a&among=b"):
        problem_of(authority.get(f"{ADDRESS}/answers{query}"), 422)


def test_nobody_asks_without_an_authoritys_key(house):
    stranger = house.partner()
    for path in ("", "/answers?q=a", "/meetings"):
        problem_of(stranger.get(ADDRESS + path))
    problem_of(stranger.put(ADDRESS, content=BODY, headers=JSON))


def test_the_largest_directory_fits_into_a_message():
    from contracts.vocabulary import limits  # noqa: PLC0415
    from services.chassis.messaging.kafka.client import MAX_MESSAGE_BYTES  # noqa: PLC0415

    assert limits.MAX_DIRECTORY_BYTES * 2 <= MAX_MESSAGE_BYTES
    assert listed().key == f"{TERRITORY}/CompetencesPublished"
