#!/usr/bin/env python3
"""What a night and a backlog cost: hours and machines from measured milliseconds a call. Prints the tables of docs/scale.md.

    scripts/scale.py [--calls 1000000] [--nights 1826] [--alone MS] [--spark MS] [--start-up S] [--cores 4]
"""

from __future__ import annotations

import argparse

# Measured; docs/scale.md says where and how.
ALONE = 1.49  # CPU ms a call, tinghu score, one thread
# The same for all of tinghu_spark.publish (program, Python, JVM, Parquet), by the ratio measured side by side.
SPARK = round(ALONE * 8.10 / 2.60, 2)
START_UP = 0.7  # CPU s to load the program, once a core
SESSION = 60.0  # s from spark-submit to the first task, assumed
EXECUTORS = (4, 16, 64, 256)


def hours(calls: float, ms: float, cores: float, once: float = 0.0) -> float:
    """hours = calls × CPU ms a call ÷ cores + what happens once."""
    return (calls * ms / 1000 / cores + once) / 3600


def shown(value: float) -> str:
    if value < 1:
        return f"{value * 60:.1f} min"
    return f"{value:.1f} h" if value < 48 else f"{value / 24:.1f} days"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=float, default=1e6, help="calls a night")
    parser.add_argument("--nights", type=float, default=1826, help="nights of the backlog; five years")
    parser.add_argument("--alone", type=float, default=ALONE, help="CPU ms a call on one machine")
    parser.add_argument("--spark", type=float, default=SPARK, help="CPU ms a call on the cluster")
    parser.add_argument("--start-up", type=float, default=START_UP, help="CPU s to load the program")
    parser.add_argument("--cores", type=int, default=4, help="cores an executor")
    options = parser.parse_args()
    print(f"One night, {options.calls:,.0f} calls, one machine at {options.alone} ms a call:\n")
    print("| cores | time |\n|---|---|")
    for cores in (1, 2, 4, 8, 16, 32):
        print(f"| {cores} | {shown(hours(options.calls, options.alone, cores, options.start_up))} |")
    backlog = options.calls * options.nights
    print(f"\n{options.nights:,.0f} nights, {backlog / 1e9:,.2f} billion calls, executors of {options.cores} cores:\n")
    print(f"| executors | cores | time at {options.spark} ms a call | core-hours |\n|---|---|---|---|")
    for executors in EXECUTORS:
        cores = executors * options.cores
        time = hours(backlog, options.spark, cores, options.start_up + SESSION)
        print(f"| {executors} | {cores} | {shown(time)} | {time * cores:,.0f} |")


if __name__ == "__main__":
    main()
