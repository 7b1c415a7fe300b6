"""What automatic mails say by their words: left for good, held by a filter, failed, rejected.

Expressions over folded text, each one question. Whether a mail is automatic is judged before.
"""

from __future__ import annotations

import re

LEFT = re.compile(
    r"no longer (?:with|works?|working|employed|at|part of|monitored)|(?:has|have|'ve) left"
    r"|left the "
    r"(?:company|business|firm|organi[sz]ation)|retired|last day (?:was|with)|nicht mehr (?:bei"
    r"|fur|im "
    r"unternehmen|tatig|beschaftigt|in der firma)|ausgeschieden|in rente|ruhestand|verlassen"
    r"|ne (?:travaille|fais|fait) plus|a quitte|ai quitte|new role|changed roles?|passed away"
    r"|mailbox is closed|moved to a new|ya no (?:trabaj|forma)|non (?:lavora|lavoro|fa) piu"
    r"|niet (?:meer|langer) (?:werkzaam|in dienst|bij)|ja nao (?:trabalh|faz)|nie pracuj|slutat"
    r"|fratradt"
    r"|ikke l(?:a|ae|e|æ)ngere?|ikke lenger|lenger ansatt|ansat l[ae]ngere|nao exerc|deixou"
    r"|ha lasciato|dejo de trabajar|departed"
    r"|met pensioen|plus a l'emploi|dejado de formar parte|ya no (?:colabor|pertenec)"
    r"|ja nao colabor"
    r"|gatt i pension|gar i pension|jubil(?:ad|e)|a la retraite|in pensione|na emerytur|reformad"
)
PAY_WORD = re.compile(
    r"\bpay(?!roll)|\bpaid|transfer|settle|\bsend|\bbank|zahl|uberweis|begleich|\bgeld|erledig"
    r"|\bpai"
    r"|\bregl|virement|\bvire\b|\bpag|bonific|betal|overma|transf|plac|przel|\bsald|approve"
)
CHALLENGE = re.compile(
    r"(?:click|klick|clique|cliquez|clic|clicca|klik)[^.!?]{0,60}(?:link|lien|qui|ici|enlace|below)"
    r"|real sender|not a robot|pas un robot|no (?:es|eres) un robot|nao e um robo|you are human"
    r"|spamschutz|spam[- ]?filter|spamfilter|antispam|stoppourriel|being held|message (?:is"
    r"|was) held"
    r"|est retenu|in attesa|wstrzyman|tegengehouden|liberar a entrega|sender verification|captcha"
    r"|sichere absender|safe senders?"
)
FAILED = re.compile(
    r"(?:delivery (?:has )?failed|could ?n[o']t be (?:delivered|found)|undeliver|not be delivered"
    r"|nicht zugestellt|unzustellbar|mailbox (?:is )?full|quota exceeded|user unknown|no such user"
    r"|address (?:you entered )?(?:does not|doesn't) exist|postfach (?:ist )?voll|non remis"
    r"|no (?:se )?pudo entreg|non (?:e stato )?(?:consegnat|recapitat)|niet bezorgd"
    r"|nao foi entregue"
    r"|nie dostarcz|has been disabled|account (?:is )?(?:disabled|suspended))"
)
REJECTED = re.compile(
    r"reject|refused|declined|abgelehnt|zuruckgewiesen|odrzucon|rechaz|rejet|rejeit|afgewezen"
    r"|geweigerd|scartat|respint|not (?:be )?processed|cannot be processed|incomplete|missing"
    r"|fehlt|non valide|invalid|blocked|gesperrt|duplicat"
)
