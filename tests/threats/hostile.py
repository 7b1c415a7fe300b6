"""Mails that are made to hang, crash or fill a reader: the payloads of mail.md §3.6, and more."""

from __future__ import annotations

HEAD = (
    "From: a@customer.example\r\nTo: ar@creditor.example.com\r\nSubject: INV-1007\r\n"
    "Message-ID: <x@customer.example>\r\nMIME-Version: 1.0\r\n"
)
TEXT = HEAD + "Content-Type: text/plain; charset=utf-8\r\n\r\n"
HTML = HEAD + "Content-Type: text/html; charset=utf-8\r\n\r\n"
WORD = "=?utf-8?q?=C3=A9?= "


def nested(levels: int, subtype: str) -> str:
    """Return a mail in a mail in a mail."""
    inner = "Content-Type: text/plain\r\n\r\nWe pay on Friday.\r\n"
    for level in range(levels):
        if subtype == "rfc822":
            inner = f"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n{inner}"
        else:
            mark = f"b{level}"
            inner = (
                f"Content-Type: multipart/mixed; boundary={mark}\r\n\r\n--{mark}\r\n{inner}"
                f"\r\n--{mark}--\r\n"
            )
    return HEAD + inner


def parts(number: int) -> str:
    """Return a mail of very many parts."""
    one = "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n"
    return HEAD + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + one * number + "--b--\r\n"


# Text that keeps a backtracking reader busy.
REDOS = {
    "on": TEXT + "On " * 20_000,
    "on wrote": TEXT + "On a wrote " * 20_000,
    "on lines": TEXT + "On a\n" * 5_000,
    "on wrote lines": TEXT + "On a wrote\n" * 20_000,
    "newlines": TEXT + "\n" * 20_000,
    "blanks": TEXT + " " * 200_000 + "x",
    "quotes": TEXT + "> " * 100_000,
    "quote lines": TEXT + "> \n" * 60_000,
    "dashes": TEXT + "-" * 200_000,
    "from lines": TEXT + "From: a\n" * 25_000,
    "signatures": TEXT + "-- \n" * 50_000,
    "digits": TEXT + "1" * 200_000,
    "amounts": TEXT + "1.000," * 33_000,
    "brackets": TEXT + "(" * 200_000,
    "at signs": TEXT + "a@" * 100_000,
    "at signs and dots": TEXT + "a@a." * 50_000,
    "numbers like ours": TEXT + "INV-1007 " * 22_000,
    "instructions": TEXT + "ignore all previous " * 10_000,
    "one word": TEXT + "a" * 200_000,
    "accents": TEXT + "e\u0301" * 60_000,
    "tags": HTML + "<div>" * 40_000 + "x",
    "open tags": HTML + "<" * 200_000,
    "attributes": HTML + "<p " + 'a="' * 60_000,
    "comments": HTML + "<!--" * 50_000,
    "entities": HTML + "&amp" * 50_000,
    "styles": HTML + '<p style="' + "color:" * 30_000 + '">x</p>',
    "blockquotes": HTML + "<blockquote>" * 16_000 + "x",
}
# Headers and structures that crash or slow a parser.
BOMBS = {
    "many addresses": HEAD.replace("To: ", "To: " + "a@b.example, " * 8_000) + "\r\nx",
    "encoded words": HEAD.replace("Subject: ", "Subject: " + WORD * 20_000) + "\r\nx",
    "message-id": HEAD.replace("<x@customer.example>", "<") + "\r\nx",
    "message-ids": HEAD + "References: " + "<a@b> " * 50_000 + "\r\n\r\nx",
    "open comments": HEAD.replace("From: ", "From: " + "(" * 60_000) + "\r\nx",
    "results": "Authentication-Results: mx.creditor.example.com; " + "a=b;" * 9_999 + "\r\n" + TEXT,
    "received": "Received: by x\r\n" * 5_000 + TEXT,
    "headers": "X-A: b\r\n" * 30_000 + TEXT,
    "one header": "X-A: " + "b" * 2_000_000 + "\r\n" + TEXT,
    "folds": "X-A: b" + "\r\n c" * 100_000 + "\r\n" + TEXT,
    "unknown charset": HEAD + "Content-Type: text/plain; charset=x-nothing\r\n\r\nx",
    "lying charset": HEAD + "Content-Type: text/plain; charset=utf-16\r\n\r\nxyz",
    "utf-7": HEAD + "Content-Type: text/plain; charset=utf-7\r\n\r\n+AD" * 1_000,
    "idna": HEAD.replace("a@customer", "a@" + "xn--" * 2_000) + "\r\nx",
    "parameters": HEAD + "Content-Type: text/plain" + "; a*0=b" * 8_000 + "\r\n\r\nx",
    "boundary": HEAD + f'Content-Type: multipart/mixed; boundary="{"b" * 60_000}"\r\n\r\nx',
    "no boundary": HEAD + "Content-Type: multipart/mixed\r\n\r\nx",
    "nested multiparts": nested(1_600, "mixed"),
    "nested messages": nested(1_600, "rfc822"),
    "many parts": parts(20_000),
    "base64 junk": HEAD + "Content-Transfer-Encoding: base64\r\n\r\n" + "=*" * 100_000,
    "quoted-printable junk": HEAD
    + "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    + "=\r\n" * 60_000,
    "uuencode": HEAD + "Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n" + "M" * 9_999,
    "NULs": TEXT + "\0" * 200_000,
    "no line ends": "x" * 400_000,
    "nothing": "",
    "one line of a bounce": TEXT.replace("a@customer", "mailer-daemon@customer")
    + "A message that you sent could not be delivered to one or more of its recipients.\r\n"
    + "boundary=" * 6_000,
    "delivery status": HEAD
    + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
    + "Content-Type: message/delivery-status\r\n\r\n"
    + "Final-Recipient: rfc822; a@b\r\nStatus: 5.1.1\r\n\r\n" * 10_000
    + "--b--\r\n",
}
