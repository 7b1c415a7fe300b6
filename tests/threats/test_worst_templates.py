"""The worst templates: each is stopped in time, named by file and line, and nothing is said."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon.adapters.render import Renderer
from daemon.adapters.stationery import Letterhead, PaperStationery
from daemon.adapters.template_check import check_templates
from daemon.core.effects import OutgoingKind, SendLetter
from daemon.core.model import Sender
from daemon.core.state import LetterKind
from daemon.errors import TemplateFailed, UnsayableLetter
from daemon.ports import Outgoing, OutgoingStage
from tests.adapters.letters import NORDWIND, letter
from tests.threats.worst_templates import WORST

HEAD = "{% block subject %}a{% endblock %}\n{% block opening %}\n"
NOW = datetime(2026, 6, 11, 9, 30, tzinfo=UTC)
# The whole of the bar; the sandbox stops earlier.
SECONDS_MAX = 2.0


class Ticking:
    """A clock of computing time that goes on by a millisecond whenever somebody looks."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> float:
        """Return the seconds so far."""
        self.looks += 1
        return self.looks / 1_000


def renderer(folder: Path, body: str, clock: Ticking | None = None) -> Renderer:
    """Return a renderer whose inquiry is the operator's own."""
    (folder / "en").mkdir()
    (folder / "en" / "inquiry.j2").write_text(HEAD + body + "{% endblock %}")
    return Renderer(folder, clock or Ticking())


@pytest.mark.parametrize("name", WORST)
def test_the_worst_template_is_stopped_and_named(tmp_path: Path, name: str) -> None:
    """Loops without end, long lists, growth: a failure of that file comes out, and no letter."""
    with pytest.raises(TemplateFailed) as caught:
        renderer(tmp_path, WORST[name]).letter(letter())

    assert "en/inquiry.j2" == caught.value.file
    assert caught.value.line in ((0,) if "nested too deep" in name else (1, 2, 3))


@pytest.mark.parametrize(
    "name", ["nested loops", "a chain of filters", "a loop whose condition never holds"]
)
def test_the_worst_takes_two_seconds_of_computing_at_most(tmp_path: Path, name: str) -> None:
    """With the true clock the slowest of them are over within the two seconds allowed."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "inquiry.j2").write_text(HEAD + WORST[name] + "{% endblock %}")
    own = Renderer(tmp_path)
    began = time.thread_time()
    with pytest.raises(TemplateFailed, match="takes longer than"):
        own.letter(letter())

    assert SECONDS_MAX > time.thread_time() - began


def test_a_letter_looks_at_the_clock_seldom_enough(tmp_path: Path) -> None:
    """A letter of ours uses less than a third of its time by a clock that ticks at every look."""
    clock = Ticking()
    Renderer(tmp_path, clock).letter(letter())

    assert 500 > clock.looks


def test_each_letter_has_its_own_time(tmp_path: Path) -> None:
    """What one letter used is not taken from the next, nor what a failed one used."""
    clock = Ticking()
    own = renderer(tmp_path, "{% for a in range(letter.first|length * 200) %}{% endfor %}", clock)
    with pytest.raises(TemplateFailed, match="greeting"):
        own.letter(letter())
    with pytest.raises(TemplateFailed, match="greeting"):
        own.letter(letter())

    assert 1_500 < clock.looks


def test_what_a_template_needs_still_works(tmp_path: Path) -> None:
    """Loops, conditions, sums, joins and methods of texts say what they always said."""
    body = (
        "{% set ns = namespace(total=0) %}"
        "{% for n in range(6) if n is odd %}{% set ns.total = ns.total + n * 2 %}"
        "{{ loop.index }}/{{ loop.length }}:{{ n }} {% endfor %}"
        "{{ ns.total }} {{ [1, 2, 3]|sum }} {{ ('a', 'b')|join(', ') }} {{ 'x' ~ 1 ~ 'y' }} "
        "{{ 'a b'.replace(' ', '-') }} {{ ', '.join(['p', 'q']) }} {{ '%05.2f' % 3.14159 }} "
        "{{ '%s!'|format('hi') }} {{ 'a'|center(5)|length }} {{ 'AbC'.lower() }} {{ 2 ** 10 }} "
        "{% macro twice(t) %}{{ t }}{{ t }}{{ caller() }}{% endmacro %}"
        "{% call twice('k') %}!{% endcall %} {{ {'a': 1}['a'] }} {{ 'b' in ('a', 'b') }}"
    )
    own = renderer(tmp_path, body)
    said = own.said(letter())["opening"].strip()

    assert "1/3:1 2/3:3 3/3:5 18 6 a, b x1y a-b p, q 03.14 hi! 5 abc 1024 kk! 1 True" == said


def test_check_finds_the_endless_template(tmp_path: Path) -> None:
    """`check` says which file and line, before a letter needs it."""
    own = renderer(tmp_path, WORST["nested loops"])
    found = [one for one in check_templates(own, NORDWIND) if one.file == "en/inquiry.j2"]

    assert [("en/inquiry.j2", 3)] == [(one.file, one.line) for one in found]


def row_and_head(folder: Path) -> tuple[Outgoing, Letterhead]:
    """Return a letter of the outbox, and our side of its envelope."""
    key = "letter|main/4711|2026-06-11"
    row = Outgoing(
        key=key,
        kind=OutgoingKind.LETTER,
        stage=OutgoingStage.QUEUED,
        account="main/4711",
        recipient="ap@customer.example.org",
        effect=SendLetter(key=key, kind=LetterKind.LETTER, content=letter()),
        created_at=NOW,
    )
    head = Letterhead(
        inbox="ar@creditor.example.com",
        sender=Sender(address="ar@creditor.example.com", name="Duly"),
        operator="boss@creditor.example.com",
        message_domain="creditor.example.com",
        is_verp=False,
        files=folder,
        secret=b"secret",
    )
    return row, head


def test_a_letter_of_an_endless_template_is_held_like_any_other_mistake(tmp_path: Path) -> None:
    """The round gets the failure that lets a letter wait and the operator be told."""
    row, head = row_and_head(tmp_path)
    own = PaperStationery(renderer(tmp_path, WORST["nested loops"]), head)

    with pytest.raises(UnsayableLetter, match=r"en/inquiry.j2, line 3: it takes longer"):
        own.freeze(row, NOW, None, "")


def test_a_letter_that_took_too_long_holds_nothing_up_again(tmp_path: Path) -> None:
    """It is tried every hour: the second time costs nothing, and fails with the same words."""
    row, head = row_and_head(tmp_path)
    clock = Ticking()
    own = PaperStationery(renderer(tmp_path, WORST["nested loops"], clock), head)
    with pytest.raises(UnsayableLetter) as first:
        own.freeze(row, NOW, None, "")
    looks = clock.looks
    with pytest.raises(UnsayableLetter) as again:
        own.freeze(row, NOW, None, "")
    with pytest.raises(TemplateFailed):
        own.letter_text(row)

    assert str(first.value) == str(again.value)
    assert looks == clock.looks


def test_a_letter_that_failed_at_once_is_tried_again(tmp_path: Path) -> None:
    """Its invoice lay nowhere; an hour later somebody has put it there."""
    row, head = row_and_head(tmp_path)
    content = replace(letter(), attaches_pdf=True, pdfs=("a.pdf",))
    row = replace(row, effect=SendLetter(key=row.key, kind=LetterKind.LETTER, content=content))
    own = PaperStationery(Renderer(None), head)
    with pytest.raises(UnsayableLetter):
        own.freeze(row, NOW, None, "")
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.4")

    assert b"a.pdf" in own.freeze(row, NOW, None, "").raw
