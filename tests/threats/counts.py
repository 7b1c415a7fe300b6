"""How much a threat's test does: little in CI, the whole bar where DULY_FULL=1 is set."""

from __future__ import annotations

import os


def count(in_ci: int, in_full: int) -> int:
    """Return the number for this run."""
    return in_full if os.environ.get("DULY_FULL") == "1" else in_ci
