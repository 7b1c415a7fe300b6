"""Letters and rep mail as words: the content goes in, subject, text and HTML come out.

A level's template holds only what the level says, in named blocks; two shared layouts put the
blocks, the rows and the way to pay into text and HTML, so that both say the same. A file in
the home's `templates/` wins over the packaged one of the same name. Templates are sandboxed,
strict about unknown names, read once, and see clean strings only: no name from a ledger is
ever part of a template's source. Rendering reads no clock and sends nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import (
    ChoiceLoader,
    FileSystemLoader,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)

from daemon.adapters import formats, rep_view, text_layout
from daemon.adapters.letter_view import GroupView, LetterView, RowView, clean, letter_view
from daemon.adapters.list_file import list_csv
from daemon.adapters.mime_parts import Attachment
from daemon.adapters.payment_block import payment_blocks, qr_png
from daemon.adapters.template_failure import naming
from daemon.adapters.template_sandbox import WatchedEnvironment
from daemon.core.digest import DigestContent
from daemon.core.effects import EchoToRep, ForwardToRep, TellOperator
from daemon.core.letters import LetterContent
from daemon.errors import TemplateFailed

PACKAGED = Path(__file__).resolve().parents[2] / "templates"
LAST_LANGUAGE = "en"
OUTPUT_CHARACTERS_MAX = 1_000_000
SUBJECT_CHARACTERS_MAX = 160
TABLE_COLUMNS = ("number", "issued", "due", "overdue", "total", "settled", "open", "asked")


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineImage:
    """A PNG that the HTML shows as `cid:NAME`; `name` is also its Content-ID."""

    name: str
    png: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedLetter:
    """A letter in words: one-line subject, text (LF), HTML, the images that it shows, its files.

    `files` are the list of invoices or the statement, where the letter says it attaches one.
    """

    subject: str
    text: str
    html: str
    language: str
    images: tuple[InlineImage, ...] = ()
    files: tuple[Attachment, ...] = ()


class Renderer:
    """Renders with the packaged templates and the user's own over them.

    Args:
        overrides: The home's `templates` folder, or None. It need not exist.
        seconds: Tells the seconds computed so far, by which a template runs out of time.
    """

    def __init__(
        self, overrides: Path | None = None, seconds: Callable[[], float] = time.thread_time
    ) -> None:
        folders = [overrides] if overrides is not None and overrides.is_dir() else []
        self.folders: tuple[Path, ...] = (*folders, PACKAGED)
        self.environment = WatchedEnvironment(
            ChoiceLoader([FileSystemLoader(folder) for folder in self.folders]),
            filters={"wrapped": text_layout.wrapped, "paragraphs": text_layout.paragraphs},
            names={
                "text_table": _text_table,
                "text_sums": _text_sums,
                "labelled": text_layout.labelled,
            },
            seconds=seconds,
        )

    def letter(self, content: LetterContent) -> RenderedLetter:
        """Say a letter in the account's language, else the creditor's, else English.

        Raises:
            TemplateFailed: A template is missing, wrong, takes too long, or says more than
                a million characters.
        """
        language = self.language_of(content)
        images = _payment_codes(content)
        view = letter_view(content, language, {code: image.name for code, image in images})
        with self.environment.watching():
            said = self._said(f"{language}/{content.template}.j2", view)
            shared = {"letter": view, "said": said}
            text = self._whole(self._layout(language, content.template, "txt"), shared)
            html = self._whole(self._layout(language, content.template, "html"), shared)
        with naming(f"{language}/sayings.j2"):
            files = _files(content, language, said)
        return RenderedLetter(
            subject=_subject(said["subject"]),
            text=_tidy(text),
            html=html.strip() + "\n",
            language=language,
            images=tuple(image for _, image in images),
            files=files,
        )

    def language_of(self, content: LetterContent) -> str:
        """Return the first language that has the letter's template.

        Raises:
            TemplateFailed: No language has it.
        """
        wanted = (content.language, content.creditor.language, LAST_LANGUAGE)
        for language in wanted:
            spoken = language.replace("-", "_").split("_")[0].lower()
            if spoken and self._exists(f"{spoken}/{content.template}.j2"):
                return spoken
        raise TemplateFailed(
            file=f"{LAST_LANGUAGE}/{content.template}.j2", line=0, sentence="there is no such file"
        )

    def said(self, content: LetterContent) -> Mapping[str, str]:
        """Return what the letter's template says, block by block.

        Raises:
            TemplateFailed: As for `letter`.
        """
        language = self.language_of(content)
        view = letter_view(content, language, {})
        return self._said(f"{language}/{content.template}.j2", view)

    def compiled(self, name: str) -> None:
        """Compile a template without running it.

        Raises:
            TemplateFailed: Its syntax is wrong.
        """
        with naming(name):
            self.environment.get_template(name)

    def forward(self, effect: ForwardToRep, letter_text: str = "") -> tuple[str, str]:
        """Say a forward to a rep; `letter_text` is quoted (approvals). Returns subject, text.

        Raises:
            TemplateFailed: As for `letter`.
        """
        return self._rep_mail("forward", rep_view.forward_view(effect, letter_text))

    def echo(self, effect: EchoToRep) -> tuple[str, str]:
        """Say what a rep's command did. Returns subject, text."""
        return self._rep_mail("echo", rep_view.notice_view(effect.subject, effect.lines))

    def alarm(self, effect: TellOperator) -> tuple[str, str]:
        """Say an alarm or notice to the operator. Returns subject, text."""
        return self._rep_mail("alarm", rep_view.notice_view(effect.subject, effect.lines))

    def digest(self, content: DigestContent) -> tuple[str, str]:
        """Say a rep's morning digest. Returns subject, text."""
        return self._rep_mail("digest", rep_view.digest_view(content))

    # --- below the surface ------------------------------------------------------------------

    def _exists(self, name: str) -> bool:
        try:
            self.environment.get_template(name)
        except TemplateNotFound as error:
            return error.name != name
        except (TemplateSyntaxError, SyntaxError, RecursionError):
            return True
        return True

    def _layout(self, language: str, template: str, ending: str) -> str:
        """Return the level's own layout where somebody wrote one, else the shared one."""
        own = f"{language}/{template}.{ending}.j2"
        return own if self._exists(own) else f"letter.{ending}.j2"

    def _rep_mail(self, name: str, view: object) -> tuple[str, str]:
        said = self._said(f"rep/{name}.j2", view)
        return _subject(said["subject"]), _tidy(said["text"])

    def _said(self, name: str, view: object) -> Mapping[str, str]:
        """Render every block of a template and of those that it extends, by name.

        Blocks are known once the template has run up to its first output.
        """
        with self.environment.watching(), naming(name):
            template = self.environment.get_template(name)
            context = template.new_context({"letter": view})
            next(iter(template.root_render_func(context)), None)
            said = {block: _limited(stack[0](context)) for block, stack in context.blocks.items()}
            if "subject" not in said:
                raise UndefinedError("the block 'subject' is missing")
            return said

    def _whole(self, name: str, shared: Mapping[str, object]) -> str:
        with naming(name):
            template = self.environment.get_template(name)
            context = template.new_context(dict(shared))
            return _limited(template.root_render_func(context))


def _limited(pieces: Iterable[str]) -> str:
    return "".join(_up_to_the_limit(iter(pieces)))


def _up_to_the_limit(pieces: Iterator[str]) -> Iterator[str]:
    said = 0
    for piece in pieces:
        said += len(piece)
        if said > OUTPUT_CHARACTERS_MAX:
            raise ValueError(f"it says more than {OUTPUT_CHARACTERS_MAX:,} characters")
        yield piece


def _subject(said: str) -> str:
    subject = clean(said)
    if len(subject) > SUBJECT_CHARACTERS_MAX:
        return subject[: SUBJECT_CHARACTERS_MAX - 1].rstrip() + "…"
    return subject


def _tidy(text: str) -> str:
    """Drop blanks at line ends and more than one empty line; plain spaces, one newline last."""
    lines = [line.rstrip() for line in formats.plain_spaces(text).strip("\n").split("\n")]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip("\n") + "\n"


def _word(said: Mapping[str, str], name: str) -> str:
    if name not in said:
        raise UndefinedError(f"the block {name!r} is missing in this language's sayings.j2")
    return " ".join(said[name].split(" ")).strip()


def _text_table(
    rows: tuple[RowView, ...],
    said: Mapping[str, str],
    columns: tuple[str, ...] = TABLE_COLUMNS,
) -> str:
    """Lay out rows; each column has a heading block `column_NAME`."""
    cells = [
        [(name, _word(said, f"column_{name}"), str(getattr(row, name))) for name in columns]
        for row in rows
    ]
    order = _word(said, "your_order")
    notes = [f"{order} {row.purchase_order}" if row.purchase_order else "" for row in rows]
    return text_layout.table(cells, notes)


def _text_sums(group: GroupView, said: Mapping[str, str], is_short: bool = False) -> str:
    """Lay out the arithmetic of a currency; `is_short`: deductions in one sum each."""
    lines = [(_word(said, "sum_demanded"), group.demanded)]
    for rows, total, word in (
        (group.credits, group.credit_sum, _word(said, "sum_credit")),
        (group.unapplied, group.unapplied_sum, _word(said, "sum_unapplied")),
    ):
        if is_short or not rows:
            lines.extend([(word, f"{total} {group.currency}")] if total else [])
            continue
        for row in rows:
            label = f"{word} {row.number}" + (f" ({row.issued})" if row.issued else "")
            lines.append((label, f"{row.open} {group.currency}"))
    asked = (_word(said, "sum_asked"), group.asked)
    return text_layout.sums([*lines, asked] if group.has_arithmetic else [asked])


def _files(
    content: LetterContent, language: str, said: Mapping[str, str]
) -> tuple[Attachment, ...]:
    if not content.is_list_attached and not content.attaches_statement:
        return ()
    name = _word(said, "list_name" if content.is_list_attached else "statement_name")
    locale = formats.locale_of(language, content.country)
    octets = list_csv(content, locale, lambda word: _word(said, word))
    day = content.business_date.isoformat()
    return (
        Attachment(name=f"{name}-{day}.csv", media_type='text/csv; charset="utf-8"', octets=octets),
    )


def _payment_codes(content: LetterContent) -> tuple[tuple[str, InlineImage], ...]:
    return tuple(
        (
            block.amount.currency,
            InlineImage(
                name=f"payment-code-{block.amount.currency.lower()}@letter",
                png=qr_png(block.epc),
            ),
        )
        for block in payment_blocks(content)
        if block.epc
    )


__all__ = ["Attachment", "InlineImage", "LetterView", "RenderedLetter", "Renderer"]
