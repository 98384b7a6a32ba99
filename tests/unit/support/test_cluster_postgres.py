"""The local PostgreSQL: started, killed, stopped for a while, and found again with its data."""

from collections.abc import Iterator

import psycopg
import pytest

from tests.support.cluster import postgres_binaries
from tests.support.cluster.postgres import DidNotStart, PostgresServer
from tests.support.cluster.postgres_binaries import Binaries, Missing, RunAs
from tests.support.databases import local_server

pytestmark = pytest.mark.postgres_here


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    made = local_server()
    made.start()
    yield made
    made.stop()
    assert not made.running


def count(server: PostgresServer) -> int:
    with psycopg.connect(server.url(), connect_timeout=5) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def test_what_was_committed_is_there_after_the_server_was_killed(server):
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
    before = server.url()
    server.kill()
    assert not server.running
    with pytest.raises(psycopg.OperationalError):
        count(server)
    server.start()
    assert server.url() == before, "same port, same password"
    assert count(server) == 1


def test_a_paused_server_answers_nobody_until_it_is_resumed(server):
    server.pause()
    with pytest.raises(psycopg.OperationalError, match="timeout"):
        psycopg.connect(server.url(), connect_timeout=2)
    server.resume()
    psycopg.connect(server.url(), connect_timeout=5).close()


def test_nobody_comes_in_without_the_password(server):
    stranger = server.url().replace(server.url().split(":")[2].split("@")[0], "guessed")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stranger)


def test_a_version_that_is_not_here_is_a_paragraph_with_three_ways_out(monkeypatch):
    monkeypatch.setattr(postgres_binaries, "installed", lambda: ())
    with pytest.raises(Missing, match="Three ways to a database"):
        postgres_binaries.binaries()


def test_the_newest_version_is_taken_unless_another_is_asked_for(monkeypatch, tmp_path):
    found = tuple(Binaries(tmp_path, major) for major in (16, 18, 15))
    monkeypatch.setattr(postgres_binaries, "installed", lambda: found)
    assert postgres_binaries.binaries().major == 18
    assert postgres_binaries.binaries(15).major == 15


def test_it_runs_in_a_folder_that_is_closed_to_everyone_else(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with PostgresServer(closed / "server", quick=True) as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept (n int)")
        server.stop()
        server.start()
        assert count(server) == 0
    with PostgresServer(closed / "server", quick=True) as found_again:
        assert count(found_again) == 0


def test_programs_that_nobody_may_run_are_named_with_the_way_out(monkeypatch, tmp_path):
    server = PostgresServer(tmp_path / "server", quick=True)
    monkeypatch.setattr(RunAs, "may_run", lambda *_: False)
    with pytest.raises(DidNotStart, match=r"run this as another user than root, or make .*chmod"):
        server.start()
    assert not server.running
