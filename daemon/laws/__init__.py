"""The laws: checkers of the machine's promises (DESIGN §6), apart from the code that keeps them.

They read events, outbox rows and mails, and say in a clerk's sentence what is broken. They
import neither decisions of the core nor rounds; only the nouns, the calendar and the fold.
"""
