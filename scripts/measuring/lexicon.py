"""Lexicon folders of any number of rows: fewer than the shipped ones, or more.

Fewer: rows evenly taken, and those that the rules name. More: every shipped row, and made ones: two pieces of
shipped terms joined to a plain term (four of five) or with a gap between them (one of five), in the list, kind and
voice of a shipped row, without conditions. Groups, exceptions, wording and words are the shipped ones.
"""

from __future__ import annotations

import csv
import random
import re
import shutil
from pathlib import Path

from measuring.dialogues import pick
from measuring.terms import terms_of

MADE = "made.csv"


def make(shipped: Path, rows: int, out: Path) -> Path:
    """Writes the folder."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(shipped, out)
    tables = {file: table for file in sorted(out.glob("*.csv")) if (table := read(file))}
    have = sum(len(table) for table in tables.values())
    if rows < have:
        thin_out(
            tables, rows, have, set(re.findall(r"term:([A-Z0-9-]+)", (out / "rules.toml").read_text(encoding="utf-8")))
        )
    else:
        templates = [row for table in tables.values() for row in table]
        write(out / MADE, made_rows(templates, list(terms_of(shipped)), rows - have))
    return out


def read(file: Path) -> list[dict[str, str]]:
    """The rows of a table of terms; none for a table of another kind."""
    with open(file, encoding="utf-8-sig", newline="") as table:
        reader = csv.DictReader(table)
        return list(reader) if "编号" in (reader.fieldnames or ()) else []


def write(file: Path, rows: list[dict[str, str]]) -> None:
    if rows:
        with open(file, "w", encoding="utf-8", newline="") as table:
            writer = csv.DictWriter(table, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)


def thin_out(tables: dict[Path, list[dict[str, str]]], rows: int, have: int, named: set[str]) -> None:
    """Keeps `rows` of all, evenly, and those that rules name."""
    number = 0
    for file, table in tables.items():
        kept = []
        for row in table:
            taken = number * rows // have != (number + 1) * rows // have
            number += 1
            if taken or row["编号"] in named:
                kept.append(row)
        write(file, kept)
        if not kept:
            file.unlink()


def made_rows(templates: list[dict[str, str]], words: list[str], count: int) -> list[dict[str, str]]:
    """Rows with distinct terms."""
    rng = random.Random(count)
    words = [word for word in words if len(word) <= 4 and not re.search(r"\d", word)]  # digits would lengthen a gap
    seen: set[str] = set()
    rows: list[dict[str, str]] = []
    while len(rows) < count:
        first, second = words[pick(rng, len(words))], words[pick(rng, len(words))]
        term = f"{first}…6{second}" if len(rows) % 5 == 0 else first + second
        if term in seen:
            continue
        seen.add(term)
        row = dict(templates[pick(rng, len(templates))])
        row.update(
            {
                "编号": f"ZZ-{len(rows):06}",
                "词条": term,
                "变体": "",
                "同音": "",
                "需要语境": "",
                "排除语境": "",
                "应命中": first + second,
                "不应命中": "",
                "备注": "",
            }
        )
        rows.append(row)
    return rows
