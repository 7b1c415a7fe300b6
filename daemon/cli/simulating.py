"""Simulate: worlds drawn from seeds, with every trouble that mail, servers and people bring.

Prints the laws and how often each was checked. A broken law prints the seed, the day, the
account and the chain of events; the same seed shows the same again.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from daemon.cli.output import Output
from daemon.errors import UsageError
from daemon.world.campaign import SeedResult, run_seeds, total_laws, total_troubles
from daemon.world.simulation import Plan
from daemon.world.troubles import MEANINGS, Fault

SEEDS_MAX = 100_000
BROKEN_SHOWN = 5
SEEDS_KEPT = "tests/simulation/seeds.txt"


async def simulate(home: Path, arguments: argparse.Namespace, out: Output) -> int:
    """Simulate one seed or a range of them.

    Returns:
        0; 1 if a law was broken.

    Raises:
        UsageError: A range or a kind of trouble is not understood.
    """
    seeds = seeds_of(arguments.seeds) if arguments.seeds else [arguments.seed]
    plan = Plan(
        days=arguments.days,
        accounts=arguments.accounts,
        faults=faults_of(arguments.faults),
        has_model=arguments.model,
        is_loopback=arguments.loopback,
        database=arguments.database,
    )
    jobs = arguments.jobs or os.cpu_count() or 1
    results: list[SeedResult] = []
    async for result in run_seeds(plan, seeds, jobs):
        results.append(result)
        if not result.is_clean:
            tell_broken(out, result, plan)
        broken = sum(not known.is_clean for known in results)
        out.progress(f"{len(results)} of {len(seeds)} seeds, {broken} with a broken law")
    out.end_progress()
    results.sort(key=lambda result: result.seed)
    tell(out, results)
    out.put(in_short(results))
    return 0 if all(result.is_clean for result in results) else 1


def seeds_of(text: str) -> list[int]:
    """Read `7` or `1-1000`.

    Raises:
        UsageError: It is neither.
    """
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        raise UsageError(f"--seeds takes a range as in 1-1000, not {text!r}")
    begin, end = int(first), int(last or first)
    if not begin <= end < begin + SEEDS_MAX:
        raise UsageError(f"--seeds {text}: the first comes first, and at most {SEEDS_MAX} at once")
    return list(range(begin, end + 1))


def faults_of(text: str) -> frozenset[Fault]:
    """Read `all`, `none`, or names with commas between them.

    Raises:
        UsageError: A name is not known; the sentence lists those that are.
    """
    if text in ("all", "none"):
        return frozenset(Fault) if text == "all" else frozenset()
    known = {fault.value: fault for fault in Fault}
    names = [name.strip() for name in text.split(",")]
    strange = [name for name in names if name not in known]
    if strange:
        listed = "; ".join(f"{fault.value}: {words}" for fault, words in MEANINGS.items())
        raise UsageError(f"--faults {strange[0]!r} is not known. all, none, or of these: {listed}")
    return frozenset(known[name] for name in names)


def tell(out: Output, results: list[SeedResult]) -> None:
    """Print the laws, the troubles and the sums."""
    out.table(
        f"The laws over {len(results)} worlds",
        ("law", "what it says", "checked", "broken"),
        [(law.name, law.promise, law.checked, law.broken) for law in total_laws(results)],
    )
    met = ", ".join(f"{name} {count}" for name, count in total_troubles(results).items())
    out.line()
    out.line(f"troubles met: {met or 'none'}")
    letters = sum(result.letters for result in results)
    mails_in = sum(result.mails_in for result in results)
    seconds = sum(result.seconds for result in results)
    out.line(
        f"{letters} letters, {sum(result.mails_out for result in results)} mails out, "
        f"{mails_in} mails in, {sum(result.passes for result in results)} passes"
    )
    failed = [str(result.seed) for result in results if not result.is_clean]
    if failed:
        out.line(f"broken in seeds: {', '.join(failed)}")
    if len(results) == 1:
        out.line(f"event log {results[0].digest}")
    out.line(f"{len(results)} seeds, {seconds / len(results):.1f} seconds a seed")


def tell_broken(out: Output, result: SeedResult, plan: Plan) -> None:
    """Print what was broken in a seed, with the chain of events, and how to keep the seed."""
    for broken in result.broken[:BROKEN_SHOWN]:
        out.line(f"broken: seed {result.seed}, {broken.on}, account {broken.account or 'none'}")
        out.line(f"  law {broken.law}: {broken.sentence}")
        out.lines.extend(f"    {entry}" for entry in broken.chain)
    if len(result.broken) > BROKEN_SHOWN:
        out.line(f"  and {len(result.broken) - BROKEN_SHOWN} more in seed {result.seed}")
    kept = f"{result.seed} {plan.days} {plan.accounts} {result.broken[0].law}"
    out.line(f"  keep it for ever: add `{kept}` to {SEEDS_KEPT}")


def in_short(results: list[SeedResult]) -> dict[str, object]:
    """Return the same for machines."""
    return {
        "laws": [
            {"name": law.name, "checked": law.checked, "broken": law.broken}
            for law in total_laws(results)
        ],
        "troubles": total_troubles(results),
        "seeds": [
            {
                "seed": result.seed,
                "digest": result.digest,
                "letters": result.letters,
                "seconds": round(result.seconds, 2),
                "broken": [
                    {
                        "law": broken.law,
                        "on": broken.on,
                        "account": broken.account,
                        "sentence": broken.sentence,
                        "chain": broken.chain,
                    }
                    for broken in result.broken
                ],
            }
            for result in results
        ],
    }
