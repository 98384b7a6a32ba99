"""The firms' sides of many projects moved together: games of one size are solved side by side."""

from collections.abc import Sequence
from itertools import islice

from services.method.firms.rays import Groups, first_good, last_good, levels_of
from services.method.verdict.firms_moves import FirmsMoves, LevelAndGain
from services.method.verdict.further_moves import follow_further


def follow(projects: Sequence[FirmsMoves]) -> None:
    """Find how far every ray goes, and what is left when a firm leaves or needs otherwise."""
    kinds: dict[tuple[int, bool], list[FirmsMoves]] = {}
    for project in projects:
        kinds.setdefault((project.size, project.wins), []).append(project)
    for (_, wins), same in kinds.items():
        rays = [project.rays() for project in same]
        for project, moved in zip(same, last_good(rays) if wins else first_good(rays), strict=True):
            project.moved = moved
    left = [(project, project.leavers) for project in projects if project.leavers]
    games = [project.without(leavers) for project, leavers in left]
    tried = [(project, groups) for project in projects if (groups := project.tried_needs())]
    levels = _levels([*games, *(groups for _, groups in tried)], projects)
    for (project, leavers), found in zip(left, levels, strict=False):
        project.left = dict(zip(map(project.name, leavers), found, strict=True))
    for (project, _), found in zip(tried, levels[len(left) :], strict=True):
        project.need_levels = found
    follow_further(projects)


def _levels(asked: Sequence[Groups], projects: Sequence[FirmsMoves]) -> list[list[LevelAndGain]]:
    sizes: dict[int, list[int]] = {}
    for k, groups in enumerate(asked):
        sizes.setdefault(groups.floors.shape[1], []).append(k)
    found: list[list[LevelAndGain]] = [[]] * len(asked)
    for places in sizes.values():
        together = Groups.together([asked[k] for k in places])
        levels = iter(levels_of(together, projects[0].decimals))
        for k in places:
            found[k] = list(islice(levels, len(asked[k].floors)))
    return found
