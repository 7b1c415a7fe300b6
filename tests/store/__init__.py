"""The store on SQLite and PostgreSQL: the same tests on both."""
