"""Words of a payment made, in eight languages and more: folded expressions, nothing else."""

from __future__ import annotations

import re

PAID = re.compile(
    r"\b(?:paid|payed|done|sent|remitted|transferred|wired|settled|banked|bacs'?d|npp'd|ach'?d"
    r"|mailed"
    r"|posted"
    r"|debited|cleared|deposited|processed|put (?:it |£|\$|€|\d)|went (?:out|through|on|off|over"
    r"|last"
    r"|across|yesterday|this|today|together|by|(?:\w+ ){1,3}ago)|gone (?:by|from|off|over|out|today"
    r"|yesterday|this)|payment [^.;!?\n]{0,24}(?:was |were )?made|(?:you|been) (?:received"
    r"|credited)"
    r"|made it out|left (?:our|us|the|my)|executed|handed|did the wire"
    r"|issued|gone through|went across|lodged|paid over|pushed through|actioned|payment made"
    r"|drew|in your account"
    r"|erfolgt|ausgefuhrt|veranlasst|verbucht|abgegangen|gebucht|geschickt|losgeschickt"
    r"|transferiert|(?:raus|hinaus|ab|durch)?gegangen|getwintet|weg|gestrigen? (?:zahlung"
    r"|uberweisung)"
    r"|zahlung (?:lief|ging)|lief (?:am|gestern|heute|raus)|uberwise|angestossen|freigegeben und"
    r" ausgefuhrt"
    r"|bezahlt|uberwiesen|beglichen|angewiesen|ausgelost|abgebucht|gezahlt|ausgeglichen|eingezahlt"
    r"|wertgestellt|raus(?:gegangen)?|ging\b|uberweisung (?:vom|ist|ging|heute)"
    r"|payee?s?|reglee?s?|viree?s?|versee?s?|debitee?s?|deposee?|executee?|emise?|soldee?s?|depot"
    r"|effectue"
    r"|envoye[es]{0,2}|adresse[es]{0,2}|transfere[es]{0,2}|acquitte[es]{0,2}|honore[es]{0,2}"
    r"|donne ordre"
    r"|passe[es]{0,2} (?:hier|ce|le)|encaisse[es]{0,2}"
    r"|parti[es]?\b|fait (?:hier|ce|le)|poste[es]{0,2} (?:hier|ce|le|lundi|mardi|mercredi|jeudi"
    r"|vendredi|samedi)|viens de faire|(?:virement|paiement) (?:d'hier|de lundi|de ce matin)"
    r"|pagad[oa]s?|pague|pagamos|pago (?:realizado|hecho|efectuado)|transferi\w*|transferid\w*"
    r"|abonad[oa]s?|abone|abono|girad[oa]s?|deposit[eo]\w*|enviad[oa]|mande|mandamos|ingres\w+"
    r"|ordenad\w*|ordenamos|liquidad\w+|realizad\w+|transferir"
    r"|consign\w+|hicimos|hice|hecha|cancelad[oa]s?|pagu[eé]|emitid[oa]s?|pasamos|depositad[oa]s?"
    r"|viajo|salio|cubrio|entregad[oa]s?|inclui[dr]as? en la remesa|fuera (?:el|desde)"
    r"|pagat[oaei]|versat[oaei]|bonificat[oaie]|accreditat[oaie]|saldat[oaie]|partit[oaie]|disposto"
    r"|eseguit[oaie]|effettuat[oaie]|fatto|inviat[oaie]|spedit[oaie]|fatta|addebitat[oaie]"
    r"|mandat[oaie]|emess[oaie]|girat[oaie]"
    r"|betaald|overgemaakt|voldaan|overgeschreven|gestort|vertrokken|afgeschreven|geboekt"
    r"|verstuurd|gestuurd|uitgevoerd|verricht|gedaan|verzonden|bijgeschreven"
    r"|paguei|pagou|paga desde|pagas?|segui(?:u|ram)|efe[c]?tuad[oa]|mandei|fiz|enviei|emissao"
    r"|acabei de (?:mandar|pagar|transferir|fazer|enviar)|pago (?:agora|hoje cedo)"
    r"|pagamento de ontem|transferimos|feit[oa]s?|fizemos|depositei|depositamos|liquid(?:amos|ei)"
    r"|quitad[oa]s?|quitei"
    r"|pagamos|transferid[oa]s?|depositad[oa]|caiu|ja foi"
    r"|zaplac\w+|przelan\w+|przelal\w*|oplac\w+|uregulowa\w+|wplac\w+|wyslan\w+|wysla[lm]\w*"
    r"|poszl\w+|poszedl"
    r"|przekazal\w+|wyszl\w+|zrobil\w+|zlecon\w+|poszlo|wykonan\w+|puscil\w+|zaksiegowan\w+"
    r"|wplat\w+ z"
    r"|betald[ae]?s?|betalade|betalt\w*|betalte|overfort?|insatt|indsat|skickad\w*|gick ivag"
    r"|swishad\w*|overfor\w+|sendte?|afsendt|utbetalning|satts? in|indbetal\w+|inbetal\w+"
    r"|uhrazen\w*|uhradil\w*|zaplacen\w*|zaplatil\w*|prevedl\w*|odesl\w+|poslal\w*|zaslan\w*"
    r"|maksettu|maksoi\w+|siirretty|suoritettu|tilitetty|atutal(?:va|tuk|tam|as)|utaltuk|kifizet\w+"
    r"|rendezt\w+|befizet\w+|achitat\w*|platit\w*|virat\w*|transferat\w*|odedik|odendi\w*"
    r"|gonderil(?:di|mis)\w*|yatirildi\w*|yapildi\w*|yatirdi\w*|havale)\b"
    r"|お?振り?込み?(?:いた|し|ずみ|済)|送金(?:いた|し|済)|支払(?:い|いた)?(?:いたしました|しました|済)"
    r"|已(?:经)?(?:付款|支付|汇款|汇出|转账|付清)"
)
NOT_PAID = re.compile(
    r"\b(?:will|not|never|n't|unpaid|to be|shall|going to|next|query|copy|resend|re-send|credit"
    r"|wrong"
    r"|werden|wird|folgen|folgt|nicht|noch|sera|seront|partira|partiront|pas|jamais|demain"
    r"|no (?:nos|me|la|lo|se"
    r"|hemos"
    r"|esta)|pendiente|seran|sara|saranno|non|manca|niet|nog|wordt|zal|nao|sera|serao|falta|nie"
    r"|bedzie|beda|zostan\w+|inte|ikke"
    r"|kommer)\b"
)
JUST = re.compile(
    r"\b(?:just|this minute|this second|mins? ago|minutes? ago|now|soeben|eben|gerade|grad|acabo de"
    r"|acabamos de|ahorita|viens de|venons de|a l'instant|appena|adesso|net(?= (?:over|bet|ge|via"
    r"|de|het))|zojuist|acabei de"
    r"|a \d{1,2} ?h ?\d\d|at \d{1,2}[:.]\d\d|um \d{1,2}[:.]\d\d uhr|alle \d{1,2}[:.]\d\d"
    r"|acabamos|agora|wlasnie|przed chwila|teraz|nyss|precis|lige)\b"
)
VALUE = re.compile(
    r"(?:value|valuta|valeur|valor|execut|ausfuhr|wertstell|buchung|payment date|zahldatum|zahltag"
    r"|date de paiement|fecha de pago|data pagamento|betaaldatum|waluty|maksupaiva"
    r"|\b(?:paid|am|on)\b"
    r"|d\.d\.)"
    r"[^\n]{0,12}$"
)
VALUED = re.compile(
    r"\b(?:value(?: date)?|valuta|date de valeur|valeur|wert(?:stellung)?|fecha valor|data waluty)"
    r"(?: (?:of|vom|am|du|le|de|del|al|op))?:? $"
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
_SENT = (
    r"(?:attach\w*|attachment|enclosed?|find here|here(?: is|'s)|see|anbei|anhang|anlage|beigefugt"
    r"|beiliegend|hier|ci-joint\w*|joins|joint|voici|adjunt\w*|anexo|anexamos|anexad\w*"
    r"|aqui (?:esta|tiene|va)|envio|allegat\w*|allego|ecco|bijgaand|bijlage|hierbij|seguem?"
    r"|remetemos|zalacz\w*|bifog\w*|vedhaeft\w*|vedlagt\w*|prilozen\w*|liitteena)"
)
_PROOF = (
    r"(?:proof of (?:payment|transfer)|\bpop\b|payment (?:slip|confirmation|advice|proof)"
    r"|remit(?:tance)?(?: advice| slip)?|(?:transfer|bank|wire) (?:slip|confirmation|receipt)"
    r"|confirmation of (?:the )?(?:transfer|payment)|swift copy"
    r"|(?:uberweisungs|zahlungs|bank|einzahlungs|sepa-?|konto)(?:beleg|bestatigung|nachweis|auszug"
    r"|avis|quittung)|online-?banking|avis de (?:virement|paiement)|(?:preuve|justificatif|ordre"
    r"|confirmation|copie) (?:du |de |d')(?:virement|paiement|reglement|transfert)"
    r"|(?:comprobante|justificante|captura|resguardo|constancia|copia) (?:de |del )(?:la )?"
    r"(?:pago|transferencia|deposito|ingreso)|(?:comprovativo|comprovante|recibo) (?:da |de |do )?"
    r"(?:transferencia|pagamento|deposito|pix)|\bcontabile\b|(?:ricevuta|distinta|copia|prova)"
    r" (?:del |di |dell')?(?:bonifico|pagamento|versamento)|betaal(?:bewijs|bevestiging)"
    r"|overschrijvings?bewijs|bewijs van betaling|betalingsbewijs"
    r"|schermafdruk van de overschrijving"
    r"|potwierdzeni\w* (?:przelewu|zaplaty|wplaty|platnosci)|betalningsbekraftelse|kvittering\w*"
    r"|potvrzeni o (?:platbe|uhrade)|dekont|maksutosite)"
)
PROOF_SENT = re.compile(rf"{_SENT}[^.!?\n]{{0,60}}{_PROOF}|{_PROOF}[^.!?\n]{{0,24}}{_SENT}")
