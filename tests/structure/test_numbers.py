"""No number decides in the code: each is a dated, sourced file, and leads back to its source.

That every file is read, and every reading has a file, is in ``tests/unit/method``.
"""

import ast
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib import resources
from pathlib import Path

import pytest

from contracts.samples import proposal_examples, territory_example
from contracts.vocabulary.explanation import Claim
from services.app.parameter_book import parameter_book
from services.chassis.clock import SystemClock
from services.chassis.parameters import ParameterBook
from services.externalities.storage import ref_of
from services.method import assess, judge
from tests.support.repository import modules, tree

NEUTRAL = {0, 1, 2, 3, 0.5, 10, 100}
"""Numbers that decide nothing: nothing, one, a pair, three points, a half, decimals, per cent."""

EXPLAINED = {
    ("arithmetic.py", 11): "digits of a whole number that every sum of a game keeps exact",
    ("arithmetic.py", 12): "digits of a found figure before those that floating point adds",
    ("arithmetic.py", 22): "the largest power of ten that is exact in floating point",
    ("arithmetic.py", 23): "the same, the end of a range",
    ("arithmetic.py", 9): "digits of a figure of size 1 that every library finds alike",
    ("arithmetic.py", 1e-12): "what elimination leaves of a pivot that is zero on paper",
    ("firms/grouping.py", 10_000): "groups searched to the end; of more, the bound is told",
    ("firms/grouping.py", 1_000): "groups that join the linear program at a time",
    ("competences/words.py", 50_000): "stems remembered: some megabytes of memory",
    ("firms/solutions.py", 1e-9): "what floating point adds to a sum that is exact on paper",
    ("firms/programs.py", 1e-9): "what a linear program leaves of zero",
    ("firms/programs.py", 64): "a wall beyond every payoff of a game of size 1; never touched",
    ("firms/simplex.py", 1e-11): "what floating point leaves of zero in a figure of size 1",
    ("firms/simplex.py", 1e-9): "what a linear program leaves of a zero price",
    ("firms/simplex.py", 8): "pivots before the rule changes that cannot cycle; same optimum",
    ("firms/simplex.py", 200): "pivots before a program is given up with an error",
    ("firms/judgement.py", 6): "decimals that tell one third from 0.33",
    ("firms/drawn.py", 32_000): "how much is judged together; the result is the same",
    ("firms/drawn.py", 24): "draws that find the cuts and bases that settle others; same levels",
    ("firms/drawn.py", 1e-10): "what floating point adds to a condition that holds with equality",
    ("verdict/uniforms.py", 128): "how many streams are remembered; they are the same",
    ("verdict/uniforms.py", 64): "how many ranges are remembered; they are the same",
    ("verdict/draws.py", 128): "how many levels are remembered; they are the same",
    ("verdict/uniforms.py", 11): "bits of 64 that a double cannot hold",
    ("verdict/uniforms.py", 53): "bits that a double holds",
    ("firms/proposed.py", 50_000): "how many groups are held in memory; the result is the same",
    ("firms/proposed.py", 5_000): "how many programs are solved together; the result is the same",
    ("firms/grouping.py", 1e-9): "what floating point adds to a bound that is exact on paper",
    ("firms/pairs.py", 12): "conditions per firm of a sharing that is given up with an error",
    ("firms/pairs.py", 1e-10): "precision asked of a solver; that of an objection is a parameter",
    ("firms/rays.py", 1e-9): "what a linear program leaves of a slope that is zero on paper",
    ("firms/rays.py", 60): "steps of a search that ends after a few; the result is the same",
    ("firms/rays.py", 0.001): "part of the tolerance that a root may be off; roots are whole euros",
    ("firms/raised.py", 1e-7): "orders optima of equal total; the total moves by less than a cent",
    ("firms/raised.py", 1e-6): "what a linear program leaves of a rise of nothing",
    ("firms/ray_pairs.py", 1e-9): "what a linear program leaves of a slope that is zero on paper",
    ("firms/ray_pairs.py", 16): "programs of a search; where it does not end no pair is named",
    ("verdict/further_moves.py", 0.001): "what a linear program leaves of a whole euro",
    ("verdict/moves.py", 4): "digits tried around a closed form; the rule itself decides",
    ("firms/coalitions.py", 8): "how large a table is kept in memory; the result is the same",
    ("firms/closeness.py", 6371.0088): "kilometres from the middle of the Earth to its surface",
    ("firms/closeness.py", 4): "characters of a class in a NAF code",
    ("firms/closeness.py", 5): "characters of a class in a NAF code",
    ("firms/closeness.py", 6): "characters of a sub-class in a NAF code",
    ("territory/pollution.py", 1e-9): "stands for the smallest positive gain, divided by",
    ("territory/carbon.py", 9): "decimals at which a factor stops carrying floating-point noise",
    ("territory/jobs.py", 9): "decimals at which a factor stops carrying floating-point noise",
    ("territory/carbon.py", 4096): "how many results are remembered; they are the same",
    ("territory/variety.py", 5): "characters of a sub-class in a NAF code",
    ("territory/variety.py", 1e-9): "nearer to a half than this, all is added up; the same result",
    ("territory/potential/terms.py", 0.01): "keeps the logarithm of nothing finite",
    ("territory/potential/logistic.py", 1e-9): "keeps two equal columns from being singular",
    ("territory/potential/logistic.py", 30): "beyond it a probability is 0 or 1 to the last bit",
    ("territory/potential/backtest.py", 25): "steps after which a fit has long converged",
    ("territory/potential/backtest.py", 5): "steps of the published comparison; parts of a curve",
    ("__init__.py", 32): "how many territories' pasts are remembered; they are the same",
    ("constants.py", 64): "how many days' constants are remembered; they are the same",
}
"""Other literals in the method, by file and value, each with the reason why it is no parameter."""

LONGEST_UNCHECKED = timedelta(days=400)


@cache
def book() -> ParameterBook:
    return parameter_book()


def literals() -> Iterator[tuple[str, int, float]]:
    for path in modules("services/method/"):
        name = path.relative_to("services/method").as_posix()
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Constant) and type(node.value) in {int, float}:
                yield name, node.lineno, node.value


def test_no_number_of_the_method_is_written_in_its_code() -> None:
    bare = [
        f"services/method/{name}:{line}: {value:g}"
        for name, line, value in literals()
        if value not in NEUTRAL and (name, value) not in EXPLAINED
    ]
    assert not bare, "make each a file under services/method/parameters/:\n" + "\n".join(bare)


ARITHMETIC = Path("services/method/arithmetic.py")
"""The one module that may ask for the processor's own products and solutions."""

BY_PROCESSOR = {"dot", "matmul", "inner", "vdot", "tensordot"}


def by_processor(node: ast.AST) -> bool:
    """Whether the last bit of what this computes is the processor's own."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return isinstance(node.op, ast.MatMult)
    if not isinstance(node, ast.Attribute) or ast.unparse(node) == "np.linalg.LinAlgError":
        return False
    of = ast.unparse(node.value)
    return of == "np.linalg" or node.attr == "dot" or (of == "np" and node.attr in BY_PROCESSOR)


def test_the_method_multiplies_and_solves_in_the_same_way_on_every_processor() -> None:
    found = [
        f"{path}:{node.lineno}: {ast.unparse(node)}"
        for path in [*modules("services/method/"), *modules("services/externalities/")]
        if path != ARITHMETIC
        for node in ast.walk(tree(path))
        if by_processor(node) and ast.unparse(node) != "np.linalg"
    ]
    assert not found, f"use {ARITHMETIC}: the last bit is the processor's:\n" + "\n".join(found)


def test_every_explained_number_is_still_there() -> None:
    assert EXPLAINED.keys() <= {(name, value) for name, _, value in literals()}


@pytest.mark.parametrize("name", proposal_examples())
def test_every_number_used_leads_to_its_source_and_the_day_it_was_checked(name: str) -> None:
    proposal = proposal_examples()[name]
    sheet = book().on(SystemClock().now().date())
    assessment = assess(proposal, ref_of(territory_example()), sheet)
    verdict = judge(proposal, assessment, sheet, "0" * 64)
    used = {used for claim in walk(verdict.explanation) for used in claim.parameters}
    assert used
    for parameter_id in used:
        parameter = sheet[parameter_id]
        assert parameter.source
        assert parameter.unit
        assert parameter.label_en
        assert parameter.label_fr
        assert parameter.since <= parameter.checked_on


def walk(claim: Claim) -> Iterator[Claim]:
    yield claim
    for each in claim.because:
        yield from walk(each)


def test_no_parameter_is_left_behind_when_the_others_are_checked() -> None:
    """Somebody goes back to the sources once a year, and to all of them.

    The day is compared with the newest check and not with today, so that the suite of an old
    version stays green: what is forgotten shows at the next round of checks.
    """
    checked = {
        parameter.id: parameter.on(SystemClock().now().date()).checked_on
        for parameter in book().values()
    }
    newest = max(checked.values())
    forgotten = {
        parameter_id: day.isoformat()
        for parameter_id, day in checked.items()
        if newest - day > LONGEST_UNCHECKED
    }
    assert not forgotten, f"go back to their sources: {forgotten}"


def test_every_file_among_the_parameters_is_a_parameter() -> None:
    folder = resources.files("services.method") / "parameters"
    with resources.as_file(folder) as parameters:
        strays = [p.name for p in parameters.rglob("*") if p.is_file() and p.suffix != ".yaml"]
    assert not strays
