"""Settings come from the environment, prefix ``WWW_``, once, at the edge."""

import difflib
from collections.abc import Iterable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field, Json, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.chassis.errors import Refuse

PREFIX = "WWW_"

MOST_IN_A_ROW = 20
"""Bad messages of a partition one after the other before it stops: a burst is a broken producer or
a broken deployment, and parking everything would hide it."""

OPERATIONS_PORT = 8490
"""Where metrics and reasons are, unless it is said."""


class Settings(BaseSettings):
    """What every service can be told. Raises ``pydantic.ValidationError`` for a bad value."""

    # What is not valid may be a secret: the error names the setting and leaves it out.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder of everything stored; the demo's is `data/demo`.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8400, ge=1, le=65535, description="Port to listen on.")
    operations_host: str = Field(
        default="127.0.0.1",
        description="Address of metrics and reasons: for those who operate it, never for others.",
    )
    operations_port: int | None = Field(
        default=None,
        ge=1,
        le=65535,
        description="Its port: 8490; in one process on the loopback interface, WWW_PORT's.",
    )
    log_format: Literal["json", "text"] = Field(
        default="json", description="Form of the log on stderr."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe lines of the log; `warning` for the demo."
    )
    https: bool = Field(
        default=False,
        description="True behind TLS: session cookies are then Secure, with the __Host- prefix.",
    )
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^/?#\s]+(/[^?#\s]*[^/?#\s])?)?$",
        description="Address under which people reach the desk, for the links of its feed, which "
        "name no host without it; https://aides.example.org.",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1",
        description="Proxies whose X-Forwarded-For and -Proto count: addresses, networks, commas.",
    )
    authority_contact: str = Field(
        default="",
        max_length=300,
        description="Name and address of the authority: to whom legal mentions tell one to write, "
        "and whom to ask where no relay is known.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL instead of files: `postgresql://winwinwin_{service}@host/"
        "winwinwin_{service}`.",
    )
    database_password: SecretStr | None = Field(
        default=None, description="Password of the role in WWW_DATABASE_URL, if it is not in it."
    )
    database_passwords: Json[dict[str, SecretStr]] = Field(
        default_factory=dict,
        validate_default=False,
        description="JSON: service to the password of its role, for commands that open several "
        "databases and for `winwinwin migrate`, which sets them; never logged.",
    )
    kafka_bootstrap_servers: str = Field(
        default="", description="Brokers, host:port and commas between; without, one process."
    )
    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        default="PLAINTEXT", description="How brokers are spoken to."
    )
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        default="SCRAM-SHA-512", description="How the password is proved."
    )
    kafka_user: str = Field(default="", description="Name at the brokers, with SASL.")
    kafka_password: SecretStr = Field(
        default=SecretStr(""), description="Password at the brokers, with SASL; never logged."
    )
    kafka_ca_file: Path | None = Field(
        default=None, description="Authorities that vouch for the brokers (PEM); the system's."
    )
    kafka_cert_file: Path | None = Field(
        default=None, description="Certificate of this client (PEM), where brokers ask for one."
    )
    kafka_key_file: Path | None = Field(default=None, description="Its key (PEM).")
    kafka_prefix: str = Field(
        default="",
        pattern=r"^[a-zA-Z0-9._-]{0,60}$",
        description="Stands before topics and groups where several systems share brokers.",
    )
    kafka_replication: int = Field(
        default=3,
        ge=1,
        le=9,
        description="Copies of each record, for `winwinwin topics`; all but one must be there to "
        "write.",
    )
    waiting_limit_seconds: float = Field(
        default=60.0,
        gt=0,
        description="No further proposals (429) while the first in the queue has waited longer.",
    )
    backlog_limit_events: int = Field(
        default=100_000,
        ge=1,
        description="No further proposals (503) while this many events are stored, undelivered.",
    )
    backlog_limit_bytes: int = Field(
        default=2_000_000_000,
        ge=1,
        description="No further proposals (503) while undelivered events have this many bytes.",
    )
    unjudged_again_minutes: float = Field(
        default=10.0,
        gt=0,
        description="A proposal overtaken by others and unjudged for so long is published again, "
        "three times at most, later each time.",
    )
    bad_in_a_row: int = Field(
        default=MOST_IN_A_ROW,
        ge=1,
        description="Bad messages one after the other that stop a partition; raised for one start, "
        "what waits is set aside.",
    )
    fault: str = Field(
        default="", description="Tests only: the point at which to kill this process."
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        said = [each.strip() for each in value.split(",") if each.strip()]
        for each in said:
            try:
                network = ip_network(each)
            except ValueError as error:
                raise ValueError(
                    f"{each!r} is no address and no network: name your proxies, such as 10.0.0.7 "
                    f"or 172.16.0.0/12"
                ) from error
            if network.prefixlen == 0:
                raise ValueError(f"{each} trusts everyone to say where they are: name your proxies")
        return ",".join(said)

    @model_validator(mode="after")
    def _sasl_has_a_name_and_a_password(self) -> "Settings":
        if self.kafka_security_protocol.startswith("SASL") and not (
            self.kafka_user and self.kafka_password.get_secret_value()
        ):
            raise ValueError(
                f"WWW_KAFKA_SECURITY_PROTOCOL is {self.kafka_security_protocol}: set "
                f"WWW_KAFKA_USER and WWW_KAFKA_PASSWORD too"
            )
        return self


class AdministratorSettings(BaseSettings):
    """What only `winwinwin migrate` needs to know; no service is told."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database_admin_url: SecretStr | None = Field(
        default=None,
        description="Address at which a role logs in that may make databases and roles.",
    )


class ClientSettings(BaseSettings):
    """Where and as whom the command line calls."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    url: str = Field(default="http://127.0.0.1:8400", description="Where the command line calls.")
    key: str = Field(default="", description="The key it calls with.")


ALL: tuple[type[BaseSettings], ...] = (Settings, AdministratorSettings, ClientSettings)


def refuse_unknown(
    environment: Mapping[str, str], classes: Iterable[type[BaseSettings]] = ALL
) -> None:
    """Raise ``Refuse`` when the environment holds a ``WWW_`` key no settings class knows.

    A misspelt setting would otherwise be ignored in silence.
    """
    known = {PREFIX + name.upper() for each in classes for name in each.model_fields}
    for key in sorted(environment):
        if key.upper().startswith(PREFIX) and key.upper() not in known:
            near = difflib.get_close_matches(key.upper(), sorted(known), n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise Refuse(f"unknown setting {key} in the environment: {hint}")
