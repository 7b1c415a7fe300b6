"""Finer facts: two readings of a day, promises without one, questions, lists, broken mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parsers.evidence import merged, overlaps
from parsers.read import read
from parsers.reading import Context, Flag, Intent
from tests.parsers.judges import Fixed, reading

PROMISE = Fixed(scores={Intent.PROMISE_TO_PAY: 0.97})
UNRELATED = Fixed(scores={Intent.UNRELATED: 0.97})
CONTEXT = Context(received_at=datetime(2026, 11, 11, 10, tzinfo=UTC))
HEAD = b"From: a@customer.example\r\nTo: billing@seller.example\r\n"


@pytest.mark.parametrize(
    ("body", "is_ambiguous"),
    [
        ("We pay on 05/12/2026.", True),
        ("We pay next Friday.", True),
        ("Wir zahlen nächsten Freitag.", True),
        ("We pay on 5 December 2026.", False),
        ("We pay on 25/12/2026.", False),
        ("We pay next week.", False),
        ("We pay between the 12th and the 20th.", False),
    ],
    ids=["day or month", "next Friday", "nächsten", "named", "one reading", "a week", "a range"],
)
def test_a_day_with_two_readings_is_flagged(body: str, is_ambiguous: bool) -> None:
    """05/12 may be May or December: flagged, so that the earlier day ends the rest."""
    found = reading(body, PROMISE)

    assert is_ambiguous == (Flag.AMBIGUOUS_DATE in found.flags)


@pytest.mark.parametrize(
    ("body", "is_undated"),
    [
        ("We will pay soon.", True),
        ("Wir zahlen demnächst.", True),
        ("We will pay on Friday.", False),
    ],
    ids=["soon", "demnächst", "Friday"],
)
def test_a_promise_without_a_day_is_flagged(body: str, is_undated: bool) -> None:
    """Where no day ahead stands in the words, the promise is undated, and a human hears of it."""
    found = reading(body, PROMISE)

    assert is_undated == (Flag.UNDATED_PROMISE in found.flags)
    assert is_undated == (not found.promises)


@pytest.mark.parametrize(
    ("body", "is_answerable"),
    [
        ("Could you send us a statement of account?", True),
        ("Who ordered this, and who signed the delivery note?", False),
    ],
    ids=["statement", "who ordered"],
)
def test_a_question_that_the_ledger_answers_is_flagged(body: str, is_answerable: bool) -> None:
    """What the ledger or the master record knows is told from what only a person knows."""
    found = reading(body, Fixed(scores={Intent.INFORMATION_REQUEST: 0.97}))

    assert is_answerable == (Flag.ANSWERABLE in found.flags)


@pytest.mark.parametrize(
    ("header", "body", "score", "is_list"),
    [
        (b"List-Unsubscribe: <https://list.example/u>\r\n", b"Ten offers this week!", 0.97, True),
        (b"", b"Ten offers this week!\r\n\r\nUnsubscribe: https://list.example/u", 0.97, True),
        (
            b"",
            b"Dix offres !\r\n\r\nPour vous d\xc3\xa9sabonner : se d\xc3\xa9sabonner",
            0.97,
            True,
        ),
        (b"", b"Ten offers this week!", 0.97, False),
        (b"List-Unsubscribe: <https://list.example/u>\r\n", b"Ten offers this week!", 0.6, False),
    ],
    ids=["header", "words", "french", "no list", "not sure"],
)
def test_advertising_is_what_is_surely_unrelated_and_from_a_list(
    header: bytes, body: bytes, score: float, is_list: bool
) -> None:
    """A list's marks make a surely unrelated mail advertising; without them a person looks."""
    raw = HEAD + header + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body + b"\r\n"
    found = read(raw, CONTEXT, Fixed(scores={Intent.UNRELATED: score}))

    assert is_list == (Flag.ADVERTISING in found.flags)


def test_a_customer_on_a_list_who_promises_is_no_advertising() -> None:
    """The marks of a list alone make no advertising of what concerns us."""
    found = read(
        HEAD + b"List-Unsubscribe: <https://list.example/u>\r\n\r\nWe pay on Friday.\r\n",
        CONTEXT,
        PROMISE,
    )

    assert Flag.ADVERTISING not in found.flags


@pytest.mark.parametrize(
    ("body", "is_broken"),
    [
        ("\ufffd\ufffd\ufffd\ufffd \ufffd\ufffd 12 \ufffd\ufffd".encode(), True),
        ("We pay on Friday, Grüße".encode("latin-1"), False),
    ],
    ids=["letters lost on the way", "one wrong letter"],
)
def test_a_body_that_is_no_text_is_unreadable(body: bytes, is_broken: bool) -> None:
    """Where the letters were lost on the way, a human looks; a stray one does no harm."""
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body + b"\r\n"
    found = read(raw, CONTEXT, PROMISE)

    assert is_broken == (Flag.UNREADABLE in found.flags)
    assert found.needs_human or not is_broken


def test_a_reply_longer_than_what_is_read_is_for_a_human() -> None:
    """Of very long replies the first 10,000 characters are read; all are shown, to a human."""
    body = "We will pay on Friday. " + "As ever. " * 1_500
    found = reading(body, PROMISE)
    alone = read(HEAD + b"\r\n" + body.encode(), CONTEXT)

    assert ["2026-11-13"] == [str(one.on) for one in found.promises]
    assert len(body.strip()) == len(found.new_text)
    assert "The reply is longer than what was read at once." in alone.because
    assert found.needs_human
    assert alone.needs_human


def test_spans_that_meet_are_found_in_order() -> None:
    """A figure is known where it meets any span, however many there are."""
    spans = merged([(30, 40), (0, 5), (4, 9), (9, 12)])

    assert [(0, 12), (30, 40)] == spans
    assert [True, False, True, False] == [overlaps(n, n + 2, spans) for n in (11, 12, 39, 40)]
