"""Pieces: text cut into the sub-word pieces that the encoder was trained on.

Unigram segmentation (Kudo 2018): of all ways to cut a word into known pieces the one with the
highest sum of log probabilities. Text is NFKC-folded, white space becomes one mark before each
word. Pure; linear in the text, as pieces have a greatest length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

BEGIN, END, UNKNOWN = 0, 2, 3
MARK = "▁"
WORD_MAX = 200
CACHE_MAX = 20_000
_UNKNOWN_PENALTY = 10.0
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pieces:
    """The pieces with row number and log probability, and the cuts of words seen before."""

    rows: Mapping[str, tuple[int, float]]
    longest: int
    worst: float
    seen: dict[str, tuple[int, ...]] = field(default_factory=dict, compare=False, repr=False)

    def encode(self, text: str, limit: int) -> list[int]:
        """Return the row numbers of the text between the marks of begin and end.

        Args:
            text: Any text.
            limit: The most numbers that come back; the text's end is cut off.
        """
        return self.placed(text, limit)[0]

    def placed(self, text: str, limit: int) -> tuple[list[int], list[int]]:
        """Return the row numbers as `encode` does, and for each where its word begins.

        Args:
            text: Any text.
            limit: The most numbers that come back; the text's end is cut off.

        Returns:
            Numbers and offsets in `text`, as many of each; the marks of begin and end have
            the offset -1.
        """
        found: list[int] = [BEGIN]
        places: list[int] = [-1]
        for match in _WORD.finditer(text):
            for word in unicodedata.normalize("NFKC", match.group()).split():
                cut = self._cut(MARK + word[:WORD_MAX])
                found.extend(cut)
                places.extend([match.start()] * len(cut))
            if len(found) >= limit:
                break
        return [*found[: limit - 1], END], [*places[: limit - 1], -1]

    def _cut(self, word: str) -> tuple[int, ...]:
        known = self.seen.get(word)
        if known is not None:
            return known
        size = len(word)
        best = [0.0] + [-1e18] * size
        origin: list[tuple[int, int]] = [(0, 0)] * (size + 1)
        for start in range(size):
            base = best[start]
            has_single = False
            for end in range(start + 1, min(size, start + self.longest) + 1):
                row = self.rows.get(word[start:end])
                if row is None:
                    continue
                has_single = has_single or end == start + 1
                score = base + row[1]
                if score > best[end]:
                    best[end], origin[end] = score, (start, row[0])
            unknown = base + self.worst - _UNKNOWN_PENALTY
            if not has_single and unknown > best[start + 1]:
                best[start + 1], origin[start + 1] = unknown, (start, UNKNOWN)
        numbers: list[int] = []
        place = size
        while place > 0:
            place, number = origin[place]
            if not (number == UNKNOWN and numbers and numbers[-1] == UNKNOWN):
                numbers.append(number)
        cut = tuple(reversed(numbers))
        if len(self.seen) < CACHE_MAX:
            self.seen[word] = cut
        return cut


def pieces_from(lines: str) -> Pieces:
    """Build the table from lines `piece TAB score`, in the order of the encoder's rows.

    Raises:
        ValueError: A line has no score.
    """
    rows: dict[str, tuple[int, float]] = {}
    for number, line in enumerate(lines.split("\n")):
        if not line:
            continue
        piece, score = line.rsplit("\t", 1)
        rows[piece] = (number, float(score))
    return Pieces(
        rows={piece: row for piece, row in rows.items() if row[0] > UNKNOWN},
        longest=max(map(len, rows)),
        worst=min(score for _, score in rows.values()),
    )
