#!/usr/bin/env python3
"""What Spark adds to a call, and which way of asking the program is cheaper: CPU milliseconds a call, medians of rounds.

    target/spark-venv/bin/python integrations/spark/measure.py CALLS.jsonl --binary target/release/tinghu [--rounds 3]

The calls are cut into eight files. `score` is the program writing a folder, `stream` the program on a pipe; `mapInPandas` scores as tinghu_spark.py does,
into Parquet; `pipe` does the same through `RDD.pipe`, a process for each partition; `tables` is all of `publish`. CPU is
that of the driver, its workers and all that they start (Linux).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tinghu_spark  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
PARTS = 8


def tree_cpu(root: int) -> float:
    """CPU seconds of a process, all below it, and all of those that have ended and were waited for."""
    parents, used = {}, {}
    for entry in Path("/proc").iterdir():
        try:
            if not entry.name.isdigit():
                continue
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            parents[int(entry.name)] = int(fields[1])
            used[int(entry.name)] = sum(map(int, fields[11:15])) / TICK
        except OSError:
            pass
    below, waiting = set(), [root]
    while waiting:
        pid = waiting.pop()
        below.add(pid)
        waiting += [child for child, parent in parents.items() if parent == pid]
    return sum(used.get(pid, 0.0) for pid in below)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("calls", type=Path)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    lines = options.calls.read_bytes().splitlines(keepends=True)
    os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    with tempfile.TemporaryDirectory(prefix="tinghu-spark-") as folder:
        calls = Path(folder, "calls")
        calls.mkdir()
        for part in range(PARTS):
            (calls / f"{part}.jsonl").write_bytes(b"".join(lines[part::PARTS]))
        builder = SparkSession.builder.master("local-cluster[2,1,1024]").appName("measure")
        builder = builder.config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
        builder = builder.config("spark.sql.files.openCostInBytes", "0").config("spark.driver.host", "127.0.0.1")
        spark = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        shipment = tinghu_spark.ship(spark, str(options.binary))
        jvm = spark._jvm.java.lang.ProcessHandle.current().pid()
        command = [str(options.binary.resolve()), *shipment.command()[1:]]
        schema = tinghu_spark.ANSWER_SCHEMA

        def scored() -> None:
            words = ["score", options.calls, "--out", f"{folder}/run", "--profile", "data", "--threads", "1"]
            subprocess.run([options.binary, *words, "--force", "--quiet"], check=False)

        def streamed() -> None:
            with open(options.calls, "rb") as source:
                subprocess.run(command, stdin=source, stdout=subprocess.DEVNULL, check=False)

        def mapped() -> None:
            scored = tinghu_spark.score(tinghu_spark.read_jsonl(spark, str(calls)), shipment)
            scored.write.mode("overwrite").parquet(f"{folder}/mapped")

        def piped() -> None:
            words = " ".join(f"'{word}'" for word in command)
            answers = spark.sparkContext.textFile(str(calls), PARTS).pipe(words)
            frame = spark.createDataFrame(answers.map(lambda line: (line,)), "answer string")
            frame.select(F.from_json("answer", schema).alias("a")).select("a.*").write.mode("overwrite").parquet(
                f"{folder}/piped"
            )

        def published() -> None:
            tinghu_spark.publish(
                spark, tinghu_spark.read_jsonl(spark, str(calls)), shipment, f"{folder}/tables", force=True
            )

        ways = [("score", scored), ("stream", streamed)]
        ways += [("mapInPandas", mapped), ("pipe", piped), ("tables", published)]
        # What is loaded and compiled once is not of a call.
        mapped()
        piped()
        found: dict[str, list[tuple[float, float]]] = {}
        for _ in range(options.rounds):
            for name, work in ways:
                before, own, begun = tree_cpu(jvm), sum(os.times()[:4]), time.monotonic()
                work()
                cpu = tree_cpu(jvm) - before + sum(os.times()[:4]) - own
                found.setdefault(name, []).append((cpu, time.monotonic() - begun))
        print(f"{len(lines)} calls, {sum(map(len, lines)) / 1e6:.1f} MB, medians of {options.rounds} (least-most)")
        print("| | CPU ms a call | wall s |\n|---|---|---|")
        for name, runs in found.items():
            per_call = [cpu * 1000 / len(lines) for cpu, _ in runs]
            walls = [wall for _, wall in runs]
            print(
                f"| {name} | {statistics.median(per_call):.2f} ({min(per_call):.2f}-{max(per_call):.2f}) "
                f"| {statistics.median(walls):.1f} ({min(walls):.1f}-{max(walls):.1f}) |"
            )
        spark.stop()


if __name__ == "__main__":
    main()
