#!/usr/bin/env python3
"""tinghu inside Apache Spark: calls in JSONL or Parquet in, three tables in Parquet out.

    spark-submit integrations/spark/tinghu_spark.py INPUT… --out FOLDER --binary target/release/tinghu

Every Python worker keeps one `tinghu score - --out -` and feeds it batch after batch, task after task. A call that cannot
be read is a row of `rejects`; a process that dies fails its task, and Spark runs it again. README.md has the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tinghu_process import executable, process, shipped

if TYPE_CHECKING:
    import pandas
    from pyspark.sql import Column, DataFrame, SparkSession

# The columns of calls.csv, hits.csv and rejects.csv; a test of the program holds them to it.
CALLS = """
    call_id string, started_at string, direction string, agent_id string, team string, duration_s bigint,
    turns bigint, agent_turns bigint, customer_turns bigint, risk_score bigint, risk_level string, scam_type
    string, scam_type_2 string, phase string, stages string, risk_reason string, first_evidence_turn bigint,
    agent_warned boolean, first_warning_turn bigint, warning_latency_s bigint, duty_steps string,
    protective_actions string, police_advised boolean, tips_given bigint, distress_score bigint,
    distress_level string, distress_kinds string, distress_first_turn bigint, distress_trend string, self_harm
    boolean, vulnerability string, empathy_score bigint, empathy_level string, episodes bigint,
    episodes_answered bigint, response_latency_turns bigint, empathy_strengths string, empathy_gaps string,
    taboo_count bigint, template_repeats bigint, interruptions bigint, outcome string, needs_review boolean,
    review_priority bigint, review_reasons string, confidence bigint, input_warnings string, top_evidence
    string, source string, lexicon_version string, engine_version string
"""

HITS = """
    hit_id string, call_id string, dimension string, turn bigint, speaker string, start_ms bigint, quote
    string, matched string, span_start bigint, span_end bigint, term_id string, term string, kind string,
    scam_type string, match string, stance string, weight bigint, factor bigint, points bigint, reason string
"""

REJECTS = """
    source string, line bigint, byte bigint, call_id string, code string, reason string, mend string
"""



def _fields(columns: str) -> str:
    pairs = (column.split() for column in columns.split(","))
    return ", ".join(f"`{name}`: {kind}" for name, kind in pairs)


ANSWER_SCHEMA = (
    f"call struct<{_fields(CALLS)}>, hits array<struct<{_fields(HITS)}>>, reject struct<{_fields(REJECTS)}>"
)
# How the reason of an F020 ends: the offset of the first byte that is not of the encoding.
OFFSET = r"^(.*：字节偏移 )(\d+)$"
# Where a call stands: the file (its address), the byte at which its split begins, the row of the split.
PLACE = ["file", "start", "at"]
ANSWERED = "name string, file string, start bigint, at bigint, offset bigint, answer binary"


# --- on the workers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shipment:
    """What was sent to the workers, by name, and how the program is to be called there."""

    binary: str
    lexicons: str | None = None
    config: str | None = None
    options: tuple[str, ...] = ()

    def command(self) -> list[str]:
        command = [executable(self.binary), "score", "-", "--out", "-", "--allow-repeats", "--threads", "1", "--quiet"]
        if self.lexicons:
            command += ["--lexicons", shipped(self.lexicons)]
        if self.config:
            command += ["--config", shipped(self.config)]
        return command + list(self.options)


def one_line(text: bytes | None) -> bytes:
    """A call as one line; nothing for a row without one."""
    if text is None:
        return b"null"
    return bytes(text).removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n").replace(b"\n", b" ").replace(b"\r", b" ")


def shown(file: str) -> str | None:
    """The name of a file as `tinghu score` has it: a path where it is one, else the address."""
    parts = urlsplit(file)
    return unquote(parts.path) if parts.scheme == "file" else file or None


def answer_batches(batches: Iterable[pandas.DataFrame], shipment: Shipment) -> Iterator[pandas.DataFrame]:
    """Answers batches of (text, file, start) with batches of `ANSWERED`; `at` and `offset` count the rows and bytes
    since the beginning of the split of the file."""
    import pandas

    split, name, at, offset = None, None, 0, 0
    for batch in batches:
        lines, places = [], []
        for text, file, start in zip(batch["text"], batch["file"], batch["start"]):
            if split != (file, start):
                split, name, at, offset = (file, start), shown(file), 0, 0
            line = one_line(text)
            if line.strip():
                lines.append(line)
                places.append((name, file, start, at, offset))
            at, offset = at + 1, offset + len(text or b"") + 1
        if lines:
            answers = process(shipment.command()).answers(lines)
            found = pandas.DataFrame(places, columns=["name", *PLACE, "offset"])
            yield found.assign(answer=pandas.Series(answers, dtype=object))


# --- on the driver --------------------------------------------------------------------------------------------------


def ship(
    spark: SparkSession,
    binary: str,
    lexicons: str | None = None,
    config: str | None = None,
    quotes: bool = True,
) -> Shipment:
    """Sends the program, a folder of lexicons and a settings file to all workers, and these modules."""
    context = spark.sparkContext
    for module in ("tinghu_process.py", "tinghu_spark.py"):
        context.addPyFile(os.path.join(os.path.dirname(os.path.abspath(__file__)), module))
    context.addFile(os.path.abspath(binary))
    if lexicons:
        packed = shutil.make_archive(os.path.join(tempfile.mkdtemp(prefix="tinghu-"), "lexicons"), "zip", lexicons)
        context.addArchive(f"{packed}#lexicons")
    if config:
        context.addFile(os.path.abspath(config))
    return Shipment(
        os.path.basename(binary),
        "lexicons" if lexicons else None,
        os.path.basename(config) if config else None,
        () if quotes else ("--no-quotes",),
    )


def read_jsonl(spark: SparkSession, path: str) -> DataFrame:
    """The lines of JSONL files, a file or a folder of them."""
    from pyspark.sql import functions as F

    # Whatever ends a line for others stays in it, so that places are those of the file.
    lines = spark.read.option("lineSep", "\n").text(path)
    return lines.select(F.col("value").cast("binary").alias("text"), *_file(lines=True))


def read_parquet(spark: SparkSession, path: str, column: str | None = None) -> DataFrame:
    """The calls of Parquet files: a column with the JSON text (or a struct) of a call, or the columns of a call."""
    rows = spark.read.parquet(path)
    return rows.select(call_text(rows, column), *_file(lines=False))


def of_frame(rows: DataFrame, column: str | None = None) -> DataFrame:
    """The calls of any data frame; no file is known of them, and of a repeated id the first in partition order stays."""
    from pyspark.sql import functions as F

    partition = F.spark_partition_id().cast("long")
    return rows.select(
        call_text(rows, column), F.lit("").alias("file"), partition.alias("start"), F.lit(False).alias("lines")
    )


def call_text(rows: DataFrame, column: str | None = None) -> Column:
    """The text of the calls in any data frame: `column` holds it, as text or struct, or the columns are the fields."""
    from pyspark.sql import functions as F
    from pyspark.sql.types import BinaryType, StringType

    if column is None:
        text = F.to_json(F.struct(*[F.col(f"`{name}`") for name in rows.columns]))
    elif isinstance(rows.schema[column].dataType, (StringType, BinaryType)):
        text = F.col(f"`{column}`")
    else:
        text = F.to_json(F.col(f"`{column}`"))
    return text.cast("binary").alias("text")


def _file(lines: bool) -> list[Column]:
    from pyspark.sql import functions as F

    return [
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("start"),
        F.lit(lines).alias("lines"),
    ]


def score(calls: DataFrame, shipment: Shipment) -> DataFrame:
    """Scores calls (columns text, file, start, lines): (name, file, start, at, offset, call, hits, reject), one row a call.

    An id that stands twice is scored twice here; [`publish`] knows the whole and rejects the second.
    """
    from pyspark.sql import functions as F

    answered = calls.select("text", "file", "start").mapInPandas(lambda batches: answer_batches(batches, shipment), ANSWERED)
    answer = F.from_json(F.col("answer").cast("string"), ANSWER_SCHEMA, {"mode": "FAILFAST"})
    rows = answered.withColumn("answer", answer).select("name", *PLACE, "offset", "answer.*")
    # The process knows its pipe only.
    return rows.withColumn("call", F.col("call").withField("source", F.col("name")))


def publish(spark: SparkSession, calls: DataFrame, shipment: Shipment, out: str, force: bool = False) -> dict[str, int]:
    """Scores the calls once and writes `calls`, `hits` and `rejects` below `out`; how many calls there were.

    The answers are kept in `out/_answers` until the tables are written: no call is scored twice because two tables are
    made of it, and places and repeated ids are looked up in what is there.
    """
    from pyspark.sql import functions as F

    staging, mode = f"{out}/_answers", "overwrite" if force else "errorifexists"
    if not force and _exists(spark, f"{out}/calls"):
        raise FileExistsError(f"{out}/calls stands there; --force overwrites it")
    score(calls, shipment).write.mode("overwrite").parquet(staging)
    answers = spark.read.parquet(staging)
    scored = answers.where("call is not null").withColumn("call_id", F.col("call.call_id"))
    again = _again(scored)
    first = scored if again is None else scored.join(again.select(PLACE), PLACE, "left_anti")
    first.select("call.*").write.mode(mode).parquet(f"{out}/calls")
    first.select(F.explode("hits").alias("hit")).select("hit.*").write.mode(mode).parquet(f"{out}/hits")
    rejects = answers.where("reject is not null").select("name", *PLACE, "offset", "reject")
    if again is not None:
        rejects = rejects.unionByName(again.select("name", *PLACE, "offset", _repeated(shipment)))
    _placed(rejects, calls).write.mode(mode).parquet(f"{out}/rejects")
    counts = {
        "read": answers.count(),
        "scored": spark.read.parquet(f"{out}/calls").count(),
        "rejected": spark.read.parquet(f"{out}/rejects").count(),
    }
    if counts["read"] != counts["scored"] + counts["rejected"]:
        raise AssertionError(f"calls got lost: {counts}")
    _delete(spark, staging)
    return counts


def _again(scored: DataFrame) -> DataFrame | None:
    """The calls whose id an earlier one has: by file, then by place in it, as one machine reads them."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    ids = scored.groupBy("call_id").count().where("count > 1").select("call_id").persist()
    if ids.isEmpty():
        return None
    places = scored.select("call_id", "name", *PLACE, "offset").join(ids, "call_id")
    order = Window.partitionBy("call_id").orderBy("name", *PLACE)
    return places.withColumn("nth", F.row_number().over(order)).where("nth > 1").drop("nth")


def _repeated(shipment: Shipment) -> Column:
    """The reject of a repeated id, in the program's own words."""
    from pyspark.sql import functions as F

    call = json.dumps({"call_id": "twice", "turns": [{"text": "好"}]}).encode()
    command = [word for word in shipment.command() if word != "--allow-repeats"]
    output = subprocess.run(command, input=call + b"\n" + call + b"\n", stdout=subprocess.PIPE, check=False).stdout
    reject = json.loads(output.splitlines()[1])["reject"]
    kinds = dict(column.split() for column in REJECTS.split(","))
    values = [F.lit(reject[name]).cast(kinds[name]).alias(name) for name in kinds if name != "call_id"]
    return F.struct(*values[:3], F.col("call_id"), *values[3:]).alias("reject")


def _placed(rejects: DataFrame, calls: DataFrame) -> DataFrame:
    """The rejects with file, line and byte: of the files that have any, the lines before each split are counted."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    files = rejects.select("file").distinct()
    lines = calls.where("lines").join(files, "file", "left_semi").groupBy("file", "start")
    splits = lines.agg(F.count("*").alias("rows"), F.sum(F.octet_length("text") + 1).alias("bytes"))
    before = Window.partitionBy("file").orderBy("start").rowsBetween(Window.unboundedPreceding, -1)
    passed = [F.coalesce(F.sum(column).over(before), F.lit(0)).alias(column) for column in ("rows", "bytes")]
    placed = rejects.join(splits.select("file", "start", *passed), ["file", "start"], "left")
    placed = placed.select(
        F.col("name").alias("source"),
        (F.col("rows") + F.col("at") + 1).alias("line"),
        (F.col("bytes") + F.col("offset")).alias("byte"),
        F.col("reject.byte").alias("streamed"),
        *[F.col(f"reject.{name}") for name in ("call_id", "code", "reason", "mend")],
    )
    # One code tells the place of the fault itself, which the process counts from the beginning of its pipe.
    told = F.regexp_extract("reason", OFFSET, 2).try_cast("bigint")
    moved = told - F.col("streamed") + F.coalesce("byte", F.lit(0))
    reason = F.when(
        (F.col("code") == "F020") & told.isNotNull(), F.concat(F.regexp_extract("reason", OFFSET, 1), moved)
    ).otherwise(F.col("reason"))
    return placed.withColumn("reason", reason).drop("streamed")


def _path(spark: SparkSession, path: str):
    hadoop = spark._jvm.org.apache.hadoop.fs.Path(path)
    return hadoop.getFileSystem(spark._jsc.hadoopConfiguration()), hadoop


def _exists(spark: SparkSession, path: str) -> bool:
    system, hadoop = _path(spark, path)
    return system.exists(hadoop)


def _delete(spark: SparkSession, path: str) -> None:
    system, hadoop = _path(spark, path)
    system.delete(hadoop, True)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 3 where calls were rejected, as `tinghu score` has it."""
    from pyspark.sql import SparkSession

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("input", help="a file or folder of JSONL or Parquet")
    parser.add_argument("--out", required=True, help="where the folders calls, hits and rejects go")
    parser.add_argument("--binary", required=True, help="the program tinghu, for the workers' system")
    parser.add_argument("--format", choices=["jsonl", "parquet"], default="jsonl")
    parser.add_argument("--column", help="the Parquet column that holds the call as JSON text or struct")
    parser.add_argument("--lexicons", help="a folder of lexicons instead of the built-in ones")
    parser.add_argument("--config", help="a settings file")
    parser.add_argument("--no-quotes", action="store_true", help="write no transcript text at all")
    parser.add_argument("--force", action="store_true", help="overwrite former results")
    options = parser.parse_args(arguments)
    spark = SparkSession.builder.appName("tinghu").getOrCreate()
    shipment = ship(spark, options.binary, options.lexicons, options.config, not options.no_quotes)
    if options.format == "jsonl":
        calls = read_jsonl(spark, options.input)
    else:
        calls = read_parquet(spark, options.input, options.column)
    counts = publish(spark, calls, shipment, options.out, options.force)
    print(json.dumps(counts))
    return 3 if counts["rejected"] else 0


if __name__ == "__main__":
    # By its name, so that the workers know it as a module and keep their process from task to task.
    import tinghu_spark

    sys.exit(tinghu_spark.main())
