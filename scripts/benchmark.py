#!/usr/bin/env python3
"""tinghu beside what else could read the same calls, in alternating rounds: one command, one table.

    scripts/benchmark.py                              200 MB of a made night, 7 rounds
    scripts/benchmark.py --size 20 --rounds 3         a quick look
    scripts/benchmark.py --dense                      the public dialogues as they are, over half of them fraud

Makes the calls (from the public dialogues where a folder of them is given or found beside the checkout, else from
data/ alone), builds the program and its rivals (benches/rivals), measures wall and CPU seconds and peak memory of
each, and prints a Markdown table, which it also writes to a file. Python 3.9 or newer, Cargo; the Python rival is
left out when its two packages cannot be installed. Everything made lies in target/benchmark.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Sequence

from measuring import corpus, process, report, terms
from measuring.corpus import Made, Recipe
from measuring.process import Measured

ROOT = Path(__file__).resolve().parents[1]
RIVALS = ROOT / "benches" / "rivals"
PUBLIC = ROOT.parent / "shared" / "data" / "public"
NOISE = 1.10  # a round in which wc took longer than this times its best is discarded
FEWEST = 3  # rounds that must remain, else all are kept


@dataclass
class Contender:
    """One row of the table."""

    name: str
    command: Sequence[str | Path]
    threads: int = 1
    env: dict[str, str] = field(default_factory=dict)
    allowed: tuple[int, ...] = (0,)
    share: float = 1.0  # of the calls that it is given; its time is scaled up
    start_up: Measured | None = None  # what is not scaled
    runs: list[Measured] = field(default_factory=list)

    def measure(self, log: Path) -> Measured:
        """Runs it once and gives the time for all the calls."""
        run = process.run(self.command, self.allowed, self.env, log)
        if self.start_up and self.share < 1:
            run.wall = self.start_up.wall + max(0.0, run.wall - self.start_up.wall) / self.share
            run.cpu = self.start_up.cpu + max(0.0, run.cpu - self.start_up.cpu) / self.share
        return run


def say(text: str) -> None:
    """A line of progress, beside the table."""
    print(text, file=sys.stderr, flush=True)


def public_folder(args: argparse.Namespace) -> Path | None:
    """Where the public dialogues are."""
    return args.dialogues or (PUBLIC if PUBLIC.is_dir() else None)


def make_calls(args: argparse.Namespace) -> tuple[Path, Made]:
    """The file of calls, made in a process of its own (so that this one stays small) or kept from before."""
    folder = public_folder(args)
    recipe = Recipe(args.size, args.seed, None if args.dense else args.mix, not args.no_punctuation)
    out = args.cache / (recipe.file_name(corpus.digest_of_sources(folder, ROOT / "data")) + ".jsonl")
    if not out.exists():
        say(f"making {out.name} from {folder or 'data/ alone'}")
        command = [
            sys.executable,
            "-m",
            "measuring.corpus",
            out,
            "--size",
            str(args.size),
            "--seed",
            str(args.seed),
            "--mix",
            ",".join(f"{kind}={share}" for kind, share in args.mix.items()),
        ]
        command += ["--dialogues", folder] if folder else []
        command += ["--dense"] if args.dense else []
        command += ["--no-punctuation"] if args.no_punctuation else []
        subprocess.run(command, check=True, cwd=ROOT / "scripts", stdout=subprocess.DEVNULL)
    return out, Made(**json.loads(out.with_suffix(".json").read_text(encoding="utf-8")))


def cut(calls: Path, megabytes: float, out: Path) -> Path:
    """The first whole calls of a file, at least one."""
    with open(calls, "rb") as lines, open(out, "wb") as file:
        size = 0
        for line in lines:
            file.write(line)
            size += len(line)
            if size >= megabytes * 1e6:
                break
    return out


def build(args: argparse.Namespace) -> tuple[Path, Path]:
    """The program, unless one is given, and the folder of the Rust rivals."""
    say("building the program and its rivals")
    target = ROOT / "target"
    if not args.tinghu:
        subprocess.run(
            ["cargo", "build", "--release", "--quiet", "--bin", "tinghu", "--target-dir", target], check=True, cwd=ROOT
        )
    subprocess.run(
        ["cargo", "build", "--release", "--quiet", "--locked", "--target-dir", target / "rivals"],
        check=True,
        cwd=RIVALS,
    )
    return args.tinghu or target / "release" / "tinghu", target / "rivals" / "release"


def python_with_packages(cache: Path) -> Path | None:
    """A Python that has jieba and pyahocorasick; none where they cannot be had."""
    python = cache / "venv" / "bin" / "python"
    if not (python.exists() and packages(python)):
        say("setting up Python with jieba and pyahocorasick")
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", "--clear", cache / "venv"], check=True, stdout=subprocess.DEVNULL
            )
            subprocess.run(
                [
                    python,
                    "-m",
                    "pip",
                    "install",
                    "--quiet",
                    "--disable-pip-version-check",
                    "-r",
                    RIVALS / "requirements.txt",
                ],
                check=True,
                timeout=300,
                stderr=subprocess.DEVNULL,
            )
        except (subprocess.SubprocessError, OSError):
            pass
    return python if packages(python) else None


def packages(python: Path) -> str:
    """Versions of the two packages; empty when one is missing."""
    ask = (
        "import ahocorasick, jieba; from importlib.metadata import version; "
        "print(version('jieba'), version('pyahocorasick'))"
    )
    told = re.fullmatch(r"([\d.]+) ([\d.]+)", process.version([python, "-W", "ignore", "-c", ask]))
    return f"jieba {told[1]}, pyahocorasick {told[2]}" if told else ""


def utf8_locale() -> str | None:
    """A UTF-8 locale of this machine."""
    names = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout.split()
    return next((name for name in names if re.search(r"utf-?8$", name, re.IGNORECASE)), None)


def ours(tinghu: Path, calls: Path, threads: int, out: Path) -> Contender:
    """The program; a run that rejects some calls counts."""
    options = f"--force --quiet --profile data --threads {threads}".split()
    return Contender("tinghu score", [tinghu, "score", calls, "--out", out, *options], threads, allowed=(0, 3))


def contenders(
    args: argparse.Namespace, calls: Path, made: Made, tinghu: Path, rivals: Path, python: Path | None
) -> list[Contender]:
    """All rows, in the order in which a round runs them."""
    cache, words = args.cache, args.cache / "terms.txt"
    rows = []
    locale = utf8_locale()
    if locale:
        rows.append(Contender("`wc`, UTF-8 locale", ["wc", calls], env={"LC_ALL": locale}))
    rows.append(Contender("`wc`, C locale", ["wc", calls], env={"LC_ALL": "C"}))
    rows.append(Contender("`wc -l`", ["wc", "-l", calls], env={"LC_ALL": "C"}))
    rows.append(Contender("floor: JSON and one automaton", [rivals / "floor", words, calls]))
    rows += [ours(tinghu, calls, threads, cache / f"ours-{threads}") for threads in (1, 2)]
    rows += [
        Contender(
            "plain Rust loop",
            [rivals / "plain_loop", words, calls, cache / f"plain-{threads}.csv", str(threads)],
            threads,
        )
        for threads in (1, 2)
    ]
    if python:
        one = cut(calls, 0, cache / "one.jsonl")
        for processes in (1, 2):
            part = cut(calls, args.slice * processes, cache / f"slice-{processes}.jsonl")
            command = [python, RIVALS / "plain_loop.py", words, part, cache / f"python-{processes}.csv", str(processes)]
            brief = [one if word == part else word for word in command]
            start_up = min((process.run(brief) for _ in range(3)), key=lambda run: run.cpu)  # the first fills a cache
            share = part.stat().st_size / made.json_bytes
            name = "Python script" if processes == 1 else "Python script, Pool"
            rows.append(Contender(name, command, processes, share=share, start_up=start_up))
    return rows


def measure(rows: list[Contender], rounds: int, log: Path) -> None:
    """Alternating rounds; each begins with another row, so that none always follows the same one."""
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        shift = number % len(rows)
        for row in rows[shift:] + rows[:shift]:
            row.runs.append(row.measure(log))


def discard(rows: list[Contender], rounds: int) -> str:
    """Leaves out the rounds in which a neighbour held wc up; says what was done."""
    walls = [run.wall for row in rows if row.name.startswith("`wc`, UTF-8") for run in row.runs]
    if not walls:
        return "No UTF-8 locale: no round was checked for noise."
    kept = [number for number, wall in enumerate(walls) if wall <= NOISE * min(walls)]
    if len(kept) < min(FEWEST, rounds):
        return (
            f"A noisy machine: `wc` kept within 10 % of its minimum in {len(kept)} of {rounds} rounds only, "
            "so all are kept; judge CPU seconds."
        )
    for row in rows:
        row.runs = [row.runs[number] for number in kept]
    return f"{rounds - len(kept)} of {rounds} rounds discarded, in which `wc` took over 10 % more than its minimum."


def digest(folder: Path) -> str:
    """Of the CSVs of a run."""
    told = hashlib.sha256()
    for name in ("calls.csv", "hits.csv", "rejects.csv"):
        with open(folder / name, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                told.update(block)
    return told.hexdigest()[:16]


def checks(args: argparse.Namespace, rivals: Path, python: Path | None) -> list[str]:
    """What must be the same is the same: ours on any number of threads, and the plain loop in Rust and Python."""
    cache = args.cache
    one, two = digest(cache / "ours-1"), digest(cache / "ours-2")
    with open(cache / "ours-1" / "hits.csv", encoding="utf-8", newline="") as hits:
        evidence = sum(1 for _ in csv.reader(hits)) - 1
    same = "the same" if one == two else "DIFFERENT"
    said = [f"CSVs of tinghu with one and two threads: {same} (sha256 {one}…); {evidence:,} rows of hits.csv."]
    same = "the same" if filecmp.cmp(cache / "plain-1.csv", cache / "plain-2.csv", False) else "DIFFERENT"
    said.append(f"CSVs of the plain loop with one and two threads: {same}.")
    if python:
        process.run([rivals / "plain_loop", cache / "terms.txt", cache / "slice-1.jsonl", cache / "slice.csv"])
        with open(cache / "slice.csv", "rb") as rust, open(cache / "python-1.csv", "rb") as script:
            alike = [row == other for row, other in zip(rust, script)]
        said.append(f"Plain loop in Rust and in Python on the slice: {sum(alike):,} of {len(alike):,} rows the same.")
    return said


def versions(tinghu: Path, python: Path | None) -> list[str]:
    locked = {
        match[1]: match[2]
        for match in re.finditer(r'name = "([^"]+)"\nversion = "([^"]+)"', (RIVALS / "Cargo.lock").read_text())
    }
    said = [process.version([tinghu, "--version"]), process.version(["rustc", "--version"])]
    said.append(
        "plain loop: "
        + ", ".join(f"{name} {locked[name]}" for name in ("jieba-rs", "aho-corasick", "serde_json", "rayon"))
    )
    said.append(
        "Python " + sys.version.split()[0] + (", " + packages(python) if python else "; the Python rival was left out")
    )
    said.append(process.version(["wc", "--version"]) or "wc")
    return said


def start_up(tinghu: Path, cache: Path) -> float:
    """CPU seconds of the program for one call."""
    one = ours(tinghu, cache / "one.jsonl", 1, cache / "ours-start")
    return process.middle([process.run(one.command, one.allowed).cpu for _ in range(3)])[0]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=float, default=200, help="MB (10^6 bytes) of JSONL; default 200")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument(
        "--dialogues", type=Path, help="folder of public dialogues in native JSONL; default ../shared/data/public"
    )
    parser.add_argument(
        "--mix",
        type=corpus.parse_mix,
        default=corpus.NIGHT,
        help="shares of calls; default fraud=5,service=70,travel=15,counselling=10",
    )
    parser.add_argument("--dense", action="store_true", help="the public dialogues as they are, one call each")
    parser.add_argument("--no-punctuation", action="store_true", help="as raw speech recognition writes")
    parser.add_argument("--terms", type=int, default=5_000, help="terms for the rivals; default 5000")
    parser.add_argument("--slice", type=float, default=4, help="MB for each process of the Python script; default 4")
    parser.add_argument("--tinghu", type=Path, help="a binary, instead of building one")
    parser.add_argument("--no-python", action="store_true")
    parser.add_argument("--cache", type=Path, default=ROOT / "target" / "benchmark")
    parser.add_argument("--out", type=Path, help="Markdown file; default in the cache folder")
    args = parser.parse_args()
    args.cache.mkdir(parents=True, exist_ok=True)
    return args


def main() -> None:
    args = arguments()
    calls, made = make_calls(args)
    tinghu, rivals = build(args)
    python = None if args.no_python else python_with_packages(args.cache)
    if not python and not args.no_python:
        say("jieba and pyahocorasick cannot be installed here: the Python rival is left out")
    count = terms.write_terms(ROOT / "lexicons", args.cache / "terms.txt", args.terms)
    cut(calls, 0, args.cache / "one.jsonl")
    process.run(["wc", "-l", calls])  # the page cache is warm
    rows = contenders(args, calls, made, tinghu.resolve(), rivals, python)
    log = args.cache / "log.txt"
    try:
        measure(rows, args.rounds, log)
        noise = discard(rows, args.rounds)
        head = [
            f"{date.today()}, {process.processor()}, {os.uname().sysname}",
            "; ".join(versions(tinghu, python)),
            report.describe(made, args, "the public dialogues and data/" if public_folder(args) else "data/ alone"),
            f"{count:,} terms for the rivals, taken from the lexicons. {noise}",
            *checks(args, rivals, python),
            f"Start-up of tinghu: {start_up(tinghu.resolve(), args.cache):.2f} CPU s, within the figures.",
        ]
        text = report.table(head, rows, made)
    except process.Failed as failure:
        sys.exit(str(failure))
    out = args.out or args.cache / f"{calls.stem}.md"
    out.write_text(text, encoding="utf-8")
    report.raw(out.with_suffix(".csv"), rows)
    for name in ("ours-1", "ours-2", "ours-start"):
        shutil.rmtree(args.cache / name, ignore_errors=True)
    say(f"written to {out}")
    print(text)


if __name__ == "__main__":
    main()
