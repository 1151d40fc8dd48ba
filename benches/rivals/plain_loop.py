#!/usr/bin/env python3
"""The script a data scientist would write: jieba on every turn, pyahocorasick over the terms, csv for the rows.

    plain_loop.py TERMS CALLS.jsonl OUT.csv [PROCESSES]

Counts the same as plain_loop.rs, to the same bytes. Needs jieba and pyahocorasick.
"""

import csv
import json
import logging
import multiprocessing
import sys

import ahocorasick
import jieba

VOICES = ["agent", "customer", "other"]

automaton = ahocorasick.Automaton()
lists = []


def load(terms):
    """Builds the automaton and loads jieba's dictionary; forked processes inherit both."""
    with open(terms, encoding="utf-8") as lines:
        for line in lines:
            term, name = line.rstrip("\n").split("\t")
            if name not in lists:
                lists.append(name)
            automaton.add_word(term, (len(term), lists.index(name) * len(VOICES)))
    automaton.make_automaton()
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()


def count(line):
    """The row of one call: its id, then how often each list was heard from each speaker."""
    call = json.loads(line)
    counts = [0] * (len(lists) * len(VOICES))
    for turn in call["turns"]:
        text = turn["text"]
        boundaries, at = {0}, 0
        for word in jieba.cut(text):
            at += len(word)
            boundaries.add(at)
        voice = VOICES.index(turn["speaker"]) if turn["speaker"] in VOICES else 2
        for last, (length, column) in automaton.iter(text):
            if last + 1 in boundaries and last + 1 - length in boundaries:
                counts[column + voice] += 1
    return [call["call_id"], *counts]


def main():
    terms, calls, out, *processes = sys.argv[1:]
    processes = int(processes[0]) if processes else 1
    load(terms)
    with open(calls, encoding="utf-8") as lines, open(out, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["call_id", *(f"{name}_{voice}" for name in lists for voice in VOICES)])
        if processes == 1:
            rows.writerows(map(count, lines))
        else:
            with multiprocessing.get_context("fork").Pool(processes) as pool:
                rows.writerows(pool.imap(count, lines, chunksize=64))


if __name__ == "__main__":
    main()
