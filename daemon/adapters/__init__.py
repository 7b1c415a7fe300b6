"""Adapters speak to the world: SMTP, IMAP, Jinja2, CSV. They translate, never judge."""
