"""Absence stems: being away and coming back, as beginnings of words of folded text.

Data only. A stem behind "*" or in a language without spaces is found anywhere. Each list
answers one question of `absence`.
"""

from __future__ import annotations

from typing import Final


def _stems(*rows: str) -> tuple[str, ...]:
    """Return stems split at "|", each to be found at the beginning of a word of folded text."""
    found = [stem for row in rows for stem in row.split("|")]
    return tuple(
        stem.lstrip("*") if stem[0] == "*" or ord(stem[0]) > 0x2000 else f" {stem}"
        for stem in found
    )


# Being away, in folded stems: nouns and verbs that mean little else in a short reply.
AWAY: Final = _stems(
    "*urlaub|*ferien|*vakantie|*lukket|*stangt|*szabadsag|compassionate leave|signed off|on pto",
    "office closes|at a funeral|not checking|out today|won't be back|not be back|re open",
    "shop is shut|shop's shut|nicht an bord|heute frei|unbesetzt|zwischen den jahren|festivo",
    "no trabajo|periodo vacacional|ne travaille pas|ne travaille ni|temps partiel|onbemand",
    "stabilimento chiude",
    "kantoor dicht|wintersport|camping|bin im lande|nepracuj|opintovapaa|betegallom|kapalidir",
    "no longer work monday|no longer work friday|don't work on|only work|wordle|strandurlaub",
    "estare fuera|estoy fuera|saro fuori|sono fuori|estarei fora|estou fora|am out until",
    "am out till",
    "am out of |be out of the|ben er niet|bin weg |bin nicht da|ne suis pas la |nie ma mnie",
    "arbeitsplatz",
    "ooo |out of office|medical leave|compassionate leave|jury service|holiday|vacation",
    "on leave|annual leave|maternity|paternity|sabbatical|honeymoon|jury duty|in hospital",
    "having surgery|having an operation|my op |off sick|out sick|is off |are off |i'm off ",
    "off till|off until|i am off |away till|away until|is away|are away|we're away|i'm away",
    "i am away|gone fishing|not in the office|not in today|isn't in |is not in |abroad",
    "shutdown|shut down|office is closed|shop is closed|shop's shut|we are closed",
    "we're closed|closed for|closed from|closed until|closed till|trade fair|at a conference",
    "travelling until|traveling until|urlaub|skiurlaub|betriebsferien|im krankenhaus",
    "krankgeschrieben|krankmeld|ist krank|bin krank|in kur |in reha|auf reha|dienstreise",
    "auf messe|auf der messe|elternzeit|mutterschutz|verreist|abwesend|nicht im haus",
    "ausser haus|nicht im buro|auf fortbildung|auf schulung|geschlossen|werksferien",
    "en vacances|conges|en conge|absent|arret maladie|hospitalis|a l'hopital|en deplacement",
    "en voyage|conge maternite|en tournee|est ferme|sommes fermes|fermeture|fermons",
    "vacaciones|de baja|de viaje|ingresad|hospitalizad|ausente|cerrado por|cerrados|cerramos",
    "de permiso|no se encuentra|no viene|luna de miel|de puente|in ferie|ferie|in malattia",
    "ricoverat|in ospedale|in trasferta|in viaggio|assente|chiusi per|chiuso per|chiusura",
    "in maternita|in fiera|viaggio di nozze|op vakantie|met vakantie|vakantie|verlof",
    "ziekenhuis|ziek thuis|is ziek|afwezig|op reis|zakenreis|op de beurs|in het buitenland",
    "gesloten|de ferias|em ferias|ferias|internad|de baixa|de licenca|em viagem|na praia",
    "encerrad|recesso|fora ate|fora do escritorio|de folga|na urlopie|urlopu|urlop|w szpitalu",
    "na zwolnieniu|chorobow|na szkoleniu|w delegacji|nieobecn|nieczynn|na wakacjach",
    "na targach|na wyjezdzie|pa ferie|har ferie|juleferie|sommerferie|ferielukket|julelukket",
    "barsel|sygemeldt|sykemeldt|sjukskriven|pa sygehus|pa sykehus|pa sjukhus",
    "pa forretningsrejse|pa rejse|pa reise|pa resa|bortrest|semester|semesterstangd",
    "tjanstledig|foraldraledig|foreldreperm|fravaer|frånvar|franvar|fravaerende",
    "ikke pa kontoret|inte pa kontoret|holder fri|holder lukket|lomalla|vuosiloma|poissa",
    "sairaslom|sairauslom|matkoilla|vapaalla|virkamatkalla|dovolen|na operac|v nemocn",
    "nemocensk|nepritom|sluzebni cest|mimo kancel|szabadsag|szabin|betegszab|korhaz",
    "hazon kivul|tavol vagyok|uzleti uton|concediu|in spital|plecat din|delegatie|izinde",
    "izinli|yillik izin|tatilde|hastanede|seyahatte|raporlu|ofis disinda|izninde|σε αδεια",
    "αδεια|λειπω|λειπει|απουσια|εκτος γραφειου|διακοπες|ταξιδι|отпуск|командировк|больничн",
    "в больниц|отсутств|відпуст|відрядж|лікарнян|відсутн|odmor|bolovan|dopust|odsot",
    "sluzbenom putu|puhkus|puhkusel|haiguslehel|lahetuses|atvalinaj|komandeju|atostog",
    "komandiruot|nedarbing|vacances|出張|休暇|休業|不在|外出中|お休み|夏季休|休假|放假|出差|请假|不在办公室|휴가|출장|부재|외근",
    "חופש|חופשה|מחוץ למשרד|إجازة|خارج المكتب",
)
# The same with other meanings: they count beside a return and a time.
AWAY_WEAK: Final = _stems(
    "away|off |out of |out until|out till|out from|leave |sick|hospital|training|trip|travel",
    "on site|closed|shut|break|not here|fishing|beach|tour|broke|wrist|surgery|poorly",
    "unterwegs|krank|messe|seminar|schulung|kur |nicht da|ferien|ferme|formation|malade",
    "voyage|hopital|mission|au soleil|en mer|fuera|viaje|permiso|licencia|curso|feria|cerrad",
    "fuori|viaggio|malato|fiera|chius|mare |corso|operaz|intervento|ziek|cursus|beurs|weg ",
    "vrij |op pad|zit in|zit deze|fora |viagem|fechad|feira|licenca|szkoleni|wyjazd|delegacj",
    "zwolnieni|zamkniet|chor[ay]|operacj|rejse|reise|resa|kursus|kurs |syg |syk |sjuk |lukket",
    "stengt|stangt|ledig|ferie|fri |offshore|jul|loma|sairas|kiinni|suljettu|zavren|skolen",
    "operac|beteg|zarva|inchis|deplasare|izin|tatil|kapali|ταξιδ|κλειστ|νοσοκομ|закрыт|выходн",
    "болеет|хворі|godisnj|休み|連休|휴무|출타",
)
# Coming back.
BACK: Final = _stems(
    "back monday|back tuesday|back wednesday|back thursday|back friday|back tomorrow|back we re",
    "working again|will reply|picked up on|ci risentiamo|weer thuis|weer present|weer achter",
    "otevirame|revenim|ne auzim|jovok|riapre|geht es weiter|lese ich wieder|wieder mails",
    "ruckkehr|back in|back jan|back feb|back mar|back apr|back may|back jun|back jul|back aug",
    "back sep|back oct|back nov|back dec|back at it|odpisze|na zpet|jutro jestem",
    "back tomorrow|be back|back on|back in|back at|back to work|back by|back the|back next",
    "back mon|back tues|back wed|back thu|back fri|back after|back around|back from the",
    "is back|are back|i'm back|we're back|return on|returns|returning|will return",
    "return to the office|return date|reopen|re open|open again|here again|there again",
    "normal service|wieder da|wieder im|wieder am|wieder an |wieder erreichbar|wieder fur",
    "wieder ab|wieder zuruck|wieder hier|wieder geoffnet|wieder auf|zuruck am|zuruck ab",
    "bin zuruck|ist zuruck|ich zuruck|sind zuruck|erst wieder|de retour|retour le",
    "retour lundi|retour au bureau|rentre le|rentre lundi|reprend le|revient|reviens le|rouvr",
    "vuelvo|vuelve|volvemos|volvere|volvera|regres|reincorpor|abrimos|reabri|torno|torna ",
    "torniamo|tornero|tornera|rientr|di ritorno|riapr|weer terug|weer aanwezig|er weer",
    "weer bereikbaar|weer op kantoor|weer open|terug op|terug van|ben terug|is terug",
    "pas terug|volto|volta a|volta no|volta dia|volta na|voltamos|regresso|regressa|retorno",
    "retorna|reabr|de volta|wracam|wraca |wroci|wroce|wracamy|powrot|bede z powrotem",
    "bedzie z powrotem|otwieramy|tilbage|tilbake|igjen|igen|hjemme|tillbaka|ater |ater i",
    "oppnar|abner|apner|moder igen|palaa|palaan|paikalla|takaisin|vrati|vratim|vraci|zpet",
    "spat |visszater|vissza|ujra|revin|revine|inapoi|donus|donecek|donece|gelece|επιστρ|γυρι",
    "верн|выйд|выход|поверн|вийд|vracam|vrnem|nazaj|tagasi|atgriez|grish|grisiu|戻り|戻る|復帰|返回",
    "回来|回到|복귀|돌아오|אחזור",
)
UNTIL: Final = _stems(
    "until|till|through|thru|bis |jusqu|hasta|fino a|sino a|fino al|tot |t m |tot en met|ate ",
    "do |til |t o m |tom |indtil|saakka|asti|az |ig |pana|kadar|dek|μεχρι|εως|ως τις|до |iki",
    "lidz|kuni|まで|至|直到|까지|עד|حتى",
)
WHEN: Final = _stems(
    "monday|tuesday|wednesday|thursday|friday|weekend|week|fortnight|month|tomorrow|today",
    "easter|christmas|new year|january|february|march|april|may|june|july|august|september",
    "october|november|december|montag|dienstag|mittwoch|donnerstag|freitag|woche|monat|ostern",
    "weihnacht|lundi|mardi|mercredi|jeudi|vendredi|semaine|mois|lunes|martes|miercoles|jueves",
    "viernes|semana|lunedi|martedi|mercoledi|giovedi|venerdi|settimana|maandag|dinsdag",
    "woensdag|donderdag|vrijdag|segunda|terca|quarta|quinta|sexta|poniedzial|wtor|srod|czwart",
    "piat|tydz|tygod|mandag|tirsdag|onsdag|torsdag|fredag|uge|uke|vecka|maanantai|tiistai",
    "viikko|pondel|uterý|stred|tyzd|tydn|hetfo|het|luni|marti|pazartesi|carsamba|cuma|hafta",
    "δευτερα|εβδομαδ|понедельник|недел|понеділ|тижд|ponedjelj|tjedan|月曜|来週|今週|周一|星期|下周|월요일",
    "다음 주",
)
# Whoever it is that is away.
SOMEONE: Final = _stems(
    "boss|manager|owner|colleague|director|accountant|bookkeeper|chef|chefin|kollege|kollegin",
    "chefen|buchhalter|inhaber|patron|patronne|comptable|collegue|directeur|gerant|jefe|jefa",
    "dueno|contable|companer|senor |senora|titolare|collega|capo |contabile|signor|baas",
    "boekhoud|mevrouw|meneer|patrao|patroa|chefe|contabil|colega|senhor|szef|ksieg|kolega",
    "prezes|dyrektor|kollega|bogholder|regnskap|ekonom|pomo|kirjanpit|ucetni|sefova|sef ",
    "fonok|konyvel|muhaseb|mudur|λογιστ|αφεντικ|начальник|бухгалтер|директор|шеф|担当|経理|社長|会计",
    "老板|담당|사장",
)
