"""``winwinwin groups FILE``: which groups registered firms could form, and the best set of them."""

import json
import os
import sys
import threading
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from contracts import codec, strict_json, strict_yaml
from contracts.coherence_of_firms import registry_faults
from contracts.vocabulary.limits import MAX_BODY_BYTES
from contracts.vocabulary.registry import Registry
from services.app.parameter_book import parameter_book
from services.chassis.clock import SystemClock
from services.chassis.web.places import errors_of
from services.cli.files import BadFile, bad
from services.cli.options import AsJson, input_file
from services.cli.printing.console import print_json, print_table, say, stdout_console
from services.method.constants import constants_of
from services.method.firms.proposed import Proposed, proposed_groups

REASONS = {
    "competitors": "they sell much the same range to much the same customers",
    "too_far": "they are farther apart than the registry allows",
    "need": "together they need more than one post",
    "not_every_firm_wins": "what they declared does not let every firm win",
    "a_subgroup_would_leave": "a part of the group would do better by leaving",
    "no_admissible_group": "no admissible group holds it",
    "others_are_worth_more": "the groups chosen are worth more without it",
}


def groups(
    file: Annotated[Path, input_file("Registry, YAML.")],
    seconds: Annotated[
        float, typer.Option(min=0.1, help="Longest search for the best set; the best found counts.")
    ] = 20.0,
    as_json: AsJson = False,
) -> None:
    """Among registered firms, the groups where every firm wins and none would leave.

    Ctrl-C ends the search for the best set; what was found so far is printed with its bound.
    """
    try:
        found, stopped = _searched(read_registry(file), seconds)
    except ValueError as error:
        raise BadFile(f"{file}: {error}") from error
    if as_json:
        print_json(asdict(found))
    else:
        _print(found)
    if stopped:
        # The solver still searches, and aborts a Python that ends in an orderly way beside it.
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _searched(registry: Registry, seconds: float) -> tuple[Proposed, bool]:
    """What is proposed, or what was found until Ctrl-C; and whether the search goes on."""
    constants = constants_of(parameter_book().on(SystemClock().now().date()))
    best: list[Proposed] = []
    ended: Future[Proposed] = Future()

    def search() -> None:
        try:
            found = proposed_groups(
                registry,
                constants.firms,
                constants.factors,
                seconds=seconds,
                progress=say,
                so_far=best.append,
            )
        except Exception as error:  # noqa: BLE001 - raised again where it is waited for
            ended.set_exception(error)
        else:
            ended.set_result(found)

    # The solver hears no Ctrl-C; the thread that waits for it does, and does not wait for its end.
    threading.Thread(target=search, name="search", daemon=True).start()
    try:
        return ended.result(), False
    except KeyboardInterrupt:
        if not best:
            raise
        say("Stopped: the best found so far")
        return best[-1], True


def read_registry(path: Path) -> Registry:
    """The registry in a YAML or JSON file. Raises ``BadFile`` naming each place to correct."""
    try:
        value = strict_yaml.load(path.read_text("utf-8-sig"), max_chars=MAX_BODY_BYTES)
        body = json.dumps(value, ensure_ascii=False).encode()
        registry: Registry = codec.adapter(Registry).validate_json(body)
    except (UnicodeDecodeError, strict_yaml.BadYaml) as error:
        raise BadFile(f"{path}: {error}") from error
    except ValidationError as error:
        raise bad(path, "registry", errors_of(error)) from error
    if wrong := (*strict_json.faults(body), *registry_faults(registry)):
        raise bad(path, "registry", wrong)
    return registry


def _print(found: Proposed) -> None:
    rows = []
    for group in found.groups:
        gains = ", ".join(
            f"{firm} {gain:,.0f}" for firm, gain in zip(group.members, group.gains, strict=True)
        )
        said = "savings only" if group.savings_only else ""
        rows.append((" + ".join(group.members), gains, f"{group.value:,.0f}", said))
    print_table(("group", "gains, EUR a year", "value", ""), rows)
    console = stdout_console()
    proof = "the best" if found.proved else f"at most {found.bound:,.0f}: {found.gap:.1%} more"
    console.print(
        f"{found.value:,.0f} EUR a year in {len(found.groups)} groups of "
        f"{found.admissible:,} admissible ones ({proof})",
        highlight=False,
    )
    for why, count in found.excluded_groups.items():
        console.print(f"{count:,} groups left out: {REASONS[why]}", highlight=False)
    for pair in found.excluded_pairs:
        console.print(
            f"{' and '.join(pair.between)} in no group: {REASONS[pair.why]}", highlight=False
        )
    for firm, why in found.left_over.items():
        console.print(f"{firm} in no group of the best set: {REASONS[why]}", highlight=False)
