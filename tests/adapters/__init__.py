"""Adapters against real servers and real files."""
