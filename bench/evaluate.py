"""The published report: `python -m bench.evaluate`, over the replies held out.

Reads them three times: with the trained reader, by networks that have not learnt what they are
asked about (`bench.unseen`), with its head on n-grams alone, with rules alone. Writes
`bench/reading.md` and the confusion matrix beside it, as a picture.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.sax.saxutils import escape

from bench.check_replies import FOLDER, GROUPS_FILE, Example, examples
from bench.examples import held_out
from bench.figures import PRECISIONS, Case, Figures, figures, share
from bench.lessons import folds
from bench.train import crosswise_limits
from bench.unseen import Unseen, unseen
from bench.writers import stored, table
from parsers.classifier import load_classifier
from parsers.opinion import Judge
from parsers.predictions import prediction
from parsers.reading import Intent
from parsers.record import read_record

REPORT = Path(__file__).parent / "reading.md"
PICTURE = Path(__file__).parent / "confusion.svg"
HARD = 3
TIMED = 200
CELL, LEFT, TOP = 34, 190, 170


def crosswise_cases(found: Sequence[Example], reader: Unseen) -> list[Case]:
    """Read every record under limits that were set without it."""
    groups = [line.split() for line in (FOLDER / GROUPS_FILE).read_text("utf-8").splitlines()]
    drawn = folds([one.identifier for one in found], groups)
    readers = [reader.under(limits) for limits in crosswise_limits()]
    return [
        case
        for one, fold in zip(found, drawn.tolist(), strict=True)
        for case in cases_of([one], readers[fold])
    ]


def cases_of(found: Sequence[Example], reader: Judge | None) -> list[Case]:
    """Read every record with a reader."""
    return [
        Case(
            record=one.record,
            gold=one.gold,
            found=prediction(read_record(one.record, reader), one.identifier),
        )
        for one in found
    ]


def percent(value: float) -> str:
    """Return a share in percent with one decimal."""
    return f"{100 * value:.1f}"


def summary(readings: dict[str, Figures]) -> list[str]:
    """Return the table that sets the readings side by side."""
    lines = ["| | " + " | ".join(readings) + " |", "|---" * (len(readings) + 1) + "|"]

    def line(name: str, values: list[str]) -> None:
        lines.append(f"| {name} | " + " | ".join(values) + " |")

    made = list(readings.values())
    line("macro F1 over the labels", [percent(one.macro) for one in made])
    line("primary label right", [percent(one.primary_right) for one in made])
    line(
        "dangerous errors per 1,000",
        [f"{share(1000 * one.dangers.total(), one.count):.1f}" for one in made],
    )
    line(
        "handled without a human, of what needs none",
        [percent(share(one.rightly_kept, one.could_be_kept)) for one in made],
    )
    line(
        "right among what is handled",
        [f"{percent(share(sum(one.kept), len(one.kept)))} of {len(one.kept)}" for one in made],
    )
    line("promise dates exact", [percent(share(sum(one.days), len(one.days))) for one in made])
    for precision in PRECISIONS:
        line(
            f"labelled at {percent(precision)} precision, the surest first",
            [percent(one.coverage(precision)) for one in made],
        )
    return lines


def by_label(made: Figures) -> list[str]:
    """Return the table of the labels."""
    lines = ["| label | precision | recall | F1 | records |", "|---|---|---|---|---|"]
    for intent in Intent:
        precision, recall, both = made.of_label(intent.value)
        count = made.hits[intent.value] + made.missed[intent.value]
        lines.append(
            f"| {intent.value} | {percent(precision)} | {percent(recall)} | {percent(both)}"
            f" | {count} |"
        )
    return lines


def by_language(readings: dict[str, Figures]) -> list[str]:
    """Return the table of the languages: the primary label right."""
    lines = ["| language | records | " + " | ".join(readings) + " |"]
    lines.append("|---" * (len(readings) + 2) + "|")
    first = next(iter(readings.values()))
    for language, rights in sorted(first.languages.items(), key=lambda pair: -len(pair[1])):
        shares = [
            percent(share(sum(one.languages[language]), len(rights))) for one in readings.values()
        ]
        lines.append(f"| {language} | {len(rights)} | " + " | ".join(shares) + " |")
    return lines


def picture(made: Figures) -> str:
    """Return the confusion matrix of the primary labels as SVG: a row what is, a column what
    was read."""
    labels = [intent.value for intent in Intent]
    size = CELL * len(labels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + size + 20}"'
        f' height="{TOP + size + 20}" font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for place, label in enumerate(labels):
        middle = place * CELL + CELL // 2
        parts.append(
            f'<text x="{LEFT - 6}" y="{TOP + middle + 4}" text-anchor="end">{escape(label)}</text>'
            f'<text transform="translate({LEFT + middle + 4},{TOP - 6}) rotate(-60)">'
            f"{escape(label)}</text>"
        )
        total = sum(made.confused[label, other] for other in labels)
        for column, other in enumerate(labels):
            count = made.confused[label, other]
            strength = share(count, total)
            colour = "30,120,60" if place == column else "200,60,40"
            left, top = LEFT + column * CELL, TOP + place * CELL
            parts.append(
                f'<rect x="{left}" y="{top}" width="{CELL}" height="{CELL}" stroke="#ddd"'
                f' fill="rgb({colour})" fill-opacity="{strength:.2f}"/>'
            )
            if count:
                parts.append(
                    f'<text x="{left + CELL // 2}" y="{top + CELL // 2 + 4}"'
                    f' text-anchor="middle">{count}</text>'
                )
    return "\n".join([*parts, "</svg>", ""])


def report(readings: dict[str, Figures], speed: float, hard: int) -> str:
    """Return the report as Markdown; `hard` is how many records are traps or ambiguous."""
    best = next(iter(readings.values()))
    dangers = ", ".join(f"{count} {kind}" for kind, count in best.dangers.items()) or "none"
    return "\n".join(
        [
            "# How well replies are read",
            "",
            f"Written by `python -m bench.evaluate`: {best.count} replies of `bench/replies/`, by",
            f"the writers of the training replies; {hard} of them are traps or ambiguous. Each is",
            "read by a network that has not learnt it (`bench.unseen`: two twins, each learnt one",
            "half), under limits that were set without it (five folds); the shipped encoder has",
            "learnt both halves. Mail of other hands will be read somewhat worse, plainer mail",
            "better. Percent unless said otherwise.",
            "",
            *summary(readings),
            "",
            f"Dangerous errors of the trained reading: {dangers}.",
            f"Speed of the trained reading on this machine: {speed:.0f} replies a second of CPU.",
            "",
            "## Primary label right, by language",
            "",
            *by_language(readings),
            "",
            "## The labels, trained reading",
            "",
            *by_label(best),
            "",
            "![What was read (columns) of what is (rows)](confusion.svg)",
            "",
            *writers_left_out(),
        ]
    )


def writers_left_out() -> list[str]:
    """Return the section on writers whom a reader has not seen; empty where none is measured."""
    found = stored()
    if not found:
        return []
    return [
        "## Writers never seen: the best label right",
        "",
        "Written by `python -m bench.writers`: each writer is left out in turn, a head learns from",
        "all others and reads what that writer wrote; no rules, no limits.",
        "",
        *table(found),
        "",
    ]


def main(argv: Sequence[str] | None = None) -> int:
    """Read, count, write; 0 done, 1 without a model."""
    arguments = argparse.ArgumentParser(prog="bench.evaluate", description=__doc__)
    arguments.add_argument("--model", default="", help="a model directory")
    arguments.add_argument("--keep", type=Path, help="write the trained predictions here")
    chosen = arguments.parse_args(argv)
    trained = load_classifier(chosen.model)
    if trained is None:
        sys.stderr.write("There is no model to evaluate.\n")
        return 1
    aside = held_out(FOLDER)
    found = [one for one in examples() if one.identifier in aside]
    apart = unseen(trained)
    cases = crosswise_cases(found, apart)
    if apart.strange:
        sys.stderr.write(f"{len(apart.strange)} replies read otherwise now: run bench.unseen.\n")
    hard = sum(one.record.get("difficulty") == HARD for one in found)
    began = time.process_time()
    cases_of(found[:TIMED], trained)
    speed = TIMED / (time.process_time() - began)
    readings = {
        "trained": figures(cases),
        "n-grams alone": figures(cases_of(found, replace(trained, encoder=None))),
        "rules alone": figures(cases_of(found, None)),
    }
    if chosen.keep is not None:
        lines = [json.dumps(case.found, ensure_ascii=False) + "\n" for case in cases]
        chosen.keep.write_text("".join(lines), encoding="utf-8")
    REPORT.write_text(report(readings, speed, hard), encoding="utf-8")
    PICTURE.write_text(picture(readings["trained"]), encoding="utf-8")
    sys.stdout.write("\n".join(summary(readings)) + f"\nwritten to {REPORT.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
