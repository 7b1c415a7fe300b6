"""Rounds: one file per kind of work. Each claims one unit, gathers, calls the core, commits."""
