"""tinghu on a Spark cluster of two workers, against one machine: row by row, also when a worker is killed.

    integrations/spark/test.sh          makes what this needs and runs it

`TINGHU_BINARY` names the program.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from collections.abc import Iterable
from pathlib import Path

import pyspark
from pyspark.sql import Row, SparkSession

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import tinghu_spark  # noqa: E402  (by its name, as the workers know it)

BINARY = Path(os.environ.get("TINGHU_BINARY", HERE.parents[1] / "target/release/tinghu")).resolve()
SAMPLES = [HERE.parents[1] / "data/calls" / name for name in ("cases.jsonl", "night.jsonl")]
FILES, ROUNDS = 8, 2


def make_calls(folder: Path) -> None:
    """Some six hundred calls in eight files, with everything that may be wrong with a line."""
    samples = [json.loads(line) for path in SAMPLES for line in path.read_text("utf-8").splitlines()]
    for number in range(FILES):
        lines = []
        for round_ in range(ROUNDS):
            for sample in samples:
                call = {**sample, "call_id": f"{sample['call_id']}-{number}-{round_}"}
                lines.append(json.dumps(call, ensure_ascii=False).encode())
        lines.insert(5, b"{broken")
        lines.insert(9, b"")
        lines.insert(11, b'{"call_id":"\xff","turns":[{"text":"a"}]}')
        # Told before: in this file, and in the one before it.
        lines.append(lines[0])
        lines.insert(20, json.dumps({**samples[number], "call_id": f"shared-{(number + 1) // 2}"}, ensure_ascii=False).encode())
        end = b"\r\n" if number == 3 else b"\n"
        (folder / f"part {number}.jsonl").write_bytes(end.join(lines) + end)


def single_machine(calls: Path, folder: Path, *more: str) -> dict[str, list[dict]]:
    command = [BINARY, "score", calls, "--out", folder, "--profile", "data", "--max-rejects", "100%", "--quiet", *more]
    subprocess.run(command, check=False)
    tables = {}
    for name in TABLES:
        with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
            tables[name] = list(csv.DictReader(file))
    return tables


TABLES = ("calls", "hits", "rejects")


def cell(value: object) -> str:
    """A value as it stands in a cell of the data profile."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def in_order(rows: Iterable[dict]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(row.items()) for row in rows)


def cluster_rows(spark: SparkSession, path: Path) -> list[dict[str, str]]:
    rows: list[Row] = spark.read.parquet(str(path)).collect()
    return [{name: cell(value) for name, value in row.asDict().items()} for row in rows]


def children(parent: int, words: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            status = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            if int(status[1]) == parent and words in (entry / "cmdline").read_text():
                found.append(int(entry.name))
        except (OSError, IndexError, ValueError):
            pass  # No process, or one that has just ended.
    return found


class OnACluster(unittest.TestCase):
    """Two workers with a core each, in processes of their own."""

    @classmethod
    def setUpClass(cls) -> None:
        os.environ["SPARK_HOME"] = os.path.dirname(pyspark.__file__)
        os.environ["PYSPARK_PYTHON"] = sys.executable
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="tinghu-spark-")))
        cls.calls = cls.folder / "calls"
        cls.calls.mkdir()
        make_calls(cls.calls)
        quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
        settings = {
            # Machines that live for a minute: compiling for speed costs more than it gives.
            "spark.driver.extraJavaOptions": quick,
            "spark.executor.extraJavaOptions": quick,
            "spark.master": "local-cluster[2,1,1024]",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.files.openCostInBytes": "0",
            # Several splits a file, so that places have to be added up.
            "spark.sql.files.maxPartitionBytes": "150000",
            "spark.sql.execution.arrow.maxRecordsPerBatch": "20",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": str(cls.folder / "local"),
        }
        builder = SparkSession.builder.appName("test")
        for key, value in settings.items():
            builder = builder.config(key, value)
        cls.spark = builder.getOrCreate()
        cls.spark.sparkContext.setLogLevel("ERROR")
        cls.shipment = tinghu_spark.ship(cls.spark, str(BINARY))

    @classmethod
    def tearDownClass(cls) -> None:
        cls.spark.stop()

    def assert_same(self, out: Path, expected: dict[str, list[dict]], without: tuple[str, ...] = ()) -> None:
        for name in TABLES:
            found = cluster_rows(self.spark, out / name)
            self.assertEqual(len(found), len(expected[name]), name)
            for one, other in zip(in_order(found), in_order(expected[name])):
                kept = [[pair for pair in row if pair[0] not in without] for row in (one, other)]
                self.assertEqual(*kept, name)

    def test_a_worker_is_killed_during_the_run(self) -> None:
        expected = single_machine(self.calls, self.folder / "single")
        self.assertGreater(len(expected["calls"]), 500)
        self.assertEqual({row["code"] for row in expected["rejects"]}, {"F020", "F030", "F050"})
        out, driver = self.folder / "cluster", self.spark._jvm.java.lang.ProcessHandle.current().pid()
        failed: list[BaseException] = []

        def run() -> None:
            try:
                calls = tinghu_spark.read_jsonl(self.spark, str(self.calls))
                counts = tinghu_spark.publish(self.spark, calls, self.shipment, str(out))
                self.assertEqual(counts["scored"], len(expected["calls"]))
            except BaseException as error:
                failed.append(error)

        job = threading.Thread(target=run)
        job.start()
        tracker = self.spark.sparkContext.statusTracker()

        def done() -> list[int]:
            """Tasks done of the stage that scores."""
            stages = map(tracker.getStageInfo, tracker.getActiveStageIds())
            return [stage.numCompletedTasks for stage in stages if stage and stage.numTasks > 8]

        while job.is_alive() and not any(count >= 2 for count in done()):
            time.sleep(0.05)
        executors = children(driver, "CoarseGrainedExecutorBackend")
        self.assertEqual(len(executors), 2)
        self.assertTrue(job.is_alive() and done(), "the run ended before anybody could be killed")
        os.kill(executors[0], signal.SIGKILL)
        job.join()
        self.assertEqual(failed, [])
        others = children(driver, "CoarseGrainedExecutorBackend")
        self.assertTrue(set(others) - set(executors), "Spark put another in its place")
        self.assert_same(out, expected)
        self.assertFalse((out / "_answers").exists())

    def test_a_process_that_dies_is_started_again_and_one_that_lives_is_kept(self) -> None:
        few = self.folder / "few"
        few.mkdir()
        for number in (0, 1):
            (few / f"{number}.jsonl").write_bytes((self.calls / f"part {number}.jsonl").read_bytes())
        expected = single_machine(few, self.folder / "single again", "--no-quotes")
        log, died = self.folder / "starts", self.folder / "died"
        flaky = self.folder / "flaky"
        flaky.write_text(
            f"#!/bin/sh\necho $$ >> '{log}'\n"
            # The first of all gives half an answer to its third call.
            f"mkdir '{died}' 2>/dev/null || exec '{BINARY}' \"$@\"\n'{BINARY}' \"$@\" | head -c 100000\nkill -9 $$\n"
        )
        flaky.chmod(0o700)
        shipment = tinghu_spark.ship(self.spark, str(flaky), quotes=False)
        out = self.folder / "flaky out"
        tinghu_spark.publish(self.spark, tinghu_spark.read_jsonl(self.spark, str(few)), shipment, str(out))
        self.assert_same(out, expected)
        # One for each of two workers, one for that which died, one for the driver's own question.
        self.assertTrue(died.exists())
        self.assertLessEqual(len(log.read_text().splitlines()), 4)

    def test_the_command_with_lexicons_and_settings_of_its_own(self) -> None:
        lexicons, settings = self.folder / "own lexicons", self.folder / "own.toml"
        shutil.copytree(HERE.parents[1] / "lexicons", lexicons)
        scoring = lexicons / "scoring.toml"
        scoring.write_text(re.sub(r'(?m)^version = "[^"]*"', 'version = "own"', scoring.read_text("utf-8")), "utf-8")
        settings.write_text('[speakers]\n"agent" = "customer"\n"customer" = "agent"\n', "utf-8")
        more = ["--lexicons", str(lexicons), "--config", str(settings)]
        expected = single_machine(SAMPLES[0], self.folder / "own", *more)
        self.assertTrue(all(row["lexicon_version"].startswith("own+") for row in expected["calls"]))
        out = self.folder / "own out"
        command = [str(SAMPLES[0]), "--out", str(out), "--binary", str(BINARY), *more]
        self.assertEqual(tinghu_spark.main(command), 0)
        self.assert_same(out, expected)

    def test_parquet_with_text_or_fields(self) -> None:
        expected = single_machine(SAMPLES[1], self.folder / "night")
        lines = SAMPLES[1].read_text("utf-8").splitlines()
        texts = [Row(call_id=json.loads(line)["call_id"], call=line) for line in lines]
        self.spark.createDataFrame(texts).write.parquet(str(self.folder / "texts"))
        self.spark.read.json(str(SAMPLES[1])).write.parquet(str(self.folder / "fields"))
        for name, column in (("texts", "call"), ("fields", None)):
            out = self.folder / f"of {name}"
            calls = tinghu_spark.read_parquet(self.spark, str(self.folder / name), column)
            tinghu_spark.publish(self.spark, calls, self.shipment, str(out))
            self.assert_same(out, expected, without=("source",))
            self.assertIn(f"/{name}/part-", cluster_rows(self.spark, out / "calls")[0]["source"])
            with self.assertRaises(FileExistsError):
                tinghu_spark.publish(self.spark, calls, self.shipment, str(out))


if __name__ == "__main__":
    unittest.main(verbosity=2)
