"""What limits an action: unknown senders, shared addresses, suspicion, unreadable mail.

These rules look at the mail as a whole, before or after its statements are acted upon.
"""

from __future__ import annotations

from dataclasses import replace

from daemon.core.act_case import Ask, Case, Outcome, merged
from daemon.core.act_review import conversation, review
from daemon.core.act_scope import concerned
from daemon.core.trust import Degree, Trust
from parsers.reading import AuthVerdict, Flag, Intent, Severity

SUSPICIOUS = (Flag.INSTRUCTS_SOFTWARE, Flag.BANK_CHANGE)
UNREADABLE = (Flag.UNREADABLE, Flag.ENCRYPTED, Flag.EMPTY)


def act_stranger(case: Case) -> Outcome:
    """A review of the invoices at most once in `stranger_review_days_between`; always told."""
    reading = case.reading
    is_suspicious = case.has(*SUSPICIOUS)
    is_quiet = not case.is_human or set(reading.intents) <= {Intent.UNRELATED}
    if is_quiet and reading.statements and not is_suspicious:
        return Outcome()
    if not case.is_human and not is_suspicious:
        return Outcome()
    last_on = case.state.stranger_reviewed_on
    days = case.policy.stranger_review_days_between
    held = Outcome()
    if last_on is None or (case.today - last_on).days >= days:
        held = hold_concerned(case)
    ask = Ask(
        topic="mail of an unknown sender" if not case.trust.is_known else "mail not proven",
        why=f"{case.trust.because} Nothing that it says was acted upon.",
        commands=(*_offered(case), "resume", "note …"),
        is_suspicious=is_suspicious or reading.identity.verdict is AuthVerdict.FAIL,
    )
    return merged(held, Outcome(asks=(ask,)))


def act_ambiguous(case: Case) -> Outcome:
    """An address at several customers identifies none: each rests, one person is asked."""
    held = conversation(case, case.policy.conversation_business_days)
    if case.facts.account != case.match.accounts[0]:
        return held
    ask = Ask(
        topic="address of several customers",
        why=(
            f"{case.mail.from_address} is a contact of {len(case.match.accounts)} customers, and "
            "the mail does not say which of them it is about. Each of them rests."
        ),
        commands=("resume", "note …"),
    )
    return merged(held, Outcome(asks=(ask,)))


def with_limit_told(case: Case, outcome: Outcome) -> Outcome:
    """Tell the owner where the sender's trust allowed no more than a pause."""
    if case.trust.degree is not Degree.PAUSING or not case.is_human:
        return outcome
    offer = _offered(case)
    why = f"{case.trust.because} So letters pause, and nothing else was done."
    if offer:
        why += f" To trust the address from now on: {offer[0]}"
    told = Ask(topic="unconfirmed sender", why=why, commands=offer)
    return merged(outcome, Outcome(asks=(told,)))


def _offered(case: Case) -> tuple[str, ...]:
    """The command that adds the sender; never where the mail may not be the sender's at all."""
    identity = case.reading.identity
    is_doubtful = identity.verdict is AuthVerdict.FAIL or identity.from_count != 1
    if is_doubtful or case.trust.is_known or not case.mail.from_address or case.has(*SUSPICIOUS):
        return ()
    return (f"contact {case.mail.from_address}",)


def with_least_hold(case: Case, outcome: Outcome) -> Outcome:
    """Any human mail is at least a conversation hold of `human_mail_business_days`."""
    is_filed = not outcome.events and not outcome.asks
    if not case.is_human or is_filed or set(case.reading.intents) == {Intent.OUT_OF_OFFICE}:
        return outcome
    return merged(outcome, conversation(case.after(outcome), case.policy.human_mail_business_days))


def act_suspicious(case: Case) -> Outcome:
    """A mail about changed bank details, or one that instructs the software: a person."""
    if not case.has(*SUSPICIOUS):
        return Outcome()
    why = (
        "The mail speaks of changed bank details. Check by telephone, with a number you know."
        if case.has(Flag.BANK_CHANGE)
        else "The mail tries to instruct the software. It was not followed."
    )
    ask = Ask(topic="suspicious", why=why, commands=("resume", "note …"), is_suspicious=True)
    return merged(hold_concerned(case), Outcome(asks=(ask,)))


def act_unread(case: Case) -> Outcome:
    """A mail that could not be read, whole: the invoices rest until somebody answers."""
    defect = fatal_defect(case)
    because = f" {defect}" if defect else ""
    ask = Ask(
        topic="could not be read",
        why=f"Nothing certain could be read in the mail.{because} The original is attached.",
        commands=("resume", "pause 14d", "promise DATE", "dispute CODE"),
    )
    if not case.is_human:
        return Outcome(asks=(ask,))
    held = review(case, concerned(case, None), is_until_answered=True)
    return merged(held, Outcome(asks=(ask,)))


def with_size_told(case: Case, outcome: Outcome) -> Outcome:
    """Tell the owner where a mail was larger than what is read: the rest is for a person."""
    if not case.mail.is_oversize or not case.is_human:
        return outcome
    ask = Ask(
        topic="very large mail",
        why=(
            "The mail is larger than Duly reads, or its sender sent more today than is kept "
            "whole: only its headers and the beginning of its text were looked at, and are "
            "attached. The whole mail lies in the mailbox."
        ),
        commands=("resume", "note …"),
    )
    return merged(outcome, Outcome(asks=(ask,)))


def hold_concerned(case: Case) -> Outcome:
    """Let the invoices that the mail as a whole is about rest for a person."""
    evidence = case.reading.statements[0].evidence.text if case.reading.statements else ""
    return review(case, concerned(case, None), evidence)


def lowered(trust: Trust) -> Trust:
    """A suspicious mail may only make letters pause, whoever sent it."""
    return replace(trust, degree=Degree.PAUSING) if trust.is_full else trust


def fatal_defect(case: Case) -> str:
    """Return the sentence of the defect that stopped the reading; empty where none did."""
    fatal = (each for each in case.reading.defects if each.severity is Severity.FATAL)
    return next((defect.sentence for defect in fatal), "")


def is_absence(case: Case) -> bool:
    """Tell whether the mail is an absence note and nothing else."""
    return set(case.reading.intents) == {Intent.OUT_OF_OFFICE}
