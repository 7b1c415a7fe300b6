"""Stationery: an outbox row becomes frozen bytes with the right sender, token and thread.

One thread per account: a constant root id stands in References, and a final notice opens a
thread of its own. The plus-address of Reply-To carries the row's token. Source: DESIGN §7.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import assert_never

from daemon.adapters.log import without_secrets
from daemon.adapters.mime import freeze_letter, freeze_rep_mail
from daemon.adapters.mime_parts import Attachment
from daemon.adapters.render import RenderedLetter, Renderer
from daemon.adapters.template_growth import TemplateTooHeavy
from daemon.core.effects import EchoToRep, ForwardToRep, SendDigest, SendLetter, TellOperator
from daemon.core.letters import LetterContent
from daemon.core.model import Sender
from daemon.errors import TemplateFailed, UnsayableLetter
from daemon.ports import Frozen, Outgoing

THREAD_CHARACTERS = 24
# So many letters that took too long are remembered, the latest.
TOO_HEAVY_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """Our side of every envelope.

    `inbox` receives replies (`ar@seller.example`); `sender` is who rep mail comes from;
    `operator` gets the alarms; `is_verp` puts the token into the envelope sender too; `files`
    is where PDFs lie. `hides` are the home's passwords and keys: an alarm may quote a server
    that repeats one.
    """

    inbox: str
    sender: Sender
    operator: str
    message_domain: str
    is_verp: bool
    files: Path
    secret: bytes
    hides: tuple[str, ...] = ()


class PaperStationery:
    """Implements `application.Stationery` over the templates."""

    def __init__(self, renderer: Renderer, head: Letterhead) -> None:
        self.renderer = renderer
        self.head = head
        self._too_heavy: dict[str, tuple[str, int, str]] = {}

    def plus(self, token: str) -> str:
        """Return the inbox address with a token, or plain where there is none."""
        local, _, domain = self.head.inbox.rpartition("@")
        return f"{local}+{token}@{domain}" if token else self.head.inbox

    def thread(self, account: str, *, is_final: bool) -> str:
        """Return the constant root id of an account's thread."""
        spoken = f"thread|{account}|{'final' if is_final else 'account'}"
        digest = hashlib.blake2b(spoken.encode(), key=self.head.secret).hexdigest()
        return f"thread.{digest[:THREAD_CHARACTERS]}@{self.head.message_domain}"

    def freeze(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Render and freeze; see `application.Stationery`.

        Raises:
            UnsayableLetter: A template failed, or a file to attach is missing.
        """
        try:
            return self.frozen(row, now, original, letter_text)
        except (TemplateFailed, ValueError) as error:
            # ValueError: a name or an address that no header can carry.
            raise UnsayableLetter(f"{row.key}: {error}") from error

    def frozen(
        self, row: Outgoing, now: datetime, original: bytes | None, letter_text: str
    ) -> Frozen:
        """Dispatch on what the row is."""
        effect = row.effect
        references: tuple[str, ...] = ()
        match effect:
            case SendLetter(content=content):
                return self.letter(row, content, now)
            case ForwardToRep():
                subject, text = self.renderer.forward(effect, letter_text)
                rep, references = effect.rep, (self.thread(effect.forward, is_final=False),)
            case EchoToRep():
                subject, text = self.renderer.echo(effect)
                rep = effect.rep
                references = (effect.in_reply_to,) if effect.in_reply_to else ()
            case TellOperator():
                subject, text = self.renderer.alarm(effect)
                text = without_secrets(text, self.head.hides)
                rep = self.head.operator
            case SendDigest(content=digest):
                subject, text = self.renderer.digest(digest)
                rep = effect.rep
            case _:
                assert_never(effect)
        return freeze_rep_mail(
            subject,
            text,
            key=row.key,
            to=rep,
            sender=self.head.sender,
            reply_to=self.plus(row.reply_token),
            message_domain=self.head.message_domain,
            now=now,
            original=original,
            references=references,
            secret=self.head.secret,
            envelope_from=self.head.sender.address,
        )

    def letter(self, row: Outgoing, content: LetterContent, now: datetime) -> Frozen:
        """Freeze a customer letter."""
        reply_to = self.plus(row.reply_token)
        return freeze_letter(
            self.rendered(row.key, content),
            content,
            key=row.key,
            message_domain=self.head.message_domain,
            reply_to=reply_to,
            envelope_from=reply_to if self.head.is_verp else content.sender.address,
            references=(self.thread(row.account, is_final=content.is_final_notice),),
            now=now,
            attachments=self.invoices(content),
            secret=self.head.secret,
        )

    def rendered(self, key: str, content: LetterContent) -> RenderedLetter:
        """Put a letter of the outbox into words.

        Templates are read once, and what a letter says does not change: one that took its
        template too long is not tried again for as long as this process lives, for each trial
        holds up everything else for more than a second.

        Raises:
            TemplateFailed: As for `Renderer.letter`.
        """
        if key in self._too_heavy:
            file, line, sentence = self._too_heavy[key]
            raise TemplateFailed(file=file, line=line, sentence=sentence)
        try:
            return self.renderer.letter(content)
        except TemplateFailed as error:
            if isinstance(error.__cause__, TemplateTooHeavy):
                if len(self._too_heavy) >= TOO_HEAVY_MAX:
                    self._too_heavy.pop(next(iter(self._too_heavy)))
                self._too_heavy[key] = (error.file, error.line, error.sentence)
            raise

    def invoices(self, content: LetterContent) -> list[Attachment]:
        """Return the invoice PDFs that the letter attaches.

        Raises:
            UnsayableLetter: A PDF that the letter promises is not there.
        """
        found = []
        for name in content.pdfs if content.attaches_pdf else ():
            path = (self.head.files / name).resolve()
            if not path.is_relative_to(self.head.files.resolve()) or not path.is_file():
                raise UnsayableLetter(f"the invoice file {name} is not in {self.head.files}")
            found.append(
                Attachment(name=path.name, media_type="application/pdf", octets=path.read_bytes())
            )
        return found

    def letter_text(self, row: Outgoing) -> str:
        """Return the plain text of a customer letter; empty for other mail."""
        effect = row.effect
        return self.rendered(row.key, effect.content).text if isinstance(effect, SendLetter) else ""

    def preview(self, content: LetterContent) -> tuple[str, str]:
        """Return subject and text of a letter that is not in the outbox."""
        rendered = self.renderer.letter(content)
        return rendered.subject, rendered.text
