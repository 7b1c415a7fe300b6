"""The crash matrix: the daemon is killed at every named point, over and over; nothing is lost.

    python -m bench.crash [--kills 2000] [--seed 1] [--out bench/results/crash.json]

Each trial is an office of its own: real Dovecot, a scripted SMTP server with its own ledger, a
database on disk. Its daemon is ended by SIGKILL at points that are drawn (those least killed at
come first), with a drawn passing, while a ledger is imported, letters with copies leave, replies,
a bounce and a stranger's mail come in, a poisonous mail is set aside and a rep gives an order.
Between two kills it starts again; at the end what left and what came in, as the servers know it,
is compared with the database. Trials turn through the three ways of sent copies, with and
without MOVE. Same seed, same draws. Prints a table and writes the result. The exit status is 1 if
anything was lost, doubled or applied twice, if a law is broken, or a point was never killed at.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from daemon.failpoints import KEEPING, NAMES, RECEIVING, SENDING
from tests.acceptance.crash.cast import FURTHER
from tests.acceptance.crash.kills import warm_up
from tests.acceptance.crash.office import make_office
from tests.acceptance.crash.stand import Stand
from tests.acceptance.crash.trial import Trial
from tests.acceptance.crash.verdict import Verdict, judge
from tests.servers.dovecot import Dovecot
from tests.servers.smtp_faults import FaultSmtp

RESULT = Path(__file__).with_name("results") / "crash.json"
WITHOUT_MOVE = "IMAP4rev1 UIDPLUS LITERAL+"
SENT_COPIES = ("none", "auto", "append")
POISON_EVERY = 4
# This one kills a command, not the daemon: tests/acceptance/test_backup.py does it.
ELSEWHERE = frozenset({"restore.kept"})


@dataclass(slots=True, kw_only=True)
class Draws:
    """Draws among the reachable points those least killed at; `killed` and `missed` count."""

    dice: random.Random
    killed: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)

    def draw(self, reachable: Mapping[str, int]) -> str:
        """Return a point with its passing, `name:N`."""
        # A point that was not come to costs a little, so that another has its turn.
        fewest = min(self.weight(name) for name in reachable)
        name = self.dice.choice([one for one in sorted(reachable) if self.weight(one) == fewest])
        return f"{name}:{self.dice.randint(1, reachable[name])}"

    def weight(self, name: str) -> int:
        """Return how often a point had its turn."""
        return self.killed[name] + self.missed[name] // 2

    def happened(self, drawn: str, *, is_killed: bool) -> None:
        """Note whether the process came to the point."""
        (self.killed if is_killed else self.missed)[drawn.partition(":")[0]] += 1


@dataclass(slots=True, kw_only=True)
class Totals:
    """What all trials came to. `faults` are sentences, each with its trial."""

    trials: int = 0
    letters: int = 0
    mails: int = 0
    unknown: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, trial: Trial, verdict: Verdict, name: str) -> None:
        """Add a trial."""
        self.trials += 1
        self.letters += sum(len(taken.envelope_to) for taken in trial.office.letters())
        self.mails += len(trial.delivered)
        self.unknown += verdict.unknown
        for kind in ("doubled", "lost", "mail_lost", "applied_twice", "laws", "others"):
            self.kinds[kind] += len(getattr(verdict, kind))
        self.faults += [f"{name}: {fault}" for fault in verdict.faults]


async def run_trials(kills: int, draws: Draws, totals: Totals, note: Callable[[int], None]) -> None:
    """Run trials until so many processes were killed; `note` is called after each."""
    with ExitStack() as stack:
        stand = stack.enter_context(Stand())
        servers = (Dovecot(), Dovecot(capability=WITHOUT_MOVE))
        for server in servers:
            stack.callback(server.stop)
            server.start()
        with tempfile.TemporaryDirectory(prefix="duly-crash-") as folder:
            await warm_up(Path(folder), servers[0], stand)
        for number in count():
            if draws.killed.total() >= kills:
                break
            with tempfile.TemporaryDirectory(prefix="duly-crash-") as folder:
                await run_trial(Path(folder), number, draws, totals, stand, servers)
            note(stand.left_behind)


async def run_trial(
    folder: Path,
    number: int,
    draws: Draws,
    totals: Totals,
    stand: Stand,
    servers: Sequence[Dovecot],
) -> None:
    """Run one trial; its number decides how copies are filed, and which server it has."""
    sent_copy = SENT_COPIES[number % len(SENT_COPIES)]
    has_move = number % 2 == 0
    async with FaultSmtp() as smtp:
        office = make_office(
            folder,
            servers[0 if has_move else 1],
            smtp,
            stand,
            sent_copy=sent_copy,
            further=FURTHER,
        )
        trial = Trial(
            office=office,
            drawing=draws,
            sent_copy=sent_copy,
            has_move=has_move,
            is_poisoned=number % POISON_EVERY == POISON_EVERY - 1,
        )
        await trial.play()
        totals.add(trial, await judge(trial), f"trial {number} ({sent_copy})")


def show_progress(draws: Draws, totals: Totals) -> None:
    """Write on one line, over and over, how far it is."""
    line = f"{totals.trials} trials, {draws.killed.total()} kills, {len(totals.faults)} faults"
    sys.stderr.write(f"\r{line}")
    sys.stderr.flush()


def result_of(draws: Draws, totals: Totals, left_behind: int, seed: int) -> dict[str, object]:
    """Return what is written to the result file."""
    killed = draws.killed
    return {
        "measured_on": datetime.now(tz=UTC).date().isoformat(),
        "seed": seed,
        "kills": killed.total(),
        "trials": totals.trials,
        "sending_points": sum(killed[name] > 0 for name in SENDING),
        "receiving_points": sum(killed[name] > 0 for name in RECEIVING),
        "sending_kills": sum(killed[name] for name in SENDING),
        "receiving_kills": sum(killed[name] for name in RECEIVING),
        "other_kills": sum(killed[name] for name in KEEPING),
        "draws_not_come_to": draws.missed.total(),
        "fewest_kills_at_a_point": min(killed[name] for name in NAMES if name not in ELSEWHERE),
        "letters_and_copies_sent": totals.letters,
        "mails_received": totals.mails,
        "sent_twice": totals.kinds["doubled"],
        "letters_lost": totals.kinds["lost"],
        "mails_lost": totals.kinds["mail_lost"],
        "applied_wrongly": totals.kinds["applied_twice"],
        "laws_broken": totals.kinds["laws"],
        "other_faults": totals.kinds["others"],
        "letters_unknown_and_asked_about": totals.unknown,
        "processes_left_behind": left_behind,
        "points": {name: killed[name] for name in NAMES if name not in ELSEWHERE},
        "faults": totals.faults,
    }


def main(words: Sequence[str] | None = None) -> int:
    """Run the matrix; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.crash")
    parser.add_argument("--kills", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args(words)
    draws, totals = Draws(dice=random.Random(options.seed)), Totals()
    result: dict[str, object] = {}

    def note(left_behind: int) -> None:
        show_progress(draws, totals)
        # Written after each trial: a run that is cut off has measured what it has measured.
        result.update(result_of(draws, totals, left_behind, options.seed))
        options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")

    asyncio.run(run_trials(options.kills, draws, totals, note))
    lines = [f"{name:32}{draws.killed[name]:6} kills" for name in NAMES if name not in ELSEWHERE]
    lines += [f"{name:32}{value}" for name, value in result.items() if isinstance(value, int | str)]
    sys.stdout.write("\n" + "\n".join([*lines, *totals.faults]) + "\n")
    is_whole = not totals.faults and not result["processes_left_behind"]
    return 0 if is_whole and result["fewest_kills_at_a_point"] else 1


if __name__ == "__main__":
    sys.exit(main())
