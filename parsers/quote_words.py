"""Quote words: what mail programs write around a quoted mail, and people above their name.

Data only, lower case. One row a language where that helps; the rules are in `marks`,
`signature` and `trim`.
"""

from __future__ import annotations

from typing import Final

# The verb of "On … Jane wrote:", as whole words.
WROTE: Final = frozenset(
    {
        *("wrote", "writes", "said", "schrieb", "schreibt", "geschrieben", "écrit", "ecrit"),
        *("escribio", "escribe", "scritto", "scrive", "schreef", "geschreven", "schrijft"),
        *("escreveu", "escreve", "napisał", "napisała", "napisał(a)", "pisze", "skrev", "skriver"),
        *("kirjoitti", "napsal", "napsala", "napsal(a)", "napísal", "napísala", "írta", "scris"),
        *("написал", "написала", "написал(а)", "пишет", "написав", "написала:", "пише"),
        *("yazdı", "έγραψε", "schreiben", "rašė", "rakstīja", "kirjutas", "napisao", "napisala"),
        *("napisao/la", "je", "viết", "menulis", "כתב", "כתבה", "كتب", "写道", "寫道", "のメール"),
        *("작성", "escribió", "a", "ha", "het", "va", "escriure", "skrifaði", "написа", "님이"),
    }
)
# Words of the set above that say nothing when they stand alone.
WROTE_WEAK: Final = frozenset({"je", "a", "ha", "het", "va", "schreiben", "님이"})
WROTE_INSIDE: Final = (
    "写道",
    "寫道",
    "书写",
    "のメール",
    "さんが書きました",
    "작성",
    "님이",
    "เขียน",
)

# How such a line begins.
STARTS: Final = frozenset(
    {
        *("on", "at", "in", "am", "le", "il", "el", "em", "no", "op", "den", "dnia", "dne", "w"),
        *("dňa", "la", "den", "på", "lø", "pe", "в", "于", "在", "kl", "le:", "à", "a", "om"),
        *("den:", "mon", "tue", "wed", "thu", "fri", "sat", "sun", "mo", "di", "mi", "do", "fr"),
        *("sa", "so", "lun", "mar", "mer", "jeu", "ven", "sam", "dim", "gio", "sab", "dom", "ons"),
        *("mié", "jue", "vie", "sáb", "ma", "wo", "vr", "za", "zo", "seg", "ter", "qua", "qui"),
        *("sex", "pon", "wt", "śr", "czw", "pt", "sob", "niedz", "man", "mån", "tir", "tis"),
        *("tor", "tors", "fre", "lör", "lør", "søn", "sön", "út", "st", "čt", "pá", "so", "ne"),
        *("пн", "вт", "ср", "чт", "пт", "сб", "вс", "ti", "ke", "to", "la", "su", "hétfő"),
        *("data", "date", "datum", "quoting", "zitat", "citando", "citat"),
    }
)
YOU: Final = frozenset(
    {"you", "sie", "du", "ihr", "vous", "tu", "usted", "ustedes", "lei", "voi", "u", "jij", "je"}
)

# Field names of a pasted header block, by what they mean.
FROM: Final = frozenset(
    {
        *("from", "von", "de", "da", "van", "od", "fra", "från", "lähettäjä", "od:", "feladó"),
        *("от", "від", "kimden", "από", "frá", "expéditeur", "absender", "remitente", "mittente"),
        *(
            "afzender",
            "nadawca",
            "afsender",
            "avsändare",
            "发件人",
            "寄件者",
            "差出人",
            "보낸 사람",
        ),
        *("šalje", "pošiljatelj", "poslao", "siuntėjas", "sūtītājs"),
        *("sender", "remetente", "de la", "nuo", "no", "saatja", "frå", "מאת", "من"),
    }
)
SENT: Final = frozenset(
    {
        *("sent", "date", "gesendet", "datum", "envoyé", "date d'envoi", "enviado", "enviado el"),
        *("fecha", "inviato", "data", "verzonden", "enviada em", "enviado em", "wysłano", "dato"),
        *("data wysłania", "sendt", "skickat", "lähetetty", "päivämäärä", "päiväys", "odesláno"),
        *("elküldve", "dátum", "отправлено", "дата", "надіслано", "gönderilme", "tarih", "trimis"),
        *(
            "发送时间",
            "日期",
            "送信日時",
            "日付",
            "보낸 날짜",
            "fecha de envío",
            "verstuurd",
            "sendt:",
        ),
        *("poslano", "изпратено", "saadetud", "sent on", "datum slanja", "wysłano dnia"),
        *("odoslané", "data invio", "gesendet am", "envoyé le", "enviada", "wysłane", "στάλθηκε"),
        *(
            "data de envio",
            "datum/tijd",
            "saatmisaeg",
            "išsiųsta",
            "nosūtīts",
            "skickad",
            "sent at",
        ),
    }
)
TO: Final = frozenset(
    {
        *("to", "an", "à", "para", "a", "aan", "do", "til", "till", "vastaanottaja", "komu"),
        *("prima", "za", "до", "adressaat", "saaja", "gavėjas", "saņēmējs", "primatelj"),
        *("címzett", "кому", "kime", "προς", "destinataire", "empfänger", "destinatario", "către"),
        *(
            "ontvanger",
            "adresat",
            "收件人",
            "宛先",
            "받는 사람",
            "dest",
            "destinatário",
            "pro",
            "kam",
        ),
        *(
            "cc",
            "kopie",
            "copie",
            "copia",
            "kopia",
            "kopi",
            "copie à",
            "cópia",
            "dw",
            "kopio",
            "抄送",
        ),
        *(
            "bcc",
            "reply-to",
            "antwort an",
            "répondre à",
            "responder a",
            "rispondi a",
            "antwoord aan",
        ),
        *("odpowiedz do", "kopie an", "cc:", "копия", "másolatot kap", "bilgi", "risposta", "kam:"),
    }
)
SUBJECT: Final = frozenset(
    {
        *("subject", "betreff", "objet", "asunto", "oggetto", "onderwerp", "assunto", "temat"),
        *("emne", "ämne", "aihe", "předmět", "tárgy", "тема", "konu", "θέμα", "efni", "subiect"),
        *("zadeva", "относно", "tēma", "objet du message"),
        *("主题", "主旨", "件名", "제목", "predmet", "teema", "tema", "assumpte", "re", "oggetto:"),
    }
)

ORIGINAL: Final = frozenset(
    {
        *("original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht"),
        *("ursprungliche nachricht", "original message follows", "message d'origine"),
        *("message original", "message d’origine", "message initial", "mensaje original"),
        *("messaggio originale", "oorspronkelijk bericht", "origineel bericht", "reply message"),
        *("mensagem original", "wiadomość oryginalna", "oryginalna wiadomość", "original mail"),
        *("oprindelig meddelelse", "ursprungligt meddelande", "originalmeddelande"),
        *("opprinnelig melding", "alkuperäinen viesti", "původní zpráva", "pôvodná správa"),
        *("eredeti üzenet", "исходное сообщение", "пересылаемое сообщение", "original e-mail"),
        *(
            "оригінальне повідомлення",
            "originele bericht",
            "orijinal mesaj",
            "original appointment",
        ),
        *("oorspronkelijke afspraak", "原始邮件", "原始郵件", "원본 메시지", "元のメッセージ"),
        *("původní e-mail", "pôvodný e-mail", "originalno sporočilo", "оригинално съобщение"),
        *("mesaj original", "αρχικό μήνυμα", "original email", "missatge original"),
        *("urspruengliche nachricht", "izvorna poruka", "originalus laiškas", "algne sõnum"),
    }
)
# How such a line may also begin, with a date behind it.
ORIGINAL_STARTS: Final = ("message du ", "mensaje del ")
# A ticket system's line: what stands below it is older.
REPLY_ABOVE: Final = (
    *("reply above this line", "type your reply above", "write above this line"),
    *("oberhalb dieser zeile", "über dieser zeile", "au-dessus de cette ligne"),
    *("encima de esta línea", "sopra questa riga", "boven deze lijn", "boven deze regel"),
    *("acima desta linha", "powyżej tej linii", "ovanför den här raden", "over denne linje"),
)
FORWARDED: Final = frozenset(
    {
        *("forwarded message", "begin forwarded message", "weitergeleitete nachricht"),
        *("anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail"),
        *("message transféré", "début du message transféré", "début du message réexpédié"),
        *("mensaje reenviado", "inicio del mensaje reenviado", "messaggio inoltrato"),
        *("inizio messaggio inoltrato", "doorgestuurd bericht", "begin doorgestuurd bericht"),
        *("mensagem encaminhada", "mensagem reencaminhada", "início da mensagem reencaminhada"),
        *("início da mensagem encaminhada", "wiadomość przekazana", "przekazana wiadomość"),
        *("początek przekazywanej wiadomości", "videresendt meddelelse", "videresendt besked"),
        *("start på videresendt besked", "vidarebefordrat meddelande", "vidarebefordrat brev"),
        *("vidarebefordrat mejl", "videresendt melding", "välitetty viesti", "přeposlaná zpráva"),
        *("továbbított üzenet", "пересланное сообщение", "iletilen mesaj", "转发的邮件", "転送"),
        *("begin van doorgestuurd bericht", "weitergeleitet von", "fwd", "forwarded by"),
        *("přeposlaná zpráva", "preposlaná správa", "mesaj redirecționat", "missatge reenviat"),
    }
)

# A line like these ends the words and begins the name. Compared without punctuation.
CLOSINGS: Final = frozenset(
    {
        *("regards", "kind regards", "best regards", "warm regards", "many thanks", "thanks"),
        *("thank you", "best wishes", "best", "cheers", "yours sincerely", "yours faithfully"),
        *("sincerely", "with kind regards", "with best regards", "kindest regards", "thx", "ta"),
        *("thanks and regards", "thanks & regards", "thanks in advance", "all the best", "rgds"),
        *("yours", "yours truly", "respectfully", "cordially", "br", "kr", "brgds", "warmly"),
        *("thanking you", "thank you and regards", "thank you kind regards", "many regards"),
        *("mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß"),
        *("mit freundlichem gruss", "freundliche grüße", "freundliche grüsse", "beste grüße"),
        *("viele grüße", "liebe grüße", "herzliche grüße", "mfg", "gruß", "gruss", "grüße", "lg"),
        *("vg", "schöne grüße", "mit besten grüßen", "mit besten empfehlungen", "vielen dank"),
        *("beste grüsse", "viele grüsse", "liebe grüsse", "herzlichst", "hochachtungsvoll"),
        *("danke", "besten dank", "vielen dank und freundliche grüße", "mit lieben grüßen"),
        *("mit freundlichen gruessen", "viele gruesse", "freundlicher gruß", "besten gruß"),
        *("cordialement", "bien cordialement", "très cordialement", "bien à vous", "salutations"),
        *("sincères salutations", "meilleures salutations", "cdlt", "cdt", "bav", "bonne journée"),
        *("merci", "merci d'avance", "bonne réception", "cordiales salutations", "amicalement"),
        *("avec nos meilleures salutations", "salutations distinguées", "belle journée", "a+"),
        *("saludos", "un saludo", "saludos cordiales", "cordialmente", "atentamente", "gracias"),
        *("atte", "un cordial saludo", "muchas gracias", "un abrazo", "saludos cordiales"),
        *("reciba un cordial saludo", "quedamos a su disposición", "cordiales saludos", "slds"),
        *("cordiali saluti", "distinti saluti", "saluti", "un saluto", "grazie", "buona giornata"),
        *("cordialmente", "un cordiale saluto", "grazie e saluti", "grazie mille", "a presto"),
        *("met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "groet"),
        *("groeten", "mvg", "vriendelijke groeten", "hartelijke groet", "alvast bedankt", "gr"),
        *("met hartelijke groet", "bedankt", "hoogachtend", "dank je", "dank u", "groetjes"),
        *("cumprimentos", "atenciosamente", "att", "melhores cumprimentos", "abraço", "obrigado"),
        *("obrigada", "com os melhores cumprimentos", "abraços", "atte", "grato", "grata", "bjs"),
        *("pozdrawiam", "z poważaniem", "pozdrowienia", "dziękuję", "z wyrazami szacunku"),
        *("serdecznie pozdrawiam", "pozdrawiam serdecznie", "dzięki", "z pozdrowieniami", "pzdr"),
        *("med venlig hilsen", "venlig hilsen", "mvh", "hilsen", "kh", "vh", "vennlig hilsen"),
        *("med vennlig hilsen", "med vänlig hälsning", "med vänliga hälsningar", "hälsningar"),
        *("vänliga hälsningar", "bästa hälsningar", "hälsning", "tack", "tak", "takk", "hej så"),
        *("med venlige hilsener", "de bedste hilsner", "bedste hilsner", "på forhånd tak"),
        *("ystävällisin terveisin", "terveisin", "parhain terveisin", "yst terv", "kiitos"),
        *("s pozdravem", "s přátelským pozdravem", "üdvözlettel", "tisztelettel", "с уважением"),
        *("cu stimă", "saygılarımla", "με εκτίμηση", "з повагою", "lugupidamisega", "pagarbiai"),
        *("以上、よろしくお願いいたします", "よろしくお願いいたします", "よろしくお願いします"),
        *("此致", "祝好", "谢谢", "감사합니다", "best,", "hugs", "greetings", "many greetings"),
    }
)

# How a line begins that a telephone or a mail program adds.
SENT_FROM: Final = (
    *("obtenir outlook", "outlook per", "provenance :", "provenance:", "verzonden vanuit"),
    *("sent from", "sent via", "sent with", "sent by", "get outlook for", "from my iphone"),
    *("from my ipad", "von meinem", "gesendet von", "gesendet mit", "diese nachricht wurde von"),
    *("von unterwegs gesendet", "gesendet aus", "envoyé de", "envoyé depuis", "envoyé à partir"),
    *("obtenez outlook pour", "télécharger outlook pour", "enviado desde", "enviado de"),
    *("obtener outlook para", "descargar outlook para", "inviato da", "inviato con"),
    *("ottieni outlook per", "scarica outlook per", "verzonden met", "verzonden vanaf"),
    *("verstuurd vanaf", "verstuurd met", "download outlook voor", "outlook voor", "enviado do"),
    *("enviado a partir", "obter o outlook", "obter outlook", "wysłane z", "wysłano z"),
    *("wysłane za", "pobierz program outlook", "pobierz aplikację outlook", "sendt fra"),
    *("hent outlook til", "hämta outlook för", "skickat från", "skickad från", "last ned outlook"),
    *("lähetetty", "hanki outlook", "отправлено с", "отправлено из", "надіслано з", "odesláno z"),
    *("odesláno ze", "poslano s", "holen sie sich outlook", "laden sie outlook", "outlook für"),
    *(
        "trimis de pe",
        "iphone'umdan gönderildi",
        "elküldve",
        "iphoneから送信",
        "发自我的",
        "从我的",
    ),
    *("ipadから送信", "나의 iphone", "sent using", "posted from", "typed on", "mobile mail"),
)
DEVICES: Final = frozenset(
    {
        *("iphone", "ipad", "ipod", "android", "blackberry", "mobile", "mobil", "mobilgerät"),
        *("handy", "smartphone", "phone", "cell", "outlook", "windows", "mail", "yahoo", "samsung"),
        *("galaxy", "huawei", "xiaomi", "nokia", "mailbox", "airmail", "thunderbird", "gmail"),
        *("web.de", "gmx", "proton", "protonmail", "telefon", "téléphone", "mobiltelefon"),
        *("móvil", "movil", "dispositivo", "cellulare", "telefoon", "telefonu", "telefone"),
        *("celular", "appareil", "portable", "tablet", "tablette", "oneplus", "pixel", "sony"),
        *("iphonesta", "mobila", "mobilen", "mobiltelefonen", "smartfonu", "iphone'a", "k-9"),
        *(
            "keyboard",
            "courrier",
            "correo",
            "posta",
            "windows-mail",
            "ios",
            "xperia",
            "motorola",
            "hotmail",
            "spark",
            "superhuman",
            "t-online",
        ),
        *("telekom", "freenet", "orange", "libero", "wp", "onet", "o2", "virgilio", "fastmail"),
    }
)

# A telephone anywhere in a short line that says "sent" in some tongue.
TELEPHONES: Final = ("iphon", "ipad", "android", "galaxy", "samsung", "huawei", "xiaomi", "айфон")
SENT_STEMS: Final = (
    *("sent ", "gesend", "envoy", "enviad", "enviat", "inviat", "verst", "verzon", "wysłan"),
    *("sendt", "skick", "lähet", "odesl", "odosl", "küldve", "trimis", "gönder", "στάλ", "отправ"),
    *("надісл", "изпрат", "poslan", "saadet", "sūtīt", "išsi", "送信", "发自", "보냄", "傳送"),
)

# Two of these in one closing paragraph make it a disclaimer.
DISCLAIMER: Final = (
    *("luottamuksell", "erehdyksess", "tarkoitettu", "důvěrn", "omylem", "bizalmas", "tévedés"),
    *("конфиденциальн", "ошибочно", "confidenția", "din greșeală", "gizli", "yanlışlıkla"),
    *("confidential", "intended recipient", "intended solely", "privileged", "received this"),
    *("in error", "unauthorised", "unauthorized", "notify the sender", "delete this", "virus"),
    *("vertraulich", "irrtümlich", "unbefugt", "bestimmt sind", "vernichten sie", "adressat"),
    *("confidentiel", "destinataire", "par erreur", "exclusivement", "détruire", "strictement"),
    *("confidencial", "destinatario", "por error", "elimín", "exclusivamente", "protección de"),
    *("riservat", "per errore", "cancellar", "esclusivamente", "vertrouwelijk", "geadresseerde"),
    *("abusievelijk", "ten onrechte", "uitsluitend", "destinatário", "por engano", "poufn"),
    *("adresat", "omyłkow", "przeznaczon", "fortrolig", "modtager", "konfidentiell", "mottagare"),
    *("this e-mail and", "this email and", "diese e-mail enthält", "ce message", "este mensaje"),
    *("questo messaggio", "dit bericht", "esta mensagem", "niniejsza wiadomość", "attachments"),
    *("registered in england", "sitz der gesellschaft", "datenschutz", "administrator danych"),
)
FOOTERS: Final = (
    *("disclaimer", "confidentiality notice", "please consider the environment", "virus-free"),
    *("think before you print", "bitte prüfen sie der umwelt", "bitte denken sie an die umwelt"),
    *("pensez à l'environnement", "n'imprimez", "antes de imprimir", "prima di stampare"),
    *("denk aan het milieu", "caution: this email originated", "this email has been scanned"),
    *("this message has been scanned", "diese e-mail wurde von avast", "avast", "aviso legal"),
    *("this email was sent to", "you are receiving this", "unsubscribe", "avis de confidential"),
    *("informativa sulla privacy", "przed wydrukowaniem", "tänk på miljön", "tenk på miljøet"),
    *("save paper", "the information contained in this", "the information transmitted", "external"),
)

# Words that a name block does not have but a sentence does.
SENTENCE: Final = frozenset(
    {
        *("we", "i", "you", "will", "please", "can", "is", "are", "have", "has", "not", "pay"),
        *("paid", "your", "our", "this", "that", "it", "was", "be", "do", "if", "when", "i'm"),
        *("we'll", "i'll", "don't", "been", "would", "could", "let", "need", "should", "my", "me"),
        *("wir", "ich", "sie", "bitte", "ist", "sind", "haben", "nicht", "werden", "ihre", "wird"),
        *("unsere", "das", "habe", "kann", "wenn", "dass", "noch", "auch", "mir", "uns", "hat"),
        *("nous", "je", "vous", "est", "sont", "avons", "pas", "votre", "notre", "que", "qui"),
        *("j'ai", "c'est", "serait", "sera", "veuillez", "avez", "suis", "pouvez", "faut"),
        *("es", "nos", "su", "nuestra", "hemos", "he", "pero", "está", "puede", "pagamos", "hay"),
        *("ho", "abbiamo", "vostra", "non", "siamo", "sono", "che", "può", "è", "questo", "ci"),
        *("wij", "wordt", "jullie", "niet", "heb", "hebben", "kunt", "onze", "ik", "zijn", "graag"),
        *("não", "são", "temos", "sua", "nossa", "está", "vamos", "pode", "foi", "vou", "favor"),
        *("nie", "jest", "mamy", "proszę", "jak", "będzie", "się", "czy", "państwa", "mam", "już"),
        *("vi", "jeg", "jag", "inte", "ikke", "har", "och", "skal", "kommer", "ska", "kan", "vil"),
    }
)
