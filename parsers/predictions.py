"""Predictions: readings as JSON lines, in bulk, never stopped by a bad record.

The shape is that of the labelling guide: the keys of a reply beside those of a mail.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

from parsers.reader import read_mail
from parsers.reading import Context, Intent, Reading
from parsers.record import EXPECTED_DEFECTS, context_of, raw_of

LINE_MAX = 8_000_000
MAIL_OCTETS_MAX = 64_000_000

Json = dict[str, object]


def prediction(reading: Reading, identifier: str) -> Json:
    """Return the reading as one prediction, JSON-ready."""
    remittance = reading.remittance
    bounce = reading.bounce
    found: Json = {
        "id": identifier,
        "intents": [intent.value for intent in reading.intents],
        "needs_human": reading.needs_human,
        "confidence": round(reading.confidence, 3),
        "per_invoice": per_invoice(reading),
        "promise": [
            {
                "date": promise.on.isoformat(),
                "amount": float(promise.amount.decimal) if promise.amount else None,
                "invoice": promise.invoice,
            }
            for promise in reading.promises
        ],
        "dispute_reason": reading.dispute.reason if reading.dispute else None,
        "remittance": {
            "amount": float(remittance.amount.decimal) if remittance.amount else None,
            "currency": remittance.amount.currency if remittance.amount else None,
            "reference": remittance.reference,
            "date": remittance.on.isoformat() if remittance.on else None,
            "invoices": list(remittance.invoices),
        }
        if remittance
        else None,
        "ooo_until": reading.absence.returns_on.isoformat()
        if reading.absence and reading.absence.returns_on
        else None,
        "alternate_contact": reading.absence.deputy if reading.absence else None,
        "new_contact": reading.new_contact,
        "evidence": [
            {"intent": one.intent.value, "quote": one.evidence.text} for one in reading.statements
        ],
        "flags": [flag.value for flag in reading.flags],
        "because": list(reading.because),
        "auto": reading.automatic.value,
        "bounce_recipient": list(bounce.recipients) if bounce else None,
        "bounce_type": ("hard" if bounce.is_hard else "soft") if bounce else None,
        "visible_text": reading.new_text,
        "thread_ids": list(reading.thread_ids),
        "subject": reading.identity.subject,
        "from_email": reading.identity.from_address,
        "error": None,
    }
    return found


def per_invoice(reading: Reading) -> dict[str, str]:
    """The intent of each invoice named; the graver label wins where two speak of one."""
    order = list(Intent)
    found: dict[str, Intent] = {}
    for one in reading.statements:
        for number in one.invoices:
            if number not in found or order.index(one.intent) < order.index(found[number]):
                found[number] = one.intent
    for promise in reading.promises:
        if promise.invoice is not None:
            found.setdefault(promise.invoice, Intent.PROMISE_TO_PAY)
    return {number: intent.value for number, intent in found.items()}


def failure(identifier: str, error: str) -> Json:
    """The line for a record that could not be read: no intents, to a human, with the reason."""
    return {
        "id": identifier,
        "intents": [],
        "needs_human": True,
        "confidence": 0.0,
        "per_invoice": {},
        "promise": [],
        "dispute_reason": None,
        "remittance": None,
        "ooo_until": None,
        "alternate_contact": None,
        "new_contact": None,
        "evidence": [],
        "error": error,
    }


def _of_line(line: str, number: int) -> Json:
    name = f"line {number}"
    try:
        record: object = json.loads(line)
    except (ValueError, RecursionError) as fault:
        return failure(name, f"not JSON: {fault}")
    if not isinstance(record, Mapping):
        return failure(name, "the record is no object")
    identifier = str(record.get("id", name))
    try:
        reading = read_mail(raw_of(record), context_of(record), EXPECTED_DEFECTS)
        return prediction(reading, identifier)
    # A fault of ours in one record must not cost the others: it becomes that record's line.
    except Exception as fault:  # noqa: BLE001
        return failure(identifier, f"{type(fault).__name__}: {fault}")


def of_jsonl(lines: TextIO) -> Iterator[Json]:
    """Read records one by one; a blank line gives nothing."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if len(line) > LINE_MAX:
            yield failure(f"line {number}", f"the line is longer than {LINE_MAX} characters")
            continue
        yield _of_line(line, number)


def of_mail(path: Path) -> Json:
    """Read one `.eml` file; its identifier is its name without the ending."""
    try:
        if path.stat().st_size > MAIL_OCTETS_MAX:
            return failure(path.stem, f"the mail is larger than {MAIL_OCTETS_MAX} octets")
        return prediction(read_mail(path.read_bytes(), Context()), path.stem)
    except OSError as fault:
        return failure(path.stem, f"the file cannot be read: {fault.strerror}")
    # As above: one mail's fault is that mail's line.
    except Exception as fault:  # noqa: BLE001
        return failure(path.stem, f"{type(fault).__name__}: {fault}")


def read_jsonl(source: Path, target: Path) -> int:
    """Write one prediction a line for the records of `source`; return how many.

    Raises:
        OSError: A file cannot be opened.
    """
    count = 0
    with (
        source.open(encoding="utf-8", errors="replace") as lines,
        target.open("w", encoding="utf-8") as out,
    ):
        for one in of_jsonl(lines):
            out.write(_dumped(one) + "\n")
            count += 1
    return count


def read_mails(folder: Path, target: Path) -> int:
    """Write one prediction a line for the `.eml` files of `folder`, by name; return how many.

    Raises:
        OSError: The folder cannot be listed or the target not be written.
    """
    count = 0
    names = sorted(folder.iterdir())
    with target.open("w", encoding="utf-8") as out:
        for path in names:
            if path.suffix.lower() == ".eml":
                out.write(_dumped(of_mail(path)) + "\n")
                count += 1
    return count


def _dumped(one: Json) -> str:
    return json.dumps(one, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """`read [FILE.eml ...] | --jsonl IN --out OUT | --mails DIR --out OUT`; 0 done, 2 wrong use."""
    arguments = argparse.ArgumentParser(prog="run.py read", description="Say what mails mean.")
    arguments.add_argument("files", nargs="*", type=Path, metavar="FILE.eml")
    arguments.add_argument("--jsonl", type=Path, help="records, one JSON object a line")
    arguments.add_argument("--mails", type=Path, help="a folder of .eml files")
    arguments.add_argument("--out", type=Path, help="where the predictions go, one a line")
    chosen = arguments.parse_args(argv)
    try:
        if chosen.jsonl or chosen.mails:
            if chosen.out is None:
                sys.stderr.write("Name the file for the predictions: --out OUT\n")
                return 2
            if chosen.jsonl:
                read_jsonl(chosen.jsonl, chosen.out)
            else:
                read_mails(chosen.mails, chosen.out)
            return 0
    except OSError as fault:
        sys.stderr.write(f"{fault.filename}: {fault.strerror}\n")
        return 2
    if not chosen.files:
        sys.stderr.write("Name a FILE.eml, or --jsonl IN --out OUT, or --mails DIR --out OUT.\n")
        return 2
    for path in chosen.files:
        sys.stdout.write(json.dumps(of_mail(path), ensure_ascii=False, indent=1) + "\n")
    return 0
