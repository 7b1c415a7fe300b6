"""The README's generated tables: configuration keys, and what becomes of a letter.

    python -m daemon.cli.tables README.md

writes both between their markers; the tidy test fails when they differ from the code. The state
table is not drawn by hand: every event is folded over a letter in every stage, and what the
fold refuses is empty in the table.
"""

from __future__ import annotations

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

from daemon.core import events as e
from daemon.core.evolve import evolve
from daemon.core.model import AccountFacts
from daemon.core.state import AccountState, Letter, LetterKind, LetterLine, LetterStage
from daemon.errors import IllegalTransition
from daemon.settings import settings_table

KEY = "a"
DAY = date(2026, 6, 4)
NOW = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)
FACTS = AccountFacts(
    creditor="c", reference="r", name="n", country="DE", zone="Europe/Berlin", language="de",
    owner="rep@example.com",
)  # fmt: skip
EVENTS: tuple[tuple[str, e.Event], ...] = (
    ("approved", e.LetterApproved(key=KEY, by="rep@example.com")),
    ("passed to the deputy", e.ApprovalPassedOn(key=KEY, expires_on=DAY)),
    ("being sent", e.LetterTransmitting(key=KEY, attempt=1)),
    ("taken by the relay", e.LetterAccepted(key=KEY, on=DAY, reply="250")),
    ("refused for now", e.LetterDeferred(key=KEY, not_before_at=NOW, reply="451")),
    ("refused for good", e.LetterRefused(key=KEY, reply="550")),
    ("connection broke in DATA", e.LetterUnknown(key=KEY, because="lost")),
    ("backup restored", e.LetterPresumed(key=KEY, because="it may have left since")),
    ("facts changed, veto", e.LetterWithdrawn(key=KEY, because="paid")),
    ("came back", e.LetterUndelivered(key=KEY, address="a@example.com", because="5.1.1")),
)
SHOWN = (
    LetterStage.DRAFT,
    LetterStage.AWAITS_APPROVAL,
    LetterStage.QUEUED,
    LetterStage.TRANSMITTING,
    LetterStage.UNKNOWN,
    LetterStage.ACCEPTED,
)
MARKERS = {
    "state table": (r"<!-- state table -->\n", r"<!-- end of state table -->"),
    "configuration": (r"<!-- configuration -->\n", r"<!-- end of configuration -->"),
}


def state_with(stage: LetterStage) -> AccountState:
    """Return an account with one letter in that stage."""
    letter = Letter(
        key=KEY,
        kind=LetterKind.LETTER,
        business_date=DAY,
        recipient="a@example.com",
        level="inquiry",
        lines=(LetterLine(number="INV-1", episode=1, level="inquiry", delivery=1),),
        demanded=("INV-1",),
        stage=stage,
        planned_at=NOW,
    )
    return AccountState(facts=FACTS, letters=(letter,), sequence=1)


def after(stage: LetterStage, event: e.Event) -> str:
    """Return the stage that follows, empty where the event is refused."""
    recorded = e.Recorded(account="c/r", sequence=2, at=NOW, event=event)
    try:
        folded = evolve(state_with(stage), recorded)
    except IllegalTransition:
        return ""
    letter = folded.letter(KEY)
    assert letter is not None, "a fold never loses a letter"
    return said(letter.stage)


def said(stage: LetterStage) -> str:
    """Return a stage in words."""
    return stage.value.replace("_", " ")


def state_table() -> str:
    """Return the table of a letter's stages: rows are events, columns the stage before."""
    lines = [
        "| event | " + " | ".join(said(stage) for stage in SHOWN) + " |",
        "|---|" + "---|" * len(SHOWN),
    ]
    lines += [
        f"| {name} | " + " | ".join(after(stage, event) for stage in SHOWN) + " |"
        for name, event in EVENTS
    ]
    return "\n".join(lines) + "\n"


def with_tables(text: str) -> str:
    """Return the README with both tables renewed between their markers.

    Raises:
        ValueError: A marker is missing.
    """
    tables = {"state table": state_table(), "configuration": settings_table().rstrip() + "\n"}
    for name, (begin, end) in MARKERS.items():
        found = re.search(f"({begin}).*?({end})", text, re.DOTALL)
        if found is None:
            raise ValueError(f"the README has no markers for the {name}")
        text = text[: found.end(1)] + tables[name] + text[found.start(2) :]
    return text


def main() -> int:
    """Renew the tables of a README."""
    path = Path(sys.argv[1])
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
