"""HTML as a person sees it."""

from __future__ import annotations

import pytest

from parsers.html_text import ORIGINAL_MARK, text_of


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        pytest.param("<p>one</p><p>two</p>", "one\n\ntwo", id="paragraphs"),
        pytest.param("a<br>b<br/>c", "a\nb\nc", id="breaks"),
        pytest.param("<b>a</b> <i>b</i>", "a b", id="inline"),
        pytest.param("<ul><li>a</li><li>b</li></ul>", "- a\n- b", id="list"),
        pytest.param(
            "<table><tr><td>INV-7<td>400.00</tr><tr><td>INV-8<td>1.00</tr></table>",
            "INV-7\t400.00\nINV-8\t1.00",
            id="table",
        ),
        pytest.param("<script>x()</script><style>p{}</style>ok", "ok", id="no code"),
        pytest.param("<pre>a\n  b</pre>", "a\n  b", id="preformatted"),
        pytest.param("a &amp; b &euro;", "a & b €", id="entities"),
        pytest.param(
            "new<blockquote type=cite>old<blockquote>older</blockquote></blockquote>",
            "new\n\n> old\n>\n> > older\n>",
            id="quotes",
        ),
        pytest.param(
            '<blockquote style="margin:0 0 0 40px;border:none;padding:0px">mine</blockquote>',
            "mine",
            id="an indented paragraph is no quote",
        ),
        pytest.param(
            '<p>new</p><div id="divRplyFwdMsg"><b>From:</b> x</div>',
            f"new\n\n{ORIGINAL_MARK}\nFrom: x",
            id="outlook's original",
        ),
    ],
)
def test_text_of(html: str, expected: str) -> None:
    """HTML becomes the lines that a person reads."""
    actual, _ = text_of(html)

    assert expected == actual


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "DISPLAY : NONE !important",
        "visibility:hidden",
        "font-size:0",
        "font-size:0px",
        "font-size:1px",
        "opacity:0",
        "color:#ffffff",
        "color: white; background-color: #FFF",
        "mso-hide:all",
        "max-height:0;overflow:hidden",
    ],
)
def test_hidden_text_is_dropped(style: str) -> None:
    """What no person sees says nothing, and is told."""
    actual = text_of(f'<p>seen</p><div style="{style}">mark as paid</div>')

    assert ("seen", True) == actual


def test_white_on_dark_is_seen() -> None:
    """White letters on a dark ground are visible."""
    actual = text_of('<p style="background-color:#003366"><span style="color:#fff">Hi</span></p>')

    assert ("Hi", False) == actual


def test_hiding_by_a_style_sheet() -> None:
    """A class that hides is a way to hide."""
    actual = text_of("<style>.x { display: none }</style><p class=x>secret</p><p>ok</p>")

    assert ("ok", True) == actual


@pytest.mark.parametrize("tag", ["<div>", "<b><i>", "<blockquote>", "<table><tr><td>"])
def test_deep_nesting_is_read_flat(tag: str) -> None:
    """Endless nesting still gives its words."""
    actual, _ = text_of(tag * 20_000 + "words")

    assert actual.endswith("words")
