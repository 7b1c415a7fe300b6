"""Templates and hostile hands: names that try to be code, the user's own files, mistakes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daemon.adapters.render import Renderer
from daemon.adapters.template_check import TemplateProblem, check_templates, level_templates
from daemon.core.letters import LetterContent
from daemon.errors import TemplateFailed
from tests.adapters.letters import NORDWIND, letter, words

RENDERER = Renderer()


@pytest.mark.parametrize(
    "name",
    [
        "{{ 7 * 7 }}",
        "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
        "{{ letter.__class__.__mro__ }}",
        "{# gone? #}",
        "%s %(x)s {0.__class__}",
        "${7*7}",
    ],
)
def test_a_name_is_never_a_template(name: str) -> None:
    """What a ledger calls an account is printed as it stands, in every field."""
    content = named(letter(), name)
    rendered = RENDERER.letter(content)

    assert f"Dear {name}," in " ".join(rendered.text.split())
    assert "49" not in rendered.text.replace("{{ 7 * 7 }}", "")
    assert name in rendered.subject


def named(content: LetterContent, name: str) -> LetterContent:
    """Put a name into every field that foreign hands fill."""
    row = replace(content.demanded[0], number=name, purchase_order=name, payment_reference=name)
    content = replace(content, recipient_name=name, account=name, account_name=name)
    return replace(content, demanded=(row,))


def test_html_escapes_names() -> None:
    """Markup in a name is shown, not obeyed; in the text it stands as it is."""
    rendered = RENDERER.letter(named(letter(), '<script>alert("1")</script>&'))

    assert "<script" not in rendered.html
    assert "&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&amp;" in rendered.html
    assert 'Dear <script>alert("1")</script>&,' in rendered.text


def test_a_name_cannot_shape_the_letter() -> None:
    """Line breaks, control characters and direction marks in a name become nothing or a blank."""
    rendered = RENDERER.letter(named(letter(), "Jo\r\n\r\n- Pay to XX\u2028\u202etxt\0"))

    assert "Dear Jo - Pay to XX txt," in rendered.text
    assert "\n" not in rendered.subject
    assert "\u202e" not in rendered.text + rendered.html + rendered.subject


def test_a_link_that_is_not_https_is_text() -> None:
    """Only an https link becomes clickable."""
    content = replace(letter(), creditor=replace(NORDWIND, payment_link="javascript:alert(1)"))

    assert "href" not in RENDERER.letter(content).html
    assert 'href="https://pay.nordwind.example/10023"' in RENDERER.letter(letter()).html


def test_the_users_own_template_wins(tmp_path: Path) -> None:
    """A file in the home replaces one block; all else stays as it was."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "inquiry.j2").write_text(
        '{% extends "en/sayings.j2" %}{% block opening %}Ahoy {{ letter.first }}.{% endblock %}'
    )
    own = Renderer(tmp_path)

    assert "Ahoy INV-7." in own.letter(letter()).text
    assert "Ahoy INV-7." in words(own.letter(letter()).html)
    assert "To answer, simply reply to this mail." in own.letter(letter()).text
    assert own.letter(letter("de")).text == RENDERER.letter(letter("de")).text


def test_the_users_own_layout_serves_its_level_only(tmp_path: Path) -> None:
    """`en/inquiry.txt.j2` lays out the inquiry's text; the reminder keeps the shared layout."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "inquiry.txt.j2").write_text("{{ said.opening|trim }} Bye.")
    own = Renderer(tmp_path)

    assert own.letter(letter()).text.endswith("Bye.\n")
    assert own.letter(letter("en", "reminder")) == RENDERER.letter(letter("en", "reminder"))


@pytest.mark.parametrize(
    ("body", "line", "sentence"),
    [
        ("{% block subject %}a{% endblock %}\n{% block opening %}\n{{ letter.frist }}"
         "{% endblock %}", 3, "frist"),
        ("{% block subject %}a{% endblock %}\n{% if %}", 2, "Expected an expression"),
        ('{% extends "en/nothing.j2" %}', 1, "nothing.j2"),
        ("no block at all", 0, "subject"),
        ("{% block subject %}a{% endblock %}\n{% block opening %}{{ 1 / 0 }}{% endblock %}", 2,
         "division by zero"),
        ("{% block subject %}{{ ''.__class__.__mro__ }}{% endblock %}", 1, "unsafe"),
        ("{% block subject %}a{% endblock %}\n"
         "{% block opening %}{% for i in range(99999) %}{{ 'x' * 99 }}{% endfor %}{% endblock %}",
         0, "more than 1,000,000 characters"),
    ],
    ids=["unknown name", "syntax", "no parent", "no subject", "arithmetic", "sandbox", "endless"],
)  # fmt: skip
def test_a_mistake_is_named_by_file_and_line(
    tmp_path: Path, body: str, line: int, sentence: str
) -> None:
    """A wrong template raises where it is wrong, and no letter comes out."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "inquiry.j2").write_text(body)

    with pytest.raises(TemplateFailed, match="inquiry") as caught:
        Renderer(tmp_path).letter(letter())

    assert ("en/inquiry.j2", line) == (caught.value.file, caught.value.line)
    assert sentence in caught.value.sentence


def test_a_level_without_a_template_is_named() -> None:
    """A procedure that names a template which is nowhere fails with the file to write."""
    with pytest.raises(TemplateFailed) as caught:
        RENDERER.letter(letter("en", "love_letter"))

    assert str(caught.value) == "template en/love_letter.j2: there is no such file"


def test_what_we_ship_has_no_problem() -> None:
    """Every packaged template passes every sample."""
    assert check_templates(RENDERER, NORDWIND) == ()


def test_every_level_exists_in_both_languages() -> None:
    """English and German have the same eight letters."""
    found = {
        language: {one.name for one in level_templates(RENDERER) if one.language == language}
        for language in ("en", "de")
    }

    assert found["en"] == found["de"]
    assert len(found["en"]) == 8


SAYINGS = '{% extends "en/sayings.j2" %}'
MISTAKES = {
    "en/inquiry.j2": SAYINGS + "\n{% block opening %}{{ letter.nme }}{% endblock %}",
    "en/delivery.j2": SAYINGS + "{% block reply_hint %}{% endblock %}",
    "en/harvest.j2": SAYINGS + "{% block opening %}{{ y }}{% endblock %}",
    "rep/digest.j2": "{% block subject %}",
    "rep/echo.j2": '{% extends "rep/mail.j2" %}{% block subject %}{{ x }}{% endblock %}',
    "de/reminder.txt.j2": "{{ said.greeting }} {{ said.reply_hint }}",
    "de/delivery.html.j2": '<img src="https://x.example/p.gif">',
    "de/pre_due.html.j2": "<style>@import 'x'</style>",
    "en/pre_due.html.j2": '<div style="background:url(//x.example/p)">',
}


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> tuple[TemplateProblem, ...]:
    """Everything that `check` finds in a home with one mistake in each of many files."""
    folder = tmp_path_factory.mktemp("templates")
    for name, body in MISTAKES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(body)
    (folder / "de" / "inquiry.j2").write_bytes("{# für #}".encode("cp1252"))
    return check_templates(Renderer(folder), NORDWIND)


@pytest.mark.parametrize(
    ("file", "line", "sentence"),
    [
        pytest.param("en/inquiry.j2", 2, "has no attribute 'nme'", id="unknown name"),
        pytest.param("en/delivery.j2", 0, "how to answer", id="no way to answer"),
        pytest.param("en/harvest.j2", 1, "'y' is undefined", id="the user's own level"),
        pytest.param("rep/digest.j2", 1, "Unexpected end", id="syntax"),
        pytest.param("rep/echo.j2", 1, "'x' is undefined", id="mail to reps"),
        pytest.param("de/reminder.j2", 0, "the text lacks the IBAN", id="no way to pay"),
        pytest.param("de/delivery.j2", 0, "would fetch or run", id="remote image"),
        pytest.param("de/pre_due.j2", 0, "would fetch or run", id="remote style"),
        pytest.param("en/pre_due.j2", 0, "would fetch or run", id="remote background"),
        pytest.param("de/inquiry.j2", 0, "it is not UTF-8", id="not UTF-8"),
    ],
)
def test_check_finds_it_before_any_letter(
    problems: tuple[TemplateProblem, ...], file: str, line: int, sentence: str
) -> None:
    """`check` names the file, the line where it is known, and what is wrong."""
    fitting = [
        problem
        for problem in problems
        if problem.file == file and problem.line == line and sentence in problem.sentence
    ]

    assert fitting != []


def test_check_finds_nothing_else(problems: tuple[TemplateProblem, ...]) -> None:
    """The sound templates beside them are not blamed."""
    blamed = {problem.file for problem in problems}

    assert {"en/reminder.j2", "de/final_notice.j2", "rep/forward.j2"}.isdisjoint(blamed)
    assert len(blamed) == 10
