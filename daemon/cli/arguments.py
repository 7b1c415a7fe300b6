"""What each command may be given. Light: a wrong word is told before anything is loaded."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import date

from daemon.core.command_words import FORMS

SEED_DEFAULT = 7
DEMO_DAYS_DEFAULT = 60
SIMULATED_DAYS = 90
SIMULATED_ACCOUNTS = 12
DAYS_DEFAULT = 5
DAYS_MAX = 400
# `start` and `stop` also mean all letters; `help` is about no account.
OWN_FORM = frozenset({"start", "stop", "help"})


def nothing(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def a_date(text: str) -> date:
    """Read a date of the command line.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date; write it as 2026-12-31") from None


def days(text: str) -> int:
    """Read a number of days, 1 to 400.

    Raises:
        argparse.ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or not 1 <= int(text[:9]) <= DAYS_MAX:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {DAYS_MAX}")
    return int(text)


def configure_demo(parser: argparse.ArgumentParser) -> None:
    """Which story, how long, where its mail goes."""
    parser.add_argument("--seed", type=int, default=SEED_DEFAULT, help="same seed, same story")
    parser.add_argument("--days", type=days, default=DEMO_DAYS_DEFAULT, help="virtual days")
    parser.add_argument("--out", default="demo-out", metavar="DIR", help="where the mails lie")


def configure_simulate(parser: argparse.ArgumentParser) -> None:
    """Which worlds, how long, how large, with which troubles."""
    parser.add_argument("--seed", type=int, default=SEED_DEFAULT, help="same seed, same event log")
    parser.add_argument("--seeds", default="", metavar="A-B", help="many seeds, as in 1-1000")
    parser.add_argument("--days", type=days, default=SIMULATED_DAYS, help="virtual days")
    parser.add_argument("--accounts", type=int, default=SIMULATED_ACCOUNTS, help="customers")
    parser.add_argument("--faults", default="all", help="all, none, or names as in crash,cuts")
    parser.add_argument("--model", action="store_true", help="read replies with the weights, too")
    parser.add_argument("--jobs", type=int, default=0, help="processes; 0: one a processor")
    parser.add_argument(
        "--loopback",
        action="store_true",
        help="real SMTP and IMAP on loopback, compared with the same world in memory",
    )
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="postgres://user@host/db: each seed in a database of its own on that server",
    )


def configure_check(parser: argparse.ArgumentParser) -> None:
    """Whether servers are asked too."""
    parser.add_argument("--offline", action="store_true", help="do not connect to the mail servers")


def configure_import(parser: argparse.ArgumentParser) -> None:
    """A file, and how to take it."""
    parser.add_argument("file", metavar="FILE", help="CSV or XLSX export of the open items")
    parser.add_argument("--dry-run", action="store_true", help="only show the difference")
    parser.add_argument("--as-of", type=a_date, metavar="DATE", help="the date of its figures")
    parser.add_argument(
        "--yes-they-are-gone",
        action="store_true",
        help="take the file although more than the guard allows has disappeared",
    )


def configure_forecast(parser: argparse.ArgumentParser) -> None:
    """`--on DATE` or `--days N`."""
    when = parser.add_mutually_exclusive_group()
    when.add_argument("--on", type=a_date, metavar="DATE", help="one day")
    when.add_argument("--days", type=days, default=DAYS_DEFAULT, help="days ahead (default 5)")


def configure_subject(parser: argparse.ArgumentParser) -> None:
    """An invoice or an account."""
    parser.add_argument("subject", metavar="INVOICE|ACCOUNT", help="invoice number or account")


def configure_status(parser: argparse.ArgumentParser) -> None:
    """Nothing, an invoice or an account."""
    parser.add_argument("subject", nargs="?", default="", metavar="INVOICE|ACCOUNT")


def configure_read(parser: argparse.ArgumentParser) -> None:
    """Three forms: files, `--jsonl IN --out OUT`, `--mails DIR --out OUT`."""
    parser.add_argument("files", nargs="*", metavar="FILE.eml", help="mails to read and explain")
    parser.add_argument("--jsonl", metavar="IN", help="records, one JSON object a line")
    parser.add_argument("--mails", metavar="DIR", help="a folder of .eml files")
    parser.add_argument("--out", metavar="OUT", help="where the predictions go")


def configure_start(parser: argparse.ArgumentParser) -> None:
    """`start`, `start --live`, `start --redirect`, or `start INVOICE|ACCOUNT`."""
    parser.add_argument("subject", nargs="?", default="", metavar="INVOICE|ACCOUNT")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--live", action="store_true", help="send to customers from now on")
    mode.add_argument("--redirect", action="store_true", help="send all to one internal address")
    mode.add_argument("--draft", action="store_true", help="decide and render, send nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    add_rep(parser)
    parser.set_defaults(words="start", rest=[])


def configure_stop(parser: argparse.ArgumentParser) -> None:
    """`stop` for all letters, or `stop ACCOUNT`."""
    parser.add_argument("subject", nargs="?", default="", metavar="INVOICE|ACCOUNT")
    add_rep(parser)
    parser.set_defaults(words="stop", rest=[])


def configure_backup(parser: argparse.ArgumentParser) -> None:
    """Where to, and whether secrets go along."""
    parser.add_argument("--to", default="", metavar="FILE", help="a new file, or a folder for it")
    parser.add_argument(
        "--with-secrets", action="store_true", help="put secrets.toml into the file, too"
    )


def configure_restore(parser: argparse.ArgumentParser) -> None:
    """Which backup, and whether a database that is there is set aside."""
    parser.add_argument("file", metavar="FILE", help="what `backup` wrote")
    parser.add_argument(
        "--replace", action="store_true", help="keep the database that is there beside the new one"
    )


def add_rep(parser: argparse.ArgumentParser) -> None:
    """Who gives the command."""
    parser.add_argument(
        "--as", dest="rep", default="", metavar="REP", help="a rep's address; default: the operator"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A rep's verb on the command line; `words` is the verb as the grammar knows it."""

    name: str
    words: str
    form: str
    summary: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """A subject, the rest of the command, and who says it."""
        parser.add_argument("subject", metavar="INVOICE|ACCOUNT")
        parser.add_argument("rest", nargs="*", metavar="WORD", help=f"as in: {self.form}")
        add_rep(parser)
        parser.set_defaults(words=self.words)


VERBS = tuple(
    Verb(name=words.replace(" ", "-"), words=words, form=form, summary=summary)
    for words, form, summary in FORMS
    if words not in OWN_FORM
)


def configure_correct(parser: argparse.ArgumentParser) -> None:
    """A mail in a file and what it means."""
    parser.add_argument("file", metavar="FILE.eml")
    parser.add_argument("labels", nargs="+", metavar="LABEL", help="as in: dispute promise")
