"""What a reader remembers of the texts that it has read."""

import pytest

from daemon.store.remembering import CHARACTERS_MAX, TEXTS_MAX, remembering


@pytest.mark.parametrize(
    ("texts", "read"),
    [
        pytest.param(["a", "b", "a"], ["a", "b"], id="a-text-again"),
        pytest.param(["a" * (CHARACTERS_MAX + 1)] * 2, ["a" * (CHARACTERS_MAX + 1)] * 2, id="long"),
        pytest.param(
            ["a", *map(str, range(TEXTS_MAX)), "a"],
            ["a", *map(str, range(TEXTS_MAX)), "a"],
            id="so-many-others",
        ),
    ],
)
def test_only_a_short_text_of_late_is_remembered(texts: list[str], read: list[str]) -> None:
    """A text is read once while it is among the latest; a long one is read each time."""
    asked: list[str] = []

    def reading(text: str) -> str:
        asked.append(text)
        return text.upper()

    reader = remembering(reading)
    found = [reader(text) for text in texts]

    assert [text.upper() for text in texts] == found
    assert read == asked
