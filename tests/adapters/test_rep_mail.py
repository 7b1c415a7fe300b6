"""What mail to our own people says: wanted first, then why, then the commands to copy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from daemon.adapters.mime import freeze_rep_mail
from daemon.adapters.render import Renderer
from daemon.core.conditions import Mode
from daemon.core.digest import DigestContent, DigestLetter, DigestPromise, DigestWaiting
from daemon.core.effects import AccountCard, CardRow, EchoToRep, ForwardToRep, TellOperator
from daemon.core.money import Money
from daemon.core.state import PromiseOutcome
from tests.adapters.letters import NORDWIND, parsed

RENDERER = Renderer()
FORWARD = ForwardToRep(
    key="forward-1",
    forward="f1",
    rep="rep@nordwind.example",
    subject="Customer Ltd disputes INV-7",
    why="Customer Ltd (10023) disputes the price of INV-7.",
    evidence=("The price on INV-7\nis not what we agreed.",),
    done=("INV-7 is held until the dispute is resolved.",),
    next_if_silent="You are asked again on Mon 15 June; INV-7 stays held.",
    card=AccountCard(
        account="10023",
        name="Customer Ltd",
        owner="rep@nordwind.example",
        country="GB",
        language="en",
        contacts=("ap@customer.example",),
        open_totals=("1,000.00 EUR", "50.00 USD"),
        rows=(
            CardRow(
                number="INV-7",
                due_on=date(2026, 6, 8),
                days_overdue=3,
                open="1,000.00 EUR",
                stage="dunning",
                level="inquiry",
                holds=("dispute since Thu 11 June",),
                next="reminder on Thu 18 June",
            ),
        ),
        promises=(),
        last_letter="",
    ),
    draft_answer="Dear Jo,\n\nthank you.\n",
    commands=("resolved", "dispute price 400.00"),
    mail="m1",
)
FORWARD_TEXT = """\
Please decide: Customer Ltd (10023) disputes the price of INV-7.

They wrote:
> The price on INV-7
> is not what we agreed.

Done so far:
- INV-7 is held until the dispute is resolved.

If you do not answer: You are asked again on Mon 15 June; INV-7 stays held.

To answer, reply with one of these as the first line:

    resolved
    dispute price 400.00

----
Account:     Customer Ltd (10023)
Owner:       rep@nordwind.example
Country:     GB, writes en
Contacts:    ap@customer.example
Open:        1,000.00 EUR + 50.00 USD
INV-7  1,000.00 EUR  due Mon 8 Jun 2026, 3 days overdue
    dunning, inquiry
    held: dispute since Thu 11 June
    next: reminder on Thu 18 June

---- draft of an answer to the customer (nothing was sent)
Dear Jo,

thank you.

The original mail is attached.
"""


def test_a_forward_reads_like_this() -> None:
    """First what is wanted, then the evidence, what was done, what follows, and the card."""
    assert RENDERER.forward(FORWARD) == ("Customer Ltd disputes INV-7", FORWARD_TEXT)


def test_a_suspicious_and_repeated_forward_says_so() -> None:
    """The warnings stand above the evidence, the repetition in the subject too."""
    subject, text = RENDERER.forward(replace(FORWARD, is_suspicious=True, repeat=1))

    assert subject == "Reminder: Customer Ltd disputes INV-7"
    assert text.index("SUSPICIOUS: do not act") < text.index("You were asked this before")
    assert text.index("You were asked this before") < text.index("They wrote")


def test_where_nobody_wrote_the_evidence_is_the_record() -> None:
    """A task or an approval quotes what Duly itself has done, and puts it in nobody's mouth."""
    record = ("INV-7: inquiry on 2026-06-11",)
    _, text = RENDERER.forward(replace(FORWARD, mail="", evidence=record))

    assert "The record:\n> INV-7: inquiry on 2026-06-11\n" in text
    assert "They wrote" not in text


def test_an_approval_quotes_the_letter_with_its_columns() -> None:
    """The letter to approve stands in the forward as it will go, table and all."""
    _, text = RENDERER.forward(FORWARD, "Dear Jo,\n\nInvoice  Due\nINV-7    8 Jun\n")

    assert "---- the letter\n| Dear Jo,\n|\n| Invoice  Due\n| INV-7    8 Jun\n" in text


def test_quoted_text_cannot_pretend_to_be_ours() -> None:
    """Every line of a customer stays behind its mark, whatever it holds."""
    evil = "x\r\nTo answer, reply with\u2028approve\0\x1b[2J {{ 7 * 7 }}"
    _, text = RENDERER.forward(replace(FORWARD, evidence=(evil,)))
    lines = text.split("They wrote:\n")[1].split("\n\n")[0].split("\n")

    assert all(line.startswith(">") for line in lines)
    assert "{{ 7 * 7 }}" in lines[1]
    assert "\x1b" not in text


def test_very_long_evidence_is_cut() -> None:
    """A forward stays readable; the original is attached whole."""
    _, text = RENDERER.forward(replace(FORWARD, evidence=("\n".join(map(str, range(500))),)))

    assert "> 59\n" in text
    assert "> 60\n" not in text
    assert "[440 more lines are left out here]" in text


def test_an_echo_says_its_lines() -> None:
    """An echo is its lines, in order."""
    echo = EchoToRep(key="e", rep="r@x.example", subject="Done", lines=("Before.", "After."))

    assert RENDERER.echo(echo) == ("Done", "Before.\nAfter.\n")


def test_an_alarm_says_what_is_wanted_first() -> None:
    """The first line names the matter."""
    alarm = TellOperator(key="a", subject="Sending stopped", lines=("The breaker tripped.",))
    text = "Please look: Sending stopped\n\nThe breaker tripped.\n"

    assert RENDERER.alarm(alarm) == ("Sending stopped", text)


def test_an_echo_to_a_strange_mail_still_goes() -> None:
    """A rep's mail program made an identifier that no header can carry: it is left out."""
    mail = freeze_rep_mail(
        "Done",
        "Done.\n",
        key="e",
        to="rep@nordwind.example",
        sender=NORDWIND.sender,
        reply_to="",
        message_domain="nordwind.example",
        now=datetime(2026, 6, 11, tzinfo=UTC),
        references=("<good@x.example>", "<no domain>", "evil@x\r\nBcc: a@b.example"),
    )
    message = parsed(mail)

    assert message["References"] == "<good@x.example>"
    assert message["In-Reply-To"] == "<good@x.example>"
    assert message["Reply-To"] is None
    assert message["Bcc"] is None


QUIET = DigestContent(rep="r@x.example", rep_name="", on=date(2026, 6, 11), mode=Mode.LIVE)
DIGEST = replace(
    QUIET,
    letters_today=(
        DigestLetter(
            on=date(2026, 6, 11),
            account="10023",
            account_name="Customer Ltd",
            level="firm_reminder",
            amounts=(Money(100000, "EUR"), Money(5000, "USD")),
            recipient="ap@customer.example",
            invoices=2,
            veto="veto 10023",
        ),
    ),
    waiting=(
        DigestWaiting(
            account="10025",
            account_name="Third Ltd",
            why="They ask for a plan.",
            since_on=date(2026, 6, 8),
            invoices=("INV-9",),
            commands=("accept", "decline"),
        ),
    ),
    promises_broken=(
        DigestPromise(
            account="10027",
            account_name="Fifth Ltd",
            invoices=("INV-3",),
            promised_on=date(2026, 6, 5),
            amount=Money(4000, "EUR"),
            outcome=PromiseOutcome.PARTLY_KEPT,
        ),
    ),
    brakes=("The ledger is of Mon 8 June: too old.",),
)
DIGEST_TEXT = """\
Wanted: your word on 1 matter below, by reply.
One reply, a command a line, each with its invoice: pause INV-7 14d

NOTHING GOES OUT BECAUSE
! The ledger is of Mon 8 June: too old.

WAITS FOR YOU
- Third Ltd (10025): They ask for a plan.
  INV-9, since Mon 8 Jun 2026 (3 days)
      accept
      decline

GOES OUT TODAY
- Customer Ltd (10023): firm reminder, 1,000.00 EUR + 50.00 USD
  2 invoices, to ap@customer.example
      veto 10023

PROMISES BROKEN
- Fifth Ltd (10027): 40.00 EUR on INV-3 by Fri 5 Jun 2026 (partly kept)
"""


def test_a_digest_reads_like_this() -> None:
    """What is wanted, what waits, what goes: each with its day and its command."""
    subject = "Duly, Thu 11 Jun 2026: 1 waiting for you, 1 letter today"

    assert RENDERER.digest(DIGEST) == (subject, DIGEST_TEXT)


def test_a_quiet_day_is_one_line() -> None:
    """Nothing wanted, nothing told."""
    assert RENDERER.digest(QUIET)[1] == "Nothing is wanted from you today.\n"


@pytest.mark.parametrize(
    ("mode", "line"),
    [
        (Mode.DRAFT, "Draft mode: letters are written but none is sent to a customer."),
        (Mode.REDIRECT, "Redirect mode: letters go to our own test address, none to a customer."),
    ],
)
def test_a_digest_says_that_nothing_reaches_customers(mode: Mode, line: str) -> None:
    """In draft and redirect mode the second sentence says so."""
    assert RENDERER.digest(replace(DIGEST, mode=mode))[1].split("\n\n")[1] == line
