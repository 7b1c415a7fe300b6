"""The demonstration: the same seed tells the same story, no law is broken, each mail is a mail."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import io
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from daemon.cli.output import Output
from daemon.errors import UsageError
from daemon.world.demo import run_demo
from daemon.world.folder import MARKER

SEED = 11
DAYS = 12
SECONDS = re.compile(r"^\d+ days in \d+\.\d seconds$", re.MULTILINE)
FILE_NAME = re.compile(r"(D100\d\d|office)/\d{3}-2026-03-\d\d-(in|out)-[a-z_-]+\.eml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One demonstration: exit code, what was printed, the lines of the days, the folder."""

    code: int
    text: str
    days: str
    folder: Path
    scratch: Path

    def mails(self) -> dict[str, bytes]:
        """Return every mail by its place in the folder."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for path in sorted(self.folder.rglob("*.eml"))
        }


def played(folder: Path, scratch: Path) -> Run:
    """Play a short demonstration into a folder, with its home in `scratch`."""
    out, days = Output(), io.StringIO()
    with contextlib.redirect_stdout(days):
        code = asyncio.run(run_demo(SEED, DAYS, folder, out, scratch=scratch))
    text = SECONDS.sub("", out.text()).replace(str(folder), "FOLDER")
    return Run(code=code, text=text, days=days.getvalue(), folder=folder, scratch=scratch)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    """Two demonstrations of the same seed; the second replaces the folder of an earlier one."""
    first, second = tmp_path_factory.mktemp("first"), tmp_path_factory.mktemp("second")
    (second / MARKER).write_text("an earlier demonstration", encoding="utf-8")
    (second / "D1").mkdir()
    (second / "D1" / "001-old.eml").write_bytes(b"old")
    scratch = tmp_path_factory.mktemp("scratch")
    return played(first, scratch), played(second, scratch)


def test_the_same_seed_tells_the_same_story(runs: tuple[Run, Run]) -> None:
    """Two runs print the same table and days, and leave the same mails, to the byte."""
    first, second = runs
    ours, theirs = first.mails(), second.mails()

    assert first.text == second.text
    assert first.days == second.days
    assert list(ours) == list(theirs)
    assert [] == [name for name, raw in ours.items() if theirs[name] != raw]


def test_no_law_is_broken_and_the_end_says_so(runs: tuple[Run, Run]) -> None:
    """Exit 0 means: nothing failed, no law was broken, and each law was really checked."""
    first, _ = runs
    laws = first.text.partition("The laws")[2].splitlines()
    counts = [
        (int(found.group(1)), int(found.group(2)))
        for line in laws
        if (found := re.search(r" {2,}(\d+) +(\d+) *$", line))
    ]

    assert first.code == 0
    assert len(counts) >= 8
    assert {0} == {broken for _, broken in counts}
    assert all(checked > 0 for checked, _ in counts)
    assert "went wrong" not in first.text


def test_every_mail_lies_in_its_folder_and_parses(runs: tuple[Run, Run]) -> None:
    """Every mail, in and out, is a file that a mail program opens, under its account."""
    mails = runs[0].mails()
    parsed = {
        name: email.message_from_bytes(raw, policy=email.policy.default)
        for name, raw in mails.items()
    }

    assert len(mails) > 60
    assert [] == [name for name in mails if FILE_NAME.fullmatch(name) is None]
    assert [] == [name for name, mail in parsed.items() if mail.defects or not mail["Message-ID"]]
    assert [] == [name for name, mail in parsed.items() if not mail["From"] or not mail["To"]]


def test_the_days_bring_letters_replies_holds_and_commands(runs: tuple[Run, Run]) -> None:
    """Twelve days are enough to see promises, bounces, forgery, forwards and rep commands."""
    kinds = {name.partition("/")[2][15:].removesuffix(".eml") for name in runs[0].mails()}

    wanted = {
        "out-inquiry", "out-reminder", "out-pre_due", "out-forward", "out-echo", "out-digest",
        "in-promise", "in-bounce", "in-forged-promise", "in-plan-request", "in-rep-command",
        "in-ticket-receipt",
    }  # fmt: skip
    assert set() == wanted - kinds
    assert "handed over" in runs[0].text
    assert "promise (" in runs[0].text


def test_customers_mail_carries_the_verdict_of_our_border_alone(runs: tuple[Run, Run]) -> None:
    """Real customers pass, the forger fails; a bounce has no sender to vouch for."""
    verdicts: dict[str, set[str]] = {}
    for name, raw in runs[0].mails().items():
        kind = name.partition("/")[2][15:].removesuffix(".eml")
        if kind.startswith("in-"):
            stamps = email.message_from_bytes(raw).get_all("Authentication-Results", [])
            found = re.findall(r"dmarc=(\w+)", " ".join(stamps))
            verdicts.setdefault(kind, set()).update(found or {"none"})

    assert {"pass"} == verdicts["in-promise"]
    assert {"fail"} == verdicts["in-forged-promise"]
    assert {"none"} == verdicts["in-bounce"]


def test_nothing_is_left_behind_but_the_folder(runs: tuple[Run, Run]) -> None:
    """The temporary home is gone, and what an earlier demonstration left was replaced."""
    _, second = runs

    assert [] == list(second.scratch.iterdir())
    assert not (second.folder / "D1").exists()


async def test_a_folder_of_others_is_never_replaced(tmp_path: Path) -> None:
    """What the demonstration did not make, it does not touch."""
    kept = tmp_path / "letters.txt"
    kept.write_text("mine", encoding="utf-8")

    with pytest.raises(UsageError, match="was not made by the demonstration"):
        await run_demo(SEED, DAYS, tmp_path, Output())
    assert kept.read_text(encoding="utf-8") == "mine"


async def test_days_out_of_range_are_refused(tmp_path: Path) -> None:
    """A demonstration has at least one day."""
    with pytest.raises(UsageError, match="1 to 366"):
        await run_demo(SEED, 0, tmp_path / "out", Output())
