"""The image is really built, and run as compose runs it: read-only, as a user without rights."""

import json
import subprocess
from collections.abc import Iterator

import pytest

from contracts.catalogue import SERVICES
from deploy import make_secrets
from tests.support.repository import ROOT

IMAGE = "winwinwin:test"
BUILD_SECONDS = 900
RUN_SECONDS = 60
LARGEST_MB = 600


def docker(*arguments: str, seconds: float = RUN_SECONDS) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


@pytest.fixture(scope="module")
def image() -> Iterator[str]:
    built = docker(
        "build", "-q", "-f", "deploy/Dockerfile", "-t", IMAGE, ".", seconds=BUILD_SECONDS
    )
    assert built.returncode == 0, built.stderr
    yield IMAGE
    docker("image", "rm", IMAGE)


def confined(image: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    flags = ["--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--network", "none"]
    return docker("run", *flags, "--security-opt", "no-new-privileges:true", image, *arguments)


@pytest.mark.timeout(BUILD_SECONDS)
def test_the_image_judges_an_example_without_rights_network_or_disk(image):
    flags = ["--rm", "-i", "--read-only", "--cap-drop", "ALL", "--network", "none"]
    example = (ROOT / "contracts/examples/carbon-vetoed.yaml").read_text("utf-8")
    done = subprocess.run(
        ["docker", "run", *flags, image, "evaluate", "/dev/stdin", "--json"],
        input=example,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["verdict"]["label"] == "win_win_lose"


@pytest.mark.timeout(BUILD_SECONDS)
def test_the_image_is_small_has_no_root_and_no_installer(image):
    (told,) = json.loads(docker("image", "inspect", image).stdout)
    assert told["Config"]["User"] == "10400:10400"
    assert told["Size"] < LARGEST_MB * 1_000_000
    tried = confined(image, "--help")
    assert tried.returncode == 0
    assert "service" in tried.stdout
    pip = docker("run", "--rm", "--entrypoint", "/opt/winwinwin/bin/python", image, "-m", "pip")
    assert pip.returncode != 0


def test_compose_understands_its_file_and_refuses_without_secrets(tmp_path):
    file = ["compose", "--file", "deploy/compose.yaml", "--env-file"]
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.touch()
    refused = docker(*file, str(empty), "config", "--quiet")
    assert refused.returncode != 0
    assert "run make secrets" in refused.stderr
    make_secrets.make(full)
    listed = docker(*file, str(full), "config", "--services")
    assert listed.returncode == 0, listed.stderr
    assert set(SERVICES) < set(listed.stdout.split())
