"""What every refusal must be: a problem document (RFC 9457) a person can act on."""

from typing import Any

import httpx2


def problem_of(answer: httpx2.Response, status: int | None = None) -> dict[str, Any]:
    """The problem document of a refusal; fails when it is not one."""
    at_fault = 500 if status is None else 600
    assert 400 <= answer.status_code < at_fault, f"{answer.status_code}: {answer.text}"
    assert status is None or answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-request-id"]
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"].startswith("urn:winwinwin:problem:")
    assert problem["title"].strip()
    assert problem["detail"].strip()
    pointers = [each["pointer"] for each in problem.get("errors", ())]
    assert len(pointers) == len(set(pointers)), "each place is named once"
    for each in problem.get("errors", ()):
        assert each["pointer"] == "" or each["pointer"].startswith("/")
        assert each["why"].strip()
    return problem


def places(problem: dict[str, Any]) -> dict[str, str]:
    """Each place a problem names, and why."""
    return {each["pointer"]: each["why"] for each in problem.get("errors", ())}
