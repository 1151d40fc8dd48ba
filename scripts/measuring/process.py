"""One process, measured by the operating system's accounting."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Sequence


@dataclass
class Measured:
    """One run. CPU seconds are user and system, of the process and of the children it waited for."""

    wall: float
    cpu: float
    peak_mb: float  # of the largest process; not less than this script's own, some 22 MB
    code: int
    output: str


class Failed(Exception):
    """A process ended with a code that was not expected."""


def run(
    command: Sequence[str | Path],
    allowed: Sequence[int] = (0,),
    env: dict[str, str] | None = None,
    log: Path | None = None,
    limit: float | None = None,
) -> Measured:
    """Runs a command to its end, or to `limit` seconds; its standard error goes to `log`."""
    words = [str(part) for part in command]
    started = time.perf_counter()
    with open(log or os.devnull, "wb") as errors:
        child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=errors, env={**os.environ, **(env or {})})
    assert child.stdout
    watch = threading.Timer(limit, child.kill) if limit else None
    if watch:
        watch.start()
    output = child.stdout.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    if watch:
        watch.cancel()
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in allowed:
        told = log.read_text(errors="replace")[-2_000:] if log else ""
        raise Failed(f"{' '.join(words)} ended with {child.returncode}\n{told}")
    kilobytes = usage.ru_maxrss / (1024 if sys.platform == "darwin" else 1)
    return Measured(wall, usage.ru_utime + usage.ru_stime, kilobytes * 1024 / 1e6, child.returncode, output)


def version(command: Sequence[str | Path]) -> str:
    """The first line that a command prints; empty where there is no such command."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return ""
    return (done.stdout or done.stderr).strip().partition("\n")[0]


def processor() -> str:
    """The name of the processor and how many of its threads there are."""
    name = ""
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        name = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    elif sys.platform == "darwin":
        name = version(["sysctl", "-n", "machdep.cpu.brand_string"])
    return f"{name or 'unknown processor'}, {os.cpu_count()} cores"


def middle(values: Sequence[float]) -> tuple[float, float, float]:
    """Median, least, greatest."""
    return median(values), min(values), max(values)
