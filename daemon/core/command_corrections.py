"""`wrong: dispute`: a rep says what a misread reply really means.

The mail becomes an example that `run.py train` learns from, on this machine only. Where the true
meaning is one that must rest (dispute, hardship, refusal, stop) it rests at once; anything else
changes nothing by itself. Source: DESIGN §5, reference/classifier.md §6.
"""

from __future__ import annotations

from daemon.core.command_desk import Answer, Desk, Done, Refused
from daemon.core.command_holds import dispute, stop
from daemon.core.command_words import DisputeFor, Wrong
from daemon.core.events import ReadingCorrected
from parsers.reading import Intent

RESTS_AS_A_WHOLE = frozenset(
    {Intent.HARDSHIP_OR_INSOLVENCY, Intent.REFUSAL_OR_LEGAL_THREAT, Intent.STOP_REQUEST}
)
BY_NAME = {intent.value: intent for intent in Intent}
# What people call the labels.
SHORT_NAMES: dict[str, Intent] = {
    "promise": Intent.PROMISE_TO_PAY,
    "plan": Intent.PAYMENT_PLAN_REQUEST,
    "instalments": Intent.PAYMENT_PLAN_REQUEST,
    "extension": Intent.EXTENSION_REQUEST,
    "remittance": Intent.REMITTANCE_ADVICE,
    "paid": Intent.ALREADY_PAID_CLAIM,
    "copy": Intent.INVOICE_COPY_REQUEST,
    "question": Intent.INFORMATION_REQUEST,
    "contact": Intent.CONTACT_CHANGE,
    "hardship": Intent.HARDSHIP_OR_INSOLVENCY,
    "insolvency": Intent.HARDSHIP_OR_INSOLVENCY,
    "refusal": Intent.REFUSAL_OR_LEGAL_THREAT,
    "lawyer": Intent.REFUSAL_OR_LEGAL_THREAT,
    "stop": Intent.STOP_REQUEST,
    "absence": Intent.OUT_OF_OFFICE,
    "absent": Intent.OUT_OF_OFFICE,
    "automatic": Intent.OTHER_AUTOMATIC,
    "nothing": Intent.UNRELATED,
}


def label_of(word: str) -> Intent | None:
    """Return the label that a rep means: its full name, or what people call it."""
    name = word.strip().casefold().replace("-", "_").replace(" ", "_")
    return BY_NAME.get(name) or SHORT_NAMES.get(name)


def wrong(desk: Desk, action: Wrong) -> Answer:
    """Remember what a reply really means, and let rest what must rest.

    Args:
        desk: The account, the forward answered, the invoices meant.
        action: The true labels, as the rep wrote them.
    """
    labels: list[Intent] = []
    for word in action.labels:
        label = label_of(word)
        if label is None:
            known = ", ".join(intent.value for intent in Intent)
            return Refused(sentence=f"{word!r} is no meaning that is known. Write one of {known}.")
        labels.append(label)
    mail = mail_meant(desk)
    if not mail:
        return Refused(
            sentence="No mail of this customer was forwarded, so there is nothing to correct. "
            "For a mail in a file: run.py correct FILE.eml LABEL"
        )
    corrected = ReadingCorrected(
        mail=mail, intents=tuple(label.value for label in labels), by=desk.by
    )
    meaning = ", ".join(label.value.replace("_", " ") for label in labels)
    sentence = f"Remembered: the mail means {meaning}. `run.py train` learns from it."
    rest: Answer | None = None
    if RESTS_AS_A_WHOLE.intersection(labels):
        rest = stop(desk)
    elif Intent.DISPUTE in labels:
        rest = dispute(desk, DisputeFor(code="other", amount=None))
    match rest:
        case Done(events=events, sentence=said, undo=undo):
            return Done(events=(corrected, *events), sentence=f"{sentence} {said}", undo=undo)
        case _:
            return Done(events=(corrected,), sentence=sentence, is_answer=False)


def mail_meant(desk: Desk) -> str:
    """Return the mail of the forward answered, else that of the account's newest forward."""
    if desk.forward is not None:
        return desk.forward.mail
    mails = [forward.mail for forward in desk.state.forwards if forward.mail]
    return mails[-1] if mails else ""
