"""Reserves: words that hold something back beside whatever else a reply says.

A payment under protest, in final settlement or called off, a "that said", a court, an insolvency
officer, an heir, another's words in quotation marks. They never name a label; they bring a human.
Eight languages, folded; each expression is bounded, so linear.
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
    r"\b(?:full and final|(?:no|not a (?:penny|cent)) more\b(?! than|,)|(?:keinen|kein) \w+ mehr"
    r"|un (?:centime|euro|sou) de plus|ni un \w+ mas|un (?:euro|centesimo) (?:di|in) piu"
    r"|geen (?:cent|euro) meer|nem mais um|ani grosza wiecej|final settlement|call it (?:quits"
    r"|even|square)|(?:case|matter) closed"
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
    r"|cela dit|ceci dit|toutefois|neanmoins|cependant|eso si|dicho esto"
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
    r"(?:cancel\w*|called off|rejected|returned|bounced|withdrawn|suspended|stopped|blocked"
    r"|on hold|reversed|recalled)"
    r"|storniert|zuruck(?:gezogen|gerufen|gebucht|gegeben|gewiesen)|geplatzt|gestrichen"
    r"|ausgesetzt|gestoppt|fallt aus|angehalten|gesperrt"
    r"|rejetee?s?|annulee?s?|devuelt\w+|devolvid\w+|rechazad\w+|respint\w|stornat\w|teruggeboekt"
    r"|geweigerd|zwrocon\w+|odrzucon\w+|annulee?s?|suspendue?s?|bloquee?s?|anulad\w+"
    r"|suspendid\w+|cancelad\w+|bloquead\w+"
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
_UNREAL = re.compile(
    r"\b(?:(?:would|could|should|might) (?:\w+ ){0,3}have (?:\w+ )?(?:paid|settled|loved)"
    r"|(?:i|we|they)'d (?:\w+ ){0,2}have (?:paid|settled|loved)"
    r"|(?:was|were) (?:going|about|meant) to"
    r"|(?:hatte|hatten|ware|waren) (?:(?:\w+|\d\d?\.) ){0,6}(?:gezahlt|bezahlt|uberwiesen"
    r"|beglichen)"
    r"|(?:wollte|wollten|sollte|sollten) (?:(?:\w+|\d\d?\.) ){0,6}(?:zahlen|bezahlen|uberweisen"
    r"|begleichen)"
    r"|aur(?:ais|ions|ait) (?:(?:\w+|\d\d?\.) ){0,4}(?:paye|regle|vire)"
    r"|(?:devions|voulions|allions|devais|allais) (?:(?:\w+|\d\d?\.) ){0,4}(?:payer|regler|virer)"
    r"|(?:hubiera|habria)\w* (?:(?:\w+|\d\d?\.) ){0,4}(?:pagado|transferido)"
    r"|(?:iba|ibamos|pensaba|pensabamos|queria|queriamos) (?:(?:\w+|\d\d?\.) ){0,4}(?:pagar"
    r"|transferir)"
    r"|(?:avrei|avremmo|avessi|avessimo) (?:(?:\w+|\d\d?\.) ){0,4}(?:pagat|saldat|bonificat)\w"
    r"|(?:volev|dovev|pensav)\w+ (?:(?:\w+|\d\d?\.) ){0,4}(?:pagare|saldare|bonificare)"
    r"|(?:had|hadden) (?:(?:\w+|\d\d?\.) ){0,6}(?:betaald|overgemaakt)"
    r"|(?:zou|zouden) (?:(?:\w+|\d\d?\.) ){0,6}(?:betaald|betalen|overgemaakt)"
    r"|(?:wilde|wilden|wou) (?:(?:\w+|\d\d?\.) ){0,6}(?:betalen|overmaken)"
    r"|(?:teria|teriamos|tivesse\w*) (?:(?:\w+|\d\d?\.) ){0,4}(?:pag[oa]|liquidad\w|transferido)"
    r"|(?:ia|iamos|queria|queriamos|pensavamos) (?:(?:\w+|\d\d?\.) ){0,4}(?:pagar|transferir"
    r"|liquidar)"
    r"|(?:zaplaci|przela|uregulowa)l\w{0,2}by\w*|(?:miel|mial|chciel|chcial)\w* (?:(?:\w+"
    r"|\d\d?\.) ){0,4}"
    r"(?:zaplacic|przelac|uregulowac))\b"
)
_PAYS_US = re.compile(
    r"\b(?:(?:pays?|paying) us|(?:our|my) (?:customer|client|tenant|debtor|insurer)s? "
    r"(?:\w+ ){0,2}pay|(?:zahlt|bezahlt|uberweist) (?:es )?uns"
    r"|(?:unser|mein)e? (?:kundin|kunde|mieter|auftraggeber|versicherung) (?:\w+ )?"
    r"(?:zahlt|bezahlt|uberweist)|nous (?:paie|paye|regle|vire)(?:ra|nt|ront)?\b"
    r"|(?:notre|mon) (?:client|assurance|locataire)\w* (?:\w+ ){0,2}(?:paie|paye|regl)\w*"
    r"|(?:nuestro|mi) (?:cliente|inquilino|seguro) (?:\w+ ){0,2}(?:paga|abona|transfiere)\w*"
    r"|ci paga(?:no|ra|ranno)?\b|(?:nostro|mio) (?:cliente|inquilino) (?:\w+ ){0,2}paga\w*"
    r"|betaalt (?:ons|mij)|(?:onze|mijn) (?:klant|huurder|verzekering) (?:\w+ ){0,2}betaalt"
    r"|paga-nos|paga-me|(?:nosso|meu) (?:cliente|inquilino) (?:\w+ ){0,2}paga\w*"
    r"|(?:placi|zaplaci) (?:nam|mi)|(?:nasz|moj) (?:klient|najemca) (?:\w+ ){0,2}(?:za)?placi)\b"
)
_UNDISPUTED = re.compile(
    r"\b(?:undisputed|uncontested|(?:the|only) (?:correct|right|valid|proper|justified) (?:one"
    r"|part|invoice"
    r"|amount|sum)s?|unstrittig\w*|unbestritten\w*|(?:der|die|den) (?:richtige|korrekte"
    r"|berechtigte)\w*"
    r"|(?:non|pas) contest\w+|incontest\w+|no (?:disputad|discutid)\w+|(?:la|lo|las) "
    r"(?:correct|indiscutid)\w+|(?:la|quella|parte) (?:corrett|giust)a|onbetwist\w*"
    r"|(?:de|het) (?:juiste|correcte|terechte)|a (?:correta|certa)|nao contest\w+|bezsporn\w+"
    r"|(?:ta|te) (?:poprawn|wlasciw)\w+)\b"
)
_AGREED = re.compile(
    r"\b(?:agreed|quoted|vereinbart\w*|abgemacht\w*|convenu\w*|pactad\w+|acordad\w+|pattuit\w"
    r"|concordat\w|afgesproken|combinad\w+|uzgodnion\w+|umowion\w+) "
    r"(?:(?:eur|usd|gbp|of|at|von|de|di|van) )?(?:[€$£] ?)?"
    r"(?!20\d\d\b)(?:\d{3,}|\d{1,3}[., ]\d{3}\b)"
)
_IN_PEACE = re.compile(
    r"\b(?:leave (?:me|us) (?:alone|in peace|be)|(?:mich|uns) (?:\w+ )?in (?:ruhe|frieden)"
    r"|(?:laissez|fichez|foutez)-(?:moi|nous)|dej\w+ (?:\w+ )?en paz|lasci\w+ (?:\w+ )?in pace"
    r"|met rust|deix\w+-?(?:me|nos)? ?em paz|(?:mi|nam) (?:\w+ )?spokoj|w spokoju)\b"
)
_ALL_STOPPED = re.compile(
    r"\b(?:payments|zahlungen|paiements|reglements|pagos|pagamenti|pagamentos|betalingen"
    r"|platnosci)\b"
    r"[^.!?]{0,50}\b(?:suspend\w*|stopped|frozen|ausgesetzt|eingestellt|gestoppt|arretes|bloques"
    r"|suspendid\w+|paralizad\w+|sospes\w|bloccat\w|opgeschort|stopgezet|suspens\w+|wstrzyma\w+)\b"
)
_ESTATE = re.compile(
    r"\b(?:executors?|the estate of|my late|nachlass(?:es|gericht|verwalt)\w*|(?:der|im"
    r"|zum) nachlass|erben|testamentsvollstrecker\w*"
    r"|verstorben\w*|executeur\w*|heritiers?|la succession|defunte?|albacea|hereder\w+|herencia"
    r"|fallecid\w|eredi|eredita|defunto|erfgenam\w+|nalatenschap|overleden"
    r"|herdeir\w+|heranca|falecid\w|spadk\w+|zmarl\w+)\b"
)
_UNKNOWN = re.compile(
    r"n't recogni[sz]e|\b(?:not recogni[sz]e|means nothing to|sagt (?:mir|uns) nichts|nie gehort"
    r"|kenne\w? (?:ich|wir) nicht|ne (?:le |la |les )?reconnai\w+ pas|ne (?:me|nous) dit rien"
    r"|no (?:lo |la |las )?reconoc\w+|no (?:me|nos) suena|non (?:la |lo |le )?riconosc\w+"
    r"|non (?:mi|ci) dice (?:niente|nulla)|herken\w* (?:\w+ ){0,2}niet|zegt (?:mij|me|ons) niets"
    r"|nao (?:a |o )?reconhec\w+|nao (?:me|nos) diz nada|nie (?:rozpozn|kojarz)\w+)\b"
)
_ERASE = re.compile(
    r"\b(?:(?:delete|erase|remove) (?:my|our)|take (?:my|our) \w+ (?:off|out)"
    r"|losch\w+ (?:sie )?(?:bitte )?(?:mein|unser)\w*|streich\w+ (?:sie )?(?:bitte )?(?:mich|uns)\b"
    r"|(?:effac|supprim|retir)\w+ (?:mon|ma|mes|nos|notre)\b"
    r"|(?:borr|elimin|quit|suprim)\w+ (?:mi|mis|nuestr\w+)\b"
    r"|(?:cancell|elimin|togli|rimuov)\w+ (?:il mio|i miei|la mia|i nostri|il nostro)"
    r"|(?:verwijder|wis|schrap) (?:mijn|onze|mij|ons)|(?:apag|elimin|retir)\w+ (?:o meu|os meus"
    r"|a minha"
    r"|os nossos)|usun\w* (?:moj|nasz)\w*|wykresl\w* (?:mnie|nas))\b"
)
_SIGN_IN = re.compile(
    r"\b(?:(?:your|the) (?:e-?mail |account )?(?:passwords?|credentials)|sign in with|log ?in with"
    r"|one-?time (?:pass)?code|otp(?!\W?ban[ck])"
    r"|ihr(?:em|er|e)? (?:e-?mail-?)?(?:passwort|kennwort|zugangsdaten)"
    r"|votre mot de passe|vos identifiants|(?:su|tu) contrasena|sus credenciales"
    r"|la (?:sua )?password|le (?:sue )?credenziali|(?:uw|je) wachtwoord|(?:sua|a) senha"
    r"|palavra-passe|(?:swoje|twoje|panstwa) haslo|dear beneficiary)\b"
)
_BY_WORD = re.compile(
    r"\b(?:with your (?:rep\w*|salesman|colleague|manager|boss|sales \w+|mrs?|ms)"
    r"|mit (?:ihrem|ihrer|eurem) (?:vertret|kolleg|chef|aussendienst|verkauf)\w*"
    r"|avec votre (?:commercial|collegue|representant|patron)\w*"
    r"|con su (?:comercial|companer|jef|representante)\w*"
    r"|con (?:il|la) vostr\w (?:agente|collega|commerciale|rappresentante|capo)"
    r"|met (?:uw|jullie) (?:vertegenwoordig|collega|verkop|baas)\w*"
    r"|com (?:o|a) (?:vosso|vossa|seu|sua) (?:comercial|colega|vendedor|chefe)\w*"
    r"|z (?:waszym|panstwa|pani|pana) (?:handlow|przedstaw|koleg|kolezank|szef)\w*)"
)
_ANYWHERE = (
    (_PROTEST, "Something is paid or said under a reserve."),
    (_OWES_NOTHING, "Somebody says that he does not pay."),
    (_VOID, "An invoice is called void or unfounded."),
    (_LEGAL, "A court, a lawyer or a report to the police is named."),
    (_ALL_STOPPED, "All payments are said to be stopped."),
    (_ESTATE, "Somebody has died, or heirs are named."),
    (_UNKNOWN, "The invoice or the order is not recognised."),
    (_ERASE, "Somebody wants to be struck off or forgotten."),
    (_IN_PEACE, "Somebody wants to be left in peace."),
    (_INSOLVENT, "The end of a business or an insolvency is named."),
)
_BESIDE_PAYMENT = (
    (_FINAL, "The payment is said to close the matter."),
    (_CONTRAST, "Something is set against the payment."),
    (_PERSISTS, "Something is said to go on beside the payment."),
    (_LESS, "Something is taken off the payment."),
    (_CALLED_OFF, "A payment is said to be stopped or called off."),
    (_UNREAL, "A payment is spoken of that would have been made."),
    (_AGREED, "Another sum is said to be agreed."),
    (_DISAGREES, "Somebody does not agree."),
    (_QUOTED, "Another's words are quoted."),
    (_ONE_OF, "Only a part is spoken of."),
    (_SIGN_IN, "Something asks for a password or a sign-in."),
)
_BESIDE_PROMISE = (
    (_PERMITTING, "The payment hangs on somebody's will."),
    (_PAYS_US, "It may be the payment of somebody else."),
    (_UNDISPUTED, "Only what is not disputed is spoken of."),
    (_APPROVAL, "The payment is yet to be approved."),
)
_WITHOUT_PROMISE = ((_BY_WORD, "Something is said to be arranged with one of us."),)


def reserves(folded: str, labels: Collection[Intent]) -> list[str]:
    """Return what the words hold back, each as a sentence for the clerk.

    Args:
        folded: The whole of the new words, lower-cased and without accents.
        labels: The labels read; what is set against a payment counts only beside one.
    """
    is_promise = Intent.PROMISE_TO_PAY in labels
    tables = (
        *_ANYWHERE,
        *(_BESIDE_PAYMENT if PAYMENTS & set(labels) else ()),
        *(_BESIDE_PROMISE if is_promise else _WITHOUT_PROMISE),
    )
    return [doubt for pattern, doubt in tables if pattern.search(folded)]
