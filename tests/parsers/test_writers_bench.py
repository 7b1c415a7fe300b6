"""Writers left out: who learns from whom, and how the report shows it."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from bench.learning import kernel, rarity_of, rows_of
from bench.writers import Standing, in_order, standing_of, stored, table, unseen_by_words

WRITERS = np.array(["ann"] * 6 + ["bob"] * 6)
TEXTS = ["we will pay on friday", "this invoice is wrong"] * 3 + ["pagamos el viernes"] * 6
TARGETS = np.array([[1, 0], [0, 1]] * 3 + [[1, 0]] * 6, dtype=np.float32)


def test_a_writer_is_read_by_a_head_that_has_not_seen_him() -> None:
    """What one writer alone teaches is unknown where that writer is left out: the words of the
    other are common, but the label that only the first gives is never given."""
    products = kernel(rows_of(TEXTS, rarity_of(TEXTS)))
    said = unseen_by_words(products, TARGETS, WRITERS)

    assert (said[:6, 1] < 0).all()
    assert standing_of(said, TARGETS, WRITERS).writers[0][2] < 1.0


def test_a_standing_counts_by_writer() -> None:
    """Ann has half of hers right, Bob all of his: nine of twelve."""
    said = np.where(np.arange(12)[:, None] < 6, [[1.0, -1.0]], TARGETS * 2 - 1).astype(np.float32)
    made = standing_of(said, TARGETS, WRITERS)

    assert (("ann", 6, 0.5), ("bob", 6, 1.0)) == made.writers
    assert 0.75 == made.best_label_right
    assert (2 * 9 / (12 + 9) + 0.0) / 2 == pytest.approx(made.macro_f1)


def test_logits_are_found_by_name() -> None:
    """Rows come in the order asked; a reply without a row is named."""
    logits = np.array([[1.0], [2.0]], dtype=np.float32)

    assert [[2.0], [1.0]] == in_order(logits, ["a", "b"], ["b", "a"]).tolist()
    with pytest.raises(ValueError, match="no logits for c"):
        in_order(logits, ["a", "b"], ["c"])


def test_the_report_has_a_row_a_writer(tmp_path: Path) -> None:
    """What was stored is what the table shows; nothing stored, nothing shown."""
    made = {"n-grams": Standing(macro_f1=0.5, best_label_right=0.75, writers=(("ann", 4, 0.75),))}
    path = tmp_path / "writers.json"
    path.write_text(json.dumps({name: asdict(one) for name, one in made.items()}))

    assert made == stored(path)
    assert {} == stored(tmp_path / "none.json")
    assert "| ann | 4 | 75.0 |" in table(made)
