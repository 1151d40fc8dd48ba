#!/usr/bin/env python3
"""How time and memory grow with the calls, the lexicon, the length of a call and of a turn, and on hostile texts.

    scripts/growth.py                                   everything, up to a million calls
    scripts/growth.py --max-calls 10000 --repeats 1     a quick look

Runs `tinghu score` with one thread over made inputs and takes the median CPU seconds, less those of a run over one
call (start-up). Writes docs/performance/*.svg and growth.csv beside them. Python 3.9 or newer, standard library.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterable, Iterator

from measuring import corpus, dialogues, lexicon, plot, process
from measuring.corpus import Recipe
from measuring.dialogues import Turn

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = ROOT.parent / "shared" / "data" / "public"
CALLS = (1_000, 10_000, 100_000, 1_000_000)
ROWS = (500, 5_000, 60_000)
TURNS = (10, 100, 1_000, 10_000, 20_000)  # the last is the most that a call may have
TURN_LENGTHS = (10, 100, 1_000, 5_000, 10_000, 20_000)
CALL_LENGTHS = (1_000, 10_000, 100_000)
SHORT_TURN = 15  # characters: twenty thousand of them are within the text that a call may have
LONG_CALL = 20_000  # characters
SHORT_CALL = 6  # turns
LEXICON_CALLS = 2_000
LIMIT = 1_800.0  # seconds after which a run is given up


@dataclass
class Point:
    """One measured input."""

    series: str
    what: str
    x: float
    calls: int
    turns: int
    characters: int
    json_bytes: int
    cpu_s: float
    start_up_s: float
    peak_mb: float
    wall_s: float

    @property
    def own(self) -> float:
        """CPU seconds without start-up; never zero, since axes are logarithmic."""
        return max(self.cpu_s - self.start_up_s, 1e-4)

    @property
    def clear(self) -> bool:
        """Whether it stands out of the start-up at all."""
        return self.own > 0.05 * self.start_up_s

    @property
    def ms_per_call(self) -> float:
        return 1e3 * self.own / self.calls

    @property
    def ns_per_character(self) -> float:
        return 1e9 * self.own / self.characters


class Bench:
    """The binary, where things are made, and what was measured so far."""

    def __init__(self, args: argparse.Namespace, tinghu: Path) -> None:
        self.args, self.tinghu = args, tinghu
        self.folder: Path = args.cache
        self.points: list[Point] = []
        self.input = self.folder / "growth.jsonl"
        self.start_up = self.run_once([[("customer", "您好")]], None)

    def write(self, calls: Iterable[list[Turn]]) -> tuple[int, int, int]:
        """Writes the input; calls, turns, characters."""
        rng = random.Random(self.args.seed)
        sums = [0, 0, 0]
        with open(self.input, "w", encoding="utf-8") as file:
            for number, turns in enumerate(calls, 1):
                file.write(corpus.line_of(rng, number, turns))
                sums = [number, sums[1] + len(turns), sums[2] + sum(len(text) for _, text in turns)]
        return sums[0], sums[1], sums[2]

    def score(self, lexicons: Path | None) -> process.Measured:
        """The run with the median CPU seconds; a call that is rejected would look fast, so none may be."""
        command = [
            self.tinghu,
            "score",
            self.input,
            "--out",
            self.folder / "growth-out",
            "--force",
            "--quiet",
            "--profile",
            "data",
            "--threads",
            "1",
        ]
        command += ["--lexicons", lexicons] if lexicons else []
        runs = [process.run(command, log=self.folder / "log.txt", limit=LIMIT) for _ in range(self.args.repeats)]
        return sorted(runs, key=lambda run: run.cpu)[len(runs) // 2]

    def run_once(self, calls: Iterable[list[Turn]], lexicons: Path | None) -> float:
        self.write(calls)
        return self.score(lexicons).cpu

    def measure(
        self,
        series: str,
        what: str,
        x: float,
        calls: Iterable[list[Turn]],
        lexicons: Path | None = None,
        start_up: float | None = None,
    ) -> None:
        """Measures one input and keeps the point."""
        count, turns, characters = self.write(calls)
        try:
            run = self.score(lexicons)
        except process.Failed as failure:
            print(f"{series} {what} {x:,}: left out, {failure}", file=sys.stderr)
            return
        point = Point(
            series,
            what,
            x,
            count,
            turns,
            characters,
            self.input.stat().st_size,
            run.cpu,
            self.start_up if start_up is None else start_up,
            run.peak_mb,
            run.wall,
        )
        self.points.append(point)
        print(
            f"{series:12} {what:24} {x:>9,} {point.ms_per_call:10.3f} ms/call "
            f"{point.ns_per_character:9.1f} ns/character {run.peak_mb:6.0f} MB",
            file=sys.stderr,
            flush=True,
        )


def shuffled(seed: int, count: int) -> list[int]:
    """The numbers below `count` in a random order: the files of dialogues hold one kind each."""
    rng = random.Random(seed)
    deck: list[int] = []
    return [corpus.draw(rng, deck, count) for _ in range(count)]


def stream(source: list[list[Turn]]) -> Iterator[Turn]:
    """The turns of all dialogues, again and again."""
    return itertools.chain.from_iterable(itertools.cycle(source))


def characters(source: list[list[Turn]]) -> Iterator[str]:
    """The characters of all turns, again and again."""
    return itertools.chain.from_iterable(text for _, text in stream(source))


def take(letters: Iterator[str], length: int) -> str:
    return "".join(itertools.islice(letters, length))


def alternate(texts: Iterable[str]) -> list[Turn]:
    return [(("agent", "customer")[number % 2], text) for number, text in enumerate(texts)]


def long_calls(letters: Iterator[str], total: int, per_call: int, per_turn: int) -> Iterator[list[Turn]]:
    """Calls of `per_call` characters in turns of `per_turn`, until there are `total` characters."""
    for _ in range(max(1, total // per_call)):
        yield alternate(take(letters, per_turn) for _ in range(max(1, per_call // per_turn)))


def more_calls(bench: Bench, source: list[list[Turn]]) -> None:
    """Series 1: the number of short calls."""
    for count in (count for count in CALLS if count <= bench.args.max_calls):
        rng = random.Random(bench.args.seed)
        calls = (dialogues.vary(rng, dialogue[:SHORT_CALL]) for dialogue in itertools.cycle(source))
        bench.measure("calls", "short calls", count, itertools.islice(calls, count))


def more_rows(bench: Bench, source: list[list[Turn]]) -> None:
    """Series 2: the rows of the lexicons."""
    for rows in (rows for rows in ROWS if rows <= bench.args.max_rows):
        folder = lexicon.make(ROOT / "lexicons", rows, bench.folder / "growth-lexicon")
        start_up = bench.run_once([[("customer", "您好")]], folder)
        calls = itertools.islice(itertools.cycle(source), min(LEXICON_CALLS, bench.args.max_calls))
        bench.measure("lexicon", "rows", rows, calls, folder, start_up)


def longer_calls(bench: Bench, source: list[list[Turn]]) -> None:
    """Series 3 and 4: the turns of a call, the characters of a turn, the text in all being the same."""
    for turns in TURNS:
        calls = long_calls(characters(source), bench.args.characters, turns * SHORT_TURN, SHORT_TURN)
        bench.measure("turns", "turns of 15 characters", turns, calls)
    for length in TURN_LENGTHS:
        bench.measure(
            "turn length",
            f"calls of {LONG_CALL:,}",
            length,
            long_calls(characters(source), bench.args.characters, LONG_CALL, length),
        )


def hostile(bench: Bench, source: list[list[Turn]]) -> None:
    """Series 5: texts that nobody says, in calls of growing length."""
    rng = random.Random(bench.args.seed)
    spoken = "".join(dialogues.without_punctuation(text) for _, text in itertools.islice(stream(source), 5_000))
    kinds = {
        "ordinary, turns of 50": (characters(source), 50),
        "no punctuation, one turn": (itertools.cycle(spoken), 10_000),
        "one character": (itertools.repeat("的"), 10_000),
        "a term again and again": (itertools.cycle("转账"), 10_000),
        "digits only": (itertools.cycle([str(dialogues.pick(rng, 10)) for _ in range(9_973)]), 10_000),
        "turns of 10 characters": (characters(source), 10),
    }
    for what, (letters, turn) in kinds.items():
        for length in CALL_LENGTHS:
            bench.measure(
                "hostile", what, length, long_calls(letters, bench.args.characters, length, min(turn, length))
            )


NANOSECONDS = "CPU ns per character, less start-up"
PLOTS = (  # file, series, title, x axis, y axis, property of a point, its scale
    ("calls", "calls", "Time over the number of calls", "calls of a run", "CPU s, less start-up", "own", 1),
    ("memory", "calls", "Memory over the number of calls", "calls of a run", "peak memory, MB", "peak_mb", 1),
    ("lexicon", "lexicon", "Time over the size of the lexicons", "rows", NANOSECONDS, "ns_per_character", 1),
    ("lexicon-start", "lexicon", "Start-up over the size of the lexicons", "rows", "CPU ms", "start_up_s", 1e3),
    ("lexicon-memory", "lexicon", "Memory over the size of the lexicons", "rows", "peak memory, MB", "peak_mb", 1),
    ("turns", "turns", "Time over the number of turns", "turns of a call", NANOSECONDS, "ns_per_character", 1),
    ("turn-length", "turn length", "Time over the length of a turn", "characters", NANOSECONDS, "ns_per_character", 1),
    ("hostile", "hostile", "Texts that nobody says", "characters of a call", NANOSECONDS, "ns_per_character", 1),
)


def plots(points: list[Point], out: Path, note: str) -> None:
    """Draws every series that was measured; what does not stand out of the start-up is left out."""
    for name, series, title, x_label, y_label, of, scale in PLOTS:
        lines: dict[str, list[tuple[float, float]]] = {}
        for point in points:
            if point.series == series and (point.clear or of in ("peak_mb", "start_up_s")):
                lines.setdefault(point.what, []).append((point.x, scale * getattr(point, of)))
        if lines:
            plot.draw(out / f"{name}.svg", title, x_label, y_label, lines, note)


def write_numbers(bench: Bench, out: Path) -> None:
    with open(out / "growth.csv", "w", encoding="utf-8", newline="") as file:
        rows = [
            {
                **asdict(point),
                "ms_per_call": f"{point.ms_per_call:.4f}",
                "ns_per_character": f"{point.ns_per_character:.1f}",
            }
            for point in bench.points
        ]
        for row in rows:
            row.update({name: f"{row[name]:.4g}" for name in ("cpu_s", "start_up_s", "peak_mb", "wall_s")})
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


SERIES = {"calls": more_calls, "lexicon": more_rows, "length": longer_calls, "hostile": hostile}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tinghu", type=Path, help="a binary, instead of building one")
    parser.add_argument(
        "--dialogues", type=Path, help="folder of public dialogues in native JSONL; default ../shared/data/public"
    )
    parser.add_argument("--series", nargs="+", choices=list(SERIES), default=list(SERIES))
    parser.add_argument("--max-calls", type=int, default=CALLS[-1])
    parser.add_argument("--max-rows", type=int, default=ROWS[-1])
    parser.add_argument(
        "--characters", type=int, default=1_200_000, help="characters of text for each point of the other series"
    )
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--cache", type=Path, default=ROOT / "target" / "benchmark")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "performance")
    args = parser.parse_args()
    for folder in (args.cache, args.out):
        folder.mkdir(parents=True, exist_ok=True)
    if not args.tinghu:
        subprocess.run(["cargo", "build", "--release", "--quiet", "--bin", "tinghu"], check=True, cwd=ROOT)
    pool = dialogues.as_they_are(args.dialogues or (PUBLIC if PUBLIC.is_dir() else None), ROOT / "data")
    source = [pool[index][1] for index in shuffled(args.seed, len(pool))]
    bench = Bench(args, (args.tinghu or ROOT / "target" / "release" / "tinghu").resolve())
    for name in args.series:
        SERIES[name](bench, source)
    write_numbers(bench, args.out)
    plots(bench.points, args.out, f"{process.version([bench.tinghu, '--version'])}, {process.processor()}, one thread")
    bench.input.unlink(missing_ok=True)
    for folder in ("growth-out", "growth-lexicon"):
        shutil.rmtree(args.cache / folder, ignore_errors=True)


if __name__ == "__main__":
    main()
