"""Who stands around an office that is killed again and again, and what they write.

Six debtors, each of whom gets one letter: one promises, one disputes, one is away, one's letter
comes back, one writes on a fresh sheet that it has paid, and one gets a final notice with its
copies. A stranger writes too, and a rep gives an order.
"""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

from daemon.world.post import Carried
from daemon.world.writing import bounce
from tests.acceptance.crash.office import AUTHSERV, DUE_ON, START, CrashOffice
from tests.servers.smtp_faults import Taken

PROMISING, DISPUTING, AWAY, BOUNCING, PAYING, WARNED = CAST = (
    "ACME",
    "BOLT",
    "CIRO",
    "DORA",
    "EDEN",
    "FINN",
)
STRANGER = "stranger"
COPIED_TO = ("board@finn.test", "books@finn.test")
ORDER = "pause 14d"
PAID_NUMBER = "INV-1005"
FURTHER = """
[segments.strict]
procedure = "strict"

[procedures.strict]
grouping = "account"

[[procedures.strict.levels]]
name = "reminder"
anchor = "due+3bd"

[[procedures.strict.levels]]
name = "final_notice"
anchor = "due+10d"
tone = "firm"
copies_escalation = true
pay_by_business_days = 5
final_notice = true
"""
CONTACTS = f"""account,email,role,name,language
FINN,{COPIED_TO[0]},escalation,,
FINN,{COPIED_TO[1]},cc,,
"""
WORDS = {
    PROMISING: "We will pay the invoice in full on 19 June 2026.",
    DISPUTING: "We dispute this invoice: the price is wrong, we agreed on 900.00 EUR.",
    AWAY: "I am out of the office until 15 June 2026 and will answer when I am back.",
    PAYING: f"We have paid the invoice {PAID_NUMBER} on 4 June 2026.",
    STRANGER: "Do you sell your machines in Norway too? Please call me.",
}


def ledger_text(as_of: date) -> str:
    """Return the ledger of six debtors with an invoice each; one was reminded already."""
    lines = [
        f"As of {as_of.isoformat()}",
        "account,name,number,kind,issued,due,currency,total,open,email,country,language,"
        "segment,last_level,last_letter_on",
    ]
    for number, debtor in enumerate(CAST, start=1001):
        due, before = DUE_ON, ",,"
        if debtor == WARNED:
            due, before = date(2026, 5, 11), "strict,reminder,2026-05-18"
        lines.append(
            f"{debtor},{debtor.title()} GmbH,INV-{number},invoice,2026-05-04,{due},EUR,"
            f"{number}.00,{number}.00,ap@{debtor.lower()}.test,DE,en,{before}"
        )
    return "\n".join(lines) + "\n"


def write(office: CrashOffice, who: str, letter: Taken | None) -> bytes:
    """Return what somebody writes; `letter` is what he got, None for a fresh sheet."""
    if who == BOUNCING:
        assert letter is not None
        carried = Carried(
            envelope_from=letter.envelope_from,
            envelope_to=letter.envelope_to,
            raw=letter.raw,
            message_id=letter.message_id,
        )
        return bounce(carried, START)
    if letter is not None:
        headers = {"subject": "Automatic reply", "Auto_Submitted": "auto-replied"}
        sender = letter.envelope_to[0]
        return office.answer_to(letter, sender, WORDS[who], **(headers if who == AWAY else {}))
    sender = f"ap@{who.lower()}.test"
    domain = sender.partition("@")[2]
    mail = EmailMessage()
    mail["Authentication-Results"] = (
        f"{AUTHSERV}; dmarc=pass header.from={domain}; dkim=pass header.d={domain}"
    )
    mail["From"] = sender
    mail["To"] = office.user.address
    mail["Subject"] = "A question" if who == STRANGER else "Payment"
    mail["Date"] = START.strftime("%a, %d %b %Y %H:%M:%S +0000")
    mail["Message-ID"] = f"<fresh.{who.lower()}.{office.user.name}@{domain}>"
    mail.set_content(WORDS[who])
    return mail.as_bytes()
