"""How a Kafka is reached, and what its errors mean in one sentence."""

import logging
import os
import socket
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

from kafka import errors
from kafka.net.compat import KafkaNetClient

from services.chassis.errors import BadSetting, BusUnavailable, Refuse
from services.chassis.messaging.kafka.workarounds import close_what_did_not_connect
from services.chassis.ops.settings import Settings

BOOTSTRAP_SECONDS = 5.0
"""How long a client may take to find its first broker before it is made anew after a pause."""

PROBE_SECONDS = 2.0
REQUEST_SECONDS = 10.0
RECONNECT_SECONDS = 2.0
DELIVERY_SECONDS = 30.0
"""How long a record may be tried before it has failed for good and is sent again."""

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""Largest record that is sent, and that our topics take: several times the largest verdict."""

_NOT_TRUSTED = (
    errors.AuthorizationError,
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.IllegalSaslStateError,
)
_TOO_FEW_COPIES = (errors.NotEnoughReplicasError, errors.NotEnoughReplicasAfterAppendError)


def client_settings(settings: Settings, name: str) -> dict[str, Any]:
    """What producers, consumers and the administrator of kafka-python have in common.

    ``name`` is what the broker's log calls the client. Raises ``Refuse`` without ``crc32c``:
    kafka-python would compute checksums in Python and be ten times slower without a word.
    """
    if find_spec("crc32c") is None:
        raise Refuse(
            "the package crc32c is not installed, and without it Kafka is ten times slower: "
            "install what requirements.lock names"
        )
    close_what_did_not_connect()
    # Its own account of every reconnection would drown ours; ours says what it means.
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    said: dict[str, Any] = {
        "bootstrap_servers": settings.kafka_bootstrap_servers.split(","),
        "client_id": name,
        "security_protocol": settings.kafka_security_protocol,
        "bootstrap_timeout_ms": int(BOOTSTRAP_SECONDS * 1000),
        "request_timeout_ms": int(REQUEST_SECONDS * 1000),
        # The default, half a minute, is how long a service would stay away from a broker that is
        # back.
        "reconnect_backoff_max_ms": int(RECONNECT_SECONDS * 1000),
    }
    if settings.kafka_security_protocol.startswith("SASL"):
        said |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_user,
            "sasl_plain_password": settings.kafka_password.get_secret_value(),
        }
    files = {
        "ssl_cafile": settings.kafka_ca_file,
        "ssl_certfile": settings.kafka_cert_file,
        "ssl_keyfile": settings.kafka_key_file,
    }
    for what, path in files.items():
        if path is not None and not os.access(path, os.R_OK):
            named = {"ssl_cafile": "CA", "ssl_certfile": "CERT", "ssl_keyfile": "KEY"}[what]
            raise BadSetting(f"WWW_KAFKA_{named}_FILE names {path}, which cannot be read here")
    return said | {key: str(path) for key, path in files.items() if path is not None}


def connected(kind: Callable[..., Any], settings: Settings, name: str, **more: Any) -> Any:
    """A producer, consumer or administrator of kafka-python that has found a broker.

    Raises ``BusUnavailable`` when it finds none or is not let in.
    """
    made: list[Any] = []

    class Noted(KafkaNetClient):  # type: ignore[misc]  # kafka-python has no types
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            made.append(self)

    try:
        return kind(**client_settings(settings, name), kafka_client=Noted, **more)
    except errors.KafkaError as error:
        # The error only says that time ran out; who was not let in stands in the network's memory,
        # and its thread would run on for ever.
        refusals = [e for each in made for e in each._manager._auth_failures.values()]  # noqa: SLF001
        for each in made:
            each.close()
        if not refusals and (unknown := _unknown_hosts(settings)):
            raise BusUnavailable(
                f"nobody knows the address of {unknown}: check WWW_KAFKA_BOOTSTRAP_SERVERS and the "
                f"name service of this machine"
            ) from error
        if not refusals and (listening := _listening(settings)):
            raise BusUnavailable(_meaning_of_silence(settings, listening)) from error
        raise unavailable(settings, refusals[0] if refusals else error) from error


def _unknown_hosts(settings: Settings) -> str:
    """The brokers' hosts when not one of them has an address; otherwise nothing."""
    hosts = [a.strip().rpartition(":")[0].strip("[]") for a in _addresses(settings)]
    for host in hosts:
        try:
            socket.getaddrinfo(host, None)
        except OSError:
            continue
        return ""
    return ", ".join(hosts)


def _addresses(settings: Settings) -> list[str]:
    return settings.kafka_bootstrap_servers.split(",")


def _listening(settings: Settings) -> str | None:
    """The first of the brokers' addresses at which somebody takes connections."""
    for address in _addresses(settings):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), PROBE_SECONDS).close()
        except (OSError, ValueError):
            continue
        return address.strip()
    return None


def _meaning_of_silence(settings: Settings, address: str) -> str:
    """A broker that does not like what it hears often just hangs up."""
    protocol = settings.kafka_security_protocol
    if protocol.startswith("SASL"):
        return (
            f"{address} takes connections and does not let {settings.kafka_user} in: check "
            f"WWW_KAFKA_USER, WWW_KAFKA_PASSWORD and WWW_KAFKA_SASL_MECHANISM, and whether "
            f"WWW_KAFKA_SECURITY_PROTOCOL={protocol} is what it speaks"
        )
    return (
        f"{address} takes connections and does not answer as Kafka over {protocol}: check "
        f"WWW_KAFKA_SECURITY_PROTOCOL and WWW_KAFKA_CA_FILE, and whether the broker hangs"
    )


def unavailable(settings: Settings, error: BaseException) -> BusUnavailable:
    """The error of a client as a sentence that names the setting or the part and what to do."""
    return BusUnavailable(f"{_meaning(settings, error)} ({_said(error)})")


def _said(error: BaseException) -> str:
    text = " ".join(str(error).split())[:300]
    name = type(error).__name__
    return text if text.startswith(name) else f"{name}: {text}" if text else name


def _meaning(settings: Settings, error: BaseException) -> str:
    where = settings.kafka_bootstrap_servers
    if isinstance(error, _NOT_TRUSTED):
        who = settings.kafka_user or "a client without a name"
        if isinstance(error, errors.AuthorizationError):
            return (
                f"Kafka lets {who} in but forbids this: grant it to write, read and describe its "
                f"topics and to read its consumer group"
            )
        return (
            f"Kafka does not accept {who}: check WWW_KAFKA_USER, WWW_KAFKA_PASSWORD and "
            f"WWW_KAFKA_SASL_MECHANISM"
        )
    if isinstance(error, errors.KafkaStorageError | errors.LogDirNotFoundError):
        return (
            "a Kafka broker cannot write to its disk: free space on it or replace it, and start "
            "that broker again"
        )
    if isinstance(error, _TOO_FEW_COPIES):
        return (
            "too few Kafka brokers are up to keep the copies a record must have "
            "(min.insync.replicas): start the ones that are down"
        )
    if isinstance(error, errors.InvalidTimestampError):
        return (
            "Kafka refuses the time of a record: set the clock of this machine (NTP), or run "
            "`winwinwin topics apply`, after which the broker's clock counts"
        )
    if isinstance(error, errors.MessageSizeTooLargeError | errors.RecordListTooLargeError):
        return (
            "a record is larger than Kafka takes: run `winwinwin topics apply`, and compare "
            "message.max.bytes of the brokers"
        )
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return "a topic is not there: run `winwinwin topics apply`"
    if isinstance(error, errors.IllegalStateError):
        return "this Kafka client was given up and its records are sent again by a new one"
    if isinstance(error, errors.KafkaTimeoutError) and "Expiring" in str(error):
        return (
            f"Kafka did not keep a record within {DELIVERY_SECONDS:g} s: check that all brokers "
            f"run, that enough of them hold copies (min.insync.replicas) and that their disks "
            f"have space"
        )
    if isinstance(error, errors.InvalidReplicationFactorError):
        return (
            "there are fewer Kafka brokers than copies are wanted: start the others, or set "
            "WWW_KAFKA_REPLICATION to the number there is"
        )
    if isinstance(error, errors.BrokerResponseError) and not isinstance(
        error, errors.RetriableError
    ):
        return f"Kafka at {where} refuses a request: what it says names the reason"
    return (
        f"no Kafka answers at {where}: check that the brokers run and have space on their disks, "
        f"and WWW_KAFKA_BOOTSTRAP_SERVERS and WWW_KAFKA_SECURITY_PROTOCOL"
    )
