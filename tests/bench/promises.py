"""``python -m tests.bench.promises``: ten thousand random projects, every promise tried.

Of each project the tree must say what the verdict's fields say, judging again must give the same
bytes (``tests/spec/test_agreement.py``), and each lever and each safety margin is applied and the
project judged again (``tests/spec/test_changes.py``). Ends at the first promise that is not kept.
"""

import argparse

from tests.spec.reading import verdict_of
from tests.spec.test_agreement import check_recomputation, check_tree
from tests.spec.test_changes import check
from tests.support.random_projects import random_project

COUNT, SAID_EVERY = 10_000, 500


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=COUNT)
    asked.add_argument("--first", type=int, default=0, help="seed of the first project")
    given = asked.parse_args()
    tried = 0
    for done, seed in enumerate(range(given.first, given.first + given.count), start=1):
        project = random_project(seed)
        verdict = verdict_of(project)
        check_tree(verdict)
        check_recomputation(project, verdict, seed)
        tried += check(project)
        if done % SAID_EVERY == 0 or done == given.count:
            print(f"{done:,} projects, {tried:,} changes tried, all kept", flush=True)


if __name__ == "__main__":
    main()
