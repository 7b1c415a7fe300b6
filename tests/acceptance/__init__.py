"""The product as a person meets it: run.py as a process."""
