"""A version of the method from before the newest one, kept beside it: made up for tests."""

from datetime import timedelta
from types import MappingProxyType

import pytest

from services import method
from services.method import rules
from services.scoring import method_diff as changes
from services.scoring import recomputation

OLDER = rules.Rules(version="1.6.99", since=rules.NEWEST.since - timedelta(days=1))


def keep_older(monkeypatch: pytest.MonkeyPatch) -> rules.Rules:
    """From here on, until the test ends, that version is kept too."""
    both = MappingProxyType({OLDER.version: OLDER, **rules.KEPT})
    for module in (rules, method, changes, recomputation):
        monkeypatch.setattr(module, "KEPT", both)
    return OLDER
