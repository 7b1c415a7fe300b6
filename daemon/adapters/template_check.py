"""Find a template's mistakes before any letter needs it.

Every template of every language, the user's own included, is compiled and tried on all sample
contents under strict rules. Found besides mistakes that stop it: a letter without its way to
answer or to pay, anything that the reader's mail program would fetch from elsewhere, and an
HTML part too large. Sends nothing, changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.adapters.formats import plain_spaces
from daemon.adapters.render import RenderedLetter, Renderer
from daemon.adapters.sample_letters import SAMPLE_DATE, samples
from daemon.adapters.text_layout import paragraphs
from daemon.core.conditions import Mode
from daemon.core.digest import DigestContent
from daemon.core.effects import EchoToRep, ForwardToRep, TellOperator
from daemon.core.letters import LetterContent
from daemon.core.model import Creditor
from daemon.errors import TemplateFailed

HTML_OCTETS_MAX = 60_000
LANGUAGE = re.compile(r"[a-z]{2,3}")
LAYOUT_ENDINGS = (".txt.j2", ".html.j2")
NOT_LEVELS = frozenset({"sayings.j2"})
FETCHED = re.compile(
    r"<(?:script|iframe|object|embed|link|video|audio|form|base)\b"
    r"|(?:src|srcset|background|poster)\s*=\s*[\"']?\s*(?!cid:|[\"'])\S"
    r"|url\s*\(|@import",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateProblem:
    """A mistake: the file (as in `en/inquiry.j2`), its line (0: unknown), what is wrong."""

    file: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelTemplate:
    """A level's template in one language."""

    language: str
    name: str


def check_templates(renderer: Renderer, creditor: Creditor) -> tuple[TemplateProblem, ...]:
    """Try everything.

    Args:
        renderer: With the user's templates over the packaged ones.
        creditor: Whose letters are tried; its bank details decide what must be in them.

    Returns:
        Each problem once, ordered by file and line; empty where all is well.
    """
    found = set(_syntax_problems(renderer))
    broken = {problem.file for problem in found}
    for level in level_templates(renderer):
        for sample in samples(creditor, level.language, level.name):
            file = f"{level.language}/{level.name}.j2"
            if file in broken:
                continue
            found.update(_letter_problems(renderer, file, sample.name, sample.content))
    found.update(_rep_problems(renderer, creditor))
    return tuple(sorted(found, key=lambda problem: (problem.file, problem.line, problem.sentence)))


def level_templates(renderer: Renderer) -> tuple[LevelTemplate, ...]:
    """Return every level's template in every language, the user's own included."""
    found = {
        (folder.name, file.name.removesuffix(".j2"))
        for folder in _language_folders(renderer.folders)
        for file in folder.glob("*.j2")
        if file.name not in NOT_LEVELS and not file.name.endswith(LAYOUT_ENDINGS)
    }
    return tuple(LevelTemplate(language=language, name=name) for language, name in sorted(found))


def _language_folders(roots: Iterable[Path]) -> Iterable[Path]:
    for root in roots:
        for folder in sorted(root.iterdir()):
            if folder.is_dir() and LANGUAGE.fullmatch(folder.name) and folder.name != "rep":
                yield folder


def _syntax_problems(renderer: Renderer) -> Iterable[TemplateProblem]:
    for root in renderer.folders:
        for file in sorted(root.rglob("*.j2")):
            name = file.relative_to(root).as_posix()
            try:
                renderer.compiled(name)
            except TemplateFailed as failure:
                yield _problem(failure)


def _letter_problems(
    renderer: Renderer, file: str, sample: str, content: LetterContent
) -> Iterable[TemplateProblem]:
    try:
        rendered = renderer.letter(content)
        hint = renderer.said(content)["reply_hint"] if len(content.demanded) == 1 else None
    except TemplateFailed as failure:
        yield _problem(failure)
        return
    for sentence in _content_problems(rendered, content, hint):
        yield TemplateProblem(file=file, line=0, sentence=f"{sentence} (sample: {sample})")


def _content_problems(
    rendered: RenderedLetter, content: LetterContent, hint: str | None
) -> Iterable[str]:
    if not rendered.subject:
        yield "the subject is empty"
    if hint is not None:
        first = paragraphs(hint)[0].text if paragraphs(hint) else ""
        if not first or plain_spaces(first) not in " ".join(rendered.text.split()):
            yield "the text does not say how to answer (block reply_hint)"
    needed = [("creditor's name", content.creditor.name)]
    needed += [("creditor's postal address", line) for line in content.creditor.postal_address]
    if any(total.asked.minor > 0 for total in content.totals):
        needed += [("IBAN", content.creditor.iban), ("link", content.creditor.payment_link)]
    if not content.is_list_attached:
        needed += [("number of an invoice", row.number) for row in content.demanded]
    squeezed = "".join(rendered.text.split())
    missing = sorted({name for name, value in needed if "".join(value.split()) not in squeezed})
    yield from (f"the text lacks the {name}" for name in missing)
    fetched = FETCHED.search(rendered.html)
    if fetched:
        yield f"the HTML would fetch or run something: {fetched.group()!r}"
    if len(rendered.html.encode()) > HTML_OCTETS_MAX and len(content.demanded) < 2:
        yield f"the HTML is larger than {HTML_OCTETS_MAX:,} octets"


def _rep_problems(renderer: Renderer, creditor: Creditor) -> Iterable[TemplateProblem]:
    forward = ForwardToRep(
        key="sample", forward="sample", rep=creditor.sender.address, subject="Sample",
        why="A sample.", evidence=("We paid.",), done=("Held.",), next_if_silent="Nothing.",
        card=None, draft_answer="Thank you.", commands=("resume",), mail="sample",
    )  # fmt: skip
    echo = EchoToRep(key="sample", rep=creditor.sender.address, subject="Sample", lines=("Done.",))
    alarm = TellOperator(key="sample", subject="Sample", lines=("Look.",))
    digest = DigestContent(
        rep=creditor.sender.address, rep_name="", on=SAMPLE_DATE, mode=Mode.DRAFT
    )
    tries: tuple[Callable[[], object], ...] = (
        lambda: renderer.forward(forward, "A letter."),
        lambda: renderer.forward(
            replace(forward, evidence=(), done=(), commands=(), draft_answer="", mail="")
        ),
        lambda: renderer.echo(echo),
        lambda: renderer.alarm(alarm),
        lambda: renderer.digest(digest),
    )
    for attempt in tries:
        try:
            attempt()
        except TemplateFailed as failure:
            yield _problem(failure)


def _problem(failure: TemplateFailed) -> TemplateProblem:
    return TemplateProblem(file=failure.file, line=failure.line, sentence=failure.sentence)
