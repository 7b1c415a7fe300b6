"""Writers never seen: `python -m bench.writers`, how well a reader does on hands it did not know.

One writer after the other is left out; a head on n-grams learns from the others and reads what
that writer wrote. Numpy alone, a few minutes. What the networks of `bench.finetune --apart
writers` said comes beside it with `--encoder`. The result lies in `bench/results/writers.json`;
`bench.evaluate` prints it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.check_replies import examples
from bench.examples import Floats, agreed_humans, targets_of, text_of
from bench.learning import fit, kernel, rarity_of, rows_of
from bench.train import WORDS_STRENGTH
from parsers.classifier import LABELS

RESULT = Path(__file__).parent / "results" / "writers.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How well a reader does on writers it has not seen: shares of 1; a writer's name, replies
    and share whose best label is right."""

    macro_f1: float
    best_label_right: float
    writers: tuple[tuple[str, int, float], ...]


def unseen_by_words(
    products: Floats, targets: Floats, writers: NDArray[np.str_]
) -> NDArray[np.float32]:
    """Return what heads on n-grams say of the writer that each has not seen.

    Args:
        products: Kernel of the replies [n, n], as `bench.learning.kernel` gives it.
        targets: 0, 1 or NaN [n, labels].
        writers: Who wrote each reply [n].

    Returns:
        Logits [n, labels].
    """
    said = np.zeros_like(targets)
    for name in np.unique(writers):
        left = writers == name
        seen = np.flatnonzero(~left)
        mix = fit(
            products[np.ix_(seen, seen)],
            targets[seen],
            np.ones(len(seen), dtype=np.float32),
            WORDS_STRENGTH,
        )
        said[left] = (products[np.ix_(np.flatnonzero(left), seen)] + 1.0) @ mix
    return said


def best_right(said: Floats, targets: Floats) -> NDArray[np.bool_]:
    """Tell of each reply [n] whether its likeliest label is one of its own."""
    chosen = targets[np.arange(len(said)), said.argmax(axis=1)]
    return np.asarray(chosen == 1.0, dtype=np.bool_)


def macro_f1(said: Floats, targets: Floats) -> float:
    """Return the mean over the labels of F1, a label being given where its chance is a half."""
    given, wanted = said > 0, targets == 1.0
    both = (given & wanted).sum(axis=0)
    return float(np.mean(2 * both / np.maximum(given.sum(axis=0) + wanted.sum(axis=0), 1)))


def standing_of(said: Floats, targets: Floats, writers: NDArray[np.str_]) -> Standing:
    """Return how a reader stands over all replies, and with each writer left out."""
    right = best_right(said, targets)
    return Standing(
        macro_f1=macro_f1(said, targets),
        best_label_right=float(right.mean()),
        writers=tuple(
            (str(name), int((writers == name).sum()), float(right[writers == name].mean()))
            for name in np.unique(writers)
        ),
    )


def in_order(logits: Floats, told: Sequence[str], names: Sequence[str]) -> Floats:
    """Return rows of logits in the order of `names`.

    Raises:
        ValueError: A reply has no row.
    """
    places = {name: place for place, name in enumerate(told)}
    missing = [name for name in names if name not in places]
    if missing:
        raise ValueError(f"no logits for {missing[0]}: write the lessons and the logits again")
    return logits[[places[name] for name in names]]


def table(found: Mapping[str, Standing]) -> list[str]:
    """Return the result as a Markdown table: the best label right, in percent, a row a writer."""
    made = list(found.values())
    lines = ["| writer left out | replies | " + " | ".join(found) + " |"]
    lines.append("|---" * (len(found) + 2) + "|")
    for rows in zip(*(one.writers for one in made), strict=True):
        name, replies, _ = rows[0]
        cells = " | ".join(f"{100 * right:.1f}" for _, _, right in rows)
        lines.append(f"| {name} | {replies} | {cells} |")
    for name, values in (
        ("all", [one.best_label_right for one in made]),
        ("all, macro F1 at a chance of one half", [one.macro_f1 for one in made]),
    ):
        replies = sum(count for _, count, _ in made[0].writers)
        cells = " | ".join(f"{100 * value:.1f}" for value in values)
        lines.append(f"| {name} | {replies} | {cells} |")
    return lines


def stored(path: Path = RESULT) -> dict[str, Standing]:
    """Return what was measured last, by reader; empty where nothing was."""
    if not path.is_file():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    return {
        name: Standing(
            macro_f1=one["macro_f1"],
            best_label_right=one["best_label_right"],
            writers=tuple((writer, count, right) for writer, count, right in one["writers"]),
        )
        for name, one in found.items()
    }


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and write; 0 done."""
    arguments = argparse.ArgumentParser(prog="bench.writers", description=__doc__)
    arguments.add_argument("--encoder", type=Path, help="what bench.finetune --apart wrote")
    chosen = arguments.parse_args(argv)
    kept = [(one, text) for one in examples() if (text := text_of(one)).strip()]
    records, texts = [one for one, _ in kept], [text for _, text in kept]
    targets = targets_of(records, agreed_humans(records))[:, :LABELS]
    writers = np.array([one.file for one in records])
    products = kernel(rows_of(texts, rarity_of(texts)))
    made = {"n-grams": standing_of(unseen_by_words(products, targets, writers), targets, writers)}
    if chosen.encoder is not None:
        with np.load(chosen.encoder, allow_pickle=False) as kept_logits:
            logits, told = kept_logits["logits"][:, :LABELS], kept_logits["names"].tolist()
        ordered = in_order(logits, told, [one.identifier for one in records])
        made["encoder"] = standing_of(ordered, targets, writers)
    RESULT.parent.mkdir(exist_ok=True)
    text = json.dumps({name: asdict(one) for name, one in made.items()}, indent=1)
    RESULT.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(table(made)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
