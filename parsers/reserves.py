"""Reserves: words that hold something back beside whatever else a reply says.

A payment under protest or in final settlement, a "that said", a court, an insolvency officer, a
payment called off, another's words in quotation marks. They never name a label; they bring a
human. Eight languages, folded; each expression is bounded, so linear.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from parsers.reading import Intent

PAYMENTS = frozenset({Intent.PROMISE_TO_PAY, Intent.REMITTANCE_ADVICE, Intent.ALREADY_PAID_CLAIM})
_PROTEST = re.compile(
    r"\bunder (?:protest|duress|reserve)|without (?:prejudice|admi\w+|acknowledg\w+)"
    r"|unter (?:\w+ )?(?:protest|vorbehalt|zwang)|ohne (?:\w+ )?(?:anerkenn\w+|prajudiz)"
    r"|sous (?:\w+ )?(?:reserve|protestation|contrainte)|sans reconn\w+|a titre provision\w+"
    r"|bajo (?:protesta|reserva|coaccion)|con (?:expresa )?reserva|sin (?:que )?(?:\w+ )?reconoc\w+"
    r"|(?:con|sotto) (?:riserva|protesta)|senza (?:riconosc\w+|alcun riconosc\w+)"
    r"|onder (?:protest|voorbehoud|dwang)|zonder (?:erkenning|prejudicie)"
    r"|sob (?:protesto|reserva|coacao)|sem (?:reconhec\w+|prejuizo)"
    r"|z zastrzezeniem|pod przymusem|bez uznania|pod protestem"
)
_FINAL = re.compile(
    r"\b(?:full and final|final settlement|call it (?:quits|even|square)|(?:case|matter) closed"
    r"|damit (?:\w+ ){0,6}(?:erledigt|abgegolten|abgeschlossen|aus der welt)"
    r"|endgultige\w* erledig\w+"
    r"|solde de tout compte|affaire (?:\w+ ){0,3}(?:close|classee|reglee)"
    r"|(?:zanjad|saldad|cerrad)\w (?:el asunto|el tema|la cuestion)|asunto (?:\w+ )?(?:zanjado"
    r"|cerrado)"
    r"|saldo e stralcio|(?:questione|faccenda|pratica) (?:\w+ )?chiusa"
    r"|finale kwijting|daarmee (?:\w+ ){0,5}(?:klaar|afgedaan|gesloten|uit de wereld)"
    r"|por encerrado|assunto (?:\w+ )?(?:encerrado|arrumado)|quitacao total"
    r"|sprawe (?:\w+ )?(?:za )?(?:zamkniet|zakonczon|zalatwion)\w+)"
)
_OWES_NOTHING = re.compile(
    r"\b(?:(?:we|i) (?:(?:do|will|shall|can|would) not|don't|won't|shan't) (?:\w+ ){0,2}(?:pay|owe)"
    r"|(?:no|not) (?:expect|get|see)\w* (?:\w+ ){0,2}(?:money|payment)|not expect (?:any )?money"
    r"|(?:zahlen|bezahlen|uberweisen) (?:werde[nt]?|tun) (?:wir|ich) (?:\w+ ){0,2}(?:nicht|nichts)"
    r"|(?:wir|ich) (?:zahle|bezahle|schulde)n? (?:\w+ ){0,3}(?:nicht|nichts|keinen)\b"
    r"|(?:nous|je) ne (?:\w+ )?(?:pai|pay|regl|dev|doi)\w+ (?:pas|rien)"
    r"|no (?:\w+ ){0,2}(?:pagaremos|pagare|debemos|debo|vamos a pagar|pienso pagar)"
    r"|non (?:\w+ ){0,2}(?:pagheremo|paghero|dobbiamo nulla|devo nulla|intendo pagare|paghiamo)"
    r"|(?:wij|we|ik) (?:betalen|betaal|gaan|ga) (?:\w+ ){0,3}(?:niet|niets)(?: betalen)?"
    r"|nao (?:\w+ ){0,2}(?:pagaremos|pagarei|devemos|devo|vamos pagar|pagamos)"
    r"|nie (?:\w+ )?(?:zaplac\w+|placimy|place|jestesmy (?:\w+ )?(?:winni|dluzni)))\b"
)
_VOID = re.compile(
    r"\b(?:null and void|(?:is|as|are|consider\w*|(?:consider|regard|deem)\w* \w+) "
    r"(?:void|unfounded|baseless)|nichtig|hinfallig|gegenstandslos|unbegrundet|ungerechtfertigt"
    r"|(?:nulle|nul) et non avenue?|sans (?:objet|fondement)|infondee?s?|injustifiee?s?"
    r"|(?:factura|reclamacion)\w* nulas?|infundad\w+|injustificad\w+|nulla e|infondat\w"
    r"|ingiustificat\w"
    r"|nietig|ongegrond|onterecht\w*|niewazn\w+|bezpodstawn\w+|bezzasadn\w+|nienalezn\w+)\b"
)
_LEGAL = re.compile(
    r"\b(?:the court|small claims|lawsuit|(?:our|my|a) (?:lawyer|solicitor|attorney|barrister)s?"
    r"|(?:legal|court) (?:claim|case|representative)s?|fraud"
    r"|(?:mein|unser|ein)\w{0,2} (?:rechts)?anwalt\w*|klage|verklag\w*|(?:amts|land)?gericht\w*"
    r"|strafanzeige|betrug\w*|(?:mon|notre|un|nos) avocats?|plainte|tribunal\w*|juge|huissier"
    r"|escroquerie|(?:mi|nuestro|un) abogado|demanda judicial|(?:la|una|para la) demanda|juzgado"
    r"|juez"
    r"|denuncia|estafa|(?:mio|nostro|un) (?:legale|avvocato)|avvocat\w+|giudice|querela|truffa"
    r"|(?:mijn|onze|een) advoca\w+|rechter|rechtbank|aangifte|oplichting|advogad\w+|juiz"
    r"|(?:uma|apresentar) queixa|burla|sad(?:u|em|zie)|adwokat\w*|prawnik\w*|pozew|prokuratur\w*"
    r"|oszustw\w*)\b"
)
_INSOLVENT = re.compile(
    r"\b(?:(?:insolvency|official) (?:practitioner|officer|receiver)|administrator decides"
    r"|liquidator"
    r"|wound (?:up|down)|wind(?:ing)? (?:up|down)|(?:of|our|all|the) creditors"
    r"|ceas\w+ (?:trading|business)"
    r"|(?:vorlaufig\w*|insolvenz) ?verwalter\w*|insolvenz\w*|abgewickelt|abwicklung"
    r"|geschaftsaufgabe|firma (?:\w+ )?(?:aufgelost|geschlossen)"
    r"|mandataire judiciaire|administrateur judiciaire|redressement|sauvegarde judiciaire"
    r"|liquidat\w+|cessation d'activite|concurs(?:o|al)|administrador concursal|liquidacion"
    r"|concordato|commissario giudiziale|curatore|fallimento|(?:azienda|societa|ditta) chiud\w+"
    r"|curator|surseance|faillissement|bewindvoerder|insolvencia|administrador judicial|falencia"
    r"|syndyk\w*|upadlosc\w*|restrukturyzac\w+|likwidac\w+|wygasz\w+ dzialalnosc\w*)\b"
)
_CONTRAST = re.compile(
    r"\b(?:that (?:being )?said|having said that|however|nevertheless|nonetheless|allerdings|jedoch"
    r"|trotzdem|dennoch|cela dit|ceci dit|toutefois|neanmoins|cependant|eso si|dicho esto"
    r"|ahora bien"
    r"|sin embargo|no obstante|detto questo|cio detto|tuttavia|dat gezegd|echter|niettemin"
    r"|dito isto|contudo|no entanto|swoja droga|niemniej|jednakze|natomiast)\b"
    r"|(?:^|[.!?;] )(?:wel|alleen|mas|ale|mais|pero|maar|aber|but|only) [a-z]"
)
_PERSISTS = re.compile(
    r"\b(?:still (?:\w+ )?(?!pay)\w+s\b|immer noch|weiterhin|nach wie vor"
    r"|(?:continue\w*|persist\w*) (?:to|de|a|d')|toujours (?:pas|en panne)"
    r"|(?:sigue|siguen|seguimos) (?:sin|\w+ndo)|perd\w+ ancora|ancora (?:non|rott\w|guast\w)"
    r"|non \w+ ancora|nog (?:steeds|altijd)|(?:continuam?|continuamos) (?:a|sem|com)\b"
    r"|nadal|wciaz)\b"
)
_LESS = re.compile(
    r"\b(?:minus|less (?:the|a|what|our|your)|deduct\w*|net of|abzuglich|abgezogen|unter abzug"
    r"|deduction|en deduisant|deduit\w*|(?:moins|hors) (?:les?|la|ce)|descont\w+|deducid\w+"
    r"|al netto|detra\w+|scal(?:ando|at\w)|meno (?:i|il|la|le|gli)|onder aftrek|verminderd"
    r"|in mindering|deduzi\w+|subtraindo|potrac\w+|pomniejsz\w+|odlicz\w+)\b"
)
_CALLED_OFF = re.compile(
    r"\b(?:(?:payment|transfer|run|cheque|standing order)\b[^.!?]{0,40}\b"
    r"(?:cancel\w*|called off|withdrawn|suspended|stopped|blocked|on hold|reversed|recalled)"
    r"|storniert|zuruckgezogen|gestrichen|ausgesetzt|gestoppt|fallt aus|angehalten|gesperrt"
    r"|annulee?s?|suspendue?s?|bloquee?s?|anulad\w+|suspendid\w+|cancelad\w+|bloquead\w+"
    r"|paralizad\w+"
    r"|annullat\w|sospes\w|bloccat\w|geannuleerd|opgeschort|stopgezet|ingetrokken|geblokkeerd"
    r"|teruggedraaid|gaat niet door|suspens\w+|suspend\w+|anulowan\w+|wstrzyma\w+|odwolan\w+"
    r"|zablokowan\w+)\b"
)
_DISAGREES = re.compile(
    r"\b(?:(?:i|we) (?:strongly )?disagree|(?:don't|do not|cannot) agree|see (?:it|that"
    r"|this) different\w*"
    r"|(?:sehe|sehen) (?:ich|wir|das|es) (?:\w+ ){0,2}anders|nicht einverstanden|bin dagegen"
    r"|pas (?:du tout )?d'accord|m'y oppose|no (?:estoy|estamos) (?:\w+ )?de acuerdo|no lo autorizo"
    r"|non (?:sono|siamo) (?:\w+ )?d'accordo|(?:zie|zien) (?:\w+ ){0,2}anders|niet (?:\w+ )?eens\b"
    r"|nao (?:concord\w+|estou de acordo|autoriz\w+)|nie zgadza\w+ sie|(?:told|asked|instructed)"
    r" (?:\w+ ){1,2}not to)\b"
)
_PERMITTING = re.compile(
    r"\b\w+ (?:permitting|willing|allowing)\b|\bso gott will|\bso gott und|si dieu|dios mediante"
    r"|si dios|se dio vuole|a dio piacendo|als god|zo god|deo volente|se deus|oxala|jak bog da"
    r"|da bog|\b(?:decid|entscheid|beslis|zdecyd|beschliess)\w*"
)
_APPROVAL = re.compile(
    r"\b(?:(?:still|yet) (?:has|have|needs?) to (?:\w+ )?(?:approv|sign|releas|clear|authori"
    r"|agree)\w*"
    r"|(?:needs|awaiting|subject to|pending) (?:\w+ ){0,3}(?:approval|signature|sign-off|clearance)"
    r"|muss (?:\w+ ){0,4}noch (?:\w+ ){0,3}(?:freigeben|freigegeben|genehmig\w+|zustimmen"
    r"|unterschr\w+)"
    r"|(?:doit|doivent|reste a) (?:\w+ )?(?:encore )?(?:\w+ ){0,2}(?:valid|approuv|sign|autoris)\w+"
    r"|(?:falta|pendiente de|tiene que|debe) (?:\w+ ){0,3}(?:aprob|firm|autoriz|visto bueno)\w*"
    r"|(?:deve|devono|manca|in attesa di) (?:\w+ ){0,3}(?:approv|firm|autorizz|benestare)\w*"
    r"|moet(?:en)? (?:\w+ ){0,4}nog (?:\w+ ){0,3}(?:goedk\w+|teken\w+|vrijgeven|akkoord\w*)"
    r"|(?:falta|tem de|tem que|deve|pendente de) (?:\w+ ){0,3}(?:aprov|assin|autoriz)\w*"
    r"|musi (?:\w+ ){0,3}(?:jeszcze )?(?:\w+ ){0,2}(?:zatwierdz|podpis|zaakcept|zgod)\w*)"
)
_QUOTED = re.compile(
    r"[«„“\"‘‚]\s?(?:[^\s«»„“”\"‘’]+\s){2,30}[^\s«»„“”\"‘’]+\s?[»“”\"’‘]"
    r"|:\s?'(?:[^\s']+\s){2,30}[^\s']+'"
)
_ONE_OF = re.compile(
    r"\bone of (?:the|them|these|those|both|your)|\beine[rn]? (?:der|von)\b|l'une (?:des|d'|de)"
    r"|\bune (?:des|sur) deux|\buna de (?:las|ellas|ambas|estas)|\buna delle\b|\buna di (?:loro"
    r"|queste)"
    r"|\been van (?:de|beide|die)|\buma (?:das|delas|destas)\b|\bjedna z\b"
    r"|\bnur eine\b|\bonly one\b|\bsolo una\b|\bslechts een\b|\bso uma\b|\btylko jedna\b"
    r"|\b(?:some|part|most) of (?:it|them|this|that|the)|\beinen teil|\bune partie|\b(?:una"
    r"|uma) parte"
    r"|\been deel|\bczesc\b"
)
_ANYWHERE = (
    (_PROTEST, "Something is paid or said under a reserve."),
    (_OWES_NOTHING, "Somebody says that he does not pay."),
    (_VOID, "An invoice is called void or unfounded."),
    (_LEGAL, "A court, a lawyer or a report to the police is named."),
    (_INSOLVENT, "The end of a business or an insolvency is named."),
)
_BESIDE_PAYMENT = (
    (_FINAL, "The payment is said to close the matter."),
    (_CONTRAST, "Something is set against the payment."),
    (_PERSISTS, "Something is said to go on beside the payment."),
    (_LESS, "Something is taken off the payment."),
    (_CALLED_OFF, "A payment is said to be stopped or called off."),
    (_DISAGREES, "Somebody does not agree."),
    (_QUOTED, "Another's words are quoted."),
    (_ONE_OF, "Only a part is spoken of."),
)
_BESIDE_PROMISE = (
    (_PERMITTING, "The payment hangs on somebody's will."),
    (_APPROVAL, "The payment is yet to be approved."),
)


def reserves(folded: str, labels: Collection[Intent]) -> list[str]:
    """Return what the words hold back, each as a sentence for the clerk.

    Args:
        folded: The whole of the new words, lower-cased and without accents.
        labels: The labels read; what is set against a payment counts only beside one.
    """
    tables = (
        *_ANYWHERE,
        *(_BESIDE_PAYMENT if PAYMENTS & set(labels) else ()),
        *(_BESIDE_PROMISE if Intent.PROMISE_TO_PAY in labels else ()),
    )
    return [doubt for pattern, doubt in tables if pattern.search(folded)]
