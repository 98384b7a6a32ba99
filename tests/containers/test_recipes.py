"""What the recipes of the containers promise, read from the recipes themselves."""

import json
import re
import stat
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
import yaml

from contracts.catalogue import SERVICES
from deploy import make_secrets
from services.app.single_service import STOP_WITHIN_SECONDS
from services.chassis.ops.settings import OPERATIONS_PORT, PREFIX, refuse_unknown
from tests.support.repository import text

COMPOSE: dict[str, Any] = yaml.safe_load(text("deploy/compose.yaml"))
PARTS: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: part for name, part in PARTS.items() if part["image"].startswith("winwinwin")}
LASTING = {name: part for name, part in PARTS.items() if part["restart"] == "unless-stopped"}


def test_every_service_and_what_prepares_for_them_is_there():
    assert set(OURS) == {*SERVICES, "schema", "topics", "ops"}
    assert set(PARTS) - set(OURS) == {"kafka", "postgres", "prometheus"}
    assert {tuple(OURS[name]["command"]) for name in SERVICES} == {
        ("service", name) for name in SERVICES
    }


@pytest.mark.parametrize("name", OURS)
def test_what_is_ours_runs_confined(name):
    part = OURS[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert not part.get("privileged")
    assert not part.get("volumes"), "it stores in its database and nowhere else"


def test_nothing_is_reachable_from_outside_unless_somebody_says_so():
    ports = [port for part in PARTS.values() for port in part.get("ports", ())]
    assert ports
    for port in ports:
        assert re.match(r"(127\.0\.0\.1|\$\{WINWINWIN_ADDRESS:-127\.0\.0\.1\}):", port), port
    assert not PARTS["kafka"].get("ports")
    assert not PARTS["postgres"].get("ports")


def test_there_is_no_default_secret_and_nothing_starts_without_one():
    asked = set(make_secrets.names())
    used = set(re.findall(r"\$\{(WINWINWIN_DATABASE_\w+)", text("deploy/compose.yaml")))
    assert asked == used
    assert {f"WINWINWIN_DATABASE_{name.upper()}" for name in SERVICES} < asked
    assert not re.search(r"\$\{WINWINWIN_DATABASE_\w+:-", text("deploy/compose.yaml"))


def test_each_service_knows_its_own_password_only():
    for name in SERVICES:
        said = str(OURS[name]["environment"])
        assert re.findall(r"WINWINWIN_DATABASE_(\w+)", said) == [name.upper()]


def test_the_operators_commands_know_every_password_but_the_administrators_and_start_by_hand():
    ops, schema = OURS["ops"], OURS["schema"]
    assert (ops["profiles"], ops["restart"]) == (["ops"], "no")
    assert not ops.get("ports")
    for setting in ("WWW_DATABASE_URL", "WWW_DATABASE_PASSWORDS"):
        assert ops["environment"][setting] == schema["environment"][setting]
    assert "WWW_DATABASE_ADMIN_URL" not in ops["environment"]
    assert (
        ops["environment"]["WWW_KAFKA_REPLICATION"]
        == (OURS["topics"]["environment"]["WWW_KAFKA_REPLICATION"])
    )


@pytest.mark.parametrize("name", OURS)
def test_every_setting_it_gives_is_one_we_know(name):
    given = OURS[name]["environment"]
    assert all(key.startswith(PREFIX) for key in given)
    refuse_unknown(given)


def test_what_lasts_comes_back_has_time_to_stop_and_says_whether_it_is_well():
    for name, part in LASTING.items():
        assert part["deploy"]["resources"]["limits"].keys() >= {"cpus", "memory"}, name
    for name in SERVICES:
        assert float(LASTING[name]["stop_grace_period"].removesuffix("s")) > STOP_WITHIN_SECONDS
        assert set(LASTING[name]["depends_on"]) == {"schema", "topics"}
    for name in set(LASTING) - set(SERVICES):
        assert LASTING[name]["healthcheck"]["test"]
    assert "HEALTHCHECK" in text("deploy/Dockerfile"), "for the services"


def test_every_image_has_a_version():
    for name in ("kafka", "postgres", "prometheus"):
        tag = PARTS[name]["image"].rpartition(":")[2]
        assert re.match(r"v?\d+", tag), name


def test_the_image_is_installed_by_hash_and_runs_as_nobody_special():
    recipe = text("deploy/Dockerfile")
    assert "--require-hashes --requirement requirements.lock" in recipe
    assert re.findall(r"^USER (\S+)", recipe, re.MULTILINE) == ["10400:10400"]
    assert not re.search(r"^# syntax=", recipe, re.MULTILINE), "the engine's own syntax is enough"
    (entry,) = re.findall(r"^ENTRYPOINT (.*)$", recipe, re.MULTILINE)
    assert entry == '["winwinwin"]', "the service is an argument"


def test_the_recipe_is_given_nothing_that_it_does_not_copy():
    allowed = set(re.findall(r"^!(\S+)", text(".dockerignore"), re.MULTILINE))
    copied = {
        name
        for line in re.findall(
            r"^COPY (?!--from)(.*) \S+$", text("deploy/Dockerfile"), re.MULTILINE
        )
        for name in line.split()
    }
    assert copied == allowed
    assert text(".dockerignore").splitlines()[1] == "*"


def test_prometheus_asks_every_service():
    (job,) = yaml.safe_load(text("deploy/prometheus/prometheus.yml"))["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    assert sorted(found["names"]) == sorted(SERVICES)
    assert found["port"] == OPERATIONS_PORT, "metrics are not at the address of callers"


def test_no_port_of_the_machine_leads_to_metrics_and_reasons():
    for name, part in OURS.items():
        inside = [port.rpartition(":")[2] for port in part.get("ports", ())]
        assert str(OPERATIONS_PORT) not in inside, name
    assert "WWW_OPERATIONS_HOST=0.0.0.0" in text("deploy/Dockerfile"), "Prometheus is not inside"


def test_secrets_are_made_once_for_their_owner_alone(tmp_path):
    file = tmp_path / ".env"
    assert make_secrets.make(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    made = dict(line.split("=") for line in file.read_text().splitlines())
    assert set(made) == set(make_secrets.names())
    assert len(set(made.values())) == len(made)
    assert all(len(value) >= 32 for value in made.values())
    before = file.read_text()
    assert not make_secrets.make(file)
    assert file.read_text() == before


def test_secrets_are_never_committed_nor_put_into_an_image():
    assert "/deploy/.env" in text(".gitignore").splitlines()
    assert not any("deploy" in line for line in text(".dockerignore").splitlines()[2:])


def test_whoever_answers_citizens_is_known_to_every_service_that_names_it():
    for name in ("intake", "notify"):
        said = OURS[name]["environment"]["WWW_AUTHORITY_CONTACT"]
        assert said == "${WINWINWIN_AUTHORITY_CONTACT:-}"


class _Answers(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/readyz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the test looks at what the check says."""


@pytest.mark.parametrize("status", [200, 503])
def test_the_health_check_is_no_python_and_sees_whether_the_service_is_ready(status):
    recipe = re.search(r"HEALTHCHECK .*?CMD (\[.*?\])\n", text("deploy/Dockerfile"), re.DOTALL)
    command = json.loads(recipe[1])
    assert command[0] == "bash"
    server = HTTPServer(("127.0.0.1", 0), type("Handler", (_Answers,), {"status": status}))
    port = str(server.server_address[1])
    threading.Thread(target=server.handle_request, daemon=True).start()
    command[-1] = command[-1].replace("8400", port)
    done = subprocess.run(command, check=False, timeout=10)
    server.server_close()
    assert (done.returncode == 0) == (status == 200)
    assert subprocess.run(command, check=False, timeout=10, capture_output=True).returncode != 0
