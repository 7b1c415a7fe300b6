"""Check of the labelled replies: labels, quotes, dates, and near-duplicates kept together.

    python -m bench.check_replies [--write-groups]

Prints each fault as `file:id: sentence` and ends with 1 where there is one. Near-duplicates
(new words alone, two fifths of their five-letter groups in common) stand in `groups.txt`, one
set a line, so that what is held out (`held_out.txt`) is not what is trained on;
`--write-groups` writes that file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zlib import crc32

from parsers.opinion import REASON_CODES
from parsers.reading import Intent
from parsers.trim import split_reply

FOLDER = Path(__file__).parent / "replies"
GROUPS_FILE = "groups.txt"
HELD_OUT_FILE = "held_out.txt"
GRAM = 5
SAMPLE = 2
ALIKE_MIN = 0.4
PAST_DAYS_MAX, AHEAD_DAYS_MAX = 60, 550
SERIOUS = frozenset(
    {
        Intent.DISPUTE,
        Intent.HARDSHIP_OR_INSOLVENCY,
        Intent.REFUSAL_OR_LEGAL_THREAT,
        Intent.STOP_REQUEST,
        Intent.PAYMENT_PLAN_REQUEST,
        Intent.EXTENSION_REQUEST,
    }
)
ALONE = frozenset({Intent.ACKNOWLEDGEMENT, Intent.UNRELATED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A labelled reply: the record as written, and the file (writer) it came from."""

    file: str
    record: Mapping[str, object]

    @property
    def identifier(self) -> str:
        """Its `id`."""
        return str(self.record.get("id", ""))

    @property
    def body(self) -> str:
        """The text of the mail."""
        return str(self.record.get("body", ""))

    @property
    def gold(self) -> Mapping[str, object]:
        """Its labels."""
        found = self.record.get("gold")
        return found if isinstance(found, Mapping) else {}

    def only(self, intent: str) -> Example:
        """Return the record with one label and nothing else told."""
        return Example(file=self.file, record={**self.record, "gold": {"intents": [intent]}})


def examples(folder: Path = FOLDER) -> list[Example]:
    """Return every record of the folder, by file and line.

    Raises:
        ValueError: A line is no JSON object.
    """
    found: list[Example] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            if not isinstance(record, dict):
                raise ValueError(f"{path.name}: a line is no object")
            found.append(Example(file=path.stem, record=record))
    return found


def _rows(value: object) -> list[Mapping[str, object]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _flat(text: str) -> str:
    return " ".join(text.split())


def faults_of(example: Example) -> Iterator[str]:
    """Yield what is wrong with one record, each as a sentence."""
    gold = example.gold
    names = gold.get("intents")
    labels = {str(name) for name in names} if isinstance(names, list) else set()
    unknown = labels - {intent.value for intent in Intent}
    if not labels or unknown:
        yield f"labels are missing or unknown: {sorted(unknown)}"
        return
    intents = {Intent(name) for name in labels}
    if len(intents) > 1 and intents & ALONE:
        yield "acknowledgement and unrelated stand alone"
    if "needs_human" not in gold:
        return
    if intents & SERIOUS and gold["needs_human"] is not True:
        yield "a serious label needs a human"
    reason = gold.get("dispute_reason")
    if (Intent.DISPUTE in intents) != (reason in REASON_CODES):
        yield f"the reason {reason!r} does not fit the labels"
    body = _flat(example.body)
    for one in _rows(gold.get("evidence")):
        if str(one.get("intent")) not in labels:
            yield f"evidence for a label that is not given: {one.get('intent')}"
        if _flat(str(one.get("quote", ""))) not in body:
            yield f"the quote is not in the body: {str(one.get('quote'))[:60]!r}"
    numbers = {str(row.get("number")) for row in _rows(example.record.get("open_invoices"))}
    fates = gold.get("per_invoice")
    for number, name in fates.items() if isinstance(fates, Mapping) else ():
        if number not in numbers or name not in labels:
            yield f"the fate of {number} names no open invoice or no label"
    yield from _promise_faults(example, intents, numbers)


def _promise_faults(example: Example, intents: set[Intent], numbers: set[str]) -> Iterator[str]:
    promises = _rows(example.gold.get("promise"))
    if (Intent.PROMISE_TO_PAY in intents) != bool(promises):
        yield "a promise without a date, or a date without a promise"
    received = datetime.fromisoformat(str(example.record.get("received"))).date()
    for one in promises:
        on = date.fromisoformat(str(one.get("date")))
        low = received - timedelta(days=PAST_DAYS_MAX)
        if not low <= on <= received + timedelta(days=AHEAD_DAYS_MAX):
            yield f"the promised day {on} is far from the day of receipt {received}"
        if one.get("invoice") is not None and str(one["invoice"]) not in numbers:
            yield f"the promise names {one['invoice']}, which is not open"


def _grams(text: str) -> frozenset[int]:
    flat = re.sub(r"\d", "0", _flat(text.lower()))
    return frozenset(crc32(flat[i : i + GRAM].encode()) for i in range(len(flat) - GRAM + 1))


def near_duplicates(texts: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Return the sets of identifiers whose texts are nearly the same, sorted."""
    grams = {name: _grams(text) for name, text in texts.items()}
    holders: dict[int, list[str]] = defaultdict(list)
    parent = {name: name for name in texts}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for name, found in grams.items():
        shared: Counter[str] = Counter()
        for gram in found:
            if gram % SAMPLE == 0:
                shared.update(holders[gram])
                holders[gram].append(name)
        for other, count in shared.items():
            if count * SAMPLE * 4 < min(len(found), len(grams[other])):
                continue
            both = len(found & grams[other])
            if both > ALIKE_MIN * (len(found) + len(grams[other]) - both):
                parent[root(name)] = root(other)
    sets: dict[str, list[str]] = defaultdict(list)
    for name in texts:
        sets[root(name)].append(name)
    return sorted(tuple(sorted(one)) for one in sets.values() if len(one) > 1)


def main(argv: Sequence[str] | None = None) -> int:
    """Check the folder; 0 without faults."""
    arguments = argparse.ArgumentParser(prog="bench.check_replies", description=__doc__)
    arguments.add_argument("--write-groups", action="store_true")
    chosen = arguments.parse_args(argv)
    found = examples()
    faults = [f"{one.file}:{one.identifier}: {fault}" for one in found for fault in faults_of(one)]
    twice = [name for name, count in Counter(e.identifier for e in found).items() if count > 1]
    faults += [f"{name} stands twice" for name in twice]
    groups = near_duplicates({one.identifier: split_reply(one.body).new_text for one in found})
    lines = "".join(" ".join(one) + "\n" for one in groups)
    aside = set((FOLDER / HELD_OUT_FILE).read_text(encoding="utf-8").split())
    faults += [
        f"held out, but parted: {one}" for one in groups if 0 < len(aside & set(one)) < len(one)
    ]
    if chosen.write_groups:
        (FOLDER / GROUPS_FILE).write_text(lines, encoding="utf-8")
    elif (FOLDER / GROUPS_FILE).read_text(encoding="utf-8") != lines:
        faults.append(f"{GROUPS_FILE} is out of date: run with --write-groups")
    sys.stdout.write("".join(fault + "\n" for fault in faults))
    sys.stdout.write(f"{len(found)} records, {len(groups)} sets alike, {len(faults)} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
