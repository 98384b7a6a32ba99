"""The palette: what axe cannot see, computed (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re

import pytest

from services.notify.desk.routes.rendering import STATIC
from services.notify.desk.wording.words import Tone

CSS = (STATIC / "desk.css").read_text(encoding="utf-8")
DARK = CSS.index("@media (prefers-color-scheme: dark)")
TEXT, GRAPHIC = 4.5, 3.0
TONES = [tone.value for tone in Tone]

TEXT_PAIRS = [
    *((ink, ground) for ink in ("ink", "faint", "link") for ground in ("paper", "sheet")),
    ("on-accent", "accent"),
    ("ink", "neutral-soft"),
    *((tone, f"{tone}-soft") for tone in TONES),
    *((tone, "paper") for tone in TONES),
    *(("ink", f"{tone}-soft") for tone in TONES),
]
GRAPHIC_PAIRS = [
    ("focus", "paper"),
    ("focus", "sheet"),
    ("faint", "sheet"),
    ("ink", "track"),
    *((tone, "track") for tone in TONES),
]


def palette(scheme: str) -> dict[str, str]:
    light, dark = CSS[:DARK], CSS[DARK : CSS.index("/* Page */")]
    found = re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light)
    if scheme == "dark":
        found += re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark)
    return dict(found)


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_computed_as_the_guideline_does():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground", "least"),
    [(*pair, TEXT) for pair in TEXT_PAIRS] + [(*pair, GRAPHIC) for pair in GRAPHIC_PAIRS],
)
def test_every_pair_of_colours_in_use_can_be_told_apart(scheme, ink, ground, least):
    colours = palette(scheme)
    assert contrast(colours[ink], colours[ground]) >= least


def test_both_schemes_name_the_same_colours():
    dark = set(re.findall(r"--([a-z-]+): #", CSS[DARK : CSS.index("/* Page */")]))
    assert dark == set(palette("light"))


def test_every_tone_has_its_class():
    for tone in TONES:
        assert f".{tone} {{ --tone: var(--{tone});" in CSS
