"""Words of dispute by reason code, in eight languages and the Nordic ones: folded expressions.

Tables only. A code has groups of expressions with the weight that one of them earns; the
strongest sum names the reason.
"""

from __future__ import annotations

FALLBACK = "quality"

GROUPS: dict[str, tuple[tuple[int, str], ...]] = {
    "duplicate": (
        (
            4,
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
            r"credit (?:note|memo|for)|that credit|been credited|be credited because"
            r"|would be credited"
            r"|gutschrift|gutgeschrieben|erlassen|the cancellation|stornorechnung|storniert"
            r"|\bavoir\b"
            r"|note de credit|nota (?:de |di |do )?(?:credito|accredito)|\babono\b|bonificaron"
            r"|bonificad"
            r"|creditad|abatimento|creditnota|gecrediteerd|korekta na|korekt\w+ faktur|kreditnota"
            r"|kreditfaktura|krediterad|\b(?:nc|cn|ab|av)[- ]?\d|netted off|refund|teruggestort",
        ),
        (
            2,
            r"promis|zugesagt|versprochen|versprach|promess|prometi|promised|obieca|toegezegd"
            r"|beloofd"
            r"|lovad|lovet|expect a credit|owe us the credit|sent back|returned|zuruckgeschickt"
            r"|retour",
        ),
    ),
    "not_ordered": (
        (
            4,
            r"never (?:order|bought|asked|signed|raised|agreed to|authori|request|commission|had)"
            r"|did(?:n't| not) (?:order|ask|request|sign)|were never ordered|not? ordered by"
            r"|wasn't ordered"
            r"|don't recogni[sz]e|not recogni[sz]e|(?:we|i)(?:'d|'ve| had| have)? cancell?ed"
            r"|was cancell?ed"
            r"|isn't (?:mine|ours|our site)|not (?:ours|mine)\b|nothing to do with|no idea what"
            r"|no (?:signed )?(?:contract|letter of engagement)|have a signed order|i left the"
            r"|nie (?:bestellt|beauftragt)|nicht (?:bestellt|beauftragt|unsere)"
            r"|nix (?:mehr )?bestellt"
            r"|kein\w* (?:vertrag|auftrag|bestellung)|gekundigt|kundigung|jamais (?:ete )?(?:comm"
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
    "quantity": (
        (
            4,
            r"short (?:by|deliver|ship)|was short|quantit|quantid|cantidad|ilosc|\bmenge|fehlmenge"
            r"|roboczogodz|zu wenig|half (?:the|of the) (?:order|pallet|boxes)|halfte der"
            r"|il en manque"
            r"|\bfalta(?:m|ram|n|ron)\b|mancan|ontbrak|ontbreken|brakuj|nachgemessen|weighbridge"
            r"|only (?:\d{1,5}|received|got|ordered)|nur (?:\d{1,5}|die halfte)|wir waren \d{1,5}"
            r"|eravamo in"
            r"|etions \d{1,5}|(?:eramos|fuimos|estavamos) \d{1,5}|berechnet (?:sind"
            r"|haben sie) .{0,14}\d"
            r"|saldi|saknas \d|mangler \d|\d{1,5} en geen \d{1,5}|regiestunden|off-hire",
        ),
        (
            4,
            r"\b\d{1,5}[^.\d]{0,24}(?:\bnot|instead of|\bstatt|au lieu de|i\.p\.v\.?|en geen|et non"
            r"|e non|y no"
            r"|zamiast|anziche|en vez de|em vez de|rather than|against|of the|de las|des|van de"
            r"|sur les"
            r"|but|aber|mais|pero|ma|maar)[^.\d]{0,24}\b\d{1,5}\b(?! ?%)",
        ),
        (
            2,
            r"\bhours?\b|stunden\b|\bheures\b|\bhoras\b|\bore\b|\buur\b|uren\b|godzin|timmar"
            r"|\btimer\b"
            r"|nights?\b|visits?\b|cleans\b|pallet|personen|personnes|persons|personas|persone"
            r"|meter\b"
            r"|metri\b|metros\b|m²|\bkwh\b|stuck\b|units?\b|boxes|cartons|bancali|sacke?|days but"
            r"|(?:you(?:'ve)?|sie|vous|voi|jullie) (?:billed|charged|berechn\w*|comptez"
            r"|fattur\w*) \d{1,5}"
            r"|facturad[oa]s? \d|counted|gezahlt|count",
        ),
    ),
    "price": (
        (
            4,
            r"\bprices?\b|\bpreis|\bprix\b|\bprijs|\bprecos?\b|\bprezz|\bprecio|\bcen[aeyio]\b"
            r"|day rate"
            r"|\brates?\b|stundensatz|\btarif|stawka godz|\bquoted?\b|estimate|\boffert|angebot"
            r"|\bdevis\b"
            r"|preventiv|presupuest|cotiza|orcament|\boferta|discount|rabat|\bremise\b|descuent"
            r"|\bscont"
            r"|korting|\bdescont|surcharge|zuschlag|supplement|recargo|toeslag|oplat[ae] paliw"
            r"|tillagg"
            r"|tillag|freight|\bcarriage|\bportes\b|\bfrete\b|franco de port|overcharg|uplift"
            r"|premium"
            r"|(?:rush|admin\w*|service|delivery|booking) fee|restocking|re-stocking|anfahrt"
            r"|pauschale"
            r"|voorrij|frais de dossier|valor unit|importe? unit|de trop\b|de mas\b|gone up"
            r"|increase"
            r"|\bsubiu|\bsubio|last year|sundries|per (?:day|hour|hr)|flat rate|all in\b"
            r"|mates rates"
            r"|price variance|capped|fixpreis|fast pris|kostnad|markup|montant non|gunstiger"
            r"|zu teuer",
        ),
        (
            2,
            r"\bagreed\b|vereinbart|afgesproken|convenu|avait dit|quedamos|habiamos|cerrado"
            r"|fechou|combinad"
            r"|concordat|accordo|umowion|umow|overens|avtalt|aftalt|you(?:'ve| have)? (?:charged"
            r"|billed)"
            r"|cobra|facturast|correct(?:ed)? (?:the )?(?:invoice|figure)|too (?:much|high)"
            r"|more than"
            r"|£ ?\d|\$ ?\d|€|eur\b|charge|kostet|cout|kosten|jetzt stehn|i'm only (?:paying"
            r"|accepting)",
        ),
    ),
    "quality": (
        (
            4,
            r"defect|\bfault|\bbroke|damag|\bleak|workmanship|\brepair|\bfix\b|fixed|fixing"
            r"|unfinished"
            r"|not finished|finish(?:es)? the|\bsnag|\bcrack|shoddy|wrong (?:size|colou?r|thread)"
            r"|do(?:es)?n't (?:work|close|shut|fit|start)|never worked|\bdied\b|mou?ldy?\b|blurry"
            r"|put (?:it |that )?right|replacement|come(?:s)? back and|unsafe|abandoned|too short"
            r"|botched"
            r"|mangel\b|mangelruge|defekt|kaputt|schaden|schadhaft|beschadigt|nachbesser"
            r"|nachgearb|undicht"
            r"|verliert|reklam|krumm|lackfehler|verfault|funktionier|nicht bestanden"
            r"|eingestellt ist"
            r"|defectu|abim|casse|\bfui(?:t|ent)|decoll|ferme (?:pas|toujours)|dechir|en panne"
            r"|finitions"
            r"|etancheit|malfacon|reserve|clignot|difett|\brott[oi]|rovinat|bagnat|da rifare|rifare"
            r"|errori|piove|non funzion|guast|\brot[oa]s?\b|fisura|defecto|averi|estrope"
            r"|no (?:enfri"
            r"|funcion|baja)|vibrac|rayad|homologar|kapot|beschadig|\bschade|koud|koelt|vernieuwd"
            r"|\blek"
            r"|werkt niet|slecht|gebrek|defeito|avari|parou|mancha|\bfalha|reprovad|nivelar|estrag"
            r"|funcionar|barulho|uszkodz|wadliw|popsut|reklamac|zacina|odchodzi|wybrzusz|poprawk"
            r"|schrzan"
            r"|zacieki|smierdz|naprawy|usterk|trasig|skadad|reparat|spricker|drypper|gar inte att"
            r"|fungerar|virker ikke|fejl\b|fel pa|beton",
        ),
        (
            2,
            r"quality|qualita|kwaliteit|jakosc|\bpoor|\bwrong|\bwet\b|brown|not (?:good|right)"
            r"|falsch"
            r"|schlecht|\bmal\b|\bmale\b|technicia|tecnico|monteur|monter|acceptance|abnahme"
            r"|collaudo"
            r"|rematei|acabar|odbior|signed off|holding .{0,20}back|until .{0,40}(?:back|done"
            r"|right)"
            r"|solange|bis (?:ihr|sie)|tant que|mientras no|zanim|fertig|come back|photos?|fotos",
        ),
    ),
    "other": (
        (
            4,
            r"made out to|in the name of|im namen|adressat|rechnungsempfanger|au nom d|a nombre d"
            r"|em nome d"
            r"|intestazion|intestat|op naam|nabywc|odbiorc|stalld till|fel bolag|wrong (?:entity"
            r"|company)"
            r"|vertragspartner|not for myself|personally|as director|\bcontra\b|set[- ]?off"
            r"|set .{0,20}off"
            r"|offset|rechnen .{0,12}gegen|verrechn|aufrechn|gegenforder|gegen diese|compens"
            r"|descontamos"
            r"|descontado|modregn|tegoed|\bpenale\b|penalty|vertragsstrafe|\bmulta\b|milestone"
            r"|proces-verb"
            r"|oplevering|\bpv de|\bhitos\b|statute[- ]barred|verjahrt|prescri|beschluss|a garanzia"
            r"|guthaben|acompte|anzahlung|nicht zuruckerstattet|bezzasadn"
            r"|not (?:personally )?liable"
            r"|slutbesikt|inbetriebnahmeprotokoll|aufmass|aufma|filial|cnpj|societa|sociedad|spolk"
            r"|przefakturow|odrzucona|dagbod|dagboder|rappel|bonusab|zeichnungsberecht",
        ),
        (
            2,
            r"\bgmbh\b|\bltd\b|\bs\.?r\.?l\b|\bb\.?v\.?\b|\bkg\b|sp\. z|\bs\.?l\.?u?\b|verzogerung"
            r"|retard",
        ),
    ),
}
