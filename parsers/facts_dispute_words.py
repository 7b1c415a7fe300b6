"""Words of dispute by reason code, in eight languages and the Nordic ones: folded expressions.

Tables only. A code has groups of expressions with the weight that one of them earns; the
strongest sum names the reason.
"""

from __future__ import annotations

from parsers.facts_dispute_words_matter import MATTER

FALLBACK = "quality"

GROUPS: dict[str, tuple[tuple[int, str], ...]] = {
    "duplicate": (
        (
            4,
            r"(?:hatten wir|hat(?:ten)? .{0,20}) bereits|of these two is a mistake|emesse due"
            r"|solo ordine|\bpomylka\b|byl raz|samma leverans|two invoices for|deux factures pour"
            r"|zwei rechnungen fur|dos facturas por|duas faturas|"
            r"duplicat|duplikat|duplicad|doublon|\btwice\b|two times|double (?:charg|bill|invoic)"
            r"|billed (?:it )?again|(?:this|bill|invoice) \S+ i have two|once more|doppelt|zweimal"
            r"|ein und dieselbe|identi(?:sch|cal|que|co)|en double|deux fois|dos veces|\bdoble\b"
            r"|repetid|duas vezes|em dobro|due volte|in doppio|doppion|dubbel|twee keer gefact"
            r"|nog een keer gefact|podwojn|dwukrotn|dwa razy|\bkopia\b|dubbelt|\bkopi af|to gange",
        ),
        (
            3,
            r"same (?:job|delivery|mission|invoice|work|service|toner|machine|coffee|order|thing)"
            r"|dieselbe|gleiche leistung|derselbe|schon (?:mit|unter|in der|auf)|la meme"
            r"|meme (?:que|bl)"
            r"|el mismo|la misma|mismo albaran|a? ?mesma (?:entrega|troca|nota)|mesmo servico"
            r"|stess[ao]"
            r"|gia fatturat|dezelfde|te sama|ta sama|samma (?:jobb|faktura|leverans)"
            r"|samme (?:faktura)"
            r"|already (?:billed|invoiced|been (?:billed|invoiced))|trzy faktury|otra factura",
        ),
        (
            1,
            r"already paid|bereits bezahlt|deja (?:paye|regle|solde)|ya pagad|gia pagat|al betaald",
        ),
    ),
    "wrong_po": (
        (
            4,
            r"order no\b|site code|numero d'engagement|compromisso|\bmpk\b|nr umowy"
            r"|reference number|project number|referenznummer fehlt|numer projektu"
            r"|codice progetto|centro de custo|centro di costo|centre de cout|"
            r"wrong po\b|po (?:number|no\b|has|you|is|was|wrong)|purchase order (?:num|is)"
            r"|order number"
            r"|bestellnummer|projektnummer|bestellbezug|abrufnummer|auftragsnummer|kostenstelle"
            r"|cost cent(?:re|er)|cost code|(?:numero|bon|n°|no) de commande|numero de pedido"
            r"|\bla oc\b"
            r"|orden de compra|\bhes\b|riferimento (?:contratto|ordine)|numero d'ordine|\bcig\b"
            r"|\bcup\b"
            r"|ordine d'acquisto|inkoop(?:order)?nummer|inkoopordernummer|bestelbon"
            r"|numer\w* (?:zamowienia"
            r"|kontraktu|zlecenia)|bestallar|ordrenummer|inkopsorder|rekvisition|engagement number"
            r"|(?:numero|n\.?º) d[ae] (?:encomenda|pedido)|nota de encomenda|ean-nummer"
            r"|reissue against"
            r"|ordernummer|order reference|not a purchase order|codice commessa",
        ),
        (2, r"\bpo\b|purchase order|\boc\b|coupa|ariba|chorus|leitweg"),
    ),
    "already_credited": (
        (
            4,
            r"credited|knock those off|kredietnota|korekt\w+ na zero|\bkrediten\b"
            r"|cancelled invoice|annulleret|crediteringen|"
            r"credit (?:note|memo|for)|that credit|been credited|be credited because"
            r"|would be credited"
            r"|gutschrift|gutgeschrieben|erlassen|the cancellation|stornorechnung|storniert"
            r"|\bavoir\b"
            r"|note de credit|nota (?:de |di |do )?(?:credito|accredito)|\babono\b|bonificaron"
            r"|bonificad"
            r"|(?<!a)creditad|abatimento|creditnota|gecrediteerd|korekta na|korekt\w+ faktur"
            r"|kreditnota"
            r"|kreditfaktura|krediterad|\b(?:nc|cn|ab|av)[- ]?\d|netted off|refund|teruggestort",
        ),
        (
            2,
            r"\bpromis(?!so)|zugesagt|versprochen|versprach|\bpromess|\bprometi|obieca|toegezegd"
            r"|beloofd"
            r"|lovad|lovet|expect a credit|owe us the credit|sent back|returned|zuruckgeschickt"
            r"|retour",
        ),
    ),
    "not_ordered": (
        (
            4,
            r"wasn't us|wrong (?:house|address)|never confirmed|ohne auftrag"
            r"|nicht wir (?:bestellt|beauftragt)|nunca aprob|aucun bon|nao autoriz|probny"
            r"|free trial|testphase|periodo de prueba|prova gratuita|don't see what we owe"
            r"|no es nuestr|pas (?:a|pour) nous|niet van ons|nie nasz|not authori[sz]ed|"
            r"never (?:order|bought|asked|signed|raised|agreed to|authori|request|commission|had)"
            r"|did(?:n't| not) (?:order|ask|request|sign)|were never ordered|not? ordered by"
            r"|wasn't ordered"
            r"|don't recogni[sz]e|not recogni[sz]e|(?:we|i)(?:'d|'ve| had| have)? cancell?ed"
            r"|was cancell?ed"
            r"|isn't (?:mine|ours|our site)|not (?:ours|mine)\b|nothing to do with|no idea what"
            r"|no (?:signed )?(?:contract|letter of engagement)|have a signed order|i left the"
            r"|nie (?:bestellt|beauftragt)|nicht (?:bestellt|beauftragt|unsere)"
            r"|nix (?:mehr )?bestellt"
            r"|kein\w* (?:vertrag|auftrag|bestellung)|gekundigt|(?<!an)kundigung"
            r"|jamais (?:ete )?(?:comm"
            r"|sign|dem)"
            r"|pas (?:command|loue|demand|signe)|resili|ne nous concerne|no (?:he |hemos )?pedi"
            r"|jamas (?:firme|pedi|contrat)|nunca (?:pedi|contrat|solicit|assin|encomend|firm)"
            r"|nadie (?:lev"
            r"|pid|encarg)|de baja|sin mi autoriz|no (?:existe|contrat)|mai (?:ordinat|chiest"
            r"|volut|rinnov"
            r"|firmat|sottoscr)|disdett|non ci riguarda|non (?:abbiamo )?ordinat"
            r"|nooit (?:door ons )?bestel"
            r"|niet besteld|opgezegd|nooit (?:aangevraagd|getekend)|nao (?:pedi|encomend|solicit"
            r"|contrat)"
            r"|cancelei|(?:foi|contrato) cancelad|nie zamawia|nie zlec|nikt nie|wypowiedz"
            r"|aldrig (?:teckn"
            r"|bestal|godkant|bestilt)|sagt upp|opsagt|ikke bestilt|inte bestallt",
        ),
        (1, r"withdraw it|bill them|renewal|abonn|abo\b|subscription|suscrip"),
    ),
    "tax": (
        (
            5,
            r"(?<!plus )(?<!excl )(?<!ex )\bvat\b|reverse[- ]charge|zero[- ]rated|\bgst\b|\bhst\b"
            r"|\btvq\b"
            r"|sales tax|\btax (?:rate|exempt|portion)|exempt|mehrwertsteuer|umsatzsteuer|\bust\b"
            r"|\bmwst"
            r"|steuersatz|steuerschuld|steuerpflicht|\btva\b|(?<!mais )(?<!mas )\biva\b|aliquota"
            r"|inversione"
            r"|\breten[cs]ion en|retencion|\bcfdi\b|\bppd\b|\biss\b|\bicms\b|(?<!excl )\bbtw\b"
            r"|btw-tarief"
            r"|\bmoms|odwrotn\w+ obciaz|stawk\w+ vat|korekte stawki|podatek|withholding"
            r"|subunternehmer",
        ),
        (2, r"\btax|\d ?% (?:statt|i\.p\.v|zamiast|au lieu|anziche|instead|en vez|em vez)|taux de"),
    ),
    "terms": (
        (
            4,
            r"fall(?:s)? due|payable (?:on|after|when)|zahlbar nach|teilrechnung|schlussrechnung"
            r"|debit note|punitori|recargos|kaucj|varsel|finance charge|service charge on"
            r"|penalty interest|gastos de (?:devolucion|demora)|droits? de recouvrement|"
            r"not (?:yet )?due|isn't (?:yet )?(?:due|late)|nothing's late|payment terms|our terms"
            r"|terms (?:are|go|say)|net[- ]?\d\d|\d{1,5} days? (?:terms|net|from)|late (?:fee"
            r"|payment"
            r"|charge)"
            r"|\binterest\b|mahngebuhr|mahnspesen|mahnkosten|verzugs|zahlungsziel|nicht fallig"
            r"|fallig"
            r"|skonto|escompte|interets|frais (?:de relance|d'admin|de recouvr)|indemnite"
            r"|\bechue?\b"
            r"|echeance|intereses|recargo por (?:mora|demora)|interessi|spese di (?:richiamo"
            r"|sollec|incas)"
            r"|incassokosten|vervallen|betaal?termijn|\bjuros\b|anteciparam|odsetk"
            r"|termin\w* platnosci"
            r"|naliczone od|\branta\b|drojsmals|paminnelseavg|rykkergebyr|reminder fee"
            r"|annuleringskosten"
            r"|due date|retention at|vereinbart hatten wir zahlung|nachschussig|late yet"
            r"|penale dell",
        ),
        (
            3,
            r"\b(?:30|45|60|90|120) (?:jours|tage|dias|giorni|dagen|dni|days|dagar|dage)"
            r"|trenta giorni"
            r"|condicoes|conditions? (?:de|are)|vencimiento|vencimento|scaden|contract says"
            r"|inkoopvoorw",
        ),
    ),
    "not_delivered": (
        (
            4,
            r"took place|did not come|were never|keine spur|umzugskisten|nog steeds bij"
            r"|stadig (?:pa|hos)|j'attends|esperando|sin existir|saltat[ei]|nunca (?:me|nos) lleg"
            r"|dojedzie|nie zostal|komt hangen|mancano ancora|ancora da (?:conseg|ricev)"
            r"|wait(?:ing)? (?:for|since|on) (?:the|my|our)|still waiting|passes quand"
            r"|niet (?:gehad|gekregen)|fehlenden|missing \w+ (?:are|is|arrive|come)"
            r"|never attended|no show|cancelled the (?:visit|course|class)|"
            r"never (?:arriv|came|come|got|turned|show|began|start|receiv|deliver|finished)"
            r"|noth(?:ing|in)(?:'s| has)? (?:turned|arriv|came|come|been|at all)"
            r"|not (?:been )?(?:deliver"
            r"|arriv|receiv)|has(?:n't| not) (?:been )?(?:deliver|arriv|turned|come|put up)"
            r"|no[- ]show"
            r"|nobody (?:came|has|was|turned|show)|no one (?:came|show|turned)|(?:ain't|not"
            r"|isn't) here"
            r"|didn't (?:turn|show|happen|take place|have lessons|come)|backorder|back order"
            r"|refused it"
            r"|lost in transit|no (?:work|deliver|visit)\w* (?:was|were|there|took)|turns? up"
            r"|show up"
            r"|only turned up|does not exist|nicht (?:geliefert|angekommen|gekommen)"
            r"|noch nicht (?:da|gelief)"
            r"|nie (?:geliefert|angekommen|kam|gekommen|bekommen|erhalten|eingetroffen)|niemand"
            r"|zuruck an absender|fehlen uns|ausgefallen|bis die ware|ausstehende lieferung"
            r"|jamais (?:venu|arriv|recu|livr)|pas (?:ete )?(?:livr|recu|eu lieu|arriv|venu)"
            r"|toujours pas"
            r"|livrez|no (?:ha|han|se) (?:llegad|aparecid|sirv|realiz|entreg|present)|no (?:llego"
            r"|vino)"
            r"|nunca (?:llego|chegou|ca cheg|vino|veio)|lleguen|nao (?:chegou|se realiz|consta"
            r"|foi entreg"
            r"|veio|recebemos)|ninguem veio|entregar a|mai (?:arrivat|consegnat|venut|ricevut)"
            r"|non (?:e |sono )?(?:mai )?(?:arrivat|consegnat|venut)|scarichi|niet (?:gelever"
            r"|gekomen|komen"
            r"|ontvangen|geweest)|nooit (?:gelever|aangekomen|ontvangen|gekomen)|afgelast|mis ik"
            r"|opdagen"
            r"|nie (?:dotar|przysz|dostarcz|dowie|mamy nic|odbyl|przyjech)|odwola|przekladan"
            r"|dowieziecie"
            r"|inte (?:levererat|kommit|fatt|levererad)|aldrig (?:kommit|lever|dok)|aflyst"
            r"|ikke (?:lever"
            r"|modtag|kommet)|installed yet|been installed|chegar|se realizou|prevista para",
        ),
        (
            2,
            r"where is|when (?:it|they) arriv|deliver(?:ed|y) (?:the|of)|livraison|lieferung"
            r"|consegna",
        ),
    ),
} | MATTER
