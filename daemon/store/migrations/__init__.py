"""Numbered SQL files, one text for both engines; `database.migrate` applies them in order.

`@serial@` and `@octets@` are the only words in which SQLite and PostgreSQL differ here. A file
that has been released is never edited: the next change is the next number.
"""
