"""The commands of whoever operates the distributed form, where each service has its own password:
Apache Kafka, PostgreSQL, a process per service, and one environment for all commands.
"""

import json
import stat
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaProducer

from contracts.catalogue import SERVICES, topics
from contracts.samples import proposal_texts, read_yaml_proposal
from services.cli import demo
from services.cli.client import Client
from tests.support.cluster import try_it
from tests.support.cluster.cluster import Cluster
from tests.support.command import COMMAND, FAILED, OK, Done, Shell, environment, free_port
from tests.support.forms import PATIENCE_SECONDS, passable_folder
from tests.support.waiting import until

pytestmark = [
    pytest.mark.kafka_cluster,
    pytest.mark.postgres_here,
    pytest.mark.timeout(300),
]

Run = Callable[..., Done]

NARROW = 118


@pytest.fixture(scope="module")
def region() -> Iterator[Cluster]:
    """Not the quick one of other tests: the doctor is to find that commits survive a power cut."""
    with passable_folder() as folder, Cluster(folder) as running:
        yield running


@pytest.fixture(scope="module")
def judged(region: Cluster) -> str:
    """The id of a proposal that has its verdict."""
    granted = demo.access(region, region.folder)
    demo.load_territory(region.doors().externalities, granted)
    with Client(region.doors().intake, granted.partner_key) as partner:
        body = read_yaml_proposal(proposal_texts()["carbon-vetoed"])
        proposal_id: str = partner.submit(body).body["id"]
        assert partner.wait_for_verdict(proposal_id, PATIENCE_SECONDS)
    return proposal_id


@pytest.fixture
def ops(region: Cluster, tmp_path) -> Run:
    """The command as the operator has it set; says no password, whatever it is asked."""
    shell, port = Shell(tmp_path), str(free_port())
    passwords = json.loads(region.operating()["WWW_DATABASE_PASSWORDS"])
    assert len(set(passwords.values())) == len(SERVICES)

    def run(*words: object, said: str = "", expected: int = OK) -> Done:
        done = shell(*words, said=said, **region.operating(), WWW_PORT=port)
        assert done.status == expected, (words, done.out, done.err)
        assert not [each for each in passwords.values() if each in done.out + done.err]
        return done

    return run


def letters(ops: Run, *words: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = json.loads(ops("dlq", "list", "--json", *words).out)
    return listed


def test_bad_messages_of_every_service_are_seen_replayed_and_discarded(region, ops):
    producer = KafkaProducer(bootstrap_servers=region.kafka.bootstrap_servers)
    for topic in topics():
        producer.send(topic.name, key=b"k", value=b"\x1b[31m{\xff").get(PATIENCE_SECONDS)
    producer.close()
    heard = sorted((name, topic.name) for topic in topics() for name in topic.consumers())
    assert {name for name, _ in heard} == set(SERVICES)

    until(lambda: len(letters(ops)) == len(heard), within=PATIENCE_SECONDS)
    found = letters(ops)
    assert sorted((each["service"], each["topic"]) for each in found) == heard
    said = ops("dlq", "list").out.splitlines()
    assert len(said) == 2 * len(heard)
    assert max(map(len, said)) <= NARROW

    for each in found:
        named = ("--service", each["service"])
        for verb in (("show",), ("show", *named)):
            assert each["id"] in ops("dlq", *verb, each["id"], "--json").out
    # What was bad is still bad, and the service said so.
    for each, named in zip(found, ([], ["--service", found[1]["service"]]), strict=False):
        done = ops("dlq", "replay", each["id"], *named, expected=FAILED)
        assert json.loads(done.out)[0]["outcome"] == "refused"

    first, *others = [each["id"] for each in found if each["service"] == "notify"]
    ops("dlq", "discard", first, "--why", "a test", "--service", "notify")
    ops("dlq", "discard", *others, "--why", "a test")
    ops("dlq", "discard", *[each["id"] for each in letters(ops)], "--why", "a test")
    assert letters(ops) == []
    assert len(letters(ops, "--status", "discarded", "--service", "notify")) == 1 + len(others)


def test_what_reads_several_databases_reads_each_with_its_own_password(ops, judged):
    assert json.loads(ops("doctor", "--json").out)
    assert judged in ops("verdict", "recompute", judged).out
    assert "1 the same to the byte" in ops("verdict", "recompute", "--all").err
    assert "1 verdicts" in ops("method", "diff").err


def test_what_reads_one_database_finds_its_password_among_them(ops, judged):
    assert ops("keys", "add", "tester").out.startswith("www_")
    assert "tester" in ops("keys", "list").out
    account = ("ops@example.org", "--territory", "fr-ze-2815")
    ops("accounts", "add", *account, said="a long enough password\n")
    assert "none was changed" in ops("journal", "verify").out
    assert ops("topics", "plan").out.startswith("Kafka has the topics")


def test_the_line_that_make_cluster_prints_runs_as_it_is(region):
    said = try_it.how_to_operate(region, region.folder)
    (line,) = [line.strip() for line in said.splitlines() if "winwinwin" in line]
    assert stat.S_IMODE((region.folder / "operating.env").stat().st_mode) == 0o600
    done = subprocess.run(
        ["sh", "-c", line.replace(".venv/bin/winwinwin", str(COMMAND))],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (OK, "No dead letter is open\n")


def test_the_environment_of_one_service_reads_its_own_letters_and_says_what_the_rest_needs(
    region, tmp_path
):
    shell = Shell(tmp_path)
    own = shell("dlq", "list", "--service", "scoring", **region.settings("scoring"))
    assert own.status == OK
    every = shell("dlq", "list", **region.settings("scoring"))
    assert every.status == FAILED
    assert "WWW_DATABASE_PASSWORDS" in every.err
