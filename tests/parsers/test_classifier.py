"""The trained reader: pieces, n-grams, the packaged model's probabilities, and no model at all."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from parsers.classifier import KEPT_ANSWERS_MAX, TrainedClassifier, load_classifier, packaged_model
from parsers.ngrams import masked, row_of
from parsers.pieces import pieces_from
from parsers.reader import NO_MODEL, read_mail
from parsers.reading import Context, Intent

MODEL_OCTETS_MAX = 40_000_000
TABLE = "<s>\t0\n<pad>\t0\n</s>\t0\n<unk>\t0\n▁pay\t-2\n▁p\t-3\nay\t-3\n▁\t-4\nment\t-3\nx\t-9\n"


@pytest.fixture(scope="module")
def trained() -> TrainedClassifier:
    found = load_classifier()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("pay", [0, 4, 2]),
        ("payment", [0, 4, 8, 2]),
        ("  pay \n pay ", [0, 4, 4, 2]),
        ("ｐａｙ", [0, 4, 2]),
        ("pay€", [0, 4, 3, 2]),
        ("", [0, 2]),
    ],
    ids=["whole", "two pieces", "white space", "wide letters", "unknown", "empty"],
)
def test_words_are_cut_into_the_likeliest_pieces(text: str, rows: list[int]) -> None:
    """Of all cuts the one of known pieces with the highest sum; the unknown is one mark."""
    assert rows == pieces_from(TABLE).encode(text, 20)


def test_a_long_text_is_cut_off() -> None:
    """A text of any length gives no more numbers than asked for, and ends with the end mark."""
    found = pieces_from(TABLE).encode("payment " * 5_000, 16)

    assert (16, 2) == (len(found), found[-1])


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("EUR 1.250,00", "qamount"),
        ("1 250 zł", "qamount"),
        ("12/03/2026", "qdate"),
        ("INV-20418", "qref"),
        ("Freitag", "qweekday"),
        ("marzo", "qmonth"),
        ("ap@firm.example", "qaddress"),
        ("30", "qfigure"),
    ],
)
def test_figures_count_as_what_they_are(text: str, mark: str) -> None:
    """Two replies that differ in figures alone are the same to the head on n-grams."""
    assert [mark] == masked(text).split()


def test_the_same_text_gives_the_same_row() -> None:
    """Rows depend on the text alone, and case, accents and figures do not tell them apart."""
    one, other = row_of("Payé le 12/03, merci"), row_of("paye le 14/05, MERCI")

    assert one[0][0].tolist() == other[0][0].tolist()
    assert one[1][0].tolist() == other[1][0].tolist()


def test_the_model_is_what_its_manifest_says() -> None:
    """Every file of the model has the hash of the manifest, and all fit in 40 MB."""
    folder = packaged_model()
    wanted = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["sha256"]
    found = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in wanted}

    assert wanted == found
    assert {"encoder.onnx", "heads.npz", "pieces.txt"} == set(wanted)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MODEL_OCTETS_MAX


def test_probabilities_are_those_of_the_golden_file(trained: TrainedClassifier) -> None:
    """The packaged model gives the recorded probabilities, within two thousandths."""
    path = Path(__file__).with_name("classifier_golden.json")
    for case in json.loads(path.read_text(encoding="utf-8")):
        opinion = trained.judge(case["text"], ())
        found = {intent.value: opinion.of(intent) for intent in Intent}

        assert pytest.approx(case["scores"], abs=2e-3) == found


def test_a_text_is_read_alike_alone_and_among_others(trained: TrainedClassifier) -> None:
    """One message a run: what was read before changes nothing."""
    text = "Wir zahlen am Freitag, versprochen."
    alone = trained.judge(text, ())
    trained.judge("The goods are damaged, we will not pay. " * 30, (text, "x" * 9_000))

    assert alone == trained.judge(text, ())


@pytest.mark.parametrize("text", ["", "\x00", "a" * 200_000, "🙈" * 5_000, "١٢٣ ﷽ " * 900])
def test_any_text_has_an_opinion(trained: TrainedClassifier, text: str) -> None:
    """Odd and endless texts give probabilities like any other."""
    opinion = trained.judge(text, (text,))

    assert all(0.0 <= score <= 1.0 for score in (*opinion.scores, opinion.human))


def test_without_a_model_rules_decide_and_say_so(tmp_path: Path) -> None:
    """A directory without a model: the reading is that of the rules, and tells it."""
    raw = b"From: jo@firm.example\r\nSubject: Re: hello\r\n\r\nNoted, thanks.\r\n"
    found = read_mail(raw, Context(model_path=str(tmp_path)))

    assert NO_MODEL in found.because
    assert (Intent.ACKNOWLEDGEMENT,) == found.intents


def test_a_damaged_model_is_loud(tmp_path: Path) -> None:
    """A model file that is none is an error, never silently left out."""
    (tmp_path / "heads.npz").write_bytes(b"no model")

    with pytest.raises(ValueError, match=r".+"):
        load_classifier(str(tmp_path))


def test_a_note_that_comes_again_is_answered_alike(trained: TrainedClassifier) -> None:
    """The answer kept is the first one, for the same sentences only; the oldest give way."""
    text = "Thank you for your mail. We will pay on Friday."
    clauses = ("Thank you for your mail.", "We will pay on Friday.")
    trained.kept.clear()
    first = trained.judge(text, clauses)
    is_kept = first is trained.judge(text, list(clauses))
    other = trained.judge(text, (text,))
    for number in range(KEPT_ANSWERS_MAX - 2):
        trained.kept[(str(number), ())] = other
    trained.judge(text, clauses)
    trained.judge("We will not.", ())
    kept = list(trained.kept)
    trained.kept.clear()

    assert is_kept
    assert first != other
    assert first == trained.judge(text, clauses)
    assert (KEPT_ANSWERS_MAX, (text, clauses)) == (len(kept), kept[-2])
    assert (text, (text,)) not in kept
