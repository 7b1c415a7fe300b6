"""Bounces in the words of many systems and tongues, without machine-readable fields."""

from __future__ import annotations

import pytest

from parsers.automatic import automatic
from parsers.bounces import read_bounce
from parsers.identify import identify
from parsers.mime import decode
from parsers.reading import Automatic, Context

RETURNED = (
    "Received: from x\nFrom: ledger@creditor.example\nTo: jo@example.com\nSubject: Reminder\n"
    "Message-ID: <letter-1@creditor.example>\n\nDear Jo\n"
)

# Name, From, Subject, body ("@@" stands for RETURNED), hard, recipient ("" where none is named).
REPORTS = [
    (
        "ggroups",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "Hello ledger@creditor.example,\n\n"
        "We're writing to let you know that the group you tried to contact (jo) may not "
        "exist, or you may not have permission to post messages to the group.",
        True,
        "",
    ),
    (
        "ex2003",
        "System Administrator <postmaster@ex.example.com>",
        "Undeliverable: Reminder",
        "Your message\n\n  To:      jo@example.com\n  Subject: Reminder\n"
        "  Sent:    Mon, 1 Jun 2026 09:30:00 +0200\n\n"
        "did not reach the following recipient(s):\n\n"
        "jo@example.com on Mon, 1 Jun 2026 09:31:00 +0200\n"
        "    The recipient name is not recognized\n"
        "\tThe MTS-ID of the original message is: c=us;a= ;p=example;l=EX0606010931\n"
        "    MSEXCH:IMS:EXAMPLE:EX:EX 0 (000C05A6) Unknown Recipient\n\n",
        True,
        "jo@example.com",
    ),
    (
        "mailfoundry",
        "<postmaster@mf.example.com>",
        "Message delivery has failed",
        "Unable to deliver message to: <jo@example.com>\n"
        "Delivery failed for the following reason:\n"
        "Server mx.example.com[192.0.2.1] responded with: [RECIPIENT REJECTED] 550 "
        "<jo@example.com>... User unknown\n\n"
        "This has been a permanent failure.  No further delivery attempts will be made.\n\n",
        True,
        "jo@example.com",
    ),
    (
        "mailmarshal",
        "MailMarshal <postmaster@mm.example.com>",
        'Undeliverable Mail: "Reminder"',
        "Your message:\n   From:    ledger@creditor.example\n   Subject: Reminder\n\n"
        "Could not be delivered because of\n\n550 5.1.1 User unknown\n\n"
        "The following recipients were affected: \n    jo@example.com\n\n\n"
        "Additional Information\n======================\n"
        "Original Sender:    <ledger@creditor.example>\nSender-MTA:         <192.0.2.9>\n"
        "Remote-MTA:         <192.0.2.7>\n",
        True,
        "jo@example.com",
    ),
    (
        "ezweb",
        "Postmaster@ezweb.example.jp",
        "Mail System Error - Returned Mail",
        "The user(s) account is disabled.\n\n<jo@example.com>: 550 User unknown\n",
        True,
        "jo@example.com",
    ),
    (
        "kddi",
        "no-reply@app.auone.example.jp",
        "Undeliverable mail",
        "Your mail sent on: Mon, 1 Jun 2026 09:30:00 +0900\n"
        "   Could not be delivered to: jo@example.com\n   As their mailbox is full.\n\n@@",
        False,
        "jo@example.com",
    ),
    (
        "notes",
        "Notes Postmaster <postmaster@n.example.com>",
        "DELIVERY FAILURE",
        "------- Failure Reasons  --------\n\nUser not listed in public Name & Address Book\n"
        "jo@example.com\n\n------- Returned Message --------\n\n@@",
        True,
        "jo@example.com",
    ),
    (
        "powermta",
        "PowerMTA <postmaster@pm.example.com>",
        "Delivery report",
        "Hello, this is the mail server on pm.example.com.\n\n"
        "I am sending you this message to inform you on the delivery status of a\n"
        "message you previously sent.  Immediately below you will find a list of\n"
        "the affected recipients;  also attached is a Delivery Status Notification\n"
        "(DSN) report in standard format, as well as the headers of the original\nmessage.\n"
        "\n  <jo@example.com>  delivery failed; will not continue trying\n",
        True,
        "jo@example.com",
    ),
    (
        "sendgrid",
        "MAILER-DAEMON <apps@sg.example.com>",
        "Undelivered Mail Returned to Sender",
        "This is an automatically generated message from SendGrid.\n\n"
        "I'm sorry to have to tell you that your message was not able to be delivered to one "
        "of its intended recipients.\n\n"
        "If you require assistance with this, please contact SendGrid support.\n\n"
        "emails-pending 1 jo@example.com 550 5.1.1 user unknown\n",
        True,
        "jo@example.com",
    ),
    (
        "surfcontrol",
        "Postmaster <postmaster@sc.example.com>",
        "Undeliverable message",
        "Your message could not be sent.\n"
        "A transcript of the attempts to send the message follows.\n"
        "The number of attempts made: 1\nAddressed To: jo@example.com\n\n"
        "Mon 01 Jun 2026 09:31:00 +0200\nFailed to send to identified host,\n"
        "jo@example.com: [192.0.2.1], 550 5.1.1 jo@example.com... User unknown\n"
        "--- Message non-deliverable.\n",
        True,
        "jo@example.com",
    ),
    (
        "verizon",
        "post_master@vtext.example.com",
        "Undeliverable Message",
        "Error: No valid recipients for this MM\n\n"
        "Message could not be delivered to mobile.\nTo: 5550100@vzwpix.example.com\n",
        True,
        "5550100@vzwpix.example.com",
    ),
    (
        "x2",
        "Mail Delivery System <mailer-daemon@x2.example.com>",
        "Delivery failure",
        "Message from x2.example.com.\n\n"
        "Unable to deliver message to the following address(es).\n\n<jo@example.com>:\n"
        "This user doesn't have an account (jo@example.com) [0]\n\n"
        "--- Original message follows.\n\n@@",
        True,
        "jo@example.com",
    ),
    (
        "x6",
        "postmaster@x6.example.com",
        "There was an error sending your mail",
        "We had trouble delivering your message. Full details follow:\n\n"
        "Subject: 'Reminder'\nDate: 'Mon, 1 Jun 2026 09:30:00 +0200'\n\n1 error(s):\n\n"
        "SMTP Server <mta2.example.com> rejected recipient <jo@example.com> \n"
        "  (Error following RCPT command). It responded as follows: [550 5.1.1 "
        "<jo@example.com>... User unknown]",
        True,
        "jo@example.com",
    ),
    (
        "zoho",
        "<mailer-daemon@mail.zoho.example>",
        "Undelivered Mail Returned to Sender",
        "This message was created automatically by mail delivery software.\n"
        " A message that you sent could not be delivered to one or more of its recipients. "
        "This is a permanent error. \n\n"
        "jo@example.com Invalid Address, ERROR_CODE :550, ERROR_CODE :5.1.1 "
        "<jo@example.com>: Recipient address rejected: User unknown\n\n",
        True,
        "jo@example.com",
    ),
    (
        "mfilter",
        "Mailer Daemon <postmaster@mf.example.jp>",
        "failure notice",
        "jo@example.com\n\n-------server message\n550 5.1.1 unknown user <jo@example.com>\n\n"
        "-------SMTP command\nDATA\n\n-------original message\n@@",
        True,
        "jo@example.com",
    ),
    (
        "james",
        "postmaster@james.example.com",
        "[BOUNCE]",
        "Message below was sent to you but could not be delivered.\n\n"
        "The error message below indicates why it was not able to be delivered.\n\n"
        "Message details:\n  Subject: Reminder\n  MAIL FROM: ledger@creditor.example\n"
        "  RCPT TO: jo@example.com\n\nFailed recipient(s):\njo@example.com\n\n"
        "Error message:\n550 - Requested action not taken: no such user here\n\n"
        "Original Message:\n",
        True,
        "jo@example.com",
    ),
    (
        "biglobe",
        "postmaster@biglobe.example.jp",
        "Returned mail: jo@example.com",
        "   ----- The following addresses had delivery problems -----\njo@example.com\n"
        "   ----- Non-delivered information -----\n"
        "The number of messages in recipient's mailbox exceeded the local limit.\n\n@@",
        False,
        "jo@example.com",
    ),
    (
        "prodigy",
        "MAILER-DAEMON@p.example.com",
        "Returned mail: User unknown",
        "The original message was received at Mon\n\n"
        "   ----- The following addresses had transient non-fatal errors -----\n"
        "<jo@example.com>\n\n   ----- Transcript of session follows -----\n"
        "451 4.4.1 reply: read error from mx.example.com.\n"
        "<jo@example.com>... Deferred: Connection timed out\n"
        "Warning: message still undelivered after 4 hours\n"
        "Will keep trying until message is 5 days old\n",
        False,
        "jo@example.com",
    ),
    (
        "trend",
        "postmaster@trend.example.com",
        "Undelivered Mail: blocked",
        "The message to jo@example.com was rejected due to policy: Service unavailable; "
        "Client host [192.0.2.9] blocked using rbl (554 5.7.1)",
        True,
        "jo@example.com",
    ),
    (
        "proofpoint",
        "MAILER-DAEMON@pp.example.com",
        "Undeliverable: Reminder",
        "Your message to jo@example.com was rejected.\n\n"
        "mx.example.com said: 550 5.7.1 Message rejected due to DMARC policy\n",
        True,
        "jo@example.com",
    ),
    (
        "hotmail_de",
        "postmaster@outlook.example",
        "Zustellstatusbenachrichtigung (Fehler)",
        "Dies ist eine automatisch erstellte Benachrichtigung über den Zustellstatus.\n\n"
        "Übermittlung an folgende Empfänger fehlgeschlagen.\n\n       jo@example.com\n",
        True,
        "jo@example.com",
    ),
    (
        "hotmail_fr",
        "postmaster@outlook.example",
        "Notification d'état de remise (échec)",
        "Ceci est une notification automatique d'état de remise.\n\n"
        "Échec de la remise aux destinataires suivants.\n\n       jo@example.com\n",
        True,
        "jo@example.com",
    ),
    (
        "hotmail_es",
        "postmaster@outlook.example",
        "Notificación de estado de entrega (error)",
        "Este es un mensaje automático de notificación del estado de entrega.\n\n"
        "Error en la entrega a los siguientes destinatarios.\n\n       jo@example.com\n",
        True,
        "jo@example.com",
    ),
    (
        "hotmail_it",
        "postmaster@outlook.example",
        "Notifica sullo stato del recapito (errore)",
        "Questa è una notifica sullo stato del recapito generata automaticamente.\n\n"
        "Impossibile recapitare il messaggio ai seguenti destinatari.\n\n"
        "       jo@example.com\n",
        True,
        "jo@example.com",
    ),
    (
        "hotmail_nl",
        "postmaster@outlook.example",
        "Melding over de status van bezorging (mislukt)",
        "Dit is een automatisch gegenereerde melding over de status van een bezorging.\n\n"
        "De bezorging bij de volgende geadresseerden is mislukt.\n\n       jo@example.com\n",
        True,
        "jo@example.com",
    ),
    (
        "hotmail_pt",
        "postmaster@outlook.example",
        "Notificação de estado de entrega (Falha)",
        "Esta é uma notificação de estado de entrega gerada automaticamente.\n\n"
        "Falha na entrega aos seguintes destinatários.\n\n       jo@example.com\n",
        True,
        "jo@example.com",
    ),
    (
        "gmail_de",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Failure)",
        "** Adresse nicht gefunden **\n\n"
        "Ihre Nachricht wurde nicht an jo@example.com zugestellt, weil die Adresse nicht "
        "gefunden wurde oder keine E-Mails empfangen kann.\n",
        True,
        "jo@example.com",
    ),
    (
        "gmail_delay",
        "Mail Delivery Subsystem <mailer-daemon@googlemail.example>",
        "Delivery Status Notification (Delay)",
        "** Delivery incomplete **\n\n"
        "There was a temporary problem delivering your message to jo@example.com. Gmail will "
        "retry for 46 more hours. You'll be notified if the delivery fails permanently.\n",
        False,
        "jo@example.com",
    ),
]


@pytest.mark.parametrize("row", REPORTS, ids=[row[0] for row in REPORTS])
def test_a_report_in_words(row: tuple[str, str, str, str, bool, str]) -> None:
    """A server's words tell that it is a bounce, for whom, and whether for good."""
    _, sender, subject, body, is_hard, recipient = row
    text = body.replace("@@", RETURNED)
    raw = (
        f"From: {sender}\nTo: ledger@creditor.example\nSubject: {subject}\nMIME-Version: 1.0\n"
        f"Content-Type: text/plain; charset=utf-8\n\n{text}"
    ).encode()
    decoded = decode(raw)
    bounce = read_bounce(decoded, raw)

    assert Automatic.BOUNCE == automatic(decoded, identify(raw, Context()))[0]
    assert bounce is not None
    assert is_hard == bounce.is_hard
    assert recipient in ("", *bounce.recipients)
