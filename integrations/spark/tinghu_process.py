"""The scoring process of a worker: kept from batch to batch and from task to task."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Sequence


class ProcessDied(RuntimeError):
    """The scoring process is gone; what it was given is to be scored again."""


class Process:
    """A tinghu that stays: lines in, as many answers out."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = tuple(command)
        self.child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def answers(self, lines: Sequence[bytes]) -> list[bytes]:
        """The answer to each line; whatever happens in between, no answer is left for the next who asks."""
        try:
            feeder = threading.Thread(target=self._feed, args=(b"".join(line + b"\n" for line in lines),), daemon=True)
            feeder.start()
            found = []
            for _ in lines:
                answer = self.child.stdout.readline()
                if not answer.endswith(b"\n"):
                    raise ProcessDied(f"tinghu ended with {self.child.wait()} after {len(found)} of {len(lines)} calls")
                found.append(answer[:-1])
            feeder.join()
            return found
        except BaseException:
            self.end()
            raise

    def _feed(self, payload: bytes) -> None:
        try:
            self.child.stdin.write(payload)
            self.child.stdin.flush()
        except OSError:
            pass  # It died: whoever waits for the answers finds out.

    def end(self) -> None:
        self.child.kill()
        self.child.wait()

    def is_alive(self) -> bool:
        return self.child.poll() is None


_process: Process | None = None


def process(command: Sequence[str]) -> Process:
    """The process of this worker, started when first asked for."""
    global _process
    if _process is None or not _process.is_alive() or _process.command != tuple(command):
        if _process is not None:
            _process.end()
        _process = Process(command)
    return _process


def shipped(name: str) -> str:
    """Where a file that was sent along (`addFile`, `--files`, `--archives`) lies on this machine."""
    from pyspark import SparkFiles

    path = SparkFiles.get(name)
    return path if os.path.exists(path) else os.path.abspath(name)


_executables: dict[str, str] = {}


def executable(name: str) -> str:
    """A shipped program that may be run; some ways of shipping forget that."""
    if name not in _executables:
        path = shipped(name)
        if not os.access(path, os.X_OK):
            path = shutil.copy(path, os.path.join(tempfile.mkdtemp(prefix="tinghu-"), name))
            os.chmod(path, 0o700)
        _executables[name] = path
    return _executables[name]
