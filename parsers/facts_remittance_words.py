"""Words of a payment made, in eight languages and more: folded expressions, nothing else."""

from __future__ import annotations

import re

PAID = re.compile(
    r"\b(?:paid|payed|done|sent|remitted|transferred|wired|settled|banked|bacs'?d|npp'd|ach'?d"
    r"|mailed"
    r"|posted"
    r"|debited|cleared|deposited|processed|put (?:it |£|\$|€|\d)|went (?:out|through|on|off|over"
    r"|last"
    r"|across|yesterday|this)|made it out|left (?:our|us|the|my)|executed|handed|did the wire"
    r"|issued|gone through|went across|lodged|paid over|pushed through|actioned|payment made"
    r"|drew|in your account"
    r"|erfolgt|ausgefuhrt|veranlasst|verbucht|abgegangen|gebucht|geschickt|losgeschickt"
    r"|transferiert"
    r"|zahlung (?:lief|ging)|lief (?:am|gestern|heute|raus)|uberwise|angestossen|freigegeben und"
    r" ausgefuhrt"
    r"|bezahlt|uberwiesen|beglichen|angewiesen|ausgelost|abgebucht|gezahlt|ausgeglichen|eingezahlt"
    r"|wertgestellt|raus(?:gegangen)?|ging\b|uberweisung (?:vom|ist|ging|heute)"
    r"|payee?s?|reglee?s?|viree?s?|versee?s?|debitee?s?|deposee?|executee?|emise?|soldee?s?|depot"
    r"|effectue"
    r"|envoye[es]{0,2}|adresse[es]{0,2}|transfere[es]{0,2}|acquitte[es]{0,2}|honore[es]{0,2}"
    r"|donne ordre"
    r"|passe[es]{0,2} (?:hier|ce|le)|encaisse[es]{0,2}"
    r"|parti[es]?\b|fait (?:hier|ce|le)"
    r"|pagad[oa]s?|pague|pagamos|pago (?:realizado|hecho|efectuado)|transferi\w*|transferid\w*"
    r"|abonad[oa]s?|abone|abono|girad[oa]s?|deposit[eo]\w*|enviad[oa]|mande|mandamos|ingres\w+"
    r"|ordenad\w*|ordenamos|liquidad\w+|realizad\w+|transferir"
    r"|consign\w+|hicimos|hice|hecha|cancelad[oa]s?|pagu[eé]|emitid[oa]s?|pasamos|depositad[oa]s?"
    r"|viajo|salio"
    r"|pagat[oaei]|versat[oaei]|bonificat[oaie]|accreditat[oaie]|saldat[oaie]|partit[oaie]|disposto"
    r"|eseguit[oaie]|effettuat[oaie]|fatto|inviat[oaie]|spedit[oaie]|fatta|addebitat[oaie]"
    r"|mandat[oaie]|emess[oaie]|girat[oaie]"
    r"|betaald|overgemaakt|voldaan|overgeschreven|gestort|vertrokken|afgeschreven|geboekt"
    r"|verstuurd|gestuurd|uitgevoerd|verricht|gedaan|verzonden|bijgeschreven"
    r"|paguei|pagou|paga desde|pagas?|segui(?:u|ram)|efe[c]?tuad[oa]|mandei|fiz|enviei|emissao"
    r"|transferimos|feit[oa]s?|fizemos|depositei|depositamos|liquid(?:amos|ei)|quitad[oa]s?|quitei"
    r"|pagamos|transferid[oa]s?|depositad[oa]|caiu|ja foi"
    r"|zaplac\w+|przelan\w+|przelal\w*|oplac\w+|uregulowa\w+|wplac\w+|wyslan\w+|poszl\w+|poszedl"
    r"|przekazal\w+|wyszl\w+|zrobil\w+|zlecon\w+|poszlo|wykonan\w+|puscil\w+|zaksiegowan\w+"
    r"|wplat\w+ z"
    r"|betald[ae]?s?|betalade|betalt\w*|betalte|overfort?|insatt|indsat|skickad\w*|gick ivag"
    r"|swishad\w*|overfor\w+|sendt|afsendt|indbetal\w+|inbetal\w+"
    r"|uhrazen\w*|uhradil\w*|zaplacen\w*|zaplatil\w*|prevedl\w*|odesl\w+|poslal\w*|zaslan\w*"
    r"|maksettu|maksoi\w+|siirretty|suoritettu|tilitetty|atutal(?:va|tuk|tam|as)|utaltuk|kifizet\w+"
    r"|rendezt\w+|befizet\w+|achitat\w*|platit\w*|virat\w*|transferat\w*|odedik|odendi\w*"
    r"|gonderil(?:di|mis)\w*|yatirildi\w*|yapildi\w*|yatirdi\w*|havale)\b"
)
NOT_PAID = re.compile(
    r"\b(?:will|not|never|n't|unpaid|to be|shall|going to|next|query|copy|resend|re-send|credit"
    r"|wrong"
    r"|werden|wird|folgen|folgt|nicht|noch|sera|partira|pas|jamais|demain|no (?:nos|me|la|lo|se"
    r"|hemos"
    r"|esta)|pendiente|sara|non|manca|niet|nog|wordt|zal|nao|sera|falta|nie|bedzie|inte|ikke"
    r"|kommer)\b"
)
JUST = re.compile(
    r"\b(?:just|this minute|this second|mins? ago|minutes? ago|now|soeben|eben|gerade|grad|acabo de"
    r"|acabamos de|ahorita|viens de|venons de|a l'instant|appena|adesso|net(?= (?:over|bet|ge|via"
    r"|de|het))|zojuist|acabei de"
    r"|acabamos|agora|wlasnie|przed chwila|teraz|nyss|precis|lige)\b"
)
VALUE = re.compile(
    r"(?:value|valuta|valeur|valor|execut|ausfuhr|wertstell|buchung|payment date|zahldatum|zahltag"
    r"|date de paiement|fecha de pago|data pagamento|betaaldatum|waluty|maksupaiva|paid|am|on"
    r"|d\.d\.)"
    r"[^\n]{0,12}$"
)
OTHER_DATE = re.compile(
    r"(?:due|invoice|dated|bill|rechnung(?:sdatum)?|fallig|lieferschein|facture|echeance|factura"
    r"|vence"
    r"|vencim|fattura|scaden|factuur|verval|fatura|faktur|termin|skonto|creditnota|statement)"
    r"[^\n.]{0,20}$"
)
TAKEN_OFF = re.compile(
    r"\b(?:less|minus|withh\w+|deduct\w*|retention|fee|commission|short by|knocked off|taken off"
    r"|abzug\w*"
    r"|abzgl|einbehalt\w*|gekurzt|skonto|gebuhr\w*|moins|deduit\w*|retenu\w*|escompte|frais|remise"
    r"|menos|retuv\w*|reteni\w*|descont\w*|descuent\w*|retefuente|comision|meno|trattenut\w*"
    r"|ritenut\w*|sconto|ingehouden|afgetrokken|korting|inhouding|retid[oa]|retive\w*|potrac\w*"
    r"|pomniejsz\w*|rabat\w*|avdrag\w*|dragit av|fradrag\w*|trukket)\b"
)
LESS_AFTER = re.compile(
    r" ?[,(]? ?(?:\w{1,12} )?(?:less|minus|abzuglich|abzgl|weniger|moins|menos|meno|minder|minus)\b"
)
TOTAL = re.compile(
    r"\b(?:total\w*(?: paid| amount)?|sum(?:me|a)?|summa|gesamt\w*|zusammen|amount|betrag"
    r"|net(?:to)?"
    r"|auszahlungsbetrag|zahlbetrag|importe|importo|montant|bedrag|valor|kwota|belopp|i alt|belob"
    r"|razem|totale|totaal|paid)\b[^\n\d]{0,60}$"
)
CHEQUE = re.compile(r"\b(?:che(?:ck|que)|chk|ck|chq|scheck|assegno)\b[^\n]{0,24}\bdated $")
CLEARED = re.compile(
    r"\b(?:cashed|cleared|presented|banked by you|eingelost|encaisse|cobrado|incassato|geind"
    r"|zrealizowan\w*)"
    r"(?: (?:on|am|le|el|il|op|em))?(?: the| den| dem)? $"
)
