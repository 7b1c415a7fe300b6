"""Words beside a date that tell whether it is the day of payment: folded expressions only."""

from __future__ import annotations

import re

PAY = re.compile(
    r"\bpay(?!roll)|\bpaid|payment|transfer|settle|\bsend|\bsort|remit|\bwire|release|\brun\b"
    r"|cheque"
    r"|\bexecut|set up for|set for|scheduled|booked (?:in )?for|lined up|\bclear|goes? out"
    r"|going out|leav(?:es|ing) us|you'?ll have|have it|will be done|get it done"
    r"|do (?:it|yours|that|them|both)|zahl|uberweis|uberwies|begleich|\bgeld|erledig|anweis|lauf"
    r"|ausgleich|bekomm(?:st|en)|raus\b|regler|\bregle|paye|paie|virement|\bvire|solde|verse|depot"
    r"|je (?:le|la|vous|m'en)|\bpag|transfer|abon|liquid|deposit|corrida|programad|\bbonific|\bsald"
    r"|\bversa|provved|salder|dispost|liquider|parte\b|partono|betal|overma|overschr|voldo|voldaan"
    r"|\bstort|zet (?:ik|hem)|transf|\bplac|zaplac|przele|przelew|uregul|oplac|splac|puszcz|\bpojd"
    r"|wysl|idzie|wyjdzie|swish|uppg|gar (?:ivag|ut)|korning|overfor|afregn|klarer|bliver|kommer"
    r"|\bca sort|\bsortira|\bpartira|\bpart (?:le|lundi|mardi|mercredi|jeudi|vendredi|demain|avec"
    r"|en)"
    r"|uhrad|uhraz|zaplat|platb|prevod|posleme|\bmaks|siirr|lahtee|utal|fizet|rendez|achit|\bvira"
    r"|plat[ai]"
    r"|odeme|oden|gonder|havale|yatir"
)
DONE = re.compile(
    r"too late|missed|released|approved|instruct|arranged|scheduled|set up|signed|spoke|spoken"
    r"|received|got your"
    r"|was\b|were\b|has been|had\b"
    r"|have (?:just"
    r"|now|today)|freigegeben|freigab|gegeben|unterschrieben|gesprochen|erhalten|gepruft|worden"
    r"|enthielt|valide|recu|signe|\bapprouv|parti[es]?\b|recib|aprob|firm|hable|alcance|validad"
    r"|rientrat|ricevut|approvat|firmat|parlat|tornat|goedgekeurd|ontvangen|gesproken|vrijgegeven"
    r"|recebi|aprovad|regressei|voltei|falei|assinad|dostal|podpisal|zatwierdz|rozmawial|wrocil"
    r"|godkan|fick|in (?:my|the) jumpers|morning and|afternoon, feet|de hoy en|ab heute|from today"
    r"|a partir de hoy|a partir d'aujourd'hui|da oggi|vanaf vandaag|od dzis|fran idag|fra i dag"
    r"|dziala"
)
AWAY = re.compile(
    r"\baway\b|\bback\b|on leave|holiday|vacation|\bout of\b|off (?:now|until|till)|urlaub|zuruck"
    r"|verreis|abwesen|conge|vacances|absent|retour\b|rentre|vacacion|fuera|regres|vuelv|ferie"
    r"|rientr|assent|torno|vakantie|terug|afwezig|verlof|ferias|ausente|volto|urlop|wracam|wroce"
    r"|siedze|nieobec|semester|ledig|borta|tillbaka|tilbage|i am in\b|feiertag|holidays|\bfesta\b"
    r"|festiv|puente|\bponte\b|feestdag|swieto|helgdag|helligdag|feria\b"
)
DUE = re.compile(
    r"\bdue\b|\bdated?\b|overdue|invoice (?:of|from)|your (?:mail|e-?mail|letter|reminder)|fallig"
    r"|rechnung vom|schreiben vom|mail vom|mahnung vom|skonto|echeance|facture du|votre (?:mail"
    r"|courrier|relance)|vencim|vence|factura del|su (?:correo|mail)|scaden|fattura del|vostra del"
    r"|verval|factuur van|uw (?:mail|brief)|fatura de|vosso e|termin platnosci|faktury z|wczoraj"
    r"|avete chiesto|you (?:asked|wanted)|asked for|gewunscht|haben wollten|demandiez|pedian"
    r"|(?:vertrag|vereinbarung|angebot|lieferschein|protokoll|gesprach) vom|(?:contract|agreement"
    r"|quote|offer"
    r"|delivery|docket|note) (?:of|dated|from)|(?:contrat|devis|accord|bon) du|(?:contrato"
    r"|presupuesto|acuerdo"
    r"|albaran) del|(?:contratto|preventivo|accordo|ddt) del|(?:contract|offerte|afspraak) van"
    r"|umowy z"
    r"|reconcil|meets|riunisce|tagt|siedzenie|campagnes ont lieu"
)
ARRIVES = re.compile(
    r"arriv|with you|in your (?:account|bank)|reach you|show up|geldeingang|eingang|gutgeschr"
    r"|bei ihnen"
    r"|auf ihrem|wertstell|chez vous|sur votre compte|creditee?s?\b|en su cuenta|lo vera|vera en"
    r"|accredit|sul vostro|da voi|bij u op|bijgeschreven|binnen bij|na vossa conta|na sua conta"
    r"|u panstwa|na koncie|er hos|framme|on your account|you should see"
)
CONDITION = re.compile(
    r"\b(?:if|once|provided|unless|as soon as|assuming|when|sobald|wenn|falls|sofern|si|des que"
    r"|lorsque|cuando|en cuanto|quando|appena|se|zodra|als|indien|assim que|caso|jak tylko|jesli"
    r"|gdy|nar|om)\b[^.!?\n]{0,50}$"
)
OTHERS = re.compile(
    r"(?:client|customer|they|council|bank|funding|kunde|auftraggeber|bank|le client|cliente|klant"
    r"|gmina|inwestor|kund)[^.!?,;\n]{0,30}(?:pays?|paid|funds?|done|zahl|bezahl|paie|paye|paga"
    r"|betaal"
    r"|zaplac|placi|betalar|meets|done)"
)
CORRECTED = re.compile(
    r"(?:\bno[,:]|\bi mean|\bsorry|sondern|rather|actually|instead|make (?:that|it)|besser gesagt"
    r"|besser|bensi|\bsino\b|\bnee,|\bnie,|tylko|plutot|enfin|quer dizer|alias|ignore that"
    r"|correction"
    r"|konkret|i\.e\.|ovvero|namlich|czyli|cioe|that is|das (?:ist|heisst)|le toca|more like)"
)
PART = re.compile(
    r"\b\d\d ?%|\bhalf\b|\b1/2|the (?:rest|remainder|balance|other)|remaining|halfte|\brest"
    r"|ubrige|moitie"
    r"|solde"
    r"|le reste|mitad|resto|lo que (?:falta|queda)|meta\b|saldo|helft|metade|restante|polow|reszt"
    r"|pozosta|koncowk|halften|resten|first (?:part|instal)|second (?:part|instal)|another"
    r"|deuxieme|tranche|anzahl|rata\b|rate\b|parte\b"
)
PAST = re.compile(
    r"\b(?:paid|payed|posted|sent|went|bezahlt|uberwiesen|payee?s?|(?:ai|avons|a|est|ete) vire"
    r"|reglee?s?|pagad[oa]s?|pague|pagat[oaei]"
    r"|saldat[oa]"
    r"|betaald|overgemaakt|paga desde|paguei|zaplacon\w+|przelan\w+|betalad|betalt)\b"
)
AHEAD = re.compile(
    r"\b(?:will|be paid|get paid|gets|is paid|are paid|'ll|wird|werden|werd|wordt|worden|sera"
    r"|seront"
    r"|sara|verra|sera|vai|fica|ficara|bedzie|zostanie|blir|bliver|kommer|to be)\b"
)
NO_RUN = re.compile(
    r",? ?(?:no (?:hay|puedo|podemos|sale)|geht (?:es )?nicht|(?:is|was)(?:n't| not)|won't|can't"
    r"|n'est pas"
    r"|ce n'est pas|non (?:c'e|possiamo|riesco)|lukt niet|kan niet|gaat niet|nao (?:da|ha|consigo)"
    r"|nie (?:ma|da|mog)|gar inte|kan ikke)\b"
)
UNTIL = re.compile(
    r"(?:until|till|jusqu\S{0,4}|bis(?: zum)?|hasta|fino|tot|ate|do|t\.?o\.?m\.?) \S{0,4} ?$"
)
CANNOT = re.compile(
    r"(?:can't|cannot|can not|won't|couldn't|(?:aren't|isn't|not) (?:going to )?(?:be )?able"
    r"|unable|no way"
    r"|kann (?:\w+ ){0,4}nicht|konnen (?:\w+ ){0,4}nicht|schaff\w+ (?:\w+ ){0,4}nicht"
    r"|klappt (?:\w+ ){0,3}nicht"
    r"|wird (?:\w+ ){0,3}nichts|ne (?:peux|pouvons|pourr\w+|sera pas)|impossible|no (?:puedo"
    r"|podemos|podre\w*"
    r"|(?:le )?va(?:mos|yamos)? a|llego|llegamos)|non (?:posso|possiamo|riesco|riusciamo|ce la)"
    r"|niet lukken"
    r"|kan (?:\w+ ){0,3}niet|kunnen (?:\w+ ){0,3}niet|lukt (?:\w+ ){0,3}niet|nao (?:consigo"
    r"|conseguimos|posso"
    r"|podemos|vai dar|da para)|nie (?:moge|mozemy|damy|dam|uda)|kan (?:\w+ )?(?:inte|ikke)"
    r"|nemuzeme|nemohu"
    r"|emme voi|en voi|nem tud\w+|nu pute?m|nu pot)\b"
)
EARLIEST = re.compile(
    r"\b(?:before|until|till|earlier than|vor|bis|avant|antes d[eo]l?|prima d\w+|voor|przed|fore"
    r"|for"
    r"|until after|hasta)(?: (?:the|dem|den|el|le|il|dia|de))? $"
)
GONE = re.compile(
    r"cut-?off|already (?:closed|gone|left|run)|has closed|missed|too late|verpasst"
    r"|schon (?:durch|zu\b|raus)"
    r"|abgeschlossen|deja (?:partie?|passee?|clo\w+)|loupe|ya (?:salio|cerro|paso|se fue)"
    r"|gia (?:partit|chius)"
    r"|al (?:weg|dicht|vertrokken)|gemist|ja (?:saiu|fechou|passou|foi)|juz (?:poszedl|zamkn"
    r"|wyszed)|nie zdaz"
    r"|promised|had said|told you|i said|we said|versprochen|zugesagt|genannt|avais? (?:dit"
    r"|promis)|habia dicho"
    r"|dije|dijimos|avevo detto|avevamo|had (?:ik )?gezegd|tinha dito|obiecal|mowil|lovade|lovede"
    r"|was set for"
    r"|was due|closes?\b|closure|chiusura|cierre|cloture|abschluss|fecho|fechamento"
)
SAME_DAY = re.compile(
    r"[^.!?]{0,90}?(?:le jour meme|(?:the |that )?same day|(?:am|noch am) (?:sel|gleich)\w+ tag"
    r"|el mismo dia"
    r"|lo stesso giorno|il giorno stesso|dezelfde dag|no (?:mesmo|proprio) dia|tego samego dnia"
    r"|samma dag"
    r"|samme dag|first thing)"
)
ALWAYS = re.compile(
    r"\b(?:always|every|each|immer|jeden?|toujours|chaque|tous les|siempre|cada|todos los|sempre"
    r"|ogni|altijd"
    r"|elke|todas as|zawsze|kazdy|kazda|alltid|varje|hver)\b"
)
NOTHING = re.compile(
    r"\b(?:nix|nichts|nothing|rien|nada|niente|niets|ingenting|closed|geschlossen)\b"
)
PROOF = re.compile(
    r"confirmation|\bproof|\bbeleg|nachweis|\bavis\b|justifica|comproba|comprova|contabile"
    r"|ricevuta|bewijs"
    r"|potwierdzeni|potvrzeni|kvitt|dekont"
)
RATE = re.compile(r"\b(?:iva|i\.v\.a\.?|tva|t\.v\.a\.?|mwst|ust|vat|btw|moms|aliquota)(?!\w)")
TODAYS = frozenset({"today", "yesterday", "before yesterday"})
VAGUE = frozenset({"month", "this week", "next week", "late this week", "late month"})
