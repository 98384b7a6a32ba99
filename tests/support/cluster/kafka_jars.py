"""The jars of Apache Kafka, and whether this machine can run them."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path

OLDEST_JAVA = 17
FETCH_SECONDS = 600

_HERE = files("tests.support.cluster")

THREE_WAYS = (
    "Three ways to a broker: install Java 17 or newer and Maven (on Debian and Ubuntu: "
    "apt-get install openjdk-17-jre-headless maven; on macOS: brew install openjdk maven), "
    "which start one here without Docker; or start a Docker engine; or point "
    "KAFKA_BOOTSTRAP_SERVERS at a broker that runs already."
)


class Missing(Exception):
    """Something a local broker needs is not on this machine; says what, and how to get it."""


def missing() -> str | None:
    """What keeps this machine from running a broker from jars, in one paragraph, or None."""
    lacking = []
    version = java_version()
    if version is None:
        lacking.append("no Java runtime")
    elif version < OLDEST_JAVA:
        lacking.append(f"Java {version}, which is too old (Kafka needs {OLDEST_JAVA})")
    if not _complete(_folder()) and shutil.which("mvn") is None:
        lacking.append("no Maven to fetch Kafka's jars with")
    if not lacking:
        return None
    return f"Apache Kafka cannot be started here: there is {' and '.join(lacking)}. {THREE_WAYS}"


def java() -> str:
    """The command that starts Java: that of JAVA_HOME, or the one on the PATH."""
    home = os.environ.get("JAVA_HOME")
    if home and (found := shutil.which(str(Path(home) / "bin" / "java"))):
        return found
    return shutil.which("java") or "java"


@cache
def java_version() -> int | None:
    """Major version of the Java runtime; None when there is none that runs."""
    try:
        # On macOS there is a `java` that only says that there is none.
        said = subprocess.run([java(), "-version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r'version "(?:1\.)?(\d+)', said.stderr + said.stdout)
    return int(found[1]) if found else None


def kafka_version() -> str:
    """The version of Kafka that is run, from ``kafka-pom.xml``."""
    pom = (_HERE / "kafka-pom.xml").read_text("utf-8")
    found = re.search(r"<kafka\.version>([\w.-]+)<", pom)
    if found is None:
        raise Missing("tests/support/cluster/kafka-pom.xml names no kafka.version: write it there")
    return found[1]


def jars() -> Path:
    """The folder of Kafka's jars, fetched the first time (90 files, 54 MB).

    Raises ``Missing`` when they cannot be fetched or there is no Java to run them.
    """
    if (reason := missing()) is not None:
        raise Missing(reason)
    folder = _folder()
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{folder.name}.lock").open("w") as lock:
        # Two test runs that start at once fetch once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _complete(folder):
            _fetch(folder)
    return folder


def _folder() -> Path:
    cache_home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache_home) / "winwinwin" / f"kafka-{kafka_version()}"


def _complete(folder: Path) -> bool:
    # The folder gets its name only when everything is in it.
    return folder.is_dir()


def _fetch(folder: Path) -> None:
    arriving = Path(tempfile.mkdtemp(prefix=f"{folder.name}.", dir=folder.parent))
    try:
        with as_file(_HERE / "kafka-pom.xml") as pom:
            command = [
                *("mvn", "-q", "-B", "-C", "-f", str(pom), "dependency:copy-dependencies"),
                *(f"-DoutputDirectory={arriving}", "-DincludeScope=runtime"),
            ]
            try:
                subprocess.run(
                    command, capture_output=True, text=True, check=True, timeout=FETCH_SECONDS
                )
            except subprocess.CalledProcessError as error:
                said = " ".join((error.stdout + error.stderr).split())[-600:]
                raise Missing(
                    f"Maven could not fetch Kafka {kafka_version()} ({said}): check the network "
                    f"and Maven's settings.xml. {THREE_WAYS}"
                ) from error
            except subprocess.TimeoutExpired as error:
                raise Missing(
                    f"Maven did not fetch Kafka {kafka_version()} within {FETCH_SECONDS} s: check "
                    f"the network and Maven's settings.xml. {THREE_WAYS}"
                ) from error
        arriving.chmod(0o755)
        arriving.rename(folder)
    finally:
        shutil.rmtree(arriving, ignore_errors=True)
