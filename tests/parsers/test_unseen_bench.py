"""Replies held out are judged by networks that have not learnt them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.check_replies import examples
from bench.examples import held_out, text_of
from bench.learning import tuned_of
from bench.lessons import halves
from bench.unseen import UNSEEN_FILE, Said, Unseen, mark_of, replies_aside, said_of, save, unseen
from parsers.classifier import LABELS, OUTPUTS, PART_OUTPUTS, TrainedClassifier, load_classifier
from parsers.reading import Intent

TEXT = "We pay on 12 June."


@pytest.fixture(name="reader", scope="module")
def fixture_reader() -> TrainedClassifier:
    reader = load_classifier()
    assert reader is not None
    return reader


def said(level: float, clauses: int) -> Said:
    return Said(
        meaning=np.full(OUTPUTS, level, dtype=np.float32),
        parts=np.full((clauses, PART_OUTPUTS), level, dtype=np.float32),
        is_whole=True,
    )


def test_every_reply_held_out_was_asked_about() -> None:
    """The file knows the words of each reply held out as they are read today; else run
    `bench.unseen` again, or the report would ask the encoder about what it has learnt."""
    known = said_of(UNSEEN_FILE)
    aside = held_out()
    texts = [text_of(one) for one in examples() if one.identifier in aside]

    unknown = [text for text in texts if text.strip() and mark_of(text) not in known]

    assert [] == unknown


def test_a_twin_speaks_in_the_place_of_the_encoder(reader: TrainedClassifier) -> None:
    """Scores are those of the twin and of the n-grams, by the share of each."""
    apart = Unseen(reader=reader, said={mark_of(TEXT): said(0.5, 1)})

    opinion = apart.judge(TEXT, (TEXT,))

    words = reader.by_words(TEXT)[:LABELS]
    share = reader.heads.share
    expected = [round(float(share * 0.5 + (1 - share) * one), 2) for one in words]
    assert expected == [round(opinion.of(intent), 2) for intent in Intent]
    assert (0.5,) * LABELS == opinion.clauses[0]
    assert set() == apart.strange


@pytest.mark.parametrize("clauses", [(), (TEXT, TEXT)], ids=["fewer", "more"])
def test_words_parted_otherwise_are_strange(
    reader: TrainedClassifier, clauses: tuple[str, ...]
) -> None:
    """A text whose sentences are others than those that the twin was asked about is told, and
    the encoder, which may have learnt it, is not asked."""
    apart = Unseen(reader=reader, said={mark_of(TEXT): said(0.5, 1)})

    opinion = apart.judge(TEXT, clauses)

    assert {TEXT} == apart.strange
    assert replace(reader, encoder=None).judge(TEXT, clauses) == opinion


def test_a_model_without_an_encoder_is_not_lent_the_twins(reader: TrainedClassifier) -> None:
    """What is reported of a head on n-grams is what it says itself."""
    words_alone = replace(reader, encoder=None)
    apart = Unseen(reader=words_alone, said={mark_of(TEXT): said(0.5, 1)})

    opinion = apart.judge(TEXT, (TEXT,))

    assert words_alone.judge(TEXT, (TEXT,)) == opinion


def test_other_limits_keep_what_was_said(reader: TrainedClassifier) -> None:
    """Only the limits change, and what is strange is told to the first."""
    apart = unseen(reader)
    limits = reader.heads.limits

    other = apart.under(limits)
    other.judge("Nobody was asked about this.", ())

    assert limits == other.reader.heads.limits
    assert other.said is apart.said
    assert {"Nobody was asked about this."} == apart.strange


def test_what_was_said_is_stored_whole(tmp_path: Path) -> None:
    """Marks, whole texts and clauses come back as they were."""
    path = tmp_path / "unseen.npz"
    wanted = {"a": said(0.25, 2), "b": said(0.75, 0), "c": said(0.5, 1)}

    save(wanted, path)
    found = said_of(path)

    assert list(wanted) == list(found)
    for mark, one in wanted.items():
        assert one.meaning.tolist() == found[mark].meaning.tolist()
        assert one.parts.tolist() == found[mark].parts.tolist()
        assert one.is_whole == found[mark].is_whole


def test_the_check_of_a_refit_reads_what_the_twins_said() -> None:
    """Texts, targets and outputs of the replies aside are of one length, and all are known."""
    aside = replies_aside()

    assert len(aside.texts) == len(aside.targets) == len(aside.meaning)
    assert len(aside.texts) >= 0.99 * len(held_out())


def test_nearly_equal_replies_are_in_one_half() -> None:
    """A set of replies that are nearly the same is learnt by one twin alone."""
    names = [f"r{place}" for place in range(200)]
    groups = [names[low : low + 4] for low in range(0, 200, 4)]

    found = halves(names, groups)

    assert all(1 == len(set(found[low : low + 4].tolist())) for low in range(0, 200, 4))
    assert 60 < int(found.sum()) < 140


def test_several_fine_tunings_are_shipped_as_their_mean(tmp_path: Path) -> None:
    """Each tensor is the mean of those of the same name."""
    for place, level in enumerate((1.0, 2.0, 6.0)):
        np.savez(tmp_path / f"{place}.npz", w=np.full(3, level, dtype=np.float32))

    found = tuned_of([tmp_path / f"{place}.npz" for place in range(3)])

    assert [3.0, 3.0, 3.0] == [round(float(one), 5) for one in found["w"]]
    assert {} == tuned_of([])
