"""The demo territory as its page gets it."""

from functools import cache

from contracts.codec import encode
from contracts.events import CompetencesPublished, TerritoryProfiled
from contracts.samples import competences_file, territory_example
from services.chassis.store import Store
from services.externalities.competences import read_competences
from services.externalities.geography import geography
from services.externalities.profile import profile_of
from services.externalities.storage import ref_of
from services.notify.storage import COMPETENCE_DIRECTORIES, TERRITORY_PROFILES
from tests.support.chassis import MOMENT
from tests.support.halves import book


@cache
def profiled() -> TerritoryProfiled:
    snapshot = territory_example()
    profile = profile_of(snapshot, book().on(MOMENT.date()))
    assert profile is not None
    return TerritoryProfiled(territory=ref_of(snapshot), revision=1, profile=profile)


def put_the_territory(store: Store) -> None:
    """Store the profile as the handler does."""
    said = profiled()
    row = {"territory": said.territory.id, "revision": said.revision, "body": encode(said)}
    store.write(lambda connection: connection.execute(TERRITORY_PROFILES.insert(), [row]) and None)


@cache
def listed() -> CompetencesPublished:
    entries = read_competences(competences_file(), geography())
    return CompetencesPublished(territory=ref_of(territory_example()), revision=1, entries=entries)


def put_the_directory(store: Store) -> None:
    """Store the directory of competences as the handler does."""
    said = listed()
    row = {"territory": said.territory.id, "revision": said.revision, "body": encode(said)}
    store.write(
        lambda connection: connection.execute(COMPETENCE_DIRECTORIES.insert(), [row]) and None
    )
