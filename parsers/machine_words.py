"""Machine words: what receipts, filters and newsletters say, and what only a person says.

Data only, lower case, as substrings of the collapsed text.
"""

from __future__ import annotations

from typing import Final

# Said of a machine's own mail.
AUTOMATED: Final = (
    *("automatic confirmation", "automatic message", "automatic notification", "automatic e"),
    *("automatic reply", "automated reply", "automatic response", "automated response"),
    *("automated", "automatically generated", "auto-reply", "autoreply", "do not reply to this"),
    *("this mailbox is", "automatische antwort", "automatisch generiert", "automatisch erstellt"),
    *("automatisch erzeugt", "réponse automatique", "message automatique"),
    *("généré automatiquement", "ne pas répondre", "respuesta automática", "mensaje automático"),
    *("no responda a este", "generado automáticamente", "risposta automatica"),
    *("messaggio automatico", "generato automaticamente", "non rispondere a"),
    *("automatisch antwoord", "automatisch bericht", "automatisch gegenereerd"),
    *("niet te beantwoorden", "resposta automática", "mensagem automática", "não responda a est"),
    *("gerado automaticamente", "automatyczna odpowiedź", "wiadomość automatyczna"),
    *("wygenerowana automatycznie", "autosvar", "wygenerowan", "prosimy nie odpowiadać"),
    *("автоматическ", "automatisk", "nicht auf diese", "bitte antworten sie nicht"),
    *("diese mailbox wird", "wird nicht gelesen", "not monitored", "unattended"),
    *("postfach wird nicht", "no-reply", "noreply", "automatique", "automate"),
)
# Said by a machine of the mail that one reads.
SELF: Final = (
    *("sent to this address are not", "this address is not monitored", "mailbox is not monitored"),
    *("adresse n'est pas consultée", "adresse wird nicht gelesen", "buzón no se lee"),
    *(
        "this is an auto",
        "this message was sent automatically",
        "this email was sent automatically",
    ),
    *("this is a system generated", "this is a computer generated", "dies ist eine automatisch"),
    *("diese e-mail wurde automatisch", "diese nachricht wurde automatisch"),
    *("ceci est un message automatique", "ceci est une réponse automatique"),
    *("cet e-mail est automatique", "ce message est automatique", "este es un mensaje automático"),
    *("esta es una respuesta automática", "mensaje generado automáticamente"),
    *("questo è un messaggio automatico", "messaggio generato automaticamente"),
    *("dit is een automatisch", "dit bericht is automatisch", "esta é uma mensagem automática"),
    *("esta é uma resposta automática", "wiadomość wygenerowana automatycznie"),
    *("wiadomość została wygenerowana automatycznie", "to jest wiadomość automatyczna"),
    *("dette er en automatisk", "dette er et automatisk", "detta är ett automatiskt"),
    *("tämä on automaattinen", "toto je automatick", "ez egy automatikus", "это автоматическ"),
    *("acesta este un mesaj automat", "bu otomatik"),
)
NOTICES: Final = (
    *("has been delivered to the following", "is complete, but delivery notification"),
    *("was successfully delivered", "was successfully relayed", "folgenden empfängern zugestellt"),
    *("remis aux destinataires suivants", "se ha entregado a los siguientes"),
    *("recapitato ai seguenti", "to post to this list, send"),
    *("keeping the subject", "confirm your subscription", "until the list moderator"),
    *("awaits moderator approval", "awaiting moderator approval", "to subscribe your address"),
    *("added you to the mailing list", "have been unsubscribed from", "has been unsubscribed from"),
    *("members-only list", "post by non-member", "post to moderated list"),
)
# Said by a person whose mail looks automatic.
DENIALS: Final = (
    *("know this is an auto", "if this is an auto", "assume this is an auto", "guess this is"),
    *("think this is an auto", "weiß nicht, ob das", "not sure whether this is an auto"),
    *("keine automatische", "not an automatic", "not automatic", "manually typed", "by hand, not"),
    *("no es automática", "geen automatisch", "nada automática", "automática nada"),
    *("pas automatique", "non è automatic", "nie jest automat", "ikke maskinen"),
    *("ikke automatisk", "inte automatisk", "my robot", "mein autoresponder", "ignore my out"),
    *("ignore the out", "negeer mijn", "ignorez mon", "ne faites pas attention"),
    *("abwesenheitsnotiz ist", "notiz ignorieren", "ignoren mi", "not the robot"),
    *("ikke et autosvar", "inget autosvar"),
)
TICKET: Final = (
    *("merci d'avoir contacté", "en charge votre demande", "revenons vers vous sous"),
    *(
        "accusons réception",
        "anfrage wurde",
        "gode henvendelse",
        "din henvendelse",
        "ваше обращение",
    ),
    *("ticket number", "case number", "your ticket", "ticket #", "ticket-nr", "ticketnummer"),
    *("request has been received", "we have received your", "has been received and"),
    *("vorgangsnummer", "will respond within", "we aim to respond"),
    *("we will get back to you within", "case has been", "your enquiry has been"),
    *("has been logged", "reference number for", "a ticket has been"),
    *("ihre anfrage ist bei uns eingegangen", "wir haben ihre nachricht erhalten"),
    *("eingangsbestätigung", "ihre nachricht ist eingegangen", "wir haben ihre e-mail erhalten"),
    *("ticket wurde", "bearbeitungs", "votre demande a bien été", "nous avons bien reçu votre"),
    *("numéro de ticket", "n° de ticket", "accusé de réception", "hemos recibido su"),
    *("su solicitud ha sido", "número de ticket", "hemos recibido tu", "acuse de recibo"),
    *("abbiamo ricevuto la", "la sua richiesta è stata", "numero di ticket"),
    *("richiesta è stata registrata", "we hebben uw", "uw bericht is ontvangen"),
    *("ontvangstbevestiging", "recebemos a sua", "recebemos seu", "recebemos sua", "protocolo"),
    *("número do ticket", "otrzymaliśmy", "numer zgłoszenia", "zgłoszenie zostało"),
    *("potwierdzamy", "vi har modtaget din", "vi har mottatt", "vi har tagit emot"),
    *("ärendenummer", "sagsnummer", "your message has been received", "thank you for contacting"),
    *(
        "danke für ihre anfrage",
        "dank für ihre anfrage",
        "numéro de dossier",
        "numero di protocollo",
        "ticket-id",
    ),
    *("ticket id", "[ticket", "zaaknummer", "obrigado por contactar", "gracias por contactar"),
    *("merci de nous avoir contact", "ärende", "wij hebben uw bericht"),
    *("grazie per averci contattat", "ihre nachricht wurde erfasst"),
)
# With one of these a receipt needs no other sign of a machine.
TICKET_SURE: Final = (
    *("case has been created", "case has been opened", "ticket has been created"),
    *("ticket has been opened", "assigned ticket", "assigned the ticket"),
    *("type your reply above this line", "reply above this line", "to add additional comments"),
    *("your support request has been", "your ticket has been", "a new ticket has been created"),
    *("this is an automatic response from our ticket", "has been assigned ticket"),
    *("has been marked as solved", "ticket has been closed", "how would you rate our"),
    *("anfrage wurde unter der nummer", "unter der ticketnummer", "unter der vorgangsnummer"),
    *("ticket wurde eröffnet", "enregistré sous la référence", "enregistrée sous le numéro"),
    *("registrada con el número", "registrado con el número", "registrata con il numero"),
    *("geregistreerd onder nummer", "registado com o número", "registrado sob o número"),
    *("zarejestrowane pod numerem", "registreret under nummer", "registrert med saksnummer"),
    *("registrerats med nummer", "зарегистрирован под номером"),
)
TICKET_SUBJECTS: Final = (
    *(
        "[request received]",
        "request received:",
        "ticket received",
        "ticket created",
        "case created",
    ),
    *("your ticket [", "your ticket #", "[ticket", "we received your request"),
    *("wurde für sie eröffnet", "ticket eröffnet", "eingangsbestätigung", "accusé de réception"),
    *("acuse de recibo", "conferma di ricezione", "ontvangstbevestiging", "confirmação de receção"),
    *("potwierdzenie przyjęcia", "potwierdzenie otrzymania", "mottagningsbevis"),
)
RECEIPT: Final = (
    *("has accepted", "has declined", "has tentatively", "hat zugesagt", "hat abgelehnt"),
    *("a accepté", "a refusé", "ha aceptado", "ha rechazado", "ha accettato", "ha rifiutato"),
    *("heeft geaccepteerd", "heeft afgewezen", "aceitou", "recusou", "zaakceptował", "odrzucił"),
    *("ricevuta di ritorno", "acuse de recibo", "è stato visualizzato", "se mostró en"),
    *("visualizzata", "delivery to these recipients", "angezeigt", "affiché", "weergegeven"),
    *("exibida", "wyświetlono", "was read on", "was displayed on", "your message was read"),
    *("read receipt", "return receipt", "was deleted without being read", "wurde gelesen am"),
    *("gelesen am", "lesebestätigung", "wurde am", "a été lu le", "accusé de lecture"),
    *("confirmation de lecture", "se ha leído", "fue leído", "confirmación de lectura"),
    *("è stato letto", "conferma di lettura", "leesbevestiging", "is gelezen op", "foi lida"),
    *("recibo de leitura", "confirmação de leitura", "przeczytano", "potwierdzenie przeczytania"),
    *("została przeczytana", "blev læst", "har lästs", "läskvitto", "læsekvittering"),
    *("lesebekreftelse", "was opened on"),
)
RECEIPT_SUBJECTS: Final = (
    *("confirmação de leitura", "potwierdzenie przeczytania", "läskvitto", "læsekvittering"),
    *("lesekvittering", "lukukuittaus", "lästes:", "přečteno", "okundu", "прочитано", "read -"),
    *("ricevuta di ritorno", "delivery receipt", "recibo de lectura", "accusé de lecture"),
    *("kvittering", "read:", "gelesen:", "lu :", "lu:", "leído:", "letto:", "gelezen:", "lida:"),
    *("przeczytano:", "læst:", "läst:", "lest:", "not read:", "ungelesen:", "non lu"),
    *("return receipt", "read receipt", "lesebestätigung", "accepted:", "declined:", "tentative:"),
    *("zugesagt:", "abgelehnt:", "accepté", "refusé", "aceptada:", "rechazada:", "accettat"),
    *("rifiutat", "geaccepteerd:", "leesbevestiging", "confirmation de lecture"),
    *("confirmación de lectura", "conferma di lettura", "unread:", "aceite:", "recusado:"),
    *("zaakceptowano:", "odrzucono:", "lesebekreftelse"),
)
CHALLENGE: Final = (
    *("waitlisted", "guest list", "has not been verified", "tmda", "sender confirmation"),
    *("you are human", "you're human", "a real sender", "is being held", "held until"),
    *("est retenu", "identität bestätigen", "votre identité", "uw identiteit", "swoją tożsamość"),
    *("kwarantann", "retenu", "quarantaine", "safe senders", "lijst met veilige"),
    *("est protégée par", "é protegida", "click here to confirm that you"),
    *("prove that you are human", "verify that you are a human", "antispam", "anti-spam"),
    *("challenge", "sender verification", "spamarrest", "boxbe", "to have your message delivered"),
    *("captcha", "release your message", "to be added to my", "bestätigen sie, dass sie"),
    *("um ihre nachricht zuzustellen", "spamschutz", "freigeschaltet", "que vous êtes humain"),
    *("mailinblack", "pour que votre message", "cliquez ici pour", "vade secure", "demuestre que"),
    *("que no es un robot", "dimostrare che", "verifica che sei", "bewijs dat u", "spamfilter"),
    *("provar que", "não é um robô", "potwierdź, że", "nie jesteś robotem"),
    *("confirm your email address before", "uribl", "quarantän", "quarantine"),
)
CHALLENGE_ACTION: Final = (
    *("empty message", "release", "blank reply", "follow the link", "enter the"),
    *("bevestigen", "potwierd", "confirme", "conferm", "below", "vraag de ontvanger", "aanklik"),
    *("click", "klick", "cliqu", "clic", "klik", "kliknij", "link", "http", "confirm", "bestätig"),
    *("reply to this", "antworten sie", "verify", "code", "risolvi", "lien", "enlace"),
)
NEWSLETTER: Final = (
    *("unsubscribe", "abmelden", "abbestellen", "se désabonner", "désinscri", "darse de baja"),
    *("cancelar suscripción", "cancella iscrizione", "disiscriv", "uitschrijven", "afmelden"),
    *("cancelar subscrição", "cancelar inscrição", "wypisz", "rezygnacj", "afmeld"),
    *("avregistrera", "newsletter", "view in browser", "view this email", "im browser ansehen"),
    *("visualizza nel", "ver en el navegador", "bekijk in", "descadastr", "rassegna"),
    "preferences",
)
BULK_SUBJECTS: Final = (
    *("newsletter", "bulletin", "boletín", "boletim", "bollettino", "nieuwsbrief", "nyhetsbrev"),
    *("rundbrief", "rundschreiben", "infolettre", "nyhedsbrev", "biuletyn", "subscribing"),
    "promo",
)

# A person's own act or demand: with one of these, an absence is not all that is said.
ANSWERS: Final = (
    *("is approved", "been approved", "ist freigegeben", "est validée", "está aprobada"),
    *("i'll pay", "i will pay", "we will pay", "we'll pay", "i'll transfer", "have paid"),
    *("i'll send", "will settle", "not paying", "won't pay", "please send", "transferred"),
    *("do your payment", "pay it", "pay you", "pay that", "sort it", "will get paid", "dispute"),
    *("i'll do", "we pay", "wrong", "credit note", "copy of the invoice", "will do it", "paid it"),
    *("paid you", "i paid", "i'll get", "you'll get", "you are getting", "getting your"),
    *("will get this off", "get to it", "überweise", "bezahle", "ich zahle", "wird bezahlt"),
    *("überwiesen", "habe bezahlt", "erledige", "gutschrift", "reklam", "wir zahlen"),
    *("bitte senden sie", "schicken sie", "beglichen", "kümmere", "zahlen wir", "lege ich"),
    *("mach ich", "angewiesen", "bräuchten", "benötigen wir", "je paie", "paierai", "j'ai payé"),
    *("déjà payé", "je règle", "règlerai", "payons", "un avoir", "envoyez", "réglerons"),
    *("réglerai", "avons réglé", "je vous fais", "faire le virement", "pagaré", "pagado"),
    *("les pago", "le pago", "pagaremos", "envíen", "transfiero", "os pago", "os lo pago"),
    *("te pago", "os hago", "hago la transferencia", "intentaremos", "aviso yo", "pagherò"),
    *("pagheremo", "già pagato", "faccio il bonifico", "nota di credito", "saldiamo"),
    *("faccio bonifico", "ti pago", "vi pago", "saldo io", "provo a", "dei bonifici", "i primi"),
    *("betaal ik", "ik betaal", "overgemaakt", "maak ik", "creditnota", "maken wij over"),
    *("al betaald", "pagarei", "paguei", "faço a transferência", "faço o pix", "deixo tudo"),
    *("emitir", "zapłacę", "zapłacimy", "zapłacone", "przeleję", "opłacę", "zrobię przelew"),
    *("puści", "zamknę", "betaler vi", "jeg betaler", "betalar", "jag betalar", "overfører"),
    *("maksan", "maksamme", "zaplatím", "uhradím", "fizetek", "оплачу", "plătesc", "öderim"),
    *("i plan it", "plan it in"),
)
# The same matter without a person's own act: a note may mention when a company pays.
MATTERS: Final = (
    *("payment", "invoice", "paid", "zahlung", "rechnung", "paiement", "facture", "règlement"),
    *("pago", "factura", "pagament", "fattur", "betaling", "factuur", "fatura", "płatnoś"),
    *("faktur", "przelew", "lasku", "faktura", "betalning", "satz", "order", "zahllauf"),
)
