"""Trim: the sender's newest words, apart from quotes and signature. (First working version.)"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A body in three: the newest words, what is quoted, the signature."""

    new_text: str
    quoted_text: str
    signature: str
    inline: bool


def split_reply(text: str) -> Split:
    """Split a plain-text body."""
    new: list[str] = []
    quoted: list[str] = []
    for line in text.split("\n"):
        (quoted if line.startswith(">") else new).append(line)
    return Split(
        new_text="\n".join(new).strip(), quoted_text="\n".join(quoted), signature="", inline=False
    )
