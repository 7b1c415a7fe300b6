"""From candidates to a letter: its key, its dates, its stage, and what is asked on the way.

A letter is composed before it is decided, because its arithmetic may say that there is too
little to ask for. Draft mode decides everything and counts nothing as sent.
"""

from __future__ import annotations

from datetime import date

from daemon.core.asks import ask_approval, ask_to_apply_cash
from daemon.core.candidates import Candidate, choose_group
from daemon.core.compose_letter import Draft, compose_draft, fingerprint, too_small
from daemon.core.conditions import Conditions, Mode
from daemon.core.effects import SendLetter
from daemon.core.events import LetterPlanned
from daemon.core.letters import LetterContent
from daemon.core.minutes import Minutes
from daemon.core.model import Contact, ItemKind
from daemon.core.procedure import Level
from daemon.core.state import Letter, LetterKind, LetterLine, LetterStage
from daemon.core.view import View

LETTERS_A_DAY_MAX = 9


def letter_key(view: View, kind: LetterKind, mode: Mode) -> str | None:
    """Return the key of today's letter of this kind, or None where it is used up.

    One letter a day: a key is used again, numbered, only where the letter before it was
    withdrawn untried. Drafts have keys of their own, so that they take none from a letter.
    """
    base = f"{view.state.facts.account}|{kind}|{view.today.isoformat()}"
    if mode is Mode.DRAFT:
        base = f"{base}|draft"
    known = {letter.key: letter for letter in view.state.letters}
    for number in range(1, LETTERS_A_DAY_MAX + 1):
        key = base if number == 1 else f"{base}|{number}"
        before = known.get(key)
        if before is None:
            return key
        is_free = before.stage is LetterStage.WITHDRAWN and before.attempt == 0
        if not is_free and mode is not Mode.DRAFT:
            return None
    return None


def plan_letter(
    minutes: Minutes,
    ready: tuple[Candidate, ...],
    recipient: Contact,
    kind: LetterKind,
    conditions: Conditions,
) -> bool:
    """Decide at most one letter for these candidates; tell whether one was decided.

    Currencies in which too little is left to ask for drop out, and the owner is asked to
    apply the cash.
    """
    left = ready
    for _ in range(len(ready)):
        view = minutes.view
        group = choose_group(view.procedure, left)
        if not group:
            return False
        key = letter_key(view, kind, conditions.mode)
        if key is None:
            return False
        needed = _approval_reason(view, group)
        expires_on = _expires_on(view) if needed else None
        draft = _draft(view, group, recipient, expires_on)
        content = compose_draft(view, draft)
        dropped = too_small(view, content) if kind is LetterKind.LETTER else frozenset()
        if not dropped:
            letter = _letter(key, kind, group, draft, content, conditions, minutes, needed)
            _decide(minutes, letter, content, needed)
            return True
        ask_to_apply_cash(minutes, content, dropped)
        small = {
            candidate.item.number for candidate in group if candidate.item.open.currency in dropped
        }
        left = tuple(candidate for candidate in left if candidate.item.number not in small)
    return False


def _draft(
    view: View, group: tuple[Candidate, ...], recipient: Contact, expires_on: date | None
) -> Draft:
    level = group[0].level
    return Draft(
        level=level,
        recipient=recipient,
        rows=tuple((candidate.item.number, candidate.level.name) for candidate in group),
        business_date=view.today,
        pay_by=_pay_by(view, level, expires_on),
    )


def _pay_by(view: View, level: Level, expires_on: date | None) -> date | None:
    """Count the pay-by date from the last day on which the letter may still be approved."""
    if level.pay_by_business_days is None:
        return None
    start = max(view.today, expires_on) if expires_on is not None else view.today
    return view.calendar.add_business_days(start, level.pay_by_business_days)


def _expires_on(view: View) -> date:
    days = view.house.policy.approval_business_days
    return view.house_calendar.add_business_days(view.house_today, days)


def _approval_reason(view: View, group: tuple[Candidate, ...]) -> str:
    """Return why a rep must approve, or an empty sentence."""
    asking = next((known.level for known in group if known.level.needs_approval), None)
    if asking is not None:
        return f"a {asking.name.replace('_', ' ')} goes only with your approval"
    if view.state.facts.is_protected:
        return "the account is protected: every letter needs your approval"
    has_unapplied = any(
        item.kind is ItemKind.PAYMENT and item.open.minor < 0 and item.is_listed
        for item in view.state.items
    )
    if group[0].level.is_final_notice and has_unapplied:
        return "there is unapplied money on the account, so a final notice needs your approval"
    return ""


def _letter(
    key: str,
    kind: LetterKind,
    group: tuple[Candidate, ...],
    draft: Draft,
    content: LetterContent,
    conditions: Conditions,
    minutes: Minutes,
    needed: str,
) -> Letter:
    stage = LetterStage.AWAITS_APPROVAL if needed else LetterStage.QUEUED
    if conditions.mode is Mode.DRAFT:
        stage = LetterStage.DRAFT
    is_asked = stage is LetterStage.AWAITS_APPROVAL
    return Letter(
        key=key,
        kind=kind,
        business_date=draft.business_date,
        recipient=draft.recipient.address,
        level=draft.level.name,
        lines=tuple(
            LetterLine(
                number=candidate.item.number,
                episode=candidate.entry.episode,
                level=candidate.level.name,
                delivery=candidate.entry.delivery(candidate.level.name),
            )
            for candidate in group
        ),
        demanded=tuple(row.number for row in content.demanded),
        stage=stage,
        planned_at=minutes.now,
        pay_by=draft.pay_by,
        expires_on=_expires_on(minutes.view) if is_asked else None,
        is_final_notice=draft.level.is_final_notice,
        needs_approval=bool(needed),
        fingerprint=fingerprint(content),
        because="; ".join(
            f"{candidate.item.number}: {candidate.following.because}" for candidate in group
        ),
    )


def _decide(minutes: Minutes, letter: Letter, content: LetterContent, needed: str) -> None:
    minutes.note(LetterPlanned(letter=letter))
    minutes.effects.append(SendLetter(key=letter.key, kind=letter.kind, content=content))
    minutes.because.append(f"{letter.level}: {letter.because}")
    if letter.stage is LetterStage.AWAITS_APPROVAL:
        ask_approval(minutes, letter, content, needed)
