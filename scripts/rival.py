#!/usr/bin/env python3
"""What a data scientist would write in an hour, beside ours: character 1-3-gram TF-IDF with logistic regression.

    rival.py --train LABELLED.jsonl… --test LABELLED.jsonl… --run RUN

trains on the labelled calls of --train (text of all turns), tests on --test, and prints for the rival and for
the risk_score of RUN/calls.csv (either profile): the area under the ROC curve of high against low risk, and the
share of high-risk calls found at 2, 5 and 10 % of the low ones raised. Needs scikit-learn.
"""
import argparse
import csv
import json
import sys

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score


def labelled(paths):
    """(id, text, is_high) of every high-risk and low-risk call; medium ones are neither."""
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                call = json.loads(line)
                risk = call["expected"]["risk"]
                if risk != "medium":
                    yield call["call_id"], "\n".join(turn["text"] for turn in call["turns"]), risk == "high"


def found_at(scores, truth, share):
    """Share of high-risk calls above the lowest threshold that raises at most `share` of the low ones."""
    low = sorted((score for score, high in zip(scores, truth) if not high), reverse=True)
    threshold = low[int(share * len(low))] if int(share * len(low)) < len(low) else float("-inf")
    high = [score for score, is_high in zip(scores, truth) if is_high]
    return sum(score > threshold for score in high) / len(high)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", nargs="+", required=True)
    parser.add_argument("--test", nargs="+", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--ids", help="test only on calls whose number has this parity: even or odd", choices=["even", "odd"])
    args = parser.parse_args()

    _, texts, highs = zip(*labelled(args.train))
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True)
    model = LogisticRegression(C=10, max_iter=2000, class_weight="balanced").fit(vectors.fit_transform(texts), highs)

    test = list(labelled(args.test))
    if args.ids:
        test = [one for one in test if int("".join(filter(str.isdigit, one[0]))) % 2 == (args.ids == "odd")]
    ids, texts, truth = zip(*test)
    rival = model.predict_proba(vectors.transform(texts))[:, 1]

    with open(f"{args.run}/calls.csv", encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    score = {(row.get("call_id") or row.get("通话编号")).lstrip("'"): int(row.get("risk_score") or row.get("风险分")) for row in rows}
    missing = [one for one in ids if one not in score]
    if missing:
        sys.exit(f"{len(missing)} test calls are not in the run, for example {missing[0]}")
    ours = [score[one] for one in ids]

    print(f"{sum(truth)} high-risk and {len(truth) - sum(truth)} low-risk calls; trained on {len(highs)}")
    print(f"{'':8}{'AUC':>8}{'at 2 %':>8}{'at 5 %':>8}{'at 10 %':>8}")
    for name, scores in (("rival", rival), ("tinghu", ours)):
        found = [found_at(scores, truth, share) for share in (0.02, 0.05, 0.10)]
        print(f"{name:8}{roc_auc_score(truth, scores):8.3f}" + "".join(f"{one:8.2f}" for one in found))


if __name__ == "__main__":
    main()
