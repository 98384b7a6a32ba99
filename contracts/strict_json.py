"""What a JSON library reads without a word and nobody meant: repeated keys, texts nobody sees.

The second of two equal keys wins in silence, and a name of zero-width characters shows as none.
Both are refused at every door. What a contract's own patterns refuse is not looked for here: stored
events were read by them, and must be readable for good.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from contracts.fault import Fault

_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Format characters (Unicode category Cf) that show nothing, and letters that are blank."""

_NAMES = ("title", "name")
_ODD_NAME = re.compile(r'"(?:title|name)"\s*:\s*"[\W_]')
_SHOWN = 60


class _RepeatedError(Exception):
    """An object has one key twice."""


class _Object(list[tuple[str, Any]]):
    """An object with its keys as they were written."""


def without_mark(body: bytes) -> bytes:
    """The body without the byte-order mark that some editors put before it (RFC 8259, 8.1)."""
    return body.removeprefix(b"\xef\xbb\xbf")


def faults(body: bytes) -> tuple[Fault, ...]:
    """Keys that stand twice in one object, names without a letter or digit to see, and texts with
    characters nobody sees, each at its place. None for what is no JSON: others say so.
    """
    try:
        text = body.decode()
        if not _suspect(text):
            # Nearly every body ends here: only then is the place of something looked for.
            return ()
        return tuple(_within(json.loads(text, object_pairs_hook=_Object), ""))
    except (ValueError, RecursionError):
        return ()


def _suspect(text: str) -> bool:
    """Whether something may be found. Each proposal passes here; nothing of it is kept in memory,
    for a territory's body has 26 MB.
    """
    if "\\u" in text or _ODD_NAME.search(text) or (not text.isascii() and _UNSEEN.search(text)):
        return True
    try:
        json.loads(text, object_pairs_hook=_refuse_repeated)
    except _RepeatedError:
        return True
    return False


def _refuse_repeated(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) != len(pairs):
        raise _RepeatedError


def _within(value: Any, at: str) -> Iterator[Fault]:
    if isinstance(value, _Object):
        seen: dict[str, Any] = {}
        for key, inner in value:
            here = f"{at}/{key.replace('~', '~0').replace('/', '~1')}"
            if key in seen:
                why = f"is given twice: {_short(seen[key])}, then {_short(inner)}"
                yield Fault(here, why, "keep one")
            seen[key] = inner
            if key in _NAMES and not _to_see(inner):
                yield Fault(here, "has no letter and no digit to see", "write the name people know")
            else:
                yield from _within(inner, here)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _within(inner, f"{at}/{i}")
    elif isinstance(value, str) and (found := _UNSEEN.search(value)):
        yield Fault(
            at,
            f"holds a character nobody sees, U+{ord(found[0]):04X}, as number {found.start() + 1}",
            "delete it: two texts that look the same must be the same",
        )


def _to_see(name: Any) -> bool:
    """Whether a name has something to call it by; what is no text is refused elsewhere."""
    return not isinstance(name, str) or any(c.isalnum() and not _UNSEEN.match(c) for c in name)


def _short(value: Any) -> str:
    return json.dumps(dict(value) if isinstance(value, _Object) else value, ensure_ascii=False)[
        :_SHOWN
    ]
