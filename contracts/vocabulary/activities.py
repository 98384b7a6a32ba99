"""The sections of NAF rev. 2, which a sub-class does not name itself."""

SECTIONS = (
    ("A", "01", "03"),
    ("B", "05", "09"),
    ("C", "10", "33"),
    ("D", "35", "35"),
    ("E", "36", "39"),
    ("F", "41", "43"),
    ("G", "45", "47"),
    ("H", "49", "53"),
    ("I", "55", "56"),
    ("J", "58", "63"),
    ("K", "64", "66"),
    ("L", "68", "68"),
    ("M", "69", "75"),
    ("N", "77", "82"),
    ("O", "84", "84"),
    ("P", "85", "85"),
    ("Q", "86", "88"),
    ("R", "90", "93"),
    ("S", "94", "96"),
    ("T", "97", "98"),
    ("U", "99", "99"),
)
"""Letter, first and last division (annex of décret n° 2007-1888)."""


_SECTION_OF = {
    f"{division:02d}": letter
    for letter, first, last in SECTIONS
    for division in range(int(first), int(last) + 1)
}


def with_section(naf: str) -> str:
    """A sub-class with its section in front: ``C1071C``. Raises ``ValueError`` for no division."""
    letter = _SECTION_OF.get(naf[:2])
    if letter is None:
        raise ValueError(f"{naf!r} belongs to no section of NAF rev. 2")
    return letter + naf
