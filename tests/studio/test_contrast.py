"""Every pair of ink and ground that the style sheets use reads well, in light and in dark (WCAG 2.2 AA)."""

import re
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[2] / "static" / "css"
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)", (STYLES / "tokens.css").read_text()
    )
} | {"on-accent": ("#ffffff", "#ffffff")}

GROUNDS = ["canvas", "canvas-soft", "raised", "hover"]
WORDS = [(ink, ground) for ink in ["ink", "ink-soft", "ink-faint", "accent", "danger"] for ground in GROUNDS]
WORDS += [(ink, "selected") for ink in ["ink", "ink-soft", "accent"]]
WORDS += [(tone, f"{tone}-tint") for tone in ["danger", "warning", "success", "info"]]
WORDS += [("ink", f"{tone}-tint") for tone in ["danger", "warning", "success", "info", "neutral"]]
WORDS += [("ink-soft", "neutral-tint"), ("ink-soft", "canvas-sunken")]
WORDS += [
    ("on-accent", fill) for fill in ["accent-fill", "accent-fill-hover", "danger-fill", "danger-fill-hover"]
]
EDGES = [
    (edge, ground) for edge in ["line-control", "focus"] for ground in ["canvas", "canvas-soft", "raised"]
]


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    low, high = sorted([_luminance(one), _luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") < 4.5 < contrast("#767676", "#ffffff")


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), WORDS)
def test_words_can_be_read(ink, ground, theme):
    assert contrast(TOKENS[ink][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen(edge, ground, theme):
    assert contrast(TOKENS[edge][theme], TOKENS[ground][theme]) >= 3


@pytest.mark.parametrize("sheet", sorted(STYLES.glob("*.css")), ids=lambda sheet: sheet.name)
def test_colours_are_named_in_one_place(sheet):
    words = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)
    if sheet.name != "tokens.css":
        assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(", words) == []
    used = set(re.findall(r"var\(--([\w-]+)\)", words))
    declared = set(re.findall(r"--([\w-]+):", (STYLES / "tokens.css").read_text()))
    assert used <= declared | set(re.findall(r"--([\w-]+):", words))
