"""What the next digest says of mail that may not have arrived."""

from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.core.conditions import Mode
from daemon.core.digest import DigestContent
from daemon.core.digest_unsure import CHARACTERS_MAX, NOTES_MAX, at_most, unsure_note, unsure_notes
from daemon.core.effects import EchoToRep, Effect, ForwardToRep, SendDigest, TellOperator
from tests.core.builders import day

ON = day("2026-06-11")
FORWARD = ForwardToRep(
    key="f", forward="f", rep="olga@seller.test", subject="Acme asks", why="A discount is asked.",
    evidence=(), done=(), next_if_silent="", card=None, draft_answer="", commands=(), mail="",
)  # fmt: skip
ECHO = EchoToRep(
    key="e", rep="olga@seller.test", subject="Re: Acme", lines=("before: held", "after: free")
)
ALARM = TellOperator(key="a", subject="Sending is paused", lines=("Check\nthe password.",))


@pytest.mark.parametrize(
    ("effect", "note"),
    [
        (
            FORWARD,
            "The question of 2026-06-11 may not have reached you: Acme asks. A discount is asked.",
        ),
        (
            ECHO,
            "The echo of 2026-06-11 may not have reached you: Re: Acme. before: held; after: free",
        ),
        (
            ALARM,
            "The alarm of 2026-06-11 may not have reached you: Sending is paused. "
            "Check the password.",
        ),
    ],
    ids=["a forward", "an echo", "an alarm"],
)
def test_each_kind_of_mail_is_told_with_what_it_said(effect: Effect, note: str) -> None:
    """Enough to act upon without the mail itself, in one line."""
    assert note == unsure_note(effect, ON)


def test_what_a_lost_digest_told_is_told_again() -> None:
    """A note stands in one digest alone: where that one is lost, the next must say it."""
    note = "The alarm of 2026-06-10 may not have reached you: Sending is paused."
    content = DigestContent(
        rep="olga@seller.test", rep_name="", on=ON, mode=Mode.LIVE, notes=(note,)
    )
    digest = SendDigest(key="d", rep="olga@seller.test", content=content)

    assert (unsure_note(digest, ON), note) == unsure_notes(digest, ON)
    assert (unsure_note(ALARM, ON),) == unsure_notes(ALARM, ON)


def test_a_long_mail_is_told_in_short() -> None:
    """A page of text stays one line of the digest."""
    note = unsure_note(replace(ALARM, lines=("word " * 500,)), ON)

    assert CHARACTERS_MAX == len(note)
    assert note.endswith("…")


def test_many_mails_are_counted() -> None:
    """After a long outage the digest stays readable, and says how many are left out."""
    notes = at_most([f"note {number}" for number in range(NOTES_MAX + 3)])

    assert NOTES_MAX + 1 == len(notes)
    assert "and 3 more mails that may not have arrived" == notes[-1]
