"""Plots as SVG, written by hand: lines over logarithmic axes."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from pathlib import Path
from typing import Mapping, Sequence

WIDTH, HEIGHT = 760, 440
LEFT, RIGHT, TOP, BOTTOM = 84, 200, 56, 64
COLOURS = (
    "#0072b2",
    "#d55e00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#e69f00",
    "#000000",
)  # told apart by colour-blind eyes
Points = Sequence[tuple[float, float]]


class Axis:
    """A logarithmic axis that ends at 1, 2 or 5 times a power of ten, over at least one power."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        least, most = min(values), max(values)
        if most / least < 8:  # a nearly flat line should look flat
            least, most = least / 3, most * 3
        self.low, self.high = round_down(least), round_up(most)
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        """The place of a value on the page."""
        return self.start + (self.end - self.start) * log10(value / self.low) / log10(self.high / self.low)

    def ticks(self) -> list[float]:
        """Powers of ten, with 2 and 5 times them where there is room."""
        decades = range(floor(log10(self.low)), ceil(log10(self.high)) + 1)
        steps = (1, 2, 5) if log10(self.high / self.low) <= 3 else (1,)
        marks = [step * 10.0**decade for decade in decades for step in steps]
        return [mark for mark in marks if self.low * 0.999 <= mark <= self.high * 1.001]


def round_down(value: float) -> float:
    power = 10.0 ** floor(log10(value) + 1e-9)
    return max(step * power for step in (1, 2, 5) if step * power <= value * 1.001)


def round_up(value: float) -> float:
    power = 10.0 ** floor(log10(value) + 1e-9)
    return min(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999)


def number(value: float) -> str:
    """A figure for people: 20,000, 0.5."""
    return f"{value:,.0f}" if value >= 1 else f"{value:.3g}"


def text(x: float, y: float, words: str, anchor: str = "start", size: int = 13, more: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" {more}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def draw(out: Path, title: str, x_label: str, y_label: str, series: Mapping[str, Points], note: str = "") -> None:
    """Writes one plot; each series is a line with its name at the right."""
    points = [point for line in series.values() for point in line]
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    x, y = Axis([p[0] for p in points], LEFT, right), Axis([p[1] for p in points], bottom, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" fill="#222">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        text(LEFT, 24, title, size=16, more='font-weight="bold"'),
        text(LEFT, 43, note, size=12, more='fill-opacity="0.7"'),
    ]
    for tick in x.ticks():
        parts += [
            line(x.at(tick), TOP, x.at(tick), bottom, "#ddd"),
            text(x.at(tick), bottom + 20, number(tick), "middle"),
        ]
    for tick in y.ticks():
        parts += [
            line(LEFT, y.at(tick), right, y.at(tick), "#ddd"),
            text(LEFT - 8, y.at(tick) + 4, number(tick), "end"),
        ]
    parts += [
        line(LEFT, bottom, right, bottom, "#222"),
        line(LEFT, TOP, LEFT, bottom, "#222"),
        text((LEFT + right) / 2, HEIGHT - 18, x_label, "middle", 14),
        text(0, 0, y_label, "middle", 14, f'transform="translate(22 {(TOP + bottom) / 2:.0f}) rotate(-90)"'),
    ]
    labels = names_apart({name: y.at(line[-1][1]) for name, line in series.items() if line})
    for index, (name, data) in enumerate(series.items()):
        colour = COLOURS[index % len(COLOURS)]
        places = [(x.at(px), y.at(py)) for px, py in data]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{colour}"/>' for px, py in places]
        if name in labels:
            parts.append(text(right + 12, labels[name] + 4, name, more=f'fill="{colour}"'))
    out.write_text("\n".join([*parts, "</svg>", ""]), encoding="utf-8")


def names_apart(wanted: Mapping[str, float]) -> dict[str, float]:
    """Places of the names at the right, none over another."""
    placed: dict[str, float] = {}
    free = float(TOP)
    for name in sorted(wanted, key=lambda name: wanted[name]):
        placed[name] = max(wanted[name], free)
        free = placed[name] + 17
    return placed
