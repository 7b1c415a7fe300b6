"""Lessons for the encoder and learning on the spot: targets, folds, and own corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from bench.check_replies import Example
from bench.examples import agreed_humans, targets_of
from bench.lessons import SPELLINGS, folds, lessons, ranges, sentences_of, spelt
from bench.refit import Score, refitted, score_of
from parsers.classifier import LABELS, OUTPUTS, TrainedClassifier, load_classifier
from parsers.pieces import pieces_from
from parsers.reading import Intent

PLACES = {intent: place for place, intent in enumerate(Intent)}
TEXT = "Hello,\n\nA-1 goes out on Friday. A-2 arrived broken, so we keep it back. Call me."
GOLD: dict[str, object] = {
    "intents": ["promise_to_pay", "dispute"],
    "needs_human": True,
    "dispute_reason": "quality",
    "evidence": [
        {"intent": "promise_to_pay", "quote": "A-1 goes out on Friday."},
        {"intent": "dispute", "quote": "A-2 arrived broken"},
    ],
}
TABLE = "<s>\t0\n<pad>\t0\n</s>\t0\n<unk>\t0\n▁query:\t-2\n▁a\t-3\n▁b\t-3\nb\t-3\n"


def example(body: str, gold: dict[str, object], name: str = "one") -> Example:
    return Example(file="own", record={"id": name, "body": body, "lang": "en", "gold": gold})


def test_a_sentence_has_the_label_that_its_quote_carries() -> None:
    """One for a quoted label, nothing told of the record's other labels, nought of the rest."""
    made = sentences_of(example(TEXT, GOLD), TEXT)
    promise, dispute = PLACES[Intent.PROMISE_TO_PAY], PLACES[Intent.DISPUTE]

    assert [(8, 31), (32, 71), (72, 80)] == made.spans
    assert [1.0, 0.0, 0.0] == [float(np.nan_to_num(made.targets[row, promise])) for row in range(3)]
    assert np.isnan(made.targets[2, dispute])
    assert 0.0 == made.targets[0, PLACES[Intent.STOP_REQUEST]]
    assert 1.0 == made.targets[1, LABELS:].max()


def test_a_single_sentence_has_all_that_the_record_has() -> None:
    """Without other sentences the record's labels are those of the sentence."""
    made = sentences_of(example("It is broken.", {"intents": ["dispute"]}), "It is broken.")

    assert [PLACES[Intent.DISPUTE]] == np.flatnonzero(made.targets[0, :LABELS] == 1.0).tolist()


def test_spans_become_ranges_of_pieces() -> None:
    """A span is where its words begin; one behind the last piece is nowhere."""
    numbers, places = pieces_from(TABLE).placed("query: a b ab", 5)

    assert [0, 4, 5, 6, 2] == numbers
    assert [(2, 3), (3, 4), (0, 0)] == ranges([(0, 1), (2, 3), (4, 6)], places, len("query: "))


@pytest.mark.parametrize(
    "spelling", [0, 1, 2, 3], ids=["as written", "folded", "without marks", "other digits"]
)
def test_a_spelling_moves_no_character(spelling: int) -> None:
    """Another spelling has as many characters, so that spans hold."""
    text = "Déjà payé le 12/03, merci! Ça va; «ok».\n"

    assert len(text) == len(spelt(text, spelling))


def test_a_silent_record_answers_as_those_with_its_labels_do() -> None:
    """Nearly all promises need no human: one that does not say needs none either; where the
    others are few or divided it stays silent."""
    labels = {"promise_to_pay": [False] * 24 + [True], "contact_change": [False, True] * 15}
    told = [
        example("x", {"intents": [name], "needs_human": human}, f"{name}{place}")
        for name, answers in labels.items()
        for place, human in enumerate(answers)
    ]
    silent = [example("y", {"intents": [name]}) for name in (*labels, "stop_request")]
    needed = targets_of((*silent, told[24]), agreed_humans(told))[:, LABELS]

    assert [0.0, None, None, 1.0] == [None if np.isnan(one) else float(one) for one in needed]


def test_replies_that_are_alike_share_a_fold() -> None:
    """No fold parts a set of near-duplicates, and the same names give the same folds."""
    names = [f"n{number}" for number in range(60)]
    groups: Sequence[Sequence[str]] = [["n3", "n41"], ["n7", "n8", "n59"]]
    made = folds(names, groups)

    assert made[3] == made[41]
    assert made[7] == made[8] == made[59]
    assert made.tolist() == folds(names, groups).tolist()
    assert 5 == len(set(made.tolist()))


def test_lessons_lie_flat_in_the_order_of_the_replies() -> None:
    """Each spelling of a reply; a reply without words of its own is left out."""
    trained = load_classifier()
    assert trained is not None
    assert trained.encoder is not None
    found = [
        example(TEXT, GOLD),
        example("   ", {"intents": ["unrelated"]}, "two"),
        example("It is broken.", {"intents": ["dispute"]}, "three"),
    ]
    made = lessons(found, trained.encoder.pieces)

    assert ["one", "three"] == made["names"].tolist()
    assert (2, SPELLINGS) == made["sizes"].shape
    assert made["sizes"].sum() == len(made["ids"])
    assert (SPELLINGS * made["counts"].sum(), 2) == made["spans"].shape
    assert (2, OUTPUTS) == made["targets"].shape


@pytest.fixture(scope="module")
def reader() -> TrainedClassifier:
    found = load_classifier()
    assert found is not None
    return replace(found, encoder=None)


def test_corrections_are_learnt_and_the_rest_is_kept(reader: TrainedClassifier) -> None:
    """A phrase of the house's own gets the label that reps gave it; other replies read as they
    did."""
    strange = "The gizmo wobbles in the blue drawer again."
    others = [
        example("We pay on Friday, promised.", {"intents": ["promise_to_pay"]}, "p"),
        example("Please send the invoice again.", {"intents": ["invoice_copy_request"]}, "c"),
    ]
    local = [example(strange, {"intents": ["stop_request"]}, f"l{n}") for n in range(4)]
    stop = PLACES[Intent.STOP_REQUEST]
    made = refitted(reader, others, local)

    assert made.by_words(strange)[stop] > max(0.5, reader.by_words(strange)[stop])
    for one in others:
        before, after = reader.by_words(one.body), made.by_words(one.body)
        assert before[:LABELS].argmax() == after[:LABELS].argmax()


def test_a_score_counts_labels_and_best_labels() -> None:
    """Mean F1 over the labels that stand in the targets, and how often the best one is right."""
    targets = np.zeros((2, OUTPUTS), dtype=np.float32)
    targets[0, 0] = targets[1, 1] = 1.0
    outputs = np.zeros((2, LABELS), dtype=np.float32)
    outputs[0, 0], outputs[1, 0] = 0.9, 0.8

    found = score_of(outputs, targets)

    assert pytest.approx(1 / 3) == found.macro
    assert Score(macro=found.macro, best_right=0.5) == found
