"""The second minute of whoever opens the repository: start the demo, submit a project, read why.

In a process of its own, by the commands the README and the demo itself print.
"""

import json
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx2
import pytest

from contracts.samples import proposal_texts
from tests.support.command import free_port, run, started
from tests.support.waiting import until


@contextmanager
def demo(data_dir: Path, port: int) -> Iterator[str]:
    """The demo while it runs; what it printed when it was ready. Ends by Ctrl-C, cleanly."""
    process = started("demo", "--port", str(port), WWW_DATA_DIR=str(data_dir))
    try:
        assert process.stdout is not None
        printed = ""
        while "Ctrl-C" not in printed:
            line = process.stdout.readline()
            assert line, f"the demo ended: {process.communicate()[1]}"
            printed += line
        yield printed
    finally:
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0, errors
    assert "Traceback" not in errors


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo's data after its first start."""
    folder = tmp_path_factory.mktemp("demo")
    with demo(folder, free_port()) as printed:
        assert f"{len(proposal_texts())} example projects" in printed
    return folder


def test_what_it_prints_is_all_one_needs_to_submit_a_project_and_read_why(data_dir: Path) -> None:
    port = free_port()
    with demo(data_dir, port) as printed:
        assert str(data_dir) in printed
        url = f"http://127.0.0.1:{port}"
        (said,) = re.findall(rf"export WWW_URL={url} WWW_KEY=(www_\S+)", printed)
        (file,) = re.findall(r"winwinwin submit (\S+)", printed)
        submitted = run("submit", file, "--json", WWW_URL=url, WWW_KEY=said)
        assert submitted.returncode == 0, submitted.stderr
        event = json.loads(submitted.stdout)
        assert event["verdict"]["label"] == "win_win_win"
        assert event["verdict"]["explanation"]["because"]
        shown = run("show", event["proposal_id"], "--why", WWW_URL=url, WWW_KEY=said)
        assert shown.returncode == 0, shown.stderr
        assert "A win for each of the 4 firms and for the territory." in " ".join(
            shown.stdout.split()
        )


def shows(browser: httpx2.Client, path: str, words: str) -> bool:
    return words in browser.get(path).text


def test_the_desk_lets_in_whom_the_demo_names(data_dir: Path) -> None:
    port = free_port()
    with demo(data_dir, port) as printed:
        url = f"http://127.0.0.1:{port}"
        logins = re.findall(r"(\S+@\S+)\s+password (\S+)", printed)
        assert len(logins) == 2
        for email, password in logins:
            with httpx2.Client(base_url=url, follow_redirects=True) as browser:
                form = {"email": email, "password": password, "next": ""}
                page = browser.post(
                    "/fr/login", data=form, headers={"Sec-Fetch-Site": "same-origin"}
                )
                assert page.status_code == 200
                assert page.url.path == "/fr/verdicts"
                assert "Saveurs du Val de Seine Export" in page.text
                until(partial(shows, browser, "/fr/territory", "Délibération fictive"))


def test_starting_again_finds_the_same_keys_and_data(data_dir: Path) -> None:
    found = []
    for _ in range(2):
        port = free_port()
        with demo(data_dir, port) as printed:
            key = re.findall(r"partner key\s+(www_\S+)", printed)[0]
            listed = httpx2.get(
                f"http://127.0.0.1:{port}/v1/proposals?limit=100",
                headers={"Authorization": f"Bearer {key}"},
            ).json()
            found.append((key, sorted(each["id"] for each in listed["proposals"])))
    assert found[0] == found[1]
    assert len(found[0][1]) >= len(proposal_texts())


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode != 0
    assert done.stdout == ""
    said = done.stderr.strip()
    assert "Traceback" not in said
    return said.splitlines()[-1]


def test_a_port_that_is_taken_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = one_sentence(run("demo", "--port", str(port), "--data-dir", str(tmp_path)))
    assert f"port {port}" in said
    assert "--port" in said


def test_a_folder_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    file = tmp_path / "a file"
    file.touch()
    said = one_sentence(run("demo", "--data-dir", str(file / "data"), "--port", str(free_port())))
    assert str(file / "data") in said
    assert "--data-dir" in said


def test_a_misspelt_setting_is_one_clear_sentence(tmp_path: Path) -> None:
    said = one_sentence(run("demo", WWW_DATADIR=str(tmp_path)))
    assert "WWW_DATADIR" in said
    assert "WWW_DATA_DIR" in said


def test_two_demos_do_not_share_a_folder(data_dir: Path) -> None:
    with demo(data_dir, free_port()):
        said = one_sentence(run("demo", "--data-dir", str(data_dir), "--port", str(free_port())))
    assert "another winwinwin process" in said
