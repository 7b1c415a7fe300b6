"""Words of dispute that lie apart: what stands between them may be anything, a bounded way.

Tables only, by reason code like those of `facts_dispute_words`; folded expressions.
"""

from __future__ import annotations

import re

_COUNT = (
    r"(?:\d{1,4}(?![.,]?\d| ?(?:%|€|eur|£|\$|chf|zl|kr))|two|three|four|five|six|seven|eight|nine"
    r"|ten|twelve"
    r"|zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|zwolf|deux|trois|quatre|cinq|six|sept|huit"
    r"|neuf"
    r"|dix|douze|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|due|tre|quattro|cinque|sei"
    r"|sette"
    r"|otto|nove|dieci|dodici|twee|drie|vijf|zes|zeven|negen|tien|twaalf|dois|duas|quatro|sete"
    r"|oito|dez"
    r"|doze|dwa|dwie|trzy|cztery|piec|szesc|siedem|osiem|dziewiec|dziesiec|tva|fyra|fem|to|fire"
    r"|un|una"
    r"|one|einen?|eine|een|uma?|jeden|jedna)"
)
_BILLED = (
    r"(?:billed|bill(?: says)?|charg\w+|invoice[sd]?|berechne\w*|rechnung|abgerechnet|factur\w+"
    r"|comptez"
    r"|cobr\w+|fattur\w+|addebitat\w*|gefactureerd|factuur|telling|fatur\w+|nota|policzy\w+"
    r"|faktur\w*"
    r"|debiter\w+|szamla\w*|fakturu\w*)"
)
_CAME = (
    r"(?:receiv\w+|deliver\w+|came|arrived|counted|logged|in the box|docket\w*|slip|gate pass"
    r"|shows?"
    r"|stores|lieferschein|geliefert|erhalten|bekommen|gekommen|angekommen|recu\w*|livre\w*"
    r"|bordereau"
    r"|camion|recib\w+|entreg\w+|llegaron|llego|albaran|registra|ricevut\w*|consegnat\w*"
    r"|arrivat\w*|ddt"
    r"|bolla|ontvangen|geleverd|pakbon|gekregen|receb\w+|vieram|veio|romaneio|guia|dostarcz\w*"
    r"|otrzyma\w*|przysz\w+|przyjech\w*|\bwz\b|\bkom\b|lever\w+|foljesedel|folgeseddel"
    r"|szallitolevel\w*"
    r"|dodano|dorazil\w*|finca hay|aqui hay|modtaget|fatt)"
)
COUNT = re.compile(rf"\b{_COUNT}\b")
BILLED = re.compile(rf"\b{_BILLED}")
CAME = re.compile(rf"\b{_CAME}")
"""Two different counts in one sentence with a word of billing and one of receiving."""
_GAP = r"[^.!?\n]{0,60}?"
_NOT = (
    r"(?:nobody|no one|none of us|never|niemand|nie(?:mals)?|keiner|personne|jamais|nadie|nunca"
    r"|jamas|nessuno|mai|niemand|nooit|ninguem|nunca|nikt|nigdy|ingen|aldrig)"
)
_ORDER = (
    r"(?:order\w*|ask\w*|request\w*|authori[sz]\w+|sign\w*|agreed to|bestell\w*|beauftrag\w*"
    r"|verlang\w*"
    r"|unterschrieb\w*|command\w+|demand\w+|sign\w+|pedi\w*|encarg\w+|contrat\w+|autori\w+"
    r"|ordinat\w*"
    r"|richiest\w*|chiest\w*|firmat\w*|besteld|aangevraagd|getekend|encomend\w+|solicit\w+|zamaw\w+"
    r"|zamow\w+|zlec\w+|podpis\w+|bestall\w*|bestilt|godkan\w+)"
)

MORE: dict[str, tuple[tuple[int, str], ...]] = {
    "quantity": (
        (
            3,
            r"qty|weniger bekommen|zu wenig|less than|fewer|short by|moins que|menos de lo"
            r"|meno di|minder dan"
            r"|menos do que|mniej niz|farre an|faerre end|n'y a que|sur les? \d|de mindre"
            r"|hours were"
            r"|ran only|liep maar|lief nur|only ran|logged the|detention|demurrage|overtime",
        ),
    ),
    "not_ordered": (
        (4, rf"\b{_NOT}\b{_GAP}\b{_ORDER}"),
        (
            3,
            r"who (?:authori[sz]ed|ordered|signed)|quien (?:autorizo|pidio|firmo)"
            r"|wer hat das (?:bestellt"
            r"|beauftragt)|qui a (?:commande|signe)|chi (?:ha )?(?:ordinato|firmato)"
            r"|wie heeft (?:dat )?"
            r"besteld|quem (?:pediu|assinou)|kto (?:to )?(?:zamowil|podpisal)|free (?:trial|sample)"
            r"|prueba grat\w+|essai gratuit|gratis(?:probe|test)|unsolicited|unverlangt"
            r"|we don't have (?:a|an)"
            r" \w+|haben (?:gar )?keinen?n? \w+lift|(?:sem|sin) (?:poderes|autorizacion)",
        ),
    ),
    "duplicate": (
        (
            4,
            r"(?:same|gleiche\w*|selbe\w*|meme|mism[oa]s?|stess[oaie]|zelfde|mesm[oa]s?|sam[aey]?"
            r"|samma|samme)"
            r" [^.!?\n]{1,30}(?:same|gleiche\w*|selbe\w*|meme|mism[oa]s?|stess[oaie]|zelfde"
            r"|mesm[oa]s?|samma"
            r"|samme)\b",
        ),
        (
            3,
            r"is (?:just )?(?:the|a) (?:same as|copy of)|es la misma que|c'est la (?:meme"
            r"|\d{3,8})|e la stessa"
            r" (?:di|della)|ist dieselbe wie|is dezelfde als|e a mesma|to ta sama"
            r"|already (?:settled|covered"
            r"|on|in) (?:by|on|in)? ?(?:invoice|the)|steckt (?:schon|bereits|aber schon) in"
            r"|(?:deja|ya|gia|al"
            r"|ja|juz) (?:dans|en|nella|na|w) (?:la|l'|el|sua)?",
        ),
    ),
    "price": (
        (
            4,
            r"frei haus|\bfob\b|\bddp\b|\bdap\b|incoterm|\bcif\b|franko|franco (?:destin|a domic"
            r"|fabr)|frakt"
            r"|fracht\w*|\bporto\b|transportkosten|frais de (?:port|transport|livraison)"
            r"|gastos de envio"
            r"|spese di (?:spedizione|trasporto)|verzendkosten|koszt\w* (?:transportu|wysylki"
            r"|dostawy)"
            r"|rack rate|hourly rate|day ?rate|stundenlohn|taux horaire|tarifa|uurtarief|uurloon"
            r"|timpris"
            r"|framework (?:price|rate)|ramavtal\w*|rahmenvertrag\w* (?:steht|stehen|sind)"
            r"|price list"
            r"|preisliste|liste de prix|listino|prijslijst|tabela de precos",
        ),
        (
            3,
            r"(?:you|du|sie|ihr|vous|lei|u|voce) (?:said|told|sagtest|sagten|hattet|aviez dit"
            r"|avevate|zei"
            r"|disse|sagde|sa)\b[^.!?\n]{0,30}\d|(?:it|there) (?:says|said) \d|now (?:it's|it is"
            r"|you want)"
            r"|jetzt (?:sind es|stehen|steht)|maintenant c'est|ahora (?:son|es)|adesso (?:sono|e)"
            r"|nu (?:is"
            r"|zijn) het|agora sao|a teraz|og nu (?:star|er)|nu star",
        ),
    ),
    "tax": (
        (
            5,
            r"§ ?13b|§ ?19|§ ?4 nr|franchise (?:en base|de taxe)|en franchise|autoliquid|reverse"
            r"|steuerfrei"
            r"|kleinunternehm|autofattur|split payment|esente|exonere|exent[oa]|isent[oa]"
            r"|vrijgesteld|verlegd"
            r"|zwolnion\w+|kdv\b|dph\b|afa\b|tva\b|税|alv\b|momsfri|omvand",
        ),
        (
            4,
            r"\d{1,2}(?:[.,]\d)? ?%[^.!?\n]{0,50}(?:instead of|statt|sondern|au lieu|alors que"
            r"|en vez|en lugar"
            r"|anziche|non|niet|i\.p\.v|em vez|nao|zamiast|nie|ikke|inte|not"
            r"|rather)[^.!?\n]{0,40}\d{1,2}"
            r"(?:[.,]\d)? ?%",
        ),
    ),
    "not_delivered": (
        (
            4,
            r"(?:we|i|on|l'on) (?:are|am|'re|'m)? ?(?:still )?(?:waiting"
            r"|attend\w*)[^.!?\n]{0,40}(?:since|depuis"
            r"|weeks|semaines)|warten (?:wir )?(?:noch |immer noch )?(?:auf|seit)"
            r"|nicht stattgefunden|da war"
            r" keiner|nobody attended|never happened|didn't happen|n'a (?:jamais|pas) eu lieu"
            r"|no se (?:hizo"
            r"|realizo)|non (?:si e|e mai) (?:svolt|tenut)|niet doorgegaan|nao (?:aconteceu"
            r"|se realizou)"
            r"|nie odbyl|blev aldrig|ble aldri|blev inte av|resten er aldrig|still (?:missing"
            r"|outstanding)"
            r"|steht noch aus|aussteh\w+|fehlt (?:noch|immer|bis heute)|manque (?:encore"
            r"|toujours)|falta\w*"
            r" (?:todavia|aun|por)|manca (?:ancora|tutto)|ontbreekt|brakuje|mangler (?:stadig"
            r"|fortsatt)"
            r"|saknas fortfarande|had [^.!?\n]{1,40} arrived|actual \w+|anywhere to be seen"
            r"|ni una sola"
            r"|halve stillaset|not been (?:built|installed|put up|fitted|started)",
        ),
    ),
    "quality": (
        (
            4,
            r"zu geringe?|gebrochen|zerbrochen|verkratzt|zerkratzt|nicht dicht|tropft|rostet"
            r"|wackelt|klemmt"
            r"|doesn't (?:hold|cover|print|run|charge|heat|cool|drain)|won't (?:start|open|close"
            r"|print|hold)"
            r"|smells?|stinks?|stinkt|peel\w*|blistered|warped|bent|scratch\w*|mouldy|off-spec"
            r"|out of spec"
            r"|bugs?\b|crash\w*|ne gere pas|ne fonctionne|ne tient pas|gresill\w+|grince|coule"
            r"|raye\w*|tache\w*"
            r"|mal (?:escrit|impres|pint|corta|mont|hech)\w*|no me sirve|gotea|cruje|oxidad"
            r"|non tiene|perde"
            r"|graffiat|macchi\w+|stort[oaie]|lekt|kraakt|krassen|vlekken|werkte niet"
            r"|nao (?:trava|fecha|abre"
            r"|liga|serve)|pinga|riscad|torto|nie (?:dziala|trzyma|domyka|grzeje|chlodzi)"
            r"|przecieka|porysowan"
            r"|krzyw|smierdz\w*|repor\w*|knas|lack[ta]\w*|lakker|revner|i stykker|gatt sonder"
            r"|zbrylon\w*"
            r"|\bberichtig\w* mangel|schimmel\w*|half(?:way)? done|half finished|halbfertig"
            r"|a moitie fait",
        ),
        (
            3,
            r"technical(?:ly)? unusable|unbrauchbar|inutilisable|inservible|inutilizzabil\w*"
            r"|onbruikbaar"
            r"|inutilizavel|do niczego|engineer's report|prufbericht|gutachten|expertise"
            r"|rapport d'expert",
        ),
    ),
    "terms": (
        (
            4,
            r"mahnspesen|mora\b|interes(?:es)? de|zinsen|fee for the reminder|reminder charge"
            r"|collection"
            r" (?:fee|cost)|inkassokosten|spese di mora|aanmaningskosten|custos de cobranca"
            r"|koszty (?:windykacji"
            r"|wezwania)|urok|kamat|penalitat|dobanz|gecikme|viivastyskor|inkassoavg|purregebyr"
            r"|uroku"
            r"|splatnost\w*|vade\w*|\d{2} (?:days|tage|jours|dias|giorni|dagen|dni|dagar|dage|dnu"
            r"|gun|paivaa"
            r"|nap\w*|zile) (?:net|netto|netti|fin de mois|fine mese|einde maand|from|ab|dalla"
            r"|vanaf|od)",
        ),
    ),
    "already_credited": (
        (
            3,
            r"(?:credit|gutschrift|avoir|abono|nota di credito|creditnota|nota de credito|korekt\w*"
            r"|kreditnota|kreditfaktura|hyvityslasku\w*|dobropis\w*|jovairas\w*"
            r"|iade fatura\w*)[^.!?\n]{0,50}"
            r"(?:promis\w*|agreed|still|never|missing|zugesagt|versproch\w*|steht aus|fehlt"
            r"|toujours|attend\w*"
            r"|promet\w*|falta|pendiente|promess\w*|manca|aspett\w*|beloofd|toegezegd|nog"
            r"|prometid\w*"
            r"|aguard\w*|obiecan\w*|czekam\w*|lovad\w*|lovet|mangler)",
        ),
    ),
    "wrong_po": (
        (
            4,
            r"bestillingsnummer\w*|bestallningsnummer|rekvisisjon\w*|ordrenr|bestellreferenz"
            r"|auftragsreferenz"
            r"|objednavk\w* (?:c|cislo)|cislo objednavky|siparis no|numar de comanda|rendelesszam"
            r"|tilausnumero"
            r"|reference engagement|code service|code chorus|\bpep\b|\bwbs\b|job number"
            r"|contract number"
            r"|call-off|frame order",
        ),
    ),
    "other": (
        (
            4,
            r"on behalf of another|different company|umschreiben auf"
            r"|auf \w+ (?:\w+ ){0,3}umschreiben"
            r"|mi nombre|a mio (?:nome|fratello)|wrong (?:legal )?(?:name|company|entity)"
            r"|falsche\w* (?:firma"
            r"|gesellschaft|adressat|empfanger)|mauvaise (?:societe|entite)|otra (?:empresa"
            r"|sociedad|razon"
            r" social)|razon social|ragione sociale|verkeerde (?:bv|entiteit|naam)|outra empresa"
            r"|inn(?:a|ej)"
            r" (?:spolk|firm)|fel (?:foretag|namn)|forkert (?:firma|selskab)|alta firma"
            r"|jina firma|masik ceg"
            r"|against (?:what )?you owe|owe us|schuldet (?:ihr|ihnen|sie)|nous devez|nos debe"
            r"|ci dovete"
            r"|jullie ons|nos devem|jestescie winni|deposit|kaution|caution|fianza|cauzione"
            r"|borg\b|caucao"
            r"|kaucj\w*|final account|schlussabnahme|dokumentacj\w+|documentation (?:is|was|has)"
            r"|sign-?off",
        ),
    ),
}
