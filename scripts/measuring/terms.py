"""The terms that all rivals look for: `terms.txt`, one `term<TAB>list` per line.

A rival knows plain words only, a row of a lexicon is a pattern. So each pattern is taken to pieces at its gaps
(`…`, `{金额}`, `{数字}`); of each choice `(a|b)` the first is taken, of each group `{家人}` the first word; what
then has two or more characters is a term of the row's list. A term that two lists hold belongs to the first.
"""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Iterator

CHOICE = re.compile(r"\(([^()|]*)(?:\|[^()]*)?\)")
GAP = re.compile(r"…\d*|\{(?:金额|数字)\}")
GROUP = re.compile(r"\{([^{}]+)\}")
CELL = re.compile(r"[｜|](?![^(]*\))")  # a bar within brackets is a choice, outside it parts variants


def read_rows(file: Path) -> Iterator[dict[str, str]]:
    """The rows of a table of the lexicon folder."""
    with open(file, encoding="utf-8-sig", newline="") as table:
        yield from csv.DictReader(table)


def first_words(folder: Path) -> dict[str, str]:
    """Of each group its first word."""
    return {row["组名"]: re.split("[｜|]", row["词语"])[0] for row in read_rows(folder / "groups.csv")}


def pieces(pattern: str, groups: dict[str, str]) -> list[str]:
    """The plain words of a pattern, between its gaps.

    >>> pieces("(提供|告诉)(一下|)…8{家人}的(验证码|校验码)", {"家人": "我妈"})
    ['提供一下', '我妈的验证码']
    """
    pattern = pattern.replace("（", "(").replace("）", ")").replace(" ", "")
    found = []
    for piece in GAP.split(pattern):
        piece = GROUP.sub(lambda group: groups.get(group[1], ""), piece)
        while CHOICE.search(piece):
            piece = CHOICE.sub(lambda choice: choice[1], piece)
        if len(piece) >= 2 and not set(piece) & set("()|{}"):
            found.append(piece)
    return found


def terms_of(folder: Path) -> dict[str, str]:
    """Every term with its list, in the order of the files."""
    groups = first_words(folder)
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.csv")):
        for row in read_rows(file):
            if "词表" not in row:
                break  # a table of another kind
            for pattern in [row["词条"], *CELL.split(row["变体"])]:
                for piece in pieces(pattern, groups):
                    found.setdefault(piece, row["词表"])
    return found


def write_terms(folder: Path, out: Path, most: int) -> int:
    """Writes at most `most` terms, evenly taken from all; returns how many."""
    found = list(terms_of(folder).items())
    if len(found) > most:
        found = [found[index * len(found) // most] for index in range(most)]
    out.write_text("".join(f"{term}\t{name}\n" for term, name in found), encoding="utf-8")
    return len(found)
