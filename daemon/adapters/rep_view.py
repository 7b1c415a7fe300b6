"""Mail to our own people as ready strings: forwards, echoes, alarms, the morning digest.

Always English, dates as `Mon 4 May 2026`, amounts as in commands (`1,200.00 EUR`). A line from
a customer stays one line: control characters are gone, so that quoted text cannot pretend to
be ours (it stands behind `> `).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date

from daemon.adapters.formats import locale_of
from daemon.adapters.letter_view import clean
from daemon.adapters.text_layout import TEXT_WIDTH, fold
from daemon.core.conditions import Mode
from daemon.core.digest import (
    DigestBounce,
    DigestContent,
    DigestDispute,
    DigestLetter,
    DigestPromise,
    DigestWaiting,
)
from daemon.core.effects import AccountCard, CardRow, ForwardToRep
from daemon.core.money import Money

EVIDENCE_LINES_MAX = 60
LETTER_LINES_MAX = 400
LINES_PER_PART_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeView:
    """An echo or an alarm: its subject and its lines."""

    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardView:
    """A forward; every tuple holds finished lines."""

    subject: str
    why: str
    evidence: tuple[str, ...]
    done: tuple[str, ...]
    next_if_silent: str
    commands: tuple[str, ...]
    card: tuple[str, ...]
    draft: tuple[str, ...]
    letter: tuple[str, ...]
    has_original: bool
    is_suspicious: bool
    repeat: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestView:
    """A digest; every tuple holds finished lines of one part."""

    name: str
    date: str
    is_draft: bool
    is_redirect: bool
    today_count: int
    waiting_count: int
    brakes: tuple[str, ...]
    waiting: tuple[str, ...]
    today: tuple[str, ...]
    promises_broken: tuple[str, ...]
    promises_due: tuple[str, ...]
    disputes: tuple[str, ...]
    bounced: tuple[str, ...]
    next: tuple[str, ...]
    notes: tuple[str, ...]


def weekday(value: date) -> str:
    """Return a date as reps read it: `Mon 4 May 2026`."""
    return str(format_date(value, format="EEE d MMM y", locale=locale_of("en", "GB")))


def notice_view(subject: str, lines: Sequence[str]) -> NoticeView:
    """Clean a notice's lines."""
    return NoticeView(subject=clean(subject), lines=tuple(clean(line) for line in lines))


def forward_view(effect: ForwardToRep, letter_text: str) -> ForwardView:
    """Put a forward into lines; evidence and texts are cut at a stated number of lines."""
    evidence = _lines("\n".join(effect.evidence), EVIDENCE_LINES_MAX)
    return ForwardView(
        subject=clean(effect.subject),
        why=clean(effect.why),
        evidence=tuple(_quoted(line) for line in evidence),
        done=tuple(fold(clean(line), TEXT_WIDTH, "- ", "  ") for line in effect.done),
        next_if_silent=clean(effect.next_if_silent),
        commands=tuple(f"    {clean(command)}" for command in effect.commands),
        card=_card(effect.card) if effect.card else (),
        draft=_lines(effect.draft_answer, LETTER_LINES_MAX),
        letter=tuple(f"| {line}".rstrip() for line in _lines(letter_text, LETTER_LINES_MAX)),
        has_original=bool(effect.mail),
        is_suspicious=effect.is_suspicious,
        repeat=effect.repeat,
    )


def _quoted(line: str) -> str:
    return fold(line, TEXT_WIDTH, "> ", "> ") if line else ">"


def _lines(text: str, lines_max: int) -> tuple[str, ...]:
    if not text.strip():
        return ()
    lines = [_keep_indent(line) for line in text.strip("\n").split("\n")]
    if len(lines) > lines_max:
        return (*lines[:lines_max], f"[{len(lines) - lines_max} more lines are left out here]")
    return tuple(lines)


def _keep_indent(line: str) -> str:
    """Clean a line but keep its columns: letters hold tables."""
    return "".join(character if character == " " else clean(character) for character in line)


def _card(card: AccountCard) -> tuple[str, ...]:
    pairs = (
        ("Account", f"{card.name} ({card.account})"),
        ("Owner", card.owner),
        ("Country", f"{card.country}, writes {card.language}"),
        ("Contacts", ", ".join(card.contacts)),
        ("Open", " + ".join(card.open_totals)),
        ("Promises", "; ".join(card.promises)),
        ("Last letter", card.last_letter),
    )
    facts = [
        fold(clean(value), TEXT_WIDTH, f"{name + ':':<13}", " " * 13)
        for name, value in pairs
        if value
    ]
    return (*facts, *(line for row in card.rows for line in _card_row(row)))


def _card_row(row: CardRow) -> tuple[str, ...]:
    age = f"{row.days_overdue} days overdue" if row.days_overdue > 0 else "not overdue"
    parts = [row.stage.replace("_", " "), row.level.replace("_", " ")]
    status = ", ".join(clean(part) for part in parts if part)
    lines = [f"{clean(row.number)}  {row.open}  due {weekday(row.due_on)}, {age}"]
    lines.append(fold(status, TEXT_WIDTH, "    ", "    ") if status else "")
    lines.extend(fold(f"held: {clean(hold)}", TEXT_WIDTH, "    ", "      ") for hold in row.holds)
    if row.next:
        lines.append(fold(f"next: {clean(row.next)}", TEXT_WIDTH, "    ", "      "))
    return tuple(line for line in lines if line)


def digest_view(content: DigestContent) -> DigestView:
    """Put a digest into lines, at most 200 entries a part, the rest counted."""
    return DigestView(
        name=clean(content.rep_name) or clean(content.rep),
        date=weekday(content.on),
        is_draft=content.mode is Mode.DRAFT,
        is_redirect=content.mode is Mode.REDIRECT,
        today_count=len(content.letters_today),
        waiting_count=len(content.waiting),
        brakes=tuple(fold(clean(line), TEXT_WIDTH, "! ", "  ") for line in content.brakes),
        waiting=_part([_waiting(entry, content.on) for entry in content.waiting]),
        today=_part([_letter(entry, is_dated=False) for entry in content.letters_today]),
        promises_broken=_part([_promise(entry) for entry in content.promises_broken]),
        promises_due=_part([_promise(entry) for entry in content.promises_due]),
        disputes=_part([_dispute(entry) for entry in content.disputes]),
        bounced=_part([_bounce(entry) for entry in content.bounced]),
        next=_part([_letter(entry, is_dated=True) for entry in content.letters_next]),
        notes=_part([(line,) for line in content.notes]),
    )


def _part(entries: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Put entries into lines: the first at the margin, details and commands indented."""
    lines = []
    for first, *details in entries[:LINES_PER_PART_MAX]:
        lines.append(fold(clean(first), TEXT_WIDTH, "- ", "  "))
        for detail in details:
            is_command = detail.startswith("\t")
            indent = "      " if is_command else "  "
            lines.append(
                indent + clean(detail)
                if is_command
                else fold(clean(detail), TEXT_WIDTH, indent, indent)
            )
    if len(entries) > LINES_PER_PART_MAX:
        lines.append(f"- and {len(entries) - LINES_PER_PART_MAX} more")
    return tuple(lines)


def _name(
    entry: DigestLetter | DigestWaiting | DigestPromise | DigestDispute | DigestBounce,
) -> str:
    return f"{entry.account_name} ({entry.account})"


def _amounts(amounts: Sequence[Money]) -> str:
    return " + ".join(str(amount) for amount in amounts)


def _letter(entry: DigestLetter, *, is_dated: bool) -> Sequence[str]:
    when = f"{weekday(entry.on)}: " if is_dated else ""
    many = "1 invoice" if entry.invoices == 1 else f"{entry.invoices} invoices"
    approval = ", waits for your approval" if entry.awaits_approval else ""
    what = ", ".join(filter(None, (entry.level.replace("_", " "), _amounts(entry.amounts))))
    lines = [
        f"{when}{_name(entry)}: {what}",
        f"{many}, to {entry.recipient}{approval}",
    ]
    return [*lines, f"\t{entry.veto}"] if entry.veto else lines


def _waiting(entry: DigestWaiting, on: date) -> Sequence[str]:
    age = (on - entry.since_on).days
    since = f"since {weekday(entry.since_on)}" + (f" ({age} days)" if age > 1 else "")
    about = ", ".join((*entry.invoices, since))
    return [
        f"{_name(entry)}: {entry.why}",
        about,
        *(f"\t{command}" for command in entry.commands),
    ]


def _promise(entry: DigestPromise) -> Sequence[str]:
    amount = str(entry.amount) if entry.amount else "all that is open"
    outcome = entry.outcome.value.replace("_", " ")
    what = f"{amount} on {', '.join(entry.invoices)}"
    return [f"{_name(entry)}: {what} by {weekday(entry.promised_on)} ({outcome})"]


def _dispute(entry: DigestDispute) -> Sequence[str]:
    amount = f", {entry.amount}" if entry.amount else ""
    reason = entry.reason_code.replace("_", " ") or "no reason given"
    return [f"{_name(entry)}: {entry.invoice}, {reason}{amount}, {entry.age_days} days old"]


def _bounce(entry: DigestBounce) -> Sequence[str]:
    return [f"{_name(entry)}: {entry.address} since {weekday(entry.since_on)}", entry.because]
