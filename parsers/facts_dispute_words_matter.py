"""Words of dispute about the matter itself: how many, how much, how good, and the rest.

Tables only, joined by `facts_dispute_words`.
"""

from __future__ import annotations

MATTER: dict[str, tuple[tuple[int, str], ...]] = {
    "quantity": (
        (
            4,
            r"came off|tage zu viel|there were only|il y en avait|(?:receptionne|recu|livre) qu"
            r"|falto medio|sztuk, nie|razy, nie|usuarios|utenti|licenze|licen[cs]es|seats\b"
            r"|overbilled|zu viele|trop de (?:jours|heures)|de mas horas|te veel (?:uren|dagen)|"
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
            3,
            r"\b\d{1,5}\b[^.\d]{0,40}\b(?:only|que|qu'|nur|solo|slechts|alleen|tylko|bara|kun|came"
            r"|vieram|received|logged|delivered|geliefert|livre|entregad"
            r"|consegnat)[^.\d]{0,24}\b\d{1,5}\b",
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
            r"\blevy\b|taken off|wucher|kostenvoranschlag|preisanpassung|konditionen|kit charge"
            r"|cennik|stawek|charge on here|call-out (?:fee|charge)|extra charge|nicht abgezogen"
            r"|zu hoch|te duur|troppo caro|demasiado caro|too expensive|mehrkosten|nachtrag"
            r"|supplemento|minimum charge|"
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
            r"\boffline\b|rejected by our|failed (?:qc|inspection)|gebrochen|botando agua|sonando"
            r"|filtracion|worse than|stopped working|funktionier\w+ nicht|ging kaputt"
            r"|ne marche pas|no sirve|non va\b|doet het niet|nie dziala|nao funciona|mal instalad"
            r"|mal pos[eé]|"
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
            r"different entit|entities|off against|tender|hence void|potraca|potracili|kare za"
            r"|rozwiazali"
            r"|assinatura do|sin firma|not signed|unsigned|moet daar|altra partita iva"
            r"|counterclaim|"
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
