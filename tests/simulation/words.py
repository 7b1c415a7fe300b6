"""Words of a diary line: `name value` pairs anywhere after the first words."""

from __future__ import annotations


def option(words: list[str], name: str) -> str:
    """Return the word after `name`, empty where the line does not name it."""
    return words[words.index(name) + 1] if name in words else ""
