"""Each fault is one event in plain language: what it meets, what follows, and no secret.

Every row makes one fault happen in the product, over a real store. All that is told of it is
gathered: warnings of the log, mails to people (alarms and forwards), and the place of a mail.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from daemon.adapters.log import open_log
from daemon.core.effects import ForwardToRep, TellOperator
from daemon.errors import ParserFailed, ParserNotStarted
from daemon.ports import (
    Accepted,
    Deferred,
    Refused,
    Unknown,
)
from tests.core.builders import AP
from tests.rounds.conftest import SECRET
from tests.rounds.rep_post import Post
from tests.threats import happenings as on
from tests.threats import lasting_happenings as lasts
from tests.threats.scene import Act, Scene

# What programmers say: names of errors, calls, tracebacks, the absence of a value.
JARGON = re.compile(r"Traceback|\b\w+(?:Error|Exception|Failed|Conflict)\b|\b\w+\(|\bNone\b|<class")


@dataclass(frozen=True)
class Told:
    """A fault and what is told of it.

    `logged` and `mailed` say how often at warning level, and how often to people; `names` are
    words that stand in what is told, `over` the event that tells its end.
    """

    act: Act
    logged: int
    mailed: int
    names: tuple[str, ...]
    over: str = ""
    digest: tuple[str, ...] = field(default=())


GREYLISTED = Deferred(reply="450 4.7.1 greylisted")
OURS, GOES_ON = (AP, "INV-1007"), "by itself"
FAULTS = {
    "killed while sending": Told(on.stopped_while_sending, 1, 1, (*OURS, "owner is asked")),
    "4xx: put off": Told(
        on.answered(GREYLISTED, Accepted(reply="250 ok"), GREYLISTED, GREYLISTED, passes=3),
        1, 0, (*OURS, "450 4.7.1", "tried again at 2026-06-11"),
    ),
    "5xx: wrong address": Told(
        on.answered(Refused(reply="550 5.1.1 no such user", at="recipient")), 1, 1, (*OURS, "550")
    ),
    "5xx: our sending": Told(
        on.answered(Refused(reply="554 5.7.1 spam", at="text")), 1, 1, (*OURS, "554", "tried again")
    ),
    "421: throttled": Told(
        on.answered(Deferred(reply="421 4.7.0 slow down", is_account_wide=True)),
        1, 0, (*OURS, "421", GOES_ON),
    ),
    "quota refused": Told(
        on.answered(Refused(reply="554 5.2.0 quota exceeded", is_account_wide=True)),
        1, 1, (*OURS, "554", GOES_ON),
    ),
    "cut after DATA": Told(
        on.answered(Unknown(because="the line was cut"), passes=3),
        1, 1, (*OURS, "the line was cut"),
    ),
    "no SMTP connection": Told(
        on.no_connection("no connection"), 1, 0, ("no connection", GOES_ON), "sending_goes_on"
    ),
    "no TLS": Told(
        on.no_connection("the certificate is not trusted"), 1, 0, ("certificate", GOES_ON),
        "sending_goes_on",
    ),
    "SMTP login lost": Told(
        on.no_connection("535 5.7.8 not accepted", is_auth=True),
        1, 1, ("535", "secrets.toml", GOES_ON), "sending_goes_on",
    ),
    "template error": Told(
        on.no_template, 1, 1, (*OURS, "template", "every hour"), "letter_goes_on"
    ),
    "a letter that Duly stumbles over": Told(
        lasts.faulty_letter, 1, 1, (*OURS, "other letters go"), "letter_goes_on"
    ),
    "refused copy": Told(
        lasts.refused_copy,
        1, 0, (*OURS, "has left", "folder Sent", "[OVERQUOTA]", "every hour"), "copy_filed",
    ),
    "stopped while on the wire": Told(
        lasts.stopped_on_the_wire, 1, 1, (*OURS, "wanted to send", "nobody knows", "owner is asked")
    ),
    "cancelled while on the wire": Told(
        lasts.cancelled_on_the_wire, 1, 1, (*OURS, "one pass", "nobody knows", "owner is asked")
    ),
    "cancelled while reading": Told(
        lasts.cut_while_reading, 1, 0, ("In hand was mail", "read at the next start")
    ),
    "IMAP restart": Told(
        on.lost_inbox("the server went away"), 1, 0, ("inbox ar", GOES_ON), "inbox_back"
    ),
    "silent death of IDLE": Told(
        on.lost_inbox("no answer within 15 seconds"), 1, 0, ("inbox ar", GOES_ON), "inbox_back"
    ),
    "IMAP login lost": Told(
        on.lost_inbox("the login was refused", is_auth=True),
        1, 1, ("login", "secrets.toml", GOES_ON), "inbox_back",
    ),
    "UIDVALIDITY reset": Told(on.found(2), 1, 0, ("INBOX", "no effect")),
    "foreign hands": Told(on.found(1, 5), 1, 0, ("INBOX", "put them back")),
    "disk full": Told(on.full_disk, 1, 1, ("disk", GOES_ON), "disk_has_room"),
    "too large mail": Told(on.too_large, 0, 1, ("INV-1007",)),
    "poison mail": Told(
        on.broken_parser(ParserFailed("the reader died over it")),
        1, 1, (on.STRANGER, "About INV-1007", "quarantine folder"),
    ),
    "a mail that Duly stumbles over": Told(
        on.broken_parser(LookupError("a rule has no answer")),
        1, 1, (on.STRANGER, "About INV-1007", "quarantine folder"),
    ),
    "no reader": Told(
        on.broken_parser(ParserNotStarted("no memory"), is_mended=True),
        1, 1, ("no memory", GOES_ON), "parser_back",
    ),
    "backlog": Told(
        lasts.backlog, 1, 0, ("20 mails wait", "about 20 minutes", "Letters wait", GOES_ON),
        "backlog_over",
    ),
    "a mail that is overtaken for ever": Told(
        lasts.overtaken_mail, 1, 1, ("10 times in a row", "waits unread"), "overtaken_over"
    ),
    "bounce": Told(on.bounced, 0, 1, (AP,)),
    "automatic reply": Told(
        on.received("I am away until 30 June 2026.", AP, Auto_Submitted="auto-replied"), 0, 0, ()
    ),
    "own mail back": Told(on.own_mail, 0, 0, ()),
    "unmatched mail": Told(on.received("Who are you?", on.STRANGER), 0, 1, (on.STRANGER,)),
    "database gone": Told(
        on.no_database, 1, 0, ("the server went away", GOES_ON), "database_back"
    ),
    "days of outage": Told(on.silent(days=3), 1, 0, ("from 2026-06-08", "nothing is to be done")),
    "clock set back": Told(on.silent(hours=-2), 1, 0, ("from 2026-06-11 12:00", "clock")),
    "second daemon": Told(on.another_daemon, 1, 0, ("77", "ends")),
    "a fault of ours": Told(lasts.faulty_loop, 1, 1, ("plan", "tried again"), "fault_over"),
    "an account that Duly stumbles over": Told(
        lasts.faulty_account, 1, 1, ("account main/4711", "tried again"), "account_goes_on"
    ),
    "an account that is overtaken for ever": Told(
        lasts.overtaken_account, 1, 1, ("account main/4711", "10 times in a row"), "overtaken_over"
    ),
    "ledger file that cannot be moved": Told(
        lasts.stuck_ledger, 1, 1, ("open.csv", "was imported", "letters go on"), "ledger_file_moved"
    ),
    "ledger late": Told(on.late_ledger, 0, 0, (), digest=("ledger is stale", "2026-06-11")),
    "ledger with a bad row": Told(on.bad_row, 1, 1, ("line 7", "31.02.2026")),
    "ledger shrunk": Told(on.shrunk_ledger, 1, 1, ("refused", "Nothing changed")),
    "import overtaken": Told(on.conflicting_import, 1, 1, ("refused", "import it again")),
}  # fmt: skip


def words(mail: TellOperator | ForwardToRep) -> str:
    """Return all that a mail to a person says of its own."""
    if isinstance(mail, TellOperator):
        return "\n".join((mail.subject, *mail.lines))
    parts = (mail.subject, mail.why, *mail.evidence, *mail.done, mail.next_if_silent)
    card = mail.card
    told = (*card.contacts, *(line.number for line in card.rows)) if card else ()
    return "\n".join((*parts, *told))


@pytest.mark.parametrize("told", FAULTS.values(), ids=FAULTS.keys())
async def test_each_fault_is_told_once_in_plain_language(post: Post, told: Told) -> None:
    """However long it lasts: one warning, at most one mail to a person, its end once."""
    stream = io.StringIO()
    post.desk.app = replace(post.desk.app, log=open_log(stream=stream))
    scene = Scene(post, stream)
    await told.act(scene)
    warnings = [line for line in scene.lines() if line["level"] in ("warning", "error")]
    mails = await scene.mails()
    ends = [line for line in scene.lines() if told.over and line["event"] == told.over]
    said = [*(line["says"] for line in warnings), *(words(mail) for mail in mails)]
    if told.digest:
        effect = cast(Any, (await post.digest()).effect)
        said.extend(effect.content.brakes)
    if scene.place:
        said.append(scene.place)
    spoken = "\n".join(said)
    tokens = [row.reply_token for row in await scene.rows() if row.reply_token]

    assert (told.logged, told.mailed) == (len(warnings), len(mails)), spoken
    assert [1] * bool(told.over) == [len(ends)] * bool(told.over)
    assert spoken
    assert [] == [word for word in (*told.names, *told.digest) if word not in spoken], spoken
    assert [] == JARGON.findall(spoken)
    assert [] == [one for one in (*tokens, SECRET.decode()) if one in spoken + stream.getvalue()]


def test_no_fault_is_told_twice_in_the_log_or_to_people() -> None:
    """Of 44 faults: 38 by a warning, 26 by a mail, 23 by both, 18 with an end; 1 by the digest."""
    rows = FAULTS.values()
    logged, mailed = [row.logged for row in rows], [row.mailed for row in rows]
    both = sum(row.logged and row.mailed for row in rows)
    ends, digests = (
        sum(map(bool, column))
        for column in zip(*((row.over, row.digest) for row in rows), strict=True)
    )

    assert (44, 38, 26, 23, 18, 1) == (len(rows), sum(logged), sum(mailed), both, ends, digests)
    assert 1 == max(*logged, *mailed)
