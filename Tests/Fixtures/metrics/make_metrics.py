"""Writes metrics.json: predictions, targets and what scikit-learn's metrics make of them.

    python make_metrics.py

Scores are rounded to few digits, so that ties occur and every number is a float32 exactly.
"""

import json
import warnings
from pathlib import Path

import numpy as np
import sklearn.metrics as m

ROWS = 60


def softmax(logits):
    """The probabilities of logits."""
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def clipped(probabilities):
    """As scikit-learn clips float32 probabilities, in double precision, in which the logarithms are exact."""
    least = float(np.finfo(np.float32).eps)
    return np.clip(probabilities, least, 1 - least)


def one_hot(labels, count):
    """Labels as indicator rows."""
    return np.eye(count)[labels]


def averages(truth, predicted, binary, count):
    """Precision, recall and F1 in every average, and of each class; `auto` is what the name alone means."""
    figures = {}
    for name, function in [
        ("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score)
    ]:
        figures[name] = function(
            truth, predicted, average="binary" if binary else "macro", zero_division=0)
        for average in ["macro", "micro", "weighted"]:
            figures[f"{name}_{average}"] = function(
                truth, predicted, average=average, zero_division=0)
        if not binary:
            single = function(truth, predicted, average=None, labels=range(count), zero_division=0)
            for index in range(count):
                figures[f"{name}_class {index}"] = single[index]
    return figures


def classes(random, count, present, logits=False):
    """A case of classes, of which the first `present` occur."""
    truth = random.integers(0, present, ROWS)
    raw = np.round(8 * random.normal(size=(ROWS, count)) + 10 * one_hot(truth, count)) / 8
    probabilities = softmax(raw)
    if not logits:
        # Sixty-fourths: exact in float32, with many ties.
        probabilities = np.floor(probabilities * 64) / 64
        probabilities[:, 0] += 1 - probabilities.sum(axis=1)
    shown = raw if logits else probabilities
    predicted = shown.argmax(axis=1)
    figures = {
        "accuracy": m.accuracy_score(truth, predicted),
        "balanced_accuracy": m.balanced_accuracy_score(truth, predicted),
        "matthews": m.matthews_corrcoef(truth, predicted),
        **averages(truth, predicted, count == 2 and present == 2, count),
        "log_loss": m.log_loss(
            truth, clipped(probabilities), labels=list(range(count))),
    }
    # Ranked as float32: probabilities that are equal but for rounding are ties.
    probabilities = np.float32(probabilities).astype(float)
    if present == count:
        figures["roc_auc"] = (
            m.roc_auc_score(truth, probabilities[:, 1]) if count == 2 else
            m.roc_auc_score(truth, probabilities, multi_class="ovr"))
        # Of a class without rows scikit-learn warns and takes 0; here there is no figure then.
        figures["pr_auc"] = (
            m.average_precision_score(truth, probabilities[:, 1]) if count == 2 else
            m.average_precision_score(one_hot(truth, count), probabilities))
    if count > 2 and logits:
        figures["top_2_accuracy"] = m.top_k_accuracy_score(
            truth, raw, k=2, labels=list(range(count)))
    return {
        "form": "classes", "outputs": count, "logits": logits, "predictions": shown.ravel().tolist(),
        "classes": truth.tolist(), "figures": figures,
    }


def labels(random, count):
    """A case of labels, of which several may be right at once; one is yes or no."""
    truth = (random.uniform(size=(ROWS, count)) < 0.4).astype(int)
    scores = np.round(np.clip(truth * 0.3 + random.uniform(size=truth.shape) * 0.7, 0, 1) * 64) / 64
    predicted = (scores > 0.5).astype(int)
    binary = count == 1
    shape = (lambda a: a[:, 0]) if binary else (lambda a: a)
    figures = {
        "accuracy": (truth == predicted).mean(),
        **averages(shape(truth), shape(predicted), binary, count),
        "roc_auc": m.roc_auc_score(shape(truth), shape(scores)),
        "pr_auc": m.average_precision_score(shape(truth), shape(scores)),
    }
    for name, function in [
        ("balanced_accuracy", m.balanced_accuracy_score), ("matthews", m.matthews_corrcoef)
    ]:
        figures[name] = np.mean([function(truth[:, j], predicted[:, j]) for j in range(count)])
    figures["log_loss"] = np.mean(
        [m.log_loss(truth[:, j], clipped(scores[:, j])) for j in range(count)])
    if binary:
        # One output's averages are those of its yes alone.
        for name in ["precision", "recall", "f1"]:
            for average in ["macro", "micro", "weighted"]:
                del figures[f"{name}_{average}"]
    return {
        "form": "values", "outputs": count, "logits": False, "predictions": scores.ravel().tolist(),
        "values": truth.ravel().tolist(), "figures": figures,
    }


def regression(random, count, offset):
    """A case of numbers."""
    truth = np.round(random.normal(size=(ROWS, count)) * 3 + offset, 2)
    predicted = np.round(truth + random.normal(size=truth.shape) + 0.5, 2)
    truth, predicted = np.float32(truth).astype(float), np.float32(predicted).astype(float)
    if count > 1:
        truth[:, 1] = 2
    return {
        "form": "values", "outputs": count, "logits": False,
        "predictions": predicted.ravel().tolist(), "values": truth.ravel().tolist(),
        "figures": {
            "mean_absolute_error": m.mean_absolute_error(truth, predicted),
            "root_mean_squared_error": m.root_mean_squared_error(truth, predicted),
            "r2": m.r2_score(truth, predicted),
            "explained_variance": m.explained_variance_score(truth, predicted),
            "mean_absolute_percentage_error": m.mean_absolute_percentage_error(truth, predicted),
        },
    }


def main():
    """Writes the file."""
    warnings.simplefilter("ignore")
    random = np.random.default_rng(1)
    cases = {
        "binary": labels(random, 1),
        "labels": labels(random, 3),
        "two classes": classes(random, 2, 2),
        "four classes": classes(random, 4, 4),
        "a class without rows": classes(random, 5, 4),
        "logits": classes(random, 3, 3, logits=True),
        "numbers": regression(random, 1, 0),
        "numbers far from zero": regression(random, 1, 5000),
        "several numbers, one constant": regression(random, 3, 10),
    }
    text = json.dumps(cases, default=float)
    (Path(__file__).parent / "metrics.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
