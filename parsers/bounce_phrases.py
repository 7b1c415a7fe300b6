"""Bounce phrases: what mail servers say in words when they send no fields.

Data only, lower case, as substrings of a collapsed text. The order of the questions is in
`bounces`: a delay is no failure, a policy refusal is ours, then full, gone, and the rest.
"""

from __future__ import annotations

from typing import Final

DAEMONS: Final = (
    *("mailer-daemon", "postmaster", "mail delivery", "mailerdaemon", "mail-daemon", "mailadm"),
    *("maildelivery", "mail_delivery", "undeliverable", "mdaemon", "microsoftexchange329e71ec"),
    *("delivery-status", "mail administrator", "mail system", "post office", "bounce", "daemon@"),
    *("mailsystem", "delivery subsystem", "mailmaster", "listadmin", "nondelivery", "smtp daemon"),
)
# How the subject of an answered or forwarded mail begins: a person's, whatever it quotes.
ANSWERED: Final = (
    *("re:", "re :", "aw:", "sv:", "vs:", "odp:", "antw:", "ref:", "r:", "res:", "fwd:", "fw:"),
    *("wg:", "tr:", "tr :", "rv:", "i:", "enc:", "vb:", "pd:", "doorst:", "ynt:", "转发:", "回复:"),
)
# What servers say of mail, and people never of goods.
SERVERS: Final = (
    *("your message to", "your email to", "your mail to", "recipient's server", "mail server"),
    *("recipient server", "mailbox is", "has been disabled or", "recipient has not been notified"),
    *("ihre nachricht an", "ihre e-mail an", "server des empfängers", "votre message à"),
    *("votre message pour", "serveur du destinataire", "le destinataire a bloqué", "su mensaje a"),
    *("su mensaje para", "servidor del destinatario", "suo messaggio a", "server del destinatario"),
    *("uw bericht aan", "server van de ontvanger", "sua mensagem para", "servidor do destinatário"),
    *("wiadomość do", "serwer odbiorcy", "din besked til", "din melding til", "meddelande till"),
    *("modtagerens server", "mottakerens server", "mottagarens server"),
)
SURE_DAEMONS: Final = ("mailer-daemon", "mail delivery s", "mailerdaemon", "mail-daemon")
SUBJECTS: Final = (
    *("zustellstatus", "état de remise", "estado de entrega", "status van bezorging"),
    *("stato del recapito", "leveringsstatus", "leveransstatus", "stan doręczenia"),
    *("stanie doręczenia", "toimituksen tila", "stavu doručení", "kézbesítési állapot"),
    *("состоянии доставки", "teslim durumu", "status da entrega", "status de entrega"),
    *("kunne ikke leveres", "nebyla doručena", "ej levererat", "kon niet", "blocked by policy"),
    *("retardée", "retrasada", "mailbox disabled", "postfachspeicher", "opóźnienie", "verzögert"),
    *("failed mail", "mail failed", "delivery error", "zurückgesendet", "non livré"),
    *(
        "undeliver",
        "delivery status notification",
        "returned mail",
        "failure notice",
        "returned to",
    ),
    *("delivery failure", "mail delivery failed", "delivery has failed", "non delivery", "delayed"),
    *("mail delivery", "delivery notification", "message status", "could not be delivered"),
    *("unzustellbar", "nicht zugestellt", "zustellung fehlgeschlagen", "non remis", "échec de"),
    *("non distribuable", "no se puede entregar", "no entregado", "error de entrega", "rebotado"),
    *("mancato recapito", "impossibile recapitare", "non recapitabile", "niet bezorgd", "delivery"),
    *("onbestelbaar", "não entregue", "falha na entrega", "niedostarczon", "nie dostarczono"),
    *("kan ikke leveres", "kan inte levereras", "undelivered", "mail error", "message not"),
    *(
        "mail failure",
        "bounced",
        "rejected",
        "ei voitu toimittaa",
        "nedoručiteln",
        "returned message",
    ),
    *("nondeliverable", "permanent error", "user unknown", "mailbox full", "mail could"),
    *("user not found", "email error", "mail status", "casella piena", "postfach voll"),
    *("message you sent blocked", "niet afgeleverd", "mancata consegna", "non distribué"),
    *("nie została doręczona", "не доставлен", "недоставлен", "配信不能", "配信できません"),
    *("退信", "投递失败", "送達できません", "반송", "iletilemedi", "teslim edilemedi"),
    *("doručení selhalo", "kézbesítés", "kézbesíthetetlen", "levering mislukt", "livraison"),
    *("ikke levert", "kunne ikke sendes", "toimitus epäonnistui", "αποτυχία παράδοσης"),
)
FAILURES: Final = (
    *("übermittlung an folgende", "échec de la remise", "error en la entrega", "falha na entrega"),
    *("bezorging bij de volgende", "non recapitato", "levering til følgende", "leverans till"),
    *("dostarczenie do następujących", "доставка следующим", "doručení následujícím"),
    *("zustellung an folgende", "falha ao entregar", "entrega falhou", "delivery incomplete"),
    *("exceeded its quota", "was rejected", "has been rejected", "account has been disabled"),
    *("échec définitif", "remise de votre message", "no se ha podido entregar", "wurde abgewiesen"),
    *("nie została jeszcze dostarczona", "findes ikke", "nebyla doručena", "schránka", "är full"),
    *("gick inte att leverera", "finns inte hos", "finnes ikke", "kon niet direct", "niet bezorgd"),
    *("hat sein limit erreicht", "empfänger nicht gefunden", "no pudo ser entregado", "rechazado"),
    *("è stato respinto", "não pôde ser", "odrzucon", "не может быть доставлено", "returneret"),
    *("could not be delivered", "was not delivered", "unable to deliver", "couldn't be delivered"),
    *("delivery failed", "delivery to the following", "permanent fatal errors", "user unknown"),
    *("permanent error", "undeliverable", "undelivered", "does not exist", "no such user"),
    *("mailbox unavailable", "mailbox full", "over quota", "quota exceeded", "recipient rejected"),
    *(
        "address rejected",
        "did not reach",
        "cannot be delivered",
        "can't be delivered",
        "returned to",
    ),
    *("host unknown", "failed recipient", "unknown user", "not be delivered", "invalid recipient"),
    *("unrouteable address", "message delayed", "delivery error", "failed to deliver", "bounced"),
    *(
        "no longer valid",
        "disabled or discontinued",
        "delivery attempts",
        "not deliver",
        "transcript",
    ),
    *(
        "unknown recipient",
        "unknown address",
        "not listed in",
        "unable to relay",
        "has been delayed",
    ),
    *("nicht zugestellt", "unzustellbar", "konnte nicht an", "postfach ist voll", "kontingent"),
    *("existiert nicht", "empfänger unbekannt", "n'a pas pu être", "non remis", "boîte pleine"),
    *("n'existe pas", "destinataire inconnu", "no se pudo entregar", "no ha podido ser entregado"),
    *("buzón lleno", "no existe", "usuario desconocido", "non è stato recapitato", "casella piena"),
    *("spazio esaurito", "esaurito lo spazio", "utente sconosciuto", "non esiste", "impossibile"),
    *("kon niet worden", "niet worden bezorgd", "bestaat niet", "postvak is vol", "mailbox is vol"),
    *("não pôde ser entregue", "não foi entregue", "caixa cheia", "não existe", "nao foi possivel"),
    *("nie została dostarczona", "nie można dostarczyć", "skrzynka jest pełna", "nie istnieje"),
    *("kunne ikke leveres", "kunde inte levereras", "ei voitu toimittaa", "nemohla být doručena"),
    *("nicht erreicht", "konnte nicht zugestellt", "wasn't delivered", "weren't delivered"),
    *(
        "address not found",
        "adresse nicht gefunden",
        "adresse introuvable",
        "nie znaleziono adresu",
    ),
    *("não encontrado", "dirección no encontrada", "indirizzo non trovato", "adres niet gevonden"),
    *("server unavailable", "no reconhece", "no se encontró", "aún no se ha podido", "noch nicht"),
    *("не доставлено", "не существует", "unable to send", "not found", "rejected by", "refused"),
    *("not been delivered", "was blocked", "blocked by", "has not been sent", "not delivered to"),
    *("niet afgeleverd", "niet bekend", "onbekend", "nie udało się", "non è stato consegnato"),
    *("n'a pas été", "n'a pu être", "non distribué", "não entregue", "no entregado", "no pudo"),
    *(
        "не доставлен",
        "не найден",
        "не удалось",
        "配信できません",
        "配信されません",
        "存在しません",
    ),
    *("届けることができません", "宛先不明", "无法投递", "无法送达", "不存在", "投递失败", "退回"),
    *("존재하지", "전달되지", "iletilemedi", "teslim edilemedi", "bulunamadı", "δεν παραδόθηκε"),
    *("nedoručen", "neexistuje", "nem kézbesíthető", "nem sikerült", "nem létezik", "ikke levert"),
    *("ei voida toimittaa", "ei löydy", "nepavyko", "nije isporučen", "ne postoji"),
)
DELAYS: Final = (
    *(
        "todavía no se ha podido",
        "ponawiał próby",
        "blijven het",
        "entrega retrasada",
        "remise retard",
    ),
    *("delivery has been delayed", "delivery is delayed", "message delayed", "has been delayed"),
    *("will continue to try", "will keep trying", "will be retried", "warning message only"),
    *("you do not need to resend", "not yet been delivered", "still trying", "not yet delivered"),
    *("will try again", "delayed mail", "delivery delay", "will retry", "(delay)", "delay)"),
    *("noch nicht zugestellt", "zustellung verzögert", "wird weiter versucht", "verzögert"),
    *("retardé", "nouvelles tentatives", "aún no se ha podido entregar", "retrasad", "ritardat"),
    *(
        "seguiremos intentando",
        "riproverà",
        "ulteriori tentativi",
        "vertraagd",
        "opnieuw geprobeerd",
    ),
    *("atrasad", "vamos continuar a tentar", "ainda não conseguimos entregar", "opóźnion"),
    *("ponowi", "forsinket", "försenad", "nuovi tentativi", "nieuwe pogingen", "kolejne próby"),
)
FULL: Final = (
    *("the local limit", "mail limit", "mailbox limit", "limite de stockage", "límite de"),
    *("mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded its quota"),
    *("exceeds the maximum", "out of storage", "storage limit", "exceeded storage", "overquota"),
    *("insufficient", "full mailbox", "mailbox size limit", "not enough disk", "postfach ist voll"),
    *("postfach voll", "kontingent", "boîte pleine", "boîte aux lettres pleine", "buzón lleno"),
    *("casella piena", "esaurito lo spazio", "postvak is vol", "mailbox is vol", "caixa cheia"),
    *("skrzynka jest pełna", "disk quota", "maximum size", "quota full", "inbox is full", "quota"),
    *("exceeds allowed size", "is full", "over the limit", "size limit", "speicherlimit"),
    *("limit erreicht", "speicherplatz", "ist voll", "est pleine", "saturée", "está llena"),
    *("está lleno", "è piena", "est plein", "is vol", "está cheia", "está lotada", "jest pełn"),
    *("przepełnion", "er fuld", "er full", "är full", "on täynnä", "je plná", "megtelt", "doldu"),
    *("переполнен", "容量", "一杯", "已满", "가득", "γεμάτ", "out of space", "storage space"),
)
TEMPORARY: Final = (
    *("temporar", "try again later", "timed out", "timeout", "connection refused", "deferred"),
    *("greylist", "too many connections", "resources", "vorübergehend", "temporair", "tijdelijk"),
    *("retry timeout", "could not connect", "no answer from host", "host not reachable"),
    *("network unreachable", "lost connection", "retry time not reached", "not responding"),
)
HARD: Final = (
    *("user unknown", "unknown user", "no such user", "does not exist", "unknown recipient"),
    *("invalid recipient", "not found", "no longer", "disabled", "address rejected", "unrouteable"),
    *("permanent", "host unknown", "not listed", "domain name not found", "no mailbox here"),
    *("existiert nicht", "unbekannt", "n'existe pas", "inconnu", "no existe", "non esiste"),
    *("bestaat niet", "não existe", "nie istnieje", "nie znaleziono", "non trovato", "gave up"),
    *("niet bekend", "disattivat", "dada de baja", "finns inte", "findes ikke", "finnes ikke"),
    *("не существует", "не найден", "存在しません", "不存在", "존재하지", "neexistuje"),
)
POLICY: Final = (
    *("spam", "blacklist", "blocklist", "blocked", "spf", "dkim", "dmarc", "reputation", "policy"),
    *("not authorized", "unsolicited", "prohibited", "listed in", "spamhaus", "content reject"),
)
ORIGINALS: Final = (
    *("--- original message follows", "original message", "returned message", "headers follow"),
    *(
        "below this line is a copy",
        "copy of the message",
        "the original message was",
        "begin message",
    ),
    *("returned mail follows", "message text follows", "message header follows"),
    *("included below", "message header", "-- original", "undeliverable message", "unsent message"),
    *("ursprüngliche nachricht", "message d'origine", "mensaje original", "messaggio originale"),
)
