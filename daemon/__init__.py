"""Duly: a dunning daemon that sends reminders by mail and reads the replies."""

__version__ = "0.1.0"
