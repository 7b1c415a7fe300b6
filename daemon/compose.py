"""Compose: the one place that builds adapters and wires the application.

`open_app` is a context: what it opens is closed in the reverse order. `check_home` asks
everything that can be asked before the first letter.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from daemon.adapters.authentication import Bearer, Credential, Password, TokenCommand
from daemon.adapters.clock import SystemClock
from daemon.adapters.imap import ImapMailbox
from daemon.adapters.imap_connection import ImapSettings
from daemon.adapters.log import open_log
from daemon.adapters.oauth import RefreshedToken
from daemon.adapters.parser_pool import ParserPool, readers_of
from daemon.adapters.rate import RateLimits
from daemon.adapters.render import Renderer
from daemon.adapters.room import has_room
from daemon.adapters.smtp import SmtpSettings, SmtpSubmission
from daemon.adapters.stationery import Letterhead, PaperStationery
from daemon.adapters.template_check import check_templates
from daemon.application import App, Delivery, Inbound, Log, reading_with
from daemon.core.ledger_change import unknown_owner_sentence
from daemon.core.model import Sender
from daemon.core.quota import Quota
from daemon.errors import ConfigError, DulyError, PeerError
from daemon.ports import Clock
from daemon.service import ServiceOptions
from daemon.settings import Settings, load_settings
from daemon.settings_mail import ServerSection
from daemon.store.refold import Refolded
from daemon.store.store import open_store

INBOX_NAME = "inbox"
MODELS = "models"
ACTIVE = "active"


@asynccontextmanager
async def open_app(
    home: Path,
    settings: Settings,
    *,
    is_readonly: bool,
    clock: Clock | None = None,
    is_quiet: bool = False,
) -> AsyncIterator[App]:
    """Open the application of a home.

    Args:
        home: The home directory.
        settings: Its configuration.
        is_readonly: For commands that only look: no lock is taken, nothing can be changed.
        clock: Business time; the system's by default.
        is_quiet: For commands that a person reads: only warnings are logged.

    Raises:
        ConfigError: The database or a setting cannot be used.
        WriterBusy: Another process writes this home.
    """
    async with AsyncExitStack() as stack:
        store = await open_store(
            settings.database_url(), secret=settings.signing_key(), is_readonly=is_readonly
        )
        stack.push_async_callback(store.close)
        readers = readers_of(settings.imap.readers)
        parser = ParserPool(readers)
        stack.push_async_callback(parser.close)
        submission = SmtpSubmission(smtp_settings(settings))
        stack.push_async_callback(submission.close)
        mailbox = ImapMailbox(imap_settings(settings))
        stack.push_async_callback(mailbox.close)
        app = App(
            house=settings.house(),
            store=store,
            clock=clock or SystemClock(),
            parser=parser,
            submission=submission,
            inbounds=(inbound(settings, mailbox),),
            stationery=stationery(home, settings),
            pace=RateLimits(settings.smtp.mailbox_per_minute, settings.smtp.domain_per_minute),
            log=open_log(
                level=loud_enough(settings.log.level) if is_quiet else settings.log.level,
                is_text=settings.log.format == "text",
                secrets=settings.secrets(),
            ),
            model_folder=partial(active_model, home),
            has_room=partial(has_room, home, settings.imap.disk_free_octets_min),
            readers=reading_with(readers),
            delivery=Delivery(
                redirect_to=settings.smtp.redirect_to, sent_copy=settings.smtp.sent_copy
            ),
        )
        tell_refolded(app.log, store.refolded)
        yield app


def tell_refolded(log: Log, done: Refolded) -> None:
    """Log what was rebuilt for a new release, and whose events could not be replayed."""
    if done.accounts:
        log.info("accounts_replayed", accounts=done.accounts, rewritten=done.rebuilt)
    for account, sentence in done.left:
        log.error("account_keeps_its_state", account=account, why=sentence)


def loud_enough(level: str) -> str:
    """Return the level of a quiet log: `error` where that is wanted, else `warning`."""
    return level if level == "error" else "warning"


def active_model(home: Path) -> str:
    """Return the folder of the home's own trained heads that is in use, empty = none."""
    models = home / MODELS
    try:
        chosen = models / (models / ACTIVE).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
    return str(chosen) if chosen.is_dir() and chosen != models else ""


def credential(settings: Settings, server: ServerSection) -> Credential:
    """Return how a server is logged in to."""
    auth = settings.auth
    if auth.method == "password":
        return Password(text=server.password.get_secret_value())
    if auth.token_command:
        return Bearer(provider=TokenCommand(command=auth.token_command))
    return Bearer(
        provider=RefreshedToken(
            url=auth.token_url,
            client_id=auth.client_id,
            client_secret=auth.client_secret.get_secret_value(),
            refresh_token=auth.refresh_token.get_secret_value(),
            scope=auth.scope,
        )
    )


def smtp_settings(settings: Settings) -> SmtpSettings:
    """Return the submission host as the adapter knows it."""
    smtp = settings.smtp
    return SmtpSettings(
        host=smtp.host,
        port=smtp.port,
        tls=smtp.tls,
        ca_file=smtp.ca_file,
        username=smtp.username,
        credential=credential(settings, smtp) if smtp.username else None,
        helo=smtp.helo,
        final_reply_seconds=smtp.final_reply_seconds,
        mails_per_connection_max=smtp.mails_per_connection_max,
        idle_seconds_max=smtp.idle_seconds_max,
    )


def imap_settings(settings: Settings) -> ImapSettings:
    """Return the inbox as the adapter knows it."""
    imap = settings.imap
    return ImapSettings(
        host=imap.host,
        port=imap.port,
        username=imap.username,
        credential=credential(settings, imap),
        name=INBOX_NAME,
        tls=imap.tls,
        ca_file=imap.ca_file,
        poll_seconds=imap.poll_seconds,
        idle_seconds_max=imap.idle_seconds,
        octets_max=imap.octets_max,
    )


def inbound(settings: Settings, mailbox: ImapMailbox) -> Inbound:
    """Return the watched mailbox with its folders and our own addresses."""
    creditor = settings.creditor
    own = (creditor.sender, creditor.escalated_sender)
    return Inbound(
        mailbox=mailbox,
        folder=settings.imap.folder,
        processed=settings.imap.processed_folder,
        quarantine=settings.imap.quarantine_folder,
        sent=settings.imap.sent_folder,
        authserv_ids=settings.imap.authserv_ids,
        own_addresses=tuple(address for address in own if address),
        quota=Quota(
            sender_octets_max=settings.imap.sender_day_octets_max,
            all_octets_max=settings.imap.day_octets_max,
        ),
    )


def stationery(home: Path, settings: Settings, renderer: Renderer | None = None) -> PaperStationery:
    """Return the stationery of a home: its templates (or `renderer`'s), its senders, its key."""
    creditor = settings.creditor
    return PaperStationery(
        renderer or Renderer(home / "templates"),
        Letterhead(
            inbox=creditor.sender,
            sender=Sender(address=creditor.sender, name=f"Duly for {creditor.name}"),
            operator=settings.house().reps.operator,
            message_domain=creditor.sender.rpartition("@")[2],
            is_verp=settings.smtp.envelope_sender == "verp",
            files=home / "ledger",
            secret=settings.signing_key(),
            hides=settings.secrets(),
        ),
    )


def service_options(app: App, settings: Settings, home: Path) -> ServiceOptions:
    """Return how the service runs in this home."""
    from daemon.cli.working import import_folder

    async def take_files() -> int:
        return await import_folder(app, settings, home)

    return ServiceOptions(
        idle_seconds=settings.imap.idle_seconds,
        poll_seconds=settings.imap.poll_seconds,
        import_folder=take_files if settings.ledger.watch else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that `check` found; `is_configuration`: wrong in the home's own files."""

    severity: Literal["error", "warning"]
    sentence: str
    is_configuration: bool = False


async def check_home(home: Path, *, is_offline: bool) -> tuple[Problem, ...]:
    """Check configuration, templates, database and servers.

    Args:
        home: The home directory.
        is_offline: Ask no server.

    Returns:
        Everything that is wrong or doubtful; empty where all is well.
    """
    try:
        settings = load_settings(home)
    except ConfigError as error:
        return tuple(
            Problem(severity="error", sentence=line, is_configuration=True)
            for line in str(error).splitlines()
            if line
        )
    found = [Problem(severity="warning", sentence=line) for line in settings.warnings()]
    renderer = Renderer(home / "templates")
    found += [
        Problem(
            severity="error",
            sentence=f"template {one.file}, line {one.line}: {one.sentence}",
            is_configuration=True,
        )
        for one in check_templates(renderer, settings.house().creditor)
    ]
    found += await check_database(settings)
    if not is_offline:
        found += await check_servers(settings)
    return tuple(found)


async def check_database(settings: Settings) -> list[Problem]:
    """Open the database where there is one; list accounts without address, owners unknown."""
    try:
        store = await open_store(
            settings.database_url(), secret=settings.signing_key(), is_readonly=True
        )
    except DulyError as error:
        is_new = settings.database_url().startswith("sqlite") and not database_file(settings)
        return [] if is_new else [Problem(severity="error", sentence=f"database: {error}")]
    found = []
    reps = settings.reps.to_core()
    strangers: set[str] = set()
    try:
        after = ""
        while ids := await store.account_ids(after):
            after = ids[-1]
            for account, state in (await store.load(ids)).items():
                if not state.contacts:
                    sentence = f"account {account} ({state.facts.name}) has no address: no letter"
                    found.append(Problem(severity="warning", sentence=sentence))
                if not reps.is_rep(state.facts.owner):
                    strangers.add(state.facts.owner)
    finally:
        await store.close()
    unknown = (unknown_owner_sentence(owner) for owner in sorted(strangers))
    return [*found, *(Problem(severity="warning", sentence=sentence) for sentence in unknown)]


def database_file(settings: Settings) -> bool:
    """Tell whether the embedded database exists already."""
    return Path(settings.database_url().removeprefix("sqlite:///")).exists()


async def check_servers(settings: Settings) -> list[Problem]:
    """Log in to both servers and open the inbox."""
    found = []
    for section, ask in (("smtp", ask_submission), ("imap", ask_mailbox)):
        try:
            await ask(settings)
        except (PeerError, ConfigError) as error:
            problem = Problem(
                severity="error",
                sentence=f"[{section}] {error}",
                is_configuration=isinstance(error, ConfigError),
            )
            found.append(problem)
    return found


async def ask_submission(settings: Settings) -> None:
    """Log in to the submission host."""
    submission = SmtpSubmission(smtp_settings(settings))
    try:
        await submission.connect()
    finally:
        await submission.close()


async def ask_mailbox(settings: Settings) -> None:
    """Log in to the inbox and open its folder."""
    mailbox = ImapMailbox(imap_settings(settings))
    try:
        await mailbox.open(settings.imap.folder)
    finally:
        await mailbox.close()
