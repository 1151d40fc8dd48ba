"""The dialogues that made calls consist of, by kind, and how one is varied so that no two calls are the same bytes."""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from pathlib import Path
from typing import Iterator

KINDS = ("fraud", "service", "travel", "counselling")
Turn = tuple[str, str]  # speaker, text
Dialogues = dict[str, list[list[Turn]]]

SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡林郭何高罗"
NAME = re.compile(rf"[{SURNAMES}](?:零零|某某|某|XX)?(?=先生|女士|小姐|阿姨|大爷|老师|经理|警官)")
DIGITS = re.compile(r"(?<![\d.])\d{2,}")
SERVICE_NUMBER = re.compile(r"1[12][0-9]|315|9[56]\d{3}|1[02]\d{3}|400\d{7}")  # said as they are: 110, 96110, 95588
FILLERS = ("嗯，", "那个，", "就是，", "啊，", "对，", "好，", "呃，", "这个，")
FILLED = 0.12  # share of turns that begin with a filler, as people speak


def pick(rng: random.Random, count: int) -> int:
    """A number below `count`; `Random.random` is the one method whose sequence every Python keeps."""
    return int(rng.random() * count)


def load(dialogue_folder: Path | None, data: Path) -> Dialogues:
    """All dialogues by kind: the public files of the folder, where there is one, and the project's own calls."""
    found: Dialogues = {kind: [] for kind in KINDS}
    for call in own_calls(data):
        risk = call.get("expected", {}).get("risk")  # the sample calls have no label: they may be anything
        if risk in ("high", "low"):
            found["fraud" if risk == "high" else "service"].append(turns_of(call))
    for call in public_calls(dialogue_folder):
        found[kind_of(call)].append(turns_of(call))
    return found


def as_they_are(dialogue_folder: Path | None, data: Path) -> list[tuple[str, list[Turn]]]:
    """Every public dialogue with its kind; without them the project's own, the sample calls among the service ones."""
    public = [(kind_of(call), turns_of(call)) for call in public_calls(dialogue_folder)]
    own = ((call.get("expected", {}).get("risk") == "high", turns_of(call)) for call in own_calls(data))
    return public or [("fraud" if high else "service", turns) for high, turns in own]


def own_calls(data: Path) -> Iterator[dict]:
    """The calls of data/calls, data/eval and data/train that are in native JSONL."""
    for folder in ("calls", "eval", "train"):
        for file in sorted((data / folder).glob("*.jsonl*")):
            yield from read_calls(file)


def public_calls(folder: Path | None) -> Iterator[dict]:
    for file in sorted(folder.glob("*.jsonl")) if folder else ():
        yield from read_calls(file)


def read_calls(file: Path) -> Iterator[dict]:
    """The calls of a JSONL file, plain or gzip."""
    opened = gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else open(file, encoding="utf-8")
    with opened as lines:
        for line in lines:
            yield json.loads(line)


def kind_of(call: dict) -> str:
    """The kind of a public dialogue: told by its label and by the corpus that its id names."""
    if call.get("label") == "scam":
        return "fraud"
    corpus = call["call_id"].partition("_")[0]
    return {"crosswoz": "travel", "smile": "counselling", "epzh": "counselling"}.get(corpus, "service")


def turns_of(call: dict) -> list[Turn]:
    return [(turn["speaker"], turn["text"]) for turn in call["turns"]]


def vary(rng: random.Random, dialogue: list[Turn]) -> list[Turn]:
    """The dialogue with other numbers, other names, and fillers here and there.

    >>> vary(random.Random(1), [("agent", "赵零零女士，尾号0024的卡转了5000元，电话13800000000，有疑问拨95588。")])
    [('agent', '张零零女士，尾号0847的卡转了5763元，电话00000002550，有疑问拨95588。')]
    """
    name = SURNAMES[pick(rng, len(SURNAMES))]
    return [(speaker, vary_text(rng, text, name)) for speaker, text in dialogue]


def vary_text(rng: random.Random, text: str, name: str) -> str:
    text = NAME.sub(lambda found: name + found[0][1:], text)
    text = DIGITS.sub(lambda found: other_number(rng, found[0]), text)
    return FILLERS[pick(rng, len(FILLERS))] + text if rng.random() < FILLED else text


def other_number(rng: random.Random, digits: str) -> str:
    """A number of as many digits; long ones, that could be somebody's, are visibly fake."""
    if SERVICE_NUMBER.fullmatch(digits):
        return digits
    if len(digits) >= 6:
        return "0" * (len(digits) - 4) + f"{pick(rng, 10_000):04}"
    return digits[0] + f"{pick(rng, 10 ** (len(digits) - 1)):0{len(digits) - 1}}"


PUNCTUATION = re.compile(
    "["
    + re.escape("".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code)).startswith("P")))
    + r"\s]+"
)


def without_punctuation(text: str) -> str:
    """As raw speech recognition writes: no punctuation, no spaces; never empty."""
    return PUNCTUATION.sub("", text) or "嗯"
