#!/usr/bin/env python3
"""What Spark adds to a call, and which way of asking the program is cheaper: CPU milliseconds a call, medians of rounds.

    target/spark-venv/bin/python integrations/spark/measure.py CALLS.jsonl --binary target/release/tinghu [--rounds 3]

The calls are cut into eight files. `score` is the program writing a folder, `stream` the program on a pipe; `mapInPandas` scores as tinghu_spark.py does,
into Parquet; `pipe` does the same through `RDD.pipe`, a process for each partition; `tables` is all of `publish`. CPU is
that of the driver, its workers and all that they start, looked at five times a second (Linux).
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

sys.path.insert(0, str(Path(__file__).resolve().parent))
import tinghu_spark  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")
PARTS = 8


class Watch:
    """CPU seconds of a process and all below it while it is watched, also of those that end meanwhile."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.before = self.look()
        self.last = dict(self.before)
        self.own = 0.0  # What watching costs is not what is watched.
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        while not self.over.wait(0.2):
            self.last.update(self.look())
            self.own = time.thread_time()

    def look(self) -> dict[tuple[int, str], float]:
        """By process: its number, and when it was started."""
        parents, used = {}, {}
        for entry in Path("/proc").iterdir():
            try:
                if not entry.name.isdigit():
                    continue
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
                parents[int(entry.name)] = int(fields[1])
                used[int(entry.name)] = fields[19], (int(fields[11]) + int(fields[12])) / TICK
            except OSError:
                pass  # It has just ended.
        below, waiting = {}, [self.root]
        while waiting:
            pid = waiting.pop()
            if pid in used:
                below[pid, used[pid][0]] = used[pid][1]
            waiting += [child for child, parent in parents.items() if parent == pid]
        return below

    def end(self) -> float:
        self.over.set()
        self.thread.join()
        self.last.update(self.look())
        return sum(used - self.before.get(process, 0.0) for process, used in self.last.items()) - self.own


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
                watch, begun = Watch(os.getpid()), time.monotonic()
                work()
                cpu = watch.end()
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
