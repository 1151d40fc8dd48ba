#!/usr/bin/env python3
"""Where the CPU time of `tinghu score` goes: `perf` samples, summed by stage, and the functions that take most.

    scripts/profile.py CALLS.jsonl [--tinghu BINARY] [--top 15]

For names of inlined functions build with `CARGO_PROFILE_RELEASE_DEBUG=1 cargo build --release`. Needs Linux and perf.
Where counters are not to be had (many virtual machines), count instructions instead, start-up included:
`valgrind --tool=callgrind target/release/tinghu score CALLS.jsonl --out out/grind --force --quiet --threads 1`.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# The first that fits a symbol names its stage; the program's own modules are named by the symbol itself.
STAGES = (
    ("copying and comparing bytes", r"\bmem(cpy|move|set|cmp|chr)|__mem"),
    ("allocation", r"malloc|calloc|realloc|\bc?free\b|_int_(free|malloc)|unlink_chunk|alloc::raw_vec"),
    ("automata (aho-corasick, daachorse)", r"aho_corasick|daachorse"),
    ("segmentation (jieba-rs)", r"jieba_rs"),
    ("JSON", r"serde_json|sonic_rs|simd_json"),
    ("CSV of other crates", r"^csv|csv_core"),
    ("hashing", r"hashbrown|sip::|SipHash|blake3|rustc_hash"),
    ("sorting", r"core::slice::sort"),
    ("formatting", r"core::fmt|alloc::fmt|fmt::num"),
    ("decompression", r"flate|inflate|zstd"),
)
OWN = re.compile(r"tinghu::(\w+)(?:::(\w+))?")


def stage(symbol: str) -> str:
    """The stage that a symbol belongs to."""
    if symbol.startswith("[k]"):
        return "system"
    name = symbol.removeprefix("[.] ")
    for words, pattern in STAGES:
        if re.search(pattern, name) and not name.lstrip("<").startswith("tinghu::"):
            return words
    own = OWN.search(name)
    return f"`{own[1]}`" if own else "other"


def samples(command: list[str | Path], folder: Path) -> list[tuple[float, str]]:
    """Percent of the samples for each symbol, most first."""
    data = folder / "perf.data"
    subprocess.run(
        ["perf", "record", "--quiet", "--freq", "999", "--output", data, "--", *command],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    told = subprocess.run(
        ["perf", "report", "--input", data, "--no-children", "--stdio", "--fields", "overhead,symbol"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [(float(line[1]), line[2].strip()) for line in re.finditer(r"^\s*([\d.]+)%\s+(.*)$", told, re.MULTILINE)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("calls", type=Path, nargs="+")
    parser.add_argument("--tinghu", type=Path, default=ROOT / "target" / "release" / "tinghu")
    parser.add_argument("--top", type=int, default=15)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [
            args.tinghu,
            "score",
            *args.calls,
            "--out",
            Path(folder) / "out",
            "--force",
            "--quiet",
            "--profile",
            "data",  # neither page nor workbook
            "--threads",
            "1",
        ]
        try:
            found = samples(command, Path(folder))
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            sys.exit(f"perf does not run here: {error}")
    sums: dict[str, float] = {}
    for percent, symbol in found:
        sums[stage(symbol)] = sums.get(stage(symbol), 0.0) + percent
    print("| stage | share |\n|---|---|")
    for name, percent in sorted(sums.items(), key=lambda item: -item[1]):
        if percent >= 0.5:
            print(f"| {name} | {percent:.1f} % |")
    print("\n| function | share |\n|---|---|")
    for percent, symbol in found[: args.top]:
        print(f"| `{symbol.partition('] ')[2].replace('|', chr(92) + '|')}` | {percent:.1f} % |")


if __name__ == "__main__":
    main()
