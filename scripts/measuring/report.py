"""What `benchmark.py` prints: the head, the table, the ratios that matter."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Sequence

from measuring.corpus import Made
from measuring.process import Measured, middle

if TYPE_CHECKING:
    from benchmark import Contender

RIVALS = ("Python script", "plain Rust loop", "floor: JSON and one automaton", "`wc`, UTF-8 locale")


def describe(made: Made, args: argparse.Namespace, origin: str) -> str:
    """One sentence on the calls."""
    mix = ", ".join(
        f"{kind} {100 * count / made.calls:.1f} %"
        for kind, count in sorted(made.calls_by_kind.items(), key=lambda item: -item[1])
    )
    shape = (
        "dialogues as they are, one call each"
        if args.dense
        else "whole dialogues of one kind joined to calls of 3–6 KB of text"
    )
    return (
        f"{made.json_bytes / 1e6:.1f} MB of JSONL, {made.text_bytes / 1e6:.1f} MB of text"
        f"{', no punctuation' if args.no_punctuation else ''}, {made.characters / 1e6:.2f} million characters, "
        f"{made.calls:,} calls, {made.turns:,} turns (sha256 {made.sha256[:16]}…): {shape}; "
        f"calls by kind: {mix}; made from {origin}."
    )


def spread(runs: Sequence[Measured], of: Callable[[Measured], float]) -> str:
    """Median with least and greatest."""
    value, least, most = middle([of(run) for run in runs])
    digits = 2 if value < 100 else 0
    return f"{value:.{digits}f} ({least:.{digits}f}–{most:.{digits}f})"


def wall(run: Measured) -> float:
    return run.wall


def cpu(run: Measured) -> float:
    return run.cpu


def table(head: Sequence[str], rows: Sequence[Contender], made: Made) -> str:
    """The whole report in Markdown."""
    lines = [f"- {line}" for line in head]
    lines += [
        "",
        "| | threads | wall s (min–max) | CPU s (min–max) | MB/s | MB/s per core | peak MB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in sorted(rows, key=lambda row: -middle([run.wall for run in row.runs])[0]):
        seconds = middle([run.wall for run in row.runs])[0]
        core = middle([run.cpu for run in row.runs])[0]
        peak = middle([run.peak_mb for run in row.runs])[0]
        scaled = f" ({100 * row.share:.0f} % of the calls, scaled)" if row.share < 0.995 else ""
        lines.append(
            f"| {row.name}{scaled} | {row.threads} | {spread(row.runs, wall)} | {spread(row.runs, cpu)} "
            f"| {rate(made, seconds)} | {rate(made, core)} | {f'{peak:.0f}' if peak > 25 else '< 25'} |"
        )
    return "\n".join([*lines, "", *ratios(rows), ""])


def rate(made: Made, seconds: float) -> str:
    """MB of JSONL per second."""
    value = made.json_bytes / 1e6 / max(seconds, 0.005)
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


def ratios(rows: Sequence[Contender]) -> list[str]:
    """Ours against each: more than 1 is faster than the rival."""

    def seconds(name: str, threads: int, of: Callable[[Measured], float]) -> float | None:
        return next(
            (middle([of(run) for run in row.runs])[0] for row in rows if row.name == name and row.threads == threads),
            None,
        )

    lines = ["| CPU seconds, one thread each (above 1: tinghu needs less) | ratio |", "|---|---|"]
    own = seconds("tinghu score", 1, cpu)
    assert own
    for rival in RIVALS:
        theirs = seconds(rival, 1, cpu)
        if theirs:
            lines.append(f"| {rival} ÷ tinghu | {theirs / own:.3g} |")
    one, two = seconds("tinghu score", 1, wall), seconds("tinghu score", 2, wall)
    if one and two:
        lines.append(f"| wall clock, one thread ÷ two threads | {one / two:.2f} |")
    return lines


def raw(out: Path, rows: Sequence[Contender]) -> None:
    """Every run that counted, for whoever wants to plot or test."""
    with open(out, "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["what", "threads", "run", "wall_s", "cpu_s", "peak_mb"])
        for row in rows:
            for number, run in enumerate(row.runs, 1):
                table.writerow(
                    [
                        row.name.replace("`", ""),
                        row.threads,
                        number,
                        f"{run.wall:.4f}",
                        f"{run.cpu:.4f}",
                        f"{run.peak_mb:.1f}",
                    ]
                )
