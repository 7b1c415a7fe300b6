"""The reps' verbs as commands: those that no daemon is needed for, and what they change.

The others go over the socket in `test_serve.py`.
"""

from __future__ import annotations

import pytest

from daemon.core.command_words import FORMS
from tests.acceptance.house import House


def test_help_lists_every_verb(house: House) -> None:
    """What a rep may write by mail is what `help` prints, one line each."""
    ran = house.run("help")
    listed = ran.out.splitlines()

    assert (0, "") == (ran.code, ran.err)
    assert [] == [
        form for _, form, summary in FORMS if f"{form.ljust(38)}{summary}".split() not in [
            line.split() for line in listed
        ]
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told", "looked_at", "shown"),
    [
        pytest.param(
            ("note", "INV-1001", "she", "calls", "back"),
            "Noted: she calls back",
            ("explain", "INV-1001"),
            "she calls back",
            id="note",
        ),
        pytest.param(
            ("contact", "10001", "new@ott.test"),
            "new@ott.test is a contact of Ott Maschinenbau from now on.",
            ("status", "10001"),
            "new@ott.test (ap, usable)",
            id="contact",
        ),
        pytest.param(
            ("level", "INV-1001", "reminder"),
            "INV-1001: the next letter is reminder, due today.",
            ("status", "INV-1001"),
            "reminder from",
            id="level",
        ),
        pytest.param(
            ("hand-over", "INV-2001"),
            "INV-2001 is in your hands; Duly writes no more about it.",
            ("status", "INV-2001"),
            "handed_over",
            id="hand over",
        ),
        pytest.param(
            ("start", "INV-2001"),
            "Taken on: INV-2001.",
            ("status", "INV-2001"),
            "inquiry from",
            id="start an old one",
        ),
        pytest.param(
            ("stop", "10001"),
            "Nothing goes out to this account until you write `start`.",
            ("status", "10001"),
            "manual",
            id="stop an account",
        ),
    ],
)
def test_a_verb_says_what_it_did_and_did_it(
    stocked: House, words: tuple[str, ...], told: str, looked_at: tuple[str, ...], shown: str
) -> None:
    """The echo has what is so now, before and after; the next look at the invoice shows it."""
    ran = stocked.run(*words)
    look = stocked.run(*looked_at)

    assert (0, "") == (ran.code, ran.err)
    assert told in ran.out
    assert "\nBefore: " in ran.out
    assert "\nAfter: " in ran.out
    assert shown in look.out


def test_a_verb_without_its_occasion_changes_nothing(stocked: House) -> None:
    """No proposal, no letter of unknown fate, no mail: told in a sentence, code 1."""
    before = stocked.run("explain", "INV-1001", "--json").value()
    told = {
        verb: stocked.run(verb, "INV-1001", *rest)
        for verb, *rest in (("decline",), ("resend",), ("treat-as-sent",), ("wrong", "dispute"))
    }

    assert dict.fromkeys(told, 1) == {verb: ran.code for verb, ran in told.items()}
    assert {
        "decline": "There is no proposal to decline; answer the forward itself.",
        "resend": "There is no letter that is: unknown.",
        "treat-as-sent": "There is no letter that is: unknown.",
        "wrong": "No mail of this customer was forwarded, so there is nothing to correct. "
        "For a mail in a file: run.py correct FILE.eml LABEL",
    } == {verb: ran.out.splitlines()[2] for verb, ran in told.items()}
    assert before == stocked.run("explain", "INV-1001", "--json").value()
