"""Every mail and reply at hand, read: crashes, times, bounces, automatic mail.

    python -m bench.corpus MAILS [--replies bench/replies] [--own tests/corpus]

MAILS holds `.eml` files with an `index.json` of what each is (a `kind`, and for bounces the
`recipients` that failed). Beside them are read the mails of our own corpus and, made into mails
by headers of their own, the labelled replies. Of these, those held out and labelled as automatic
count as machines, read by networks that have not learnt them (`bench.unseen`); those without a
sign of a machine count as people; the rest is only read. A machine is found where it is taken
for one or labelled as one. Times are CPU of the whole reading, one mail after another; a network
that is not asked takes none. Writes `bench/results/corpus.json` and prints it.
"""

from __future__ import annotations

import argparse
import json
import time
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.check_replies import FOLDER, HELD_OUT_FILE
from bench.fuzz_finds import DEADLINE_SECONDS
from bench.unseen import unseen
from parsers.classifier import load_classifier
from parsers.opinion import Judge
from parsers.read import read as read_by
from parsers.reader import read_mail
from parsers.reading import Automatic, Context, Intent, Reading
from parsers.record import EXPECTED_DEFECTS, context_of, raw_of

RESULT = Path(__file__).parent / "results" / "corpus.json"
# The file of mixed machine mail, and the headers that a machine sets.
MACHINE_RECORDS = "au"
MACHINE_HEADERS = {"auto-submitted", "precedence", "x-autoreply", "x-auto-response-suppress"}
AUTOMATIC_LABELS = {Intent.OUT_OF_OFFICE, Intent.OTHER_AUTOMATIC}
BOUNCE, PERSON, MACHINE, ANY = "bounce", "human", "machine", "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Specimen:
    """A mail, what reads it beside the bytes, and what it is.

    `kind` is `bounce`, `human`, `machine` (automatic, no bounce) or `any`, which is only read;
    `recipients` are the addresses of a bounce that failed, each with the forms it may have.
    """

    name: str
    raw: bytes
    context: Context
    kind: str
    is_record: bool = False
    is_held_out: bool = False
    recipients: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a specimen; no reading is a crash."""

    specimen: Specimen
    reading: Reading | None
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The result. Times in milliseconds of CPU, shares in percent."""

    measured_on: str
    mails: int
    crashes: int
    over_deadline: int
    p99_ms: float
    slowest_ms: float
    bounces: int
    bounces_found_percent: float
    bounces_with_recipient: int
    recipients_found_percent: float
    people: int
    people_called_bounce_percent: float
    people_called_automatic_percent: float
    machines: int
    machines_found_percent: float


def of_index(folder: Path) -> Iterator[Specimen]:
    """Yield the mails of a folder by its index."""
    for entry in json.loads((folder / "index.json").read_text("utf-8")):
        expected = entry.get("expected", {})
        yield Specimen(
            name=entry["id"],
            raw=(folder / f"{entry['id']}.eml").read_bytes(),
            context=Context(),
            kind=BOUNCE if entry["kind"] == BOUNCE else PERSON,
            recipients=tuple(
                frozenset(address.casefold() for address in forms)
                for forms in expected.get("recipients", ())
            ),
        )


def of_corpus(folder: Path) -> Iterator[Specimen]:
    """Yield our own corpus."""
    kinds = {Automatic.NONE: PERSON, Automatic.BOUNCE: BOUNCE}
    for path in sorted(folder.glob("*.eml")):
        expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
        failed = (expected.get("bounce") or {}).get("recipients", ())
        yield Specimen(
            name=path.stem,
            raw=path.read_bytes(),
            context=Context(),
            kind=kinds.get(Automatic(expected["automatic"]), MACHINE),
            recipients=tuple(frozenset({address.casefold()}) for address in failed),
        )


def of_replies(folder: Path) -> Iterator[Specimen]:
    """Yield the labelled replies as mails."""
    held_out = set((folder / HELD_OUT_FILE).read_text("utf-8").split())
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            is_held_out = record["id"] in held_out
            yield Specimen(
                name=record["id"],
                raw=raw_of(record),
                context=context_of(record),
                kind=kind_of(record, is_held_out=is_held_out),
                is_record=True,
                is_held_out=is_held_out,
            )


def kind_of(record: Mapping[str, Any], *, is_held_out: bool) -> str:
    """Return what a labelled reply is known to be."""
    if set(record["gold"]["intents"]) & AUTOMATIC_LABELS:
        return MACHINE if is_held_out else ANY
    signs = {str(name).casefold() for name in record.get("headers") or ()} & MACHINE_HEADERS
    return ANY if signs or record["id"].startswith(MACHINE_RECORDS) else PERSON


def read(specimen: Specimen, apart: Judge | None) -> Outcome:
    """Read one mail, a machine held out by `apart`; a crash is told with its place and kept, not
    raised."""
    began = time.process_time()
    reading = None
    try:
        expected = EXPECTED_DEFECTS if specimen.is_record else frozenset()
        if specimen.is_held_out and specimen.kind == MACHINE:
            reading = read_by(specimen.raw, specimen.context, apart, expected)
        else:
            reading = read_mail(specimen.raw, specimen.context, expected)
    except Exception:  # noqa: BLE001 - what is looked for here is any error at all
        print(f"CRASH {specimen.name}\n{traceback.format_exc(limit=-3)}")
    return Outcome(specimen=specimen, reading=reading, seconds=time.process_time() - began)


def names_all(reading: Reading | None, recipients: tuple[frozenset[str], ...]) -> bool:
    """Tell whether a bounce names one of the addresses that failed."""
    bounce = reading.bounce if reading else None
    found = {address.casefold() for address in bounce.recipients} if bounce else set()
    return any(forms & found for forms in recipients)


def percent(part: int, whole: int) -> float:
    """Return a share in percent; of nothing, 0."""
    return round(100 * part / whole, 2) if whole else 0.0


def is_called(outcome: Outcome, *kinds: Automatic) -> bool:
    """Tell whether a mail was taken for one of these."""
    return outcome.reading is not None and outcome.reading.automatic in kinds


def is_found(outcome: Outcome) -> bool:
    """Tell whether a machine was taken for one, or labelled as one."""
    reading = outcome.reading
    return reading is not None and (
        reading.automatic is not Automatic.NONE or bool(set(reading.intents) & AUTOMATIC_LABELS)
    )


def figures(outcomes: list[Outcome], day: str) -> Figures:
    """Count."""
    bounces = [one for one in outcomes if one.specimen.kind == BOUNCE]
    named = [one for one in bounces if one.specimen.recipients]
    people = [one for one in outcomes if one.specimen.kind == PERSON]
    machines = [one for one in outcomes if one.specimen.kind == MACHINE]
    others = [kind for kind in Automatic if kind not in (Automatic.NONE, Automatic.BOUNCE)]
    seconds = sorted(one.seconds for one in outcomes)
    found = sum(is_called(one, Automatic.BOUNCE) for one in bounces)
    right = sum(names_all(one.reading, one.specimen.recipients) for one in named)
    return Figures(
        measured_on=day,
        mails=len(outcomes),
        crashes=sum(one.reading is None for one in outcomes),
        over_deadline=sum(one > DEADLINE_SECONDS for one in seconds),
        p99_ms=round(1000 * seconds[int(len(seconds) * 0.99)], 1),
        slowest_ms=round(1000 * seconds[-1], 1),
        bounces=len(bounces),
        bounces_found_percent=percent(found, len(bounces)),
        bounces_with_recipient=len(named),
        recipients_found_percent=percent(right, len(named)),
        people=len(people),
        people_called_bounce_percent=percent(
            sum(is_called(one, Automatic.BOUNCE) for one in people), len(people)
        ),
        people_called_automatic_percent=percent(
            sum(is_called(one, *others) for one in people), len(people)
        ),
        machines=len(machines),
        machines_found_percent=percent(sum(map(is_found, machines)), len(machines)),
    )


def main() -> int:
    """Read everything; 1 if a mail crashed the reading."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("mails", type=Path)
    parser.add_argument("--replies", type=Path, default=FOLDER)
    parser.add_argument("--own", type=Path, default=Path("tests/corpus"))
    asked = parser.parse_args()
    sources = (of_index(asked.mails), of_corpus(asked.own), of_replies(asked.replies))
    trained = load_classifier()
    apart = unseen(trained) if trained is not None else None
    outcomes = [read(specimen, apart) for source in sources for specimen in source]
    counted = figures(outcomes, datetime.now(UTC).date().isoformat())
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(asdict(counted), indent=1) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"), end="")
    return 1 if counted.crashes else 0


if __name__ == "__main__":
    raise SystemExit(main())
