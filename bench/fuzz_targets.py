"""The targets of the fuzzer: every place where bytes of others come in, each with its errors.

A target takes bytes and returns; all that it may raise is the documented error of its function.
Its seeds are sound inputs of the corpus, the sample files and our own hand, damaged by the
engine. What crosses a border between processes is written as it would be there.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from bench.fuzz_damage import MAIL_PIECES, Kit
from bench.fuzz_seeds import ANSWERS, COMMANDS, CSV_ADVICE, sheets, small_pdfs
from bench.house import default_house
from daemon.adapters.contacts_file import read_contacts
from daemon.adapters.imap_answers import capabilities, fetch_records, is_new_mail, select_answer
from daemon.adapters.imap_answers import search_uids as uids_found
from daemon.adapters.ledger_columns import LedgerOptions
from daemon.adapters.ledger_file import read_ledger
from daemon.adapters.smtp_outcome import Phase, judge, login_refused
from daemon.core.commands import command, parse_commands
from daemon.core.conditions import Conditions, Mode
from daemon.core.events import AccountListed, Event, ItemsChanged, SequenceEntered
from daemon.core.model import AccountFacts, Contact, Item, ItemKind
from daemon.core.money import Money
from daemon.core.state import AccountState
from daemon.core.turn import fold
from daemon.errors import ConfigError, DulyError, UsageError
from daemon.settings import load_settings
from daemon.settings_files import CONFIG, SECRETS, SETTINGS
from parsers.attachments import sniff
from parsers.identify import identify
from parsers.read import read
from parsers.reading import Context, Identity, OpenItem, Reading
from parsers.remittance_lines import RemittanceAdvice, read_advice

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
SAMPLES = ROOT / "tests" / "samples"
NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
TODAY = date(2026, 6, 1)
KEY = "k" * 32
NUMBERS = ("INV-1", "INV-2041", "INV-2042")
ITEMS = tuple(
    OpenItem(number=number, open=Money(120_000, "EUR"), due_on=TODAY - timedelta(days=10))
    for number in NUMBERS
)
CONTEXT = Context(
    received_at=NOW,
    country="DE",
    language="de",
    items=ITEMS,
    authserv_ids=("mx.creditor.example",),
    own_addresses=("ar@creditor.example",),
)
FILE_PIECES = (
    *(b";", b",", b"\t", b'"', b'""', b"\r\n", b"\n", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"1.234,56", b"1,234.56", b"-", b"(5)", b"1e400", b"NaN", b"9" * 40, b"EUR ", b"31.02.2026"),
    *(b"12/11/2026", b"9999-12-31", b"0001-01-01", b"As of ", b"Total", b"\xc2\xa0", b"=1+1"),
    *(b"<c ", b"</c>", b't="s"', b't="d"', b"<v>99999</v>", b"&#x0;", b"<!--", b"<!DOCTYPE a ["),
    *(b"endobj\n", b"stream\n", b" 0 R ", b"<<", b">>", b"[", b"/Filter /FlateDecode ", b"%%EOF"),
)
SETTINGS_PIECES = (
    *(b"=", b"[", b"]]", b'"', b'"""', b"\n", b"\r", b"\x00", b"#", b".", b"{a=1}", b"[[a]]\n"),
    *(b"true", b"-1", b"9" * 40, b"1e999", b"nan", b"2026-06-01", b"[]", b'["a"]', b"\xff", b"\\u"),
    *(b"[smtp]\n", b"[levels.x]\n", b"due+3bd", b"due-99999999d", b'anchor = "x"\n', b"{zone}"),
)
LINE_PIECES = (
    *(b" ", b"\n", b"\n\n", b">", b"--", b",", b"INV-1 ", b"pause ", b"until ", b"9999-12-31"),
    *(b"promise ", b"400 EUR", b"1.200", b"9" * 40, b"0001-01-01", b"d", b"\x00", b"\xe2\x80\xa8"),
    *(b"(", b")", b"{4}", b'"', b"\\", b"* ", b"UID ", b"FETCH (", b"BODY[] ", b"5.7.1 ", b"550-"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One place where foreign bytes come in.

    `run` reads the bytes; `errors` are its documented errors, everything else is a crash.
    `kit` makes its seeds and pieces.
    """

    name: str
    run: Callable[[bytes], object]
    kit: Callable[[], Kit]
    errors: tuple[type[DulyError], ...] = ()


_READING = TypeAdapter(Reading)
_IDENTITY = TypeAdapter(Identity)


def whole_mail(raw: bytes) -> bytes:
    """Read a mail by the rules and write the reading as the parser process does."""
    return _READING.dump_json(read(raw, CONTEXT))


def headers(raw: bytes) -> bytes:
    """Find out whose mail it is, and write that as the parser process does."""
    return _IDENTITY.dump_json(identify(raw, CONTEXT))


def ledger(raw: bytes) -> None:
    """Read a ledger file and the same bytes as a file of contacts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.csv"
        path.write_bytes(raw)
        read_ledger(path, LedgerOptions(), as_of=None, modified_at=NOW, default_currency="EUR")
        read_contacts(path)


def remittance(raw: bytes) -> RemittanceAdvice:
    """Read an attached advice, whatever its bytes are."""
    return read_advice(sniff(raw), raw, ITEMS, TODAY, "DE", "de")


def configuration(raw: bytes) -> None:
    """Load a home with these settings, and build what is wanted from them."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / SETTINGS).write_bytes(raw)
        handle = os.open(home / SECRETS, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(f'[smtp]\npassword = "p"\n[imap]\npassword = "p"\n[keys]\nsigning = "{KEY}"')
        settings = load_settings(home)
        settings.house()


def rep_command(raw: bytes) -> None:
    """Carry out the commands of a rep's mail at an account with open invoices."""
    state = _account()
    house = _house()
    commands, _ = parse_commands(raw.decode("utf-8", "replace"))
    conditions = Conditions(mode=Mode.LIVE, ledger_as_of=TODAY, snapshot="s", inbox_checked_at=NOW)
    account = state.facts.account
    for place, entry in enumerate(commands):
        key = f"fuzz|{place}"
        by = house.reps.default
        decision = command(account, state, entry, by, None, (), conditions, house, NOW, key)
        state = fold(account, state, decision.events, NOW)


_house = cache(default_house)


@cache
def _account() -> AccountState:
    house = _house()
    facts = AccountFacts(
        creditor=house.creditor.key,
        reference="D1",
        name="Debtor GmbH",
        country="DE",
        zone="Europe/Berlin",
        language="de",
        owner=house.reps.default,
    )
    items = tuple(
        Item(
            number=number,
            kind=ItemKind.INVOICE,
            issued_on=TODAY - timedelta(days=40),
            due_on=TODAY - timedelta(days=10),
            total=Money(120_000, "EUR"),
            open=Money(120_000, "EUR"),
            first_seen_on=TODAY - timedelta(days=39),
        )
        for number in NUMBERS
    )
    contact = Contact(address="ap@debtor.example")
    events: tuple[Event, ...] = (
        AccountListed(snapshot="s", facts=facts, contacts=(contact,)),
        ItemsChanged(snapshot="s", as_of=TODAY, items=items),
    )
    entered = (
        SequenceEntered(
            number=number, entry_level=None, advances=(), awaits_owner=False, because="new"
        )
        for number in NUMBERS
    )
    return fold(facts.account, AccountState(facts=facts), (*events, *entered), NOW)


def server_answer(raw: bytes) -> None:
    """Read lines as IMAP answers (after `~` a literal) and as an SMTP reply."""
    lines: list[bytes | bytearray] = [
        bytearray(line[1:]) if line.startswith(b"~") else line for line in raw.split(b"\r\n")
    ]
    uids_found(lines)
    select_answer(lines)
    capabilities(lines)
    fetch_records(lines)
    for line in lines:
        is_new_mail(bytes(line))
    code = int(raw[:3]) if raw[:3].isdigit() else -1
    text = raw[3:].decode("utf-8", "replace")
    for phase in Phase:
        judge(phase, code, text)
    login_refused(code, text)


def _files(folder: Path, ending: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(folder.glob(f"*.{ending}")))


def _mails() -> Kit:
    return Kit(seeds=_files(CORPUS, "eml"), pieces=MAIL_PIECES)


def _ledgers() -> Kit:
    texts = _files(SAMPLES, "csv")
    return Kit(seeds=(*texts, *sheets(texts)), pieces=FILE_PIECES)


def _advices() -> Kit:
    seeds = (CSV_ADVICE, *sheets((CSV_ADVICE,)), *small_pdfs(CSV_ADVICE))
    return Kit(seeds=seeds, pieces=FILE_PIECES)


def _settings() -> Kit:
    example = (CONFIG / "duly.example.toml").read_bytes()
    joined = example + b"\n" + (CONFIG / "procedures.toml").read_bytes()
    return Kit(seeds=(example, joined, joined), pieces=SETTINGS_PIECES)


def _lines(seeds: Sequence[bytes]) -> Callable[[], Kit]:
    return lambda: Kit(seeds=seeds, pieces=LINE_PIECES)


TARGETS = (
    Target(name="mail", run=whole_mail, kit=_mails),
    Target(name="headers", run=headers, kit=_mails),
    Target(name="command", run=rep_command, kit=_lines(COMMANDS)),
    Target(name="ledger", run=ledger, kit=_ledgers, errors=(UsageError,)),
    Target(name="remittance", run=remittance, kit=_advices),
    Target(name="configuration", run=configuration, kit=_settings, errors=(ConfigError,)),
    Target(name="answer", run=server_answer, kit=_lines(ANSWERS)),
)
