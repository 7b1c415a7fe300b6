"""Reading with the model: the door for the worker and for bulk reading.

Loads the model of the context once, the packaged one where none is named. Without a model the
rules decide alone, and the reading says so.
"""

from __future__ import annotations

from dataclasses import replace

from parsers.classifier import load_classifier
from parsers.read import read
from parsers.reading import Context, Reading

NO_MODEL = "No trained model is at hand: rules alone decided."


def read_mail(
    raw: bytes, context: Context, expected_defects: frozenset[str] = frozenset()
) -> Reading:
    """Read one mail with the model that `context.model_path` names (empty: the packaged one).

    Args:
        raw: The message as it came.
        context: What is known beside it.
        expected_defects: As for `read`.

    Raises:
        OSError: The model is there and cannot be read.
        ValueError: The model is damaged or of another version.
    """
    classifier = load_classifier(context.model_path)
    reading = read(raw, context, classifier, expected_defects)
    if classifier is None:
        return replace(reading, because=(*reading.because, NO_MODEL))
    if classifier.note:
        return replace(reading, because=(*reading.because, classifier.note))
    return reading
