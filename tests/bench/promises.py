"""``python -m tests.bench.promises``: ten thousand random projects, every proposed change tried.

Each lever and each safety margin of each project is applied and the project judged again, as
``tests/spec/test_changes.py`` does for a few. Ends at the first promise that is not kept.
"""

import argparse

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
        tried += check(random_project(seed))
        if done % SAID_EVERY == 0 or done == given.count:
            print(f"{done:,} projects, {tried:,} changes tried, all kept", flush=True)


if __name__ == "__main__":
    main()
