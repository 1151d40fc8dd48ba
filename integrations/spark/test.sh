#!/usr/bin/env bash
# Tests tinghu on a Spark cluster of two workers: makes a venv with what requirements.txt says, and runs test_spark.py.
#
#   integrations/spark/test.sh [PROGRAM]      the program tinghu; target/release/tinghu unless told
#
# Needs Java 17 or newer and Python 3.10 or newer with venv. Exit code 69: something of that could not be had.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
venv=${TINGHU_SPARK_VENV:-$root/target/spark-venv}
missing() { echo "NO SPARK: $*" >&2; exit 69; }

command -v java >/dev/null || missing "no java"
if ! "$venv/bin/python" -c 'import pandas, pyarrow, pyspark' 2>/dev/null; then
    python3 -m venv "$venv" || missing "no Python venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" ||
        missing "the packages of requirements.txt could not be installed"
fi
TINGHU_BINARY=${1:-$root/target/release/tinghu} exec "$venv/bin/python" "$here/test_spark.py"
