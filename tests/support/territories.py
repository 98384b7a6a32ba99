"""The demo territory as its page gets it."""

from functools import cache

from contracts.codec import encode
from contracts.events import CompetencesPublished, MilieuProfiled, TerritoryProfiled
from contracts.geography import geography, spot_of
from contracts.samples import competences_file, relays_file, survey_file, territory_example
from contracts.vocabulary.milieu import Directory, WhomToAsk
from contracts.vocabulary.territory import TerritorySnapshot
from services.chassis.database.store import Store
from services.cli.milieu import read_survey
from services.externalities.competences.csv_file import read_competences
from services.externalities.milieu.records import Stored, milieu_of
from services.externalities.milieu.relays import read_relays, spots
from services.externalities.profile import profile_of
from services.externalities.storage import ref_of
from services.method.territory.relays import whom_to_ask
from services.notify.storage import COMPETENCE_DIRECTORIES, TERRITORY_MILIEUX, TERRITORY_PROFILES
from tests.support.chassis import MOMENT
from tests.support.halves import book


@cache
def profiled() -> TerritoryProfiled:
    snapshot = territory_example()
    profile = profile_of(snapshot, book().on(MOMENT.date()))
    assert profile is not None
    return TerritoryProfiled(territory=ref_of(snapshot), revision=1, profile=profile)


def put_the_territory(store: Store, snapshot: TerritorySnapshot | None = None) -> None:
    """Store the profile as the handler does."""
    said = profiled()
    if snapshot is not None:
        profile = profile_of(snapshot, book().on(MOMENT.date()))
        said = TerritoryProfiled(territory=ref_of(snapshot), revision=1, profile=profile)
    row = {"territory": said.territory.id, "revision": said.revision, "body": encode(said)}
    store.write(lambda connection: connection.execute(TERRITORY_PROFILES.insert(), [row]) and None)


@cache
def milieu() -> MilieuProfiled:
    stored = Stored(1, "", _directory(), read_survey(survey_file()))
    snapshot = territory_example()
    return MilieuProfiled(territory=snapshot.id, revision=1, milieu=milieu_of(stored, snapshot))


def put_the_milieu(store: Store, said: MilieuProfiled | None = None) -> None:
    """Store the milieu as the handler does."""
    said = said or milieu()
    row = {"territory": said.territory, "revision": said.revision, "body": encode(said)}
    store.write(lambda connection: connection.execute(TERRITORY_MILIEUX.insert(), [row]) and None)


def whom(need: str = "export", commune: str = "76575") -> WhomToAsk:
    """Whom the demo directory names for a need and a place."""
    relays, here = _directory().relays, geography()
    return whom_to_ask(relays, need, spot_of(here.communes[commune]), spots(relays, here), most=3)


def _directory() -> Directory:
    return Directory(relays=read_relays(relays_file(), geography()))


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
