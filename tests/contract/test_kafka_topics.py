"""Topics on a real broker: planned, made, grown, never shrunk, each bad circumstance a sentence."""

import json
from contextlib import closing

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from contracts import catalogue
from services.chassis.errors import BusUnavailable
from services.chassis.messaging.kafka.topics import administrator, check, plan
from services.cli.topics import wanted
from tests.support.command import FAILED, OK, UNREACHABLE, USAGE, Shell
from tests.support.kafka import create_topics, new_prefix, settings_for

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(60, func_only=True)]


@pytest.fixture
def names(kafka_broker):
    """Settings for topics of this test alone."""
    return {
        "WWW_KAFKA_BOOTSTRAP_SERVERS": kafka_broker,
        "WWW_KAFKA_PREFIX": new_prefix(),
        "WWW_KAFKA_REPLICATION": "1",
    }


@pytest.fixture
def winwinwin(tmp_path):
    return Shell(tmp_path)


@pytest.fixture
def changes(winwinwin, names):
    def changes(command="plan"):
        done = winwinwin("topics", command, "--json", **names)
        drift = command == "plan" and json.loads(done.out) != []
        assert done.status == (FAILED if drift else OK), done.err
        return [(each["topic"], each["what"], each["now"]) for each in json.loads(done.out)]

    return changes


def test_a_plan_names_every_topic_that_is_missing_and_makes_none(changes, names):
    prefix = names["WWW_KAFKA_PREFIX"]
    missing = [(prefix + topic.name, "topic", None) for topic in catalogue.topics()]
    assert changes() == missing
    assert changes() == missing


def test_what_was_applied_is_as_the_contracts_say_and_applying_again_changes_nothing(
    changes, names
):
    assert len(changes("apply")) == len(catalogue.topics())
    assert changes("apply") == []
    settings = settings_for(
        names["WWW_KAFKA_BOOTSTRAP_SERVERS"], names["WWW_KAFKA_PREFIX"], kafka_replication=1
    )
    with administrator(settings) as client:
        found = client.describe_topics([topic.name for topic in wanted(settings)])
        assert plan(client, wanted(settings)) == []
    says = {topic.name: topic.says.partitions for topic in catalogue.topics()}
    assert {
        t["name"].removeprefix(settings.kafka_prefix): len(t["partitions"]) for t in found
    } == says


def test_a_topic_that_differs_is_shown_with_what_it_has_and_what_is_done_about_it(changes, names):
    broker, prefix = names["WWW_KAFKA_BOOTSTRAP_SERVERS"], names["WWW_KAFKA_PREFIX"]
    create_topics(broker, prefix, {"proposals": (2, [])}, **{"retention.ms": "1000"})
    found = changes("apply")
    assert (prefix + "proposals", "partitions", "2") in found
    assert (prefix + "proposals", "retention.ms", "1000") in found
    assert changes() == []


def test_a_topic_of_state_keeps_the_last_of_each_key_and_one_that_does_not_is_mended(
    changes, names
):
    broker, prefix = names["WWW_KAFKA_BOOTSTRAP_SERVERS"], names["WWW_KAFKA_PREFIX"]
    create_topics(broker, prefix, {"territories": (1, [])}, **{"retention.ms": "1000"})
    found = changes("apply")
    assert (prefix + "territories", "cleanup.policy", "delete") in found
    assert changes() == []
    with closing(KafkaAdminClient(bootstrap_servers=broker)) as client:
        topic = ConfigResource(ConfigResourceType.TOPIC, prefix + "territories", ["cleanup.policy"])
        said = client.describe_configs([topic], config_filter="all")["topic"]
    assert said[prefix + "territories"]["cleanup.policy"]["value"] == "compact"


def test_more_copies_than_brokers_is_a_sentence(winwinwin, names):
    done = winwinwin("topics", "apply", **names | {"WWW_KAFKA_REPLICATION": "9"})
    assert done.status == UNREACHABLE
    assert "set WWW_KAFKA_REPLICATION" in done.err


def test_partitions_are_never_taken_away(winwinwin, names):
    broker, prefix = names["WWW_KAFKA_BOOTSTRAP_SERVERS"], names["WWW_KAFKA_PREFIX"]
    create_topics(broker, prefix, {"proposals": (9, [])})
    for command in ("plan", "apply"):
        done = winwinwin("topics", command, **names)
        assert done.status == FAILED
        assert "has 9 partitions and contracts/topics wants 6" in done.err
        assert done.err.count("\n") == 1, "one sentence"


def test_another_number_of_copies_is_told_and_left_to_the_brokers_tools(changes, winwinwin, names):
    changes("apply")
    found = json.loads(
        winwinwin("topics", "apply", "--json", **names | {"WWW_KAFKA_REPLICATION": "3"}).out
    )
    replication = [each for each in found if each["what"] == "replication"]
    assert len(replication) == len(catalogue.topics())
    assert not any(each["made_here"] for each in replication)


def test_without_a_broker_it_says_which_setting_and_ends_as_unreachable(winwinwin):
    done = winwinwin("topics", "plan", WWW_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert done.status == UNREACHABLE
    assert "no Kafka answers at 127.0.0.1:1" in done.err
    assert "WWW_KAFKA_BOOTSTRAP_SERVERS" in done.err
    done = winwinwin("topics", "plan")
    assert done.status == USAGE
    assert "set WWW_KAFKA_BOOTSTRAP_SERVERS" in done.err


def test_the_doctor_says_what_kafka_lacks_and_that_it_is_well(winwinwin, names, changes):
    def kafka():
        said = json.loads(winwinwin("doctor", "--json", **names).out)
        (finding,) = (each for each in said if each["name"] == "kafka")
        return finding

    assert not kafka()["ok"]
    assert "run `winwinwin topics apply`" in kafka()["fix"]
    changes("apply")
    assert kafka()["ok"]


def test_sasl_without_a_password_is_a_wrong_setting(winwinwin):
    done = winwinwin(
        "topics",
        "plan",
        WWW_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1",
        WWW_KAFKA_SECURITY_PROTOCOL="SASL_SSL",
    )
    assert done.status == USAGE
    assert "WWW_KAFKA_USER and WWW_KAFKA_PASSWORD" in done.err


def test_a_missing_topic_and_too_few_partitions_are_named_with_the_command_that_helps(
    winwinwin, kafka_broker
):
    prefix = new_prefix()
    settings = settings_for(kafka_broker, prefix)
    with pytest.raises(BusUnavailable, match=rf"no topic {prefix}letters: run `winwinwin topics"):
        check(settings, {prefix + "letters": 6})
    create_topics(kafka_broker, prefix, {"letters": (2, [])})
    with pytest.raises(BusUnavailable, match="has 2 partitions and needs 6"):
        check(settings, {prefix + "letters": 6})
