"""Makes a file of calls: seeded, the same bytes from the same dialogues on any machine.

    python3 -m measuring.corpus OUT.jsonl --size 200 [--dialogues DIR] [--mix fraud=5,service=60,…] [--dense]

A call of the night is 3 to 6 KB of text: whole dialogues of one kind, varied, one after the other (a customer with
several matters), so that the roles of the speakers fit throughout. The mix is in calls. `--dense` takes every
public dialogue as one call, as it is, then again and again, varied, until the size is reached.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import random
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Iterator

from measuring import dialogues
from measuring.dialogues import Dialogues, Turn, pick

VERSION = 1  # part of the name of every made file; to be raised when this script makes other bytes
# A night at a bank's hotline: nearly all is ordinary business; a few callers talk about journeys (card abroad,
# refunds) or about what weighs on them; one call in twenty holds a swindle. Shares of calls, percent.
NIGHT = {"fraud": 5.0, "service": 70.0, "travel": 15.0, "counselling": 10.0}
TEXT_BYTES = (3_000, 6_000)  # least and most text of a call
EVENING = datetime(2026, 11, 18, 18, 0, tzinfo=timezone(timedelta(hours=8)))
NIGHT_SECONDS = 14 * 3600
MS_PER_CHARACTER = 220


@dataclass
class Recipe:
    """What a made file consists of."""

    size_mb: float = 200
    seed: int = 20261127
    mix: dict[str, float] | None = None  # shares of calls by kind; None: --dense
    punctuation: bool = True

    def file_name(self, sources: str) -> str:
        """A name that changes whenever the bytes would."""
        told = json.dumps([VERSION, asdict(self), sources], sort_keys=True)
        kind = "night" if self.mix else "dense"
        kind += "" if self.punctuation else "-unpunctuated"
        return f"{kind}-{self.size_mb:g}mb-{hashlib.sha256(told.encode()).hexdigest()[:8]}"


@dataclass
class Made:
    """What was made, for the head of the report."""

    calls: int = 0
    turns: int = 0
    text_bytes: int = 0
    characters: int = 0
    calls_by_kind: dict[str, int] = field(default_factory=dict)
    json_bytes: int = 0
    sha256: str = ""


def night(rng: random.Random, pools: Dialogues, mix: dict[str, float]) -> Iterator[tuple[str, list[Turn]]]:
    """Calls without end, each of one kind; every dialogue of a kind comes up before one comes again."""
    kinds = [kind for kind in mix if mix[kind] > 0 and pools[kind]]
    total = sum(mix[kind] for kind in kinds)
    decks: dict[str, list[int]] = {kind: [] for kind in kinds}
    while True:
        at = rng.random() * total
        kind = kinds[-1]
        for candidate in kinds:
            at -= mix[candidate]
            if at < 0:
                kind = candidate
                break
        least = TEXT_BYTES[0] + pick(rng, 1_500)
        turns: list[Turn] = []
        size = 0
        while size < least:
            dialogue = pools[kind][draw(rng, decks[kind], len(pools[kind]))]
            length = text_bytes(dialogue)
            if turns and size + length > TEXT_BYTES[1]:
                break
            turns += dialogues.vary(rng, dialogue)
            size += length
        yield kind, turns


def draw(rng: random.Random, deck: list[int], count: int) -> int:
    """The next of a shuffled deck, shuffled anew when it is empty."""
    if not deck:
        deck.extend(range(count))
        for index in range(count - 1, 0, -1):
            other = pick(rng, index + 1)
            deck[index], deck[other] = deck[other], deck[index]
    return deck.pop()


def dense(rng: random.Random, pool: list[tuple[str, list[Turn]]]) -> Iterator[tuple[str, list[Turn]]]:
    """Every dialogue as one call, without end, shuffled; the first time as it is, then varied."""
    deck: list[int] = []
    for number in itertools.count():
        kind, dialogue = pool[draw(rng, deck, len(pool))]
        yield kind, dialogue if number < len(pool) else dialogues.vary(rng, dialogue)


def text_bytes(turns: list[Turn]) -> int:
    return sum(len(text.encode()) for _, text in turns)


def line_of(rng: random.Random, number: int, turns: list[Turn]) -> str:
    """A call in the tool's own JSONL, with times as a recogniser gives them."""
    started = EVENING + timedelta(seconds=pick(rng, NIGHT_SECONDS))
    at = 400 + pick(rng, 800)
    said = []
    for speaker, text in turns:
        end = at + MS_PER_CHARACTER * max(len(text), 2) + pick(rng, 300)
        said.append({"speaker": speaker, "start_ms": at, "end_ms": end, "text": text})
        at = end + 200 + pick(rng, 1_200)
    call = {
        "call_id": f"B{number:07}",
        "started_at": started.isoformat(),
        "direction": "inbound",
        "agent_id": f"{pick(rng, 200):04}",
        "turns": said,
    }
    return json.dumps(call, ensure_ascii=False, separators=(",", ":")) + "\n"


def make(recipe: Recipe, folder: Path | None, data: Path, out: Path) -> Made:
    """Writes the file; it appears under its name only when it is whole."""
    rng = random.Random(recipe.seed)
    if recipe.mix:
        calls = night(rng, dialogues.load(folder, data), recipe.mix)
    else:
        calls = dense(rng, dialogues.as_they_are(folder, data))
    made = Made()
    digest = hashlib.sha256()
    growing = out.with_suffix(".tmp")
    with open(growing, "wb") as file:
        while made.json_bytes < recipe.size_mb * 1e6:
            kind, turns = next(calls)
            if not recipe.punctuation:
                turns = [(speaker, dialogues.without_punctuation(text)) for speaker, text in turns]
            made.calls += 1
            line = line_of(rng, made.calls, turns).encode()
            made.turns += len(turns)
            made.text_bytes += text_bytes(turns)
            made.characters += sum(len(text) for _, text in turns)
            made.calls_by_kind[kind] = made.calls_by_kind.get(kind, 0) + 1
            made.json_bytes += len(line)
            digest.update(line)
            file.write(line)
    made.sha256 = digest.hexdigest()
    out.with_suffix(".json").write_text(json.dumps(asdict(made)), encoding="utf-8")
    growing.rename(out)
    return made


def digest_of_sources(folder: Path | None, data: Path) -> str:
    """Changes when a dialogue changes."""
    digest = hashlib.sha256()
    for file in [*sorted(folder.glob("*.jsonl") if folder else ()), *sorted(data.glob("*/*.jsonl*"))]:
        digest.update(file.name.encode())
        with open(file, "rb") as content:
            for block in iter(lambda: content.read(1 << 18), b""):
                digest.update(block)
    return digest.hexdigest()


def parse_mix(text: str) -> dict[str, float]:
    """Reads `fraud=5,service=70`."""
    mix = {kind: float(share) for kind, _, share in (part.partition("=") for part in text.split(","))}
    unknown = set(mix) - set(dialogues.KINDS)
    if unknown or sum(mix.values()) <= 0:
        raise argparse.ArgumentTypeError(f"kinds are {', '.join(dialogues.KINDS)}; not {', '.join(unknown) or text}")
    return mix


def main() -> None:
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", type=float, default=200, help="MB (10^6 bytes) of JSONL")
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--dialogues", type=Path, help="folder of public dialogues in native JSONL")
    parser.add_argument(
        "--mix", type=parse_mix, default=NIGHT, help="shares of calls, e.g. fraud=5,service=70,travel=15,counselling=10"
    )
    parser.add_argument("--dense", action="store_true", help="the public corpora as they are instead of a night")
    parser.add_argument("--no-punctuation", action="store_true")
    args = parser.parse_args()
    recipe = Recipe(args.size, args.seed, None if args.dense else args.mix, not args.no_punctuation)
    print(json.dumps(asdict(make(recipe, args.dialogues, root / "data", args.out))))


if __name__ == "__main__":
    main()
