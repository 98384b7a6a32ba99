"""Named points at which a test may kill this process, to prove that nothing is lost there.

``WWW_FAULT=intake.before_commit:3`` ends the process with SIGKILL the third time that point is
reached. Unset, which is the only setting outside tests, a point costs one comparison.
"""

import os
import signal

_point = ""
_remaining = 0


def arm(setting: str) -> None:
    """Arm one point, ``name`` or ``name:count``; the empty string disarms.

    Raises ``ValueError`` when the count is not a whole number above zero.
    """
    global _point, _remaining
    name, _, count = setting.partition(":")
    if count and (not count.isdigit() or count == "0"):
        raise ValueError(f"WWW_FAULT={setting!r}: after the colon write how many times, 1 or more")
    _point, _remaining = name, int(count or 1)


def reach(point: str) -> None:
    """Say that the named point is reached; does not return if this is where the fault is armed."""
    global _remaining  # noqa: PLW0603 - see arm
    if not _point or point != _point:
        return
    _remaining -= 1
    if _remaining == 0:
        os.kill(os.getpid(), signal.SIGKILL)
